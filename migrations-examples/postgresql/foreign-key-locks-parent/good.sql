SET lock_timeout = '2s';

-- The table first, without a lock on any other.
CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    order_id bigint NOT NULL,
    total numeric(12, 2) NOT NULL
);
CREATE INDEX invoices_customer_id_idx ON invoices (customer_id);
CREATE INDEX invoices_order_id_idx ON invoices (order_id);

-- Then one foreign key at a time: each locks one parent, for a moment, with a limit on the wait.
ALTER TABLE invoices
    ADD CONSTRAINT invoices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE invoices VALIDATE CONSTRAINT invoices_customer_id_fkey;
ALTER TABLE invoices
    ADD CONSTRAINT invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
ALTER TABLE invoices VALIDATE CONSTRAINT invoices_order_id_fkey;

-- The copy locks no parent against writes.
INSERT INTO invoices (customer_id, order_id, total)
SELECT customer_id, id, total FROM orders;
