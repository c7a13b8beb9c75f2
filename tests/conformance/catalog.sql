-- Objects of every kind: dropped, renamed, moved, given away, commented, created, altered, granted.

-- base: cabinet

-- # Dropping

--- any_drop_table
DROP TABLE t;
--> 13-18 error 2BP01

--- drop_foreign_table documented
DROP FOREIGN TABLE far;
--> 13-18 ok
-->   AX foreign far

--- any_drop_view
DROP VIEW tv;
--> 13-18 ok
-->   AX view tv

--- drop_matview documented
DROP MATERIALIZED VIEW tm;
--> 13-18 ok
-->   AX matview tm

--- any_drop_index
DROP INDEX t_name_idx;
--> 13-18 ok
-->   AX t
-->   AX index t_name_idx

--- drop_sequence documented
DROP SEQUENCE counter;
--> 13-18 ok
-->   AX sequence counter

--- any_drop_trigger
DROP TRIGGER tr ON t;
--> 13-18 ok
-->   AX t

--- drop_rule documented
DROP RULE ru ON log;
--> 13-18 ok
-->   AX log

--- any_drop_policy
DROP POLICY po ON t;
--> 13-18 ok
-->   AX t

--- drop_type documented
DROP TYPE mood;
--> 13-18 error 2BP01

--- drop_composite documented
DROP TYPE pair;
--> 13-18 ok
-->   AX composite pair

--- drop_range documented
DROP TYPE span;
--> 13-18 ok

--- drop_domain documented
DROP DOMAIN amount;
--> 13-18 error 2BP01

--- drop_function
DROP FUNCTION plus(int, int);
--> 13-18 error 2BP01

--- drop_procedure documented
DROP PROCEDURE proc(int);
--> 13-18 ok

--- drop_routine documented
DROP ROUTINE proc(int);
--> 13-18 ok

--- drop_aggregate documented
DROP AGGREGATE total(int);
--> 13-18 ok

--- drop_schema documented
DROP SCHEMA attic;
--> 13-18 ok

--- drop_extension documented
DROP EXTENSION citext;
--> 13-18 ok

--- drop_publication documented
DROP PUBLICATION pub;
--> 13-18 ok

--- drop_statistics documented
DROP STATISTICS st;
--> 13-18 ok
-->   SUX t

--- drop_event_trigger documented
DROP EVENT TRIGGER et;
--> 13-18 ok

--- drop_language documented
DROP LANGUAGE lang;
--> 13-18 ok

--- drop_collation documented
DROP COLLATION coll;
--> 13-18 ok

--- drop_conversion documented
DROP CONVERSION conv;
--> 13-18 ok

--- drop_cast documented
DROP CAST (mood AS int);
--> 13-18 ok

--- drop_operator documented
DROP OPERATOR ### (int, int);
--> 13-18 ok

--- drop_opclass documented
DROP OPERATOR CLASS cls USING btree;
--> 13-18 ok

--- drop_opfamily documented
DROP OPERATOR FAMILY fam USING btree;
--> 13-18 ok

--- drop_ts_config documented
DROP TEXT SEARCH CONFIGURATION conf;
--> 13-18 ok

--- drop_ts_dict documented
DROP TEXT SEARCH DICTIONARY dict;
--> 13-18 ok

--- drop_ts_parser documented
DROP TEXT SEARCH PARSER pars;
--> 13-18 ok

--- drop_ts_template documented
DROP TEXT SEARCH TEMPLATE templ;
--> 13-18 ok

--- drop_fdw
DROP FOREIGN DATA WRAPPER wrapper;
--> 13-18 error 2BP01

--- drop_server documented
DROP SERVER srv;
--> 13-18 error 2BP01

--- drop_user_mapping documented
DROP USER MAPPING FOR reader SERVER srv;
--> 13-18 ok

--- drop_access_method documented
DROP ACCESS METHOD heap2;
--> 13-18 ok

--- drop_transform documented
DROP TRANSFORM FOR int LANGUAGE sql;
--> 13-18 ok

--- drop_domain_cascade
DROP DOMAIN amount CASCADE;
--> 13-18 ok
-->   AX t

--- any_drop_type_cascade
DROP TYPE mood CASCADE;
--> 13-18 ok

--- drop_collation_cascade
DROP COLLATION coll CASCADE;
--> 13-18 ok

--- drop_opfamily_cascade
DROP OPERATOR FAMILY fam USING btree CASCADE;
--> 13-18 ok

--- drop_server_cascade
DROP SERVER srv CASCADE;
--> 13-18 ok
-->   AX foreign far

--- drop_fdw_cascade
DROP FOREIGN DATA WRAPPER wrapper CASCADE;
--> 13-18 ok
-->   AX foreign far

--- drop_function_cascade
DROP FUNCTION plus(int, int) CASCADE;
--> 13-18 ok

--- any_drop_schema_cascade
DROP SCHEMA attic CASCADE;
--> 13-18 ok

--- drop_language_cascade
DROP LANGUAGE lang CASCADE;
--> 13-18 ok

--- drop_extension_cascade
DROP EXTENSION citext CASCADE;
--> 13-18 ok

--- drop_ts_parser_cascade
DROP TEXT SEARCH PARSER pars CASCADE;
--> 13-18 ok

--- drop_ts_template_cascade
DROP TEXT SEARCH TEMPLATE templ CASCADE;
--> 13-18 ok

--- drop_operator_cascade
DROP OPERATOR ### (int, int) CASCADE;
--> 13-18 ok

--- drop_event_trigger_cascade
DROP EVENT TRIGGER et CASCADE;
--> 13-18 ok

--- drop_role_used
DROP ROLE reader;
--> 13-18 error 2BP01

--- drop_role_unused documented
DROP ROLE keeper;
--> 13-18 ok

--- drop_database_used outside
DROP DATABASE conformance;
--> 13-18 error 55006

--- drop_database_absent outside
DROP DATABASE IF EXISTS nosuch;
--> 13-18 ok

--- drop_tablespace_absent outside
DROP TABLESPACE IF EXISTS nosuch;
--> 13-18 ok

--- drop_subscription_absent
DROP SUBSCRIPTION IF EXISTS nosuch;
--> 13-18 ok

--- drop_policy_absent
DROP POLICY nosuch ON t;
--> 13-18 error 42704

--- drop_policy_if_exists
DROP POLICY IF EXISTS nosuch ON t;
--> 13-18 ok

--- drop_rule_absent
DROP RULE nosuch ON log;
--> 13-18 error 42704

--- drop_rule_if_exists
DROP RULE IF EXISTS nosuch ON log;
--> 13-18 ok

--- drop_aggregate_absent
DROP AGGREGATE nosuch(int);
--> 13-18 error 42883

--- drop_aggregate_if_exists
DROP AGGREGATE IF EXISTS nosuch(int);
--> 13-18 ok

--- drop_cast_absent
DROP CAST (pair AS int);
--> 13-18 error 42704

--- drop_cast_if_exists
DROP CAST IF EXISTS (pair AS int);
--> 13-18 ok

--- drop_collation_absent
DROP COLLATION nosuch;
--> 13-18 error 42704

--- drop_operator_absent
DROP OPERATOR #### (int, int);
--> 13-18 error 42883

--- drop_type_absent
DROP TYPE nosuch;
--> 13-18 error 42704

--- drop_type_if_exists
DROP TYPE IF EXISTS nosuch;
--> 13-18 ok

--- drop_domain_absent
DROP DOMAIN nosuch;
--> 13-18 error 42704

--- drop_ts_config_absent
DROP TEXT SEARCH CONFIGURATION nosuch;
--> 13-18 error 42704

--- drop_publication_absent
DROP PUBLICATION nosuch;
--> 13-18 error 42704

--- drop_publication_if_exists
DROP PUBLICATION IF EXISTS nosuch;
--> 13-18 ok

--- drop_server_absent
DROP SERVER nosuch;
--> 13-18 error 42704

--- drop_server_if_exists
DROP SERVER IF EXISTS nosuch;
--> 13-18 ok

--- drop_statistics_absent
DROP STATISTICS nosuch;
--> 13-18 error 42704

--- drop_schema_absent
DROP SCHEMA nosuch;
--> 13-18 error 3F000

--- drop_extension_absent
DROP EXTENSION nosuch;
--> 13-18 error 42704

--- drop_language_absent
DROP LANGUAGE nosuch;
--> 13-18 error 42704

--- drop_event_trigger_absent
DROP EVENT TRIGGER nosuch;
--> 13-18 error 42704

--- drop_procedure_absent
DROP PROCEDURE nosuch(int);
--> 13-18 error 42883

-- # Renaming

--- any_rename_table
ALTER TABLE t RENAME TO other;
--> 13-18 ok
-->   AX t

--- rename_foreign_table documented
ALTER FOREIGN TABLE far RENAME TO other;
--> 13-18 ok
-->   AX foreign far

--- rename_view documented
ALTER VIEW tv RENAME TO other;
--> 13-18 ok
-->   AX view tv

--- rename_matview documented
ALTER MATERIALIZED VIEW tm RENAME TO other;
--> 13-18 ok
-->   AX matview tm

--- any_rename_index
ALTER INDEX t_name_idx RENAME TO other;
--> 13-18 ok
-->   SUX index t_name_idx

--- rename_sequence documented
ALTER SEQUENCE counter RENAME TO other;
--> 13-18 ok
-->   AX sequence counter

--- rename_trigger documented
ALTER TRIGGER tr ON t RENAME TO other;
--> 13-18 ok
-->   AX t

--- rename_rule documented
ALTER RULE ru ON log RENAME TO other;
--> 13-18 ok
-->   AX log

--- rename_policy documented
ALTER POLICY po ON t RENAME TO other;
--> 13-18 ok
-->   AX t

--- rename_type documented
ALTER TYPE mood RENAME TO other;
--> 13-18 ok

--- rename_composite documented
ALTER TYPE pair RENAME TO other;
--> 13-18 ok
-->   AX composite pair

--- rename_domain documented
ALTER DOMAIN amount RENAME TO other;
--> 13-18 ok

--- rename_function documented
ALTER FUNCTION plus(int, int) RENAME TO other;
--> 13-18 ok

--- rename_procedure documented
ALTER PROCEDURE proc(int) RENAME TO other;
--> 13-18 ok

--- rename_routine documented
ALTER ROUTINE proc(int) RENAME TO other;
--> 13-18 ok

--- rename_aggregate documented
ALTER AGGREGATE total(int) RENAME TO other;
--> 13-18 ok

--- rename_schema documented
ALTER SCHEMA attic RENAME TO other;
--> 13-18 ok

--- rename_tablespace documented
ALTER TABLESPACE ts1 RENAME TO other;
--> 13-18 ok

--- rename_publication documented
ALTER PUBLICATION pub RENAME TO other;
--> 13-18 ok

--- rename_statistics documented
ALTER STATISTICS st RENAME TO other;
--> 13-18 ok

--- rename_event_trigger documented
ALTER EVENT TRIGGER et RENAME TO other;
--> 13-18 ok

--- rename_language documented
ALTER LANGUAGE lang RENAME TO other;
--> 13-18 ok

--- rename_collation documented
ALTER COLLATION coll RENAME TO other;
--> 13-18 ok

--- rename_conversion documented
ALTER CONVERSION conv RENAME TO other;
--> 13-18 ok

--- rename_ts_config documented
ALTER TEXT SEARCH CONFIGURATION conf RENAME TO other;
--> 13-18 ok

--- rename_ts_dict documented
ALTER TEXT SEARCH DICTIONARY dict RENAME TO other;
--> 13-18 ok

--- rename_ts_parser documented
ALTER TEXT SEARCH PARSER pars RENAME TO other;
--> 13-18 ok

--- rename_ts_template documented
ALTER TEXT SEARCH TEMPLATE templ RENAME TO other;
--> 13-18 ok

--- rename_fdw documented
ALTER FOREIGN DATA WRAPPER wrapper RENAME TO other;
--> 13-18 ok

--- rename_server documented
ALTER SERVER srv RENAME TO other;
--> 13-18 ok

--- rename_opclass documented
ALTER OPERATOR CLASS cls USING btree RENAME TO other;
--> 13-18 ok

--- rename_opfamily documented
ALTER OPERATOR FAMILY fam USING btree RENAME TO other;
--> 13-18 ok

--- rename_role documented
ALTER ROLE keeper RENAME TO other;
--> 13-18 ok

--- rename_database
ALTER DATABASE conformance RENAME TO other;
--> 13-18 error 0A000

--- rename_column documented
ALTER TABLE t RENAME COLUMN note TO remark;
--> 13-18 ok
-->   AX t

--- rename_view_column documented
ALTER VIEW tv RENAME COLUMN name TO label;
--> 13-18 ok
-->   AX view tv

--- rename_foreign_column documented
ALTER FOREIGN TABLE far RENAME COLUMN b TO c;
--> 13-18 ok
-->   AX foreign far

--- rename_constraint_cab documented
ALTER TABLE t RENAME CONSTRAINT t_ck TO t_check;
--> 13-18 ok
-->   AX t

--- rename_domain_constraint documented
ALTER DOMAIN amount RENAME CONSTRAINT amount_ck TO other;
--> 13-18 ok

--- rename_attribute documented
ALTER TYPE pair RENAME ATTRIBUTE a TO c;
--> 13-18 ok
-->   AX composite pair

--- rename_only
ALTER TABLE ONLY parts RENAME COLUMN id TO key;
--> 13-18 error 42P16

--- rename_only_leaf documented
ALTER TABLE ONLY t RENAME COLUMN note TO remark;
--> 13-18 ok
-->   AX t

-- # Moving to another schema

--- move_table documented
ALTER TABLE t SET SCHEMA attic;
--> 13-18 ok
-->   AX t

--- move_foreign_table documented
ALTER FOREIGN TABLE far SET SCHEMA attic;
--> 13-18 ok
-->   AX foreign far

--- move_view documented
ALTER VIEW tv SET SCHEMA attic;
--> 13-18 ok
-->   AX view tv

--- move_matview documented
ALTER MATERIALIZED VIEW tm SET SCHEMA attic;
--> 13-18 ok
-->   AX matview tm

--- move_sequence documented
ALTER SEQUENCE counter SET SCHEMA attic;
--> 13-18 ok
-->   AX sequence counter

--- move_type documented
ALTER TYPE mood SET SCHEMA attic;
--> 13-18 ok

--- move_composite documented
ALTER TYPE pair SET SCHEMA attic;
--> 13-18 ok

--- move_range documented
ALTER TYPE span SET SCHEMA attic;
--> 13-18 ok

--- move_domain documented
ALTER DOMAIN amount SET SCHEMA attic;
--> 13-18 ok

--- move_function documented
ALTER FUNCTION plus(int, int) SET SCHEMA attic;
--> 13-18 ok

--- move_procedure documented
ALTER PROCEDURE proc(int) SET SCHEMA attic;
--> 13-18 ok

--- move_routine documented
ALTER ROUTINE proc(int) SET SCHEMA attic;
--> 13-18 ok

--- move_aggregate documented
ALTER AGGREGATE total(int) SET SCHEMA attic;
--> 13-18 ok

--- move_extension documented
ALTER EXTENSION citext SET SCHEMA attic;
--> 13-18 ok

--- move_statistics documented
ALTER STATISTICS st SET SCHEMA attic;
--> 13-18 ok

--- move_collation documented
ALTER COLLATION coll SET SCHEMA attic;
--> 13-18 ok

--- move_conversion documented
ALTER CONVERSION conv SET SCHEMA attic;
--> 13-18 ok

--- move_operator documented
ALTER OPERATOR ### (int, int) SET SCHEMA attic;
--> 13-18 ok

--- move_opclass documented
ALTER OPERATOR CLASS cls USING btree SET SCHEMA attic;
--> 13-18 ok

--- move_opfamily documented
ALTER OPERATOR FAMILY fam USING btree SET SCHEMA attic;
--> 13-18 ok

--- move_ts_config documented
ALTER TEXT SEARCH CONFIGURATION conf SET SCHEMA attic;
--> 13-18 ok

--- move_ts_dict documented
ALTER TEXT SEARCH DICTIONARY dict SET SCHEMA attic;
--> 13-18 ok

--- move_ts_parser documented
ALTER TEXT SEARCH PARSER pars SET SCHEMA attic;
--> 13-18 ok

--- move_ts_template documented
ALTER TEXT SEARCH TEMPLATE templ SET SCHEMA attic;
--> 13-18 ok

-- # Giving to another owner

--- owner_foreign_table documented
ALTER FOREIGN TABLE far OWNER TO keeper;
--> 13-18 ok
-->   AX foreign far

--- owner_view documented
ALTER VIEW tv OWNER TO keeper;
--> 13-18 ok
-->   AX view tv

--- owner_matview documented
ALTER MATERIALIZED VIEW tm OWNER TO keeper;
--> 13-18 ok
-->   AX matview tm

--- owner_sequence documented
ALTER SEQUENCE counter OWNER TO keeper;
--> 13-18 ok
-->   AX sequence counter

--- owner_type documented
ALTER TYPE mood OWNER TO keeper;
--> 13-18 ok

--- owner_composite documented
ALTER TYPE pair OWNER TO keeper;
--> 13-18 ok
-->   AX composite pair

--- owner_range documented
ALTER TYPE span OWNER TO keeper;
--> 13-18 ok

--- owner_domain documented
ALTER DOMAIN amount OWNER TO keeper;
--> 13-18 ok

--- owner_function documented
ALTER FUNCTION plus(int, int) OWNER TO keeper;
--> 13-18 ok

--- owner_procedure documented
ALTER PROCEDURE proc(int) OWNER TO keeper;
--> 13-18 ok

--- owner_routine documented
ALTER ROUTINE proc(int) OWNER TO keeper;
--> 13-18 ok

--- owner_aggregate documented
ALTER AGGREGATE total(int) OWNER TO keeper;
--> 13-18 ok

--- owner_schema documented
ALTER SCHEMA attic OWNER TO keeper;
--> 13-18 ok

--- owner_database documented
ALTER DATABASE conformance OWNER TO keeper;
--> 13-18 ok

--- owner_tablespace documented
ALTER TABLESPACE ts1 OWNER TO keeper;
--> 13-18 ok

--- owner_publication documented
ALTER PUBLICATION pub OWNER TO keeper;
--> 13-18 ok

--- owner_statistics documented
ALTER STATISTICS st OWNER TO keeper;
--> 13-18 ok

--- owner_event_trigger
ALTER EVENT TRIGGER et OWNER TO keeper;
--> 13-18 error 42501

--- owner_language documented
ALTER LANGUAGE lang OWNER TO keeper;
--> 13-18 ok

--- owner_collation documented
ALTER COLLATION coll OWNER TO keeper;
--> 13-18 ok

--- owner_conversion documented
ALTER CONVERSION conv OWNER TO keeper;
--> 13-18 ok

--- owner_operator documented
ALTER OPERATOR ### (int, int) OWNER TO keeper;
--> 13-18 ok

--- owner_opclass documented
ALTER OPERATOR CLASS cls USING btree OWNER TO keeper;
--> 13-18 ok

--- owner_opfamily documented
ALTER OPERATOR FAMILY fam USING btree OWNER TO keeper;
--> 13-18 ok

--- owner_ts_config documented
ALTER TEXT SEARCH CONFIGURATION conf OWNER TO keeper;
--> 13-18 ok

--- owner_ts_dict documented
ALTER TEXT SEARCH DICTIONARY dict OWNER TO keeper;
--> 13-18 ok

--- owner_fdw
ALTER FOREIGN DATA WRAPPER wrapper OWNER TO keeper;
--> 13-18 error 42501

--- owner_server documented
ALTER SERVER srv OWNER TO keeper;
--> 13-18 ok

--- owner_large_object documented
ALTER LARGE OBJECT 4711 OWNER TO keeper;
--> 13-18 ok

--- owner_current documented
ALTER TABLE t OWNER TO CURRENT_USER;
--> 13-18 ok
-->   AX t

-- # Comments

--- any_comment_table
COMMENT ON TABLE t IS 'x';
--> 13-18 ok
-->   SUX t

--- comment_foreign_table
COMMENT ON FOREIGN TABLE far IS 'x';
--> 13-18 ok
-->   SUX foreign far

--- comment_view
COMMENT ON VIEW tv IS 'x';
--> 13-18 ok
-->   SUX view tv

--- comment_matview
COMMENT ON MATERIALIZED VIEW tm IS 'x';
--> 13-18 ok
-->   SUX matview tm

--- comment_index
COMMENT ON INDEX t_name_idx IS 'x';
--> 13-18 ok
-->   SUX index t_name_idx

--- comment_sequence
COMMENT ON SEQUENCE counter IS 'x';
--> 13-18 ok
-->   SUX sequence counter

--- comment_trigger
COMMENT ON TRIGGER tr ON t IS 'x';
--> 13-18 ok
-->   AS t

--- comment_rule
COMMENT ON RULE ru ON log IS 'x';
--> 13-18 ok
-->   AS log

--- comment_policy
COMMENT ON POLICY po ON t IS 'x';
--> 13-18 ok
-->   AS t

--- comment_type
COMMENT ON TYPE mood IS 'x';
--> 13-18 ok

--- comment_composite
COMMENT ON TYPE pair IS 'x';
--> 13-18 ok

--- comment_range
COMMENT ON TYPE span IS 'x';
--> 13-18 ok

--- comment_domain
COMMENT ON DOMAIN amount IS 'x';
--> 13-18 ok

--- comment_function
COMMENT ON FUNCTION plus(int, int) IS 'x';
--> 13-18 ok

--- comment_procedure
COMMENT ON PROCEDURE proc(int) IS 'x';
--> 13-18 ok

--- comment_aggregate
COMMENT ON AGGREGATE total(int) IS 'x';
--> 13-18 ok

--- comment_schema
COMMENT ON SCHEMA attic IS 'x';
--> 13-18 ok

--- comment_extension
COMMENT ON EXTENSION citext IS 'x';
--> 13-18 ok

--- comment_role
COMMENT ON ROLE reader IS 'x';
--> 13-18 ok

--- comment_database
COMMENT ON DATABASE conformance IS 'x';
--> 13-18 ok

--- comment_tablespace
COMMENT ON TABLESPACE ts1 IS 'x';
--> 13-18 ok

--- comment_publication
COMMENT ON PUBLICATION pub IS 'x';
--> 13-18 ok

--- comment_statistics
COMMENT ON STATISTICS st IS 'x';
--> 13-18 ok

--- comment_event_trigger
COMMENT ON EVENT TRIGGER et IS 'x';
--> 13-18 ok

--- comment_language
COMMENT ON LANGUAGE lang IS 'x';
--> 13-18 ok

--- comment_collation
COMMENT ON COLLATION coll IS 'x';
--> 13-18 ok

--- comment_conversion
COMMENT ON CONVERSION conv IS 'x';
--> 13-18 ok

--- comment_cast
COMMENT ON CAST (mood AS int) IS 'x';
--> 13-18 ok

--- comment_operator
COMMENT ON OPERATOR ### (int, int) IS 'x';
--> 13-18 ok

--- comment_opclass
COMMENT ON OPERATOR CLASS cls USING btree IS 'x';
--> 13-18 ok

--- comment_opfamily
COMMENT ON OPERATOR FAMILY fam USING btree IS 'x';
--> 13-18 ok

--- comment_ts_config
COMMENT ON TEXT SEARCH CONFIGURATION conf IS 'x';
--> 13-18 ok

--- comment_ts_dict
COMMENT ON TEXT SEARCH DICTIONARY dict IS 'x';
--> 13-18 ok

--- comment_ts_parser
COMMENT ON TEXT SEARCH PARSER pars IS 'x';
--> 13-18 ok

--- comment_ts_template
COMMENT ON TEXT SEARCH TEMPLATE templ IS 'x';
--> 13-18 ok

--- comment_fdw
COMMENT ON FOREIGN DATA WRAPPER wrapper IS 'x';
--> 13-18 ok

--- comment_server
COMMENT ON SERVER srv IS 'x';
--> 13-18 ok

--- comment_access_method
COMMENT ON ACCESS METHOD heap2 IS 'x';
--> 13-18 ok

--- comment_transform
COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'x';
--> 13-18 ok

--- comment_large_object
COMMENT ON LARGE OBJECT 4711 IS 'x';
--> 13-18 ok

--- comment_routine
COMMENT ON ROUTINE proc(int) IS 'x';
--> 13-18 ok

--- comment_column_cab
COMMENT ON COLUMN t.name IS 'x';
--> 13-18 ok
-->   SUX t

--- comment_view_column documented
COMMENT ON COLUMN tv.name IS 'x';
--> 13-18 ok
-->   SUX view tv

--- comment_attribute
COMMENT ON COLUMN pair.a IS 'x';
--> 13-18 ok
-->   SUX composite pair

--- comment_foreign_column
COMMENT ON COLUMN far.a IS 'x';
--> 13-18 ok
-->   SUX foreign far

--- comment_constraint_cab
COMMENT ON CONSTRAINT t_ck ON t IS 'x';
--> 13-18 ok
-->   AS t

--- comment_domain_constraint
COMMENT ON CONSTRAINT amount_ck ON DOMAIN amount IS 'x';
--> 13-18 ok

--- comment_removed documented
COMMENT ON TABLE t IS NULL;
--> 13-18 ok
-->   SUX t

-- # Creating

--- create_aggregate documented
CREATE AGGREGATE other(int) (SFUNC = int4pl, STYPE = int);
--> 13-18 ok

--- create_collation documented
CREATE COLLATION other (LOCALE = 'C');
--> 13-18 ok

--- create_conversion documented
CREATE CONVERSION other FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
--> 13-18 ok

--- create_operator documented
CREATE OPERATOR #### (LEFTARG = int, RIGHTARG = int, FUNCTION = plus);
--> 13-18 ok

--- create_opfamily documented
CREATE OPERATOR FAMILY other USING btree;
--> 13-18 ok

--- create_opclass documented
CREATE OPERATOR CLASS other FOR TYPE int USING btree AS FUNCTION 1 btint4cmp(int, int);
--> 13-18 ok

--- create_cast documented
CREATE CAST (pair AS mood) WITH INOUT;
--> 13-18 ok

--- create_ts_dict documented
CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = simple);
--> 13-18 ok

--- create_ts_config documented
CREATE TEXT SEARCH CONFIGURATION other (COPY = simple);
--> 13-18 ok

--- create_ts_parser documented
CREATE TEXT SEARCH PARSER other (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
--> 13-18 ok

--- create_ts_template documented
CREATE TEXT SEARCH TEMPLATE other (LEXIZE = dsimple_lexize);
--> 13-18 ok

--- create_fdw documented
CREATE FOREIGN DATA WRAPPER other;
--> 13-18 ok

--- create_server documented
CREATE SERVER other FOREIGN DATA WRAPPER wrapper;
--> 13-18 ok

--- create_user_mapping documented
CREATE USER MAPPING FOR keeper SERVER srv;
--> 13-18 ok

--- create_access_method documented
CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler;
--> 13-18 ok

--- create_language documented
CREATE LANGUAGE other HANDLER plpgsql_call_handler;
--> 13-18 ok

--- create_transform documented
CREATE TRANSFORM FOR bigint LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
--> 13-18 ok

--- create_event_trigger documented
CREATE EVENT TRIGGER other ON sql_drop EXECUTE FUNCTION evtrg();
--> 13-18 ok

--- create_subscription documented
CREATE SUBSCRIPTION other CONNECTION 'dbname=x' PUBLICATION pub WITH (connect = false);
--> 13-18 ok

--- create_type_enum documented
CREATE TYPE other AS ENUM ('a');
--> 13-18 ok

--- create_type_composite documented
CREATE TYPE other AS (a int, b mood);
--> 13-18 ok

--- create_type_range documented
CREATE TYPE other AS RANGE (SUBTYPE = int);
--> 13-18 ok

--- create_type_shell documented
CREATE TYPE other;
--> 13-18 ok

--- create_domain documented
CREATE DOMAIN other AS int CHECK (VALUE > 1);
--> 13-18 ok

--- create_role documented
CREATE ROLE other;
--> 13-18 ok

--- any_create_user
CREATE USER other IN ROLE keeper;
--> 13-18 ok

--- create_role_exists
CREATE ROLE keeper;
--> 13-18 error 42710

--- create_foreign_table_columns documented
CREATE FOREIGN TABLE other (a int NOT NULL, b text) SERVER srv OPTIONS (x 'y');
--> 13-18 ok

--- create_procedure documented
CREATE PROCEDURE other() LANGUAGE sql AS $$SELECT 1$$;
--> 13-18 ok

--- create_type_exists
CREATE TYPE mood AS ENUM ('a');
--> 13-18 error 42710

--- create_schema_exists
CREATE SCHEMA attic;
--> 13-18 error 42P06

--- create_server_exists
CREATE SERVER srv FOREIGN DATA WRAPPER wrapper;
--> 13-18 error 42710

--- create_collation_exists
CREATE COLLATION coll (LOCALE = 'C');
--> 13-18 error 42710

--- create_extension_exists
CREATE EXTENSION citext;
--> 13-18 error 42710

--- create_publication_exists
CREATE PUBLICATION pub;
--> 13-18 error 42710

--- create_statistics_exists
CREATE STATISTICS st ON name, price FROM t;
--> 13-18 error 42710

--- create_function_exists
CREATE FUNCTION plus(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
--> 13-18 error 42723

--- create_trigger_exists
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 error 42710

--- create_policy_exists
CREATE POLICY po ON t USING (true);
--> 13-18 error 42710

--- create_rule_exists
CREATE RULE ru AS ON INSERT TO log DO ALSO NOTHING;
--> 13-18 error 42710

--- create_type_base documented
CREATE TYPE ring;
CREATE FUNCTION ring_in(cstring) RETURNS ring LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION ring_out(ring) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE ring (INPUT = ring_in, OUTPUT = ring_out, LIKE = int4);
--> 13-18 ok

--- create_tablespace
CREATE TABLESPACE other LOCATION 'relative';
--> 13-18 error 42P17

-- # Altering

--- alter_collation documented
ALTER COLLATION coll REFRESH VERSION;
--> 13-18 ok

--- alter_event_trigger documented
ALTER EVENT TRIGGER et DISABLE;
--> 13-18 ok

--- alter_fdw documented
ALTER FOREIGN DATA WRAPPER wrapper NO HANDLER;
--> 13-18 ok

--- alter_server documented
ALTER SERVER srv OPTIONS (ADD host 'x');
--> 13-18 ok

--- alter_user_mapping documented
ALTER USER MAPPING FOR reader SERVER srv OPTIONS (ADD password 'x');
--> 13-18 ok

--- alter_operator documented
ALTER OPERATOR ### (int, int) SET (RESTRICT = NONE);
--> 13-18 ok

--- alter_opfamily documented
ALTER OPERATOR FAMILY fam USING btree ADD FUNCTION 1 (int, bigint) btint48cmp(int, bigint);
--> 13-18 ok

--- alter_ts_dict documented
ALTER TEXT SEARCH DICTIONARY dict (StopWords = english);
--> 13-18 ok

--- alter_ts_config documented
ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR asciiword WITH dict;
--> 13-18 ok

--- alter_type_options documented
CREATE TYPE ring;
CREATE FUNCTION ring_in(cstring) RETURNS ring LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION ring_out(ring) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE ring (INPUT = ring_in, OUTPUT = ring_out, INTERNALLENGTH = VARIABLE);
ALTER TYPE ring SET (STORAGE = extended);
--> 13-18 ok

--- alter_database documented
ALTER DATABASE conformance CONNECTION LIMIT 50;
--> 13-18 ok

--- alter_database_reset documented
ALTER DATABASE conformance RESET ALL;
--> 13-18 ok

--- alter_database_tablespace
ALTER DATABASE nosuch SET TABLESPACE ts1;
--> 13-18 error 3D000

--- alter_tablespace documented
ALTER TABLESPACE ts1 SET (random_page_cost = 2);
--> 13-18 ok

--- alter_role documented
ALTER ROLE reader NOLOGIN;
--> 13-18 ok

--- alter_role_set documented
ALTER ROLE reader SET work_mem = '8MB';
--> 13-18 ok

--- alter_role_all_in_database documented
ALTER ROLE ALL IN DATABASE conformance SET work_mem = '8MB';
--> 13-18 ok

--- alter_routine documented
ALTER ROUTINE plus(int, int) STABLE;
--> 13-18 ok

--- alter_procedure documented
ALTER PROCEDURE proc(int) SECURITY DEFINER;
--> 13-18 ok

--- alter_function_set documented
ALTER FUNCTION plus(int, int) SET search_path = public;
--> 13-18 ok

--- alter_statistics documented
ALTER STATISTICS st SET STATISTICS 100;
--> 13-18 ok

--- alter_extension_drop documented
ALTER EXTENSION citext DROP FUNCTION citext_pattern_lt(citext, citext);
--> 13-18 ok

--- alter_extension_add_function documented
ALTER EXTENSION citext ADD FUNCTION plus(int, int);
--> 13-18 ok

--- alter_extension_add_view documented partly
ALTER EXTENSION citext ADD VIEW tv;
--> 13-18 ok
-->   SUX view tv

--- alter_extension_add_sequence documented partly
ALTER EXTENSION citext ADD SEQUENCE counter;
--> 13-18 ok
-->   SUX sequence counter

--- alter_extension_add_matview documented partly
ALTER EXTENSION citext ADD MATERIALIZED VIEW tm;
--> 13-18 ok
-->   SUX matview tm

--- alter_extension_add_type documented
ALTER EXTENSION citext ADD TYPE pair;
--> 13-18 ok

--- alter_large_object_grant documented
GRANT SELECT ON LARGE OBJECT 4711 TO reader;
--> 13-18 ok

--- alter_extension_add_foreign documented partly
ALTER EXTENSION citext ADD FOREIGN TABLE far;
--> 13-18 ok
-->   SUX foreign far

--- alter_import
IMPORT FOREIGN SCHEMA x FROM SERVER srv INTO public;
--> 13-18 error 55000

--- alter_system_reset documented outside
ALTER SYSTEM RESET work_mem;
--> 13-18 ok

--- alter_label_table
SECURITY LABEL ON TABLE t IS 'x';
--> 13-18 error 22023

--- alter_label_role
SECURITY LABEL ON ROLE reader IS 'x';
--> 13-18 error 22023

--- alter_default_acl_types documented
ALTER DEFAULT PRIVILEGES FOR ROLE keeper GRANT USAGE ON TYPES TO reader;
--> 13-18 ok

--- alter_system_set documented outside
ALTER SYSTEM SET work_mem = '8MB';
--> 13-18 ok

--- alter_publication_owner documented
ALTER PUBLICATION pub OWNER TO CURRENT_USER;
--> 13-18 ok

--- alter_subscription_absent
ALTER SUBSCRIPTION nosuch DISABLE;
--> 13-18 error 42704

-- # Granting

--- grant_on_table documented
GRANT SELECT ON TABLE t TO reader;
--> 13-17 ok
--> 18 ok
-->   AS t

--- grant_on_foreign_table documented
GRANT SELECT ON TABLE far TO reader;
--> 13-17 ok
--> 18 ok
-->   AS foreign far

--- grant_on_view documented
GRANT SELECT ON TABLE tv TO reader;
--> 13-17 ok
--> 18 ok
-->   AS view tv

--- grant_on_matview documented
GRANT SELECT ON TABLE tm TO reader;
--> 13-17 ok
--> 18 ok
-->   AS matview tm

--- grant_on_sequence documented
GRANT USAGE ON SEQUENCE counter TO reader;
--> 13-17 ok
--> 18 ok
-->   AS sequence counter

--- grant_on_type documented
GRANT USAGE ON TYPE mood TO reader;
--> 13-18 ok

--- grant_on_domain documented
GRANT USAGE ON DOMAIN amount TO reader;
--> 13-18 ok

--- grant_on_function documented
GRANT EXECUTE ON FUNCTION plus(int, int) TO reader;
--> 13-18 ok

--- grant_on_procedure documented
GRANT EXECUTE ON PROCEDURE proc(int) TO reader;
--> 13-18 ok

--- grant_on_routine documented
GRANT EXECUTE ON ROUTINE proc(int) TO reader;
--> 13-18 ok

--- grant_on_schema documented
GRANT USAGE ON SCHEMA attic TO reader;
--> 13-18 ok

--- grant_on_database documented
GRANT CREATE ON DATABASE conformance TO reader;
--> 13-18 ok

--- grant_on_tablespace documented
GRANT CREATE ON TABLESPACE ts1 TO reader;
--> 13-18 ok

--- grant_on_fdw documented
GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO reader;
--> 13-18 ok

--- grant_on_server documented
GRANT USAGE ON FOREIGN SERVER srv TO reader;
--> 13-18 ok

--- grant_on_large_object documented
GRANT SELECT ON LARGE OBJECT 4711 TO reader;
--> 13-18 ok

--- grant_on_language documented
GRANT USAGE ON LANGUAGE sql TO reader;
--> 13-18 ok

--- grant_on_parameter documented
GRANT SET ON PARAMETER work_mem TO reader;
--> 13-14 error 42601
--> 15-18 ok

--- revoke_on_schema
REVOKE ALL ON SCHEMA attic FROM reader;
--> 13-18 ok

--- revoke_on_all
REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM reader;
--> 13-18 ok

--- revoke_role_membership
GRANT keeper TO reader;
REVOKE keeper FROM reader;
--> 13-18 ok

--- grant_role_with
GRANT keeper TO reader WITH INHERIT FALSE;
--> 13-15 error 42601
--> 16-18 ok

--- grant_with_grant_option
GRANT SELECT ON t TO reader WITH GRANT OPTION;
--> 13-17 ok
--> 18 ok
-->   AS t

--- grant_absent_role
GRANT SELECT ON t TO nosuch;
--> 13-18 error 42704

--- grant_absent_table
GRANT SELECT ON nosuch TO reader;
--> 13-18 error 42P01

