//! Rows that are made for tables of all kinds.

use std::fmt::Write;

use crate::harness::PgServer;

use super::{folder, json, rollback};

/// Types, each a column of a table of its own, and whether it can be in a key.
const TYPES: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "numeric(3,2)",
    "numeric(2,2)",
    "money",
    "boolean",
    "text",
    "varchar(1)",
    "varchar(3)",
    "char(2)",
    "\"char\"",
    "name",
    "bytea",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz(3)",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "jsonpath",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit(3)",
    "varbit",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "tsvector",
    "tsquery",
    "pg_lsn",
    "tid",
    "xid",
    "oid",
    "regclass",
    "regtype",
    "regproc",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "integer[]",
    "text[]",
    "uuid[]",
    "mood",
    "mood[]",
    "amount",
    "code",
    "email",
    "pair",
    "pair[]",
    "spans",
    "txid_snapshot",
    "int2vector",
    "refcursor",
];

const DEFINED: &str = "CREATE TYPE mood AS ENUM ('good', 'it''s bad');
CREATE DOMAIN amount AS numeric(10,2) NOT NULL CHECK (VALUE > 0 AND VALUE <= 100);
CREATE DOMAIN code AS text CHECK (VALUE ~ '^[A-Z]{3}-[0-9]{2}$' AND length(VALUE) = 6);
CREATE DOMAIN address AS text CHECK (position('@' in VALUE) > 1);
CREATE DOMAIN email AS address CHECK (length(VALUE) < 40);
CREATE TYPE pair AS (a integer, b text, c mood);
CREATE TYPE spans AS RANGE (subtype = timestamptz);
";

#[test]
fn every_type_has_values() {
    let Some(server) = PgServer::shared() else { return };
    let (mut first, mut second) = (DEFINED.to_owned(), String::new());
    for (at, ty) in TYPES.iter().enumerate() {
        let _ = writeln!(first, "CREATE TABLE t{at} (id int PRIMARY KEY, v {ty} NOT NULL, n {ty});");
        let _ = writeln!(second, "ALTER TABLE t{at} ADD COLUMN more int;");
    }
    let folder = folder(&[("1_a.sql", &first), ("2_b.sql", &second)]);
    let report = json(server, folder.path());
    let entry = rollback(&report, "2_b.sql");
    assert_eq!(entry["proof"]["without_rows"], serde_json::json!([]), "{entry}");
    assert_eq!((&entry["proven"], &entry["proof"]["filled"]), (&true.into(), &TYPES.len().into()), "{entry}");
}

/// Tables with what rows must satisfy.
const TABLES: &[(&str, &str)] = &[
    ("compared", "a int CHECK (a > 10), b int CHECK (b BETWEEN 3 AND 5), CHECK (a < b * 100)"),
    (
        "listed",
        "state text NOT NULL CHECK (state IN ('new', 'it''s done')), n int CHECK (n = ANY (ARRAY[7, 8]))",
    ),
    ("matching", "code varchar(20) NOT NULL UNIQUE CHECK (code ~ '^[a-z]{2}_[0-9]+$')"),
    ("like_it", "id text PRIMARY KEY CHECK (id LIKE 'usr_%' AND length(id) = 14)"),
    (
        "long",
        "id text PRIMARY KEY CHECK (length(trim(id)) > 10), digest bytea CHECK (octet_length(digest) = 32)",
    ),
    (
        "either",
        "kind text NOT NULL, mail text, phone text, CHECK (num_nonnulls(mail, phone) = 1), \
         CHECK ((kind = 'mail' AND mail IS NOT NULL) OR (kind = 'phone' AND phone IS NOT NULL))",
    ),
    (
        "dated",
        "starts date NOT NULL, ends date, CHECK (ends IS NULL OR ends > starts), CHECK (starts > '2025-01-01')",
    ),
    ("document", "doc jsonb NOT NULL CHECK (doc ? 'name'), list jsonb CHECK (jsonb_typeof(list) = 'array')"),
    ("booked", "room int, span tstzrange, EXCLUDE USING gist (span WITH &&)"),
    (
        "computed",
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED",
    ),
    ("tree", "id int PRIMARY KEY, parent int NOT NULL REFERENCES tree"),
    ("parent", "a int, b text, PRIMARY KEY (a, b)"),
    ("child", "id int PRIMARY KEY, a int NOT NULL, b text NOT NULL, FOREIGN KEY (a, b) REFERENCES parent"),
    ("one_to_one", "id int PRIMARY KEY REFERENCES child, other int NOT NULL UNIQUE REFERENCES tree"),
    ("deferred", "id int PRIMARY KEY, c int NOT NULL REFERENCES child DEFERRABLE INITIALLY DEFERRED"),
    ("tags", "list text[] NOT NULL CHECK (cardinality(list) > 0)"),
    ("flags", "a boolean NOT NULL CHECK (a), b boolean"),
];

const BESIDES: &str = "CREATE TABLE egg (id int PRIMARY KEY, hen int);
CREATE TABLE hen (id int PRIMARY KEY, egg int NOT NULL REFERENCES egg);
ALTER TABLE egg ADD FOREIGN KEY (hen) REFERENCES hen;
CREATE TABLE by_day (day date NOT NULL, id int NOT NULL, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE by_day_1 PARTITION OF by_day FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE by_day_0 PARTITION OF by_day FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE by_kind (kind text, id int) PARTITION BY LIST (kind);
CREATE TABLE by_kind_a PARTITION OF by_kind FOR VALUES IN ('a', 'b') PARTITION BY RANGE (id);
CREATE TABLE by_kind_a1 PARTITION OF by_kind_a FOR VALUES FROM (1) TO (10);
CREATE TABLE by_hash (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON flags FOR EACH ROW EXECUTE FUNCTION refuse();
";

#[test]
fn constraints_are_satisfied() {
    let Some(server) = PgServer::shared() else { return };
    let (mut first, mut second) = (String::new(), String::new());
    for (name, columns) in TABLES {
        let _ = writeln!(first, "CREATE TABLE {name} ({columns});");
        let _ = writeln!(second, "ALTER TABLE {name} ADD COLUMN more int;");
    }
    first.push_str(BESIDES);
    for name in ["egg", "hen", "by_day", "by_kind", "by_hash"] {
        let _ = writeln!(second, "ALTER TABLE {name} ADD COLUMN more int;");
    }
    let folder = folder(&[("1_a.sql", &first), ("2_b.sql", &second)]);
    let report = json(server, folder.path());
    let entry = rollback(&report, "2_b.sql");
    assert_eq!(entry["proof"]["without_rows"], serde_json::json!([]), "{entry}");
    assert_eq!(entry["proven"], true, "{entry}");
    // Partitioned tables count by their partitions, but for hash: which row is whose only the server knows.
    assert_eq!(entry["proof"]["filled"], TABLES.len() + 2 + 2 + 1 + 1, "{entry}");
}

#[test]
fn what_cannot_be_filled_is_named() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[
        (
            "1_a.sql",
            "CREATE FUNCTION never(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
             CREATE TABLE locked (id int PRIMARY KEY CHECK (never(id)));
             CREATE TABLE below (id int PRIMARY KEY, up int NOT NULL REFERENCES locked);
             CREATE TABLE free (id int PRIMARY KEY, up int REFERENCES locked);",
        ),
        (
            "2_b.sql",
            "ALTER TABLE below ADD COLUMN a int; ALTER TABLE free ADD COLUMN a int; ALTER TABLE locked ADD a int;",
        ),
    ]);
    let report = json(server, folder.path());
    let entry = rollback(&report, "2_b.sql");
    assert_eq!((&entry["proven"], &entry["proof"]["filled"]), (&true.into(), &1.into()), "{entry}");
    let empty = entry["proof"]["without_rows"].as_array().expect("a list");
    let reason = |table: &str| {
        let found = empty.iter().find(|w| w["table"] == table).unwrap_or_else(|| panic!("{table}: {entry}"));
        found["reason"].as_str().expect("a reason").to_owned()
    };
    assert!(reason("public.locked").contains("check constraint"), "{entry}");
    assert!(reason("public.below").contains("public.locked has no row to refer to"), "{entry}");
    assert_eq!(empty.len(), 2);
}
