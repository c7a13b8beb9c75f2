SET lock_timeout = '2s';

ALTER TABLE customers ADD COLUMN loyalty_number text;

-- What a failed earlier attempt may have left behind.
DROP INDEX CONCURRENTLY IF EXISTS customers_email_key;
DROP INDEX CONCURRENTLY IF EXISTS customers_loyalty_number_key;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);
CREATE UNIQUE INDEX CONCURRENTLY customers_loyalty_number_key ON customers (loyalty_number);

-- Takes the finished index over, without reading the table.
SET lock_timeout = '2s';
ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;
ALTER TABLE customers ADD CONSTRAINT customers_loyalty_number_key UNIQUE USING INDEX customers_loyalty_number_key;
