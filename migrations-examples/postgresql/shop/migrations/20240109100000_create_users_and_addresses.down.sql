SET LOCAL ROLE shop_owner;

DROP TABLE app.addresses;
DROP TABLE app.users;
DROP FUNCTION app.touch_updated_at();
