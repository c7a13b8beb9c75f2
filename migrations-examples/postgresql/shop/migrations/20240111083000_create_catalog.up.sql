SET LOCAL ROLE shop_owner;

CREATE TABLE app.categories (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id bigint REFERENCES app.categories (id),
    slug text NOT NULL,
    name text NOT NULL,
    position integer NOT NULL DEFAULT 0,
    CONSTRAINT categories_slug_key UNIQUE (slug),
    CONSTRAINT categories_not_own_parent CHECK (parent_id <> id)
);
COMMENT ON COLUMN app.categories.parent_id IS 'Null for the top level of the tree.';

CREATE INDEX categories_parent_id_position_idx ON app.categories (parent_id, position);

CREATE TABLE app.products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category_id bigint NOT NULL REFERENCES app.categories (id),
    slug text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    attributes jsonb NOT NULL DEFAULT '{}',
    search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', description), 'B')
    ) STORED,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    legacy_sku text,
    CONSTRAINT products_slug_key UNIQUE (slug),
    CONSTRAINT products_attributes_is_object CHECK (jsonb_typeof(attributes) = 'object')
);
COMMENT ON COLUMN app.products.legacy_sku IS 'Number in the old shop, kept for redirects.';

CREATE INDEX products_category_id_idx ON app.products (category_id) WHERE active;
CREATE INDEX products_lower_name_idx ON app.products (lower(name));
CREATE INDEX products_search_idx ON app.products USING gin (search);
CREATE INDEX products_attributes_idx ON app.products USING gin (attributes jsonb_path_ops);
CREATE UNIQUE INDEX products_legacy_sku_idx ON app.products (legacy_sku) WHERE legacy_sku IS NOT NULL;

CREATE TRIGGER products_touch_updated_at
    BEFORE UPDATE ON app.products
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CREATE TABLE app.product_variants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES app.products (id) ON DELETE CASCADE,
    sku text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    weight_grams integer,
    CONSTRAINT product_variants_sku_key UNIQUE (sku),
    CONSTRAINT product_variants_weight_positive CHECK (weight_grams > 0)
);
COMMENT ON TABLE app.product_variants IS 'What can be bought: one size or colour of a product.';

CREATE INDEX product_variants_product_id_idx ON app.product_variants (product_id) INCLUDE (sku);

CREATE TABLE app.inventory (
    variant_id bigint PRIMARY KEY REFERENCES app.product_variants (id) ON DELETE CASCADE,
    on_hand integer NOT NULL DEFAULT 0,
    reserved integer NOT NULL DEFAULT 0,
    CONSTRAINT inventory_reserved_in_range CHECK (reserved BETWEEN 0 AND on_hand)
) WITH (fillfactor = 80);
COMMENT ON TABLE app.inventory IS 'Stock; updated often, hence the fill factor.';
