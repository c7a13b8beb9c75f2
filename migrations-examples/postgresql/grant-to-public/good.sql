SET lock_timeout = '2s';

-- To the role that needs it.
GRANT USAGE ON SCHEMA shop TO shop_readonly;
GRANT SELECT ON shop.orders TO shop_readonly;
GRANT EXECUTE ON FUNCTION shop.order_count() TO shop_readonly;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO shop_readonly;
