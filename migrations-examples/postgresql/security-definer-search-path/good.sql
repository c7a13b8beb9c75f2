SET lock_timeout = '2s';

-- A search path of its own, with pg_temp last, and no name that depends on it.
BEGIN;
CREATE FUNCTION shop.take_stock(p_product_id bigint, p_quantity integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE shop.inventory SET on_hand = on_hand - p_quantity WHERE product_id = p_product_id
$$;
REVOKE EXECUTE ON FUNCTION shop.take_stock(bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.take_stock(bigint, integer) TO shop_app;
COMMIT;

ALTER FUNCTION shop.stock_of(bigint) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
