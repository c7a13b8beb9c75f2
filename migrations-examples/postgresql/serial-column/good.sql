SET lock_timeout = '2s';

-- The parts of a serial, one by one. New rows get a number from here on.
ALTER TABLE shipments ADD COLUMN label_number bigint;
CREATE SEQUENCE shipments_label_number_seq OWNED BY shipments.label_number;
ALTER TABLE shipments ALTER COLUMN label_number SET DEFAULT nextval('shipments_label_number_seq');

-- The old rows, a thousand for each transaction.
DO $$
DECLARE
    last_id bigint := 0;
    batch_end bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_end
        FROM (SELECT id FROM shipments WHERE id > last_id ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN batch_end IS NULL;
        UPDATE shipments
        SET label_number = nextval('shipments_label_number_seq')
        WHERE id > last_id AND id <= batch_end AND label_number IS NULL;
        COMMIT;
        last_id := batch_end;
    END LOOP;
END
$$;

ALTER TABLE shipments ADD CONSTRAINT shipments_label_number_present CHECK (label_number IS NOT NULL) NOT VALID;
ALTER TABLE shipments VALIDATE CONSTRAINT shipments_label_number_present;

-- The validated check proves it, so no row is read.
ALTER TABLE shipments ALTER COLUMN label_number SET NOT NULL;
ALTER TABLE shipments DROP CONSTRAINT shipments_label_number_present;
