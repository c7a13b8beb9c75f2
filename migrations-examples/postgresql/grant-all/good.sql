SET lock_timeout = '2s';

-- What the application does, table by table.
GRANT SELECT ON shop.products TO shop_app;
GRANT SELECT, INSERT, UPDATE ON shop.orders TO shop_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO shop_app;
