SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

DROP TABLE app.refunds;
DROP TABLE app.payments;
