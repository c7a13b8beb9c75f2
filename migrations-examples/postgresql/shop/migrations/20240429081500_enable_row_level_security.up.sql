SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE POLICY addresses_own ON app.addresses
    TO shop_app
    USING (user_id = (SELECT app.current_user_id()))
    WITH CHECK (user_id = (SELECT app.current_user_id()));

CREATE POLICY orders_select_own ON app.orders
    FOR SELECT TO shop_app
    USING (user_id = (SELECT app.current_user_id()));
CREATE POLICY orders_insert_own ON app.orders
    FOR INSERT TO shop_app
    WITH CHECK (user_id = (SELECT app.current_user_id()));
CREATE POLICY orders_update_own ON app.orders
    FOR UPDATE TO shop_app
    USING (user_id = (SELECT app.current_user_id()))
    WITH CHECK (user_id = (SELECT app.current_user_id()));
CREATE POLICY orders_report ON app.orders
    FOR SELECT TO shop_readonly
    USING (status <> 'pending');
COMMENT ON POLICY orders_report ON app.orders IS 'Reports count an order once it is paid or cancelled.';

-- The inner query is itself limited by the policies on app.orders.
CREATE POLICY order_items_own ON app.order_items
    TO shop_app
    USING (EXISTS (SELECT FROM app.orders AS o WHERE o.id = order_items.order_id))
    WITH CHECK (EXISTS (SELECT FROM app.orders AS o WHERE o.id = order_items.order_id));
CREATE POLICY order_items_report ON app.order_items
    FOR SELECT TO shop_readonly
    USING (EXISTS (SELECT FROM app.orders AS o WHERE o.id = order_items.order_id));

ALTER TABLE app.addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.order_items ENABLE ROW LEVEL SECURITY;
