CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CONSTRAINT one_account UNIQUE,
    state text NOT NULL DEFAULT 'new',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX accounts_state_idx ON accounts (state);
COMMENT ON COLUMN accounts.state IS 'new, active or closed';
