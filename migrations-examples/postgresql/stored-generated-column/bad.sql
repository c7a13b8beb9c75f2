-- The table is written anew to store the values, under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE products
    ADD COLUMN gross_price numeric(12, 2) GENERATED ALWAYS AS (round(net_price * (1 + tax_rate), 2)) STORED;
ALTER TABLE products
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('english', name)) STORED;
