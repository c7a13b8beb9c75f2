-- One table for each transaction.
SET lock_timeout = '2s';

ALTER TABLE customers ADD COLUMN locale text;
ALTER TABLE orders ADD COLUMN locale text;
ALTER TABLE products ADD COLUMN locale text;
