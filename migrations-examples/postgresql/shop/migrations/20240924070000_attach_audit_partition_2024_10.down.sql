SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- Not CONCURRENTLY: PostgreSQL refuses that while there is a default partition.
ALTER TABLE audit.events DETACH PARTITION audit.events_2024_10;

ALTER TABLE audit.events_2024_10
    ADD CONSTRAINT events_2024_10_month CHECK (
        occurred_at >= '2024-10-01 00:00:00+00' AND occurred_at < '2024-11-01 00:00:00+00'
    );
ALTER TABLE audit.events_default
    ADD CONSTRAINT events_default_not_2024_10 CHECK (
        occurred_at < '2024-10-01 00:00:00+00' OR occurred_at >= '2024-11-01 00:00:00+00'
    );
