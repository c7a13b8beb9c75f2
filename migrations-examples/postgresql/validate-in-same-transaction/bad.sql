-- The lock of ADD CONSTRAINT is held until COMMIT, so the reading happens under it after all.
SET lock_timeout = '2s';

BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_negative;
COMMIT;

BEGIN;
ALTER TABLE orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;
COMMIT;

-- One statement is one transaction.
ALTER TABLE orders
    ADD CONSTRAINT orders_total_plausible CHECK (total < 1000000) NOT VALID,
    VALIDATE CONSTRAINT orders_total_plausible;
