SET lock_timeout = '2s';

BEGIN;
ALTER TABLE customers ADD COLUMN email_domain text;
COMMIT;

-- A thousand rows for each transaction, none of which changes the table itself.
DO $$
DECLARE
    last_id bigint := 0;
    batch_end bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_end
        FROM (SELECT id FROM customers WHERE id > last_id ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN batch_end IS NULL;
        UPDATE customers
        SET email_domain = split_part(email, '@', 2)
        WHERE id > last_id AND id <= batch_end AND email_domain IS NULL;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;
