SET lock_timeout = '2s';

-- CONCURRENTLY needs a unique index.
DROP INDEX CONCURRENTLY IF EXISTS order_sizes_order_id_idx;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE UNIQUE INDEX CONCURRENTLY order_sizes_order_id_idx ON order_sizes (order_id);

-- Readers see the old rows until the new ones are there.
SET lock_timeout = '2s';
REFRESH MATERIALIZED VIEW CONCURRENTLY product_sales;
REFRESH MATERIALIZED VIEW CONCURRENTLY order_sizes;
