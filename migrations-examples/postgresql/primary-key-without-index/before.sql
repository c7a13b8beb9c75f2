CREATE TABLE order_tags (
    order_id bigint NOT NULL,
    tag text NOT NULL
);

CREATE TABLE product_barcodes (
    barcode text,
    product_id bigint NOT NULL
);
