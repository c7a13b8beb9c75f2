SET lock_timeout = '2s';

ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0) NOT VALID;
ALTER TABLE orders ADD COLUMN discount numeric(12, 2);
ALTER TABLE orders ADD CONSTRAINT orders_discount_not_negative CHECK (discount >= 0) NOT VALID;

-- In transactions of their own; others read and write meanwhile.
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_negative;
ALTER TABLE orders VALIDATE CONSTRAINT orders_discount_not_negative;
