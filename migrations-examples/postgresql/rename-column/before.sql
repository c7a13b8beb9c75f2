CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    full_name text
);

CREATE VIEW customer_names AS SELECT id, full_name AS label FROM customers;
