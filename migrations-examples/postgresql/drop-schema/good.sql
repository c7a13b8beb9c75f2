SET lock_timeout = '2s';

-- The application cannot reach it any more, which one GRANT takes back.
-- A later release drops the tables by name, after a dump, and then the empty schema.
REVOKE USAGE ON SCHEMA legacy_shop FROM shop_app;
COMMENT ON SCHEMA legacy_shop IS 'Unused since release 42, to be dropped in release 44.';
