CREATE TABLE order_events (
    order_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (order_id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE order_events_2025 PARTITION OF order_events
    FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');

-- Filled by an import.
CREATE TABLE order_events_2024 (
    order_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (order_id, occurred_at)
);
