SET lock_timeout = '2s';

-- New rows take their number from a helper sequence.
ALTER TABLE order_items ADD COLUMN id bigint;
CREATE SEQUENCE order_items_id_helper;
ALTER TABLE order_items ALTER COLUMN id SET DEFAULT nextval('order_items_id_helper');

-- The old rows, those of a thousand orders for each transaction.
DO $$
DECLARE
    last_id bigint := 0;
    batch_end bigint;
BEGIN
    LOOP
        SELECT max(order_id) INTO batch_end
        FROM (SELECT DISTINCT order_id FROM order_items WHERE order_id > last_id ORDER BY order_id LIMIT 1000) AS batch;
        EXIT WHEN batch_end IS NULL;
        UPDATE order_items
        SET id = nextval('order_items_id_helper')
        WHERE order_id > last_id AND order_id <= batch_end AND id IS NULL;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;

ALTER TABLE order_items ADD CONSTRAINT order_items_id_present CHECK (id IS NOT NULL) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_id_present;

-- The validated check proves it, so no row is read.
ALTER TABLE order_items ALTER COLUMN id SET NOT NULL;
ALTER TABLE order_items DROP CONSTRAINT order_items_id_present;

-- Identity on a column that is filled already changes the catalog only. Its sequence goes on where the helper stopped.
BEGIN;
ALTER TABLE order_items ALTER COLUMN id DROP DEFAULT;
ALTER TABLE order_items ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('order_items', 'id'), nextval('order_items_id_helper'));
DROP SEQUENCE order_items_id_helper;
COMMIT;
