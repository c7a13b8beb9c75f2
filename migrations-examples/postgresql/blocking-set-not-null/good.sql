SET lock_timeout = '2s';

ALTER TABLE orders
    ADD CONSTRAINT orders_currency_present CHECK (currency IS NOT NULL) NOT VALID,
    ADD CONSTRAINT orders_placed_at_present CHECK (placed_at IS NOT NULL) NOT VALID;

-- Reads every row, but lets others read and write meanwhile.
ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_present;
ALTER TABLE orders VALIDATE CONSTRAINT orders_placed_at_present;

-- The validated checks prove it, so no row is read.
BEGIN;
ALTER TABLE orders
    ALTER COLUMN currency SET NOT NULL,
    ALTER COLUMN placed_at SET NOT NULL;
ALTER TABLE orders
    DROP CONSTRAINT orders_currency_present,
    DROP CONSTRAINT orders_placed_at_present;
COMMIT;
