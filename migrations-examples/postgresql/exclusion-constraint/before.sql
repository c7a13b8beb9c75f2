CREATE EXTENSION btree_gist;

CREATE TABLE prices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL,
    amount numeric(12, 2) NOT NULL,
    valid daterange NOT NULL
);
