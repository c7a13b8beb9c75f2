CREATE TABLE order_items (
    order_id bigint NOT NULL,
    product_id bigint NOT NULL,
    quantity integer NOT NULL,
    PRIMARY KEY (order_id, product_id)
);

CREATE MATERIALIZED VIEW product_sales AS
SELECT product_id, sum(quantity) AS units
FROM order_items
GROUP BY product_id;

CREATE UNIQUE INDEX product_sales_product_id_idx ON product_sales (product_id);

CREATE MATERIALIZED VIEW order_sizes AS
SELECT order_id, count(*) AS lines
FROM order_items
GROUP BY order_id;
