-- The default partition is read in full, under ACCESS EXCLUSIVE, to see that it has no row of 2026.
SET lock_timeout = '2s';

CREATE TABLE order_events_2026 (
    LIKE order_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES
);
ALTER TABLE order_events
    ATTACH PARTITION order_events_2026
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
