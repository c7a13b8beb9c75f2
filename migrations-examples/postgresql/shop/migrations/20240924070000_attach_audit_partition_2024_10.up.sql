SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

ALTER TABLE audit.events
    ATTACH PARTITION audit.events_2024_10
    FOR VALUES FROM ('2024-10-01 00:00:00+00') TO ('2024-11-01 00:00:00+00');

ALTER TABLE audit.events_2024_10 DROP CONSTRAINT events_2024_10_month;
ALTER TABLE audit.events_default DROP CONSTRAINT events_default_not_2024_10;
