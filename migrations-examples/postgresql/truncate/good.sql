SET lock_timeout = '2s';

-- What is there now, a thousand rows for each transaction, while others read and write.
DO $$
DECLARE
    last_id bigint := (SELECT max(id) FROM search_log);
BEGIN
    LOOP
        DELETE FROM search_log
        WHERE id IN (SELECT id FROM search_log WHERE id <= last_id ORDER BY id LIMIT 1000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;

DO $$
DECLARE
    last_id bigint := (SELECT max(id) FROM carts);
BEGIN
    LOOP
        DELETE FROM carts
        WHERE id IN (SELECT id FROM carts WHERE id <= last_id ORDER BY id LIMIT 1000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;
