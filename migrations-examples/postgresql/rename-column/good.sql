SET lock_timeout = '2s';

-- The new name as a second column; a trigger keeps both equal, whichever of them a release writes.
ALTER TABLE customers ADD COLUMN display_name text;

CREATE FUNCTION copy_customer_name() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.display_name := coalesce(NEW.display_name, NEW.full_name);
        NEW.full_name := NEW.display_name;
    ELSIF NEW.display_name IS DISTINCT FROM OLD.display_name THEN
        NEW.full_name := NEW.display_name;
    ELSE
        NEW.display_name := NEW.full_name;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER customers_copy_name
    BEFORE INSERT OR UPDATE ON customers
    FOR EACH ROW EXECUTE FUNCTION copy_customer_name();

-- The old rows, a thousand for each transaction; the trigger fills them.
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
        SET full_name = full_name
        WHERE id > last_id AND id <= batch_end AND display_name IS NULL;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;

-- A view shows both names.
CREATE OR REPLACE VIEW customer_names AS
SELECT id, full_name AS label, full_name AS display_name FROM customers;
