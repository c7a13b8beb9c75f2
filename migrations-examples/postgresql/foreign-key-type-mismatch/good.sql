SET lock_timeout = '2s';

CREATE TABLE order_items (
    order_id bigint NOT NULL,
    sku text NOT NULL,
    PRIMARY KEY (order_id, sku)
);
CREATE INDEX order_items_sku_idx ON order_items (sku);
ALTER TABLE order_items
    ADD CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_order_id_fkey;
ALTER TABLE order_items
    ADD CONSTRAINT order_items_sku_fkey FOREIGN KEY (sku) REFERENCES products (sku) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_sku_fkey;
