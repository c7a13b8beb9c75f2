-- Even without a default: the domain has a check, so the table is written anew under ACCESS EXCLUSIVE.
SET lock_timeout = '2s';

ALTER TABLE order_items ADD COLUMN sku sku;
