-- Both read the whole table under ACCESS EXCLUSIVE, the second although the column is new and empty.
SET lock_timeout = '2s';

ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0);
ALTER TABLE orders ADD COLUMN discount numeric(12, 2) CONSTRAINT orders_discount_not_negative CHECK (discount >= 0);
