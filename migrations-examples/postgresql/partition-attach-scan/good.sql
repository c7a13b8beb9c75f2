SET lock_timeout = '2s';

-- The bounds as a check, validated while others read and write.
ALTER TABLE order_events_2024
    ADD CONSTRAINT order_events_2024_bounds
    CHECK (occurred_at >= '2024-01-01 00:00:00+00' AND occurred_at < '2025-01-01 00:00:00+00') NOT VALID;
ALTER TABLE order_events_2024 VALIDATE CONSTRAINT order_events_2024_bounds;

-- The check proves the bounds, so no row is read.
ALTER TABLE order_events
    ATTACH PARTITION order_events_2024
    FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00');
ALTER TABLE order_events_2024 DROP CONSTRAINT order_events_2024_bounds;
