-- Each statement by itself: no BEGIN, and a runner that wraps files must be told not to.
SET lock_timeout = '2s';

DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx;
DROP INDEX CONCURRENTLY orders_status_idx;

-- If this gives up, finish it with ALTER TABLE order_events DETACH PARTITION order_events_2024 FINALIZE.
ALTER TABLE order_events DETACH PARTITION order_events_2024 CONCURRENTLY;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
REINDEX TABLE CONCURRENTLY orders;
