DROP SCHEMA audit;
DROP SCHEMA app;

DROP EXTENSION btree_gist;
DROP EXTENSION pgcrypto;
DROP EXTENSION citext;

-- A role stays as long as another database of the cluster still uses it.
DO $$
BEGIN
    DROP ROLE IF EXISTS shop_readonly, shop_app, shop_owner;
EXCEPTION
    WHEN dependent_objects_still_exist THEN
        RAISE NOTICE 'the shop roles are used by another database and were kept';
END
$$;
