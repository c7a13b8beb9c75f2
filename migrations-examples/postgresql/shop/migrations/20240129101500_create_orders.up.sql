SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE SEQUENCE app.order_number_seq START WITH 100000 CACHE 20;

CREATE TABLE app.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text NOT NULL DEFAULT 'SO-' || nextval('app.order_number_seq'),
    user_id bigint NOT NULL REFERENCES app.users (id),
    coupon_id bigint REFERENCES app.coupons (id),
    shipping_address_id bigint,
    status app.order_status NOT NULL DEFAULT 'pending',
    currency app.currency_code,
    shipping_fee app.money_amount NOT NULL DEFAULT 0,
    note text,
    placed_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_number_key UNIQUE (number)
);
COMMENT ON TABLE app.orders IS 'One row for each checkout.';
COMMENT ON COLUMN app.orders.number IS 'Printed on invoices.';

ALTER SEQUENCE app.order_number_seq OWNED BY app.orders.number;

CREATE INDEX orders_user_id_idx ON app.orders (user_id) INCLUDE (status, placed_at);
CREATE INDEX orders_coupon_id_idx ON app.orders (coupon_id) WHERE coupon_id IS NOT NULL;
CREATE INDEX orders_open_placed_at_idx ON app.orders (placed_at DESC) WHERE status IN ('pending', 'paid');

CREATE TRIGGER orders_touch_updated_at
    BEFORE UPDATE ON app.orders
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION app.touch_updated_at();

CREATE TABLE app.order_items (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES app.orders (id) ON DELETE CASCADE,
    variant_id bigint NOT NULL REFERENCES app.product_variants (id),
    quantity integer NOT NULL,
    unit_price app.money_amount NOT NULL,
    CONSTRAINT order_items_order_id_variant_id_key UNIQUE (order_id, variant_id),
    CONSTRAINT order_items_quantity_positive CHECK (quantity > 0)
);

CREATE INDEX order_items_variant_id_idx ON app.order_items (variant_id);
