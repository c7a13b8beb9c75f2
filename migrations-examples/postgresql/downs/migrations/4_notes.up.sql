CREATE TABLE IF NOT EXISTS accounts (id bigint PRIMARY KEY);
CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    body text NOT NULL
);
