CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    currency text,
    placed_at timestamptz DEFAULT now()
);
