SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- The next month as a table of its own, with the checks that spare ATTACH PARTITION its scans:
-- one on the new table, one on the default partition.
CREATE TABLE audit.events_2024_10 (
    LIKE audit.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES,
    CONSTRAINT events_2024_10_month CHECK (
        occurred_at >= '2024-10-01 00:00:00+00' AND occurred_at < '2024-11-01 00:00:00+00'
    )
);

ALTER TABLE audit.events_default
    ADD CONSTRAINT events_default_not_2024_10 CHECK (
        occurred_at < '2024-10-01 00:00:00+00' OR occurred_at >= '2024-11-01 00:00:00+00'
    ) NOT VALID;
