//! `checkrail index`: what it proposes is missing, what it writes runs on a server and can be undone.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail, each_server};

const SHOP: &str = "CREATE TABLE customers (id bigint PRIMARY KEY, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), status text,
    placed_at timestamptz, note text);
CREATE INDEX orders_status_idx ON orders (status, placed_at);
CREATE TABLE events (id bigint, at date, customer_id bigint REFERENCES customers (id)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
CREATE TABLE events_2a PARTITION OF events_2 FOR VALUES FROM ('2025-01-01') TO ('2025-06-01');
CREATE INDEX e1 ON events_1 (customer_id);
";

/// Indexes with all that the catalogs say of them, and their places among partitions.
const INDEXES: &str = "SELECT pg_get_indexdef(indexrelid), indisvalid, inhparent::regclass FROM pg_index
    LEFT JOIN pg_inherits ON inhrelid = indexrelid JOIN pg_class c ON c.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace ORDER BY 1";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        fs::write(path, text).expect("file");
    }
    folder
}

/// Output, messages and exit code of `checkrail index` in a folder.
fn index(folder: &Path, args: &[&str]) -> (String, String, Option<i32>) {
    let output = checkrail().current_dir(folder).arg("index").args(args).output().expect("checkrail");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let (out, told, code) = index(folder, &[args, &["--format", "json"]].concat());
    assert_eq!(code, Some(0), "{told}");
    serde_json::from_str(&out).expect("JSON")
}

fn names(document: &Value) -> Vec<&str> {
    document["indexes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|i| i["name"].as_str().expect("a name"))
        .collect()
}

#[test]
fn scripts_build_valid_indexes_and_drop_them_again() {
    let folder = folder(&[("shop.sql", SHOP)]);
    each_server(|server| {
        let version = server.major().to_string();
        let args = ["shop.sql", "orders (note) WHERE status = 'open'", "--server-version", &version];
        let (script, told, code) = index(folder.path(), &args);
        assert_eq!(code, Some(0), "{told}");
        let (drop, _, _) = index(folder.path(), &[&args[..], &["--drop"]].concat());
        let db = server.create_db("index");
        server.psql(&db, SHOP).expect("the schema");
        server
            .psql(
                &db,
                "INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1); \
            INSERT INTO events VALUES (1, '2025-02-03', 1)",
            )
            .expect("rows");
        let before = server.psql(&db, INDEXES).expect("indexes");
        server.psql(&db, &script).unwrap_or_else(|e| panic!("{e}\n{script}"));
        let built = server.psql(&db, INDEXES).expect("indexes");
        assert!(!built.contains("|f|"), "one is not valid: {built}");
        for part in [
            "orders_note_idx ON public.orders USING btree (note) WHERE (status = 'open'::text)|t|",
            "orders_customer_id_idx ON public.orders USING btree (customer_id)|t|",
            "events_customer_id_idx ON ONLY public.events USING btree (customer_id)|t|",
            "events_2a_customer_id_idx ON public.events_2a USING btree (customer_id)|t|events_2_customer_id_idx",
            "e1 ON public.events_1 USING btree (customer_id)|t|events_customer_id_idx",
        ] {
            assert!(built.contains(part), "{part}\n{built}");
        }
        let url = server.url(&db);
        let left = json(folder.path(), &[&url]);
        assert_eq!(names(&left), Vec::<&str>::new());
        server.psql(&db, &drop).unwrap_or_else(|e| panic!("{e}\n{drop}"));
        assert_eq!(server.psql(&db, INDEXES).expect("indexes"), before);
    });
}

#[test]
fn what_a_failed_build_left_is_replaced_and_what_is_valid_is_not() {
    let Some(server) = PgServer::start() else { return };
    let db = server.create_db("left");
    server.psql(&db, SHOP).expect("the schema");
    let break_it = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_customer'::regclass";
    server.psql(&db, "CREATE INDEX by_customer ON orders (customer_id)").expect("an index");
    server.psql(&db, break_it).expect("an invalid one");
    let folder = folder(&[("shop.sql", SHOP)]);
    let url = server.url(&db);
    let found = json(folder.path(), &[&url]);
    let proposal =
        found["indexes"].as_array().expect("a list").iter().find(|i| i["table"] == "public.orders");
    let proposal = proposal.expect("one for orders");
    assert_eq!(
        (&proposal["name"], &proposal["replaces"]),
        (&proposal["replaces"], &Value::from("public.by_customer"))
    );
    let (script, _, _) = index(folder.path(), &[&url]);
    server.psql(&db, &script).unwrap_or_else(|e| panic!("{e}\n{script}"));
    let valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_customer'::regclass";
    assert_eq!(server.psql(&db, valid).expect("it"), "t");

    // A source that knows nothing of it chooses a name; what has that name is dropped only when it is not valid.
    let (script, _, _) = index(folder.path(), &["shop.sql", "orders(note)", "--only-asked"]);
    server.psql(&db, "CREATE INDEX orders_note_idx ON orders (note, status)").expect("another");
    let error = server.psql(&db, &script).expect_err("it stops");
    assert!(error.contains("public.orders_note_idx is there, and valid"), "{error}");
    let definition = "SELECT pg_get_indexdef('orders_note_idx'::regclass), indisvalid FROM pg_index \
        WHERE indexrelid = 'orders_note_idx'::regclass";
    assert!(server.psql(&db, definition).expect("it").ends_with("(note, status)|t"));
    server
        .psql(&db, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_note_idx'::regclass")
        .expect("an invalid one");
    server.psql(&db, &script).unwrap_or_else(|e| panic!("{e}\n{script}"));
    assert!(server.psql(&db, definition).expect("it").ends_with("(note)|t"));
}

#[test]
fn names_fit_and_clash_with_nothing() {
    let Some(server) = PgServer::shared() else { return };
    let table = "bestellungen_für_größere_übungen_mit_ärger";
    let sql = format!(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE a_b_id_idx (x int);
         CREATE TABLE b (id int PRIMARY KEY, c int, b_id int);
         CREATE TABLE \"a_b\" (id int REFERENCES a); CREATE TABLE \"a\"\"b\" (b_id int REFERENCES a);
         CREATE TABLE {table} (überaus_lange_spalte_mit_umlauten_äöü_1 int REFERENCES a,
             überaus_lange_spalte_mit_umlauten_äöü_2 int REFERENCES a);"
    );
    let folder = folder(&[("a.sql", &sql)]);
    let found = json(folder.path(), &["a.sql"]);
    let names = names(&found);
    assert_eq!(names.len(), 4);
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{names:?}");
    assert!(names.contains(&"public.a_b_id_idx1"), "{names:?}");
    assert!(names.iter().all(|n| n.trim_start_matches("public.").trim_matches('"').len() <= 63), "{names:?}");
    let db = server.create_db("names");
    server.psql(&db, &sql).expect("the schema");
    let (script, _, _) = index(folder.path(), &["a.sql"]);
    server.psql(&db, &script).unwrap_or_else(|e| panic!("{e}\n{script}"));
    let count = "SELECT count(*) FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname LIKE '%idx%' AND indisvalid";
    assert_eq!(server.psql(&db, count).expect("a count"), "4");
}

#[test]
fn what_is_covered_is_left_out_and_told() {
    let more = "CREATE UNIQUE INDEX u ON customers (lower(email)); CREATE INDEX p ON orders (note) WHERE status IS NOT NULL;";
    let folder = folder(&[
        ("shop.sql", &format!("{SHOP}{more}")),
        ("wanted.txt", "# more\norders(status)\n\norders(id)\n"),
        (
            "wanted.sql",
            "-- and\nCREATE INDEX x ON customers (lower(email));\nCREATE INDEX y ON orders (note) WHERE status = 'a';",
        ),
    ]);
    let found = json(
        folder.path(),
        &[
            "shop.sql",
            "orders (status text_pattern_ops)",
            "--file",
            "wanted.txt",
            "--file",
            "wanted.sql",
            "--only-asked",
        ],
    );
    assert_eq!(names(&found), ["public.orders_status_idx1"]);
    let covered: Vec<(&str, &str)> = found["covered"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| (c["by"].as_str().expect("a name"), c["how"].as_str().expect("how")))
        .collect();
    assert_eq!(
        covered,
        [
            ("public.orders_status_idx", "begins with the same keys"),
            ("public.orders_pkey", "has the same keys, is unique"),
            ("public.u", "has the same keys, is unique"),
            ("public.p", "has the same keys, has a wider condition"),
        ]
    );
    let (out, told, code) =
        index(folder.path(), &["shop.sql", "nope(a)", "orders(x)", "CREATE INDEX p ON orders (x, id)"]);
    assert_eq!(code, Some(2), "{out}");
    assert!(told.contains("nope(a): there is no table public.nope"), "{told}");
    assert!(told.contains("orders(x): column \"x\" does not exist"), "{told}");
}

/// What is written for a layout runs with its tool's transactions, and nothing in it is an error for a review.
fn written_and_run(files: &[(&str, &str)], layout: &str) -> Option<TempDir> {
    let server = PgServer::shared()?;
    let folder = folder(files);
    let version = server.major().to_string();
    let (_, told, code) =
        index(folder.path(), &["m", "--layout", layout, "--write", "--server-version", &version]);
    assert_eq!(code, Some(0), "{layout}: {told}");
    let is_up =
        |l: &&str| l.contains("wrote m/") && [".conf", ".toml", "down.sql"].iter().all(|e| !l.contains(e));
    let last = told.lines().filter(is_up).count().to_string();
    let url = server.url("postgres");
    let args = ["verify", "m", "--layout", layout, "--last", &last, "--shadow-url", &url, "--format", "json"];
    let output =
        checkrail().current_dir(folder.path()).args(args).arg("--no-config").output().expect("checkrail");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{layout}: {e}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["verification"]["refused"], 0, "{layout}: {report:#}");
    assert_eq!(report["verification"]["not_run"], 0, "{layout}: {report:#}");
    // An index that was attached stays so: its way back is that of the whole series.
    let findings = report["findings"].as_array().expect("a list").iter();
    let wrong: Vec<&Value> =
        findings.filter(|f| f["severity"] == "error" && f["rule"] != "rollback-not-proven").collect();
    assert!(wrong.is_empty(), "{layout}: {wrong:#?}");
    assert_eq!(names(&json(folder.path(), &["m", "--layout", layout])), Vec::<&str>::new(), "{layout}");
    Some(folder)
}

#[test]
fn migrations_are_written_in_the_form_of_their_tool() {
    written_and_run(&[("m/001_a.sql", SHOP)], "plain");
    written_and_run(&[("m/V1__a.sql", SHOP)], "flyway");
    written_and_run(
        &[("m/20240101000000_a.sql", &format!("-- +goose Up\n{SHOP}-- +goose Down\nSELECT 1;\n"))],
        "goose",
    );
    written_and_run(
        &[("m/20240101000000_a.sql", &format!("-- migrate:up\n{SHOP}-- migrate:down\n"))],
        "dbmate",
    );
    written_and_run(
        &[("m/2024-01-01-000000_a/up.sql", SHOP), ("m/2024-01-01-000000_a/down.sql", "")],
        "diesel",
    );
    written_and_run(&[("m/000001_a.up.sql", SHOP), ("m/000001_a.down.sql", "")], "golang-migrate");
}

#[test]
fn down_files_undo_what_was_written() {
    let shop = SHOP.replace("CREATE INDEX e1 ON events_1 (customer_id);\n", "");
    let files = [("m/20240101000000_a.up.sql", shop.as_str()), ("m/20240101000000_a.down.sql", "")];
    let Some(folder) = written_and_run(&files, "sqlx") else { return };
    let Some(server) = PgServer::shared() else { return };
    let db = server.create_db("downs");
    let mut paths: Vec<_> =
        fs::read_dir(folder.path().join("m")).expect("a folder").flatten().map(|e| e.path()).collect();
    paths.sort();
    let text = |path: &Path| fs::read_to_string(path).expect("a file");
    let (ups, downs): (Vec<_>, Vec<_>) = paths.iter().partition(|p| p.to_string_lossy().ends_with(".up.sql"));
    assert_eq!(ups.len(), downs.len());
    assert!(ups.len() > 4, "{ups:?}");
    let run =
        |path: &Path| server.psql(&db, &text(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    run(ups[0]);
    let before = server.psql(&db, INDEXES).expect("indexes");
    ups[1..].iter().for_each(|path| drop(run(path)));
    assert_ne!(server.psql(&db, INDEXES).expect("indexes"), before);
    downs[1..].iter().rev().for_each(|path| drop(run(path)));
    assert_eq!(server.psql(&db, INDEXES).expect("indexes"), before);
}

#[test]
fn a_tool_that_cannot_is_named_and_another_folder_serves() {
    let folder = folder(&[("m/V1__a.sql", SHOP)]);
    let (_, told, code) = index(folder.path(), &["m", "--layout", "refinery", "--write"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("the tool runs every script in a transaction"), "{told}");
    assert_eq!(fs::read_dir(folder.path().join("m")).expect("a folder").count(), 1);
    let (_, told, code) = index(folder.path(), &["m", "--layout", "refinery", "--into", "d"]);
    assert_eq!(code, Some(0), "{told}");
    let mut names: Vec<_> =
        fs::read_dir(folder.path().join("d")).expect("a folder").flatten().map(|e| e.file_name()).collect();
    names.sort();
    assert_eq!(names[0], "001_add_indexes.sql");
}
