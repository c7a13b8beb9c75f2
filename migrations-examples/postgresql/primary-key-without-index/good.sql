SET lock_timeout = '2s';

-- A column that allows null: proven not null first.
ALTER TABLE product_barcodes ADD CONSTRAINT product_barcodes_barcode_present CHECK (barcode IS NOT NULL) NOT VALID;
ALTER TABLE product_barcodes VALIDATE CONSTRAINT product_barcodes_barcode_present;
ALTER TABLE product_barcodes ALTER COLUMN barcode SET NOT NULL;
ALTER TABLE product_barcodes DROP CONSTRAINT product_barcodes_barcode_present;

-- What a failed earlier attempt may have left behind.
DROP INDEX CONCURRENTLY IF EXISTS order_tags_pkey;
DROP INDEX CONCURRENTLY IF EXISTS product_barcodes_pkey;

-- No limit here: giving up would leave an invalid index.
SET lock_timeout = 0;
CREATE UNIQUE INDEX CONCURRENTLY order_tags_pkey ON order_tags (order_id, tag);
CREATE UNIQUE INDEX CONCURRENTLY product_barcodes_pkey ON product_barcodes (barcode);

-- Takes the finished index over, without reading the table.
SET lock_timeout = '2s';
ALTER TABLE order_tags ADD CONSTRAINT order_tags_pkey PRIMARY KEY USING INDEX order_tags_pkey;
ALTER TABLE product_barcodes ADD CONSTRAINT product_barcodes_pkey PRIMARY KEY USING INDEX product_barcodes_pkey;
