SET lock_timeout = '2s';

-- The policies first, in the same transaction.
BEGIN;
CREATE POLICY orders_select_own ON orders
    FOR SELECT TO shop_app
    USING (customer_id = (SELECT nullif(current_setting('app.customer_id', true), '')::bigint));
CREATE POLICY orders_insert_own ON orders
    FOR INSERT TO shop_app
    WITH CHECK (customer_id = (SELECT nullif(current_setting('app.customer_id', true), '')::bigint));
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
COMMIT;

BEGIN;
CREATE POLICY addresses_own ON addresses
    TO shop_app
    USING (customer_id = (SELECT nullif(current_setting('app.customer_id', true), '')::bigint))
    WITH CHECK (customer_id = (SELECT nullif(current_setting('app.customer_id', true), '')::bigint));
ALTER TABLE addresses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
COMMIT;
