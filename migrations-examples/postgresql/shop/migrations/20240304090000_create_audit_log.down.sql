SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

DROP TRIGGER refunds_audit ON app.refunds;
DROP TRIGGER payments_audit ON app.payments;
DROP TRIGGER orders_audit ON app.orders;
DROP FUNCTION audit.record_event();
DROP TABLE audit.events;
