-- Roles are cluster-wide: another database of the same cluster may have created them already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'shop_owner') THEN
        CREATE ROLE shop_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'shop_app') THEN
        CREATE ROLE shop_app LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'shop_readonly') THEN
        CREATE ROLE shop_readonly LOGIN;
    END IF;
END
$$;

CREATE EXTENSION citext WITH SCHEMA public;
CREATE EXTENSION pgcrypto WITH SCHEMA public;
CREATE EXTENSION btree_gist WITH SCHEMA public;

CREATE SCHEMA app AUTHORIZATION shop_owner;
COMMENT ON SCHEMA app IS 'Everything the shop itself reads and writes.';

CREATE SCHEMA audit AUTHORIZATION shop_owner;
COMMENT ON SCHEMA audit IS 'Who changed what, written by triggers only.';
