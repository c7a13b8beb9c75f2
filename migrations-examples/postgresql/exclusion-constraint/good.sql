SET lock_timeout = '2s';

-- A new table has the constraint from the start; readers move to it when it is complete.
CREATE TABLE price_periods (
    id bigint PRIMARY KEY,
    product_id bigint NOT NULL,
    amount numeric(12, 2) NOT NULL,
    valid daterange NOT NULL,
    CONSTRAINT price_periods_no_overlap EXCLUDE USING gist (product_id WITH =, valid WITH &&)
);

-- Later changes of the old table.
CREATE FUNCTION copy_price() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        DELETE FROM price_periods WHERE id = OLD.id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO price_periods (id, product_id, amount, valid)
        VALUES (NEW.id, NEW.product_id, NEW.amount, NEW.valid);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER prices_copy
    AFTER INSERT OR UPDATE OR DELETE ON prices
    FOR EACH ROW EXECUTE FUNCTION copy_price();

-- The rows from before, a thousand for each transaction. FOR SHARE keeps a row as it is until its copy is committed.
-- Overlapping rows stop it: settle them in prices and run it again.
DO $$
DECLARE
    last_id bigint := 0;
    batch_end bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_end
        FROM (SELECT id FROM prices WHERE id > last_id ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN batch_end IS NULL;
        INSERT INTO price_periods (id, product_id, amount, valid)
        SELECT id, product_id, amount, valid
        FROM prices
        WHERE id > last_id AND id <= batch_end
        FOR SHARE
        ON CONFLICT (id) DO NOTHING;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;
