SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

ALTER TABLE app.order_items DISABLE ROW LEVEL SECURITY;
ALTER TABLE app.orders DISABLE ROW LEVEL SECURITY;
ALTER TABLE app.addresses DISABLE ROW LEVEL SECURITY;

DROP POLICY order_items_report ON app.order_items;
DROP POLICY order_items_own ON app.order_items;
DROP POLICY orders_report ON app.orders;
DROP POLICY orders_update_own ON app.orders;
DROP POLICY orders_insert_own ON app.orders;
DROP POLICY orders_select_own ON app.orders;
DROP POLICY addresses_own ON app.addresses;
