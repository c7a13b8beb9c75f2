SET lock_timeout = '2s';

-- Attaching a table that is still empty takes a lock on order_events that lets others read and write.
CREATE TABLE order_events_2026 (
    LIKE order_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES
);
ALTER TABLE order_events
    ATTACH PARTITION order_events_2026
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
