-- One foreign key at a time and with a limit, so that two tables are closed for a moment at most.
-- A table or column that has to go is dropped after its foreign keys, when it holds no lock on others.
SET lock_timeout = '2s';

ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_coupon_id_fkey;
