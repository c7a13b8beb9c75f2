-- # Foreign tables

-- base: zoo

--- table-27
CREATE FOREIGN TABLE x (a int) SERVER srv;
--> 13-18 ok

--- table-46
DROP FOREIGN TABLE ft;
--> 13-18 ok
-->   AX foreign ft

--- table-91
ALTER FOREIGN TABLE ft RENAME TO ft2;
--> 13-18 ok
-->   AX foreign ft

--- object-37
DROP SERVER srv CASCADE;
--> 13-18 ok
-->   AX foreign ft

--- object-38
DROP FOREIGN DATA WRAPPER dummyfdw CASCADE;
--> 13-18 ok
-->   AX foreign ft

--- object-77
COMMENT ON FOREIGN TABLE ft IS 'x';
--> 13-18 ok
-->   SUX foreign ft

--- more-211
ALTER TABLE ft OWNER TO keeper;
--> 13-18 ok
-->   AX foreign ft

-- # Creating tables

-- base: shop

--- create_table documented
CREATE TABLE nt (id int PRIMARY KEY);
--> 13-18 ok

--- create_table_fk documented
CREATE TABLE nt (id int PRIMARY KEY, p bigint REFERENCES parent(id));
--> 13-18 ok
-->   SRX parent

--- create_table_as documented
CREATE TABLE nt AS SELECT * FROM parent;
--> 13-18 ok
-->   AS parent
-->   AS index parent_code_idx, parent_n_idx, parent_pkey
-->   scan parent

--- create_table_like documented
CREATE TABLE nt (LIKE parent INCLUDING ALL);
--> 13-18 ok
-->   AS parent

-- base: zoo

--- table-01
CREATE TABLE x (id int);
--> 13-18 ok

--- table-02
CREATE TABLE x (id int PRIMARY KEY, o bigint REFERENCES org(id), u bigint REFERENCES usr(id));
--> 13-18 ok
-->   SRX org, usr

--- table-03
CREATE TABLE x (id int PRIMARY KEY, e int, a int, FOREIGN KEY (e, a) REFERENCES evt(id, at));
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- table-04
CREATE TABLE IF NOT EXISTS usr (id int REFERENCES org(id));
--> 13-18 ok

--- table-05
CREATE TABLE x (LIKE usr);
--> 13-18 ok
-->   AS usr

--- table-06
CREATE TABLE x (LIKE usr INCLUDING ALL);
--> 13-18 ok
-->   AS usr

--- table-07
CREATE TABLE x (LIKE v_org);
--> 13-18 ok
-->   AS view v_org

--- table-08
CREATE TABLE x (LIKE comp);
--> 13-18 ok
-->   AS composite comp

--- table-09
CREATE TABLE x (LIKE evt INCLUDING ALL);
--> 13-18 ok
-->   AS evt

--- table-10
CREATE TABLE x (a int) INHERITS (animal);
--> 13-18 ok
-->   SUX animal

--- table-11
CREATE TABLE x (a int, id int REFERENCES org(id)) INHERITS (dog);
--> 13-18 ok
-->   SRX org
-->   SUX dog

--- table-12
CREATE TABLE x OF comp;
--> 13-18 ok
-->   AS composite comp

--- table-13
CREATE TABLE x AS SELECT * FROM usr;
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- table-14
CREATE TABLE x AS SELECT * FROM usr WITH NO DATA;
--> 13-18 ok
-->   AS usr

--- table-15 planner
CREATE TABLE x AS SELECT * FROM v_v;
--> 13-18 ok
-->   AS org, usr
-->   AS view v_usr, v_v
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan org, usr

--- table-16
CREATE TABLE x AS TABLE org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- table-17 planner
CREATE TABLE x AS SELECT * FROM usr WHERE id IN (SELECT org_id FROM ord);
--> 13-18 ok
-->   AS ord, usr
-->   AS index ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan ord, usr

--- table-18
CREATE TABLE IF NOT EXISTS usr AS SELECT * FROM org;
--> 13-18 ok
-->   AS org

--- table-20
CREATE TABLE x AS VALUES (1);
--> 13-18 ok

--- table-21
CREATE TABLE x (a int DEFAULT nextval('free_seq'));
--> 13-18 ok

--- table-22
CREATE TABLE x (a int DEFAULT vol(), b mood, c posint);
--> 13-18 ok

--- table-23
CREATE TEMP TABLE x (a int);
--> 13-18 ok

--- table-24
CREATE TEMP TABLE x AS SELECT * FROM org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- table-25
CREATE UNLOGGED TABLE x (a int);
--> 13-18 ok

--- table-26
CREATE TABLE x (a int) PARTITION BY RANGE (a);
--> 13-18 ok

--- table-28
CREATE TABLE x (a int CHECK (imm(a) > 0), b int GENERATED ALWAYS AS IDENTITY);
--> 13-18 ok

--- more-78
CREATE TABLE x AS SELECT * FROM v_v WITH NO DATA;
--> 13-18 ok
-->   AS view v_v

--- more-151
CREATE TABLE x (LIKE usr INCLUDING INDEXES, FOREIGN KEY (org_id) REFERENCES org(id), EXCLUDE USING btree (id WITH =));
--> 13-18 ok
-->   SRX org
-->   AS usr

--- more-152
CREATE TABLE x (a mood, b posint, c comp, EXCLUDE USING gist (a WITH =));
--> 13-18 ok

--- more-153
CREATE TABLE x (a int) INHERITS (animal, stray);
--> 13-18 ok
-->   SUX animal, stray

--- more-154
CREATE TABLE x (CHECK (id > 5)) INHERITS (evt_new);
--> 13-18 ok
-->   SUX evt_new

--- more-155
CREATE TABLE IF NOT EXISTS nt (LIKE org);
--> 13-18 ok
-->   AS org

--- inline-57
CREATE TABLE x (a int) WITH (fillfactor = 50);
--> 13-18 ok

--- inline-58
CREATE TABLE x (LIKE mv);
--> 13-18 ok
-->   AS matview mv

--- inline-59
CREATE TABLE x (LIKE v_v);
--> 13-18 ok
-->   AS view v_v

--- inline-60
CREATE TABLE x (a usr);
--> 13-18 ok

--- ts-08
CREATE TABLE x (a int) TABLESPACE ts1;
--> 13-18 ok

-- # Dropping tables

-- base: shop

--- partition_drop documented
DROP TABLE part_1;
--> 13-18 ok
-->   AX part, part_1

--- drop_table documented
DROP TABLE nopk;
--> 13-18 ok
-->   AX nopk

--- drop_table_cascade_fk documented
DROP TABLE parent CASCADE;
--> 13-18 ok
-->   AX child, parent
-->   AX view v
-->   AX matview mv
-->   AX index mv_id, parent_code_idx, parent_n_idx, parent_pkey
-->   AX sequence parent_id_seq

-- base: zoo

--- partition-46
DROP TABLE evt_1;
--> 13-18 error 2BP01

--- partition-47
DROP TABLE evtref;
DROP TABLE evt_1;
--> 13-18 ok
-->   AX evt, evt_1, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx

--- partition-48
DROP TABLE evt_2;
--> 13-18 error 2BP01

--- partition-49
DROP TABLE evtref;
DROP TABLE evt_2;
--> 13-18 ok
-->   AX evt, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx

--- partition-50
DROP TABLE lst;
--> 13-18 ok
-->   AX lst, lst_a, lst_b

--- partition-51
DROP TABLE lst_a;
--> 13-18 ok
-->   AX lst, lst_a

--- partition-52
DROP TABLE evt;
--> 13-18 error 2BP01

--- partition-53
DROP TABLE evt CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref, usr
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   AX index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx

--- partition-54
DROP TABLE evt_def CASCADE;
--> 13-14 ok
-->   AX evt, evt_1, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_def_pkey, evt_def_v_idx
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_def_pkey, evt_def_v_idx

--- table-29
DROP TABLE plain;
--> 13-18 ok
-->   AX plain

--- table-30
DROP TABLE IF EXISTS nosuch;
--> 13-18 ok

--- table-31
DROP TABLE usr;
--> 13-18 error 2BP01

--- table-32
DROP TABLE usr CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, ord, org, usr
-->   AX view v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AX index usr_pkey
-->   AX sequence usr_id_seq

--- table-33
DROP TABLE org CASCADE;
--> 13-18 ok
-->   AX ord, org, s2.t, usr
-->   AX view v_org, v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, org_code_key, org_pkey
-->   AX sequence org_id_seq

--- table-34
DROP TABLE ord;
--> 13-18 ok
-->   AX ord, org, usr
-->   AX index ord_pkey, ord_usr_idx
-->   AX sequence ord_id_seq

--- table-35
DROP TABLE ord, plain;
--> 13-18 ok
-->   AX ord, org, plain, usr
-->   AX index ord_pkey, ord_usr_idx
-->   AX sequence ord_id_seq

--- table-36
DROP TABLE useseq;
--> 13-18 ok
-->   AX useseq

--- table-37
DROP TABLE gen;
--> 13-18 ok
-->   AX gen
-->   AX sequence gen_i_seq

--- table-38
DROP TABLE animal;
--> 13-18 error 2BP01

--- table-39
DROP TABLE animal CASCADE;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   AX index dog_id_idx

--- table-40
DROP TABLE puppy;
--> 13-18 ok
-->   AX puppy

--- table-41
DROP TABLE dog CASCADE;
--> 13-18 ok
-->   AX dog, puppy
-->   AX index dog_id_idx

--- table-42
DROP TABLE k2;
--> 13-18 error 2BP01

--- table-43
DROP TABLE k2ref;
--> 13-18 ok
-->   AX k2, k2ref

--- table-44
DROP TABLE evtref;
--> 13-14 ok
-->   AX evt_1, evt_2a, evt_2b, evt_def, evtref
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref

--- table-45
DROP TABLE typed;
--> 13-18 ok
-->   AX typed

--- table-47
DROP TABLE ruled;
--> 13-18 ok
-->   AX ruled

--- more-12
DROP TABLE evtref, evt;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref, usr
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   AX index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx

--- more-13
DROP TABLE evtref;
DROP TABLE evt_2a;
--> 13-18 ok
-->   AX evt_2, evt_2a
-->   AX index evt_2a_pkey, evt_2a_v_idx

--- more-123
DROP TABLE s2.t CASCADE;
--> 13-18 ok
-->   AX org, s2.t
-->   AX view pubv, s2.vt
-->   AX index s2.t_pkey

--- more-124
DROP TABLE org, usr, ord CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, ord, org, s2.t, usr
-->   AX view v_org, v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, ord_pkey, ord_usr_idx, org_code_key, org_pkey, usr_age_part_idx
-->   AX index usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AX sequence ord_id_seq, org_id_seq, usr_id_seq

--- inline-55
DROP TABLE IF EXISTS plain, nosuch CASCADE;
--> 13-18 ok
-->   AX plain

-- # Triggers and rules of a table

-- base: shop

--- disable_trigger documented
ALTER TABLE child DISABLE TRIGGER t_exist;
--> 13-18 ok
-->   SRX child

-- base: zoo

--- partition-69
ALTER TABLE evt DISABLE TRIGGER t_evt;
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- partition-70
ALTER TABLE ONLY evt DISABLE TRIGGER t_evt;
--> 13-18 ok
-->   SRX evt

--- partition-71
ALTER TABLE evt DISABLE TRIGGER ALL;
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- table-85
ALTER TABLE usr DISABLE TRIGGER t_usr;
--> 13-18 ok
-->   SRX usr

--- table-86
ALTER TABLE usr DISABLE TRIGGER ALL;
--> 13-18 ok
-->   SRX usr

--- table-87
ALTER TABLE usr ENABLE ALWAYS TRIGGER t_usr;
--> 13-18 ok
-->   SRX usr

--- table-88
ALTER TABLE ruled DISABLE RULE r_log;
--> 13-18 ok
-->   AX ruled

--- object-168
ALTER TABLE usr ENABLE REPLICA RULE nosuch;
--> 13-18 error 42704

--- more-110
ALTER TABLE animal DISABLE TRIGGER ALL;
--> 13-18 ok
-->   SRX animal

--- more-190
ALTER TABLE usr DISABLE TRIGGER t_usr, SET (fillfactor = 50);
--> 13-18 ok
-->   SRX usr

-- # ALTER TABLE

-- base: shop

--- rename_table documented
ALTER TABLE parent RENAME TO parent2;
--> 13-18 ok
-->   AX parent

--- set_schema documented
ALTER TABLE parent SET SCHEMA s2;
--> 13-18 ok
-->   AX parent
-->   AX sequence parent_id_seq

--- owner_to documented
ALTER TABLE parent OWNER TO reader;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   AX sequence parent_id_seq

--- set_unlogged documented
ALTER TABLE nopk SET UNLOGGED;
--> 13-18 ok
-->   AX nopk
-->   rewrite nopk
-->   scan nopk

--- set_fillfactor documented
ALTER TABLE parent SET (fillfactor=80);
--> 13-18 ok
-->   SUX parent

--- set_autovacuum_opt documented
ALTER TABLE parent SET (autovacuum_enabled=false);
--> 13-18 ok
-->   SUX parent

--- set_access_method documented
ALTER TABLE parent SET ACCESS METHOD heap;
--> 13-14 error 42601
--> 15-18 ok
-->   AX parent

--- set_tablespace documented
ALTER TABLE parent SET TABLESPACE pg_default;
--> 13-18 ok
-->   AX parent

--- replica_identity_full documented
ALTER TABLE parent REPLICA IDENTITY FULL;
--> 13-18 ok
-->   AX parent

--- inherit documented
CREATE TABLE nopk_ch (LIKE nopk);
ALTER TABLE nopk_ch INHERIT nopk;
--> 13-18 ok
-->   AX nopk_ch
-->   SUX nopk

--- comment_table documented
COMMENT ON TABLE parent IS 'x';
--> 13-18 ok
-->   SUX parent

-- base: zoo

--- partition-55
ALTER TABLE dog INHERIT stray;
--> 13-18 ok
-->   AX dog
-->   SUX stray
-->   AS puppy

--- partition-56
ALTER TABLE stray INHERIT animal;
--> 13-18 ok
-->   AX stray
-->   SUX animal

--- partition-57
CREATE TABLE kid (id int, name text, CONSTRAINT animal_ck CHECK (id > -1));
ALTER TABLE kid INHERIT stray;
--> 13-18 ok
-->   AX kid
-->   SUX stray

--- partition-58
ALTER TABLE dog NO INHERIT animal;
--> 13-18 ok
-->   AX dog
-->   AS animal

--- partition-62
ALTER TABLE evt OWNER TO reader;
--> 13-18 ok
-->   AX evt
-->   AX index evt_pkey, evt_v_idx

--- partition-63 unforeseen
ALTER TABLE evt SET (fillfactor = 50);
--> 13-15 error 22023
--> 16-18 error 42809

--- partition-64
ALTER TABLE evt_1 SET (fillfactor = 50);
--> 13-18 ok
-->   SUX evt_1

--- partition-65
ALTER TABLE evt SET TABLESPACE pg_default;
--> 13-18 ok
-->   AX evt

--- partition-66 unforeseen
ALTER TABLE evt SET ACCESS METHOD heap;
--> 13-14 error 42601
--> 15-16 error 42809
--> 17-18 ok
-->   AX evt

--- partition-67 unforeseen
ALTER TABLE evt SET UNLOGGED;
--> 13-17 error 42P16
--> 18 error 42809

--- partition-72
ALTER TABLE evt REPLICA IDENTITY FULL;
--> 13-18 ok
-->   AX evt

--- partition-73
ALTER TABLE evt RENAME TO evt9;
--> 13-18 ok
-->   AX evt

--- partition-77
ALTER TABLE evt SET SCHEMA s2;
--> 13-18 ok
-->   AX evt

--- partition-78
ALTER TABLE animal SET SCHEMA s2;
--> 13-18 ok
-->   AX animal

--- partition-79
ALTER TABLE animal OWNER TO reader;
--> 13-18 ok
-->   AX animal

--- index-29
ALTER TABLE usr_org_idx RENAME TO i2;
--> 13-18 ok
-->   AX index usr_org_idx

--- table-48
ALTER TABLE usr RENAME TO usr2;
--> 13-18 ok
-->   AX usr

--- table-49
ALTER TABLE IF EXISTS nosuch RENAME TO usr2;
--> 13-18 ok

--- table-53
ALTER TABLE usr SET SCHEMA s2;
--> 13-18 ok
-->   AX usr
-->   AX sequence usr_id_seq

--- table-54
ALTER TABLE usr OWNER TO reader;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AX sequence usr_id_seq

--- table-55
ALTER TABLE usr OWNER TO CURRENT_USER;
--> 13-18 ok
-->   AX usr

--- table-56
ALTER TABLE gen OWNER TO reader;
--> 13-18 ok
-->   AX gen
-->   AX sequence gen_i_seq

--- table-57
ALTER TABLE plain SET UNLOGGED;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- table-58 unforeseen
ALTER TABLE usr SET UNLOGGED;
--> 13-18 error 55000

--- table-59
ALTER TABLE ul SET LOGGED;
--> 13-18 ok
-->   AX ul
-->   AX index ul_pkey
-->   rewrite ul
-->   maybe ul
-->   build ul_pkey

--- table-60
ALTER TABLE plain SET LOGGED;
--> 13-18 ok
-->   AX plain

--- table-61
ALTER TABLE gen SET UNLOGGED;
--> 13-14 ok
-->   AX gen
-->   rewrite gen
-->   scan gen
--> 15-18 ok
-->   AX gen
-->   AX sequence gen_i_seq
-->   rewrite gen
-->   scan gen

--- table-62
ALTER TABLE evtref SET UNLOGGED;
--> 13-18 ok
-->   AX evtref
-->   rewrite evtref
-->   scan evtref

--- table-63
ALTER TABLE usr SET (fillfactor = 50);
--> 13-18 ok
-->   SUX usr

--- table-64
ALTER TABLE usr SET (autovacuum_enabled = false);
--> 13-18 ok
-->   SUX usr

--- table-65
ALTER TABLE usr SET (toast_tuple_target = 500);
--> 13-18 ok
-->   SUX usr

--- table-66
ALTER TABLE usr SET (parallel_workers = 2);
--> 13-18 ok
-->   SUX usr

--- table-67
ALTER TABLE usr SET (user_catalog_table = true);
--> 13-18 ok
-->   AX usr

--- table-68
ALTER TABLE usr SET (toast.autovacuum_enabled = false);
--> 13-18 ok
-->   SUX usr

--- table-69
ALTER TABLE usr SET (vacuum_truncate = false);
--> 13-18 ok
-->   SUX usr

--- table-70
ALTER TABLE usr SET (log_autovacuum_min_duration = 5);
--> 13-18 ok
-->   SUX usr

--- table-71
ALTER TABLE usr SET (vacuum_index_cleanup = off);
--> 13-18 ok
-->   SUX usr

--- table-72
ALTER TABLE usr RESET (fillfactor);
--> 13-18 ok
-->   SUX usr

--- table-73
ALTER TABLE usr RESET (user_catalog_table);
--> 13-18 ok
-->   AX usr

--- table-74
ALTER TABLE animal SET (fillfactor = 50);
--> 13-18 ok
-->   SUX animal

--- table-75
ALTER TABLE usr SET ACCESS METHOD heap;
--> 13-14 error 42601
--> 15-18 ok
-->   AX usr

--- table-76
ALTER TABLE usr SET TABLESPACE pg_default;
--> 13-18 ok
-->   AX usr

--- table-77
ALTER TABLE usr REPLICA IDENTITY DEFAULT;
--> 13-18 ok
-->   AX usr

--- table-78
ALTER TABLE usr REPLICA IDENTITY USING INDEX usr_pkey;
--> 13-18 ok
-->   AX usr
-->   S index usr_pkey

--- table-79
ALTER TABLE usr REPLICA IDENTITY NOTHING;
--> 13-18 ok
-->   AX usr

--- table-80
ALTER TABLE usr SET WITHOUT OIDS;
--> 13-18 ok
-->   AX usr

--- table-81 unforeseen
ALTER TABLE plain OF comp;
--> 13-18 error 42804

--- table-82
ALTER TABLE typed NOT OF;
--> 13-18 ok
-->   AX typed

--- object-57
COMMENT ON TABLE usr IS 'x';
--> 13-18 ok
-->   SUX usr

--- object-170
ALTER TABLE usr DEPENDS ON EXTENSION citext;
--> 13-18 error 42601

--- more-17
CREATE TABLE likec (a int, b text);
ALTER TABLE likec OF comp;
--> 13-18 ok
-->   AX likec
-->   AS composite comp

--- more-108
CREATE TABLE a1 (id int, name text, CONSTRAINT animal_ck CHECK (id > -1)); CREATE TABLE a2 () INHERITS (a1);
ALTER TABLE a1 INHERIT animal;
--> 13-18 ok
-->   AX a1
-->   SUX animal
-->   AS a2

--- more-111
ALTER TABLE animal REPLICA IDENTITY FULL;
--> 13-18 ok
-->   AX animal

--- more-173
ALTER TABLE free_seq RENAME TO fs3;
--> 13-18 ok
-->   AX sequence free_seq

--- more-174
ALTER TABLE usr_org_idx SET (fillfactor = 50);
--> 13-18 ok
-->   SUX index usr_org_idx

--- more-176
ALTER TABLE evt_1 RENAME TO evt_one;
--> 13-18 ok
-->   AX evt_1

--- more-178
ALTER TABLE evt_1 SET SCHEMA s2;
--> 13-18 ok
-->   AX evt_1

--- more-179
ALTER TABLE useseq SET SCHEMA s2;
--> 13-18 ok
-->   AX useseq

--- more-180
ALTER TABLE evt OWNER TO keeper;
--> 13-18 ok
-->   AX evt
-->   AX index evt_pkey, evt_v_idx

--- inline-38
ALTER TABLE animal NO INHERIT dog;
--> 13-18 error 42P01

--- inline-50
ALTER TABLE usr SET SCHEMA public;
--> 13-18 ok
-->   AX usr
-->   AX sequence usr_id_seq

--- inline-51
ALTER TABLE s2.t SET SCHEMA public;
--> 13-18 ok
-->   AX s2.t

--- ts-01
ALTER TABLE usr SET TABLESPACE ts1;
--> 13-18 ok
-->   AX usr
-->   rewrite usr

--- ts-02
ALTER TABLE plain SET TABLESPACE ts1;
--> 13-18 ok
-->   AX plain
-->   rewrite plain

--- ts-05
ALTER TABLE evt SET TABLESPACE ts1;
--> 13-18 ok
-->   AX evt

--- ts-07
ALTER TABLE evt_1 SET TABLESPACE ts1;
--> 13-18 ok
-->   AX evt_1
-->   rewrite evt_1

-- # Triggers and rules of a table

-- base: zoo

--- trigger_enable documented
ALTER TABLE usr ENABLE TRIGGER t_usr;
--> 13-18 ok
-->   SRX usr

--- trigger_enable_replica
ALTER TABLE usr ENABLE REPLICA TRIGGER t_usr;
--> 13-18 ok
-->   SRX usr

--- trigger_disable_user documented
ALTER TABLE usr DISABLE TRIGGER USER;
--> 13-18 ok
-->   SRX usr

--- trigger_disable_absent
ALTER TABLE usr DISABLE TRIGGER nosuch;
--> 13-18 error 42704

--- rule_enable documented
ALTER TABLE ruled ENABLE RULE r_log;
--> 13-18 ok
-->   AX ruled

--- rule_enable_always
ALTER TABLE ruled ENABLE ALWAYS RULE r_log;
--> 13-18 ok
-->   AX ruled

--- rule_disable_absent
ALTER TABLE ruled DISABLE RULE nosuch;
--> 13-18 error 42704

--- trigger_disable_user_partitioned
ALTER TABLE evt DISABLE TRIGGER USER;
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

-- # ALTER TABLE

-- base: zoo

--- set_access_method_default documented
ALTER TABLE usr SET ACCESS METHOD DEFAULT;
--> 13-16 error 42601
--> 17-18 ok
-->   AX usr

--- set_tablespace_absent unforeseen
ALTER TABLE usr SET TABLESPACE nosuch;
--> 13-18 error 42704

--- set_options_absent unforeseen
ALTER TABLE usr SET (nosuch = 5);
--> 13-18 error 22023

--- set_options_bad_value unforeseen
ALTER TABLE usr SET (fillfactor = 500);
--> 13-18 error 22023

--- inherit_absent
ALTER TABLE usr INHERIT nosuch;
--> 13-18 error 42P01

--- inherit_column_lacking
ALTER TABLE cl INHERIT animal;
--> 13-18 error 42804

--- inherit_circle unforeseen
ALTER TABLE animal INHERIT puppy;
--> 13-18 error 42P07

--- inherit_partition unforeseen
ALTER TABLE cl INHERIT lst;
--> 13-18 error 42809

--- no_inherit_not_parent
ALTER TABLE usr NO INHERIT animal;
--> 13-18 error 42P01

--- replica_identity_absent
ALTER TABLE usr REPLICA IDENTITY USING INDEX nosuch;
--> 13-18 error 42704

--- replica_identity_not_unique
ALTER TABLE usr REPLICA IDENTITY USING INDEX usr_org_idx;
--> 13-18 error 42809

--- owner_absent unforeseen
ALTER TABLE usr OWNER TO nosuch;
--> 13-18 error 42704

--- schema_absent unforeseen
ALTER TABLE usr SET SCHEMA nosuch;
--> 13-18 error 3F000

--- schema_taken
CREATE TABLE s2.cl (a int);
ALTER TABLE cl SET SCHEMA s2;
--> 13-18 error 42P07

--- rename_taken
ALTER TABLE usr RENAME TO org;
--> 13-18 error 42P07

--- alter_table_absent
ALTER TABLE nosuch ADD COLUMN a int;
--> 13-18 error 42P01

--- alter_table_if_exists
ALTER TABLE IF EXISTS nosuch ADD COLUMN a int;
--> 13-18 ok

--- alter_table_on_view
ALTER TABLE v_org ADD COLUMN a int;
--> 13-18 error 42809

--- alter_table_on_index unforeseen
ALTER TABLE usr_org_idx ADD COLUMN a int;
--> 13-18 error 42809

--- all_in_tablespace partly
ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE ts1;
--> 13-18 ok
-->   AX animal, cl, dog, evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evt_new, evtref, gen, k2
-->   AX k2ref, lst, lst_a, lst_b, lst_c, ord, org, plain, puppy, ruled, ruled_log, s2.t, stray
-->   AX typed, ul, usecomp, usedef, useseq, usr
-->   rewrite animal, cl, dog, evt_1, evt_2a, evt_2b, evt_def, evt_new, evtref, gen, k2, k2ref
-->   rewrite lst_a, lst_b, lst_c, ord, org, plain, puppy, ruled, ruled_log, s2.t, stray, typed, ul
-->   rewrite usecomp, usedef, useseq, usr

--- of_type_not_composite unforeseen
ALTER TABLE plain OF mood;
--> 13-18 error 42809

--- typed_add_column
ALTER TABLE typed ADD COLUMN x int;
--> 13-18 error 42809

--- set_logged_permanent_fk
ALTER TABLE evtref SET LOGGED;
--> 13-18 ok
-->   AX evtref

--- set_unlogged_publication unforeseen
ALTER TABLE usr SET UNLOGGED, ADD COLUMN x int;
--> 13-18 error 55000

--- set_logged_referencing_unlogged unforeseen
CREATE UNLOGGED TABLE ur (a int REFERENCES ul);
ALTER TABLE ur SET LOGGED;
--> 13-18 error 42P16

--- set_tablespace_with_toast
ALTER TABLE org SET TABLESPACE ts1;
--> 13-18 ok
-->   AX org
-->   rewrite org

--- rename_same
ALTER TABLE usr RENAME TO usr;
--> 13-18 error 42P07

-- # Access methods

-- base: cabinet

--- set_other_access_method documented
ALTER TABLE t SET ACCESS METHOD heap2;
--> 13-14 error 42601
--> 15-18 ok
-->   AX t
-->   AX index t_name_idx, t_pkey
-->   rewrite t
-->   scan t
-->   build t_name_idx, t_pkey

--- set_access_method_partitioned unforeseen
ALTER TABLE parts SET ACCESS METHOD heap2;
--> 13-14 error 42601
--> 15-16 error 42809
--> 17-18 ok
-->   AX parts

--- set_access_method_matview
ALTER MATERIALIZED VIEW tm SET ACCESS METHOD heap2;
--> 13-14 error 42601
--> 15-18 ok
-->   AX matview tm
-->   rewrite tm
-->   scan tm

--- set_access_method_absent unforeseen
ALTER TABLE t SET ACCESS METHOD nosuch;
--> 13-14 error 42601
--> 15-18 error 42704

--- create_table_using
CREATE TABLE x (a int) USING heap2;
--> 13-18 ok

--- create_matview_using documented
CREATE MATERIALIZED VIEW x USING heap2 AS SELECT * FROM t;
--> 13-18 ok
-->   AS t
-->   AS index t_name_idx, t_pkey
-->   scan t

--- set_access_method_twice unforeseen
ALTER TABLE t SET ACCESS METHOD heap2, SET ACCESS METHOD heap;
--> 13-14 error 42601
--> 15-18 error 0A000

-- # Creating tables

-- base: zoo

--- create_as_columns documented
CREATE TABLE x (a, b) AS SELECT id, name FROM org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- create_as_too_many_columns unforeseen
CREATE TABLE x (a, b, c) AS SELECT id, name FROM org;
--> 13-18 error 42601

--- create_as_no_data
CREATE TABLE x (a) AS SELECT id FROM org WITH NO DATA;
--> 13-18 ok
-->   AS org

--- create_matview_columns
CREATE MATERIALIZED VIEW x (a, b) AS SELECT id, name FROM org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- create_table_exists
CREATE TABLE usr (a int);
--> 13-18 error 42P07

--- create_table_column_twice
CREATE TABLE x (a int, a text);
--> 13-18 error 42701

--- create_table_type_absent
CREATE TABLE x (a nosuch);
--> 13-18 error 42704

--- create_table_schema_absent unforeseen
CREATE TABLE nosuch.x (a int);
--> 13-18 error 3F000

--- create_table_two_pkeys
CREATE TABLE x (a int PRIMARY KEY, b int PRIMARY KEY);
--> 13-18 error 42P16

--- create_table_fk_absent
CREATE TABLE x (a int REFERENCES nosuch);
--> 13-18 error 42P01

--- create_table_fk_no_key
CREATE TABLE x (a int REFERENCES plain(a));
--> 13-18 error 42830

--- create_table_fk_type
CREATE TABLE x (a text REFERENCES org(id));
--> 13-18 error 42804

--- create_table_inherits_partition unforeseen
CREATE TABLE x (a int) INHERITS (lst_a);
--> 13-18 error 42809

--- create_table_default_type
CREATE TABLE x (a int DEFAULT 'x');
--> 13-18 error 22P02

--- create_table_check_absent
CREATE TABLE x (a int CHECK (b > 0));
--> 13-18 error 42703

--- create_table_virtual
CREATE TABLE x (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
--> 13-17 error 42601
--> 18 ok

--- create_table_like_compression unforeseen
CREATE TABLE x (LIKE usr INCLUDING COMPRESSION);
--> 13 error 42601
--> 14-18 ok
-->   AS usr

--- create_table_without_overlaps
CREATE TABLE x (a int, r int4range, PRIMARY KEY (a, r WITHOUT OVERLAPS));
--> 13-17 error 42601
--> 18 ok

--- create_table_period
CREATE TABLE x (a int, r int4range, PRIMARY KEY (a, r WITHOUT OVERLAPS));
CREATE TABLE y (a int, r int4range, FOREIGN KEY (a, PERIOD r) REFERENCES x (a, PERIOD r));
--> 18 ok
-->   SRX x

--- create_table_nulls_not_distinct
CREATE TABLE x (a int UNIQUE NULLS NOT DISTINCT);
--> 13-14 error 42601
--> 15-18 ok

--- create_table_named_not_null unforeseen
CREATE TABLE x (a int CONSTRAINT nn NOT NULL, CONSTRAINT nb NOT NULL a);
--> 13-18 error 42601

--- create_table_not_enforced
CREATE TABLE x (a int CHECK (a > 0) NOT ENFORCED);
--> 13-17 error 42601
--> 18 ok

--- create_unlogged_partitioned unforeseen
CREATE UNLOGGED TABLE x (a int) PARTITION BY RANGE (a);
--> 13-17 ok
--> 18 error 0A000

--- create_partitioned_pkey_no_key
CREATE TABLE x (a int PRIMARY KEY, b int) PARTITION BY RANGE (b);
--> 13-18 error 0A000

--- create_temp_in_schema unforeseen
CREATE TEMP TABLE public.x (a int);
--> 13-18 error 42P16

--- create_on_commit
CREATE TEMP TABLE x (a int) ON COMMIT DROP;
--> 13-18 ok

--- create_table_storage
CREATE TABLE x (a text STORAGE external);
--> 13-15 error 42601
--> 16-18 ok

--- create_table_compression
CREATE TABLE x (a text COMPRESSION pglz);
--> 13 error 42601
--> 14-18 ok

-- # Foreign tables

-- base: zoo

--- foreign_options documented
ALTER FOREIGN TABLE ft OPTIONS (ADD x 'y');
--> 13-18 ok
-->   AX foreign ft

--- foreign_column_options documented
ALTER FOREIGN TABLE ft ALTER COLUMN a OPTIONS (ADD x 'y');
--> 13-18 ok
-->   AX foreign ft

--- foreign_column_options_created
CREATE FOREIGN TABLE x (a int OPTIONS (x 'y')) SERVER srv;
--> 13-18 ok

--- foreign_add_column documented
ALTER FOREIGN TABLE ft ADD COLUMN c int DEFAULT 5;
--> 13-18 ok
-->   AX foreign ft

--- foreign_alter_type documented
ALTER FOREIGN TABLE ft ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX foreign ft

--- foreign_drop_column
ALTER FOREIGN TABLE ft DROP COLUMN b;
--> 13-18 ok
-->   AX foreign ft

--- foreign_not_null
ALTER FOREIGN TABLE ft ALTER COLUMN a SET NOT NULL;
--> 13-18 ok
-->   AX foreign ft

--- foreign_check
ALTER FOREIGN TABLE ft ADD CHECK (a > 0);
--> 13-18 ok
-->   AX foreign ft

--- foreign_primary_key unforeseen
ALTER FOREIGN TABLE ft ADD PRIMARY KEY (a);
--> 13-18 error 0A000

--- foreign_set_schema
ALTER FOREIGN TABLE ft SET SCHEMA s2;
--> 13-18 ok
-->   AX foreign ft

--- foreign_trigger
CREATE TRIGGER t BEFORE INSERT ON ft FOR EACH ROW EXECUTE FUNCTION trg();
--> 13-18 ok
-->   SRX foreign ft

--- foreign_partition
CREATE FOREIGN TABLE x PARTITION OF lst FOR VALUES IN ('x') SERVER srv;
--> 13-18 ok
-->   AX lst

--- foreign_attach
CREATE FOREIGN TABLE x (k text, v int) SERVER srv;
ALTER TABLE lst ATTACH PARTITION x FOR VALUES IN ('x');
--> 13-18 ok
-->   AX foreign x
-->   SUX lst

--- foreign_server_absent unforeseen
CREATE FOREIGN TABLE x (a int) SERVER nosuch;
--> 13-18 error 42704

--- foreign_rename_column
ALTER FOREIGN TABLE ft RENAME COLUMN a TO aa;
--> 13-18 ok
-->   AX foreign ft

--- foreign_unlogged unforeseen
ALTER FOREIGN TABLE ft SET UNLOGGED;
--> 13-18 error 42809

--- foreign_options_absent
ALTER FOREIGN TABLE ft OPTIONS (DROP nosuch);
--> 13-18 error 42704

-- # Dropping tables

-- base: zoo

--- drop_table_view
DROP TABLE v_org;
--> 13-18 error 42809

--- drop_table_absent
DROP TABLE nosuch;
--> 13-18 error 42P01

--- drop_table_two_absent
DROP TABLE plain, nosuch;
--> 13-18 error 42P01

--- drop_partition_referenced documented
DROP TABLE evt_1;
--> 13-18 error 2BP01

--- drop_partition_referenced_cascade documented
DROP TABLE evt_1 CASCADE;
--> 13-14 ok
-->   AX evt, evt_1, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_1_pkey, evt_1_v_idx
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_1_pkey, evt_1_v_idx

--- drop_partition_unreferenced documented
DROP TABLE evtref;
DROP TABLE evt_1;
--> 13-18 ok
-->   AX evt, evt_1, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx

--- drop_foreign_as_table
DROP TABLE ft;
--> 13-18 error 42809

