SET lock_timeout = '2s';

-- Without the index the change only concerns the catalog. Until the new one is ready, look-ups read the table.
DROP INDEX CONCURRENTLY IF EXISTS customers_email_idx;
ALTER TABLE customers ALTER COLUMN email TYPE citext;
DROP INDEX CONCURRENTLY IF EXISTS customers_last_name_idx;
ALTER TABLE customers ALTER COLUMN last_name TYPE text COLLATE "C";

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY customers_email_idx ON customers (email);
CREATE INDEX CONCURRENTLY customers_last_name_idx ON customers (last_name);
