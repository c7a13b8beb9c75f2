-- customers stays closed while the transaction waits for orders, and both while it waits for products;
-- code that uses them in another order runs into a deadlock.
SET lock_timeout = '2s';

BEGIN;
ALTER TABLE customers ADD COLUMN locale text;
ALTER TABLE orders ADD COLUMN locale text;
ALTER TABLE products ADD COLUMN locale text;
COMMIT;
