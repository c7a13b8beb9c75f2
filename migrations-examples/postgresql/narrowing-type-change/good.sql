SET lock_timeout = '2s';

-- The limit as a check: no value is lost, and VALIDATE tells which table still has some that do not fit.
ALTER TABLE customers
    ADD CONSTRAINT customers_phone_length CHECK (length(phone) <= 20) NOT VALID;
ALTER TABLE order_items
    ADD CONSTRAINT order_items_quantity_range CHECK (quantity BETWEEN -2147483648 AND 2147483647) NOT VALID,
    ADD CONSTRAINT order_items_unit_price_cents CHECK (unit_price = round(unit_price, 2)) NOT VALID;

ALTER TABLE customers VALIDATE CONSTRAINT customers_phone_length;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_quantity_range;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_unit_price_cents;
