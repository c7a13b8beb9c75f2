CREATE TABLE order_events (
    order_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    kind text NOT NULL DEFAULT 'note',
    PRIMARY KEY (order_id, occurred_at),
    CONSTRAINT order_events_kind_known CHECK (kind IN ('note', 'status', 'payment'))
) PARTITION BY RANGE (occurred_at);

CREATE INDEX order_events_occurred_at_idx ON order_events (occurred_at);

CREATE TABLE order_events_2025 PARTITION OF order_events
    FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
