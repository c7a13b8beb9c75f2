SET LOCAL ROLE shop_owner;

CREATE TYPE app.order_status AS ENUM ('pending', 'paid', 'shipped', 'delivered', 'cancelled');
CREATE TYPE app.payment_status AS ENUM ('authorized', 'captured', 'failed', 'refunded');
CREATE TYPE app.payment_method AS ENUM ('card', 'bank_transfer', 'wallet');
COMMENT ON TYPE app.payment_method IS 'How a customer pays, as the payment provider names it.';

CREATE DOMAIN app.email AS public.citext
    CONSTRAINT email_format CHECK (VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$');

CREATE DOMAIN app.money_amount AS numeric(12, 2)
    CONSTRAINT money_amount_not_negative CHECK (VALUE >= 0);
COMMENT ON DOMAIN app.money_amount IS 'An amount in the currency of its row, never negative.';

CREATE DOMAIN app.currency_code AS text
    CONSTRAINT currency_code_format CHECK (VALUE ~ '^[A-Z]{3}$');
COMMENT ON DOMAIN app.currency_code IS 'ISO 4217, upper case.';
