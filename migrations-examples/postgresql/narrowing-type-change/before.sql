CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phone varchar(40)
);

CREATE TABLE order_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quantity bigint NOT NULL,
    unit_price numeric(12, 4) NOT NULL
);
