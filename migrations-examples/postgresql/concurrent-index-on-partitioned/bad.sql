-- expect error: 0A000
-- PostgreSQL refuses both on a partitioned table.
SET lock_timeout = '2s';

CREATE INDEX CONCURRENTLY order_events_kind_idx ON order_events (kind);
DROP INDEX CONCURRENTLY order_events_occurred_at_idx;
