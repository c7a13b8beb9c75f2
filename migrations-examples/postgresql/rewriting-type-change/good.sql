SET lock_timeout = '2s';

-- The stored times are UTC, and said so: the catalog changes, the rows do not.
SET TimeZone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;

-- New columns beside the old ones, which a trigger keeps equal until all code writes the new ones.
ALTER TABLE orders ADD COLUMN item_count_big bigint;
ALTER TABLE orders ADD COLUMN details_binary jsonb;

CREATE FUNCTION copy_order_columns() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.item_count_big := NEW.item_count;
    NEW.details_binary := NEW.details;
    RETURN NEW;
END
$$;
CREATE TRIGGER orders_copy_columns
    BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW EXECUTE FUNCTION copy_order_columns();

-- The old rows, a thousand for each transaction; the trigger fills them.
DO $$
DECLARE
    last_id bigint := 0;
    batch_end bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_end
        FROM (SELECT id FROM orders WHERE id > last_id ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN batch_end IS NULL;
        UPDATE orders
        SET item_count = item_count
        WHERE id > last_id AND id <= batch_end AND item_count_big IS NULL;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;
