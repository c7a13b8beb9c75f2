SET lock_timeout = '2s';

-- The index first.
DROP INDEX CONCURRENTLY IF EXISTS shipments_order_id_idx;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY shipments_order_id_idx ON shipments (order_id);

SET lock_timeout = '2s';
ALTER TABLE shipments
    ADD CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE shipments VALIDATE CONSTRAINT shipments_order_id_fkey;

CREATE TABLE order_notes (
    author text NOT NULL,
    order_id bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (order_id, author)
);
ALTER TABLE order_notes
    ADD CONSTRAINT order_notes_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE order_notes VALIDATE CONSTRAINT order_notes_order_id_fkey;
