CREATE TABLE carts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    content jsonb NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 day'
);

CREATE UNLOGGED TABLE sessions (
    token text PRIMARY KEY,
    customer_id bigint NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 hour'
);
