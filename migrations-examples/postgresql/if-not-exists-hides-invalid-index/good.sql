SET lock_timeout = '2s';

-- A second run starts from nothing.
DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS orders_number_idx;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
CREATE UNIQUE INDEX CONCURRENTLY orders_number_idx ON orders (number);
