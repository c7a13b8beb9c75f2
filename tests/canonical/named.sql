-- Names that the catalogs keep as what they mean: collations, the types of arguments without their lengths.
CREATE COLLATION IF NOT EXISTS german (locale = 'C');
CREATE TABLE worded (
    word text COLLATE german NOT NULL,
    plain text
);
CREATE TYPE worded_pair AS (a text COLLATE german, b int);
CREATE DOMAIN worded_text AS text COLLATE german;
ALTER TABLE worded ADD COLUMN more text COLLATE german;
ALTER TABLE worded ALTER COLUMN plain TYPE varchar COLLATE german;
-- A column in parentheses is a column, and a collation there is the key's.
CREATE INDEX ON worded ((word));
CREATE INDEX ON worded ((word COLLATE "C"), (lower(word) COLLATE german));
CREATE TABLE worded_parts (word text) PARTITION BY LIST ((word) COLLATE german);
CREATE FUNCTION masked(mask bit(8), code char(3), amount numeric(3, 2)) RETURNS bit(3)
    LANGUAGE sql IMMUTABLE AS $$ SELECT B'101' $$;
CREATE FUNCTION later(acc worded_pair, next worded_pair) RETURNS worded_pair
    LANGUAGE sql IMMUTABLE AS $$ SELECT next $$;
CREATE OR REPLACE AGGREGATE latest (worded_pair) (STYPE = worded_pair, SFUNC = later, PARALLEL = SAFE);
CREATE AGGREGATE dropped (worded_pair) (STYPE = worded_pair, SFUNC = later);
DROP AGGREGATE public.dropped (worded_pair);
-- DISTINCT ON and ORDER BY may name what comes out.
CREATE VIEW worded_once AS
    SELECT DISTINCT ON (length, "initial") length(word), left(word, 1) AS "initial", more
    FROM worded ORDER BY length, "initial", more;
CREATE VIEW worded_rows AS
    SELECT row_number() OVER () AS id, w.word, found.*
    FROM worded w, xmltable('//p' PASSING (w.more::xml)
        COLUMNS a varchar(10) PATH 'name()', b integer PATH 'count(./x)' NOT NULL, c FOR ORDINALITY) AS found
    ORDER BY b;
