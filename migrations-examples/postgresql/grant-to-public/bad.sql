-- PUBLIC is every role of the server, also those that do not exist yet.
GRANT USAGE ON SCHEMA shop TO PUBLIC;
GRANT SELECT ON shop.orders TO PUBLIC;
GRANT EXECUTE ON FUNCTION shop.order_count() TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;
