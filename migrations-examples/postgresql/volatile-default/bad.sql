-- A default that differs from row to row: table and indexes are written anew under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE orders ADD COLUMN public_id uuid DEFAULT gen_random_uuid();
ALTER TABLE orders ADD COLUMN imported_at timestamptz DEFAULT clock_timestamp();
