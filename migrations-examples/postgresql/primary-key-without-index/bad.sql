-- The index is built under ACCESS EXCLUSIVE; where the column allows null, the table is read once more.
SET lock_timeout = '2s';

ALTER TABLE order_tags ADD CONSTRAINT order_tags_pkey PRIMARY KEY (order_id, tag);
ALTER TABLE product_barcodes ADD PRIMARY KEY (barcode);
