CREATE TABLE search_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    query text NOT NULL,
    searched_at timestamptz NOT NULL DEFAULT now()
);
