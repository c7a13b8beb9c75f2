SET lock_timeout = '2s';

CREATE TABLE order_events_2026 (
    LIKE order_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES
);

-- That the default partition has no such row, validated while others read and write. Rows that it has must be moved first.
ALTER TABLE order_events_other
    ADD CONSTRAINT order_events_other_not_2026
    CHECK (occurred_at < '2026-01-01 00:00:00+00' OR occurred_at >= '2027-01-01 00:00:00+00') NOT VALID;
ALTER TABLE order_events_other VALIDATE CONSTRAINT order_events_other_not_2026;

-- The check proves it, so no row is read.
ALTER TABLE order_events
    ATTACH PARTITION order_events_2026
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE order_events_other DROP CONSTRAINT order_events_other_not_2026;
