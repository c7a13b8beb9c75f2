-- # GRANT and REVOKE

-- base: shop

--- grant_select documented
GRANT SELECT ON parent TO lt_reader;
--> 13-17 ok
--> 18 ok
-->   AS parent

--- grant_all_in_schema documented
GRANT SELECT ON ALL TABLES IN SCHEMA public TO lt_reader;
--> 13-18 ok

--- revoke_all documented
REVOKE ALL ON parent FROM PUBLIC;
--> 13-17 ok
--> 18 ok
-->   AS parent

--- alter_default_privileges documented
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO lt_reader;
--> 13-18 ok

-- base: zoo

--- object-79
GRANT SELECT ON usr TO eff_reader;
--> 13-17 ok
--> 18 ok
-->   AS usr

--- object-80
GRANT SELECT (age) ON usr TO eff_reader;
--> 13-17 ok
--> 18 ok
-->   AS usr

--- object-81
GRANT SELECT ON usr, v_org, mv TO eff_reader;
--> 13-17 ok
--> 18 ok
-->   AS usr
-->   AS view v_org
-->   AS matview mv

--- object-82
GRANT USAGE ON SEQUENCE free_seq TO eff_reader;
--> 13-17 ok
--> 18 ok
-->   AS sequence free_seq

--- object-83
GRANT SELECT ON ALL TABLES IN SCHEMA s2 TO eff_reader;
--> 13-18 ok

--- object-84
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO eff_reader;
--> 13-18 ok

--- object-85
GRANT EXECUTE ON FUNCTION trg() TO eff_reader;
--> 13-18 ok

--- object-86
GRANT USAGE ON SCHEMA s2 TO eff_reader;
--> 13-18 ok

--- object-87
GRANT USAGE ON TYPE mood TO eff_reader;
--> 13-18 ok

--- object-88
REVOKE ALL ON evt FROM PUBLIC;
--> 13-17 ok
--> 18 ok
-->   AS evt

--- object-89
GRANT eff_reader TO eff_owner;
--> 13-18 ok

--- object-90
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO eff_reader;
--> 13-18 ok

--- more-200
GRANT SELECT ON TABLE evt, animal TO eff_reader;
--> 13-17 ok
--> 18 ok
-->   AS animal, evt

--- more-201
GRANT SELECT ON TABLE s2.t TO eff_reader, eff_owner;
--> 13-17 ok
--> 18 ok
-->   AS s2.t

--- more-202
REVOKE SELECT (age) ON usr FROM eff_reader;
--> 13-17 ok
--> 18 ok
-->   AS usr

--- more-203
GRANT ALL ON ALL TABLES IN SCHEMA public TO eff_reader;
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
DROP ROLE eff_owner;
--> 13-18 ok

--- object-39
DROP OWNED BY eff_owner;
--> 13-18 ok

--- object-40
ALTER TABLE plain OWNER TO eff_owner; GRANT SELECT ON usr TO eff_owner;
DROP OWNED BY eff_owner;
--> 13-18 ok
-->   AX plain

--- object-41
ALTER TABLE plain OWNER TO eff_owner; ALTER TABLE gen OWNER TO eff_owner;
REASSIGN OWNED BY eff_owner TO eff_reader;
--> 13-18 ok
-->   AX gen, plain
-->   AX sequence gen_i_seq

--- more-210
DROP OWNED BY eff_owner CASCADE;
--> 13-18 ok

