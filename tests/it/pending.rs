//! `review --pending`: what a database has had, by the history tables of migration tools.

use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

use serde_json::{Value, json};
use siphasher::sip::SipHasher13;

use crate::harness::{PgServer, checkrail};

const FIRST: &str = "CREATE TABLE users (id int PRIMARY KEY);\n";
const SECOND: &str = "ALTER TABLE users ADD COLUMN name text;\n";

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

/// The report of `review --pending` of a folder against a database.
fn pending(server: &PgServer, database: &str, folder: &Path, more: &[&str]) -> Value {
    let url = server.url(database);
    let folder = folder.to_str().expect("UTF-8");
    let output = checkrail()
        .args(["review", folder, "--pending", "--schema", &url, "--format", "json"])
        .args(more)
        .output()
        .expect("checkrail");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {err}"))
}

fn paths(report: &Value) -> Vec<String> {
    let migrations = report["migrations"].as_array().expect("migrations");
    let name = |m: &Value| m["path"].as_str().expect("a path").rsplit('/').next().expect("a name").to_owned();
    migrations.iter().map(name).collect()
}

/// Refinery's checksum with versions of 32 bits.
fn narrow(version: i32, name: &str, sql: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    name.hash(&mut hasher);
    version.hash(&mut hasher);
    sql.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn refinery_with_narrow_versions_and_what_went_wrong() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("pending");
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("V1__users.sql", FIRST), ("V2__names.sql", SECOND)]);
    let sum = narrow(1, "users", FIRST);
    let history = format!(
        "{FIRST} CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255),
            applied_on varchar(255), checksum varchar(255));
         INSERT INTO refinery_schema_history VALUES (1, 'users', '2026-01-01T00:00:00Z', '{sum}');"
    );
    server.psql(&database, &history).expect("applied");
    let report = pending(server, &database, folder.path(), &[]);
    assert_eq!(paths(&report), ["V2__names.sql"]);
    let expected = json!({
        "history": "public.refinery_schema_history", "applied": 1, "pending": 1,
        "missing": [], "changed": [], "failed": [], "drift": []
    });
    assert_eq!(report["database"], expected);
    assert!(report["migrations"][0]["statements"][0]["certain_error"].is_null(), "the live table is known");

    // Someone changed the database by hand, the file of what ran, and removed another one.
    server
        .psql(
            &database,
            "ALTER TABLE users ADD COLUMN extra int; CREATE INDEX by_hand ON users (extra);
             INSERT INTO refinery_schema_history VALUES (3, 'gone', '2026-01-01T00:00:00Z', '1');",
        )
        .expect("changed");
    write(folder.path(), &[("V1__users.sql", "CREATE TABLE users (id int PRIMARY KEY); -- edited\n")]);
    let report = pending(server, &database, folder.path(), &[]);
    let database_section = &report["database"];
    assert_eq!(database_section["missing"], json!(["3 gone"]));
    let changed = database_section["changed"][0].as_str().expect("a path");
    assert!(changed.ends_with("V1__users.sql"), "{changed}");
    let drift: Vec<(&str, &str)> = database_section["drift"]
        .as_array()
        .expect("drift")
        .iter()
        .map(|d| (d["name"].as_str().expect("a name"), d["change"].as_str().expect("a change")))
        .collect();
    assert_eq!(drift, [("public.by_hand", "added"), ("public.users", "changed")]);
    let findings: Vec<&Value> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|f| f["rule"] == "database-drift")
        .collect();
    // What no migration mentions is told behind the last one, the rest where it was last touched.
    let told: Vec<_> = findings.iter().map(|f| (&f["object"], &f["severity"], &f["line"])).collect();
    let (index, table) = (json!("public.by_hand"), json!("public.users"));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&(&index, &json!("warning"), &json!(1))), "{told:?}");
    assert!(told.contains(&(&table, &json!("warning"), &json!(1))), "{told:?}");
    let text = findings.iter().map(|f| f["diff"].as_str().expect("a diff")).collect::<String>();
    assert!(text.contains("+CREATE INDEX by_hand") && text.contains("+    extra integer"), "{text}");
    // A policy decides what it is worth.
    let policy = folder.path().join("policy.yaml");
    fs::write(&policy, "version: 1\nextends: [default]\nrules:\n  database-drift: error\n").expect("written");
    let url = server.url(&database);
    let strict =
        ["review", folder.path().to_str().expect("UTF-8"), "--pending", "--schema", &url, "--policy"];
    checkrail().args(strict).arg(&policy).assert().code(1);
    fs::write(&policy, "version: 1\nextends: [default]\nrules:\n  database-drift: off\n").expect("written");
    let off = checkrail().args(strict).arg(&policy).args(["--format", "json"]).assert().code(0);
    let off: Value = serde_json::from_slice(&off.get_output().stdout).expect("JSON");
    assert!(off["findings"].as_array().expect("findings").iter().all(|f| f["rule"] != "database-drift"));
    assert_eq!(off["database"]["drift"].as_array().map(Vec::len), Some(2), "the section stays");
    for (format, words) in [
        ("terminal", "drift, the database is not what its migrations make: index public.by_hand added"),
        ("markdown", "ran, and is not in the folder: 3 gone"),
    ] {
        let folder = folder.path().to_str().expect("UTF-8");
        let url = server.url(&database);
        let args = ["review", folder, "--pending", "--schema", &url, "--format", format];
        let output = checkrail().args(args).output().expect("checkrail");
        let text = String::from_utf8_lossy(&output.stdout).replace('\\', "");
        assert!(text.contains(words), "{text}");
    }
}

/// A tool: its layout, two migrations, and the SQL of its history after the first; `$FIRST` is the first one's text.
struct Case {
    layout: &'static str,
    files: [&'static str; 2],
    history: &'static str,
}

const CASES: &[Case] = &[
    Case {
        layout: "refinery",
        files: ["V1__users.sql", "V2__names.sql"],
        history: "CREATE TABLE refinery_schema_history (version int8 PRIMARY KEY, name varchar(255),
            applied_on varchar(255), checksum varchar(255));
            INSERT INTO refinery_schema_history VALUES (1, 'users', '2026-01-01T00:00:00Z', '$WIDE')",
    },
    Case {
        layout: "flyway",
        files: ["V1__users.sql", "V1.1__names.sql"],
        history: "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50),
            description varchar(200), type varchar(20), script varchar(1000), checksum int,
            installed_by varchar(100), installed_on timestamp, execution_time int, success bool);
            INSERT INTO flyway_schema_history VALUES
                (1, '1', 'users', 'SQL', 'V1__users.sql', $CRC, 'x', now(), 1, true),
                (2, '1.1', 'names', 'SQL', 'V1.1__names.sql', 0, 'x', now(), 1, true),
                (3, '1.1', 'names', 'UNDO_SQL', 'U1.1__names.sql', 0, 'x', now(), 1, true)",
    },
    Case {
        layout: "sqlx",
        files: ["20260101000000_users.sql", "20260102000000_names.sql"],
        history: "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text,
            installed_on timestamptz, success bool, checksum bytea, execution_time bigint);
            INSERT INTO _sqlx_migrations VALUES (20260101000000, 'users', now(), true,
                sha384(convert_to($$FIRST$$, 'UTF8')), 1)",
    },
    Case {
        layout: "diesel",
        files: ["2026-01-01-000000_users/up.sql", "2026-01-02-000000_names/up.sql"],
        history: "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp);
            INSERT INTO __diesel_schema_migrations VALUES ('20260101000000', now())",
    },
    Case {
        layout: "goose",
        files: ["00001_users.sql", "00002_names.sql"],
        history: "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint, is_applied bool,
            tstamp timestamp DEFAULT now());
            INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false)",
    },
    Case {
        layout: "golang-migrate",
        files: ["1_users.up.sql", "2_names.up.sql"],
        history: "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty bool);
            INSERT INTO schema_migrations VALUES (1, false)",
    },
    Case {
        layout: "dbmate",
        files: ["20260101000000_users.sql", "20260102000000_names.sql"],
        history: "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
            INSERT INTO schema_migrations VALUES ('20260101000000')",
    },
    Case {
        layout: "prisma",
        files: ["20260101000000_users/migration.sql", "20260102000000_names/migration.sql"],
        history: "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64),
            finished_at timestamptz, migration_name varchar(255), logs text, rolled_back_at timestamptz,
            started_at timestamptz DEFAULT now(), applied_steps_count int DEFAULT 0);
            INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES
                ('a', encode(sha256(convert_to($$FIRST$$, 'UTF8')), 'hex'), now(), '20260101000000_users')",
    },
    Case {
        layout: "supabase",
        files: ["20260101000000_users.sql", "20260102000000_names.sql"],
        history: "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations
            (version text PRIMARY KEY, statements text[], name text);
            INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101000000', NULL, 'users')",
    },
];

#[test]
fn every_tool_says_what_it_ran() {
    let Some(server) = PgServer::shared() else { return };
    for case in CASES {
        let database = server.create_db("pending");
        let folder = tempfile::tempdir().expect("a folder");
        let (up, down) = match case.layout {
            "goose" => ("-- +goose Up\n", "-- +goose Down\n"),
            "dbmate" => ("-- migrate:up\n", "-- migrate:down\n"),
            _ => ("", ""),
        };
        let first = format!("{up}{FIRST}{down}");
        write(folder.path(), &[(case.files[0], &first), (case.files[1], &format!("{up}{SECOND}{down}"))]);
        let wide = refinery::Migration::unapplied("V1__users", FIRST).expect("a name").checksum();
        // CRC-32 of the first migration's line, as java.util.zip computes it.
        let history = case
            .history
            .replace("$$FIRST$$", &format!("$text${first}$text$"))
            .replace("$WIDE", &wide.to_string())
            .replace("$CRC", &flyway_checksum().to_string());
        server.psql(&database, &format!("{FIRST} {history};")).expect(case.layout);
        let report = pending(server, &database, folder.path(), &["--layout", case.layout]);
        let found: Vec<String> = report["migrations"]
            .as_array()
            .expect("migrations")
            .iter()
            .map(|m| m["path"].to_string())
            .collect();
        assert_eq!(found.len(), 1, "{}: {found:?}", case.layout);
        assert!(found[0].contains(case.files[1]), "{}: {found:?}", case.layout);
        let section = &report["database"];
        for key in ["missing", "changed", "failed"] {
            assert_eq!(section[key], json!([]), "{}: {section}", case.layout);
        }
        assert_eq!(section["drift"], json!([]), "{}", case.layout);
    }
}

/// The checksum that Flyway keeps of [`FIRST`]: computed by its rule with Python's `zlib.crc32`, as a signed number.
fn flyway_checksum() -> i32 {
    -2_134_990_597
}

/// What dynamic SQL does is in no model: a difference may come from there.
#[test]
fn drift_behind_dynamic_sql_is_advice() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("pending");
    let folder = tempfile::tempdir().expect("a folder");
    let dynamic = format!("{FIRST}DO $$ BEGIN EXECUTE current_setting('my.sql', true); END $$;\n");
    write(folder.path(), &[("1_users.up.sql", &dynamic), ("2_names.up.sql", SECOND)]);
    let sql = format!(
        "{FIRST} CREATE TABLE extra (id int PRIMARY KEY); CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty bool);
         INSERT INTO schema_migrations VALUES (1, false)"
    );
    server.psql(&database, &sql).expect("applied");
    let report = pending(server, &database, folder.path(), &["--layout", "golang-migrate"]);
    let findings = report["findings"].as_array().expect("findings").iter();
    let drift: Vec<_> = findings.filter(|f| f["rule"] == "database-drift").collect();
    assert_eq!(drift.len(), 2, "{drift:?}");
    assert!(drift.iter().all(|f| f["severity"] == "advice" && f["confidence"] == "low"), "{drift:?}");
}

#[test]
fn without_a_history_everything_is_pending() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("pending");
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("V1__users.sql", FIRST), ("V2__names.sql", SECOND)]);
    let report = pending(server, &database, folder.path(), &[]);
    assert_eq!(paths(&report), ["V1__users.sql", "V2__names.sql"]);
    assert_eq!(report["database"]["history"], Value::Null);
    let output = checkrail().args(["review", folder.path().to_str().expect("UTF-8"), "--pending"]).output();
    let output = output.expect("checkrail");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("--pending asks a database"), "{err}");
}
