-- Both say orders and lock the referenced table as well, with ACCESS EXCLUSIVE:
-- in one transaction all three tables stay closed until COMMIT.
BEGIN;
ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_coupon_id_fkey;
COMMIT;
