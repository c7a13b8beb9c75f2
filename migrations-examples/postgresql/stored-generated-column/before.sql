CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    net_price numeric(12, 2) NOT NULL,
    tax_rate numeric(4, 3) NOT NULL
);
