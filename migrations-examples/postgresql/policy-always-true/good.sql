SET lock_timeout = '2s';

-- For one role, and for the rows it has to do with.
BEGIN;
CREATE POLICY orders_support ON orders
    FOR SELECT TO shop_support
    USING (support_agent IS NOT NULL);
CREATE POLICY orders_support_update ON orders
    FOR UPDATE TO shop_support
    USING (support_agent = (SELECT current_setting('app.agent', true)))
    WITH CHECK (support_agent = (SELECT current_setting('app.agent', true)));
COMMIT;
