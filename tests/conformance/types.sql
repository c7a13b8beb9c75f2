-- # Column types

-- base: shop

--- type_varchar_widen documented
ALTER TABLE parent ALTER COLUMN status TYPE varchar(50);
--> 13-18 ok
-->   AX parent

--- type_varchar_widen_indexed documented
ALTER TABLE parent ALTER COLUMN code TYPE varchar(50);
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx

--- type_varchar_narrow documented
ALTER TABLE parent ALTER COLUMN status TYPE varchar(10);
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_varchar_to_text documented
ALTER TABLE parent ALTER COLUMN status TYPE text;
--> 13-18 ok
-->   AX parent

--- type_varchar_to_text_indexed documented
ALTER TABLE parent ALTER COLUMN code TYPE text;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx

--- type_text_to_varchar documented
ALTER TABLE parent ALTER COLUMN doc TYPE varchar(100);
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_text_to_varchar_unbounded documented
ALTER TABLE parent ALTER COLUMN doc TYPE varchar;
--> 13-18 ok
-->   AX parent

--- type_int_to_bigint documented
ALTER TABLE nopk ALTER COLUMN c TYPE bigint;
--> 13-18 ok
-->   AX nopk
-->   rewrite nopk
-->   scan nopk

--- type_int_to_bigint_indexed documented
ALTER TABLE parent ALTER COLUMN n TYPE bigint;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_bigint_to_int_pk_fk documented
ALTER TABLE parent ALTER COLUMN id TYPE int;
--> 13-18 error 0A000

--- type_numeric_widen_precision documented
ALTER TABLE parent ALTER COLUMN amount TYPE numeric(12,2);
--> 13-18 ok
-->   AX parent

--- type_numeric_change_scale documented
ALTER TABLE parent ALTER COLUMN amount TYPE numeric(12,3);
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_numeric_unconstrained documented
ALTER TABLE parent ALTER COLUMN amount TYPE numeric;
--> 13-18 ok
-->   AX parent

--- type_ts_to_tstz_utc documented
ALTER TABLE parent ALTER COLUMN ts TYPE timestamptz;
--> 13-18 ok
-->   AX parent

--- type_ts_to_tstz_paris documented
SET timezone = 'Europe/Paris';
ALTER TABLE parent ALTER COLUMN ts TYPE timestamptz;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_tstz_precision documented
ALTER TABLE parent ALTER COLUMN created_at TYPE timestamptz(3);
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_text_to_jsonb documented
ALTER TABLE parent ALTER COLUMN doc TYPE jsonb USING doc::jsonb;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_text_to_domain documented
ALTER TABLE parent ALTER COLUMN note TYPE plaintext;
--> 13-18 ok
-->   AX parent

--- type_int_to_constrained_domain documented
ALTER TABLE parent ALTER COLUMN n TYPE posint;
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite parent
-->   scan parent
-->   build parent_code_idx, parent_n_idx, parent_pkey

--- type_same_collate documented
ALTER TABLE parent ALTER COLUMN code TYPE varchar(20) COLLATE "C";
--> 13-18 ok
-->   AX parent
-->   AX index parent_code_idx
-->   scan parent
-->   build parent_code_idx

-- base: zoo

--- type-01
ALTER TABLE usr ALTER COLUMN name TYPE varchar(100);
--> 13-18 error 0A000

--- type-02
ALTER TABLE usr ALTER COLUMN email TYPE varchar;
--> 13-18 ok
-->   AX usr
-->   AX index usr_lower_idx
-->   scan usr
-->   build usr_lower_idx

--- type-03
ALTER TABLE usr ALTER COLUMN email TYPE varchar(100);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-04
ALTER TABLE usr ALTER COLUMN email TYPE text COLLATE "C";
--> 13-18 ok
-->   AX usr
-->   AX index usr_lower_idx
-->   scan usr
-->   build usr_lower_idx

--- type-05
ALTER TABLE org ALTER COLUMN code TYPE text COLLATE "C";
--> 13-18 error 0A000

--- type-06
ALTER TABLE org ALTER COLUMN note TYPE text COLLATE "C";
--> 13-18 ok
-->   AX org

--- type-07
ALTER TABLE org ALTER COLUMN note TYPE citext;
--> 13-18 ok
-->   AX org

--- type-08
CREATE INDEX org_note ON org(note);
ALTER TABLE org ALTER COLUMN note TYPE citext;
--> 13-18 ok
-->   AX org
-->   AX index org_note
-->   scan org
-->   build org_note

--- type-09
CREATE INDEX usr_ci ON usr(ci);
ALTER TABLE usr ALTER COLUMN ci TYPE text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_ci
-->   scan usr
-->   build usr_ci

--- type-10
CREATE INDEX org_note ON org(note);
ALTER TABLE org ALTER COLUMN note TYPE varchar;
--> 13-18 ok
-->   AX org
-->   AX index org_note

--- type-11
CREATE INDEX org_note ON org(note varchar_pattern_ops);
ALTER TABLE org ALTER COLUMN note TYPE varchar;
--> 13-18 ok
-->   AX org
-->   AX index org_note

--- type-12
CREATE INDEX org_note ON org(note text_pattern_ops);
ALTER TABLE org ALTER COLUMN note TYPE citext;
--> 13-18 ok
-->   AX org
-->   AX index org_note

--- type-13
CREATE INDEX plain_e ON plain(e);
ALTER TABLE plain ALTER COLUMN e TYPE text;
--> 13-18 ok
-->   AX plain
-->   AX index plain_e

--- type-14
CREATE INDEX plain_e ON plain(lower(e));
ALTER TABLE plain ALTER COLUMN e TYPE text;
--> 13-18 ok
-->   AX plain
-->   AX index plain_e
-->   scan plain
-->   build plain_e

--- type-15
CREATE INDEX plain_e ON plain(a) WHERE e = 'x';
ALTER TABLE plain ALTER COLUMN e TYPE text;
--> 13-18 ok
-->   AX plain
-->   AX index plain_e
-->   scan plain
-->   build plain_e

--- type-16
CREATE INDEX plain_e ON plain(a) WHERE e = 'x';
ALTER TABLE plain ALTER COLUMN e TYPE varchar(20);
--> 13-18 ok
-->   AX plain
-->   AX index plain_e
-->   scan plain
-->   build plain_e

--- type-17
CREATE INDEX plain_e ON plain(lower(e));
ALTER TABLE plain ALTER COLUMN e TYPE varchar(20);
--> 13-18 ok
-->   AX plain
-->   AX index plain_e
-->   scan plain
-->   build plain_e

--- type-18
CREATE INDEX plain_e ON plain(a) INCLUDE (e);
ALTER TABLE plain ALTER COLUMN e TYPE varchar(20);
--> 13-18 ok
-->   AX plain
-->   AX index plain_e

--- type-19
CREATE INDEX plain_e ON plain(a) INCLUDE (e);
ALTER TABLE plain ALTER COLUMN e TYPE text;
--> 13-18 ok
-->   AX plain
-->   AX index plain_e

--- type-20
CREATE UNIQUE INDEX plain_e ON plain(e) WHERE false;
ALTER TABLE plain ALTER COLUMN e TYPE varchar(20);
--> 13-18 ok
-->   AX plain
-->   AX index plain_e
-->   scan plain
-->   build plain_e

--- type-21
CREATE INDEX plain_e ON plain USING hash (e);
ALTER TABLE plain ALTER COLUMN e TYPE text;
--> 13-18 ok
-->   AX plain
-->   AX index plain_e

--- type-22
CREATE INDEX usr_cr ON usr(ts);
ALTER TABLE usr ALTER COLUMN ts TYPE timestamptz;
--> 13-18 ok
-->   AX usr
-->   AX index usr_cr
-->   scan usr
-->   build usr_cr

--- type-23
ALTER TABLE usr ALTER COLUMN created TYPE timestamp;
--> 13-18 ok
-->   AX usr
-->   AX index usr_created_idx
-->   scan usr
-->   build usr_created_idx

--- type-24
ALTER TABLE usr ALTER COLUMN created TYPE timestamptz(6);
--> 13-18 ok
-->   AX usr
-->   AX index usr_created_idx

--- type-25
ALTER TABLE usr ALTER COLUMN created TYPE timestamptz(3);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-26
ALTER TABLE usr ALTER COLUMN tz TYPE timestamptz(5);
--> 13-18 ok
-->   AX usr

--- type-27
ALTER TABLE usr ALTER COLUMN tz TYPE timestamptz;
--> 13-18 ok
-->   AX usr

--- type-28
ALTER TABLE usr ALTER COLUMN tz TYPE timestamptz(2);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-29
ALTER TABLE usr ALTER COLUMN tz TYPE timestamp;
--> 13-18 ok
-->   AX usr

--- type-30
ALTER TABLE usr ALTER COLUMN tz TYPE timestamp(3);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-31
ALTER TABLE usr ALTER COLUMN tz TYPE timestamp(5);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-32
ALTER TABLE usr ALTER COLUMN tz TYPE timestamp(2);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-33
ALTER TABLE usr ALTER COLUMN created TYPE timestamp(6);
--> 13-18 ok
-->   AX usr
-->   AX index usr_created_idx
-->   scan usr
-->   build usr_created_idx

--- type-34
ALTER TABLE usr ALTER COLUMN created TYPE timestamp(3);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-35
ALTER TABLE usr ALTER COLUMN tm TYPE time(4);
--> 13-18 ok
-->   AX usr

--- type-36
ALTER TABLE usr ALTER COLUMN tm TYPE time;
--> 13-18 ok
-->   AX usr

--- type-37
ALTER TABLE usr ALTER COLUMN tm TYPE time(1);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-38
ALTER TABLE usr ALTER COLUMN iv TYPE interval(4);
--> 13-18 ok
-->   AX usr

--- type-39
ALTER TABLE usr ALTER COLUMN iv TYPE interval;
--> 13-18 ok
-->   AX usr

--- type-40
ALTER TABLE usr ALTER COLUMN iv TYPE interval(1);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-41
ALTER TABLE usr ALTER COLUMN iv TYPE interval day to second;
--> 13-18 ok
-->   AX usr

--- type-42
ALTER TABLE usr ADD COLUMN iw interval;
ALTER TABLE usr ALTER COLUMN iw TYPE interval second;
--> 13-18 ok
-->   AX usr

--- type-43
ALTER TABLE usr ADD COLUMN iw interval day;
ALTER TABLE usr ALTER COLUMN iw TYPE interval;
--> 13-18 ok
-->   AX usr

--- type-44
ALTER TABLE usr ADD COLUMN iw interval day;
ALTER TABLE usr ALTER COLUMN iw TYPE interval day to second;
--> 13-18 ok
-->   AX usr

--- type-45
ALTER TABLE usr ADD COLUMN iw interval;
ALTER TABLE usr ALTER COLUMN iw TYPE interval(6);
--> 13-18 ok
-->   AX usr

--- type-46
ALTER TABLE usr ADD COLUMN iw interval;
ALTER TABLE usr ALTER COLUMN iw TYPE interval year to second;
--> 13-18 error 42601

--- type-47
ALTER TABLE usr ALTER COLUMN b TYPE bit(8);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-48
ALTER TABLE usr ALTER COLUMN b TYPE varbit;
--> 13-18 ok
-->   AX usr

--- type-49
ALTER TABLE usr ALTER COLUMN b TYPE varbit(4);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-50
ALTER TABLE usr ALTER COLUMN vb TYPE varbit(8);
--> 13-18 ok
-->   AX usr

--- type-51
ALTER TABLE usr ALTER COLUMN vb TYPE varbit;
--> 13-18 ok
-->   AX usr

--- type-52
ALTER TABLE usr ALTER COLUMN vb TYPE varbit(2);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-53
ALTER TABLE usr ALTER COLUMN vb TYPE bit(4);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-54
ALTER TABLE usr ALTER COLUMN ip TYPE inet;
--> 13-18 ok
-->   AX usr

--- type-55
CREATE INDEX usr_ip ON usr(ip);
ALTER TABLE usr ALTER COLUMN ip TYPE inet;
--> 13-18 ok
-->   AX usr
-->   AX index usr_ip

--- type-56
ALTER TABLE usr ADD COLUMN inx inet;
ALTER TABLE usr ALTER COLUMN inx TYPE cidr;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-57
ALTER TABLE usr ALTER COLUMN ch TYPE char(10);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-58
ALTER TABLE usr ALTER COLUMN ch TYPE text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-59
ALTER TABLE usr ALTER COLUMN ch TYPE varchar(10);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-60
ALTER TABLE usr ALTER COLUMN ch TYPE bpchar;
--> 13-18 ok
-->   AX usr

--- type-61
ALTER TABLE usr ALTER COLUMN email TYPE char(20);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-62
ALTER TABLE usr ALTER COLUMN amount TYPE numeric(12,2);
--> 13-18 ok
-->   AX usr

--- type-63
ALTER TABLE usr ALTER COLUMN amount TYPE numeric(8,2);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-64
ALTER TABLE usr ALTER COLUMN amount TYPE numeric;
--> 13-18 ok
-->   AX usr

--- type-65
ALTER TABLE usr ALTER COLUMN amount TYPE numeric(12,4);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-66
ALTER TABLE usr ALTER COLUMN amount TYPE float8;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-67
ALTER TABLE ord ALTER COLUMN note TYPE varchar;
--> 13-18 ok
-->   AX ord

--- type-68
ALTER TABLE usr ALTER COLUMN age TYPE bigint;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-69
ALTER TABLE usr ALTER COLUMN age TYPE smallint;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-70
ALTER TABLE usr ALTER COLUMN age TYPE numeric;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-71
ALTER TABLE usr ALTER COLUMN age TYPE oid;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx
-->   scan usr
-->   build usr_age_part_idx

--- type-72
ALTER TABLE plain ADD COLUMN o oid; CREATE INDEX plain_o ON plain(o);
ALTER TABLE plain ALTER COLUMN o TYPE int;
--> 13-18 ok
-->   AX plain
-->   AX index plain_o
-->   scan plain
-->   build plain_o

--- type-73
CREATE INDEX plain_d ON plain(d);
ALTER TABLE plain ALTER COLUMN d TYPE oid;
--> 13-18 ok
-->   AX plain
-->   AX index plain_d
-->   scan plain
-->   build plain_d

--- type-74
ALTER TABLE plain ALTER COLUMN d TYPE regclass;
--> 13-18 ok
-->   AX plain

--- type-75
ALTER TABLE plain ALTER COLUMN d TYPE bool USING d > 0;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- type-76
ALTER TABLE usr ALTER COLUMN f4 TYPE float8;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-77
ALTER TABLE usr ALTER COLUMN f8 TYPE real;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-78
ALTER TABLE usr ALTER COLUMN d TYPE timestamptz;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-79
ALTER TABLE usr ALTER COLUMN d TYPE timestamp;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-80
ALTER TABLE usr ALTER COLUMN m TYPE text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-81
ALTER TABLE usr ALTER COLUMN m TYPE text USING m::text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-82
ALTER TABLE usr ALTER COLUMN marr TYPE text[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-83
ALTER TABLE usr ALTER COLUMN arr TYPE bigint[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-84
ALTER TABLE usr ALTER COLUMN arr TYPE oid[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-85
ALTER TABLE usr ALTER COLUMN arr TYPE posint[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-86
ALTER TABLE usr ADD COLUMN va varchar(10)[];
ALTER TABLE usr ALTER COLUMN va TYPE varchar(20)[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-87
ALTER TABLE usr ADD COLUMN va varchar(10)[];
ALTER TABLE usr ALTER COLUMN va TYPE text[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-88
ALTER TABLE usr ADD COLUMN va varchar(10)[];
ALTER TABLE usr ALTER COLUMN va TYPE varchar(5)[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-89
ALTER TABLE usr ADD COLUMN va varchar(10)[];
ALTER TABLE usr ALTER COLUMN va TYPE varchar[];
--> 13-18 ok
-->   AX usr

--- type-90
ALTER TABLE usr ADD COLUMN va text[];
ALTER TABLE usr ALTER COLUMN va TYPE varchar[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-91
ALTER TABLE usr ADD COLUMN va numeric(10,2)[];
ALTER TABLE usr ALTER COLUMN va TYPE numeric(12,2)[];
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-92
ALTER TABLE usr ALTER COLUMN js TYPE json;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-93
ALTER TABLE usr ALTER COLUMN js TYPE text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-94
ALTER TABLE usr ALTER COLUMN email TYPE json USING email::json;
--> 13-18 error 42883

--- type-95
ALTER TABLE usr ADD COLUMN jj json;
ALTER TABLE usr ALTER COLUMN jj TYPE text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-96
ALTER TABLE usr ADD COLUMN xx xml;
ALTER TABLE usr ALTER COLUMN xx TYPE text;
--> 13-18 ok
-->   AX usr

--- type-97
ALTER TABLE usr ALTER COLUMN p TYPE text;
--> 13-18 ok
-->   AX usr

--- type-98
ALTER TABLE usr ALTER COLUMN p TYPE plaintext2;
--> 13-18 ok
-->   AX usr

--- type-99
ALTER TABLE usr ALTER COLUMN p TYPE varchar(10);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-100
ALTER TABLE usr ALTER COLUMN pp TYPE int;
--> 13-18 ok
-->   AX usr

--- type-101
ALTER TABLE usr ALTER COLUMN pp TYPE bigint;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-102
ALTER TABLE usr ALTER COLUMN age TYPE posint;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-103
ALTER TABLE usr ALTER COLUMN email TYPE plaintext;
--> 13-18 ok
-->   AX usr
-->   AX index usr_lower_idx
-->   scan usr
-->   build usr_lower_idx

--- type-104
ALTER TABLE usr ALTER COLUMN name TYPE plaintext;
--> 13-18 error 0A000

--- type-105
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE plaintext;
--> 13-18 ok
-->   AX usr

--- type-106
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE varchar(100);
--> 13-18 ok
-->   AX usr

--- type-107
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE varchar(100) USING name;
--> 13-18 ok
-->   AX usr

--- type-108
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE varchar(100) USING name::varchar(100);
--> 13-18 ok
-->   AX usr

--- type-109
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE text USING name::text;
--> 13-18 ok
-->   AX usr

--- type-110
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE text USING upper(name);
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-111
DROP VIEW v_usr CASCADE;
ALTER TABLE usr ALTER COLUMN name TYPE text USING email;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-112
ALTER TABLE usr ALTER COLUMN age TYPE int;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx
-->   scan usr
-->   build usr_age_part_idx

--- type-113
ALTER TABLE usr ALTER COLUMN age TYPE int USING age;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx
-->   scan usr
-->   build usr_age_part_idx

--- type-114
ALTER TABLE usr ALTER COLUMN age TYPE int USING age + 1;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-115
ALTER TABLE usr ALTER COLUMN age TYPE bigint USING age::bigint;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-116
ALTER TABLE plain ALTER COLUMN b TYPE int USING b::int;
--> 13-18 error 22P02

--- type-117
ALTER TABLE plain ALTER COLUMN b TYPE bytea USING b::bytea;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- type-118
ALTER TABLE plain ALTER COLUMN b TYPE "char";
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- type-119
ALTER TABLE plain ALTER COLUMN b TYPE name;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- type-120
ALTER TABLE usr ALTER COLUMN org_id TYPE int;
--> 13-18 error 0A000

--- type-121
ALTER TABLE usr ALTER COLUMN id TYPE int;
--> 13-18 error 0A000

--- type-122
ALTER TABLE usr ALTER COLUMN boss_id TYPE int;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- type-123
ALTER TABLE ord ALTER COLUMN usr_id TYPE numeric;
--> 13-18 error 42804

--- type-124
ALTER TABLE ord ALTER COLUMN org_id TYPE int;
--> 13-18 error 0A000

--- type-125
ALTER TABLE ord ALTER COLUMN total TYPE numeric(10,2);
--> 13-18 ok
-->   AX ord
-->   AX index ord_pkey, ord_usr_idx
-->   rewrite ord
-->   scan ord
-->   build ord_pkey, ord_usr_idx

--- type-126
ALTER TABLE ord ALTER COLUMN total TYPE float8;
--> 13-18 ok
-->   AX ord
-->   AX index ord_pkey, ord_usr_idx
-->   rewrite ord
-->   scan ord
-->   build ord_pkey, ord_usr_idx

--- type-127
ALTER TABLE ord ALTER COLUMN state TYPE varchar;
--> 13-18 ok
-->   AX ord
-->   scan ord

--- type-128
ALTER TABLE ord ALTER COLUMN state TYPE varchar(30);
--> 13-18 ok
-->   AX ord
-->   AX index ord_pkey, ord_usr_idx
-->   rewrite ord
-->   scan ord
-->   build ord_pkey, ord_usr_idx

--- type-129
ALTER TABLE evt ALTER COLUMN v TYPE varchar;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_v_idx, evt_2_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx, evt_v_idx
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx

--- type-130
ALTER TABLE evt ALTER COLUMN v TYPE varchar(10);
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey
-->   AX index evt_2b_v_idx, evt_def_pkey, evt_def_v_idx, evt_v_idx
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- type-131
ALTER TABLE evt ALTER COLUMN usr_id TYPE int;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def, usr
-->   AX index evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AX index evt_def_pkey, evt_def_v_idx
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite evt_1, evt_2a, evt_2b, evt_def
-->   scan evt_1, evt_2a, evt_2b, evt_def, usr
-->   build evt_1_pkey, evt_1_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   build evt_def_pkey, evt_def_v_idx

--- type-132
ALTER TABLE ONLY evt ALTER COLUMN v TYPE varchar;
--> 13-18 error 42P16

--- type-133
ALTER TABLE evt ALTER COLUMN at TYPE bigint;
--> 13-18 error 42P16

--- type-134
ALTER TABLE animal ALTER COLUMN name TYPE varchar;
--> 13-18 ok
-->   AX animal, dog, puppy

--- type-135
ALTER TABLE animal ALTER COLUMN id TYPE bigint;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   AX index dog_id_idx
-->   rewrite animal, dog, puppy
-->   scan animal, dog, puppy
-->   build dog_id_idx

--- type-136
ALTER TABLE gen ALTER COLUMN a TYPE bigint;
--> 13-14 error 42601
--> 15-18 error 0A000

--- type-137
ALTER TABLE gen ALTER COLUMN b TYPE bigint;
--> 13-18 ok
-->   AX gen
-->   rewrite gen
-->   scan gen

--- type-138
ALTER TABLE gen ALTER COLUMN i TYPE bigint;
--> 13-18 ok
-->   AX gen
-->   SRX sequence gen_i_seq
-->   rewrite gen
-->   scan gen

--- type-139
ALTER TABLE useseq ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX useseq
-->   rewrite useseq
-->   scan useseq

--- type-140
ALTER TABLE k2 ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX k2, k2ref
-->   AX index k2_pkey
-->   rewrite k2
-->   scan k2, k2ref
-->   build k2_pkey

--- type-141
ALTER TABLE k2ref ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX k2, k2ref
-->   AS index k2_pkey
-->   rewrite k2ref
-->   scan k2, k2ref

--- type-151
ALTER STATISTICS st_usr SET STATISTICS 10;
ALTER TABLE usr ALTER COLUMN amount TYPE numeric(14,2);
--> 13-18 ok
-->   AX usr

--- type-152
ALTER FOREIGN TABLE ft ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX foreign ft

--- object-186
ALTER TABLE plain ALTER COLUMN c TYPE bigint, ALTER COLUMN a SET NOT NULL, ADD CONSTRAINT u UNIQUE (d);
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-18
CREATE TABLE tfk (t text REFERENCES org(code));
ALTER TABLE tfk ALTER COLUMN t TYPE varchar;
--> 13-18 ok
-->   AX org, tfk

--- more-19 planner
CREATE TABLE tfk (t text REFERENCES org(code));
ALTER TABLE tfk ALTER COLUMN t TYPE varchar(30);
--> 13-18 ok
-->   AX org, tfk
-->   AS index org_code_key, org_pkey
-->   rewrite tfk
-->   maybe tfk

--- more-20
DROP VIEW v_org; CREATE TABLE tfk (t text REFERENCES org(code));
ALTER TABLE org ALTER COLUMN code TYPE text;
--> 13-18 ok
-->   AX org, tfk
-->   AX index org_code_key

--- more-22
CREATE TABLE fkp (a int REFERENCES org(id)); INSERT INTO fkp SELECT g FROM generate_series(1,100) g;
ALTER TABLE fkp ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX fkp, org
-->   AS index org_code_key, org_pkey
-->   rewrite fkp
-->   scan fkp, org

--- more-23
CREATE TABLE fkp (a int); ALTER TABLE fkp ADD FOREIGN KEY (a) REFERENCES org(id) NOT VALID; INSERT INTO fkp SELECT g FROM generate_series(1,100) g;
ALTER TABLE fkp ALTER COLUMN a TYPE bigint;
--> 13-18 ok
-->   AX fkp, org
-->   rewrite fkp
-->   scan fkp

--- more-25
ALTER TABLE plain ADD CONSTRAINT ck CHECK (e <> 'zz');
ALTER TABLE plain ALTER COLUMN e TYPE varchar(20);
--> 13-18 ok
-->   AX plain
-->   scan plain

--- more-26
ALTER TABLE plain ADD CONSTRAINT ck CHECK (e <> 'zz') NOT VALID;
ALTER TABLE plain ALTER COLUMN e TYPE varchar(20);
--> 13-18 ok
-->   AX plain

--- more-27
ALTER TABLE animal ADD CONSTRAINT ck CHECK (name <> 'zz');
ALTER TABLE animal ALTER COLUMN name TYPE varchar;
--> 13-18 ok
-->   AX animal, dog, puppy
-->   scan animal, dog, puppy

--- more-28
CREATE INDEX ON plain(e DESC NULLS LAST, b COLLATE "C");
ALTER TABLE plain ALTER COLUMN e TYPE text;
--> 13-18 ok
-->   AX plain
-->   AX index plain_e_b_idx

--- more-29
CREATE INDEX pci ON plain(e COLLATE "C");
ALTER TABLE plain ALTER COLUMN e TYPE text COLLATE "POSIX";
--> 13-18 ok
-->   AX plain
-->   AX index pci

--- more-30
CREATE TABLE cc (t text COLLATE "C"); CREATE INDEX cci ON cc(t); INSERT INTO cc SELECT 'x' FROM generate_series(1,50);
ALTER TABLE cc ALTER COLUMN t TYPE varchar;
--> 13-18 ok
-->   AX cc
-->   AX index cci
-->   scan cc
-->   build cci

--- more-31
CREATE INDEX pd ON usr(p);
ALTER TABLE usr ALTER COLUMN p TYPE text;
--> 13-18 ok
-->   AX usr
-->   AX index pd

--- more-32
CREATE INDEX pd ON usr(email); DROP INDEX usr_lower_idx;
ALTER TABLE usr ALTER COLUMN email TYPE plaintext;
--> 13-18 ok
-->   AX usr
-->   AX index pd

--- more-33
CREATE INDEX pd ON usr(arr);
ALTER TABLE usr ALTER COLUMN arr TYPE int[];
--> 13-18 ok
-->   AX usr
-->   AX index pd

--- more-34
CREATE INDEX pd ON usr USING gin (arr);
ALTER TABLE usr ALTER COLUMN arr TYPE int[];
--> 13-18 ok
-->   AX usr
-->   AX index pd
-->   scan usr
-->   build pd

--- more-35
ALTER TABLE usr ADD COLUMN va varchar(10)[]; CREATE INDEX pd ON usr USING gin (va);
ALTER TABLE usr ALTER COLUMN va TYPE varchar[];
--> 13-18 ok
-->   AX usr
-->   AX index pd
-->   scan usr
-->   build pd

--- more-36
CREATE INDEX pd ON usr(m);
ALTER TABLE usr ALTER COLUMN m TYPE mood;
--> 13-18 ok
-->   AX usr
-->   AX index pd

--- more-37
CREATE INDEX pd ON usr USING brin (created);
ALTER TABLE usr ALTER COLUMN created TYPE timestamptz(6);
--> 13-18 ok
-->   AX usr
-->   AX index pd, usr_created_idx

--- more-38
CREATE INDEX pd ON usr(b);
ALTER TABLE usr ALTER COLUMN b TYPE varbit;
--> 13-18 ok
-->   AX usr
-->   AX index pd
-->   scan usr
-->   build pd

--- more-39
ALTER TABLE plain ADD CONSTRAINT ux UNIQUE (a, c);
ALTER TABLE plain ALTER COLUMN c TYPE int;
--> 13-18 ok
-->   AX plain
-->   AX index ux

--- more-40
ALTER TABLE plain ADD CONSTRAINT ux UNIQUE (a, e);
ALTER TABLE plain ALTER COLUMN e TYPE varchar(30);
--> 13-18 ok
-->   AX plain
-->   AX index ux

--- more-41
ALTER TABLE plain ADD CONSTRAINT ex EXCLUDE USING btree (e WITH =, a WITH =);
ALTER TABLE plain ALTER COLUMN e TYPE varchar(30);
--> 13-18 ok
-->   AX plain
-->   AX index ex

--- more-42
CREATE INDEX lcl ON evt_1(v);
ALTER TABLE evt ALTER COLUMN v TYPE varchar;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index evt_1_v_idx, evt_2_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx, evt_v_idx, lcl
-->   scan evt_1, evt_2a, evt_2b, evt_def
-->   build evt_1_v_idx, evt_2a_v_idx, evt_2b_v_idx, evt_def_v_idx

--- more-43
DROP INDEX evt_v_idx; CREATE INDEX lcl ON evt_1(v);
ALTER TABLE evt ALTER COLUMN v TYPE varchar;
--> 13-18 ok
-->   AX evt, evt_1, evt_2, evt_2a, evt_2b, evt_def
-->   AX index lcl

--- more-44
DROP TABLE evtref;
ALTER TABLE evt ALTER COLUMN id TYPE bigint;
--> 13-18 error 42P16

--- more-45
ALTER TABLE usr ALTER COLUMN ts TYPE timestamptz USING ts AT TIME ZONE 'UTC';
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- more-46
ALTER TABLE usr ALTER COLUMN email TYPE text USING email::text;
--> 13-18 ok
-->   AX usr
-->   AX index usr_lower_idx
-->   scan usr
-->   build usr_lower_idx

--- more-47
ALTER TABLE usr ALTER COLUMN age TYPE int USING age::int;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx
-->   scan usr
-->   build usr_age_part_idx

--- more-48
ALTER TABLE usr ALTER COLUMN amount TYPE numeric(8,2), ALTER COLUMN age TYPE bigint;
--> 13-18 ok
-->   AX usr
-->   AX index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey
-->   rewrite usr
-->   scan usr
-->   build usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- more-49
ALTER TABLE usr ALTER COLUMN email TYPE bpchar;
--> 13-18 ok
-->   AX usr
-->   AX index usr_lower_idx
-->   scan usr
-->   build usr_lower_idx

--- more-50
ALTER TABLE org ALTER COLUMN note TYPE bpchar;
--> 13-18 ok
-->   AX org

--- more-51
ALTER TABLE org ALTER COLUMN note TYPE char(5);
--> 13-18 ok
-->   AX org
-->   AX index org_code_key, org_pkey
-->   rewrite org
-->   scan org
-->   build org_code_key, org_pkey

--- more-52
ALTER TABLE plain ADD COLUMN n1 name;
ALTER TABLE plain ALTER COLUMN n1 TYPE text;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-53
ALTER TABLE plain ADD COLUMN vv varchar;
ALTER TABLE plain ALTER COLUMN vv TYPE varchar(10);
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-54
ALTER TABLE plain ADD COLUMN n1 numeric;
ALTER TABLE plain ALTER COLUMN n1 TYPE numeric(10,2);
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-55
ALTER TABLE plain ADD COLUMN n1 numeric(10);
ALTER TABLE plain ALTER COLUMN n1 TYPE numeric(12);
--> 13-18 ok
-->   AX plain

--- more-56
ALTER TABLE plain ADD COLUMN n1 numeric(10,2);
ALTER TABLE plain ALTER COLUMN n1 TYPE numeric(12,1);
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-57
ALTER TABLE plain ADD COLUMN tt timetz(3);
ALTER TABLE plain ALTER COLUMN tt TYPE timetz;
--> 13-18 ok
-->   AX plain

--- more-58
ALTER TABLE plain ADD COLUMN tt timestamp(3);
ALTER TABLE plain ALTER COLUMN tt TYPE timestamptz(3);
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-59
ALTER TABLE plain ADD COLUMN tt timestamp(3);
ALTER TABLE plain ALTER COLUMN tt TYPE timestamptz;
--> 13-18 ok
-->   AX plain

--- more-60
ALTER TABLE plain ADD COLUMN iw interval day to second(3);
ALTER TABLE plain ALTER COLUMN iw TYPE interval day to second(4);
--> 13-18 ok
-->   AX plain

--- more-61
ALTER TABLE plain ADD COLUMN iw interval day to second(3);
ALTER TABLE plain ALTER COLUMN iw TYPE interval hour to minute;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-62
ALTER TABLE plain ADD COLUMN iw interval year;
ALTER TABLE plain ALTER COLUMN iw TYPE interval month;
--> 13-18 ok
-->   AX plain

--- more-63
ALTER TABLE plain ADD COLUMN iw interval year to month;
ALTER TABLE plain ALTER COLUMN iw TYPE interval day;
--> 13-18 ok
-->   AX plain

--- more-64
ALTER TABLE plain ADD COLUMN iw interval(3);
ALTER TABLE plain ALTER COLUMN iw TYPE interval day to second(3);
--> 13-18 ok
-->   AX plain

--- more-65
ALTER TABLE plain ADD COLUMN iw interval second(3);
ALTER TABLE plain ALTER COLUMN iw TYPE interval;
--> 13-18 ok
-->   AX plain

--- more-66
CREATE DOMAIN vd AS varchar(10); ALTER TABLE plain ADD COLUMN d1 vd;
ALTER TABLE plain ALTER COLUMN d1 TYPE varchar(20);
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-67
CREATE DOMAIN vd AS varchar(10); ALTER TABLE plain ADD COLUMN d1 varchar(5);
ALTER TABLE plain ALTER COLUMN d1 TYPE vd;
--> 13-18 ok
-->   AX plain

--- more-68
CREATE DOMAIN vd AS varchar(10); ALTER TABLE plain ADD COLUMN d1 varchar(20);
ALTER TABLE plain ALTER COLUMN d1 TYPE vd;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-69
CREATE DOMAIN vd AS varchar(10); ALTER TABLE plain ADD COLUMN d1 vd;
ALTER TABLE plain ALTER COLUMN d1 TYPE text;
--> 13-18 ok
-->   AX plain

--- more-70
CREATE DOMAIN p2 AS posint; ALTER TABLE plain ADD COLUMN d1 posint;
ALTER TABLE plain ALTER COLUMN d1 TYPE p2;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- more-75
CREATE DOMAIN ad AS int[]; ALTER TABLE plain ADD COLUMN x int[];
ALTER TABLE plain ALTER COLUMN x TYPE ad;
--> 13-18 ok
-->   AX plain

--- inline-26
CREATE TABLE sqt (id int, s smallint, PRIMARY KEY (id)); INSERT INTO sqt SELECT g, 1 FROM generate_series(1,100) g;
ALTER TABLE sqt ALTER COLUMN s TYPE int, ALTER COLUMN s SET NOT NULL, ADD CHECK (s > 0);
--> 13-18 ok
-->   AX sqt
-->   AX index sqt_pkey
-->   rewrite sqt
-->   scan sqt
-->   build sqt_pkey

--- inline-27
ALTER TABLE plain ALTER COLUMN c SET NOT NULL, ALTER COLUMN c TYPE bigint;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

--- ts-10
ALTER TABLE plain SET TABLESPACE ts1, ALTER COLUMN c TYPE bigint;
--> 13-18 ok
-->   AX plain
-->   rewrite plain
-->   scan plain

-- # Domains

-- base: shop

--- domain_add_constraint documented
ALTER DOMAIN plaintext ADD CONSTRAINT dc CHECK (length(VALUE) < 100);
--> 13-18 ok
-->   S parent
-->   scan parent

--- domain_add_constraint_not_valid documented
ALTER DOMAIN plaintext ADD CONSTRAINT dc CHECK (length(VALUE) < 100) NOT VALID;
--> 13-18 ok

--- domain_validate documented
ALTER DOMAIN plaintext ADD CONSTRAINT dc CHECK (length(VALUE) < 100) NOT VALID;
ALTER DOMAIN plaintext VALIDATE CONSTRAINT dc;
--> 13-18 ok
-->   S parent
-->   scan parent

--- domain_set_not_null documented
ALTER DOMAIN plaintext SET NOT NULL;
--> 13-18 ok
-->   S parent
-->   scan parent

-- base: zoo

--- object-08
DROP DOMAIN posint;
--> 13-18 error 2BP01

--- object-09
DROP DOMAIN posint CASCADE;
--> 13-18 ok
-->   AX usr

--- object-10
DROP DOMAIN plaintext CASCADE;
--> 13-18 ok
-->   AX usr

--- object-72
COMMENT ON DOMAIN posint IS 'x';
--> 13-18 ok

--- object-73
COMMENT ON CONSTRAINT posint_check ON DOMAIN posint IS 'x';
--> 13-18 ok

--- object-129
ALTER DOMAIN posint ADD CHECK (VALUE < 100000);
--> 13-18 ok
-->   S usr
-->   scan usr

--- object-130
ALTER DOMAIN posint ADD CONSTRAINT c2 CHECK (VALUE < 100000) NOT VALID;
--> 13-18 ok

--- object-131
ALTER DOMAIN posint SET NOT NULL;
--> 13-18 ok
-->   S usr
-->   scan usr

--- object-132
ALTER DOMAIN posint DROP NOT NULL;
--> 13-18 ok

--- object-133
ALTER DOMAIN posint SET DEFAULT 5;
--> 13-18 ok

--- object-134
ALTER DOMAIN posint DROP CONSTRAINT posint_check;
--> 13-18 ok

--- object-135
ALTER DOMAIN plaintext ADD CHECK (VALUE <> '');
--> 13-18 ok
-->   S usr
-->   scan usr

--- object-136
ALTER DOMAIN posint RENAME TO p2;
--> 13-18 ok

--- object-137
ALTER DOMAIN posint RENAME CONSTRAINT posint_check TO pc2;
--> 13-18 ok

--- object-138
ALTER DOMAIN posint OWNER TO reader;
--> 13-18 ok

--- object-139
ALTER DOMAIN posint SET SCHEMA s2;
--> 13-18 ok

--- object-140
CREATE TABLE pa (a posint[]); CREATE TABLE pb2 (p plaintext2); CREATE VIEW vp AS SELECT p FROM usr; CREATE TABLE pc (x int, y posint) PARTITION BY RANGE (x); CREATE TABLE pc1 PARTITION OF pc DEFAULT;
ALTER DOMAIN posint ADD CHECK (VALUE < 100000);
--> 13-18 error 0A000

--- object-141
CREATE TABLE pb2 (p plaintext2); CREATE MATERIALIZED VIEW vp AS SELECT p FROM usr; CREATE INDEX usr_p ON usr(p);
ALTER DOMAIN plaintext ADD CHECK (VALUE <> '');
--> 13-18 ok
-->   S pb2, usr
-->   S matview vp
-->   scan usr, vp
-->   maybe pb2

--- object-142
CREATE TABLE pa (a posint[]);
ALTER DOMAIN posint ADD CHECK (VALUE < 100000);
--> 13-18 error 0A000

--- object-158
CREATE DOMAIN t AS int CHECK (imm(VALUE) > 0);
--> 13-18 ok

-- # Types

-- base: shop

--- enum_add_value documented
ALTER TYPE mood ADD VALUE 'great';
--> 13-18 ok

--- enum_rename_value documented
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
--> 13-18 ok

--- create_type documented
CREATE TYPE t2 AS ENUM ('a');
--> 13-18 ok

--- drop_type_cascade documented
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX parent

-- base: zoo

--- type-142
ALTER TYPE comp ALTER ATTRIBUTE a TYPE bigint;
--> 13-18 error 0A000

--- type-143
ALTER TYPE comp ALTER ATTRIBUTE a TYPE bigint CASCADE;
--> 13-18 error 0A000

--- type-144
ALTER TYPE comp ADD ATTRIBUTE c int;
--> 13-18 error 2BP01

--- type-145
ALTER TYPE comp ADD ATTRIBUTE c int CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp

--- type-146
ALTER TYPE comp DROP ATTRIBUTE a CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp

--- type-147
ALTER TYPE comp RENAME ATTRIBUTE a TO aa;
--> 13-18 error 2BP01

--- type-148
ALTER TYPE comp RENAME ATTRIBUTE a TO aa CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp

--- type-149
DROP TABLE usecomp;
ALTER TYPE comp ADD ATTRIBUTE c int CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp

--- type-150
DROP TABLE usecomp;
ALTER TYPE comp ALTER ATTRIBUTE a TYPE bigint CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp
-->   rewrite typed
-->   maybe typed

--- object-04
DROP TYPE mood;
--> 13-18 error 2BP01

--- object-05
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX usr

--- object-06
DROP TYPE comp;
--> 13-18 error 2BP01

--- object-07
DROP TYPE comp CASCADE;
--> 13-18 ok
-->   AX typed, usecomp
-->   AX composite comp

--- object-69
COMMENT ON TYPE mood IS 'x';
--> 13-18 ok

--- object-70
COMMENT ON TYPE comp IS 'x';
--> 13-18 ok

--- object-121
ALTER TYPE mood ADD VALUE 'x';
--> 13-18 ok

--- object-122
ALTER TYPE mood RENAME VALUE 'ok' TO 'okk';
--> 13-18 ok

--- object-123
ALTER TYPE mood RENAME TO mood2;
--> 13-18 ok

--- object-124
ALTER TYPE mood OWNER TO reader;
--> 13-18 ok

--- object-125
ALTER TYPE mood SET SCHEMA s2;
--> 13-18 ok

--- object-126
ALTER TYPE comp RENAME TO comp2;
--> 13-18 ok
-->   AX composite comp

--- object-127
ALTER TYPE comp OWNER TO reader;
--> 13-18 ok
-->   AX composite comp

--- object-128
ALTER TYPE comp SET SCHEMA s2;
--> 13-18 ok

--- object-157
CREATE TYPE t AS (u usr);
--> 13-18 ok

--- more-119
CREATE TABLE um (a mood, b int); CREATE INDEX umi ON um(a); CREATE VIEW umv AS SELECT a FROM um;
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX um, usr
-->   AX view umv
-->   AX index umi

--- more-120
CREATE FUNCTION fm(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE tm (a int DEFAULT fm('ok'));
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX tm, usr

--- more-121
CREATE TABLE pm (k mood, v int) PARTITION BY LIST (v); CREATE TABLE pm1 PARTITION OF pm FOR VALUES IN (1);
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX pm, pm1, usr

--- more-122
CREATE TABLE ip (m mood); CREATE TABLE ic () INHERITS (ip);
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX ic, ip, usr

--- more-182
ALTER TYPE comp RENAME ATTRIBUTE a TO zz CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp

--- more-183
ALTER TYPE comp DROP ATTRIBUTE b CASCADE;
--> 13-18 ok
-->   AX typed
-->   AX composite comp

--- inline-54
DROP TYPE IF EXISTS nosuch;
--> 13-18 ok

-- # Domains and enums

-- base: zoo

--- domain_drop_default
ALTER DOMAIN plaintext DROP DEFAULT;
--> 13-18 ok

--- domain_set_default documented
ALTER DOMAIN plaintext SET DEFAULT 'x';
--> 13-18 ok

--- enum_add_before documented
ALTER TYPE mood ADD VALUE 'x' BEFORE 'ok';
--> 13-18 ok

--- enum_add_exists
ALTER TYPE mood ADD VALUE 'ok';
--> 13-18 error 42710

--- enum_add_if_not_exists
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';
--> 13-18 ok

--- enum_add_after_absent
ALTER TYPE mood ADD VALUE 'x' AFTER 'nosuch';
--> 13-18 error 22023

--- enum_rename_absent
ALTER TYPE mood RENAME VALUE 'nosuch' TO 'x';
--> 13-18 error 22023

--- enum_rename_taken
ALTER TYPE mood RENAME VALUE 'ok' TO 'sad';
--> 13-18 error 42710

--- domain_absent
ALTER DOMAIN nosuch SET NOT NULL;
--> 13-18 error 42704

--- domain_validate_absent
ALTER DOMAIN posint VALIDATE CONSTRAINT nosuch;
--> 13-18 error 42704

--- domain_drop_constraint_absent
ALTER DOMAIN posint DROP CONSTRAINT nosuch;
--> 13-18 error 42704

--- domain_drop_constraint_if_exists
ALTER DOMAIN posint DROP CONSTRAINT IF EXISTS nosuch;
--> 13-18 ok

--- domain_not_null_array
CREATE DOMAIN dn AS int; CREATE TABLE un (a dn[]);
ALTER DOMAIN dn SET NOT NULL;
--> 13-18 error 0A000

--- domain_not_null_composite
CREATE DOMAIN dn AS int; CREATE TYPE cn AS (x dn); CREATE TABLE un (a cn);
ALTER DOMAIN dn SET NOT NULL;
--> 13-18 error 0A000

--- domain_in_view
CREATE VIEW dv AS SELECT pp FROM usr;
ALTER DOMAIN posint ADD CONSTRAINT c CHECK (VALUE < 100) NOT VALID;
--> 13-18 ok

--- domain_add_constraint_taken
ALTER DOMAIN posint ADD CONSTRAINT posint_check CHECK (VALUE < 100);
--> 13-18 error 42710

--- domain_named_not_null
ALTER DOMAIN plaintext ADD CONSTRAINT nn NOT NULL;
--> 13-16 error 42601
--> 17-18 ok
-->   S usr
-->   scan usr

--- type_rename_array
ALTER TYPE mood RENAME TO _usr;
--> 13-18 ok

--- drop_type_used
DROP TYPE mood;
--> 13-18 error 2BP01

--- drop_type_cascade_columns
DROP TYPE mood CASCADE;
--> 13-18 ok
-->   AX usr

--- drop_domain_used
DROP DOMAIN posint;
--> 13-18 error 2BP01

--- drop_type_table
DROP TYPE usr;
--> 13-18 error 2BP01

--- drop_domain_type
DROP DOMAIN mood;
--> 13-18 error 42809

