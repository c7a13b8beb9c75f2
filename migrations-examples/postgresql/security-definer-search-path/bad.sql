-- They run with the rights of their owner, but look names up in the schemas of the caller, who can put others there.
BEGIN;
CREATE FUNCTION shop.take_stock(p_product_id bigint, p_quantity integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
AS $$
    UPDATE shop.inventory SET on_hand = on_hand - p_quantity WHERE product_id = p_product_id
$$;
REVOKE EXECUTE ON FUNCTION shop.take_stock(bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.take_stock(bigint, integer) TO shop_app;
COMMIT;

ALTER FUNCTION shop.stock_of(bigint) SECURITY DEFINER;
