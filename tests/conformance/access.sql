-- # GRANT and REVOKE

-- base: shop

--- grant_select documented
GRANT SELECT ON parent TO reader;
--> 13-17 ok
--> 18 ok
-->   AS parent

--- grant_all_in_schema documented
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
--> 13-18 ok

--- revoke_all documented
REVOKE ALL ON parent FROM PUBLIC;
--> 13-17 ok
--> 18 ok
-->   AS parent

--- alter_default_privileges documented
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;
--> 13-18 ok

-- base: zoo

--- object-79
GRANT SELECT ON usr TO reader;
--> 13-17 ok
--> 18 ok
-->   AS usr

--- object-80
GRANT SELECT (age) ON usr TO reader;
--> 13-17 ok
--> 18 ok
-->   AS usr

--- object-81
GRANT SELECT ON usr, v_org, mv TO reader;
--> 13-17 ok
--> 18 ok
-->   AS usr
-->   AS view v_org
-->   AS matview mv

--- object-82
GRANT USAGE ON SEQUENCE free_seq TO reader;
--> 13-17 ok
--> 18 ok
-->   AS sequence free_seq

--- object-83
GRANT SELECT ON ALL TABLES IN SCHEMA s2 TO reader;
--> 13-18 ok

--- object-84
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reader;
--> 13-18 ok

--- object-85
GRANT EXECUTE ON FUNCTION trg() TO reader;
--> 13-18 ok

--- object-86
GRANT USAGE ON SCHEMA s2 TO reader;
--> 13-18 ok

--- object-87
GRANT USAGE ON TYPE mood TO reader;
--> 13-18 ok

--- object-88
REVOKE ALL ON evt FROM PUBLIC;
--> 13-17 ok
--> 18 ok
-->   AS evt

--- object-89
GRANT reader TO keeper;
--> 13-18 ok

--- object-90
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
--> 13-18 ok

--- more-200
GRANT SELECT ON TABLE evt, animal TO reader;
--> 13-17 ok
--> 18 ok
-->   AS animal, evt

--- more-201
GRANT SELECT ON TABLE s2.t TO reader, keeper;
--> 13-17 ok
--> 18 ok
-->   AS s2.t

--- more-202
REVOKE SELECT (age) ON usr FROM reader;
--> 13-17 ok
--> 18 ok
-->   AS usr

--- more-203
GRANT ALL ON ALL TABLES IN SCHEMA public TO reader;
--> 13-18 ok

-- # Policies

-- base: shop

--- enable_rls documented
ALTER TABLE parent ENABLE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX parent

--- force_rls documented
ALTER TABLE parent FORCE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX parent

--- create_policy documented
CREATE POLICY p ON parent USING (id > 0);
--> 13-18 ok
-->   AX parent

--- alter_policy documented
ALTER POLICY p_exist ON child USING (false);
--> 13-18 ok
-->   AX child

--- drop_policy documented
DROP POLICY p_exist ON child;
--> 13-18 ok
-->   AX child

--- disable_rls documented
ALTER TABLE child DISABLE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX child

-- base: zoo

--- partition-68
ALTER TABLE evt ENABLE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX evt

--- table-83
ALTER TABLE usr ENABLE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX usr

--- table-84
ALTER TABLE usr FORCE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX usr

--- object-28
DROP POLICY p_ord ON ord;
--> 13-18 ok
-->   AX ord

--- object-29
DROP POLICY IF EXISTS nosuch ON ord;
--> 13-18 ok

--- object-53
CREATE POLICY p ON usr USING (org_id IN (SELECT id FROM org));
--> 13-18 ok
-->   AX usr
-->   AS org

--- object-54
CREATE POLICY p ON usr USING (true);
--> 13-18 ok
-->   AX usr

--- object-55
ALTER POLICY p_ord ON ord USING (org_id IN (SELECT id FROM org));
--> 13-18 ok
-->   AX ord
-->   AS org

--- object-56
ALTER POLICY p_ord ON ord RENAME TO p2;
--> 13-18 ok
-->   AX ord

--- object-66
COMMENT ON POLICY p_ord ON ord IS 'x';
--> 13-18 ok
-->   AS ord

--- more-109
ALTER TABLE animal ENABLE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX animal

--- more-162
CREATE POLICY p ON usr USING (id IN (SELECT id FROM v_v));
--> 13-18 ok
-->   AX usr
-->   AS view v_v

-- # Roles

-- base: zoo

--- object-27
DROP ROLE keeper;
--> 13-18 ok

--- object-39
DROP OWNED BY keeper;
--> 13-18 ok

--- object-40
ALTER TABLE plain OWNER TO keeper; GRANT SELECT ON usr TO keeper;
DROP OWNED BY keeper;
--> 13-18 ok
-->   AX plain

--- object-41
ALTER TABLE plain OWNER TO keeper; ALTER TABLE gen OWNER TO keeper;
REASSIGN OWNED BY keeper TO reader;
--> 13-18 ok
-->   AX gen, plain
-->   AX sequence gen_i_seq

--- more-210
DROP OWNED BY keeper CASCADE;
--> 13-18 ok

-- # Row security

-- base: zoo

--- no_force_row_security documented
ALTER TABLE ord NO FORCE ROW LEVEL SECURITY;
--> 13-18 ok
-->   AX ord

--- enable_row_security_view
ALTER TABLE v_org ENABLE ROW LEVEL SECURITY;
--> 13-18 error 42809

--- policy_view
CREATE POLICY p ON v_org USING (true);
--> 13-18 error 42809

--- policy_insert_using
CREATE POLICY p ON usr FOR INSERT USING (true);
--> 13-18 error 42601

--- policy_partitioned
CREATE POLICY p ON evt USING (true);
--> 13-18 ok
-->   AX evt

--- alter_policy_roles
ALTER POLICY p_ord ON ord TO reader;
--> 13-18 ok
-->   AX ord

--- alter_policy_absent
ALTER POLICY nosuch ON ord TO reader;
--> 13-18 error 42704

-- # GRANT and REVOKE

-- base: zoo

--- grant_maintain documented
GRANT MAINTAIN ON usr TO reader;
--> 13-16 error 42601
--> 17 ok
--> 18 ok
-->   AS usr

--- grant_granted_by
GRANT SELECT ON usr TO reader GRANTED BY CURRENT_USER;
--> 13 error 42601
--> 14-17 ok
--> 18 ok
-->   AS usr

--- default_acl_large_objects
ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO reader;
--> 13-17 error 42601
--> 18 ok

--- grant_role_admin
GRANT keeper TO reader WITH ADMIN OPTION;
--> 13-18 ok

--- grant_role_inherit_false
GRANT keeper TO reader WITH INHERIT FALSE, SET TRUE;
--> 13-15 error 42601
--> 16-18 ok

--- grant_role_self
GRANT keeper TO keeper;
--> 13-18 error 0LP01

--- grant_all_tables_in
GRANT SELECT ON ALL TABLES IN SCHEMA s2, public TO reader;
--> 13-18 ok

--- grant_all_functions_in
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO reader;
--> 13-18 ok

--- grant_partitioned
GRANT SELECT ON evt TO reader;
--> 13-17 ok
--> 18 ok
-->   AS evt

--- revoke_grant_option
GRANT SELECT ON usr TO reader WITH GRANT OPTION;
REVOKE GRANT OPTION FOR SELECT ON usr FROM reader CASCADE;
--> 13-17 ok
--> 18 ok
-->   AS usr

-- # Roles

-- base: zoo

--- create_role_options
CREATE ROLE other LOGIN PASSWORD 'x' CONNECTION LIMIT 5 VALID UNTIL '2030-01-01' IN ROLE reader ROLE keeper;
--> 13-18 ok

--- create_user
CREATE USER other;
--> 13-18 ok

--- create_group
CREATE GROUP other;
--> 13-18 ok

--- alter_role_attributes
ALTER ROLE keeper CREATEDB BYPASSRLS;
--> 13-18 ok

--- alter_role_in_database
ALTER ROLE keeper IN DATABASE conformance SET search_path = s2;
--> 13-18 ok

--- alter_role_absent
ALTER ROLE nosuch LOGIN;
--> 13-18 error 42704

--- drop_role_absent
DROP ROLE nosuch;
--> 13-18 error 42704

--- drop_role_if_exists
DROP ROLE IF EXISTS nosuch;
--> 13-18 ok

--- create_role_reserved
CREATE ROLE pg_x;
--> 13-18 error 42939

--- drop_role_with_table
ALTER TABLE cl OWNER TO keeper;
DROP ROLE keeper;
--> 13-18 error 2BP01

--- alter_group
ALTER GROUP reader ADD USER keeper;
--> 13-18 ok

