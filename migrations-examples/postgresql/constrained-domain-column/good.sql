SET lock_timeout = '2s';

-- The type below the domain, with the check on the column.
ALTER TABLE order_items ADD COLUMN sku text;
ALTER TABLE order_items ADD CONSTRAINT order_items_sku_format CHECK (sku ~ '^[A-Z]{2}-[0-9]+$') NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_sku_format;
