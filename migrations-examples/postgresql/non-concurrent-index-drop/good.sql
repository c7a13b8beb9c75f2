SET lock_timeout = '2s';

DROP INDEX CONCURRENTLY orders_status_idx;
DROP INDEX CONCURRENTLY IF EXISTS orders_placed_at_status_idx;
