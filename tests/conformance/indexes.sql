-- # VACUUM and ANALYZE

-- base: shop

--- vacuum documented outside
VACUUM parent;
--> 13-18 ok
-->   SUX parent

--- vacuum_full documented outside
VACUUM FULL parent;
--> 13-18 ok
-->   AX parent
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- analyze documented
ANALYZE parent;
--> 13-18 ok
-->   SUX parent
-->   AS index parent_code_idx, parent_n_idx, parent_pkey

-- base: zoo

--- index-55 outside
VACUUM plain;
--> 13-18 ok
-->   SUX plain

--- index-56 outside
VACUUM ANALYZE usr;
--> 13-18 ok
-->   SUX usr

--- index-57 outside
VACUUM FULL usr;
--> 13-18 ok
-->   AX usr
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index-58 outside
VACUUM (FULL, ANALYZE) plain;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- index-59 outside
VACUUM evt;
--> 13-18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- index-60
ANALYZE usr;
--> 13-18 ok
-->   SUX usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index-61
ANALYZE usr (age);
--> 13-18 ok
-->   SUX usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index-62
ANALYZE evt;
--> 13-18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx

--- index-63
ANALYZE animal;
--> 13-17 ok
-->   SUX animal
-->   AS dog, puppy
--> 18 ok
-->   SUX animal, dog, puppy
-->   AS index dog_id_idx

--- index-64
ANALYZE mv;
--> 13-18 ok
-->   SUX matview mv
-->   AS index mv_id, mv_name

--- index-65
ANALYZE v_org;
--> 13-18 ok

--- index-66
ANALYZE usr, org;
--> 13-18 ok
-->   SUX org, usr
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey

--- index-67 outside
VACUUM mv;
--> 13-18 ok

--- more-197
ANALYZE;
--> 13-18 ok
-->   SUX animal, cl, dog, evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evt_new, evtref, gen, k2
-->   SUX k2ref, lst, lst_a, lst_b, lst_c, ord, org, plain, puppy, ruled, ruled_log, s2.t, stray
-->   SUX typed, ul, usecomp, usedef, useseq, usr
-->   SUX matview mv, mv2
-->   AS index cl_a, dog_id_idx, evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey
-->   AS index evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, k2_pkey, mv_id, mv_name, ord_pkey
-->   AS index ord_usr_idx, org_code_key, org_pkey, s2.t_pkey, ul_pkey, usedef_imm_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- more-198
ANALYZE dog;
--> 13-17 ok
-->   SUX dog
-->   AS puppy
-->   AS index dog_id_idx
--> 18 ok
-->   SUX dog, puppy
-->   AS index dog_id_idx

--- more-199 outside
VACUUM;
--> 13-18 ok

--- ts-12 outside
VACUUM FULL evt;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- ts-13 outside
VACUUM FULL mv;
--> 13-18 ok
-->   rewrite mv
-->   scan mv
-->   build mv_id, mv_name

--- ts-14 outside
VACUUM (ANALYZE) evt;
--> 13-18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

-- # CLUSTER

-- base: shop

--- cluster_on documented
ALTER TABLE parent CLUSTER ON parent_code_idx;
--> 13-18 ok
-->   SUX parent
-->   SUX index parent_code_idx

--- cluster documented
CLUSTER parent USING parent_code_idx;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

-- base: zoo

--- index-47
CLUSTER usr USING usr_org_idx;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index-48
CLUSTER cl;
--> 13-18 ok
-->   AX cl
-->   AX index cl_a
-->   rewrite cl
-->   scan cl
-->   build cl_a

--- index-49 outside
CLUSTER;
--> 13-18 ok
-->   rewrite cl
-->   scan cl
-->   build cl_a

--- index-50
CLUSTER usr;
--> 13-18 error 42704

--- index-51
CLUSTER mv USING mv_id;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_id, mv_name
-->   rewrite mv
-->   scan mv
-->   build mv_id, mv_name

--- index-52
ALTER TABLE usr CLUSTER ON usr_org_idx;
--> 13-18 ok
-->   SUX usr
-->   SUX index usr_org_idx

--- index-53
ALTER TABLE cl SET WITHOUT CLUSTER;
--> 13-18 ok
-->   SUX cl

--- index-54
ALTER TABLE mv CLUSTER ON mv_id;
--> 13-18 ok
-->   SUX matview mv
-->   SUX index mv_id

--- view-39
ALTER MATERIALIZED VIEW mv CLUSTER ON mv_id;
--> 13-18 ok
-->   SUX matview mv
-->   SUX index mv_id

--- more-189
ALTER TABLE usr SET (fillfactor = 50), ALTER COLUMN age SET STATISTICS 50, CLUSTER ON usr_org_idx;
--> 13-18 ok
-->   SUX usr
-->   SUX index usr_org_idx

--- ts-11 outside
CLUSTER evt USING evt_v_idx;
--> 13-14 error 0A000
--> 15-18 ok
-->   AX evt, evt_1, evt_2a, evt_2b, evt_def
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- ts-15
CLUSTER lst USING nosuch;
--> 13-14 error 0A000
--> 15-18 error 42704

-- # REINDEX

-- base: shop

--- reindex_index documented
REINDEX INDEX parent_code_idx;
--> 13-18 ok
-->   AX index parent_code_idx
-->   S parent
-->   scan parent
-->   build parent_code_idx

--- reindex_table documented
REINDEX TABLE parent;
--> 13-18 ok
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   S parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- reindex_index_concurrently documented outside
REINDEX INDEX CONCURRENTLY parent_code_idx;
--> 13-18 ok
-->   SUX parent
-->   scan parent
-->   build parent_code_idx

--- reindex_table_concurrently documented outside
REINDEX TABLE CONCURRENTLY parent;
--> 13-18 ok
-->   SUX parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

-- base: zoo

--- index-37
REINDEX INDEX usr_org_idx;
--> 13-18 ok
-->   AX index usr_org_idx
-->   S usr
-->   scan usr
-->   build usr_org_idx

--- index-38
REINDEX TABLE usr;
--> 13-18 ok
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   S usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index-39
REINDEX TABLE mv;
--> 13-18 ok
-->   AX index mv_id, mv_name
-->   S matview mv
-->   scan mv
-->   build mv_id, mv_name

--- index-40 outside
REINDEX INDEX CONCURRENTLY usr_org_idx;
--> 13-18 ok
-->   SUX usr
-->   scan usr
-->   build usr_org_idx

--- index-41 outside
REINDEX TABLE CONCURRENTLY usr;
--> 13-18 ok
-->   SUX usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index-42 outside
REINDEX SCHEMA s2;
--> 13-18 ok
-->   S s2.t
-->   scan s2.t
-->   build t_pkey

--- index-43
REINDEX TABLE useseq;
--> 13-18 ok
-->   S useseq

--- index-44 outside
REINDEX TABLE lst;
--> 13 ok
-->   S lst
--> 14-18 ok
-->   S lst, lst_a, lst_b

--- index-45 outside
REINDEX TABLE evt;
--> 13 ok
-->   S evt
--> 14-18 ok
-->   S evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- index-46 outside
REINDEX INDEX evt_v_idx;
--> 13 error 0A000
--> 14-18 ok
-->   S evt, evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx

--- more-192 outside
REINDEX SCHEMA CONCURRENTLY s2;
--> 13-18 ok
-->   SUX s2.t
-->   scan s2.t
-->   build t_pkey

--- more-193
REINDEX INDEX mv_name;
--> 13-18 ok
-->   AX index mv_name
-->   S matview mv
-->   scan mv
-->   build mv_name

--- more-194 outside
REINDEX TABLE CONCURRENTLY mv;
--> 13-18 ok
-->   scan mv
-->   build mv_id, mv_name

--- more-195 outside
REINDEX TABLE CONCURRENTLY cl;
--> 13-18 ok
-->   SUX cl
-->   scan cl
-->   build cl_a

-- # CREATE INDEX

-- base: shop

--- create_index documented
CREATE INDEX i ON parent(status);
--> 13-18 ok
-->   S parent
-->   scan parent

--- create_index_concurrently documented outside
CREATE INDEX CONCURRENTLY i ON parent(status);
--> 13-18 ok
-->   SUX parent
-->   scan parent

--- create_unique_index_concurrently documented outside
CREATE UNIQUE INDEX CONCURRENTLY i ON parent(name);
--> 13-18 ok
-->   SUX parent
-->   scan parent

--- create_unique_index documented
CREATE UNIQUE INDEX i ON parent(name);
--> 13-18 ok
-->   S parent
-->   scan parent

--- create_index_on_partitioned documented
CREATE INDEX i ON part(v);
--> 13-18 ok
-->   S part, part_1, part_2
-->   scan part_1, part_2

--- create_index_on_only_partitioned documented
CREATE INDEX i ON ONLY part(v);
--> 13-18 ok
-->   S part

-- base: zoo

--- index-01
CREATE INDEX ON usr(age);
--> 13-18 ok
-->   S usr
-->   scan usr

--- index-02
CREATE UNIQUE INDEX ON usr(id);
--> 13-18 ok
-->   S usr
-->   scan usr

--- index-03
CREATE INDEX ON usr(imm(age));
--> 13-18 ok
-->   S usr
-->   scan usr

--- index-04
CREATE INDEX ON usr(age) WHERE imm(age) > 0;
--> 13-18 ok
-->   S usr
-->   scan usr

--- index-05
CREATE INDEX IF NOT EXISTS usr_org_idx ON usr(org_id);
--> 13-18 ok
-->   S usr

--- index-06 outside
CREATE INDEX CONCURRENTLY ON usr(age);
--> 13-18 ok
-->   SUX usr
-->   scan usr

--- index-07 outside
CREATE INDEX CONCURRENTLY IF NOT EXISTS usr_org_idx ON usr(org_id);
--> 13-18 ok
-->   SUX usr

--- index-08 outside
CREATE INDEX CONCURRENTLY ON evt(id);
--> 13-18 error 0A000

--- index-09
CREATE INDEX ON evt(id);
--> 13-18 ok
-->   S evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- index-10
CREATE UNIQUE INDEX ON evt(at, id);
--> 13-18 ok
-->   S evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- index-11
CREATE INDEX ON ONLY evt(id);
--> 13-18 ok
-->   S evt

--- index-12
CREATE INDEX ON evt_2(id);
--> 13-18 ok
-->   S evt_2, evt_2a, evt_2b
-->   scan evt_2a, evt_2b

--- index-13
CREATE INDEX ON animal(id);
--> 13-18 ok
-->   S animal
-->   scan animal

--- index-14
CREATE INDEX ON mv(name);
--> 13-18 ok
-->   S matview mv
-->   scan mv

--- index-15 outside
CREATE INDEX CONCURRENTLY ON mv(name);
--> 13-18 ok
-->   scan mv

--- index-16
CREATE INDEX evt_1_u ON evt_1(usr_id);
CREATE INDEX ON evt(usr_id);
--> 13-18 ok
-->   S evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   S index evt_1_u
-->   scan evt_2a, evt_2b, evt_def

--- more-191 outside
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uu ON org(name);
--> 13-18 ok
-->   SUX org
-->   scan org

--- inline-41
CREATE UNIQUE INDEX ON plain(a) WHERE c > 5;
--> 13-18 ok
-->   S plain
-->   scan plain

--- inline-42
CREATE INDEX ON plain USING hash(c);
--> 13-18 ok
-->   S plain
-->   scan plain

--- inline-43
CREATE INDEX ON plain USING gist(r);
--> 13-18 ok
-->   S plain
-->   scan plain

--- inline-44
CREATE INDEX ON plain USING brin(a);
--> 13-18 ok
-->   S plain
-->   scan plain

--- inline-45
CREATE INDEX ON usr USING gin(js);
--> 13-18 ok
-->   S usr
-->   scan usr

--- ts-09
CREATE INDEX ON plain(a) TABLESPACE ts1;
--> 13-18 ok
-->   S plain
-->   scan plain

-- # Other index statements

-- base: shop

--- drop_index documented
DROP INDEX parent_code_idx;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx

--- drop_index_concurrently documented outside
DROP INDEX CONCURRENTLY parent_code_idx;
--> 13-18 ok
-->   SUX parent

--- rename_index documented
ALTER INDEX parent_code_idx RENAME TO pci2;
--> 13-18 ok
-->   SUX index parent_code_idx

-- base: zoo

--- column-101
ALTER INDEX usr_lower_idx ALTER COLUMN 1 SET STATISTICS 100;
--> 13-18 ok
-->   SUX index usr_lower_idx

--- partition-60
CREATE INDEX lst_i ON ONLY lst(v); CREATE INDEX lst_a_i ON lst_a(v);
ALTER INDEX lst_i ATTACH PARTITION lst_a_i;
--> 13-18 ok
-->   AX index lst_a_i
-->   SUX index lst_i
-->   AS lst, lst_a

--- partition-61
CREATE INDEX lst_i ON ONLY lst(v); CREATE INDEX lst_a_i ON lst_a(v); CREATE INDEX lst_b_i ON lst_b(v); ALTER INDEX lst_i ATTACH PARTITION lst_a_i;
ALTER INDEX lst_i ATTACH PARTITION lst_b_i;
--> 13-18 ok
-->   AX index lst_b_i
-->   SUX index lst_i
-->   AS lst, lst_b

--- index-17
DROP INDEX usr_org_idx;
--> 13-18 ok
-->   AX usr
-->   AX index usr_org_idx

--- index-18
DROP INDEX usr_org_idx, usr_lower_idx;
--> 13-18 ok
-->   AX usr
-->   AX index usr_lower_idx, usr_org_idx

--- index-19
DROP INDEX IF EXISTS nosuch;
--> 13-18 ok

--- index-20
DROP INDEX evt_v_idx;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_v_idx, evt_2_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx, evt_v_idx

--- index-21
DROP INDEX evt_1_v_idx;
--> 13-18 error 2BP01

--- index-22 outside
DROP INDEX CONCURRENTLY evt_v_idx;
--> 13-18 error 0A000

--- index-23 outside
DROP INDEX CONCURRENTLY usr_org_idx;
--> 13-18 ok
-->   SUX usr

--- index-24 outside
DROP INDEX CONCURRENTLY IF EXISTS nosuch;
--> 13-18 ok

--- index-25
DROP INDEX usr_pkey;
--> 13-18 error 2BP01

--- index-26
DROP INDEX mv_id;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_id

--- index-27 outside
DROP INDEX CONCURRENTLY mv_name;
--> 13-18 ok

--- index-28
ALTER INDEX usr_org_idx RENAME TO i2;
--> 13-18 ok
-->   SUX index usr_org_idx

--- index-30
ALTER INDEX usr RENAME TO usr2;
--> 13-18 ok
-->   AX usr

--- index-31
ALTER INDEX usr_org_idx SET (fillfactor = 70);
--> 13-18 ok
-->   SUX index usr_org_idx

--- index-32
ALTER INDEX usr_org_idx RESET (fillfactor);
--> 13-18 ok
-->   SUX index usr_org_idx

--- index-33
ALTER INDEX usr_org_idx SET TABLESPACE pg_default;
--> 13-18 ok
-->   AX index usr_org_idx

--- index-34
ALTER INDEX evt_v_idx SET TABLESPACE pg_default;
--> 13-18 ok
-->   AX index evt_v_idx

--- index-35
ALTER INDEX evt_v_idx RENAME TO x;
--> 13-18 ok
-->   SUX index evt_v_idx

--- index-36
ALTER INDEX IF EXISTS nosuch RENAME TO x;
--> 13-18 ok

--- object-59
COMMENT ON INDEX usr_org_idx IS 'x';
--> 13-18 ok
-->   SUX index usr_org_idx

--- object-171
ALTER INDEX usr_org_idx DEPENDS ON EXTENSION citext;
--> 13-18 ok
-->   AX index usr_org_idx

--- more-126
DROP INDEX mv_name;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_name

--- more-177
ALTER INDEX evt_1_v_idx RENAME TO evt_one;
--> 13-18 ok
-->   SUX index evt_1_v_idx

--- inline-46
DROP INDEX evt_pkey;
--> 13-18 error 2BP01

--- inline-47
ALTER INDEX usr_pkey RENAME TO x;
--> 13-18 ok
-->   SUX index usr_pkey

--- inline-48
ALTER INDEX usr_org_idx ALTER COLUMN 1 SET STATISTICS 5;
--> 13-18 error 0A000

--- inline-49
COMMENT ON INDEX usr_pkey IS 'x';
--> 13-18 ok
-->   SUX index usr_pkey

-- # REINDEX

-- base: zoo

--- reindex_database documented outside
REINDEX DATABASE conformance;
--> 13-18 ok
-->   scan cl, dog, evt_1, evt_2a, evt_2b, evt_def, k2, mv, ord, org, s2.t, usedef, usr
-->   maybe ul
-->   build cl_a, dog_id_idx, evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey
-->   build evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, k2_pkey, mv_id, mv_name, ord_pkey
-->   build ord_usr_idx, org_code_key, org_pkey, t_pkey, ul_pkey, usedef_imm_idx, usr_age_part_idx
-->   build usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- reindex_database_concurrently outside
REINDEX DATABASE CONCURRENTLY conformance;
--> 13-18 ok
-->   scan cl, dog, evt_1, evt_2a, evt_2b, evt_def, k2, mv, ord, org, s2.t, usedef, usr
-->   maybe ul
-->   build cl_a, dog_id_idx, evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey
-->   build evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, k2_pkey, mv_id, mv_name, ord_pkey
-->   build ord_usr_idx, org_code_key, org_pkey, t_pkey, ul_pkey, usedef_imm_idx, usr_age_part_idx
-->   build usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- reindex_system outside
REINDEX SYSTEM conformance;
--> 13-18 ok

--- reindex_system_concurrently outside
REINDEX SYSTEM CONCURRENTLY conformance;
--> 13-18 error 0A000

--- reindex_tablespace documented
REINDEX (TABLESPACE ts1) TABLE cl;
--> 13 error 42601
--> 14-18 ok
-->   AX index cl_a
-->   S cl
-->   scan cl
-->   build cl_a

--- reindex_absent
REINDEX TABLE nosuch;
--> 13-18 error 42P01

--- reindex_view
REINDEX TABLE v_org;
--> 13-18 error 42809

--- reindex_other_kind
REINDEX INDEX usr;
--> 13-18 error 42809

--- reindex_concurrently_exclusion outside
ALTER TABLE plain ADD CONSTRAINT px EXCLUDE USING gist (r WITH &&);
REINDEX INDEX CONCURRENTLY px;
--> 13-18 error 0A000

--- reindex_concurrently_partitioned outside
REINDEX TABLE CONCURRENTLY lst;
--> 13 ok
-->   SUX lst
--> 14-18 ok
-->   S lst_a, lst_b
-->   SUX lst

-- # VACUUM and ANALYZE

-- base: zoo

--- vacuum_only documented outside
VACUUM ONLY lst;
--> 13-17 error 42601
--> 18 ok
-->   SUX lst

--- analyze_only documented
ANALYZE ONLY lst;
--> 13-17 error 42601
--> 18 ok
-->   SUX lst
-->   AS lst_a, lst_b

--- analyze_column_absent unforeseen
ANALYZE usr (nosuch);
--> 13-18 error 42703

--- analyze_absent
ANALYZE nosuch;
--> 13-18 error 42P01

--- vacuum_foreign outside
VACUUM ft;
--> 13-18 ok

--- vacuum_freeze outside
VACUUM (FREEZE) cl;
--> 13-18 ok
-->   SUX cl

--- vacuum_parallel outside
VACUUM (PARALLEL 2) cl;
--> 13-18 ok
-->   SUX cl

--- vacuum_view outside
VACUUM v_org;
--> 13-18 ok

-- # CREATE INDEX

-- base: zoo

--- index_nulls_not_distinct
CREATE UNIQUE INDEX ON plain (a) NULLS NOT DISTINCT;
--> 13-14 error 42601
--> 15-18 ok
-->   S plain
-->   scan plain

--- index_include
CREATE INDEX ON plain (a) INCLUDE (b);
--> 13-18 ok
-->   S plain
-->   scan plain

--- index_opclass_absent
CREATE INDEX ON plain (a nosuch_ops);
--> 13-18 error 42704

--- index_method_absent
CREATE INDEX ON plain USING nosuch (a);
--> 13-18 error 42704

--- index_name_taken
CREATE INDEX usr_org_idx ON usr (age);
--> 13-18 error 42P07

--- index_column_absent
CREATE INDEX ON plain (nosuch);
--> 13-18 error 42703

--- index_view
CREATE INDEX ON v_org (id);
--> 13-18 error 42809

--- index_volatile
CREATE INDEX ON plain ((vol()));
--> 13-18 error 42P17

--- index_volatile_in_sql
CREATE FUNCTION canon(text) RETURNS text LANGUAGE sql AS 'SELECT lower($1)';
CREATE INDEX ON usr (canon(email));
--> 13-18 ok
-->   S usr
-->   scan usr

--- index_gin_no_opclass
CREATE INDEX ON plain USING gin (a);
--> 13-18 error 42704

--- index_json
CREATE INDEX ON usr (iv, tm, ip);
--> 13-18 ok
-->   S usr
-->   scan usr

--- index_foreign
CREATE INDEX ON ft (a);
--> 13-18 error 42809

--- index_partitioned_unique_no_key
CREATE UNIQUE INDEX ON evt (id);
--> 13-18 error 0A000

--- index_unique_gin
CREATE UNIQUE INDEX ON usr USING gin (js);
--> 13-18 error 0A000

--- index_concurrently_valid_later outside
CREATE INDEX CONCURRENTLY ON plain (c) WHERE c > 5;
--> 13-18 ok
-->   SUX plain
-->   scan plain

--- index_on_temp
CREATE TEMP TABLE tt (a int);
CREATE INDEX ON tt (a);
--> 13-18 ok
-->   S pg_temp.tt
-->   maybe pg_temp.tt

--- index_concurrently_temp outside
CREATE TEMP TABLE tt (a int);
CREATE INDEX CONCURRENTLY ON tt (a);
--> 13-18 ok
-->   maybe pg_temp.tt

--- index_expression_subquery
CREATE INDEX ON plain ((SELECT 1));
--> 13-18 error 42601

--- index_predicate_mutable
CREATE INDEX ON usr (age) WHERE created > now();
--> 13-18 error 42P17

-- # Other index statements

-- base: zoo

--- index_set_tablespace documented
ALTER INDEX usr_org_idx SET TABLESPACE ts1;
--> 13-18 ok
-->   AX index usr_org_idx
-->   build usr_org_idx

--- index_set_tablespace_partitioned
ALTER INDEX evt_v_idx SET TABLESPACE ts1;
--> 13-18 ok
-->   AX index evt_v_idx

--- index_all_in_tablespace partly
ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE ts1;
--> 13-18 ok
-->   AX index cl_a, dog_id_idx, evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey
-->   AX index evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey
-->   AX index evt_v_idx, k2_pkey, mv_id, mv_name, ord_pkey, ord_usr_idx, org_code_key, org_pkey
-->   AX index s2.t_pkey, ul_pkey, usedef_imm_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx
-->   AX index usr_org_idx, usr_pkey
-->   build cl_a, dog_id_idx, evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey
-->   build evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, k2_pkey, mv_id, mv_name, ord_pkey
-->   build ord_usr_idx, org_code_key, org_pkey, t_pkey, ul_pkey, usedef_imm_idx, usr_age_part_idx
-->   build usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- index_set_schema
ALTER INDEX usr_org_idx SET SCHEMA s2;
--> 13-18 error 42601

--- index_owner
ALTER INDEX usr_org_idx OWNER TO keeper;
--> 13-18 ok
-->   AX index usr_org_idx

--- index_alter_as_table
ALTER TABLE usr_org_idx SET TABLESPACE ts1;
--> 13-18 ok
-->   AX index usr_org_idx
-->   build usr_org_idx

--- drop_index_table
DROP INDEX usr;
--> 13-18 error 42809

--- drop_index_concurrently_two outside
DROP INDEX CONCURRENTLY usr_org_idx, usr_lower_idx;
--> 13-18 error 0A000

--- drop_index_concurrently_cascade outside
DROP INDEX CONCURRENTLY usr_org_idx CASCADE;
--> 13-18 error 0A000

--- drop_index_fk
DROP INDEX org_pkey;
--> 13-18 error 2BP01

--- drop_index_concurrently_pkey outside
DROP INDEX CONCURRENTLY usr_pkey;
--> 13-18 error 2BP01

-- # CLUSTER

-- base: zoo

--- cluster_verbose unforeseen
CLUSTER (VERBOSE) cl;
--> 13 error 42601
--> 14-18 ok
-->   AX cl
-->   AX index cl_a
-->   rewrite cl
-->   scan cl
-->   build cl_a

--- cluster_index_absent
CLUSTER cl USING nosuch;
--> 13-18 error 42704

--- cluster_partial
CLUSTER usr USING usr_age_part_idx;
--> 13-18 error 0A000

--- cluster_on_absent
ALTER TABLE cl CLUSTER ON nosuch;
--> 13-18 error 42704

-- # REINDEX of partitioned tables

--- reindex_concurrently_partitions outside
REINDEX TABLE CONCURRENTLY evt;
--> 13 ok
-->   SUX evt
--> 14-18 ok
-->   S evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   SUX evt
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- reindex_index_concurrently_partitions outside
REINDEX INDEX CONCURRENTLY evt_v_idx;
--> 13 error 0A000
--> 14-18 ok
-->   SUX evt, evt_1
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx

