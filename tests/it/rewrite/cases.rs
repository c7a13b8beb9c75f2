//! Statements and the remedies they get.

use checkrail::finding::RemedyHint;

/// One statement in its surroundings.
pub struct Case {
    /// For messages.
    pub name: &'static str,
    /// The remedy.
    pub hint: RemedyHint,
    /// What makes the schema.
    pub before: &'static str,
    /// Rows, as SQL.
    pub rows: &'static str,
    /// The statement.
    pub sql: &'static str,
    /// Statements of users between the stages; those that fail are ignored.
    pub between: &'static str,
    /// A query whose rows have to be the same.
    pub rows_query: &'static str,
    /// The first version in which it works.
    pub since: u16,
    /// Whether columns may end in another order.
    pub reordered: bool,
}

const CASE: Case = Case {
    name: "",
    hint: RemedyHint::LockTimeout,
    before: "CREATE TABLE users (id bigint PRIMARY KEY, email text, age integer, team integer);",
    rows: "INSERT INTO users SELECT i, 'user' || i, i, i FROM generate_series(1, 20) i;",
    sql: "",
    between: "",
    rows_query: "",
    since: 13,
    reordered: false,
};

const PARTITIONED: &str = "
CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE TABLE logs (id bigint NOT NULL, at date NOT NULL, team bigint, kind text) PARTITION BY RANGE (at);
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (kind);
CREATE TABLE logs_2025_a PARTITION OF logs_2025 FOR VALUES IN ('a', 'b');
CREATE TABLE logs_2025_rest PARTITION OF logs_2025 DEFAULT;";

const LOG_ROWS: &str = "
INSERT INTO teams VALUES (1);
INSERT INTO logs SELECT i, date '2024-06-01' + (i % 2) * 365, 1, chr(96 + i % 4 + 1) FROM generate_series(1, 20) i;";

pub const CASES: &[Case] = &[
    Case {
        name: "index",
        hint: RemedyHint::ConcurrentIndex,
        sql: "CREATE INDEX ON users (lower(email), age DESC) INCLUDE (team) WHERE age > 3;",
        ..CASE
    },
    Case {
        name: "index with name",
        hint: RemedyHint::ConcurrentIndex,
        sql: "CREATE UNIQUE INDEX IF NOT EXISTS users_email ON users (email);",
        ..CASE
    },
    Case {
        name: "index drop",
        hint: RemedyHint::ConcurrentIndexDrop,
        before: "CREATE TABLE users (id bigint); CREATE INDEX a ON users (id); CREATE INDEX b ON users ((id + 1));",
        rows: "",
        sql: "DROP INDEX a, b;",
        ..CASE
    },
    Case { name: "reindex", hint: RemedyHint::ConcurrentReindex, sql: "REINDEX TABLE users;", ..CASE },
    Case {
        name: "partitioned index",
        hint: RemedyHint::PartitionedIndex,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "CREATE INDEX ON logs (team, at);",
        ..CASE
    },
    Case {
        name: "partitioned index with one there",
        hint: RemedyHint::ConcurrentIndex,
        before: "CREATE TABLE logs (id bigint, at date) PARTITION BY RANGE (at);
                 CREATE TABLE l1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                 CREATE TABLE l2 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
                 CREATE INDEX mine ON l2 (id);",
        rows: "",
        sql: "CREATE INDEX logs_by_id ON logs (id);",
        ..CASE
    },
    Case {
        name: "partitioned primary key",
        hint: RemedyHint::PartitionedIndex,
        before: "CREATE TABLE logs (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
                 CREATE TABLE l1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                 CREATE TABLE l2 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        rows: "INSERT INTO logs VALUES (1, '2024-02-01'), (2, '2025-02-01');",
        sql: "ALTER TABLE logs ADD PRIMARY KEY (id, at);",
        ..CASE
    },
    Case {
        name: "partitioned unique, nested",
        hint: RemedyHint::ConstraintUsingIndex,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "ALTER TABLE logs ADD CONSTRAINT logs_once UNIQUE (id, at, kind);",
        ..CASE
    },
    Case {
        name: "foreign key",
        hint: RemedyHint::NotValidThenValidate,
        before: "CREATE TABLE teams (id integer PRIMARY KEY); CREATE TABLE users (id bigint, team integer);",
        rows: "INSERT INTO teams VALUES (1); INSERT INTO users VALUES (1, 1), (2, NULL);",
        sql: "ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams ON DELETE SET NULL DEFERRABLE;",
        ..CASE
    },
    Case {
        name: "several constraints and other changes",
        hint: RemedyHint::NotValidThenValidate,
        before: "CREATE TABLE teams (id integer PRIMARY KEY); CREATE TABLE users (id bigint, team integer, age int);",
        rows: "INSERT INTO teams VALUES (1); INSERT INTO users VALUES (1, 1, 4), (2, NULL, 5);",
        sql: "ALTER TABLE users ADD CHECK (age > 0), ADD COLUMN note text CHECK (note <> '') DEFAULT 'x',
              ADD FOREIGN KEY (team) REFERENCES teams, ADD CONSTRAINT a CHECK (age < 200), DROP COLUMN id,
              ADD COLUMN lead integer REFERENCES teams (id), ADD CHECK (age < team + 1000);",
        rows_query: "SELECT * FROM users ORDER BY age",
        ..CASE
    },
    Case {
        name: "foreign key of a partitioned table",
        hint: RemedyHint::NotValidThenValidate,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "ALTER TABLE logs ADD FOREIGN KEY (team) REFERENCES teams;",
        ..CASE
    },
    Case {
        name: "check of a partitioned table",
        hint: RemedyHint::NotValidThenValidate,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "ALTER TABLE logs ADD CHECK (id > 0);",
        ..CASE
    },
    Case {
        name: "unique",
        hint: RemedyHint::ConstraintUsingIndex,
        sql: "ALTER TABLE users ADD UNIQUE (email) INCLUDE (age) WITH (fillfactor = 70) DEFERRABLE,
              ADD COLUMN code text UNIQUE, ALTER COLUMN age SET DEFAULT 3;",
        ..CASE
    },
    Case {
        name: "unique, nulls not distinct",
        hint: RemedyHint::ConstraintUsingIndex,
        sql: "ALTER TABLE users ADD UNIQUE NULLS NOT DISTINCT (email);",
        since: 15,
        ..CASE
    },
    Case {
        name: "primary key on nullable columns",
        hint: RemedyHint::ConstraintUsingIndex,
        before: "CREATE TABLE users (id bigint, part integer NOT NULL, email text);",
        rows: "INSERT INTO users VALUES (1, 1, 'a');",
        sql: "ALTER TABLE users ADD PRIMARY KEY (id, part);",
        ..CASE
    },
    Case {
        name: "not null",
        hint: RemedyHint::NotNullThroughCheck,
        sql: "ALTER TABLE users ALTER age SET NOT NULL, ALTER email SET NOT NULL, ALTER email SET DEFAULT '';",
        ..CASE
    },
    Case {
        name: "not null of a partitioned table",
        hint: RemedyHint::NotNullThroughCheck,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "ALTER TABLE logs ALTER COLUMN kind SET NOT NULL;",
        ..CASE
    },
    Case {
        name: "not null as a constraint",
        hint: RemedyHint::NotNullThroughCheck,
        sql: "ALTER TABLE users ADD CONSTRAINT age_there NOT NULL age;",
        since: 18,
        ..CASE
    },
    Case {
        name: "volatile default",
        hint: RemedyHint::ColumnThenBackfill,
        sql: "ALTER TABLE users ADD COLUMN key uuid DEFAULT md5(random()::text)::uuid NOT NULL UNIQUE
              CHECK (key IS NOT NULL), ADD COLUMN b integer DEFAULT 3 NOT NULL;",
        between: "INSERT INTO users (id) SELECT max(id) + 1 FROM users;",
        ..CASE
    },
    Case {
        name: "serial",
        hint: RemedyHint::ColumnThenBackfill,
        before: "CREATE TABLE users (email text);",
        rows: "INSERT INTO users SELECT i::text FROM generate_series(1, 20) i;",
        sql: "ALTER TABLE users ADD COLUMN id serial PRIMARY KEY;",
        rows_query: "SELECT count(DISTINCT id), max(id) FROM users",
        ..CASE
    },
    Case {
        name: "identity",
        hint: RemedyHint::ColumnThenBackfill,
        before: "CREATE TABLE users (a integer, b integer, email text, PRIMARY KEY (a, b));",
        rows: "INSERT INTO users SELECT i, i, i::text FROM generate_series(1, 20) i;",
        sql: "ALTER TABLE users ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY 10);",
        rows_query: "INSERT INTO users SELECT 99, 99, 'x'; SELECT count(DISTINCT id), max(id) FROM users",
        ..CASE
    },
    Case {
        name: "bigger type",
        hint: RemedyHint::ShadowColumn,
        before: "CREATE TABLE teams (id serial PRIMARY KEY, name text);
                 CREATE TABLE users (id bigint PRIMARY KEY, team integer REFERENCES teams, lead integer);
                 ALTER TABLE users ADD FOREIGN KEY (lead) REFERENCES teams;
                 COMMENT ON COLUMN teams.id IS 'number';",
        rows: "INSERT INTO teams (name) VALUES ('a'), ('b'), ('c'); INSERT INTO users VALUES (1, 1, 2), (2, 3, 3);",
        sql: "ALTER TABLE teams ALTER COLUMN id TYPE bigint;",
        between: "INSERT INTO teams (name) VALUES ('more'); UPDATE teams SET id = id WHERE id = 1;",
        rows_query: "SELECT string_agg(id || name, ',' ORDER BY id) FROM teams WHERE id < 4",
        reordered: true,
        ..CASE
    },
    Case {
        name: "type with indexes and checks",
        hint: RemedyHint::ShadowColumn,
        before: "CREATE TABLE items (id bigint PRIMARY KEY, price integer DEFAULT 0 NOT NULL CHECK (price >= 0),
                   tax integer, UNIQUE (tax, price));
                 ALTER TABLE items ADD CONSTRAINT more CHECK (price > tax) NOT VALID;
                 CREATE INDEX items_price ON items (price DESC, tax) WHERE price > 10;
                 CREATE INDEX ON items ((price + tax));
                 ALTER TABLE items ALTER price SET STATISTICS 500;",
        rows: "INSERT INTO items SELECT i, i * 2, i FROM generate_series(1, 20) i;",
        sql: "ALTER TABLE items ALTER price TYPE numeric(12, 2), ALTER tax SET DEFAULT 1;",
        rows_query: "SELECT sum(price), sum(tax) FROM items",
        reordered: true,
        ..CASE
    },
    Case {
        name: "type by an expression",
        hint: RemedyHint::ShadowColumn,
        before: "CREATE TYPE mood AS ENUM ('happy', 'sad');
                 CREATE TABLE users (id bigint PRIMARY KEY, mood text DEFAULT 'happy', n integer);",
        rows: "INSERT INTO users VALUES (1, 'sad'), (2, 'happy'), (3, NULL);",
        sql: "ALTER TABLE users ALTER mood DROP DEFAULT, ALTER mood TYPE mood USING lower(users.mood)::mood,
              ALTER mood SET DEFAULT 'sad';",
        rows_query: "SELECT mood FROM users ORDER BY id",
        reordered: true,
        ..CASE
    },
    Case {
        name: "column renamed",
        hint: RemedyHint::ShadowColumn,
        before: "CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL DEFAULT 'none' UNIQUE CHECK (mail <> ''),
                   age integer);
                 CREATE INDEX by_mail ON users (lower(mail));",
        rows: "INSERT INTO users SELECT i, 'm' || i, i FROM generate_series(1, 20) i;",
        sql: "ALTER TABLE users RENAME COLUMN mail TO email;",
        between: "UPDATE users SET mail = 'old' WHERE id = 3; UPDATE users SET email = 'new' WHERE id = 4;",
        rows_query: "SELECT id, email, age FROM users WHERE id <> 3 ORDER BY id",
        reordered: true,
        ..CASE
    },
    Case {
        name: "attach a range",
        hint: RemedyHint::AttachWithCheck,
        before: "CREATE TABLE logs (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
                 CREATE TABLE rest PARTITION OF logs DEFAULT;
                 CREATE TABLE more (id bigint, at timestamptz NOT NULL);",
        rows: "INSERT INTO more VALUES (1, '2024-03-01'); INSERT INTO rest VALUES (2, '1999-01-01');",
        sql: "ALTER TABLE logs ATTACH PARTITION more FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        ..CASE
    },
    Case {
        name: "attach a list",
        hint: RemedyHint::AttachWithCheck,
        before: "CREATE TABLE logs (id bigint, kind varchar(10)) PARTITION BY LIST (kind);
                 CREATE TABLE more (id bigint, kind varchar(10));",
        rows: "INSERT INTO more VALUES (1, 'a'), (2, 'b');",
        sql: "ALTER TABLE logs ATTACH PARTITION more FOR VALUES IN ('a', 'b');",
        ..CASE
    },
    Case {
        name: "attach a range of two columns",
        hint: RemedyHint::AttachWithCheck,
        before: "CREATE TABLE logs (a integer, b integer) PARTITION BY RANGE (a, b);
                 CREATE TABLE more (a integer, b integer);",
        rows: "INSERT INTO more VALUES (1, 6), (2, 1);",
        sql: "ALTER TABLE logs ATTACH PARTITION more FOR VALUES FROM (1, 5) TO (2, 10);",
        ..CASE
    },
    Case {
        name: "create a partition",
        hint: RemedyHint::CreateThenAttach,
        before: "CREATE TABLE teams (id bigint PRIMARY KEY);
                 CREATE TABLE logs (id bigint DEFAULT 7, at date NOT NULL, n int CHECK (n > 0), team bigint REFERENCES teams,
                   two integer GENERATED ALWAYS AS (n * 2) STORED, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
                 COMMENT ON COLUMN logs.n IS 'number';
                 CREATE INDEX ON logs (n, at);
                 CREATE INDEX named ON logs (lower(n::text));",
        rows: "",
        sql: "CREATE TABLE logs_2024 PARTITION OF logs (CHECK (n < 1000))
              FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') WITH (fillfactor = 70);",
        ..CASE
    },
    Case {
        name: "create a partition beside a default",
        hint: RemedyHint::CreateThenAttach,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "CREATE TABLE logs_2025_c PARTITION OF logs_2025 FOR VALUES IN ('x', 'y');",
        ..CASE
    },
    Case {
        name: "create a partitioned partition",
        hint: RemedyHint::CreateThenAttach,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO (MAXVALUE) PARTITION BY LIST (kind);",
        ..CASE
    },
    Case {
        name: "detach",
        hint: RemedyHint::ConcurrentDetach,
        before: PARTITIONED,
        rows: LOG_ROWS,
        sql: "ALTER TABLE logs DETACH PARTITION logs_2024;",
        since: 14,
        ..CASE
    },
    Case {
        name: "refresh",
        hint: RemedyHint::ConcurrentRefresh,
        before: "CREATE TABLE users (id bigint PRIMARY KEY, age integer);
                 CREATE MATERIALIZED VIEW ages AS SELECT id, age FROM users;
                 CREATE UNIQUE INDEX ON ages (id);",
        rows: "INSERT INTO users VALUES (1, 2);",
        sql: "REFRESH MATERIALIZED VIEW ages;",
        rows_query: "SELECT * FROM ages",
        ..CASE
    },
    Case {
        name: "drop a table",
        hint: RemedyHint::DropForeignKeysFirst,
        before: "CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);
                 CREATE TABLE c (a bigint REFERENCES a, b bigint REFERENCES b, id bigint UNIQUE);
                 CREATE TABLE d (c bigint REFERENCES c (id));",
        rows: "",
        sql: "DROP TABLE c CASCADE;",
        ..CASE
    },
    Case {
        name: "drop columns and keys",
        hint: RemedyHint::DropForeignKeysFirst,
        before: "CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);
                 CREATE TABLE c (a bigint REFERENCES a, b bigint REFERENCES b, id bigint UNIQUE);",
        rows: "",
        sql: "ALTER TABLE c DROP COLUMN a, DROP CONSTRAINT c_b_fkey, ADD COLUMN d integer;",
        ..CASE
    },
    Case {
        name: "lock timeout",
        hint: RemedyHint::LockTimeout,
        sql: "ALTER TABLE users DROP COLUMN age;",
        ..CASE
    },
    Case {
        name: "rename a table",
        hint: RemedyHint::CompatibilityView,
        sql: "ALTER TABLE users RENAME TO people;",
        between: "UPDATE users SET age = 7 WHERE id = 3;",
        rows_query: "SELECT age FROM people WHERE id = 4",
        ..CASE
    },
];
