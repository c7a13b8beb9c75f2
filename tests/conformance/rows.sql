-- # Transactions and sessions

-- base: zoo

--- object-178
SET CONSTRAINTS ALL IMMEDIATE;
--> 13-18 ok

--- object-179 partly
EXPLAIN SELECT * FROM usr;
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- object-180
EXPLAIN ANALYZE DELETE FROM plain;
--> 13-18 ok
-->   RX plain
-->   scan plain

--- object-181 partly
PREPARE q AS SELECT * FROM usr;
--> 13-18 ok
-->   AS usr

--- more-215
SET search_path = s2;
--> 13-18 ok

--- more-220 partly
EXPLAIN UPDATE usr SET age = 1;
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

-- # DO and CALL

-- base: zoo

--- object-182
DO $$ BEGIN ALTER TABLE plain ADD COLUMN z int; END $$;
--> 13-18 ok
-->   AX plain

--- object-183
DO $$ BEGIN IF false THEN ALTER TABLE plain ADD COLUMN z int; END IF; END $$;
--> 13-18 ok

--- object-184
CALL nosuch();
--> 13-18 error 42883

--- more-149 planner
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM org LOOP UPDATE plain SET c = 1 WHERE a = r.id; END LOOP; END $$;
--> 13-18 ok
-->   RX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- more-150
DO $$ BEGIN PERFORM 1 FROM org; EXECUTE 'ALTER TABLE plain ADD COLUMN zz int'; END $$;
--> 13-18 ok
-->   AX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

-- # Reading

-- base: shop

--- select_for_update documented
SELECT * FROM child WHERE id=1 FOR UPDATE;
--> 13-18 ok
-->   RS child
-->   RS index child_parent_idx, child_pkey

-- base: zoo

--- table-19
SELECT * INTO x FROM org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- object-119
SELECT setval('free_seq', 100);
--> 13-18 ok
-->   RX sequence free_seq

--- object-120
SELECT nextval('free_seq');
--> 13-18 ok
-->   RX sequence free_seq

--- dml-47
SELECT * FROM plain;
--> 13-18 ok
-->   AS plain
-->   scan plain

--- dml-48 planner
SELECT * FROM v_v;
--> 13-18 ok
-->   AS org, usr
-->   AS view v_usr, v_v
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan org, usr

--- dml-49
SELECT * FROM usr WHERE id = 1;
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- dml-50
SELECT * FROM usr FOR UPDATE;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- dml-51 planner
SELECT * FROM usr u JOIN org o ON o.id = u.org_id FOR UPDATE OF u;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, usr

--- dml-52 planner
SELECT * FROM v_usr FOR SHARE;
--> 13-18 ok
-->   RS org, usr
-->   RS view v_usr
-->   RS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RS index usr_pkey
-->   scan org, usr

--- dml-53
SELECT * FROM evt;
--> 13-15 ok
-->   AS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def
--> 16-18 ok
-->   AS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   AS index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- dml-54 partly
SELECT * FROM evt WHERE at = 5;
--> 13-15 ok
-->   AS evt, evt_1
-->   AS index evt_1_pkey, evt_1_v_idx
-->   scan evt_1
--> 16-18 ok
-->   AS evt, evt_1
-->   AS index evt_1_pkey, evt_1_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1

--- dml-55
SELECT * FROM animal;
--> 13-18 ok
-->   AS animal, dog, puppy
-->   AS index dog_id_idx
-->   scan animal, dog, puppy

--- dml-56
SELECT * FROM ONLY animal;
--> 13-18 ok
-->   AS animal
-->   scan animal

--- dml-57
SELECT count(*) FROM mv;
--> 13-18 ok
-->   AS matview mv
-->   AS index mv_id, mv_name
-->   scan mv

--- dml-58 planner
SELECT (SELECT count(*) FROM org);
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- dml-59
SELECT vol();
--> 13-18 ok

--- dml-60 planner
WITH d AS (DELETE FROM plain RETURNING a) SELECT * FROM d;
--> 13-18 ok
-->   RX plain
-->   scan plain

--- dml-61 planner
WITH d AS (DELETE FROM plain RETURNING a) INSERT INTO useseq(b) SELECT a FROM d;
--> 13-18 ok
-->   RX plain, useseq
-->   RX sequence free_seq
-->   scan plain

--- dml-62
TABLE org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- dml-63
VALUES (1);
--> 13-18 ok

--- dml-67
SELECT pg_catalog.set_config('search_path', '', false);
--> 13-18 ok

--- more-137 planner
WITH x AS (SELECT id FROM usr ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED) UPDATE usr SET age = 1 WHERE id IN (SELECT id FROM x);
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- more-138 planner
WITH x AS (SELECT id FROM org LIMIT 5 FOR UPDATE) UPDATE usr SET age = 1 WHERE org_id IN (SELECT id FROM x);
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   RS org
-->   RS index org_code_key, org_pkey
-->   scan usr
-->   maybe org

--- more-139 planner
SELECT * FROM usr WHERE org_id IN (SELECT id FROM org) FOR UPDATE;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, usr

--- more-140 planner
SELECT * FROM (SELECT * FROM usr) x FOR UPDATE;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- more-141 planner
SELECT * FROM mv2 m JOIN v_org o ON o.id = m.id FOR UPDATE OF o;
--> 13-18 ok
-->   RS org
-->   RS view v_org
-->   RS index org_code_key, org_pkey
-->   AS matview mv2
-->   scan mv2, org

--- more-216
SELECT pg_sleep(0);
--> 13-18 ok

--- more-217
SELECT setval(pg_get_serial_sequence('usr', 'id'), 500);
--> 13-18 ok
-->   RX sequence usr_id_seq

--- more-218
SELECT count(*) FROM pg_class;
--> 13-18 ok

--- more-219
SELECT relname FROM pg_class c JOIN usr u ON true LIMIT 1;
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   maybe usr

--- inline-67 planner
SELECT * FROM usr u, org o WHERE u.org_id = o.id FOR SHARE OF o;
--> 13-18 ok
-->   RS org
-->   RS index org_code_key, org_pkey
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan org, usr

--- inline-68
SELECT * FROM usr ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- inline-70 planner
SELECT * FROM (SELECT * FROM usr FOR UPDATE) x;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- inline-71
SELECT * FROM v_org FOR UPDATE;
--> 13-18 ok
-->   RS org
-->   RS view v_org
-->   RS index org_code_key, org_pkey
-->   scan org

--- inline-72
SELECT * FROM evt FOR UPDATE;
--> 13-15 ok
-->   RS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   RS index evt_def_pkey, evt_def_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def
--> 16-18 ok
-->   RS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   RS index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- inline-73
SELECT * FROM animal FOR UPDATE;
--> 13-18 ok
-->   RS animal, dog, puppy
-->   RS index dog_id_idx
-->   scan animal, dog, puppy

--- inline-74 planner
WITH c AS (SELECT * FROM org) SELECT * FROM c FOR UPDATE;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

-- # Writing

-- base: shop

--- update_all documented
UPDATE parent SET note='y';
--> 13-18 ok
-->   RX parent
-->   RX index parent_code_idx, parent_n_idx, parent_pkey
-->   scan parent

--- delete_some documented
DELETE FROM child WHERE id < 10;
--> 13-18 ok
-->   RX child
-->   RX index child_parent_idx, child_pkey

-- base: zoo

--- dml-01
INSERT INTO plain(a) VALUES (1);
--> 13-18 ok
-->   RX plain

--- dml-02
INSERT INTO ord(usr_id, org_id) VALUES (1, 1);
--> 13-18 ok
-->   RX ord
-->   RX sequence ord_id_seq
-->   RS org, usr
-->   RS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RS index usr_pkey
-->   maybe org

--- dml-03
INSERT INTO ord(usr_id, org_id) VALUES (NULL, NULL);
--> 13-18 ok
-->   RX ord
-->   RX sequence ord_id_seq

--- dml-04
INSERT INTO ord(note) VALUES ('x');
--> 13-18 ok
-->   RX ord
-->   RX sequence ord_id_seq

--- dml-05
INSERT INTO ord(usr_id) SELECT id FROM usr;
--> 13-18 ok
-->   RX ord
-->   RX sequence ord_id_seq
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- dml-06 planner
INSERT INTO plain(a) SELECT id FROM v_v;
--> 13-18 ok
-->   RX plain
-->   AS org, usr
-->   AS view v_usr, v_v
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan org, usr

--- dml-07
INSERT INTO gen(a) VALUES (1);
--> 13-18 ok
-->   RX gen
-->   RX sequence gen_i_seq

--- dml-08
INSERT INTO useseq(b) VALUES (1);
--> 13-18 ok
-->   RX useseq
-->   RX sequence free_seq

--- dml-09 partly
INSERT INTO evt(id, at, usr_id, v) VALUES (500, 5, 1, 'x');
--> 13-18 ok
-->   RX evt, evt_1
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- dml-10 partly
INSERT INTO evt(id, at, usr_id, v) VALUES (500, 150, NULL, 'x');
--> 13-18 ok
-->   RX evt, evt_2, evt_2b

--- dml-12 partly
INSERT INTO lst VALUES ('a', 1);
--> 13-18 ok
-->   RX lst, lst_a

--- dml-13
INSERT INTO v_org(name) VALUES ('x');
--> 13-18 ok
-->   RX org
-->   RX view v_org
-->   RX sequence org_id_seq

--- dml-14 partly
INSERT INTO ruled VALUES (1, 2);
--> 13-18 ok
-->   RX ruled, ruled_log

--- dml-15
INSERT INTO animal VALUES (1, 'x');
--> 13-18 ok
-->   RX animal

--- dml-16
INSERT INTO k2ref VALUES (1, 1, 1);
--> 13-18 ok
-->   RX k2ref

--- dml-17
INSERT INTO org(name, code) VALUES ('a', 'c1') ON CONFLICT DO NOTHING;
--> 13-18 ok
-->   RX org
-->   RX sequence org_id_seq

--- dml-18
INSERT INTO org(name, code) VALUES ('a', 'c1') ON CONFLICT (code) DO UPDATE SET note = 'z';
--> 13-18 ok
-->   RX org
-->   RX index org_code_key, org_pkey
-->   RX sequence org_id_seq

--- dml-19
INSERT INTO plain(a) VALUES (1) RETURNING *;
--> 13-18 ok
-->   RX plain

--- dml-20 partly
INSERT INTO evtref VALUES (1, 5, 5);
--> 13-15 ok
-->   RX evtref
-->   RS evt, evt_1
-->   RS index evt_1_pkey, evt_1_v_idx
-->   maybe evt_1
--> 16-18 ok
-->   RX evtref
-->   RS evt, evt_1
-->   RS index evt_1_pkey, evt_1_v_idx, evt_pkey, evt_v_idx
-->   maybe evt_1

--- dml-21 planner
INSERT INTO plain(a) VALUES ((SELECT max(n) FROM org));
--> 13-18 ok
-->   RX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org

--- dml-22
UPDATE plain SET c = 1;
--> 13-18 ok
-->   RX plain
-->   scan plain

--- dml-23
UPDATE usr SET age = age + 1;
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- dml-24
UPDATE usr SET org_id = 1 WHERE id = 5;
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   RS org
-->   RS index org_code_key, org_pkey
-->   maybe org

--- dml-25
UPDATE usr SET org_id = org_id;
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- dml-26 planner
UPDATE usr SET age = 1 WHERE id IN (SELECT usr_id FROM ord);
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS ord
-->   AS index ord_pkey, ord_usr_idx
-->   scan ord, usr

--- dml-27 planner
UPDATE usr SET age = o.n FROM org o WHERE o.id = usr.org_id;
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, usr

--- dml-28 unforeseen
UPDATE usr SET id = id + 1000 WHERE id = 300;
--> 13-18 error 23503

--- dml-29 planner
UPDATE org SET name = 'x' WHERE id = 1;
--> 13-18 ok
-->   RX org
-->   RX index org_code_key, org_pkey
-->   scan org

--- dml-30
UPDATE evt SET v = 'z';
--> 13-15 ok
-->   RX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   RX index evt_def_pkey, evt_def_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def
--> 16-18 ok
-->   RX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RX index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   RX index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- dml-31 partly
UPDATE evt SET v = 'z' WHERE at = 50;
--> 13-15 ok
-->   RX evt, evt_1
-->   RX index evt_1_pkey, evt_1_v_idx
-->   scan evt_1
--> 16-18 ok
-->   RX evt, evt_1
-->   RX index evt_1_pkey, evt_1_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1

--- dml-32
UPDATE animal SET name = 'z';
--> 13-18 ok
-->   RX animal, dog, puppy
-->   RX index dog_id_idx
-->   scan animal, dog, puppy

--- dml-33
UPDATE ONLY animal SET name = 'z';
--> 13-18 ok
-->   RX animal
-->   scan animal

--- dml-34
UPDATE v_org SET name = 'x';
--> 13-18 ok
-->   RX org
-->   RX view v_org
-->   RX index org_code_key, org_pkey
-->   scan org

--- dml-35
UPDATE k2ref SET x = 5;
--> 13-18 ok
-->   RX k2ref
-->   scan k2ref

--- dml-36
DELETE FROM plain;
--> 13-18 ok
-->   RX plain
-->   scan plain

--- dml-37 planner
DELETE FROM plain WHERE a < 5;
--> 13-18 ok
-->   RX plain
-->   scan plain

--- dml-38
DELETE FROM ord;
--> 13-18 ok
-->   RX ord
-->   RX index ord_pkey, ord_usr_idx
-->   scan ord

--- dml-39 unforeseen
DELETE FROM org WHERE id = 5;
--> 13-18 error 23503

--- dml-40
DELETE FROM usr WHERE id = 299;
--> 13-15 ok
-->   RX ord, usr
-->   RX index ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RX index usr_pkey
-->   RS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   RS index evt_def_pkey, evt_def_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def, usr
--> 16-18 ok
-->   RX ord, usr
-->   RX index ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RX index usr_pkey
-->   RS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   RS index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def, usr

--- dml-41 planner
DELETE FROM usr USING org WHERE org.id = usr.org_id AND org.n = 7;
--> 13-15 ok
-->   RX ord, usr
-->   RX index ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RX index usr_pkey
-->   RS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   RS index evt_def_pkey, evt_def_v_idx
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan evt_1, evt_2a, evt_2b, evt_def, org, usr
--> 16-18 ok
-->   RX ord, usr
-->   RX index ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RX index usr_pkey
-->   RS evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   RS index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan evt_1, evt_2a, evt_2b, evt_def, org, usr

--- dml-42 unforeseen
DELETE FROM evt WHERE at = 250;
--> 13-18 error 23503

--- dml-43 unforeseen
DELETE FROM evt;
--> 13-18 error 23503

--- dml-44
DELETE FROM animal;
--> 13-18 ok
-->   RX animal, dog, puppy
-->   RX index dog_id_idx
-->   scan animal, dog, puppy

--- dml-45 unforeseen
DELETE FROM v_org WHERE id = 5;
--> 13-18 error 23503

--- dml-46 planner
DELETE FROM k2 WHERE a = 500;
--> 13-18 ok
-->   RX k2
-->   RX index k2_pkey
-->   scan k2

--- dml-64 planner
MERGE INTO plain p USING org o ON o.id = p.a WHEN MATCHED THEN UPDATE SET c = 1;
--> 13-14 error 42601
--> 15-18 ok
-->   RX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- dml-65 planner
MERGE INTO plain p USING org o ON o.id = p.a WHEN NOT MATCHED THEN INSERT (a) VALUES (o.id);
--> 13-14 error 42601
--> 15-18 ok
-->   RX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- dml-66 planner
MERGE INTO plain p USING org o ON o.id = p.a WHEN MATCHED THEN DELETE;
--> 13-14 error 42601
--> 15-18 ok
-->   RX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- dml-68
UPDATE org SET code = 'zz' WHERE id = 3;
--> 13-18 ok
-->   RX org
-->   RX index org_code_key, org_pkey

--- dml-69
DELETE FROM ord WHERE id = (SELECT max(id) FROM ord);
--> 13-18 ok
-->   RX ord
-->   RX index ord_pkey, ord_usr_idx

--- dml-70 planner
UPDATE ord SET state = 'x' WHERE state = 'new';
--> 13-18 ok
-->   RX ord
-->   RX index ord_pkey, ord_usr_idx
-->   scan ord

--- dml-71
DELETE FROM s2.t;
--> 13-18 ok
-->   RX s2.t
-->   RX index s2.t_pkey
-->   scan s2.t

--- dml-72
INSERT INTO usr(org_id, name) VALUES (1, 'q');
--> 13-18 ok
-->   RX usr
-->   RX sequence usr_id_seq
-->   RS org
-->   RS index org_code_key, org_pkey

--- dml-73
INSERT INTO usr(org_id, name, boss_id) VALUES (1, 'q', 1);
--> 13-18 ok
-->   RX usr
-->   RX sequence usr_id_seq
-->   RS org
-->   RS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   RS index usr_pkey

--- more-81
COPY plain TO '/dev/null';
--> 13-18 ok
-->   AS plain
-->   scan plain

--- more-82
COPY (SELECT * FROM usr) TO '/dev/null';
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- more-84
COPY plain FROM '/dev/null';
--> 13-18 ok
-->   RX plain

--- more-132 planner
MERGE INTO usr u USING org o ON o.id = u.org_id WHEN MATCHED THEN UPDATE SET age = 1;
--> 13-14 error 42601
--> 15-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan org, usr

--- more-133 partly
MERGE INTO ord u USING org o ON o.id = u.org_id WHEN MATCHED THEN UPDATE SET usr_id = 1;
--> 13-14 error 42601
--> 15-18 ok
-->   RX ord
-->   RX index ord_pkey, ord_usr_idx
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS org
-->   AS index org_code_key, org_pkey
-->   scan ord, org

--- more-134
INSERT INTO v_v VALUES (1);
--> 13-18 error 55000

--- more-135
INSERT INTO org(name, code) VALUES ('a', 'c1') ON CONFLICT (code) DO NOTHING;
--> 13-18 ok
-->   RX org
-->   RX index org_code_key, org_pkey
-->   RX sequence org_id_seq

--- more-136
INSERT INTO org(name, code) VALUES ('a', 'c1') ON CONFLICT ON CONSTRAINT org_code_key DO NOTHING;
--> 13-18 ok
-->   RX org
-->   RX index org_code_key, org_pkey
-->   RX sequence org_id_seq

--- more-143
UPDATE ord SET usr_id = NULL;
--> 13-18 ok
-->   RX ord
-->   RX index ord_pkey, ord_usr_idx
-->   scan ord

--- more-144
DELETE FROM k2ref;
--> 13-18 ok
-->   RX k2ref
-->   scan k2ref

--- more-145 planner
UPDATE usr SET name = 'x' FROM v_v WHERE v_v.id = usr.id;
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   AS org
-->   AS view v_usr, v_v
-->   AS index org_code_key, org_pkey
-->   scan org, usr

--- more-146
INSERT INTO s2.t VALUES (900, 5);
--> 13-18 ok
-->   RX s2.t
-->   RS org
-->   RS index org_code_key, org_pkey

--- more-147
INSERT INTO evt_1(id, at, v) VALUES (900, 5, 'x');
--> 13-18 ok
-->   RX evt_1
-->   AS evt

--- more-148
DELETE FROM evt_new;
--> 13-18 ok
-->   RX evt_new
-->   scan evt_new

--- inline-23
INSERT INTO useseq DEFAULT VALUES;
--> 13-18 ok
-->   RX useseq
-->   RX sequence free_seq

--- inline-24
INSERT INTO gen DEFAULT VALUES;
--> 13-18 ok
-->   RX gen
-->   RX sequence gen_i_seq

--- inline-25
CREATE TABLE dv (a int DEFAULT nextval('free_seq'), b bigint REFERENCES org(id) DEFAULT 1);
INSERT INTO dv DEFAULT VALUES;
--> 13-18 ok
-->   RX dv
-->   RX sequence free_seq
-->   RS org
-->   RS index org_code_key, org_pkey
-->   maybe org

--- inline-65
DELETE FROM ONLY animal;
--> 13-18 ok
-->   RX animal
-->   scan animal

--- inline-69
UPDATE usr SET age = 1 WHERE id = (SELECT id FROM usr LIMIT 1 FOR UPDATE);
--> 13-18 ok
-->   RX usr
-->   RX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   maybe usr

-- # LOCK TABLE

-- base: zoo

--- table-109
LOCK TABLE usr;
--> 13-18 ok
-->   AX usr

--- table-110
LOCK TABLE usr IN SHARE MODE;
--> 13-18 ok
-->   S usr

--- table-111
LOCK TABLE evt IN ROW EXCLUSIVE MODE;
--> 13-18 ok
-->   RX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- table-112
LOCK TABLE ONLY evt IN SHARE MODE;
--> 13-18 ok
-->   S evt

--- table-113
LOCK TABLE animal IN SHARE MODE;
--> 13-18 ok
-->   S animal, dog, puppy

--- table-114
LOCK TABLE v_v IN SHARE MODE;
--> 13-18 ok
-->   S org, usr
-->   S view v_usr, v_v

--- table-115
LOCK TABLE v_org;
--> 13-18 ok
-->   AX org
-->   AX view v_org

--- table-116
LOCK TABLE mv;
--> 13-18 error 42809

--- more-131
LOCK TABLE evt, usr IN SHARE ROW EXCLUSIVE MODE;
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, usr

-- # TRUNCATE

-- base: shop

--- truncate documented
TRUNCATE nopk;
--> 13-18 ok
-->   AX nopk
-->   rewrite nopk

--- truncate_cascade documented
TRUNCATE parent CASCADE;
--> 13-18 ok
-->   AX child, parent
-->   AX index child_parent_idx, child_pkey, parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite child, parent
-->   maybe child, parent
-->   build child_parent_idx, child_pkey, parent_code_idx, parent_n_idx, parent_pkey

-- base: zoo

--- table-94
TRUNCATE plain;
--> 13-18 ok
-->   AX plain
-->   rewrite plain

--- table-95
TRUNCATE plain, gen;
--> 13-18 ok
-->   AX gen, plain
-->   rewrite gen, plain

--- table-96
TRUNCATE usr;
--> 13-18 error 0A000

--- table-97
TRUNCATE usr CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref, ord, usr
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx, ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx
-->   AX index usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite evt_1, evt_2a, evt_2b, evt_def, evtref, ord, usr
-->   maybe evt_1, evt_2a, evt_2b, evt_def, ord, usr
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx, ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx
-->   build usr_lower_idx, usr_org_idx, usr_pkey

--- table-98
TRUNCATE org CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref, ord, org, s2.t, usr
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx, ord_pkey, ord_usr_idx, org_code_key, org_pkey, s2.t_pkey
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite evt_1, evt_2a, evt_2b, evt_def, evtref, ord, org, s2.t, usr
-->   maybe evt_1, evt_2a, evt_2b, evt_def, ord, org, s2.t, usr
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx, ord_pkey, ord_usr_idx, org_code_key, org_pkey, t_pkey
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- table-99
TRUNCATE gen RESTART IDENTITY;
--> 13-18 ok
-->   AX gen
-->   AX sequence gen_i_seq
-->   rewrite gen

--- table-100
TRUNCATE plain RESTART IDENTITY;
--> 13-18 ok
-->   AX plain
-->   rewrite plain

--- table-101
TRUNCATE evtref, evt;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx
-->   rewrite evt_1, evt_2a, evt_2b, evt_def, evtref
-->   maybe evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- table-102
TRUNCATE lst;
--> 13-18 ok
-->   AX lst, lst_a, lst_b
-->   rewrite lst_a, lst_b

--- table-103
TRUNCATE evt CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx
-->   rewrite evt_1, evt_2a, evt_2b, evt_def, evtref
-->   maybe evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- table-104
TRUNCATE evt_1;
--> 13-18 error 0A000

--- table-105
TRUNCATE animal;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   AX index dog_id_idx
-->   rewrite animal, dog, puppy
-->   maybe dog
-->   build dog_id_idx

--- table-106
TRUNCATE ONLY animal;
--> 13-18 ok
-->   AX animal
-->   rewrite animal

--- table-107
TRUNCATE k2 CASCADE;
--> 13-18 ok
-->   AX k2, k2ref
-->   AX index k2_pkey
-->   rewrite k2, k2ref
-->   maybe k2
-->   build k2_pkey

--- table-108
TRUNCATE ul;
--> 13-18 ok
-->   AX ul
-->   AX index ul_pkey
-->   rewrite ul
-->   maybe ul
-->   build ul_pkey

--- more-127
TRUNCATE mv;
--> 13-18 error 42809

--- more-128
TRUNCATE evt_2 CASCADE;
--> 13 ok
-->   AX evt_2, evt_2a, evt_2b, evtref
-->   AX index evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS evt
-->   rewrite evt_2a, evt_2b, evtref
-->   maybe evt_2a, evt_2b
-->   build evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
--> 14-18 ok
-->   AX evt_2, evt_2a, evt_2b, evtref
-->   AX index evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   rewrite evt_2a, evt_2b, evtref
-->   maybe evt_2a, evt_2b
-->   build evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx

--- more-129
TRUNCATE usr RESTART IDENTITY CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref, ord, usr
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx, ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx
-->   AX index usr_lower_idx, usr_org_idx, usr_pkey
-->   AX sequence ord_id_seq, usr_id_seq
-->   rewrite evt_1, evt_2a, evt_2b, evt_def, evtref, ord, usr
-->   maybe evt_1, evt_2a, evt_2b, evt_def, ord, usr
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx, ord_pkey, ord_usr_idx, usr_age_part_idx, usr_created_idx
-->   build usr_lower_idx, usr_org_idx, usr_pkey

--- more-130
TRUNCATE ft;
--> 13 error 42809
--> 14-18 error 55000

--- inline-66
TRUNCATE ONLY animal, plain;
--> 13-18 ok
-->   AX animal, plain
-->   rewrite animal, plain

-- # Transactions and sessions

-- base: zoo

--- begin
BEGIN;
--> 13-18 ok

--- start_transaction
START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE;
--> 13-18 ok

--- commit
COMMIT;
--> 13-18 ok

--- end
END;
--> 13-18 ok

--- rollback
ROLLBACK;
--> 13-18 ok

--- rollback_and_chain
ROLLBACK AND CHAIN;
--> 13-18 ok

--- savepoint
SAVEPOINT a;
--> 13-18 ok

--- release_absent
RELEASE SAVEPOINT a;
--> 13-18 error 3B001

--- rollback_to_absent
ROLLBACK TO SAVEPOINT a;
--> 13-18 error 3B001

--- prepare_transaction
PREPARE TRANSACTION 'x';
--> 13-18 error 55000

--- commit_prepared
COMMIT PREPARED 'x';
--> 13-18 error 42704

--- set_transaction
SET TRANSACTION READ ONLY;
--> 13-18 ok

--- set_session_characteristics
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
--> 13-18 ok

--- set_constraints
SET CONSTRAINTS ALL DEFERRED;
--> 13-18 ok

--- set_role
SET ROLE reader;
--> 13-18 ok

--- set_local
SET LOCAL lock_timeout = '1s';
--> 13-18 ok

--- reset_all
RESET ALL;
--> 13-18 ok

--- set_role_absent
SET ROLE nosuch;
--> 13-18 error 22023

--- show
SHOW work_mem;
--> 13-18 ok

--- listen
LISTEN x;
--> 13-18 ok

--- unlisten
UNLISTEN *;
--> 13-18 ok

--- notify
NOTIFY x;
--> 13-18 ok

--- discard_plans
DISCARD PLANS;
--> 13-18 ok

--- discard_all
DISCARD ALL;
--> 13-18 ok

--- checkpoint documented
CHECKPOINT;
--> 13-18 ok

--- load
LOAD 'plpgsql';
--> 13-18 ok

--- declare partly
DECLARE c CURSOR FOR SELECT * FROM usr;
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- close_absent
CLOSE x;
--> 13-18 error 34000

--- fetch_absent
FETCH x;
--> 13-18 error 34000

--- move_absent
MOVE x;
--> 13-18 error 34000

--- execute_absent
EXECUTE nosuch;
--> 13-18 error 26000

--- deallocate_all
DEALLOCATE ALL;
--> 13-18 ok

--- explain_analyze
EXPLAIN ANALYZE DELETE FROM cl;
--> 13-18 ok
-->   RX cl
-->   RX index cl_a
-->   scan cl

--- explain_ddl partly
EXPLAIN CREATE TABLE x AS SELECT * FROM org;
--> 13-18 ok
-->   AS org
-->   AS index org_code_key, org_pkey

-- # LOCK TABLE

-- base: zoo

--- lock_access_share documented
LOCK TABLE usr IN ACCESS SHARE MODE;
--> 13-18 ok
-->   AS usr

--- lock_row_share documented
LOCK TABLE usr IN ROW SHARE MODE;
--> 13-18 ok
-->   RS usr

--- lock_share_update_exclusive documented
LOCK TABLE usr IN SHARE UPDATE EXCLUSIVE MODE;
--> 13-18 ok
-->   SUX usr

--- lock_exclusive documented
LOCK TABLE usr IN EXCLUSIVE MODE;
--> 13-18 ok
-->   X usr

--- lock_nowait
LOCK TABLE ONLY evt, org IN ROW EXCLUSIVE MODE NOWAIT;
--> 13-18 ok
-->   RX evt, org

--- lock_view
LOCK TABLE v_v IN SHARE MODE;
--> 13-18 ok
-->   S org, usr
-->   S view v_usr, v_v

-- # Writing

-- base: zoo

--- insert_overriding_system documented
INSERT INTO org(id, name) OVERRIDING SYSTEM VALUE VALUES (900, 'x');
--> 13-18 ok
-->   RX org

--- insert_overriding_user
INSERT INTO org(id, name) OVERRIDING USER VALUE VALUES (900, 'x');
--> 13-18 ok
-->   RX org
-->   RX sequence org_id_seq

--- insert_generated_always
INSERT INTO org(id, name) VALUES (900, 'x');
--> 13-18 error 428C9

--- insert_generated_always_default
INSERT INTO org(id, name) VALUES (DEFAULT, 'x');
--> 13-18 ok
-->   RX org
-->   RX sequence org_id_seq

--- insert_generated_query
INSERT INTO org(id, name) SELECT a, b FROM plain;
--> 13-18 error 428C9

--- update_generated_always
UPDATE org SET id = 5 WHERE id = 4;
--> 13-18 error 428C9

--- update_generated_stored
UPDATE gen SET b = 5;
--> 13 error 42601
--> 14-18 error 428C9

--- insert_generated_stored
INSERT INTO gen(a, b) VALUES (1, 2);
--> 13 error 42601
--> 14-18 error 428C9

--- merge_by_source planner
MERGE INTO cl USING k2 ON k2.a = cl.a WHEN NOT MATCHED BY SOURCE THEN DELETE;
--> 13-16 error 42601
--> 17-18 ok
-->   RX cl
-->   RX index cl_a
-->   AS k2
-->   AS index k2_pkey
-->   scan cl, k2

--- merge_returning planner
MERGE INTO cl USING k2 ON k2.a = cl.a WHEN MATCHED THEN DELETE RETURNING cl.a;
--> 13-16 error 42601
--> 17-18 ok
-->   RX cl
-->   RX index cl_a
-->   AS k2
-->   AS index k2_pkey
-->   scan cl, k2

--- copy_where
COPY plain FROM '/dev/null' WHERE a > 5;
--> 13-18 ok
-->   RX plain

--- insert_too_many
INSERT INTO cl VALUES (1, 2, 3);
--> 13-18 error 42601

--- insert_column_absent
INSERT INTO cl(nosuch) VALUES (1);
--> 13-18 error 42703

--- update_column_absent
UPDATE cl SET nosuch = 1;
--> 13-18 error 42703

--- insert_null
INSERT INTO plain(a) VALUES (NULL);
--> 13-18 error 23502

--- insert_check unforeseen
INSERT INTO animal VALUES (-5);
--> 13-18 error 23514

--- update_row_movement planner
UPDATE lst SET k = 'b' WHERE v = 2;
--> 13-18 ok
-->   RX lst, lst_a, lst_b
-->   scan lst_a, lst_b

--- insert_returning
INSERT INTO cl SELECT a, b FROM k2 RETURNING a;
--> 13-18 ok
-->   RX cl
-->   AS k2
-->   AS index k2_pkey
-->   scan k2

--- with_insert partly
WITH gone AS (DELETE FROM cl RETURNING a) INSERT INTO k2 SELECT a, -1 FROM gone;
--> 13-18 ok
-->   RX cl, k2
-->   RX index cl_a
-->   scan cl

-- # Reading

-- base: zoo

--- select_for_share
SELECT * FROM usr WHERE id = 5 FOR SHARE;
--> 13-18 ok
-->   RS usr
-->   RS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- select_for_no_key_update
SELECT * FROM cl FOR NO KEY UPDATE;
--> 13-18 ok
-->   RS cl
-->   RS index cl_a
-->   scan cl

--- select_into
SELECT * INTO x FROM cl;
--> 13-18 ok
-->   AS cl
-->   AS index cl_a
-->   scan cl

--- select_column_absent
SELECT nosuch FROM cl;
--> 13-18 error 42703

--- select_relation_absent
SELECT * FROM nosuch;
--> 13-18 error 42P01

--- select_nextval
SELECT nextval('free_seq');
--> 13-18 ok
-->   RX sequence free_seq

--- select_setval
SELECT setval('free_seq', 5);
--> 13-18 ok
-->   RX sequence free_seq

--- table
TABLE cl;
--> 13-18 ok
-->   AS cl
-->   AS index cl_a
-->   scan cl

-- # DO and CALL

-- base: cabinet

--- call
CALL proc(1);
--> 13-18 ok

--- do_dynamic
DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD COLUMN x int'; END $$;
--> 13-18 ok
-->   AX t

--- do_ddl
DO $$ BEGIN ALTER TABLE t ADD COLUMN x int; END $$;
--> 13-18 ok
-->   AX t

--- do_exception
DO $$ BEGIN ALTER TABLE t ADD COLUMN name int; EXCEPTION WHEN duplicate_column THEN NULL; END $$;
--> 13-18 ok

--- do_language_absent
DO LANGUAGE nosuch $$ x $$;
--> 13-18 error 42704

-- # TRUNCATE

-- base: zoo

--- truncate_only_partitioned
TRUNCATE ONLY evt;
--> 13-18 error 42809

--- truncate_only_parent documented
TRUNCATE ONLY animal;
--> 13-18 ok
-->   AX animal
-->   rewrite animal

--- truncate_view
TRUNCATE v_org;
--> 13-18 error 42809

