SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE TABLE app.payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES app.orders (id),
    method app.payment_method NOT NULL,
    status app.payment_status NOT NULL DEFAULT 'authorized',
    amount app.money_amount NOT NULL,
    provider_reference text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_provider_reference_key UNIQUE (provider_reference)
);

CREATE INDEX payments_order_id_idx ON app.payments (order_id);

CREATE TABLE app.refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES app.payments (id),
    amount app.money_amount NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT refunds_amount_positive CHECK (amount > 0)
);

CREATE INDEX refunds_payment_id_idx ON app.refunds (payment_id);
