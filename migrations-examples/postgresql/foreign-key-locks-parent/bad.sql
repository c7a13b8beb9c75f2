-- The table is new, but its foreign keys take SHARE ROW EXCLUSIVE on customers and orders,
-- and the first copy of the data keeps them locked against writes until COMMIT.
BEGIN;
CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    order_id bigint NOT NULL REFERENCES orders (id),
    total numeric(12, 2) NOT NULL
);
CREATE INDEX invoices_customer_id_idx ON invoices (customer_id);
CREATE INDEX invoices_order_id_idx ON invoices (order_id);
INSERT INTO invoices (customer_id, order_id, total)
SELECT customer_id, id, total FROM orders;
COMMIT;
