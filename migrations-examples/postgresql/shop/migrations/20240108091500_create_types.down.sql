SET LOCAL ROLE shop_owner;

DROP DOMAIN app.currency_code;
DROP DOMAIN app.money_amount;
DROP DOMAIN app.email;
DROP TYPE app.payment_method;
DROP TYPE app.payment_status;
DROP TYPE app.order_status;
