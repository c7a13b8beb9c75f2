SET lock_timeout = '2s';

CREATE TABLE search_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint,
    query text NOT NULL,
    searched_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gift_cards (
    code text PRIMARY KEY,
    balance numeric(12, 2) NOT NULL
);

CREATE TABLE order_archive (
    id bigint PRIMARY KEY,
    total numeric(12, 2) NOT NULL
);
INSERT INTO order_archive (id, total)
SELECT id, total FROM orders WHERE total > 0;
