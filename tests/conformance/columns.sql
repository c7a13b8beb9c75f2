-- # NOT NULL

-- base: shop

--- set_not_null documented
ALTER TABLE parent ALTER COLUMN n SET NOT NULL;
--> 13-18 ok
-->   AX parent
-->   scan parent

--- set_not_null_proved_by_check documented
ALTER TABLE parent ADD CONSTRAINT nn CHECK (n IS NOT NULL);
ALTER TABLE parent ALTER COLUMN n SET NOT NULL;
--> 13-18 ok
-->   AX parent

--- set_not_null_already documented
ALTER TABLE parent ALTER COLUMN name SET NOT NULL;
--> 13-18 ok
-->   AX parent

--- drop_not_null documented
ALTER TABLE child ALTER COLUMN qty DROP NOT NULL;
--> 13-18 ok
-->   AX child

-- base: zoo

--- column-68
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-69
ALTER TABLE evt ALTER COLUMN v SET NOT NULL;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- column-70 unforeseen
ALTER TABLE ONLY evt ALTER COLUMN v SET NOT NULL;
--> 13-18 error 42P16

--- column-71
ALTER TABLE animal ALTER COLUMN id SET NOT NULL;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   scan animal, dog, puppy

--- column-72
ALTER TABLE animal ALTER COLUMN id DROP NOT NULL;
--> 13-17 ok
-->   AX animal, dog, puppy
--> 18 ok
-->   AX animal

--- column-73
ALTER TABLE evt ALTER COLUMN usr_id DROP NOT NULL;
--> 13-17 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
--> 18 ok
-->   AX evt

--- column-74
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL) NOT VALID;
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-75
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL AND age > 0);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr

--- column-76
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age > 0);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-78
ALTER TABLE usr ADD CONSTRAINT nn CHECK (NOT (age IS NULL));
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr

--- column-79
ALTER TABLE usr ADD CONSTRAINT nn CHECK (num_nonnulls(age) = 1);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-80
ALTER TABLE evt ADD CONSTRAINT nn CHECK (v IS NOT NULL);
ALTER TABLE evt ALTER COLUMN v SET NOT NULL;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- column-81
ALTER TABLE animal ADD CONSTRAINT nn CHECK (name IS NOT NULL) NO INHERIT;
ALTER TABLE animal ALTER COLUMN name SET NOT NULL;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   scan dog, puppy

--- column-82
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL, ALTER COLUMN amount SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-87
ALTER TABLE usr ADD CONSTRAINT nn NOT NULL age NOT VALID;
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 18 ok
-->   AX usr
-->   scan usr

--- more-01
ALTER TABLE animal ALTER name SET NOT NULL;
ALTER TABLE animal ALTER name DROP NOT NULL;
--> 13-18 ok
-->   AX animal, dog, puppy

--- more-02
ALTER TABLE animal ALTER name SET NOT NULL;
ALTER TABLE ONLY animal ALTER name DROP NOT NULL;
--> 13-17 ok
-->   AX animal
--> 18 ok
-->   AX animal, dog

--- more-03
ALTER TABLE animal ALTER name SET NOT NULL;
ALTER TABLE animal ALTER name SET NOT NULL;
--> 13-17 ok
-->   AX animal, dog, puppy
--> 18 ok
-->   AX animal

--- more-04
ALTER TABLE evt ALTER id SET NOT NULL;
--> 13-18 ok
-->   AX evt

--- more-05
ALTER TABLE evt ALTER v SET NOT NULL;
ALTER TABLE evt ALTER v DROP NOT NULL;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- proof-11
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL OR age IS NOT NULL);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr

--- proof-12
ALTER TABLE usr ADD CONSTRAINT nn CHECK ((age IS NOT NULL AND age > 0) OR (age IS NOT NULL AND name = 'x'));
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr

--- proof-13
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age > 0 IS TRUE);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- proof-14
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL) NO INHERIT;
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr

--- proof-15
ALTER TABLE usr ADD CONSTRAINT nn CHECK (age IS NOT NULL) NOT VALID; ALTER TABLE usr VALIDATE CONSTRAINT nn;
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr

--- proof-16
ALTER TABLE usr ADD CONSTRAINT nn CHECK (coalesce(age, 0) > 0);
ALTER TABLE usr ALTER COLUMN age SET NOT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- inline-28
ALTER TABLE plain ADD COLUMN x int, ALTER COLUMN x SET NOT NULL;
--> 13-18 error 23502

--- inline-31
ALTER TABLE plain ALTER COLUMN a DROP NOT NULL, ADD COLUMN y int;
--> 13-18 ok
-->   AX plain

-- # Adding columns

-- base: shop

--- add_col_nullable documented
ALTER TABLE parent ADD COLUMN c1 int;
--> 13-18 ok
-->   AX parent

--- add_col_if_not_exists_noop documented
ALTER TABLE parent ADD COLUMN IF NOT EXISTS n int;
--> 13-18 ok
-->   AX parent

--- add_col_notnull_const_default documented
ALTER TABLE parent ADD COLUMN c1 int NOT NULL DEFAULT 0;
--> 13-18 ok
-->   AX parent

--- add_col_default_now documented
ALTER TABLE parent ADD COLUMN c1 timestamptz NOT NULL DEFAULT now();
--> 13-18 ok
-->   AX parent

--- add_col_default_clock_timestamp documented
ALTER TABLE parent ADD COLUMN c1 timestamptz DEFAULT clock_timestamp();
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- add_col_default_uuid documented
ALTER TABLE parent ADD COLUMN c1 uuid DEFAULT gen_random_uuid();
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- add_col_identity documented
ALTER TABLE nopk ADD COLUMN c1 bigint GENERATED ALWAYS AS IDENTITY;
--> 13-18 ok
-->   AX nopk
-->   rewrite nopk
-->   scan nopk

--- add_col_serial documented
ALTER TABLE nopk ADD COLUMN c1 serial;
--> 13-18 ok
-->   AX nopk
-->   rewrite nopk
-->   scan nopk

--- add_col_generated_stored documented
ALTER TABLE parent ADD COLUMN c1 int GENERATED ALWAYS AS (n*2) STORED;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- add_col_generated_virtual documented
ALTER TABLE parent ADD COLUMN c1 int GENERATED ALWAYS AS (n*2) VIRTUAL;
--> 13-17 error 42601
--> 18 ok
-->   AX parent

--- add_col_check documented
ALTER TABLE parent ADD COLUMN c1 int CHECK (c1 > 0);
--> 13-18 ok
-->   AX parent
-->   scan parent

--- add_col_check_default documented
ALTER TABLE parent ADD COLUMN c1 int DEFAULT 1 CHECK (c1 > 0);
--> 13-18 ok
-->   AX parent
-->   scan parent

--- add_col_unique documented
ALTER TABLE parent ADD COLUMN c1 int UNIQUE;
--> 13-18 ok
-->   AX parent
-->   scan parent

--- add_col_notnull_no_default documented
ALTER TABLE parent ADD COLUMN c1 int NOT NULL;
--> 13-18 error 23502

--- add_col_constrained_domain documented
ALTER TABLE parent ADD COLUMN c1 posint;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- add_col_constrained_domain_default documented
ALTER TABLE parent ADD COLUMN c1 posint DEFAULT 5;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- add_col_partitioned documented
ALTER TABLE part ADD COLUMN z int;
--> 13-18 ok
-->   AX part, part_1, part_2

--- col_add_identity documented
ALTER TABLE nopk ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY;
--> 13-18 ok
-->   AX nopk

-- base: zoo

--- column-01
ALTER TABLE usr ADD COLUMN x int DEFAULT imm(1);
--> 13-18 ok
-->   AX usr

--- column-02
ALTER TABLE usr ADD COLUMN x int DEFAULT stab();
--> 13-18 ok
-->   AX usr

--- column-03
ALTER TABLE usr ADD COLUMN x int DEFAULT vol();
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- column-04
ALTER TABLE usr ADD COLUMN x double precision DEFAULT random();
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- column-05
ALTER TABLE usr ADD COLUMN x text DEFAULT now()::text;
--> 13-18 ok
-->   AX usr

--- column-06
ALTER TABLE usr ADD COLUMN x timestamptz DEFAULT CURRENT_TIMESTAMP;
--> 13-18 ok
-->   AX usr

--- column-07
ALTER TABLE usr ADD COLUMN x bigint DEFAULT nextval('free_seq');
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   RX sequence free_seq
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- column-08
ALTER TABLE usr ADD COLUMN x plaintext;
--> 13-18 ok
-->   AX usr

--- column-09
ALTER TABLE usr ADD COLUMN x plaintext DEFAULT 'a';
--> 13-18 ok
-->   AX usr

--- column-10
ALTER TABLE usr ADD COLUMN x plaintext2 NOT NULL DEFAULT 'a';
--> 13-18 ok
-->   AX usr

--- column-11
ALTER TABLE usr ADD COLUMN x posint[];
--> 13-18 ok
-->   AX usr

--- column-12
ALTER TABLE usr ADD COLUMN x comp;
--> 13-18 ok
-->   AX usr

--- column-13
ALTER TABLE usr ADD COLUMN x comp DEFAULT ROW(1,'a');
--> 13-18 ok
-->   AX usr

--- column-14
ALTER TABLE usr ADD COLUMN x mood DEFAULT 'ok';
--> 13-18 ok
-->   AX usr

--- column-15
ALTER TABLE usr ADD COLUMN x citext DEFAULT 'a';
--> 13-18 ok
-->   AX usr

--- column-16
ALTER TABLE usr ADD COLUMN x jsonb NOT NULL DEFAULT '{}'::jsonb;
--> 13-18 ok
-->   AX usr

--- column-17
ALTER TABLE usr ADD COLUMN x uuid DEFAULT md5('a')::uuid;
--> 13-18 ok
-->   AX usr

--- column-18
ALTER TABLE usr ADD COLUMN x int GENERATED ALWAYS AS (age * 2) STORED;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- column-19
ALTER TABLE usr ADD COLUMN x int GENERATED ALWAYS AS (age * 2) VIRTUAL;
--> 13-17 error 42601
--> 18 ok
-->   AX usr

--- column-20
ALTER TABLE usr ADD COLUMN x int NOT NULL GENERATED ALWAYS AS (id * 2) VIRTUAL;
--> 13-17 error 42601
--> 18 ok
-->   AX usr
-->   scan usr

--- column-21
ALTER TABLE usr ADD COLUMN x int GENERATED ALWAYS AS (id * 2) VIRTUAL CHECK (x > 0);
--> 13-17 error 42601
--> 18 ok
-->   AX usr
-->   scan usr

--- column-22
ALTER TABLE usr ADD COLUMN x int PRIMARY KEY;
--> 13-18 error 42P16

--- column-23
ALTER TABLE useseq ADD COLUMN x serial PRIMARY KEY;
--> 13-18 ok
-->   AX useseq
-->   rewrite useseq
-->   scan useseq

--- column-24
ALTER TABLE useseq ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
--> 13-18 ok
-->   AX useseq
-->   rewrite useseq
-->   scan useseq

--- column-25
ALTER TABLE usr ADD COLUMN x int UNIQUE DEFAULT NULL;
--> 13-18 ok
-->   AX usr
-->   scan usr

--- column-26
ALTER TABLE usr ADD COLUMN x int NOT NULL DEFAULT NULL;
--> 13-18 error 23502

--- column-30
ALTER TABLE ONLY usr ADD COLUMN x int;
--> 13-18 ok
-->   AX usr

--- column-31
ALTER TABLE evt ADD COLUMN x int DEFAULT 1;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- column-32
ALTER TABLE evt ADD COLUMN x int DEFAULT vol();
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- column-33
ALTER TABLE ONLY evt ADD COLUMN x int;
--> 13-18 error 42P16

--- column-34
ALTER TABLE evt ADD COLUMN x int CHECK (x > 0);
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def

--- column-37
ALTER TABLE evt ADD COLUMN x int UNIQUE;
--> 13-18 error 0A000

--- column-38
ALTER TABLE animal ADD COLUMN x int;
--> 13-18 ok
-->   AX animal, dog, puppy

--- column-39
ALTER TABLE animal ADD COLUMN x int NOT NULL DEFAULT 1;
--> 13-18 ok
-->   AX animal, dog, puppy

--- column-40
ALTER TABLE animal ADD COLUMN x int DEFAULT vol();
--> 13-18 ok
-->   AX animal, dog, puppy
-->   AX index dog_id_idx
-->   rewrite animal, dog, puppy
-->   scan animal, dog, puppy
-->   build dog_id_idx

--- column-41
ALTER TABLE ONLY animal ADD COLUMN x int;
--> 13-18 error 42P16

--- column-42
ALTER TABLE dog ADD COLUMN x int CHECK (x > 0);
--> 13-18 ok
-->   AX dog, puppy
-->   scan dog, puppy

--- column-43
ALTER TABLE animal ADD COLUMN bark text;
--> 13-18 ok
-->   AX animal, dog

--- column-44
ALTER FOREIGN TABLE ft ADD COLUMN c int DEFAULT 1;
--> 13-18 ok
-->   AX foreign ft

--- column-45
ALTER TABLE usr ADD COLUMN IF NOT EXISTS age int DEFAULT vol();
--> 13-18 ok
-->   AX usr

--- column-46
ALTER TABLE IF EXISTS nosuch ADD COLUMN x int;
--> 13-18 ok

--- column-111
ALTER TABLE plain ALTER COLUMN a ADD GENERATED BY DEFAULT AS IDENTITY;
--> 13-18 ok
-->   AX plain

--- table-89
ALTER FOREIGN TABLE ft OPTIONS (ADD x '1');
--> 13-18 ok
-->   AX foreign ft

--- table-90
ALTER FOREIGN TABLE ft ALTER COLUMN a OPTIONS (ADD x '1');
--> 13-18 ok
-->   AX foreign ft

--- object-185
ALTER TABLE usr ADD COLUMN x1 int, ADD COLUMN x2 int DEFAULT vol(), DROP COLUMN big;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- more-71
CREATE DOMAIN p2 AS posint;
ALTER TABLE plain ADD COLUMN x p2;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-72
CREATE DOMAIN nn AS text NOT NULL;
ALTER TABLE plain ADD COLUMN x nn DEFAULT 'a';
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-73
CREATE DOMAIN dd AS float8 DEFAULT random();
ALTER TABLE plain ADD COLUMN x dd;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-74
CREATE DOMAIN dd AS int DEFAULT 5;
ALTER TABLE plain ADD COLUMN x dd NOT NULL;
--> 13-18 ok
-->   AX plain

--- more-76
CREATE DOMAIN dp AS int CHECK (VALUE > 0); ALTER DOMAIN dp DROP CONSTRAINT dp_check;
ALTER TABLE plain ADD COLUMN x dp;
--> 13-18 ok
-->   AX plain

--- more-188
ALTER TABLE plain DROP COLUMN b, DROP COLUMN c, ADD COLUMN f int DEFAULT 4;
--> 13-18 ok
-->   AX plain

--- more-212
ALTER FOREIGN TABLE ft ADD COLUMN zz int NOT NULL;
--> 13-18 ok
-->   AX foreign ft

--- inline-01
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT extract(epoch FROM now())::bigint';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain

--- inline-02
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT (random() * 100)::bigint';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-03
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STRICT AS 'SELECT extract(epoch FROM now())::bigint';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain

--- inline-04
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STRICT AS 'SELECT coalesce(extract(epoch FROM now())::bigint, 1)';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-05
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT extract(epoch FROM now())::bigint';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-06
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SET search_path = public AS 'SELECT 5::bigint';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-07 partly
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT max(id) FROM org';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   AS org
-->   AS index org_code_key, org_pkey
-->   rewrite plain
-->   scan plain

--- inline-08
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT (SELECT 5::bigint)';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-09
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1; SELECT 5::bigint';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-10
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'; CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT g() + 1';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain

--- inline-11
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + a';
ALTER TABLE plain ADD COLUMN x int DEFAULT f(3);
--> 13-18 ok
-->   AX plain

--- inline-12
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT now()::text LIMIT 1';
ALTER TABLE plain ADD COLUMN x text DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-13
CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN 5; END';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-14
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN 5;
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 14-18 ok
-->   AX plain

--- inline-15
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'VALUES (5::bigint)';
ALTER TABLE plain ADD COLUMN x bigint DEFAULT f();
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-21
ALTER TABLE plain DROP COLUMN d, ADD COLUMN d int NOT NULL DEFAULT 5;
--> 13-18 ok
-->   AX plain

--- inline-22
ALTER TABLE plain DROP COLUMN d, ADD COLUMN d text DEFAULT random()::text;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- inline-32
ALTER TABLE org ADD COLUMN x bigserial;
--> 13-18 ok
-->   AX org
-->   AX index org_code_key, org_pkey
-->   rewrite org
-->   scan org
-->   build org_code_key, org_pkey

--- inline-33
ALTER TABLE evt ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY;
--> 13-16 error 42P16
--> 17-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- inline-34
ALTER TABLE evt ADD COLUMN x serial;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- inline-35
ALTER TABLE plain ADD COLUMN x int DEFAULT 5 NOT NULL, ALTER COLUMN x DROP DEFAULT;
--> 13-18 error 42703

-- # Dropping columns

-- base: shop

--- drop_col documented
ALTER TABLE parent DROP COLUMN note;
--> 13-18 ok
-->   AX parent

--- drop_col_indexed documented
ALTER TABLE parent DROP COLUMN code;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx

--- drop_col_fk documented
ALTER TABLE child DROP COLUMN other_id;
--> 13-18 ok
-->   AX child, parent

-- base: zoo

--- column-47
ALTER TABLE usr DROP COLUMN note;
--> 13-18 error 42703

--- column-48
ALTER TABLE usr DROP COLUMN age;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx

--- column-49
ALTER TABLE usr DROP COLUMN age CASCADE;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx

--- column-50
ALTER TABLE usr DROP COLUMN IF EXISTS nosuch;
--> 13-18 ok
-->   AX usr

--- column-51
ALTER TABLE usr DROP COLUMN name CASCADE;
--> 13-18 ok
-->   AX usr
-->   AX view v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name

--- column-52
ALTER TABLE usr DROP COLUMN org_id CASCADE;
--> 13-18 ok
-->   AX org, usr
-->   AX view v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, usr_org_idx

--- column-53
ALTER TABLE usr DROP COLUMN boss_id;
--> 13-18 ok
-->   AX usr

--- column-54
ALTER TABLE usr DROP COLUMN id CASCADE;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, ord, usr
-->   AX view v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, usr_pkey
-->   AX sequence usr_id_seq

--- column-55
ALTER TABLE org DROP COLUMN id CASCADE;
--> 13-18 ok
-->   AX ord, org, s2.t, usr
-->   AX view v_org, v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name, org_pkey
-->   AX sequence org_id_seq

--- column-56
ALTER TABLE org DROP COLUMN name CASCADE;
--> 13-18 ok
-->   AX org
-->   AX view v_org, v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name

--- column-57
ALTER TABLE gen DROP COLUMN a CASCADE;
--> 13-18 ok
-->   AX gen

--- column-58
ALTER TABLE gen DROP COLUMN i;
--> 13-18 ok
-->   AX gen
-->   AX sequence gen_i_seq

--- column-59
ALTER TABLE gen DROP COLUMN b;
--> 13-18 ok
-->   AX gen

--- column-60
ALTER TABLE ord DROP COLUMN org_id CASCADE;
--> 13-18 ok
-->   AX ord, org

--- column-61
ALTER TABLE ord DROP COLUMN state;
--> 13-18 ok
-->   AX ord

--- column-62
ALTER TABLE evt DROP COLUMN v;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_v_idx, evt_2_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx, evt_v_idx

--- column-63
ALTER TABLE evt DROP COLUMN usr_id;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, usr

--- column-64
ALTER TABLE evt DROP COLUMN at;
--> 13-18 error 42P16

--- column-65
ALTER TABLE animal DROP COLUMN name;
--> 13-18 ok
-->   AX animal, dog, puppy

--- column-66
ALTER TABLE ONLY animal DROP COLUMN name;
--> 13-18 ok
-->   AX animal, dog

--- column-67
ALTER TABLE usecomp DROP COLUMN c;
--> 13-18 ok
-->   AX usecomp

--- table-92
ALTER FOREIGN TABLE ft DROP COLUMN b;
--> 13-18 ok
-->   AX foreign ft

--- more-15
ALTER TABLE evtref DROP COLUMN e_id;
--> 13-14 ok
-->   AX evt_1, evt_2a, evt_2b, evt_def, evtref
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref

--- more-16
ALTER TABLE evtref DROP COLUMN e_id CASCADE;
--> 13-14 ok
-->   AX evt_1, evt_2a, evt_2b, evt_def, evtref
--> 15-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, evtref

--- more-112
CREATE VIEW gv AS SELECT b FROM gen;
ALTER TABLE gen DROP COLUMN a CASCADE;
--> 13-18 ok
-->   AX gen
-->   AX view gv

--- more-113
CREATE INDEX gb ON gen(b);
ALTER TABLE gen DROP COLUMN a CASCADE;
--> 13-18 ok
-->   AX gen
-->   AX index gb

-- # Other column actions

-- base: shop

--- rename_col documented
ALTER TABLE parent RENAME COLUMN note TO note2;
--> 13-18 ok
-->   AX parent

--- set_default documented
ALTER TABLE parent ALTER COLUMN n SET DEFAULT 7;
--> 13-18 ok
-->   AX parent

--- drop_default documented
ALTER TABLE parent ALTER COLUMN n DROP DEFAULT;
--> 13-18 ok
-->   AX parent

--- set_statistics documented
ALTER TABLE parent ALTER COLUMN n SET STATISTICS 500;
--> 13-18 ok
-->   SUX parent

--- set_storage documented
ALTER TABLE parent ALTER COLUMN note SET STORAGE EXTERNAL;
--> 13-18 ok
-->   AX parent

--- set_compression documented
ALTER TABLE parent ALTER COLUMN note SET COMPRESSION pglz;
--> 13 error 42601
--> 14-18 ok
-->   AX parent

--- comment_column documented
COMMENT ON COLUMN parent.n IS 'x';
--> 13-18 ok
-->   SUX parent

--- col_drop_identity documented
ALTER TABLE gen ALTER COLUMN i DROP IDENTITY;
--> 13-18 ok
-->   AX gen
-->   AX sequence gen_i_seq

--- col_drop_expression documented
ALTER TABLE gen ALTER COLUMN b DROP EXPRESSION;
--> 13-18 ok
-->   AX gen

--- col_set_expression documented
ALTER TABLE gen ALTER COLUMN b SET EXPRESSION AS (a*3);
--> 13-16 error 42601
--> 17-18 ok
-->   AX gen
-->   rewrite gen
-->   scan gen

-- base: zoo

--- column-92
ALTER TABLE usr ALTER COLUMN age SET DEFAULT 5;
--> 13-18 ok
-->   AX usr

--- column-93
ALTER TABLE evt ALTER COLUMN v SET DEFAULT 'x';
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- column-94
ALTER TABLE ONLY evt ALTER COLUMN v SET DEFAULT 'x';
--> 13-18 ok
-->   AX evt

--- column-95
ALTER TABLE animal ALTER COLUMN name DROP DEFAULT;
--> 13-18 ok
-->   AX animal, dog, puppy

--- column-96
ALTER TABLE useseq ALTER COLUMN a DROP DEFAULT;
--> 13-18 ok
-->   AX useseq

--- column-97
ALTER TABLE useseq ALTER COLUMN b SET DEFAULT nextval('free_seq');
--> 13-18 ok
-->   AX useseq

--- column-99
ALTER TABLE evt ALTER COLUMN v SET STATISTICS 100;
--> 13-18 ok
-->   SUX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- column-100
ALTER TABLE animal ALTER COLUMN name SET STATISTICS 100;
--> 13-18 ok
-->   SUX animal, dog, puppy

--- column-102
ALTER TABLE usr ALTER COLUMN age SET (n_distinct = 5);
--> 13-18 ok
-->   SUX usr

--- column-103
ALTER TABLE usr ALTER COLUMN age RESET (n_distinct);
--> 13-18 ok
-->   SUX usr

--- column-104
ALTER TABLE animal ALTER COLUMN id SET (n_distinct = 5);
--> 13-18 ok
-->   SUX animal

--- column-105
ALTER TABLE evt ALTER COLUMN v SET STORAGE EXTERNAL;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- column-106
ALTER TABLE usr ALTER COLUMN email SET COMPRESSION pglz;
--> 13 error 42601
--> 14-18 ok
-->   AX usr

--- column-107
ALTER TABLE gen ALTER COLUMN b SET EXPRESSION AS (a * 4);
--> 13-16 error 42601
--> 17-18 ok
-->   AX gen
-->   rewrite gen
-->   scan gen

--- column-108
CREATE INDEX gen_b ON gen(b); ALTER TABLE gen ADD CHECK (b > 0);
ALTER TABLE gen ALTER COLUMN b SET EXPRESSION AS (a * 4);
--> 13-16 error 42601
--> 17-18 ok
-->   AX gen
-->   AX index gen_b
-->   rewrite gen
-->   scan gen
-->   build gen_b

--- column-109
ALTER TABLE gen ADD COLUMN vv int GENERATED ALWAYS AS (a) VIRTUAL;
ALTER TABLE gen ALTER COLUMN vv SET EXPRESSION AS (a * 4);
--> 18 ok
-->   AX gen

--- column-110
ALTER TABLE gen ALTER COLUMN b DROP EXPRESSION;
--> 13-18 ok
-->   AX gen

--- column-112
ALTER TABLE gen ALTER COLUMN i SET GENERATED ALWAYS;
--> 13-18 ok
-->   AX gen
-->   SRX sequence gen_i_seq

--- column-113
ALTER TABLE gen ALTER COLUMN i RESTART WITH 500;
--> 13-18 ok
-->   AX gen
-->   SRX sequence gen_i_seq

--- column-114
ALTER TABLE gen ALTER COLUMN i SET GENERATED ALWAYS SET INCREMENT BY 2;
--> 13-18 ok
-->   AX gen
-->   SRX sequence gen_i_seq

--- column-115
ALTER TABLE gen ALTER COLUMN i DROP IDENTITY;
--> 13-18 ok
-->   AX gen
-->   AX sequence gen_i_seq

--- column-116
ALTER TABLE plain ALTER COLUMN a DROP IDENTITY IF EXISTS;
--> 13-18 ok
-->   AX plain

--- partition-74
ALTER TABLE evt RENAME COLUMN v TO w;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def

--- partition-75
ALTER TABLE animal RENAME COLUMN name TO nm;
--> 13-18 ok
-->   AX animal, dog, puppy

--- partition-76
ALTER TABLE ONLY animal RENAME COLUMN name TO nm;
--> 13-18 error 42P16

--- table-50
ALTER TABLE usr RENAME COLUMN age TO age2;
--> 13-18 ok
-->   AX usr

--- table-51
ALTER TABLE usr RENAME COLUMN name TO name2;
--> 13-18 ok
-->   AX usr

--- table-52
ALTER TABLE org RENAME COLUMN id TO id2;
--> 13-18 ok
-->   AX org

--- object-58
COMMENT ON COLUMN usr.age IS 'x';
--> 13-18 ok
-->   SUX usr

--- object-61
COMMENT ON COLUMN v_org.name IS 'x';
--> 13-18 ok
-->   SUX view v_org

--- object-71
COMMENT ON COLUMN comp.a IS 'x';
--> 13-18 ok
-->   SUX composite comp

--- more-166
COMMENT ON COLUMN mv.id IS 'x';
--> 13-18 ok
-->   SUX matview mv

--- more-167
ALTER TABLE usr ALTER COLUMN age SET DEFAULT nextval('free_seq');
--> 13-18 ok
-->   AX usr

--- more-168
ALTER TABLE usr ALTER COLUMN id DROP DEFAULT;
--> 13-18 ok
-->   AX usr

--- more-181
ALTER TABLE usecomp ALTER COLUMN c DROP DEFAULT;
--> 13-18 ok
-->   AX usecomp

-- # Other column actions

-- base: zoo

--- set_compression_pglz documented
ALTER TABLE plain ALTER COLUMN b SET COMPRESSION pglz;
--> 13 error 42601
--> 14-18 ok
-->   AX plain

--- set_storage_default documented unforeseen
ALTER TABLE plain ALTER COLUMN b SET STORAGE DEFAULT;
--> 13-15 error 42601
--> 16-18 ok
-->   AX plain

--- set_storage_fixed unforeseen
ALTER TABLE plain ALTER COLUMN a SET STORAGE external;
--> 13-18 error 0A000

--- set_statistics_default documented unforeseen
ALTER TABLE plain ALTER COLUMN b SET STATISTICS DEFAULT;
--> 13-16 error 42601
--> 17-18 ok
-->   SUX plain

--- add_identity_nullable
ALTER TABLE plain ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY;
--> 13-18 error 55000

--- add_identity_twice
ALTER TABLE org ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
--> 13-18 error 55000

--- drop_identity_absent
ALTER TABLE plain ALTER COLUMN a DROP IDENTITY;
--> 13-18 error 55000

--- drop_identity_if_exists
ALTER TABLE plain ALTER COLUMN a DROP IDENTITY IF EXISTS;
--> 13-18 ok
-->   AX plain

--- set_identity_absent
ALTER TABLE plain ALTER COLUMN a SET GENERATED ALWAYS;
--> 13-18 error 55000

--- drop_expression_absent
ALTER TABLE plain ALTER COLUMN a DROP EXPRESSION;
--> 13-18 error 55000

--- set_default_generated
ALTER TABLE gen ALTER COLUMN b SET DEFAULT 5;
--> 13-18 error 42601

--- set_default_identity
ALTER TABLE org ALTER COLUMN id SET DEFAULT 5;
--> 13-18 error 42601

--- alter_column_absent
ALTER TABLE plain ALTER COLUMN nosuch SET DEFAULT 1;
--> 13-18 error 42703

--- rename_column_taken
ALTER TABLE plain RENAME COLUMN a TO b;
--> 13-18 error 42701

--- rename_column_absent
ALTER TABLE plain RENAME COLUMN nosuch TO x;
--> 13-18 error 42703

--- rename_system_column unforeseen
ALTER TABLE plain RENAME COLUMN ctid TO x;
--> 13-18 error 0A000

--- drop_column_absent
ALTER TABLE plain DROP COLUMN nosuch;
--> 13-18 error 42703

--- drop_column_if_exists
ALTER TABLE plain DROP COLUMN IF EXISTS nosuch;
--> 13-18 ok
-->   AX plain

--- drop_column_inherited
ALTER TABLE dog DROP COLUMN name;
--> 13-18 error 42P16

--- drop_column_view
ALTER TABLE org DROP COLUMN name;
--> 13-18 error 2BP01

--- drop_column_partition_key
ALTER TABLE lst DROP COLUMN k;
--> 13-18 error 42P16

--- drop_not_null_pkey
ALTER TABLE org ALTER COLUMN id DROP NOT NULL;
--> 13-18 error 42601

--- drop_not_null_identity
ALTER TABLE gen ALTER COLUMN i DROP NOT NULL;
--> 13-18 error 42601

--- add_column_exists
ALTER TABLE plain ADD COLUMN a int;
--> 13-18 error 42701

--- add_column_child_has
ALTER TABLE animal ADD COLUMN bark text;
--> 13-18 ok
-->   AX animal, dog

--- add_column_child_has_other_type
ALTER TABLE animal ADD COLUMN bark int;
--> 13-18 error 42804

--- add_column_only_parent
ALTER TABLE ONLY animal ADD COLUMN x int;
--> 13-18 error 42P16

--- add_column_partition
ALTER TABLE lst_a ADD COLUMN x int;
--> 13-18 error 42809

--- set_expression_virtual documented
CREATE TABLE gv (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
ALTER TABLE gv ALTER COLUMN b SET EXPRESSION AS (a * 3);
--> 18 ok
-->   AX gv

--- drop_expression_virtual unforeseen
CREATE TABLE gv (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
ALTER TABLE gv ALTER COLUMN b DROP EXPRESSION;
--> 18 error 0A000

--- set_not_null_virtual
CREATE TABLE gv (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
ALTER TABLE gv ALTER COLUMN b SET NOT NULL;
--> 18 ok
-->   AX gv
-->   maybe gv

--- add_virtual_not_null
ALTER TABLE plain ADD COLUMN x int GENERATED ALWAYS AS (a * 2) VIRTUAL NOT NULL;
--> 13-17 error 42601
--> 18 ok
-->   AX plain
-->   scan plain

--- add_virtual_check documented
ALTER TABLE plain ADD COLUMN x int GENERATED ALWAYS AS (a * 2) VIRTUAL CHECK (x > 0);
--> 13-17 error 42601
--> 18 ok
-->   AX plain
-->   scan plain

--- index_virtual unforeseen
CREATE TABLE gv (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
CREATE INDEX ON gv (b);
--> 18 error 0A000

--- fk_virtual unforeseen
CREATE TABLE gv (a int, b bigint GENERATED ALWAYS AS (a * 2) VIRTUAL);
ALTER TABLE gv ADD FOREIGN KEY (b) REFERENCES org;
--> 18 error 0A000

