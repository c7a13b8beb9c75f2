-- Rows that nothing tells apart: no logical replication of updates, no way to delete one of two equal rows.
CREATE TABLE search_log (
    customer_id bigint,
    query text NOT NULL,
    searched_at timestamptz NOT NULL DEFAULT now()
);

-- Unique, but null is allowed as often as you like.
CREATE TABLE gift_cards (
    code text UNIQUE,
    balance numeric(12, 2) NOT NULL
);

CREATE TABLE order_archive AS SELECT id, total FROM orders WHERE total > 0;
