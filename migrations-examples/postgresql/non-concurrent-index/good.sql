SET lock_timeout = '2s';

-- What a failed earlier attempt may have left behind.
DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS orders_open_idx;
DROP INDEX CONCURRENTLY IF EXISTS customers_lower_email_idx;

-- No limit here: a concurrent build waits for older transactions without blocking reads or writes,
-- and giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
CREATE INDEX CONCURRENTLY orders_open_idx ON orders (placed_at) WHERE status = 'new';
CREATE UNIQUE INDEX CONCURRENTLY customers_lower_email_idx ON customers (lower(email));

-- Must return no row.
SELECT indexrelid::regclass AS invalid_index
FROM pg_catalog.pg_index
WHERE indrelid IN ('orders'::regclass, 'customers'::regclass) AND NOT indisvalid;
