CREATE EXTENSION citext;

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    last_name text NOT NULL
);

CREATE INDEX customers_email_idx ON customers (email);
CREATE INDEX customers_last_name_idx ON customers (last_name);
