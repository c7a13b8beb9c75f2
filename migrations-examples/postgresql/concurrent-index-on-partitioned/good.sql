SET lock_timeout = '2s';

-- The index of the parent alone: reads nothing, stays invalid until every partition has its part.
CREATE INDEX order_events_kind_idx ON ONLY order_events (kind);

-- What a failed earlier attempt may have left behind.
DROP INDEX CONCURRENTLY IF EXISTS order_events_2024_kind_idx;
DROP INDEX CONCURRENTLY IF EXISTS order_events_2025_kind_idx;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY order_events_2024_kind_idx ON order_events_2024 (kind);
CREATE INDEX CONCURRENTLY order_events_2025_kind_idx ON order_events_2025 (kind);

-- With the last one the index of the parent becomes valid.
SET lock_timeout = '2s';
ALTER INDEX order_events_kind_idx ATTACH PARTITION order_events_2024_kind_idx;
ALTER INDEX order_events_kind_idx ATTACH PARTITION order_events_2025_kind_idx;
