DO $$
BEGIN
    CREATE ROLE shop_readonly;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE SCHEMA shop;

CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(12, 2) NOT NULL
);

CREATE FUNCTION shop.order_count() RETURNS bigint
    LANGUAGE sql STABLE
AS 'SELECT count(*) FROM shop.orders';
REVOKE EXECUTE ON FUNCTION shop.order_count() FROM PUBLIC;
