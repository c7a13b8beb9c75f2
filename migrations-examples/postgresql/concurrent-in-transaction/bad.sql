-- expect error: 25001
SET lock_timeout = '2s';

BEGIN;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
COMMIT;

BEGIN;
DROP INDEX CONCURRENTLY orders_status_idx;
COMMIT;

BEGIN;
REINDEX TABLE CONCURRENTLY orders;
COMMIT;

BEGIN;
ALTER TABLE order_events DETACH PARTITION order_events_2024 CONCURRENTLY;
COMMIT;
