SET LOCAL ROLE shop_owner;

-- Alone in its file: the value must be committed before anything uses it.
ALTER TYPE app.payment_method ADD VALUE 'gift_card' AFTER 'wallet';
