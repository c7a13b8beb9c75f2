DO $$
BEGIN
    CREATE ROLE shop_app;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO shop_app;

CREATE TABLE shop.inventory (
    product_id bigint PRIMARY KEY,
    on_hand integer NOT NULL
);

CREATE FUNCTION shop.stock_of(p_product_id bigint) RETURNS integer
    LANGUAGE sql STABLE
AS $$
    SELECT i.on_hand FROM shop.inventory AS i WHERE i.product_id = p_product_id
$$;
REVOKE EXECUTE ON FUNCTION shop.stock_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.stock_of(bigint) TO shop_app;
