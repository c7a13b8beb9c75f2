CREATE TYPE account_state AS ENUM ('new', 'active', 'closed');
ALTER TABLE accounts DROP COLUMN state;
ALTER TABLE accounts ADD COLUMN state account_state NOT NULL DEFAULT 'new';
