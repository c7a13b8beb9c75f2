CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE coupons (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE
);
INSERT INTO coupons (code) VALUES ('NONE');

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    coupon_id bigint
);

CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_coupon_id_idx ON orders (coupon_id);
