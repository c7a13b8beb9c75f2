CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    fax text,
    legacy_number text CONSTRAINT customers_legacy_number_key UNIQUE
);
