SET lock_timeout = '2s';

-- Ordinary columns, which a trigger keeps up to date.
ALTER TABLE products ADD COLUMN gross_price numeric(12, 2);
ALTER TABLE products ADD COLUMN search tsvector;

CREATE FUNCTION fill_product_columns() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.gross_price := round(NEW.net_price * (1 + NEW.tax_rate), 2);
    NEW.search := to_tsvector('english', NEW.name);
    RETURN NEW;
END
$$;
CREATE TRIGGER products_fill_columns
    BEFORE INSERT OR UPDATE ON products
    FOR EACH ROW EXECUTE FUNCTION fill_product_columns();

-- The old rows, a thousand for each transaction; the trigger fills them.
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
        SET name = name
        WHERE id > last_id AND id <= batch_end AND (gross_price IS NULL OR search IS NULL);
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;
