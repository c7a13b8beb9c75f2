-- # ATTACH PARTITION

-- base: shop

--- partition_attach documented
ALTER TABLE part ATTACH PARTITION part_3_src FOR VALUES FROM (2000) TO (3000);
--> 13-18 ok
-->   AX part_3_src
-->   SUX part
-->   scan part_3_src

--- partition_attach_with_check documented
ALTER TABLE part_3_src ADD CONSTRAINT ck CHECK (id >= 2000 AND id < 3000);
ALTER TABLE part ATTACH PARTITION part_3_src FOR VALUES FROM (2000) TO (3000);
--> 13-18 ok
-->   AX part_3_src
-->   SUX part

--- partition_attach_with_default documented
CREATE TABLE part_def PARTITION OF part DEFAULT;
INSERT INTO part SELECT g,'d' FROM generate_series(9000,9500) g;
ALTER TABLE part ATTACH PARTITION part_3_src FOR VALUES FROM (2000) TO (3000);
--> 13-18 ok
-->   AX part_3_src, part_def
-->   SUX part
-->   scan part_3_src, part_def

-- base: zoo

--- partition-10 planner
ALTER TABLE evt ATTACH PARTITION evt_new FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt_def, evt_new
-->   SRX usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, evt_new, usr
--> 15 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, evt_new, usr
--> 16-18 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, evt_new

--- partition-11 planner
ALTER TABLE evt_new ADD CHECK (at >= 300 AND at < 400);
ALTER TABLE evt ATTACH PARTITION evt_new FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt_def, evt_new
-->   SRX usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, evt_new, usr
--> 15 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, evt_new, usr
--> 16-18 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, evt_new

--- partition-12 planner
ALTER TABLE evt_new ADD CHECK (at >= 300 AND at < 400); ALTER TABLE evt_def ADD CHECK (at < 300);
ALTER TABLE evt ATTACH PARTITION evt_new FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt_def, evt_new
-->   SRX usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_new, usr
--> 15 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_new, usr
--> 16-18 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_new

--- partition-13 planner
ALTER TABLE evt_new ADD CHECK (at >= 300 AND at < 400), ADD PRIMARY KEY (id, at); CREATE INDEX ON evt_new(v);
ALTER TABLE evt ATTACH PARTITION evt_new FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt_def, evt_new
-->   SRX usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   AS index evt_new_pkey, evt_new_v_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx
-->   AS index usr_org_idx, usr_pkey
-->   scan evt_def, evt_new, usr
--> 15 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index evt_new_pkey, evt_new_v_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx
-->   AS index usr_org_idx, usr_pkey
-->   scan evt_def, evt_new, usr
--> 16-18 ok
-->   AX evt_def, evt_new
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index evt_new_pkey, evt_new_v_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx
-->   AS index usr_org_idx, usr_pkey
-->   scan evt_def, evt_new

--- partition-14
ALTER TABLE evt_new ADD CHECK (at >= 300 AND at < 400), ADD PRIMARY KEY (id, at), ADD FOREIGN KEY (usr_id) REFERENCES usr(id); CREATE INDEX ON evt_new(v);
ALTER TABLE evt ATTACH PARTITION evt_new FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt_def, evt_new, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   scan evt_def
--> 15-18 ok
-->   AX evt_def, evt_new, usr
-->   SRX evtref
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   scan evt_def

--- partition-15
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst
-->   scan lst_c

--- partition-16
ALTER TABLE lst_c ADD CHECK (k = 'c');
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst
-->   scan lst_c

--- partition-17
ALTER TABLE lst_c ADD CHECK (k = 'c'), ALTER k SET NOT NULL;
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- partition-18
ALTER TABLE lst_c ADD CHECK (k IS NOT NULL AND k = 'c');
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- partition-19
ALTER TABLE lst_c ADD CHECK (k IS NOT NULL AND k IN ('c'));
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c', 'd');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- partition-20
ALTER TABLE lst_c ADD CHECK (k IS NOT NULL AND k = ANY (ARRAY['c','d']));
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c', 'd');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- partition-21
ALTER TABLE lst ATTACH PARTITION lst_c DEFAULT;
--> 13-18 ok
-->   AX lst_c
-->   SUX lst
-->   scan lst_c

--- partition-22
ALTER TABLE lst_c ADD CHECK (k IS NOT NULL AND k <> 'a' AND k <> 'b');
ALTER TABLE lst ATTACH PARTITION lst_c DEFAULT;
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- partition-23
ALTER TABLE lst_c ADD CHECK (k IS NOT NULL AND k = 'c') NOT VALID;
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst
-->   scan lst_c

--- partition-24
CREATE TABLE px (at int, x int) PARTITION BY RANGE (at); CREATE TABLE p1 (at int, x int); INSERT INTO p1 SELECT 5,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (at >= 0 AND at < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px
-->   scan p1

--- partition-25
CREATE TABLE px (at int, x int) PARTITION BY RANGE (at); CREATE TABLE p1 (at int NOT NULL, x int); INSERT INTO p1 SELECT 5,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (at >= 2 AND at < 9);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-26
CREATE TABLE px (at date, x int) PARTITION BY RANGE (at); CREATE TABLE p1 (at date NOT NULL, x int); INSERT INTO p1 SELECT '2024-01-05',5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (at >= '2024-01-01' AND at < '2024-02-01');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-27
CREATE TABLE px (at timestamptz, x int) PARTITION BY RANGE (at); CREATE TABLE p1 (at timestamptz NOT NULL, x int); INSERT INTO p1 SELECT '2024-01-05',5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (at >= '2024-01-01' AND at < '2024-02-01');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-28
CREATE TABLE px (at timestamptz, x int) PARTITION BY RANGE (at); CREATE TABLE p1 (at timestamptz NOT NULL, x int); INSERT INTO p1 SELECT '2024-01-05',5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (at >= '2024-01-01 00:00:00+00' AND at < '2024-02-01 00:00:00+00');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-29
CREATE TABLE px (at timestamptz, x int) PARTITION BY RANGE (at); CREATE TABLE p1 (at timestamptz NOT NULL, x int); INSERT INTO p1 SELECT '2024-01-05',5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (at >= DATE '2024-01-01' AND at < DATE '2024-02-01');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
--> 13-18 ok
-->   AX p1
-->   SUX px
-->   scan p1

--- partition-30
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a, b); CREATE TABLE p1 (a int NOT NULL, b int NOT NULL); INSERT INTO p1 SELECT 1,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (a = 1 AND b >= 0 AND b < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (1, 0) TO (1, 10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-31
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int NOT NULL, b int NOT NULL); INSERT INTO p1 SELECT 1,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (a < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (MINVALUE) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-32
CREATE TABLE px (a bigint, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a bigint NOT NULL, b int NOT NULL); INSERT INTO p1 SELECT 1,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (a >= 0 AND a < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-33
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int NOT NULL, b int NOT NULL); INSERT INTO p1 SELECT 1,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (a >= 0), ADD CHECK (a < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-34
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int NOT NULL, b int NOT NULL); INSERT INTO p1 SELECT 1,5 FROM generate_series(1,100); ALTER TABLE p1 ADD CHECK (a BETWEEN 0 AND 9);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- partition-35
CREATE TABLE px (a int, b int) PARTITION BY HASH (a); CREATE TABLE p1 (a int NOT NULL, b int NOT NULL);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
--> 13-18 ok
-->   AX p1
-->   SUX px
-->   maybe p1

--- partition-36
CREATE TABLE pz (id int NOT NULL, at int NOT NULL, usr_id bigint, v text) PARTITION BY RANGE (at); CREATE TABLE pz1 PARTITION OF pz FOR VALUES FROM (300) TO (350); INSERT INTO pz SELECT g,g,1,'v' FROM generate_series(300,340) g;
ALTER TABLE evt ATTACH PARTITION pz FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt_def, pz, pz1
-->   SRX usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, pz1, usr
--> 15-18 ok
-->   AX evt_def, pz, pz1
-->   SRX evtref, usr
-->   SUX evt
-->   SUX index evt_pkey, evt_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan evt_def, pz1, usr

--- more-95
ALTER TABLE lst_c ADD CHECK (k <> 'a' AND k <> 'b');
ALTER TABLE lst ATTACH PARTITION lst_c DEFAULT;
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- more-96
ALTER TABLE lst_c ADD CHECK (k = 'c');
ALTER TABLE lst ATTACH PARTITION lst_c DEFAULT;
--> 13-18 ok
-->   AX lst_c
-->   SUX lst

--- more-98
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT PARTITION BY LIST (b); CREATE TABLE pd1 PARTITION OF pd DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; CREATE TABLE p1 (a int, b int);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX p1, pd, pd1
-->   SUX px
-->   scan pd1
-->   maybe p1

--- more-102
ALTER TABLE lst ADD PRIMARY KEY (k, v);
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 error 42804

--- more-105
CREATE TRIGGER tl AFTER INSERT ON lst FOR EACH ROW EXECUTE FUNCTION trg2();
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('c');
--> 13-18 ok
-->   AX lst_c
-->   SUX lst
-->   scan lst_c

--- proof-07
CREATE TABLE px (a timestamptz, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT '2024-01-01',g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a < '2026-01-01 00:00:00+00' OR a >= '2027-01-01 00:00:00+00'); CREATE TABLE p1 (a timestamptz, b int, CHECK (a IS NOT NULL AND a >= '2026-01-01' AND a < '2027-01-01'));
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
--> 13-18 ok
-->   AX p1, pd
-->   SUX px

--- proof-17
CREATE TABLE px (a date, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a date NOT NULL, b int); INSERT INTO p1 SELECT '2024-01-05',g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a >= '2024-01-01'::date AND a < '2024-02-01'::date);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-18
CREATE TABLE px (a varchar(5), b int) PARTITION BY LIST (a); CREATE TABLE p1 (a varchar(5) NOT NULL, b int); INSERT INTO p1 SELECT 'x',g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a = 'x');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES IN ('x');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-19
CREATE TABLE px (a mood, b int) PARTITION BY LIST (a); CREATE TABLE p1 (a mood NOT NULL, b int); INSERT INTO p1 SELECT 'ok',g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a = 'ok');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES IN ('ok');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-20
CREATE TABLE px (a uuid, b int) PARTITION BY LIST (a); CREATE TABLE p1 (a uuid NOT NULL, b int); INSERT INTO p1 SELECT '00000000-0000-0000-0000-000000000001',g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a = '00000000-0000-0000-0000-000000000001');
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES IN ('00000000-0000-0000-0000-000000000001');
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-21
CREATE TABLE px (a bool, b int) PARTITION BY LIST (a); CREATE TABLE p1 (a bool NOT NULL, b int); INSERT INTO p1 SELECT true,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a = true);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES IN (true);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-23
CREATE TABLE px (a numeric, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a numeric NOT NULL, b int); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a >= 0 AND a < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-24
CREATE TABLE px (a bigint, b int) PARTITION BY LIST (a); CREATE TABLE p1 (a bigint NOT NULL, b int); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a = 5);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES IN (5);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-25
CREATE TABLE px (a bigint, b int) PARTITION BY LIST (a); CREATE TABLE p1 (a bigint NOT NULL, b int); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a IN (5, 6));
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES IN (5, 6, 7);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-26
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int NOT NULL, b int); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a > -1 AND a <= 9);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px
-->   scan p1

--- proof-27
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int NOT NULL, b int); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a = 5);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-28
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a, b); CREATE TABLE p1 (a int NOT NULL, b int NOT NULL); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (a >= 0 AND a < 10);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0, MINVALUE) TO (10, MINVALUE);
--> 13-18 ok
-->   AX p1
-->   SUX px

--- proof-29
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int NOT NULL, b int); INSERT INTO p1 SELECT 5,g FROM generate_series(1,100) g; ALTER TABLE p1 ADD CHECK (0 <= a AND 10 > a);
ALTER TABLE px ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
--> 13-18 ok
-->   AX p1
-->   SUX px

-- # DETACH PARTITION

-- base: shop

--- partition_detach documented
ALTER TABLE part DETACH PARTITION part_1;
--> 13 ok
-->   AX part
-->   SUX part_1
--> 14-18 ok
-->   AX part, part_1

--- partition_detach_concurrently documented outside
ALTER TABLE part DETACH PARTITION part_1 CONCURRENTLY;
--> 13 error 42601
--> 14-18 ok
-->   SUX part, part_1

-- base: zoo

--- partition-37
ALTER TABLE evt DETACH PARTITION evt_1;
--> 13-18 error 23503

--- partition-38
ALTER TABLE evt DETACH PARTITION evt_2;
--> 13-18 error 23503

--- partition-39
ALTER TABLE evt DETACH PARTITION evt_def;
--> 13-18 error 23503

--- partition-40
ALTER TABLE lst DETACH PARTITION lst_a;
--> 13 ok
-->   AX lst
-->   SUX lst_a
--> 14-18 ok
-->   AX lst, lst_a

--- partition-41 outside
ALTER TABLE lst DETACH PARTITION lst_a CONCURRENTLY;
--> 13 error 42601
--> 14-18 ok
-->   SUX lst, lst_a

--- partition-42 outside
ALTER TABLE evt DETACH PARTITION evt_1 CONCURRENTLY;
--> 13 error 42601
--> 14-18 error 55000

--- partition-43
ALTER TABLE lst DETACH PARTITION lst_a FINALIZE;
--> 13 error 42601
--> 14-18 error 55000

--- partition-44
DELETE FROM evtref; ALTER TABLE evtref DROP CONSTRAINT evtref_e_id_e_at_fkey;
ALTER TABLE evt DETACH PARTITION evt_1;
--> 13-18 ok
-->   AX evt, evt_1, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx
-->   SRX usr

--- partition-45
DROP TABLE evtref;
ALTER TABLE evt DETACH PARTITION evt_2;
--> 13-18 ok
-->   AX evt, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_2_pkey, evt_2_v_idx
-->   SRX usr

--- more-14
DROP TABLE evtref;
ALTER TABLE evt_2 DETACH PARTITION evt_2a;
--> 13-18 ok
-->   AX evt_2, evt_2a
-->   AX index evt_2a_pkey, evt_2a_v_idx
-->   SRX usr

--- more-103
ALTER TABLE lst ADD PRIMARY KEY (k, v);
ALTER TABLE lst DETACH PARTITION lst_a;
--> 13 ok
-->   AX lst
-->   AX index lst_a_pkey
-->   SUX lst_a
--> 14-18 ok
-->   AX lst, lst_a
-->   AX index lst_a_pkey

--- more-104 outside
CREATE INDEX lv ON lst(v);
ALTER TABLE lst DETACH PARTITION lst_a CONCURRENTLY;
--> 13 error 42601
--> 14-18 ok
-->   SUX lst, lst_a

--- more-107
CREATE TRIGGER tl AFTER INSERT ON lst FOR EACH ROW EXECUTE FUNCTION trg2();
ALTER TABLE lst DETACH PARTITION lst_a;
--> 13-18 ok
-->   AX lst, lst_a

-- # CREATE TABLE PARTITION OF

-- base: shop

--- partition_create documented
CREATE TABLE part_4 PARTITION OF part FOR VALUES FROM (5000) TO (6000);
--> 13-18 ok
-->   AX part

--- partition_default_create documented
CREATE TABLE part_def PARTITION OF part DEFAULT;
--> 13-18 ok
-->   AX part

-- base: zoo

--- partition-01
CREATE TABLE evt_3 PARTITION OF evt FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt, evt_def
-->   SRX usr
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   scan evt_def
--> 15-18 ok
-->   AX evt, evt_def
-->   SRX evtref, usr
-->   SUX index evt_pkey, evt_v_idx
-->   scan evt_def

--- partition-02
CREATE TABLE lst_d PARTITION OF lst FOR VALUES IN ('d');
--> 13-18 ok
-->   AX lst

--- partition-03
CREATE TABLE evt_2c PARTITION OF evt_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
--> 13-18 error 42P17

--- partition-04
CREATE TABLE lst_def PARTITION OF lst DEFAULT;
--> 13-18 ok
-->   AX lst

--- partition-05
CREATE TABLE evt_3 PARTITION OF evt FOR VALUES FROM (300) TO (400) PARTITION BY LIST (id);
--> 13-14 ok
-->   AX evt, evt_def
-->   SRX usr
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   scan evt_def
--> 15-18 ok
-->   AX evt, evt_def
-->   SRX evtref, usr
-->   SUX index evt_pkey, evt_v_idx
-->   scan evt_def

--- partition-06
CREATE TABLE evt_3 PARTITION OF evt (CHECK (id > 0)) FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt, evt_def
-->   SRX usr
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
-->   scan evt_def
--> 15-18 ok
-->   AX evt, evt_def
-->   SRX evtref, usr
-->   SUX index evt_pkey, evt_v_idx
-->   scan evt_def

--- partition-07
CREATE TABLE IF NOT EXISTS evt_1 PARTITION OF evt FOR VALUES FROM (0) TO (100);
--> 13-18 ok

--- partition-08
ALTER TABLE evt_def ADD CHECK (at < 300);
CREATE TABLE evt_3 PARTITION OF evt FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt, evt_def
-->   SRX usr
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
--> 15-18 ok
-->   AX evt, evt_def
-->   SRX evtref, usr
-->   SUX index evt_pkey, evt_v_idx

--- partition-09
ALTER TABLE evt_def ADD CHECK (at IS NOT NULL AND at < 300);
CREATE TABLE evt_3 PARTITION OF evt FOR VALUES FROM (300) TO (400);
--> 13-14 ok
-->   AX evt, evt_def
-->   SRX usr
-->   SUX index evt_pkey, evt_v_idx
-->   AS evtref
--> 15-18 ok
-->   AX evt, evt_def
-->   SRX evtref, usr
-->   SUX index evt_pkey, evt_v_idx

--- more-90
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a < 300);
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px

--- more-91
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a IS NOT NULL AND a < 300);
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px

--- more-92
CREATE TABLE pd PARTITION OF lst DEFAULT; INSERT INTO lst SELECT 'z', g FROM generate_series(1,50) g; ALTER TABLE pd ADD CHECK (k <> 'q');
CREATE TABLE p1 PARTITION OF lst FOR VALUES IN ('q');
--> 13-18 ok
-->   AX lst, pd

--- more-93
CREATE TABLE pd PARTITION OF lst DEFAULT; INSERT INTO lst SELECT 'z', g FROM generate_series(1,50) g; ALTER TABLE pd ADD CHECK (k = 'z');
CREATE TABLE p1 PARTITION OF lst FOR VALUES IN ('q');
--> 13-18 ok
-->   AX lst, pd

--- more-94
CREATE TABLE pd PARTITION OF lst DEFAULT; INSERT INTO lst SELECT 'z', g FROM generate_series(1,50) g;
CREATE TABLE p1 PARTITION OF lst FOR VALUES IN ('q');
--> 13-18 ok
-->   AX lst, pd
-->   scan pd

--- more-97
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT PARTITION BY LIST (b); CREATE TABLE pd1 PARTITION OF pd DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g;
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, pd1, px
-->   scan pd1

--- more-99
CREATE TABLE x PARTITION OF evt_2 FOR VALUES WITH (MODULUS 4, REMAINDER 1);
--> 13-18 error 42P17

--- more-100
DROP TABLE evtref; DROP TABLE evt_2b;
CREATE TABLE x PARTITION OF evt_2 FOR VALUES WITH (MODULUS 4, REMAINDER 1);
--> 13-18 ok
-->   AX evt_2
-->   SRX usr
-->   SUX index evt_2_pkey, evt_2_v_idx

--- more-101
ALTER TABLE lst ADD PRIMARY KEY (k, v);
CREATE TABLE x PARTITION OF lst FOR VALUES IN ('x');
--> 13-18 ok
-->   AX lst
-->   SUX index lst_pkey

--- more-106
CREATE TRIGGER tl AFTER INSERT ON lst FOR EACH ROW EXECUTE FUNCTION trg2();
CREATE TABLE x PARTITION OF lst FOR VALUES IN ('x');
--> 13-18 ok
-->   AX lst

--- proof-01
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a < 300 OR a >= 400);
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px

--- proof-02
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a < 300 OR a > 400);
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px

--- proof-03
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (NOT (a >= 300 AND a < 400));
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px

--- proof-04
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a < 350 OR a >= 400);
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px
-->   scan pd

--- proof-05
CREATE TABLE px (a int, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT g,g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a IS NULL OR a < 300 OR a >= 400);
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM (300) TO (400);
--> 13-18 ok
-->   AX pd, px

--- proof-06
CREATE TABLE px (a timestamptz, b int) PARTITION BY RANGE (a); CREATE TABLE pd PARTITION OF px DEFAULT; INSERT INTO px SELECT '2024-01-01',g FROM generate_series(1,100) g; ALTER TABLE pd ADD CHECK (a < '2026-01-01 00:00:00+00' OR a >= '2027-01-01 00:00:00+00');
CREATE TABLE p1 PARTITION OF px FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
--> 13-18 ok
-->   AX pd, px

--- proof-08
CREATE TABLE pd PARTITION OF lst DEFAULT; INSERT INTO lst SELECT 'z', g FROM generate_series(1,50) g; ALTER TABLE pd ADD CHECK (k <> 'q' OR k = 'r');
CREATE TABLE p1 PARTITION OF lst FOR VALUES IN ('q');
--> 13-18 ok
-->   AX lst, pd

--- proof-09
CREATE TABLE pd PARTITION OF lst DEFAULT; INSERT INTO lst SELECT 'z', g FROM generate_series(1,50) g; ALTER TABLE pd ADD CHECK (k NOT IN ('q', 'r'));
CREATE TABLE p1 PARTITION OF lst FOR VALUES IN ('q');
--> 13-18 ok
-->   AX lst, pd

--- proof-10
CREATE TABLE pd PARTITION OF lst DEFAULT; INSERT INTO lst SELECT 'z', g FROM generate_series(1,50) g; ALTER TABLE pd ADD CHECK (k IS DISTINCT FROM 'q');
CREATE TABLE p1 PARTITION OF lst FOR VALUES IN ('q');
--> 13-18 ok
-->   AX lst, pd
-->   scan pd

-- # DETACH PARTITION

-- base: zoo

--- detach_concurrently_default documented
ALTER TABLE evt DETACH PARTITION evt_1 CONCURRENTLY;
--> 13 error 42601
--> 14-18 error 55000

--- detach_not_partition
ALTER TABLE lst DETACH PARTITION lst_c;
--> 13-18 error 42P01

--- detach_absent
ALTER TABLE lst DETACH PARTITION nosuch;
--> 13-18 error 42P01

--- drop_check_of_detached
ALTER TABLE lst DETACH PARTITION lst_a CONCURRENTLY;
ALTER TABLE lst_a DROP CONSTRAINT lst_a_k_check;
--> 14-18 ok
-->   AX lst_a

--- attach_again_after_concurrent_detach
ALTER TABLE lst DETACH PARTITION lst_a CONCURRENTLY;
ALTER TABLE lst ATTACH PARTITION lst_a FOR VALUES IN ('a');
--> 14-18 ok
-->   AX lst_a
-->   SUX lst

--- attach_again_after_detach
ALTER TABLE lst DETACH PARTITION lst_a;
ALTER TABLE lst ATTACH PARTITION lst_a FOR VALUES IN ('a');
--> 13-18 ok
-->   AX lst_a
-->   SUX lst
-->   scan lst_a

--- detach_index
ALTER INDEX evt_v_idx ATTACH PARTITION evt_1_v_idx;
--> 13-18 ok
-->   AX index evt_1_v_idx
-->   SUX index evt_v_idx
-->   AS evt, evt_1

-- # ATTACH PARTITION

-- base: zoo

--- attach_attached
ALTER TABLE lst ATTACH PARTITION lst_a FOR VALUES IN ('a');
--> 13-18 error 42809

--- attach_overlap
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES IN ('a');
--> 13-18 error 42P17

--- attach_column_extra
CREATE TABLE lx (k text, v int, x int);
ALTER TABLE lst ATTACH PARTITION lx FOR VALUES IN ('x');
--> 13-18 error 42804

--- attach_column_lacking
CREATE TABLE lx (k text);
ALTER TABLE lst ATTACH PARTITION lx FOR VALUES IN ('x');
--> 13-18 error 42804

--- attach_type_differs
CREATE TABLE lx (k text, v bigint);
ALTER TABLE lst ATTACH PARTITION lx FOR VALUES IN ('x');
--> 13-18 error 42804

--- attach_not_partitioned
ALTER TABLE cl ATTACH PARTITION lst_c FOR VALUES IN ('a');
--> 13-17 error 42P17
--> 18 error 42809

--- attach_wrong_strategy
ALTER TABLE lst ATTACH PARTITION lst_c FOR VALUES FROM (1) TO (2);
--> 13-18 error 42P16

--- attach_temp
CREATE TEMP TABLE lx (k text, v int);
ALTER TABLE lst ATTACH PARTITION lx FOR VALUES IN ('x');
--> 13-18 error 42809

--- attach_inheritance_child
ALTER TABLE lst ATTACH PARTITION dog FOR VALUES IN ('x');
--> 13-18 error 42809

--- partition_overlap
CREATE TABLE x PARTITION OF lst FOR VALUES IN ('a');
--> 13-18 error 42P17

--- partition_range_overlap
CREATE TABLE x PARTITION OF evt FOR VALUES FROM (50) TO (150);
--> 13-18 error 42P17

--- partition_second_default
CREATE TABLE x PARTITION OF evt DEFAULT;
--> 13-18 error 42P17

--- partition_empty_range
CREATE TABLE x PARTITION OF evt FOR VALUES FROM (500) TO (400);
--> 13-18 error 42P17

--- partition_of_ordinary
CREATE TABLE x PARTITION OF usr FOR VALUES FROM (1) TO (2);
--> 13-18 error 42P17

