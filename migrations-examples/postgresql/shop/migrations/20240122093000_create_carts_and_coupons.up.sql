SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE TABLE app.coupons (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code public.citext NOT NULL,
    percent_off smallint,
    amount_off app.money_amount,
    starts_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz,
    max_uses integer,
    CONSTRAINT coupons_code_key UNIQUE (code),
    CONSTRAINT coupons_percent_off_in_range CHECK (percent_off BETWEEN 1 AND 100),
    CONSTRAINT coupons_one_discount CHECK (num_nonnulls(percent_off, amount_off) = 1),
    CONSTRAINT coupons_period CHECK (ends_at > starts_at)
);

CREATE TABLE app.carts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id bigint REFERENCES app.users (id) ON DELETE CASCADE,
    coupon_id bigint REFERENCES app.coupons (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '30 days'
);
COMMENT ON COLUMN app.carts.user_id IS 'Null until the visitor signs in.';

CREATE INDEX carts_user_id_idx ON app.carts (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX carts_coupon_id_idx ON app.carts (coupon_id) WHERE coupon_id IS NOT NULL;
CREATE INDEX carts_expires_at_idx ON app.carts USING brin (expires_at);

CREATE TABLE app.cart_items (
    cart_id uuid NOT NULL REFERENCES app.carts (id) ON DELETE CASCADE,
    variant_id bigint NOT NULL REFERENCES app.product_variants (id) ON DELETE CASCADE,
    quantity integer NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cart_id, variant_id),
    CONSTRAINT cart_items_quantity_positive CHECK (quantity > 0)
);

CREATE INDEX cart_items_variant_id_idx ON app.cart_items (variant_id);
