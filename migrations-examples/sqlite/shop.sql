-- A small shop for SQLite 3.35 or newer, and a change to it.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    price NUMERIC NOT NULL DEFAULT 0 CHECK (price >= 0)
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'shipped')),
    fax TEXT,
    placed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE order_items (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price NUMERIC NOT NULL,
    PRIMARY KEY (order_id, product_id)
) WITHOUT ROWID;

CREATE TABLE old_carts (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL
);

CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX order_items_product_id_idx ON order_items (product_id);
CREATE INDEX orders_open_idx ON orders (placed_at) WHERE status = 'new';
CREATE INDEX products_name_idx ON products (name);

-- The change.
ALTER TABLE orders ADD COLUMN note TEXT;
ALTER TABLE products ADD COLUMN visible INTEGER NOT NULL DEFAULT 1;
ALTER TABLE orders DROP COLUMN fax;
ALTER TABLE customers RENAME COLUMN full_name TO display_name;
DROP INDEX products_name_idx;
CREATE UNIQUE INDEX products_name_sku_key ON products (name, sku);
DROP TABLE old_carts;
