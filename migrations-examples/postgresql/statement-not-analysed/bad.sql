-- Which tables this changes is known to the server it runs on, and to nobody who reads it.
SET lock_timeout = '2s';

DO $$
DECLARE
    target regclass;
BEGIN
    FOR target IN
        SELECT c.oid
        FROM pg_catalog.pg_class AS c
        WHERE c.relnamespace = 'shop'::regnamespace AND c.relkind = 'r'
        ORDER BY c.relname
    LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN tenant_id bigint', target);
    END LOOP;
END
$$;
