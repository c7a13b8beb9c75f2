SET lock_timeout = '2s';

-- Written out, one table for each transaction.
ALTER TABLE shop.customers ADD COLUMN tenant_id bigint;
ALTER TABLE shop.orders ADD COLUMN tenant_id bigint;
