SET LOCAL ROLE shop_owner;

CREATE FUNCTION app.current_user_id() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.user_id', true), '')::bigint;
COMMENT ON FUNCTION app.current_user_id() IS 'The signed-in user of this session, null for visitors.';

CREATE FUNCTION app.cart_total(p_cart_id uuid, p_currency app.currency_code) RETURNS numeric
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(sum(c.quantity * p.amount), 0)
    FROM app.cart_items AS c
    JOIN app.prices AS p ON p.variant_id = c.variant_id
    WHERE c.cart_id = p_cart_id
        AND p.currency = p_currency
        AND p.valid @> CURRENT_DATE;
END;

CREATE FUNCTION app.check_password(p_email public.citext, p_password text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT u.id
    FROM app.users AS u
    WHERE u.email OPERATOR(public.=) p_email
        AND u.password_hash = public.crypt(p_password, u.password_hash)
$$;
REVOKE EXECUTE ON FUNCTION app.check_password(public.citext, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.check_password(public.citext, text) TO shop_app;
COMMENT ON FUNCTION app.check_password(public.citext, text) IS
    'Lets the application test a password without reading the hash.';

CREATE FUNCTION app.reserve_stock(p_variant_id bigint, p_quantity integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE app.inventory
    SET reserved = reserved + p_quantity
    WHERE variant_id = p_variant_id
        AND on_hand - reserved >= p_quantity;
    RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION app.reserve_stock(bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.reserve_stock(bigint, integer) TO shop_app;
COMMENT ON FUNCTION app.reserve_stock(bigint, integer) IS 'False if there is not enough left.';
