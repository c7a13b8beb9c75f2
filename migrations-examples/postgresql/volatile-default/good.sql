SET lock_timeout = '2s';

-- First the column, then its default, which only concerns new rows.
ALTER TABLE orders ADD COLUMN public_id uuid;
ALTER TABLE orders ALTER COLUMN public_id SET DEFAULT gen_random_uuid();

-- The value of now() is taken once and stored in the catalog: nothing is rewritten.
ALTER TABLE orders ADD COLUMN imported_at timestamptz DEFAULT now();
ALTER TABLE orders ALTER COLUMN imported_at SET DEFAULT clock_timestamp();

-- The old rows, a thousand for each transaction.
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
        SET public_id = gen_random_uuid()
        WHERE id > last_id AND id <= batch_end AND public_id IS NULL;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;
