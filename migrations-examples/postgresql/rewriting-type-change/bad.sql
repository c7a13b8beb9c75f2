-- Another representation on disk: table and indexes are written anew under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE orders ALTER COLUMN item_count TYPE bigint;
ALTER TABLE orders ALTER COLUMN details TYPE jsonb USING details::jsonb;

-- Same representation, but another value in every time zone other than UTC.
SET TimeZone = 'Europe/Paris';
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
