-- # Triggers

-- base: shop

--- create_trigger documented
CREATE TRIGGER t AFTER INSERT ON parent FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX parent

--- drop_trigger documented
DROP TRIGGER t_exist ON child;
--> 13-18 ok
-->   AX child

-- base: zoo

--- object-31
DROP TRIGGER t_usr ON usr;
--> 13-18 ok
-->   AX usr

--- object-32
DROP TRIGGER t_evt ON evt;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- object-33
DROP TRIGGER IF EXISTS nosuch ON usr;
--> 13-18 ok

--- object-34
DROP TRIGGER IF EXISTS nosuch ON nosuch;
--> 13-18 ok

--- object-42
CREATE TRIGGER t BEFORE INSERT ON usr FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX usr

--- object-43
CREATE TRIGGER t BEFORE INSERT ON evt FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- object-44
CREATE TRIGGER t BEFORE INSERT ON evt FOR EACH STATEMENT EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX evt

--- object-45
CREATE TRIGGER t INSTEAD OF INSERT ON v_v FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX view v_v

--- object-46
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON usr FROM org DEFERRABLE FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX usr
-->   AS org

--- object-47
CREATE OR REPLACE TRIGGER t_usr BEFORE UPDATE ON usr FOR EACH ROW EXECUTE FUNCTION trg();
--> 13 error 42601
--> 14-18 ok
-->   SRX usr

--- object-48
ALTER TRIGGER t_usr ON usr RENAME TO t2;
--> 13-18 ok
-->   AX usr

--- object-49
ALTER TRIGGER t_evt ON evt RENAME TO t2;
--> 13-14 ok
-->   AX evt
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- object-65
COMMENT ON TRIGGER t_usr ON usr IS 'x';
--> 13-18 ok
-->   AS usr

--- object-173
ALTER TRIGGER t_usr ON usr DEPENDS ON EXTENSION citext;
--> 13-18 ok
-->   AS usr

--- more-163
CREATE TRIGGER t BEFORE INSERT ON usr FOR EACH ROW WHEN (NEW.id IS NOT NULL) EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX usr

-- # Rules

-- base: shop

--- create_rule documented
CREATE RULE r AS ON INSERT TO parent DO ALSO NOTHING;
--> 13-18 ok
-->   AX parent

-- base: zoo

--- object-30
DROP RULE r_log ON ruled;
--> 13-18 ok
-->   AX ruled

--- object-50 partly
CREATE RULE r AS ON INSERT TO usr DO ALSO INSERT INTO ruled VALUES (1);
--> 13-18 ok
-->   AX usr
-->   RX ruled

--- object-51
CREATE RULE r AS ON DELETE TO v_v DO INSTEAD NOTHING;
--> 13-18 ok
-->   AX view v_v

--- object-52
ALTER RULE r_log ON ruled RENAME TO r2;
--> 13-18 ok
-->   AX ruled

--- object-67
COMMENT ON RULE r_log ON ruled IS 'x';
--> 13-18 ok
-->   AS ruled

--- more-164 partly
CREATE RULE r AS ON UPDATE TO v_v DO INSTEAD UPDATE usr SET name = NEW.name WHERE id = OLD.id;
--> 13-18 ok
-->   AX view v_v
-->   RX usr

-- # Sequences

-- base: shop

--- create_sequence documented
CREATE SEQUENCE sq2;
--> 13-18 ok

--- alter_sequence documented
ALTER SEQUENCE sq INCREMENT 2;
--> 13-18 ok
-->   SRX sequence sq

--- sequence_owned_by documented
ALTER SEQUENCE sq OWNED BY nopk.a;
--> 13-18 ok
-->   SRX sequence sq
-->   AS nopk

-- base: zoo

--- object-18
DROP SEQUENCE free_seq;
--> 13-18 error 2BP01

--- object-19
DROP SEQUENCE free_seq CASCADE;
--> 13-18 ok
-->   AX useseq
-->   AX sequence free_seq

--- object-20
DROP SEQUENCE s2.sq;
--> 13-18 ok
-->   AX sequence s2.sq

--- object-21
DROP SEQUENCE usr_id_seq;
--> 13-18 error 2BP01

--- object-22
DROP SEQUENCE usr_id_seq CASCADE;
--> 13-18 ok
-->   AX usr
-->   AX sequence usr_id_seq

--- object-23
DROP SEQUENCE gen_i_seq;
--> 13-18 error 2BP01

--- object-63
COMMENT ON SEQUENCE free_seq IS 'x';
--> 13-18 ok
-->   SUX sequence free_seq

--- object-106
CREATE SEQUENCE sq OWNED BY usr.id;
--> 13-18 ok
-->   AS usr

--- object-107
CREATE SEQUENCE sq;
--> 13-18 ok

--- object-108
ALTER SEQUENCE free_seq RESTART;
--> 13-18 ok
-->   SRX sequence free_seq

--- object-109
ALTER SEQUENCE free_seq RESTART WITH 5;
--> 13-18 ok
-->   SRX sequence free_seq

--- object-110
ALTER SEQUENCE free_seq AS bigint;
--> 13-18 ok
-->   SRX sequence free_seq

--- object-111
ALTER SEQUENCE free_seq OWNED BY NONE;
--> 13-18 ok
-->   SRX sequence free_seq

--- object-112
ALTER SEQUENCE free_seq OWNED BY useseq.a;
--> 13-18 ok
-->   SRX sequence free_seq
-->   AS useseq

--- object-113
ALTER SEQUENCE free_seq RENAME TO fs2;
--> 13-18 ok
-->   AX sequence free_seq

--- object-114
ALTER SEQUENCE free_seq SET SCHEMA s2;
--> 13-18 ok
-->   AX sequence free_seq

--- object-115
ALTER SEQUENCE free_seq OWNER TO reader;
--> 13-18 ok
-->   AX sequence free_seq

--- object-116
ALTER SEQUENCE usr_id_seq INCREMENT 2;
--> 13-18 ok
-->   SRX sequence usr_id_seq

--- object-117
ALTER SEQUENCE free_seq SET UNLOGGED;
--> 13-14 error 42809
--> 15-18 ok
-->   AX sequence free_seq

--- object-118
ALTER SEQUENCE IF EXISTS nosuch RESTART;
--> 13-18 ok

--- more-156
CREATE SEQUENCE IF NOT EXISTS free_seq;
--> 13-18 ok

--- more-169
ALTER SEQUENCE free_seq OWNED BY mv.id;
--> 13-18 error 42809

--- more-170
ALTER SEQUENCE usr_id_seq OWNED BY NONE;
--> 13-18 ok
-->   SRX sequence usr_id_seq

--- more-171
ALTER SEQUENCE usr_id_seq OWNER TO reader;
--> 13-18 error 0A000

--- more-172
ALTER SEQUENCE gen_i_seq RESTART;
--> 13-18 ok
-->   SRX sequence gen_i_seq

-- # Functions

-- base: shop

--- create_function documented
CREATE FUNCTION f1() RETURNS int LANGUAGE sql AS 'select 1';
--> 13-18 ok

-- base: zoo

--- object-11
DROP FUNCTION trg();
--> 13-18 error 2BP01

--- object-12
DROP FUNCTION trg() CASCADE;
--> 13-18 ok
-->   AX usr

--- object-13
DROP FUNCTION trg2() CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, ord

--- object-14
DROP FUNCTION imm(int);
--> 13-18 error 2BP01

--- object-15
DROP FUNCTION imm(int) CASCADE;
--> 13-18 ok
-->   AX usedef
-->   AX index usedef_imm_idx

--- object-16
DROP FUNCTION vol() CASCADE;
--> 13-18 ok
-->   AX usedef

--- object-17
DROP FUNCTION stab();
--> 13-18 ok

--- object-68
COMMENT ON FUNCTION trg() IS 'x';
--> 13-18 ok

--- object-143
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM usr';
--> 13-18 ok
-->   AS usr

--- object-144
CREATE OR REPLACE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
--> 13-18 ok

--- object-145
CREATE FUNCTION f() RETURNS SETOF usr LANGUAGE sql AS 'SELECT * FROM usr';
--> 13-18 ok
-->   AS usr

--- object-146
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM usr; END;
--> 13 error 42601
--> 14-18 ok
-->   AS usr

--- object-147
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM v_v';
--> 13-18 ok
-->   AS org, usr
-->   AS view v_usr, v_v

--- object-148
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'UPDATE usr SET age = 1';
--> 13-18 ok
-->   RX usr

--- object-149
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE usr SET age = 1; END';
--> 13-18 ok

--- object-150
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE r usr%ROWTYPE; x usr.age%TYPE; BEGIN END';
--> 13-18 ok

--- object-151
CREATE PROCEDURE f() LANGUAGE sql AS 'DELETE FROM ord';
--> 13-18 ok
-->   RX ord

--- object-152
ALTER FUNCTION trg() RENAME TO trg9;
--> 13-18 ok

--- object-153
ALTER FUNCTION imm(int) VOLATILE;
--> 13-18 ok

--- object-154
ALTER FUNCTION imm(int) OWNER TO reader;
--> 13-18 ok

--- object-155
ALTER FUNCTION imm(int) SET SCHEMA s2;
--> 13-18 ok

--- object-164
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION trg();
--> 13-18 error 42P17

--- object-165
CREATE CAST (mood AS int) WITH FUNCTION imm(int);
--> 13-18 error 42P17

--- object-166
CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int);
--> 13-18 ok

--- object-172
ALTER FUNCTION trg() DEPENDS ON EXTENSION citext;
--> 13-18 ok

--- more-114
CREATE FUNCTION vf() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'; CREATE VIEW vff AS SELECT vf() AS x FROM org;
DROP FUNCTION vf() CASCADE;
--> 13-18 ok
-->   AX view vff

--- more-115
CREATE POLICY pf ON usr USING (imm(age) > 0);
DROP FUNCTION imm(int) CASCADE;
--> 13-18 ok
-->   AX usedef, usr
-->   AX index usedef_imm_idx

--- more-116
CREATE TABLE gf (a int, b int GENERATED ALWAYS AS (imm(a)) STORED); CREATE INDEX gfb ON gf(b);
DROP FUNCTION imm(int) CASCADE;
--> 13-18 ok
-->   AX gf, usedef
-->   AX index gfb, usedef_imm_idx

--- more-117
CREATE TRIGGER tw BEFORE INSERT ON usr FOR EACH ROW WHEN (imm(NEW.age) > 3) EXECUTE FUNCTION trg();
DROP FUNCTION imm(int) CASCADE;
--> 13-18 ok
-->   AX usedef, usr
-->   AX index usedef_imm_idx

--- more-118
CREATE DOMAIN di AS int CHECK (imm(VALUE) > 0); CREATE TABLE ud (a di);
DROP FUNCTION imm(int) CASCADE;
--> 13-18 ok
-->   AX usedef
-->   AX index usedef_imm_idx

--- more-160
CREATE OR REPLACE FUNCTION imm(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 2';
--> 13-18 ok

--- more-161
CREATE FUNCTION g(x usr) RETURNS usr.age%TYPE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
--> 13-18 ok

--- inline-16
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'TRUNCATE plain';
--> 13-18 ok

--- inline-18
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'LOCK TABLE plain; DELETE FROM cl';
--> 13-18 ok
-->   RX cl

--- inline-19
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO plain(a) SELECT id FROM v_org';
--> 13-18 ok
-->   RX plain
-->   AS org
-->   AS view v_org

--- inline-53
DROP FUNCTION IF EXISTS nosuch();
--> 13-18 ok

-- # Publications and statistics

-- base: shop

--- create_statistics documented
CREATE STATISTICS st ON n, status FROM parent;
--> 13-18 ok
-->   SUX parent

--- create_publication documented
CREATE PUBLICATION pb FOR TABLE parent;
--> 13-18 ok
-->   SUX parent

-- base: zoo

--- object-35
DROP STATISTICS st_usr;
--> 13-18 ok
-->   SUX usr

--- object-36
DROP PUBLICATION pb;
--> 13-18 ok

--- object-75
COMMENT ON STATISTICS st_usr IS 'x';
--> 13-18 ok

--- object-76
COMMENT ON PUBLICATION pb IS 'x';
--> 13-18 ok

--- object-91
CREATE STATISTICS st ON age, big FROM usr;
--> 13-18 ok
-->   SUX usr

--- object-92
CREATE STATISTICS st ON id, v FROM evt;
--> 13-18 ok
-->   SUX evt

--- object-93
CREATE STATISTICS IF NOT EXISTS st_usr ON age, big FROM usr;
--> 13-18 ok
-->   SUX usr

--- object-94
ALTER STATISTICS st_usr SET STATISTICS 10;
--> 13-18 ok

--- object-95
ALTER STATISTICS st_usr RENAME TO st2;
--> 13-18 ok

--- object-96
ALTER STATISTICS st_usr OWNER TO reader;
--> 13-18 ok

--- object-97
CREATE PUBLICATION p FOR TABLE org;
--> 13-18 ok
-->   SUX org

--- object-98
CREATE PUBLICATION p FOR TABLE org, evt;
--> 13-18 ok
-->   SUX evt, org

--- object-99
CREATE PUBLICATION p FOR ALL TABLES;
--> 13-18 ok

--- object-100
CREATE PUBLICATION p FOR TABLES IN SCHEMA s2;
--> 13-14 error 42601
--> 15-18 ok

--- object-101
ALTER PUBLICATION pb ADD TABLE org;
--> 13-18 ok
-->   SUX org

--- object-102
ALTER PUBLICATION pb DROP TABLE usr;
--> 13-18 ok
-->   SUX usr

--- object-103
ALTER PUBLICATION pb SET TABLE org;
--> 13-18 ok
-->   SUX org, usr

--- object-104
ALTER PUBLICATION pb SET (publish = 'insert');
--> 13-18 ok

--- object-105
ALTER PUBLICATION pb ADD TABLES IN SCHEMA s2;
--> 13-14 error 42601
--> 15-18 ok

--- more-204
ALTER PUBLICATION pb ADD TABLE evt;
--> 13-18 ok
-->   SUX evt

--- more-205
ALTER PUBLICATION pb SET TABLE usr, org;
--> 13-18 ok
-->   SUX org, usr

--- more-206
CREATE PUBLICATION p FOR TABLE animal;
--> 13-18 ok
-->   SUX animal, dog, puppy

--- more-207
CREATE PUBLICATION p FOR TABLE org WHERE (n > 5);
--> 13-14 error 42601
--> 15-18 ok
-->   SUX org

--- more-208
DROP STATISTICS IF EXISTS nosuch;
--> 13-18 ok

--- more-209
CREATE STATISTICS st (dependencies) ON a, b FROM cl;
--> 13-18 ok
-->   SUX cl

-- # Schemas

-- base: shop

--- drop_schema_cascade documented
DROP SCHEMA s2 CASCADE;
--> 13-18 ok

--- create_schema documented
CREATE SCHEMA s3;
--> 13-18 ok

-- base: zoo

--- object-01
DROP SCHEMA s2;
--> 13-18 error 2BP01

--- object-02
DROP SCHEMA s2 CASCADE;
--> 13-18 ok
-->   AX org, s2.t
-->   AX view pubv, s2.vt
-->   AX index s2.t_pkey
-->   AX sequence s2.sq

--- object-03
DROP SCHEMA public CASCADE;
--> 13-18 ok
-->   AX animal, cl, dog, evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evt_new, evtref, gen, k2
-->   AX k2ref, lst, lst_a, lst_b, lst_c, ord, org, plain, puppy, ruled, ruled_log, s2.t, stray
-->   AX typed, ul, usecomp, usedef, useseq, usr
-->   AX view pubv, v_org, v_usr, v_v
-->   AX matview mv, mv2
-->   AX index cl_a, dog_id_idx, evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey
-->   AX index evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey
-->   AX index evt_v_idx, k2_pkey, mv_id, mv_name, ord_pkey, ord_usr_idx, org_code_key, org_pkey
-->   AX index ul_pkey, usedef_imm_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx
-->   AX index usr_org_idx, usr_pkey
-->   AX sequence free_seq, gen_i_seq, ord_id_seq, org_id_seq, usr_id_seq
-->   AX foreign ft
-->   AX composite comp

--- object-74
COMMENT ON SCHEMA s2 IS 'x';
--> 13-18 ok

--- object-156
CREATE SCHEMA x CREATE TABLE t (id int REFERENCES public.org(id));
--> 13-18 ok
-->   SRX org

--- object-161
ALTER EXTENSION citext SET SCHEMA s2;
--> 13-18 ok

--- object-162
ALTER SCHEMA s2 RENAME TO s3;
--> 13-18 ok

--- object-163
ALTER SCHEMA s2 OWNER TO reader;
--> 13-18 ok

--- inline-52
DROP SCHEMA IF EXISTS nosuch CASCADE;
--> 13-18 ok

-- # Extensions

-- base: shop

--- create_extension documented
CREATE EXTENSION pg_trgm;
--> 13-18 ok

-- base: zoo

--- object-24
DROP EXTENSION citext;
--> 13-18 error 2BP01

--- object-25
DROP EXTENSION citext CASCADE;
--> 13-18 ok
-->   AX usr

--- object-26
DROP EXTENSION btree_gist;
--> 13-18 ok

--- object-78
COMMENT ON EXTENSION citext IS 'x';
--> 13-18 ok

--- object-159
CREATE EXTENSION IF NOT EXISTS citext;
--> 13-18 ok

--- object-160
ALTER EXTENSION citext UPDATE;
--> 13-18 ok

--- object-174 partly
ALTER EXTENSION citext ADD TABLE plain;
--> 13-18 ok
-->   SUX plain

-- # Other objects

-- base: zoo

--- object-167
CREATE COLLATION x (LOCALE = 'C');
--> 13-18 ok

--- object-169
SECURITY LABEL ON TABLE usr IS 'x';
--> 13-18 error 22023

--- object-175 outside
CREATE DATABASE x;
--> 13-18 ok

--- object-176 outside
ALTER SYSTEM SET work_mem = '4MB';
--> 13-18 ok

--- object-177
ALTER DATABASE conformance SET work_mem = '4MB';
--> 13-18 ok

-- # Publications

-- base: zoo

--- publication_columns documented
CREATE PUBLICATION p FOR TABLE org (id, name);
--> 13-14 error 42601
--> 15-18 ok
-->   SUX org

--- publication_columns_where
CREATE PUBLICATION p FOR TABLE org (id, name) WHERE (id > 5);
--> 13-14 error 42601
--> 15-18 ok
-->   SUX org

--- publication_set_columns documented
ALTER PUBLICATION pb SET TABLE usr (id, name);
--> 13-14 error 42601
--> 15-18 ok
-->   SUX usr

--- publication_add_where
ALTER PUBLICATION pb ADD TABLE org WHERE (n > 5);
--> 13-14 error 42601
--> 15-18 ok
-->   SUX org

--- publication_drop_column
CREATE PUBLICATION p FOR TABLE org (id, note);
ALTER TABLE org DROP COLUMN note;
--> 15-18 error 2BP01

--- publication_drop_column_cascade
CREATE PUBLICATION p FOR TABLE org (id, note);
ALTER TABLE org DROP COLUMN note CASCADE;
--> 15-18 ok
-->   AX org

--- publication_drop_where_column
CREATE PUBLICATION p FOR TABLE org WHERE (n > 5);
ALTER TABLE org DROP COLUMN n;
--> 15-18 error 2BP01

--- publication_type_where_column
CREATE PUBLICATION p FOR TABLE org WHERE (n > 5);
ALTER TABLE org ALTER COLUMN n TYPE bigint;
--> 15-18 error 0A000

--- publication_rename_column
CREATE PUBLICATION p FOR TABLE org (id, note);
ALTER TABLE org RENAME COLUMN note TO remark;
--> 15-18 ok
-->   AX org

--- publication_column_absent
CREATE PUBLICATION p FOR TABLE org (nosuch);
--> 13-14 error 42601
--> 15-18 error 42703

--- publication_table_absent
CREATE PUBLICATION p FOR TABLE nosuch;
--> 13-18 error 42P01

--- publication_view
CREATE PUBLICATION p FOR TABLE v_org;
--> 13-18 error 22023

--- publication_twice
ALTER PUBLICATION pb ADD TABLE usr;
--> 13-18 error 42710

--- publication_drop_not_member
ALTER PUBLICATION pb DROP TABLE org;
--> 13-18 error 42704

--- publication_drop_schema
ALTER PUBLICATION pb DROP TABLES IN SCHEMA s2;
--> 13-14 error 42601
--> 15-18 error 42704

--- publication_foreign
CREATE PUBLICATION p FOR TABLE ft;
--> 13-18 error 22023

--- publication_unlogged
CREATE PUBLICATION p FOR TABLE ul;
--> 13-18 error 22023

--- publication_owner
ALTER PUBLICATION pb OWNER TO CURRENT_USER;
--> 13-18 ok

--- publication_set_all_tables_options
ALTER PUBLICATION pb SET (publish_via_partition_root = true);
--> 13-18 ok

--- publication_absent
ALTER PUBLICATION nosuch ADD TABLE usr;
--> 13-18 error 42704

-- # Statistics

-- base: zoo

--- statistics_expression documented
CREATE STATISTICS x ON (age + 1), (big + 1) FROM usr;
--> 13 error 0A000
--> 14-18 ok
-->   SUX usr

--- statistics_unnamed documented
CREATE STATISTICS ON age, big FROM usr;
--> 13-15 error 42601
--> 16-18 ok
-->   SUX usr

--- statistics_column_absent
CREATE STATISTICS x ON age, nosuch FROM usr;
--> 13-18 error 42703

--- statistics_one_column
CREATE STATISTICS x ON age FROM usr;
--> 13-18 error 42P17

--- statistics_view
CREATE STATISTICS x ON id, name FROM v_org;
--> 13-18 error 42809

--- statistics_if_not_exists
CREATE STATISTICS IF NOT EXISTS st_usr ON age, big FROM usr;
--> 13-18 ok
-->   SUX usr

--- statistics_absent
ALTER STATISTICS nosuch SET STATISTICS 5;
--> 13-18 error 42704

--- statistics_schema
ALTER STATISTICS st_usr SET SCHEMA s2;
--> 13-18 ok

-- # Sequences

-- base: zoo

--- sequence_unlogged documented
CREATE UNLOGGED SEQUENCE x;
--> 13-14 error 0A000
--> 15-18 ok

--- sequence_set_logged
ALTER SEQUENCE free_seq SET LOGGED;
--> 13-14 error 42809
--> 15-18 ok
-->   AX sequence free_seq

--- sequence_exists
CREATE SEQUENCE free_seq;
--> 13-18 error 42P07

--- sequence_zero
ALTER SEQUENCE free_seq INCREMENT 0;
--> 13-18 error 22023

--- sequence_identity_owned
ALTER SEQUENCE gen_i_seq OWNED BY NONE;
--> 13-18 error 0A000

--- sequence_drop_used
DROP SEQUENCE free_seq;
--> 13-18 error 2BP01

--- sequence_drop_table
DROP SEQUENCE usr;
--> 13-18 error 42809

--- sequence_absent
ALTER SEQUENCE nosuch RESTART;
--> 13-18 error 42P01

--- sequence_max_below
ALTER SEQUENCE free_seq MAXVALUE -5;
--> 13-18 error 22023

--- sequence_owned_schema
ALTER SEQUENCE s2.sq OWNED BY usr.id;
--> 13-18 error 55000

--- sequence_identity_schema
ALTER SEQUENCE gen_i_seq SET SCHEMA s2;
--> 13-18 error 0A000

-- # Functions and triggers

-- base: zoo

--- function_return_type
CREATE OR REPLACE FUNCTION imm(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
--> 13-18 error 42P13

--- function_exists
CREATE FUNCTION imm(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
--> 13-18 error 42723

--- function_type_absent
CREATE FUNCTION x(nosuch) RETURNS int LANGUAGE sql AS 'SELECT 1';
--> 13-18 error 42704

--- function_language_absent
CREATE FUNCTION x() RETURNS int LANGUAGE nosuch AS 'SELECT 1';
--> 13-18 error 42704

--- function_body_absent
CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT id FROM nosuch';
--> 13-18 error 42P01

--- function_body_unchecked
SET check_function_bodies = off;
CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT id FROM nosuch';
--> 13-18 ok

--- function_absent
ALTER FUNCTION nosuch() VOLATILE;
--> 13-18 error 42883

--- drop_function_absent
DROP FUNCTION nosuch();
--> 13-18 error 42883

--- function_ambiguous
CREATE FUNCTION imm(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION imm;
--> 13-18 error 42725

--- drop_procedure_function
DROP PROCEDURE imm(int);
--> 13-18 error 42809

--- function_sql_body_dependency
CREATE FUNCTION x() RETURNS bigint LANGUAGE sql RETURN (SELECT count(note) FROM org);
ALTER TABLE org DROP COLUMN note;
--> 14-18 error 2BP01

--- trigger_function_absent
CREATE TRIGGER x BEFORE INSERT ON usr FOR EACH ROW EXECUTE FUNCTION nosuch();
--> 13-18 error 42883

--- trigger_not_trigger_function
CREATE TRIGGER x BEFORE INSERT ON usr FOR EACH ROW EXECUTE FUNCTION imm();
--> 13-18 error 42883

--- trigger_instead_of_table
CREATE TRIGGER x INSTEAD OF INSERT ON usr FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 error 42809

--- trigger_before_view
CREATE TRIGGER x BEFORE INSERT ON v_org FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 error 42809

--- trigger_absent
DROP TRIGGER nosuch ON usr;
--> 13-18 error 42704

--- trigger_table_absent
CREATE TRIGGER x BEFORE INSERT ON nosuch FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 error 42P01

--- trigger_partition_copy
DROP TRIGGER t_evt ON evt_1;
--> 13-18 error 2BP01

--- trigger_transition
CREATE TRIGGER x AFTER INSERT ON usr REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX usr

--- trigger_truncate
CREATE TRIGGER x BEFORE TRUNCATE ON usr EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX usr

--- trigger_exists
CREATE TRIGGER t_usr BEFORE UPDATE ON usr FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 error 42710

--- trigger_rename_taken
CREATE TRIGGER t2 BEFORE UPDATE ON usr FOR EACH ROW EXECUTE FUNCTION trg();
ALTER TRIGGER t2 ON usr RENAME TO t_usr;
--> 13-18 error 42710

--- trigger_rename_partition
ALTER TRIGGER t_evt ON evt_1 RENAME TO x;
--> 13-14 ok
-->   AX evt_1
--> 15-17 error XX000
--> 18 error 0A000

--- rule_or_replace
CREATE OR REPLACE RULE r_log AS ON INSERT TO ruled DO ALSO NOTHING;
--> 13-18 ok
-->   AX ruled

--- rule_select
CREATE RULE x AS ON SELECT TO usr DO INSTEAD SELECT 1;
--> 13-15 error 42P17
--> 16-18 error 42809

--- rule_absent
DROP RULE nosuch ON ruled;
--> 13-18 error 42704

-- # Schemas, extensions and databases

-- base: zoo

--- schema_authorization
CREATE SCHEMA AUTHORIZATION keeper;
--> 13-18 ok

--- schema_elements
CREATE SCHEMA x CREATE TABLE t (id int REFERENCES public.org) CREATE VIEW w AS SELECT * FROM t;
--> 13-18 ok
-->   SRX org

--- schema_exists
CREATE SCHEMA s2;
--> 13-18 error 42P06

--- schema_if_not_exists
CREATE SCHEMA IF NOT EXISTS s2;
--> 13-18 ok

--- schema_drop_absent
DROP SCHEMA nosuch;
--> 13-18 error 3F000

--- schema_drop_used
DROP SCHEMA s2;
--> 13-18 error 2BP01

--- schema_rename_taken
ALTER SCHEMA s2 RENAME TO public;
--> 13-18 error 42P06

--- schema_rename_absent
ALTER SCHEMA nosuch RENAME TO x;
--> 13-18 error 3F000

--- extension_absent
CREATE EXTENSION nosuch;
--> 13-14 error 58P01
--> 15-18 error 0A000

--- extension_schema
CREATE EXTENSION pg_trgm SCHEMA s2;
--> 13-18 ok

--- extension_schema_absent
CREATE EXTENSION pg_trgm SCHEMA nosuch;
--> 13-18 error 3F000

--- extension_update_to
ALTER EXTENSION citext UPDATE TO '1.6';
--> 13-17 ok
--> 18 error 22023

--- extension_drop_used
DROP EXTENSION citext;
--> 13-18 error 2BP01

--- database_drop_forced documented outside
CREATE DATABASE other;
DROP DATABASE other WITH (FORCE);
--> 13-18 ok

--- database_drop outside
CREATE DATABASE other;
DROP DATABASE other;
--> 13-18 ok

--- database_drop_current
DROP DATABASE conformance;
--> 13-18 error 55006

--- database_drop_current_forced
DROP DATABASE conformance WITH (FORCE);
--> 13-18 error 55006

--- database_drop_if_exists outside
DROP DATABASE IF EXISTS nosuch WITH (FORCE);
--> 13-18 ok

--- database_exists
CREATE DATABASE conformance;
--> 13-18 error 42P04

--- tablespace_drop outside
DROP TABLESPACE ts1;
--> 13-18 ok

--- tablespace_absent
DROP TABLESPACE nosuch;
--> 13-18 error 42704

-- # Publications of parts

-- base: zoo

--- publication_only
CREATE PUBLICATION p FOR TABLE ONLY animal;
--> 13-18 ok
-->   SUX animal

--- publication_drop_table_with_columns
CREATE PUBLICATION p FOR TABLE org (id, note);
DROP TABLE org CASCADE;
--> 15-18 ok
-->   AX ord, org, s2.t, usr
-->   AX view v_org, v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, org_code_key, org_pkey
-->   AX sequence org_id_seq

--- publication_drop_table_alone
CREATE PUBLICATION p FOR TABLE cl (a) WHERE (a > 5);
DROP TABLE cl;
--> 15-18 ok
-->   AX cl
-->   AX index cl_a

--- publication_where_absent
CREATE PUBLICATION p FOR TABLE org WHERE (nosuch > 5);
--> 13-14 error 42601
--> 15-18 error 42703

