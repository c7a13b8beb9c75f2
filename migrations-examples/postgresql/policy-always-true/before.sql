DO $$
BEGIN
    CREATE ROLE shop_app;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
DO $$
BEGIN
    CREATE ROLE shop_support;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    support_agent text
);
GRANT SELECT, INSERT, UPDATE ON orders TO shop_app, shop_support;

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY orders_own ON orders
    TO shop_app
    USING (customer_id = (SELECT nullif(current_setting('app.customer_id', true), '')::bigint))
    WITH CHECK (customer_id = (SELECT nullif(current_setting('app.customer_id', true), '')::bigint));
