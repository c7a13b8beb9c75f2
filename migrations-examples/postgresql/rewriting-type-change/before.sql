CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_count integer NOT NULL,
    details json NOT NULL DEFAULT '{}',
    placed_at timestamp NOT NULL DEFAULT now()
);
