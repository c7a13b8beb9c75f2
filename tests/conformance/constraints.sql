-- # Foreign keys

-- base: shop

--- add_col_references documented
ALTER TABLE child ADD COLUMN c1 bigint REFERENCES parent(id);
--> 13-18 ok
-->   AX child
-->   SRX parent

--- add_col_references_default documented
ALTER TABLE child ADD COLUMN c1 bigint DEFAULT 1 REFERENCES parent(id);
--> 13-18 ok
-->   AX child
-->   SRX parent
-->   AS index child_parent_idx, child_pkey, parent_code_idx, parent_n_idx, parent_pkey
-->   scan child, parent

--- add_fk documented
ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent(id);
--> 13-18 ok
-->   SRX child, parent
-->   AS index child_parent_idx, child_pkey, parent_code_idx, parent_n_idx, parent_pkey
-->   scan child, parent

--- add_fk_not_valid documented
ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent(id) NOT VALID;
--> 13-18 ok
-->   SRX child, parent

--- add_fk_not_enforced documented
ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent(id) NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   SRX child, parent

--- validate_fk documented
ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent(id) NOT VALID;
ALTER TABLE child VALIDATE CONSTRAINT fk;
--> 13-18 ok
-->   SUX child
-->   RS parent
-->   AS index child_parent_idx, child_pkey, parent_code_idx, parent_n_idx, parent_pkey
-->   scan child, parent

--- alter_fk_deferrable documented
ALTER TABLE child ALTER CONSTRAINT child_other_fk DEFERRABLE INITIALLY DEFERRED;
--> 13-18 ok
-->   AX child

--- drop_fk documented
ALTER TABLE child DROP CONSTRAINT child_other_fk;
--> 13-18 ok
-->   AX child, parent

-- base: zoo

--- column-27
ALTER TABLE usr ADD COLUMN x int NOT NULL DEFAULT 1 CHECK (x > 0) REFERENCES org(id);
--> 13-18 ok
-->   AX usr
-->   SRX org
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan org, usr

--- column-28
ALTER TABLE usr ADD COLUMN x bigint REFERENCES usr(id);
--> 13-18 ok
-->   AX usr

--- column-29
ALTER TABLE usr ADD COLUMN x bigint REFERENCES usr(id) DEFAULT 1;
--> 13-18 ok
-->   AX usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- column-35
ALTER TABLE evt ADD COLUMN x bigint REFERENCES org(id);
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   SRX org

--- column-36
ALTER TABLE evt ADD COLUMN x bigint DEFAULT 1 REFERENCES org(id);
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   SRX org
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx, org_code_key, org_pkey
-->   scan evt_1, evt_2a, evt_2b, evt_def, org

--- constraint-19
ALTER TABLE usr RENAME CONSTRAINT usr_org_id_fkey TO fk2;
--> 13-18 ok
-->   AX usr

--- constraint-23
ALTER TABLE evt RENAME CONSTRAINT evt_usr_id_fkey TO fk2;
--> 13-18 ok
-->   AX evt

--- constraint-24
ALTER TABLE plain ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES org(id);
--> 13-18 ok
-->   SRX org, plain
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- constraint-25
ALTER TABLE plain ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES org(id) NOT VALID;
--> 13-18 ok
-->   SRX org, plain

--- constraint-26
ALTER TABLE plain ADD FOREIGN KEY (a, c) REFERENCES k2(a, b) NOT VALID;
--> 13-18 ok
-->   SRX k2, plain

--- constraint-27
ALTER TABLE usr ADD FOREIGN KEY (big) REFERENCES usr(id) NOT VALID;
--> 13-18 ok
-->   SRX usr

--- constraint-28
ALTER TABLE usr ADD CONSTRAINT fk FOREIGN KEY (boss_id) REFERENCES usr(id);
--> 13-18 ok
-->   SRX usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   scan usr

--- constraint-29
ALTER TABLE evt ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id) NOT VALID;
--> 13-17 error 42809
--> 18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, org

--- constraint-34
ALTER TABLE evt_1 ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id) NOT VALID;
--> 13-18 ok
-->   SRX evt_1, org

--- constraint-35
ALTER TABLE evtref ADD CONSTRAINT fk FOREIGN KEY (e_id, e_at) REFERENCES evt(id, at);
--> 13-15 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def, evtref
--> 16-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   AS index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def, evtref

--- constraint-36
ALTER TABLE evtref ADD CONSTRAINT fk FOREIGN KEY (e_id, e_at) REFERENCES evt(id, at) NOT VALID;
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref

--- constraint-37
ALTER TABLE evtref ADD CONSTRAINT fk FOREIGN KEY (e_id, e_at) REFERENCES evt(id, at) NOT VALID;
ALTER TABLE evtref VALIDATE CONSTRAINT fk;
--> 13-15 ok
-->   SUX evtref
-->   RS evt
-->   AS evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def, evtref
--> 16-18 ok
-->   SUX evtref
-->   RS evt
-->   AS evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx
-->   AS index evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def, evtref

--- constraint-38
ALTER TABLE evtref DROP CONSTRAINT evtref_e_id_e_at_fkey;
--> 13-14 ok
-->   AX evt, evt_1, evt_2a, evt_2b, evt_def, evtref
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref

--- constraint-39
ALTER TABLE evt DROP CONSTRAINT evt_usr_id_fkey;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, usr

--- constraint-40
ALTER TABLE evt_1 DROP CONSTRAINT evt_usr_id_fkey;
--> 13-18 error 42P16

--- constraint-43
ALTER TABLE usr DROP CONSTRAINT usr_org_id_fkey;
--> 13-18 ok
-->   AX org, usr

--- constraint-44
ALTER TABLE usr DROP CONSTRAINT usr_boss_id_fkey;
--> 13-18 ok
-->   AX usr

--- constraint-47
ALTER TABLE k2ref DROP CONSTRAINT k2ref_a_b_fkey;
--> 13-18 ok
-->   AX k2, k2ref

--- constraint-48
ALTER TABLE animal ADD FOREIGN KEY (id) REFERENCES org(id);
--> 13-17 ok
-->   SRX animal, org
-->   AS index org_code_key, org_pkey
-->   scan animal, org
--> 18 ok
-->   SRX animal, dog, org, puppy
-->   AS index org_code_key, org_pkey
-->   scan animal, org

--- constraint-68
ALTER TABLE plain ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES org(id) NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   SRX org, plain

--- constraint-70
ALTER TABLE plain ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES org(id) NOT ENFORCED;
ALTER TABLE plain ALTER CONSTRAINT fk ENFORCED;
--> 18 ok
-->   AX plain
-->   SRX org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- constraint-71
ALTER TABLE usr ALTER CONSTRAINT usr_org_id_fkey NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   AX org, usr

--- constraint-74
ALTER TABLE usr ALTER CONSTRAINT usr_org_id_fkey DEFERRABLE;
--> 13-18 ok
-->   AX usr

--- constraint-75
ALTER TABLE evt ALTER CONSTRAINT evt_usr_id_fkey DEFERRABLE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- constraint-76
ALTER TABLE evtref ALTER CONSTRAINT evtref_e_id_e_at_fkey DEFERRABLE;
--> 13-18 ok
-->   AX evtref

--- constraint-78
ALTER TABLE usr ADD CONSTRAINT ck CHECK (age > 0), ADD CONSTRAINT fk FOREIGN KEY (big) REFERENCES org(id) NOT VALID, ALTER COLUMN m DROP DEFAULT;
--> 13-18 ok
-->   AX usr
-->   SRX org
-->   scan usr

--- constraint-79
ALTER TABLE usr VALIDATE CONSTRAINT usr_org_id_fkey, ALTER COLUMN age SET STATISTICS 10;
--> 13-18 ok
-->   SUX usr

--- constraint-80
ALTER TABLE plain ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES org(id) NOT VALID;
ALTER TABLE plain VALIDATE CONSTRAINT fk, ADD CONSTRAINT ck CHECK (c > 0) NOT VALID;
--> 13-18 ok
-->   AX plain
-->   RS org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- more-85
DELETE FROM evtref; DELETE FROM evt WHERE id < 1;
ALTER TABLE evt ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id);
--> 13-18 ok
-->   SRX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, org
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx, org_code_key, org_pkey
-->   scan evt_1, evt_2a, evt_2b, evt_def, org

--- more-86
DELETE FROM evtref; DELETE FROM evt WHERE id < 1; ALTER TABLE evt ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id) NOT VALID;
ALTER TABLE evt VALIDATE CONSTRAINT fk;
--> 18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   RS org
-->   AS index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx, org_code_key, org_pkey
-->   scan evt_1, evt_2a, evt_2b, evt_def, org

--- more-87
DELETE FROM evtref; DELETE FROM evt WHERE id < 1;
ALTER TABLE evt_1 ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id);
--> 13-18 ok
-->   SRX evt_1, org
-->   AS index evt_1_pkey, evt_1_v_idx, org_code_key, org_pkey
-->   scan evt_1, org

--- more-88
DELETE FROM evtref; DELETE FROM evt WHERE id < 1; ALTER TABLE evt_1 ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id) NOT VALID;
ALTER TABLE evt_1 VALIDATE CONSTRAINT fk;
--> 13-18 ok
-->   SUX evt_1
-->   RS org
-->   AS index evt_1_pkey, evt_1_v_idx, org_code_key, org_pkey
-->   scan evt_1, org

--- more-89
ALTER TABLE ONLY evt ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES org(id);
--> 13-18 error 42809

--- more-184
ALTER TABLE usr ADD COLUMN IF NOT EXISTS org_id bigint REFERENCES org(id);
--> 13-18 ok
-->   AX usr

--- more-185
ALTER TABLE usr ADD COLUMN IF NOT EXISTS zz bigint REFERENCES org(id), ADD COLUMN yy int CHECK (yy > 0) DEFAULT 3;
--> 13-18 ok
-->   AX usr
-->   SRX org
-->   scan usr

--- more-186
ALTER TABLE usr DROP CONSTRAINT usr_org_id_fkey, ADD CONSTRAINT f2 FOREIGN KEY (org_id) REFERENCES org(id) ON DELETE CASCADE;
--> 13-18 ok
-->   AX org, usr
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan org, usr

--- more-187
ALTER TABLE usr DROP CONSTRAINT usr_org_id_fkey, ADD CONSTRAINT f2 FOREIGN KEY (org_id) REFERENCES org(id) ON DELETE CASCADE NOT VALID;
--> 13-18 ok
-->   AX org, usr

--- inline-20
ALTER TABLE plain ADD COLUMN x bigint REFERENCES org(id) DEFAULT NULL;
--> 13-18 ok
-->   AX plain
-->   SRX org
-->   AS index org_code_key, org_pkey
-->   scan plain

-- # Validating, altering, dropping and renaming

-- base: shop

--- validate_not_null documented
ALTER TABLE parent ADD CONSTRAINT nn NOT NULL n NOT VALID;
ALTER TABLE parent VALIDATE CONSTRAINT nn;
--> 18 ok
-->   SUX parent
-->   scan parent

--- validate_check documented
ALTER TABLE parent ADD CONSTRAINT ck CHECK (n > 0) NOT VALID;
ALTER TABLE parent VALIDATE CONSTRAINT ck;
--> 13-18 ok
-->   SUX parent
-->   scan parent

--- drop_check documented
ALTER TABLE child DROP CONSTRAINT child_qty_ck;
--> 13-18 ok
-->   AX child

--- drop_pk_cascade documented
ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE;
--> 13-18 ok
-->   AX child, parent
-->   AX index parent_pkey

--- rename_constraint documented
ALTER TABLE child RENAME CONSTRAINT child_qty_ck TO child_qty_ck2;
--> 13-18 ok
-->   AX child

-- base: zoo

--- column-83
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL, DROP CONSTRAINT nn;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-88
ALTER TABLE usr ADD CONSTRAINT nn NOT NULL age NOT VALID;
ALTER TABLE usr ADD CONSTRAINT ck CHECK (age IS NOT NULL);
ALTER TABLE usr VALIDATE CONSTRAINT nn;
--> 18 ok
-->   SUX usr
-->   scan usr

--- column-90
ALTER TABLE evt ADD CONSTRAINT nn NOT NULL v NOT VALID;
ALTER TABLE evt VALIDATE CONSTRAINT nn;
--> 18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- column-91
ALTER TABLE usr DROP CONSTRAINT usr_name_not_null;
--> 13-17 error 42704
--> 18 ok
-->   AX usr

--- constraint-05
ALTER TABLE evt ADD CONSTRAINT ck CHECK (id >= 0) NOT VALID;
ALTER TABLE evt VALIDATE CONSTRAINT ck;
--> 13-18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- constraint-10
ALTER TABLE animal ADD CONSTRAINT ck CHECK (id < 1000) NOT VALID;
ALTER TABLE animal VALIDATE CONSTRAINT ck;
--> 13-18 ok
-->   SUX animal, dog, puppy
-->   scan animal, dog, puppy

--- constraint-11
ALTER TABLE animal ADD CONSTRAINT ck CHECK (id < 1000) NOT VALID;
ALTER TABLE ONLY animal VALIDATE CONSTRAINT ck;
--> 13-18 error 42P16

--- constraint-13
ALTER TABLE ord VALIDATE CONSTRAINT ord_total_nv;
--> 13-18 ok
-->   SUX ord
-->   scan ord

--- constraint-14
ALTER TABLE ord VALIDATE CONSTRAINT ord_state_check;
--> 13-18 ok
-->   SUX ord

--- constraint-15
ALTER TABLE animal DROP CONSTRAINT animal_ck;
--> 13-18 ok
-->   AX animal, dog, puppy

--- constraint-16
ALTER TABLE ONLY animal DROP CONSTRAINT animal_ck;
--> 13-18 ok
-->   AX animal, dog

--- constraint-17
ALTER TABLE evt ADD CONSTRAINT ck CHECK (id >= 0);
ALTER TABLE evt DROP CONSTRAINT ck;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- constraint-18
ALTER TABLE usr DROP CONSTRAINT IF EXISTS nosuch;
--> 13-18 ok
-->   AX usr

--- constraint-20
ALTER TABLE usr RENAME CONSTRAINT usr_pkey TO pk2;
--> 13-18 ok
-->   AX usr
-->   SUX index usr_pkey

--- constraint-21
ALTER TABLE animal RENAME CONSTRAINT animal_ck TO ck2;
--> 13-18 ok
-->   AX animal, dog, puppy

--- constraint-22
ALTER TABLE evt RENAME CONSTRAINT evt_pkey TO pk2;
--> 13-18 ok
-->   AX evt
-->   SUX index evt_pkey

--- constraint-41
ALTER TABLE evt DROP CONSTRAINT evt_pkey;
--> 13-18 error 2BP01

--- constraint-42
ALTER TABLE evt DROP CONSTRAINT evt_pkey CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref
-->   AX index evt_1_pkey, evt_2_pkey, evt_2a_pkey, evt_2b_pkey, evt_def_pkey, evt_pkey

--- constraint-45
ALTER TABLE usr DROP CONSTRAINT usr_pkey CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, ord, usr
-->   AX index usr_pkey

--- constraint-46
ALTER TABLE org DROP CONSTRAINT org_code_key;
--> 13-18 ok
-->   AX org
-->   AX index org_code_key

--- constraint-72
ALTER TABLE usr ALTER CONSTRAINT usr_name_not_null NO INHERIT;
--> 13-17 error 0A000
--> 18 ok
-->   AX usr

--- constraint-73
ALTER TABLE animal ALTER CONSTRAINT animal_ck NO INHERIT;
--> 13-17 error 0A000
--> 18 error 42809

--- object-64
COMMENT ON CONSTRAINT usr_pkey ON usr IS 'x';
--> 13-18 ok
-->   AS usr

--- more-165
COMMENT ON CONSTRAINT evt_pkey ON evt IS 'x';
--> 13-18 ok
-->   AS evt

--- inline-36
ALTER TABLE org DROP CONSTRAINT org_pkey CASCADE, ADD PRIMARY KEY (id);
--> 13-18 ok
-->   AX ord, org, s2.t, usr
-->   AX index org_pkey
-->   scan org
-->   build org_pkey

--- inline-37
ALTER TABLE plain ADD CONSTRAINT a1 CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT a1;
--> 13-18 ok
-->   AX plain
-->   scan plain

--- inline-39
ALTER TABLE usr RENAME CONSTRAINT usr_name_not_null TO nn2;
--> 13-17 error 42704
--> 18 ok
-->   AX usr

--- inline-40
ALTER TABLE evt RENAME CONSTRAINT evt_id_not_null TO nn2;
--> 13-17 error 42704
--> 18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

-- # Adding constraints

-- base: shop

--- add_not_null_not_valid documented
ALTER TABLE parent ADD CONSTRAINT nn NOT NULL n NOT VALID;
--> 13-17 error 42601
--> 18 ok
-->   AX parent

--- add_check documented
ALTER TABLE parent ADD CONSTRAINT ck CHECK (n > 0);
--> 13-18 ok
-->   AX parent
-->   scan parent

--- add_check_not_valid documented
ALTER TABLE parent ADD CONSTRAINT ck CHECK (n > 0) NOT VALID;
--> 13-18 ok
-->   AX parent

--- add_check_not_enforced documented
ALTER TABLE parent ADD CONSTRAINT ck CHECK (n > 0) NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   AX parent

--- add_unique documented
ALTER TABLE parent ADD CONSTRAINT uq UNIQUE (name);
--> 13-18 ok
-->   AX parent
-->   scan parent

--- add_unique_using_index documented
CREATE UNIQUE INDEX uq_i ON parent(name);
ALTER TABLE parent ADD CONSTRAINT uq UNIQUE USING INDEX uq_i;
--> 13-18 ok
-->   AX parent
-->   SUX index uq_i

--- add_pk documented
ALTER TABLE nopk ADD PRIMARY KEY (a);
--> 13-18 ok
-->   AX nopk
-->   scan nopk

--- add_pk_nullable_col documented
ALTER TABLE nopk ADD PRIMARY KEY (c);
--> 13-18 ok
-->   AX nopk
-->   scan nopk

--- add_pk_using_index_notnull documented
CREATE UNIQUE INDEX pk_i ON nopk(a);
ALTER TABLE nopk ADD CONSTRAINT pk PRIMARY KEY USING INDEX pk_i;
--> 13-18 ok
-->   AX nopk
-->   SUX index pk_i

--- add_pk_using_index_nullable documented
CREATE UNIQUE INDEX pk_i ON nopk(c);
ALTER TABLE nopk ADD CONSTRAINT pk PRIMARY KEY USING INDEX pk_i;
--> 13-18 ok
-->   AX nopk
-->   SUX index pk_i
-->   scan nopk

--- add_exclusion documented
ALTER TABLE nopk ADD CONSTRAINT ex EXCLUDE USING gist (r WITH &&);
--> 13-18 ok
-->   AX nopk
-->   scan nopk

--- multi_add_and_validate documented
ALTER TABLE parent ADD COLUMN c1 int DEFAULT 0, ADD CONSTRAINT ck CHECK (n > 0), ALTER COLUMN status SET NOT NULL;
--> 13-18 ok
-->   AX parent
-->   scan parent

-- base: zoo

--- column-84
ALTER TABLE usr ADD CONSTRAINT nn NOT NULL age;
--> 13-17 error 42601
--> 18 ok
-->   AX usr
-->   scan usr

--- column-85
ALTER TABLE usr ADD CONSTRAINT nn NOT NULL age NOT VALID;
--> 13-17 error 42601
--> 18 ok
-->   AX usr

--- column-86
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL);
ALTER TABLE usr ADD CONSTRAINT nn2 NOT NULL age;
--> 13-17 error 42601
--> 18 ok
-->   AX usr

--- column-89
ALTER TABLE evt ADD CONSTRAINT nn NOT NULL v NOT VALID;
--> 13-17 error 42601
--> 18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- constraint-01
ALTER TABLE usr ADD CONSTRAINT ck CHECK (age > 0);
--> 13-18 ok
-->   AX usr
-->   scan usr

--- constraint-02
ALTER TABLE usr ADD CONSTRAINT ck CHECK (imm(age) > 0) NOT VALID;
--> 13-18 ok
-->   AX usr

--- constraint-03
ALTER TABLE evt ADD CONSTRAINT ck CHECK (id >= 0);
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- constraint-04
ALTER TABLE evt ADD CONSTRAINT ck CHECK (id >= 0) NOT VALID;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- constraint-06
ALTER TABLE animal ADD CONSTRAINT ck CHECK (id < 1000);
--> 13-18 ok
-->   AX animal, dog, puppy
-->   scan animal, dog, puppy

--- constraint-07
ALTER TABLE animal ADD CONSTRAINT ck CHECK (id < 1000) NO INHERIT;
--> 13-17 ok
-->   AX animal
-->   scan animal
--> 18 ok
-->   AX animal, dog, puppy
-->   scan animal

--- constraint-08
ALTER TABLE ONLY animal ADD CONSTRAINT ck CHECK (id < 1000);
--> 13-18 error 42P16

--- constraint-09
ALTER TABLE ONLY animal ADD CONSTRAINT ck CHECK (id < 1000) NO INHERIT;
--> 13-18 ok
-->   AX animal
-->   scan animal

--- constraint-12
ALTER TABLE dog ADD CONSTRAINT ck CHECK (id < 1000);
ALTER TABLE animal ADD CONSTRAINT ck CHECK (id < 1000);
--> 13-17 ok
-->   AX animal, dog
-->   scan animal
--> 18 ok
-->   AX animal, dog, puppy
-->   scan animal

--- constraint-49
ALTER TABLE plain ADD CONSTRAINT uq UNIQUE (a);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-50
ALTER TABLE plain ADD CONSTRAINT uq UNIQUE (a) INCLUDE (b);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-51
ALTER TABLE plain ADD CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a);
--> 13-14 error 42601
--> 15-18 ok
-->   AX plain
-->   scan plain

--- constraint-52
ALTER TABLE plain ADD PRIMARY KEY (a);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-53
ALTER TABLE plain ADD PRIMARY KEY (a, c);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-54
ALTER TABLE plain ADD CHECK (c IS NOT NULL);
ALTER TABLE plain ADD PRIMARY KEY (c);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-55
ALTER TABLE lst ADD PRIMARY KEY (k);
--> 13-18 error 23505

--- constraint-56
ALTER TABLE lst ADD PRIMARY KEY (k, v);
--> 13-18 ok
-->   AX lst, lst_a, lst_b
-->   scan lst_a, lst_b

--- constraint-57
ALTER TABLE lst ADD UNIQUE (k, v);
--> 13-17 ok
-->   AX lst
-->   S lst_a, lst_b
-->   scan lst_a, lst_b
--> 18 ok
-->   AX lst, lst_a, lst_b
-->   scan lst_a, lst_b

--- constraint-58
ALTER TABLE ONLY lst ADD UNIQUE (k, v);
--> 13-18 ok
-->   AX lst

--- constraint-59
ALTER TABLE ONLY lst ADD PRIMARY KEY (k, v);
--> 13-17 error 42P16
--> 18 error XX000

--- constraint-60
ALTER TABLE animal ADD PRIMARY KEY (id);
--> 13-18 ok
-->   AX animal, dog, puppy
-->   scan animal, dog, puppy

--- constraint-61
ALTER TABLE ONLY animal ADD PRIMARY KEY (id);
--> 13-17 ok
-->   AX animal
-->   scan animal
--> 18 error XX000

--- constraint-62
ALTER TABLE plain ADD CONSTRAINT ex EXCLUDE USING gist (r WITH &&);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-63
ALTER TABLE plain ADD CONSTRAINT ex EXCLUDE USING btree (a WITH =);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- constraint-64
CREATE UNIQUE INDEX plain_a ON plain(a);
ALTER TABLE plain ADD CONSTRAINT plain_a UNIQUE USING INDEX plain_a;
--> 13-18 ok
-->   AX plain
-->   AS index plain_a

--- constraint-65
CREATE UNIQUE INDEX plain_a ON plain(a);
ALTER TABLE plain ADD PRIMARY KEY USING INDEX plain_a;
--> 13-18 ok
-->   AX plain
-->   AS index plain_a

--- constraint-66
CREATE UNIQUE INDEX plain_a ON plain(c);
ALTER TABLE plain ADD CONSTRAINT pk PRIMARY KEY USING INDEX plain_a;
--> 13-18 ok
-->   AX plain
-->   SUX index plain_a
-->   scan plain

--- constraint-67
CREATE UNIQUE INDEX plain_a ON plain(c); ALTER TABLE plain ADD CHECK (c IS NOT NULL);
ALTER TABLE plain ADD CONSTRAINT pk PRIMARY KEY USING INDEX plain_a;
--> 13-18 ok
-->   AX plain
-->   SUX index plain_a

--- constraint-69
ALTER TABLE plain ADD CONSTRAINT ck CHECK (a > 0) NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   AX plain

--- constraint-77
ALTER TABLE plain ADD CONSTRAINT uq UNIQUE (a, r WITHOUT OVERLAPS);
--> 13-17 error 42601
--> 18 ok
-->   AX plain
-->   scan plain

--- partition-59
ALTER TABLE evt ADD CONSTRAINT ck CHECK (id > -5), ALTER COLUMN v SET NOT NULL;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- table-93
ALTER TABLE ft ADD CONSTRAINT c CHECK (a > 0);
--> 13-18 ok
-->   AX foreign ft

--- more-06
ALTER TABLE animal ADD UNIQUE (id);
--> 13-17 ok
-->   AX animal
-->   scan animal
--> 18 ok
-->   AX animal, dog, puppy
-->   scan animal

--- more-07
ALTER TABLE animal ADD EXCLUDE USING btree (id WITH =);
--> 13-17 ok
-->   AX animal
-->   scan animal
--> 18 ok
-->   AX animal, dog, puppy
-->   scan animal

--- more-08
ALTER TABLE animal ADD CONSTRAINT u UNIQUE (id), ALTER COLUMN id SET STATISTICS 5;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   scan animal

--- more-09
CREATE UNIQUE INDEX ai ON animal(id);
ALTER TABLE animal ADD CONSTRAINT u UNIQUE USING INDEX ai;
--> 13-17 ok
-->   AX animal
-->   SUX index ai
--> 18 ok
-->   AX animal, dog, puppy
-->   SUX index ai

--- more-10
ALTER TABLE evt_1 ADD CONSTRAINT q UNIQUE (id);
--> 13-18 ok
-->   AX evt_1
-->   scan evt_1

--- more-11
CREATE TABLE l2 (k int, v int) PARTITION BY LIST (k); CREATE TABLE l2a PARTITION OF l2 FOR VALUES IN (1); CREATE TABLE l2b PARTITION OF l2 FOR VALUES IN (2); INSERT INTO l2 SELECT 1+(g%2), g FROM generate_series(1,200) g; ALTER TABLE l2a ADD UNIQUE (k, v);
ALTER TABLE l2 ADD UNIQUE (k, v);
--> 13-17 ok
-->   AX l2
-->   S l2a, l2b
-->   S index l2a_k_v_key
-->   scan l2b
--> 18 ok
-->   AX l2, l2a, l2b
-->   S index l2a_k_v_key
-->   scan l2b

--- inline-29
ALTER TABLE plain ADD COLUMN x int DEFAULT 1, ADD PRIMARY KEY (x);
--> 13-18 error 23505

--- inline-30
ALTER TABLE plain ADD COLUMN x int DEFAULT 1, ADD CHECK (x > 0), ADD CONSTRAINT u UNIQUE (a);
--> 13-18 ok
-->   AX plain
-->   scan plain

-- # Errors and versions

-- base: zoo

--- constraint_name_taken
ALTER TABLE ord ADD CONSTRAINT ord_total_nv CHECK (total > 1);
--> 13-18 error 42710

--- drop_constraint_absent
ALTER TABLE ord DROP CONSTRAINT nosuch;
--> 13-18 error 42704

--- drop_constraint_if_exists
ALTER TABLE ord DROP CONSTRAINT IF EXISTS nosuch;
--> 13-18 ok
-->   AX ord

--- validate_absent
ALTER TABLE ord VALIDATE CONSTRAINT nosuch;
--> 13-18 error 42704

--- validate_unique
ALTER TABLE org VALIDATE CONSTRAINT org_code_key;
--> 13-18 error 42809

--- alter_constraint_check
ALTER TABLE ord ALTER CONSTRAINT ord_total_nv DEFERRABLE;
--> 13-18 error 42809

--- alter_constraint_absent
ALTER TABLE ord ALTER CONSTRAINT nosuch DEFERRABLE;
--> 13-18 error 42704

--- second_primary_key
ALTER TABLE org ADD PRIMARY KEY (code);
--> 13-18 error 42P16

--- drop_primary_key_referenced
ALTER TABLE org DROP CONSTRAINT org_pkey;
--> 13-18 error 2BP01

--- drop_primary_key_referenced_cascade
ALTER TABLE org DROP CONSTRAINT org_pkey CASCADE;
--> 13-18 ok
-->   AX ord, org, s2.t, usr
-->   AX index org_pkey

--- drop_inherited_check
ALTER TABLE dog DROP CONSTRAINT animal_ck;
--> 13-18 error 42P16

--- fk_column_absent
ALTER TABLE plain ADD FOREIGN KEY (nosuch) REFERENCES org;
--> 13-18 error 42703

--- fk_table_absent
ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES nosuch;
--> 13-18 error 42P01

--- fk_not_unique
ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES usr (age);
--> 13-18 error 42830

--- fk_types
ALTER TABLE plain ADD FOREIGN KEY (b) REFERENCES org (id);
--> 13-18 error 42804

--- fk_count
ALTER TABLE plain ADD FOREIGN KEY (a, c) REFERENCES org (id);
--> 13-18 error 42830

--- fk_view
ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES v_org;
--> 13-18 error 42809

--- fk_to_unlogged
ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES ul;
--> 13-18 error 42P16

--- fk_from_partition
ALTER TABLE lst_a ADD FOREIGN KEY (v) REFERENCES org;
--> 13-18 ok
-->   SRX lst_a, org
-->   AS index org_code_key, org_pkey
-->   scan lst_a, org

--- using_index_absent
ALTER TABLE plain ADD PRIMARY KEY USING INDEX nosuch;
--> 13-18 error 42704

--- using_index_not_unique
ALTER TABLE usr ADD UNIQUE USING INDEX usr_org_idx;
--> 13-18 error 42809

--- using_index_expression
CREATE UNIQUE INDEX xe ON plain ((a + 1));
ALTER TABLE plain ADD UNIQUE USING INDEX xe;
--> 13-18 error 42809

--- using_index_partial
CREATE UNIQUE INDEX xe ON plain (a) WHERE a > 5;
ALTER TABLE plain ADD UNIQUE USING INDEX xe;
--> 13-18 error 42809

--- unique_partitioned_no_key
ALTER TABLE evt ADD UNIQUE (v);
--> 13-18 error 0A000

--- exclude_partitioned
ALTER TABLE lst ADD EXCLUDE USING btree (k WITH =);
--> 13-16 error 0A000
--> 17-18 error 23P01

--- nulls_not_distinct documented
ALTER TABLE plain ADD UNIQUE NULLS NOT DISTINCT (a);
--> 13-14 error 42601
--> 15-18 ok
-->   AX plain
-->   scan plain

--- without_overlaps documented
ALTER TABLE plain ADD PRIMARY KEY (a, r WITHOUT OVERLAPS);
--> 13-17 error 42601
--> 18 ok
-->   AX plain
-->   scan plain

--- check_not_enforced documented
ALTER TABLE plain ADD CHECK (a > 0) NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   AX plain

--- enforce_check documented
ALTER TABLE plain ADD CONSTRAINT ck CHECK (a > 0) NOT ENFORCED;
ALTER TABLE plain ALTER CONSTRAINT ck ENFORCED;
--> 18 error 42809

--- enforce_fk documented
ALTER TABLE plain ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES org NOT ENFORCED;
ALTER TABLE plain ALTER CONSTRAINT fk ENFORCED;
--> 18 ok
-->   AX plain
-->   SRX org
-->   AS index org_code_key, org_pkey
-->   scan org, plain

--- unenforce_fk documented
ALTER TABLE ord ALTER CONSTRAINT ord_org_id_fkey NOT ENFORCED;
--> 13-17 error 42601
--> 18 ok
-->   AX ord, org

--- validate_not_enforced
ALTER TABLE plain ADD CONSTRAINT ck CHECK (a > 0) NOT ENFORCED;
ALTER TABLE plain VALIDATE CONSTRAINT ck;
--> 18 error 55000

--- not_null_named documented
ALTER TABLE plain ADD CONSTRAINT nn NOT NULL b;
--> 13-17 error 42601
--> 18 ok
-->   AX plain
-->   scan plain

--- not_null_not_valid documented
ALTER TABLE plain ADD CONSTRAINT nn NOT NULL c NOT VALID;
--> 13-17 error 42601
--> 18 ok
-->   AX plain

--- not_null_no_inherit
ALTER TABLE animal ADD CONSTRAINT nn NOT NULL id NO INHERIT;
--> 13-17 error 42601
--> 18 ok
-->   AX animal, dog, puppy
-->   scan animal

--- not_null_inherit documented
ALTER TABLE animal ADD CONSTRAINT nn NOT NULL id NO INHERIT;
ALTER TABLE animal ALTER CONSTRAINT nn INHERIT;
--> 18 ok
-->   AX animal, dog, puppy
-->   scan dog, puppy

--- pkey_over_not_valid_not_null
ALTER TABLE plain ADD CONSTRAINT nn NOT NULL c NOT VALID;
ALTER TABLE plain ADD PRIMARY KEY (c);
--> 18 error 55000

--- drop_not_null_constraint
ALTER TABLE plain DROP CONSTRAINT plain_a_not_null;
--> 13-17 error 42704
--> 18 ok
-->   AX plain

--- fk_set_null_columns
ALTER TABLE k2ref ADD FOREIGN KEY (a, b) REFERENCES k2 ON DELETE SET NULL (a);
--> 13-14 error 42601
--> 15-18 ok
-->   SRX k2, k2ref
-->   AS index k2_pkey
-->   scan k2, k2ref

--- fk_not_valid_partitioned
ALTER TABLE lst ADD CONSTRAINT fk FOREIGN KEY (v) REFERENCES org NOT VALID;
--> 13-17 error 42809
--> 18 ok
-->   SRX lst, lst_a, lst_b, org

--- rename_constraint_absent
ALTER TABLE ord RENAME CONSTRAINT nosuch TO x;
--> 13-18 error 42704

--- rename_constraint_taken
ALTER TABLE ord RENAME CONSTRAINT ord_pkey TO ord_total_nv;
--> 13-18 error 42710

