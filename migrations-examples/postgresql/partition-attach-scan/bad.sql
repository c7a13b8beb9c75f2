-- The new partition is read in full, under ACCESS EXCLUSIVE, to see that all rows belong there.
SET lock_timeout = '2s';

ALTER TABLE order_events
    ATTACH PARTITION order_events_2024
    FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00');
