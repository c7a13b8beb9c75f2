-- Code that still runs knows the old names only.
SET lock_timeout = '2s';

ALTER TABLE clients RENAME TO customers;
ALTER TABLE IF EXISTS vouchers RENAME TO coupons;
