SET LOCAL ROLE shop_owner;

DROP FUNCTION app.find_user(text);
REVOKE ALL ON ALL TABLES IN SCHEMA app FROM PUBLIC;
DROP POLICY orders_support ON app.orders;
