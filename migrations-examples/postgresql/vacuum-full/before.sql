CREATE TABLE carts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    content jsonb NOT NULL
);

CREATE INDEX carts_customer_id_idx ON carts (customer_id);
