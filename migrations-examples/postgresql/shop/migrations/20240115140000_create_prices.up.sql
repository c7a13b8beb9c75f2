SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE TABLE app.prices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id bigint NOT NULL REFERENCES app.product_variants (id) ON DELETE CASCADE,
    currency app.currency_code NOT NULL,
    amount app.money_amount NOT NULL,
    valid daterange NOT NULL DEFAULT daterange(CURRENT_DATE, NULL),
    CONSTRAINT prices_valid_not_empty CHECK (NOT isempty(valid)),
    CONSTRAINT prices_no_overlap EXCLUDE USING gist (variant_id WITH =, currency WITH =, valid WITH &&)
);
COMMENT ON CONSTRAINT prices_no_overlap ON app.prices IS 'One price for each variant, currency and day.';
