SET lock_timeout = '2s';

-- What a failed earlier attempt may have left behind.
DROP INDEX CONCURRENTLY IF EXISTS order_items_product_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_placed_at_idx;

-- Only the second column of the key needs an index. No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY order_items_product_id_idx ON order_items (product_id);
CREATE INDEX CONCURRENTLY orders_customer_id_placed_at_idx ON orders (customer_id, placed_at);

-- The wider index replaces the old one.
SET lock_timeout = '2s';
DROP INDEX CONCURRENTLY orders_customer_id_idx;
