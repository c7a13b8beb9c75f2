SET lock_timeout = '2s';

-- Says which rows, and takes a thousand for each transaction.
DO $$
BEGIN
    LOOP
        DELETE FROM search_log
        WHERE id IN (
            SELECT id FROM search_log WHERE searched_at < now() - interval '90 days' ORDER BY id LIMIT 1000
        );
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;
