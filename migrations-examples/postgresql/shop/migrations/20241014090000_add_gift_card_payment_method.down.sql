SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

-- PostgreSQL cannot remove a value, so the type is replaced. Fails if a payment uses the value.
ALTER TYPE app.payment_method RENAME TO payment_method_with_gift_card;
CREATE TYPE app.payment_method AS ENUM ('card', 'bank_transfer', 'wallet');
COMMENT ON TYPE app.payment_method IS 'How a customer pays, as the payment provider names it.';
ALTER TABLE app.payments ALTER COLUMN method TYPE app.payment_method USING method::text::app.payment_method;
DROP TYPE app.payment_method_with_gift_card;
