SET LOCAL ROLE shop_owner;

DROP FUNCTION app.reserve_stock(bigint, integer);
DROP FUNCTION app.check_password(public.citext, text);
DROP FUNCTION app.cart_total(uuid, app.currency_code);
DROP FUNCTION app.current_user_id();
