-- # Materialized views

-- base: shop

--- create_matview documented
CREATE MATERIALIZED VIEW mv2 AS SELECT * FROM parent;
--> 13-18 ok
-->   AS parent
-->   AS index parent_code_idx, parent_n_idx, parent_pkey
-->   scan parent

--- refresh_matview documented
REFRESH MATERIALIZED VIEW mv;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_id
-->   AS parent
-->   AS index parent_code_idx, parent_n_idx, parent_pkey
-->   rewrite mv
-->   scan mv, parent
-->   build mv_id

--- refresh_matview_concurrently documented
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
--> 13-18 ok
-->   X matview mv
-->   RX index mv_id
-->   AS parent
-->   AS index parent_code_idx, parent_n_idx, parent_pkey
-->   scan mv, parent

-- base: zoo

--- view-08 planner
CREATE MATERIALIZED VIEW x AS SELECT * FROM v_v;
--> 13-18 ok
-->   AS org, usr
-->   AS view v_usr, v_v
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan org, usr

--- view-09
CREATE MATERIALIZED VIEW x AS SELECT * FROM usr WITH NO DATA;
--> 13-18 ok
-->   AS usr

--- view-10
CREATE MATERIALIZED VIEW x AS SELECT * FROM mv;
--> 13-18 ok
-->   AS matview mv
-->   AS index mv_id, mv_name
-->   scan mv

--- view-11
CREATE MATERIALIZED VIEW IF NOT EXISTS mv AS SELECT * FROM usr;
--> 13-18 ok
-->   AS usr

--- view-12
CREATE MATERIALIZED VIEW x AS SELECT * FROM evt;
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

--- view-13
CREATE MATERIALIZED VIEW x AS SELECT count(*) FROM usr WHERE id = 5;
--> 13-18 ok
-->   AS usr
-->   AS index usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx, usr_pkey

--- view-14 planner
REFRESH MATERIALIZED VIEW mv;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_id, mv_name
-->   AS org, usr
-->   AS view v_usr
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   rewrite mv
-->   scan mv, org, usr
-->   build mv_id, mv_name

--- view-15
REFRESH MATERIALIZED VIEW mv WITH NO DATA;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_id, mv_name
-->   rewrite mv
-->   maybe mv
-->   build mv_id, mv_name

--- view-16 planner
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
--> 13-18 ok
-->   X matview mv
-->   RX index mv_id, mv_name
-->   AS org, usr
-->   AS view v_usr
-->   AS index org_code_key, org_pkey, usr_age_part_idx, usr_created_idx, usr_lower_idx, usr_org_idx
-->   AS index usr_pkey
-->   scan mv, org, usr

--- view-17
REFRESH MATERIALIZED VIEW mv2;
--> 13-18 ok
-->   AX matview mv2
-->   AS matview mv
-->   AS index mv_id, mv_name
-->   rewrite mv2
-->   scan mv

--- view-18
REFRESH MATERIALIZED VIEW CONCURRENTLY mv2;
--> 13-18 error 55000

--- view-22
DROP MATERIALIZED VIEW mv;
--> 13-18 error 2BP01

--- view-23
DROP MATERIALIZED VIEW mv CASCADE;
--> 13-18 ok
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name

--- view-32
ALTER MATERIALIZED VIEW mv RENAME TO mv9;
--> 13-18 ok
-->   AX matview mv

--- view-33
ALTER MATERIALIZED VIEW mv RENAME COLUMN name TO n9;
--> 13-18 ok
-->   AX matview mv

--- view-34
ALTER MATERIALIZED VIEW mv OWNER TO reader;
--> 13-18 ok
-->   AX matview mv
-->   AX index mv_id, mv_name

--- view-35
ALTER MATERIALIZED VIEW mv SET SCHEMA s2;
--> 13-18 ok
-->   AX matview mv

--- view-36
ALTER MATERIALIZED VIEW mv SET (fillfactor = 50);
--> 13-18 ok
-->   SUX matview mv

--- view-37
ALTER MATERIALIZED VIEW mv ALTER COLUMN name SET STATISTICS 10;
--> 13-18 ok
-->   SUX matview mv

--- view-38
ALTER MATERIALIZED VIEW mv SET TABLESPACE pg_default;
--> 13-18 ok
-->   AX matview mv

--- view-40
ALTER MATERIALIZED VIEW mv ALTER COLUMN name SET STORAGE external;
--> 13-18 ok
-->   AX matview mv

--- object-62
COMMENT ON MATERIALIZED VIEW mv IS 'x';
--> 13-18 ok
-->   SUX matview mv

--- more-77
CREATE MATERIALIZED VIEW x AS SELECT * FROM v_v WITH NO DATA;
--> 13-18 ok
-->   AS view v_v

--- more-79 planner
CREATE MATERIALIZED VIEW x AS SELECT * FROM evt WHERE v = 'x';
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

--- more-80 partly
CREATE MATERIALIZED VIEW x AS SELECT * FROM evt WHERE at > 100;
--> 13-15 ok
-->   AS evt, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx, evt_def_pkey, evt_def_v_idx
-->   scan evt_2a, evt_2b, evt_def
--> 16-18 ok
-->   AS evt, evt_2, evt_2a, evt_2b, evt_def
-->   AS index evt_2_pkey, evt_2_v_idx, evt_2a_pkey, evt_2a_v_idx, evt_2b_pkey, evt_2b_v_idx
-->   AS index evt_def_pkey, evt_def_v_idx, evt_pkey, evt_v_idx
-->   scan evt_2a, evt_2b, evt_def

--- more-196
REFRESH MATERIALIZED VIEW CONCURRENTLY mv WITH NO DATA;
--> 13-18 error 42601

--- more-214
ALTER MATERIALIZED VIEW mv SET (autovacuum_enabled = false);
--> 13-18 ok
-->   SUX matview mv

--- inline-17
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'REFRESH MATERIALIZED VIEW mv';
--> 13-18 ok

--- inline-64
CREATE MATERIALIZED VIEW x AS SELECT * FROM ONLY animal;
--> 13-18 ok
-->   AS animal
-->   scan animal

--- ts-04
ALTER MATERIALIZED VIEW mv SET TABLESPACE ts1;
--> 13-18 ok
-->   AX matview mv
-->   rewrite mv

-- # Views

-- base: shop

--- create_view documented
CREATE VIEW v2 AS SELECT * FROM child;
--> 13-18 ok
-->   AS child

--- replace_view documented
CREATE OR REPLACE VIEW v AS SELECT id,name,n FROM parent;
--> 13-18 ok
-->   AX view v
-->   AS parent

--- drop_view documented
DROP VIEW v;
--> 13-18 ok
-->   AX view v

--- alter_view_rename documented
ALTER VIEW v RENAME TO v9;
--> 13-18 ok
-->   AX view v

-- base: zoo

--- column-98
ALTER VIEW v_org ALTER COLUMN name SET DEFAULT 'x';
--> 13-18 ok
-->   AX view v_org

--- view-01
CREATE VIEW x AS SELECT * FROM usr;
--> 13-18 ok
-->   AS usr

--- view-02
CREATE VIEW x AS SELECT * FROM v_v;
--> 13-18 ok
-->   AS view v_v

--- view-03
CREATE VIEW x AS SELECT u.id FROM usr u WHERE EXISTS (SELECT 1 FROM org o WHERE o.id = u.org_id);
--> 13-18 ok
-->   AS org, usr

--- view-04
CREATE VIEW x AS WITH c AS (SELECT * FROM org) SELECT * FROM c;
--> 13-18 ok
-->   AS org

--- view-05
CREATE OR REPLACE VIEW v_org AS SELECT id, name, code, n FROM org;
--> 13-18 ok
-->   AX view v_org
-->   AS org

--- view-06
CREATE OR REPLACE VIEW v_usr AS SELECT u.id, u.name, o.name AS org_name, u.age FROM usr u JOIN org o ON o.id = u.org_id;
--> 13-18 ok
-->   AX view v_usr
-->   AS org, usr

--- view-07
CREATE OR REPLACE VIEW x AS SELECT 1 AS a;
--> 13-18 ok

--- view-19
DROP VIEW v_org;
--> 13-18 ok
-->   AX view v_org

--- view-20
DROP VIEW v_usr;
--> 13-18 error 2BP01

--- view-21
DROP VIEW v_usr CASCADE;
--> 13-18 ok
-->   AX view v_usr, v_v
-->   AX matview mv, mv2
-->   AX index mv_id, mv_name

--- view-24
DROP VIEW IF EXISTS nosuch;
--> 13-18 ok

--- view-25
ALTER VIEW v_org RENAME TO v9;
--> 13-18 ok
-->   AX view v_org

--- view-26
ALTER VIEW v_org RENAME COLUMN code TO c9;
--> 13-18 ok
-->   AX view v_org

--- view-27
ALTER TABLE v_org RENAME TO v9;
--> 13-18 ok
-->   AX view v_org

--- view-28
ALTER VIEW v_org OWNER TO reader;
--> 13-18 ok
-->   AX view v_org

--- view-29
ALTER VIEW v_org SET SCHEMA s2;
--> 13-18 ok
-->   AX view v_org

--- view-30
ALTER VIEW v_org SET (security_barrier = true);
--> 13-18 ok
-->   AX view v_org

--- view-31
ALTER VIEW v_org RESET (security_barrier);
--> 13-18 ok
-->   AX view v_org

--- object-60
COMMENT ON VIEW v_org IS 'x';
--> 13-18 ok
-->   SUX view v_org

--- more-125
DROP VIEW v_usr, v_v, mv, mv2;
--> 13-18 error 42809

--- more-157
CREATE VIEW x AS SELECT * FROM evt;
--> 13-18 ok
-->   AS evt

--- more-158
CREATE VIEW x AS SELECT nextval('free_seq');
--> 13-18 ok

--- more-159
CREATE VIEW x AS SELECT * FROM evt_1 UNION SELECT * FROM evt_new;
--> 13-18 ok
-->   AS evt_1, evt_new

--- more-175
ALTER TABLE mv RENAME TO mv3;
--> 13-18 ok
-->   AX matview mv

--- more-213
ALTER TABLE v_org OWNER TO keeper;
--> 13-18 ok
-->   AX view v_org

--- more-222
CREATE TEMP VIEW x AS SELECT * FROM usr;
--> 13-18 ok
-->   AS usr

--- more-223
CREATE RECURSIVE VIEW x(n) AS SELECT 1 UNION ALL SELECT n+1 FROM x WHERE n < (SELECT max(id) FROM org);
--> 13-18 ok
-->   AS org

--- inline-56
DROP VIEW IF EXISTS v_org, nosuch;
--> 13-18 ok
-->   AX view v_org

--- inline-61
CREATE VIEW x AS SELECT u FROM usr u;
--> 13-18 ok
-->   AS usr

--- inline-62
CREATE VIEW x WITH (security_invoker) AS SELECT * FROM usr;
--> 13-14 error 22023
--> 15-18 ok
-->   AS usr

--- inline-63
CREATE VIEW x AS SELECT * FROM ONLY animal;
--> 13-18 ok
-->   AS animal

-- # Views

-- base: zoo

--- view_check_option
CREATE VIEW x AS SELECT * FROM org WHERE n > 5 WITH CHECK OPTION;
--> 13-18 ok
-->   AS org

--- view_recursive
CREATE RECURSIVE VIEW x (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM x WHERE n < 5;
--> 13-18 ok

--- view_columns
CREATE VIEW x (a, b) AS SELECT id, name FROM org;
--> 13-18 ok
-->   AS org

--- view_exists
CREATE VIEW v_org AS SELECT 1 AS a;
--> 13-18 error 42P07

--- view_replace_drops_column
CREATE OR REPLACE VIEW v_org AS SELECT id FROM org;
--> 13-18 error 42P16

--- view_replace_type
CREATE OR REPLACE VIEW v_org AS SELECT id::text AS id, name, code FROM org;
--> 13-18 error 42P16

--- view_replace_renames
CREATE OR REPLACE VIEW v_org AS SELECT id AS x, name, code FROM org;
--> 13-18 error 42P16

--- view_replace_table
CREATE OR REPLACE VIEW usr AS SELECT 1 AS a;
--> 13-18 error 42809

--- view_column_absent
CREATE VIEW x AS SELECT nosuch FROM org;
--> 13-18 error 42703

--- view_table_absent
CREATE VIEW x AS SELECT * FROM nosuch;
--> 13-18 error 42P01

--- view_alter_default
ALTER VIEW v_org ALTER COLUMN name SET DEFAULT 'x';
--> 13-18 ok
-->   AX view v_org

--- view_security_invoker documented
ALTER VIEW v_org SET (security_invoker = true);
--> 13-14 error 22023
--> 15-18 ok
-->   AX view v_org

--- view_option_absent
ALTER VIEW v_org SET (nosuch = 1);
--> 13-18 error 22023

--- drop_view_used
DROP VIEW v_usr;
--> 13-18 error 2BP01

--- drop_view_table
DROP VIEW usr;
--> 13-18 error 42809

--- drop_matview_as_view
DROP VIEW mv;
--> 13-18 error 42809

--- matview_no_unique
CREATE MATERIALIZED VIEW x AS SELECT id FROM org;
REFRESH MATERIALIZED VIEW CONCURRENTLY x;
--> 13-18 error 55000

--- matview_refresh_unpopulated_concurrently
CREATE MATERIALIZED VIEW x AS SELECT id FROM org WITH NO DATA; CREATE UNIQUE INDEX ON x (id);
REFRESH MATERIALIZED VIEW CONCURRENTLY x;
--> 13-18 error 0A000

--- matview_select_unpopulated
CREATE MATERIALIZED VIEW x AS SELECT id FROM org WITH NO DATA;
SELECT * FROM x;
--> 13-18 error 55000

--- matview_refresh_view
REFRESH MATERIALIZED VIEW v_org;
--> 13-18 error 42809

--- matview_insert
INSERT INTO mv VALUES (1, 'x');
--> 13-18 error 42809

--- matview_exists
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a;
--> 13-18 error 42P07

--- matview_add_constraint
ALTER TABLE mv ADD CHECK (id > 0);
--> 13-18 error 42809

--- matview_concurrently_no_data
REFRESH MATERIALIZED VIEW CONCURRENTLY mv WITH NO DATA;
--> 13-18 error 42601

