SET lock_timeout = '2s';

-- Only the rows that need it, a thousand for each transaction.
DO $$
DECLARE
    last_id bigint := 0;
    batch_end bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_end
        FROM (SELECT id FROM products WHERE id > last_id ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN batch_end IS NULL;
        UPDATE products
        SET visible = true, tax_class = 'standard'
        WHERE id > last_id AND id <= batch_end
            AND (visible IS DISTINCT FROM true OR tax_class IS DISTINCT FROM 'standard');
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;
