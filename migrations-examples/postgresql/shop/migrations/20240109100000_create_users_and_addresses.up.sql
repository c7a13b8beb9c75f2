SET LOCAL ROLE shop_owner;

CREATE FUNCTION app.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TABLE app.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email app.email NOT NULL,
    full_name text NOT NULL,
    password_hash text,
    phone varchar(40),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_full_name_not_blank CHECK (btrim(full_name) <> '')
);
COMMENT ON TABLE app.users IS 'People who have an account.';
COMMENT ON COLUMN app.users.password_hash IS 'bcrypt; null for accounts that sign in elsewhere.';

CREATE TRIGGER users_touch_updated_at
    BEFORE UPDATE ON app.users
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CREATE TABLE app.addresses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
    recipient text NOT NULL,
    line1 text NOT NULL,
    line2 text,
    city text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT addresses_country_format CHECK (country ~ '^[A-Z]{2}$')
);
COMMENT ON TABLE app.addresses IS 'Where orders are sent to; at most one default for each user.';

CREATE INDEX addresses_user_id_idx ON app.addresses (user_id);
CREATE UNIQUE INDEX addresses_one_default_idx ON app.addresses (user_id) WHERE is_default;

CREATE TRIGGER addresses_touch_updated_at
    BEFORE UPDATE ON app.addresses
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
