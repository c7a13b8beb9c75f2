-- Every delete of an order reads the whole of the other table to delete there as well.
SET lock_timeout = '2s';

ALTER TABLE shipments
    ADD CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE shipments VALIDATE CONSTRAINT shipments_order_id_fkey;

-- An index that starts with another column does not help.
CREATE TABLE order_notes (
    author text NOT NULL,
    order_id bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (author, order_id)
);
ALTER TABLE order_notes
    ADD CONSTRAINT order_notes_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE order_notes VALIDATE CONSTRAINT order_notes_order_id_fkey;
