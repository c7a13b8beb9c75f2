SET lock_timeout = '2s';

BEGIN;
ALTER TABLE orders
    ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0) NOT VALID,
    ADD CONSTRAINT orders_total_plausible CHECK (total < 1000000) NOT VALID;
COMMIT;

BEGIN;
ALTER TABLE orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
COMMIT;

BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_negative;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_plausible;
COMMIT;

BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;
COMMIT;
