//! `review --verify` of what a live database lacks: the throw-away server begins with the schema of the database,
//! and the database is only read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::harness::{PgServer, checkrail, each_server, repo};

const SHOP: &str = "migrations-examples/postgresql/shop/migrations";
/// Migrations of the shop that ran.
const RAN: usize = 18;

/// A database on which the first migrations of the shop ran, one role after the other, as golang-migrate runs them.
/// Whoever connects can write nothing that is not forced.
fn shop(server: &PgServer) -> String {
    let database = server.create_db("shop");
    let mut files: Vec<PathBuf> = fs::read_dir(repo(SHOP))
        .expect("the shop")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(".up.sql"))
        .collect();
    files.sort();
    assert!(files.len() > RAN, "{}", files.len());
    for file in &files[..RAN] {
        let text = fs::read_to_string(file).expect("a migration");
        let whole = if text.contains("CONCURRENTLY") { text } else { format!("BEGIN;\n{text}\nCOMMIT;\n") };
        server.psql(&database, &whole).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let name = files[RAN - 1].file_name().expect("a name").to_string_lossy().into_owned();
    let version = name.split('_').next().expect("a version");
    let history = format!(
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty bool NOT NULL);
         INSERT INTO schema_migrations VALUES ({version}, false);
         ALTER DATABASE {database} SET default_transaction_read_only = on"
    );
    server.psql(&database, &history).expect("a history");
    database
}

/// Everything in a database that a write would change.
fn state(server: &PgServer, database: &str) -> (Option<String>, String) {
    let written = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) || ' ' || count(*) FROM pg_stat_all_tables
        WHERE schemaname <> 'pg_catalog' AND schemaname !~ '^pg_'";
    (server.dump_where_able(database), server.psql(database, written).expect("statistics"))
}

fn review(folder: &Path, args: &[&str]) -> Output {
    let mut command = checkrail();
    command.arg("review").arg(folder).args(["--no-config", "--verify", "--fail-on", "never"]);
    command.args(["--format", "json"]).args(args).output().expect("checkrail")
}

fn report(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(!errors.contains("refuses"), "{errors}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// All was seen, and all is as foreseen.
fn assert_agreement(report: &Value, observed: u64) {
    let run = &report["verification"];
    assert_eq!((&run["observed"], &run["refused"]), (&observed.into(), &0.into()), "{run}");
    assert_eq!(run["catalog"]["differing"], json!([]), "{run}");
    for (aspect, tally) in run["agreement"].as_object().expect("aspects") {
        assert_eq!(tally["compared"], tally["equal"], "{aspect}: {}", report["findings"]);
        assert!(tally["compared"].as_u64() > Some(0), "{aspect}: {run}");
    }
}

/// On a throw-away server of the database's version; named by option and by variable.
#[test]
fn what_is_pending_runs_on_a_copy_of_the_schema() {
    each_server(|server| {
        let database = shop(server);
        let before = state(server, &database);
        let url = server.url(&database);
        let output = review(&repo(SHOP), &["--pending", "--schema", &url]);
        let pending = report(&output);
        let version = &server.server().binaries().version;
        assert_eq!(pending["verification"]["server"].as_str(), version.split(' ').next());
        assert_eq!(pending["verification"]["asked_version"], Value::Null);
        assert_eq!(pending["server_version"], server.major());
        assert_eq!(pending["database"]["drift"], json!([]));
        assert_eq!(pending["summary"]["migrations"], 10);
        assert_agreement(&pending, 42);
        assert_eq!(state(server, &database), before);

        let mut command = checkrail();
        command.env("DATABASE_URL", &url).arg("review").arg(repo(SHOP)).args(["--no-config", "--pending"]);
        let more = ["--verify", "--fail-on", "never", "--format", "json"];
        assert_agreement(&report(&command.args(more).output().expect("checkrail")), 42);
        assert_eq!(state(server, &database), before);
    });
}

/// In another database of the same server, where the roles are already; the roles stay.
#[test]
fn the_same_server_may_be_the_shadow() {
    let Some(server) = PgServer::start() else { return };
    let database = shop(&server);
    let (before, roles) = (state(&server, &database), roles(&server));
    let (url, shadow) = (server.url(&database), server.url("postgres"));
    let output = review(&repo(SHOP), &["--pending", "--schema", &url, "--shadow-url", &shadow]);
    assert_agreement(&report(&output), 42);
    assert_eq!((state(&server, &database), self::roles(&server)), (before.clone(), roles));

    // But never the database itself, however it is named.
    for named_by_variable in [false, true] {
        let mut command = checkrail();
        command.arg("review").arg(repo(SHOP)).args(["--no-config", "--pending", "--verify"]);
        command.args(["--shadow-url", &url]);
        if named_by_variable {
            command.env("DATABASE_URL", &url);
        } else {
            command.args(["--schema", &url]);
        }
        let output = command.output().expect("checkrail");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{errors}");
        assert!(errors.contains("is the database under review"), "{errors}");
        assert_eq!(state(&server, &database), before);
    }
}

fn roles(server: &PgServer) -> String {
    let sql = "SELECT string_agg(r::text, ' ' ORDER BY r::text) FROM pg_roles r WHERE rolname !~ '^pg_'";
    server.psql("postgres", sql).expect("roles")
}

/// A file against a database: what it refuses of its own schema is said, without the password.
#[test]
fn a_file_is_verified_against_a_database() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("live");
    let sql = "CREATE TABLE parts (id int, at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE MATERIALIZED VIEW v AS SELECT id FROM parts";
    server.psql(&database, sql).expect("a schema");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("change.sql");
    fs::write(&file, "ALTER TABLE parts ADD n int NOT NULL DEFAULT 1;\nREFRESH MATERIALIZED VIEW v;\n")
        .expect("a file");
    let url = server.url(&database).replacen("//postgres@", "//postgres:geheim@", 1);
    let major = server.major().to_string();
    let output = review(&file, &["--schema", &url, "--server-version", &major]);
    let found = report(&output);
    assert_agreement(&found, 2);
    let locks = &found["migrations"][0]["statements"][0]["observed"]["locks"];
    assert!(locks.to_string().contains("public.parts_2026"), "{locks}");

    // What the throw-away server lacks is told, and not expected of it.
    server
        .psql(&database, "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w")
        .expect("made");
    let lacking = "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'";
    server.psql(&database, lacking).expect("made");
    let output = review(&file, &["--schema", &url, "--server-version", &major]);
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(!String::from_utf8_lossy(&text).contains("geheim"), "{}", String::from_utf8_lossy(&text));
    assert_agreement(&report(&output), 2);
}
