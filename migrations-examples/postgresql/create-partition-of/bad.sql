-- ACCESS EXCLUSIVE on order_events, which is in use: waits for every query of it and holds up all that come after.
SET lock_timeout = '2s';

CREATE TABLE order_events_2026 PARTITION OF order_events
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
