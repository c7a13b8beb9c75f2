//! Ways back, tried on real servers: what is proven, what is not, and with which rows.

mod rows;

use std::fs;
use std::path::Path;
use std::process::Output;

use checkrail::diff::residue::{Fate, Item, Weight};
use checkrail::name::{Dialect, QName, ServerVersion};
use checkrail::parse;
use checkrail::policy::Policy;
use checkrail::remedy::rollback::Reversibility;
use checkrail::review::{Reader, Report, Request, Wrapping, review};
use checkrail::schema::key::ObjectKey;
use checkrail::schema::{Coverage, Schema};
use checkrail::shadow::prove::{Drift, Kind, Outcome, Proof, Proofs};
use checkrail::source::{self, LoadOptions};
use checkrail::text::SourceMap;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail};

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        fs::write(path, text).expect("file");
    }
    folder
}

fn prove(server: &PgServer, folder: &Path, more: &[&str]) -> Output {
    let mut command = checkrail();
    command.args(["review", "--prove"]).arg(folder);
    command.args(["--no-config", "--shadow-url", &server.url("postgres")]);
    command.args(more).output().expect("checkrail")
}

fn json(server: &PgServer, folder: &Path) -> Value {
    let output = prove(server, folder, &["--format", "json", "--fail-on", "never"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Databases and roles on the server that are not its own.
fn leftovers(server: &PgServer) -> String {
    server
        .psql(
            "postgres",
            "SELECT datname FROM pg_database WHERE datname LIKE 'checkrail%' \
             UNION ALL SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'",
        )
        .expect("catalogs")
}

/// The entry of a migration's generated way back.
fn rollback<'r>(report: &'r Value, file: &str) -> &'r Value {
    let all = report["rollback"].as_array().expect("rollback");
    let found = all.iter().find(|r| r["path"].as_str().is_some_and(|path| path.ends_with(file)));
    found.unwrap_or_else(|| panic!("no way back of {file}"))
}

fn findings<'r>(report: &'r Value, rule: &str) -> Vec<&'r str> {
    let all = report["findings"].as_array().expect("findings");
    let of_rule = all.iter().filter(|f| f["rule"] == rule);
    of_rule.map(|f| f["message"].as_str().expect("a message")).collect()
}

const ACCOUNTS: &str = "CREATE TABLE accounts (
    id bigserial PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email LIKE '%@%'),
    state text DEFAULT 'new',
    team_id bigint REFERENCES accounts (id)
);
";

#[test]
fn each_class_is_proven_with_rows() {
    let Some(server) = PgServer::start() else { return };
    let folder = folder(&[
        ("1_accounts.sql", ACCOUNTS),
        (
            "2_exact.sql",
            "ALTER TABLE accounts ALTER COLUMN state SET DEFAULT 'open'; CREATE INDEX s ON accounts (state);",
        ),
        (
            "3_lossy.sql",
            "CREATE VIEW states AS SELECT state FROM accounts; ALTER TABLE accounts DROP COLUMN team_id;",
        ),
        ("4_irreversible.sql", "UPDATE accounts SET email = 'x' || email;"),
        ("5_none.sql", "ANALYZE accounts;"),
        ("6_outside.sql", "CREATE INDEX CONCURRENTLY e ON accounts (email, state);"),
        ("7_role.sql", "CREATE ROLE prove_reader; GRANT SELECT ON accounts TO prove_reader;"),
    ]);
    let report = json(&server, folder.path());
    for (file, class, filled) in [
        ("1_accounts.sql", "exact", 0),
        ("2_exact.sql", "exact", 1),
        ("3_lossy.sql", "lossy", 1),
        ("4_irreversible.sql", "irreversible", 1),
        ("6_outside.sql", "exact", 1),
    ] {
        let entry = rollback(&report, file);
        assert_eq!((&entry["class"], &entry["proven"]), (&class.into(), &true.into()), "{entry}");
        assert_eq!(entry["proof"]["filled"], filled, "{entry}");
    }
    assert_eq!(rollback(&report, "7_role.sql")["proven"], true);
    // What was declared as lost was lost: the rows were there.
    let differences = rollback(&report, "4_irreversible.sql")["proof"]["differences"].to_string();
    assert!(differences.contains("values of public.accounts.email are not what they were"), "{differences}");
    assert_eq!(findings(&report, "rollback-not-proven"), [""; 0]);
    // The same scripts, with those that keep data: then nothing is lost.
    for file in ["3_lossy.sql", "4_irreversible.sql"] {
        assert_eq!(rollback(&report, file)["keep"]["proven"], true, "{file}");
    }
    let terminal = prove(&server, folder.path(), &[]);
    let text = String::from_utf8_lossy(&terminal.stdout);
    assert!(text.contains("all proven on PostgreSQL "), "{text}");
    assert_eq!(leftovers(&server), "");
}

#[test]
fn a_trial_leaves_no_trace_in_the_history() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[
        ("1_a.sql", "CREATE TABLE teams (id serial PRIMARY KEY, name text UNIQUE);"),
        ("2_b.sql", "ALTER TABLE teams ADD COLUMN size int;"),
        ("3_c.sql", "INSERT INTO teams (name) VALUES ('a'), ('b');"),
        (
            "4_d.sql",
            "CREATE TABLE people (team int NOT NULL REFERENCES teams); INSERT INTO people VALUES (1), (2);",
        ),
        // Fails where a generated row is left.
        ("5_e.sql", "ALTER TABLE teams ADD CONSTRAINT early CHECK (id < 3);"),
    ]);
    let report = json(server, folder.path());
    for entry in report["rollback"].as_array().expect("rollback") {
        assert_eq!(entry["proven"], true, "{entry}");
    }
    // No generated row satisfies it: the migration is tried without.
    let without = &rollback(&report, "5_e.sql")["proof"]["without_rows"];
    assert!(without.to_string().contains("the migration is refused with rows"), "{without}");
}

#[test]
fn hand_written_ways_back_are_what_the_server_makes_of_them() {
    let Some(server) = PgServer::shared() else { return };
    let cases = [
        (
            "ALTER TABLE accounts ALTER COLUMN state DROP DEFAULT;",
            "ALTER TABLE accounts ALTER COLUMN state SET DEFAULT 'new';",
            "restores",
            "",
        ),
        ("CREATE INDEX s ON accounts (state);", "SELECT 1;", "empty", "empty-down"),
        (
            "ALTER TABLE accounts DROP COLUMN state;",
            "ALTER TABLE accounts ADD COLUMN state text;",
            "differs",
            "down-does-not-restore",
        ),
        ("CREATE TABLE notes (id int);", "DROP TABLE note;", "fails", "failing-down"),
        ("CREATE TABLE notes (id int);", "DROP TABLE notes, accounts;", "differs", "down-drops-older-object"),
        // Unknown without a server.
        (
            "CREATE TABLE notes (id int);",
            "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'notes'; END $$;",
            "restores",
            "",
        ),
        (
            "CREATE TABLE notes (id int);",
            "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'no_such'; END $$;",
            "fails",
            "failing-down",
        ),
        // Only with rows.
        (
            "ALTER TABLE accounts ADD COLUMN size int;",
            "ALTER TABLE accounts DROP COLUMN size; DELETE FROM accounts WHERE id > 0;",
            "restores",
            "down-deletes-older-rows",
        ),
        (
            "ALTER TABLE accounts ALTER COLUMN email DROP NOT NULL; UPDATE accounts SET email = NULL;",
            "ALTER TABLE accounts ALTER COLUMN email SET NOT NULL;",
            "fails",
            "failing-down",
        ),
        (
            "CREATE TABLE notes (id int);",
            "DO $$ BEGIN RAISE EXCEPTION 'irreversible'; END $$;",
            "irreversible",
            "",
        ),
    ];
    for (up, down, verdict, rule) in cases {
        let folder = folder(&[
            ("1_accounts.up.sql", ACCOUNTS),
            ("1_accounts.down.sql", "DROP TABLE accounts;"),
            ("2_it.up.sql", up),
            ("2_it.down.sql", down),
        ]);
        let report = json(server, folder.path());
        let found = &report["migrations"][1]["down"];
        assert_eq!(found["verdict"], verdict, "{up} {down} {found}");
        assert_eq!(found["observed"]["verdict"], verdict);
        let named =
            |f: &&Value| f["category"] != "x" && f["rule"].as_str().is_some_and(|r| r.contains("down"));
        let rules: Vec<&str> = report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(named)
            .map(|f| f["rule"].as_str().expect("a rule"))
            .collect();
        let expected: Vec<&str> = if rule.is_empty() { Vec::new() } else { vec![rule] };
        assert!(
            rules.iter().all(|r| *r == rule || ["down-reorders-columns", "down-blocks-longer"].contains(r)),
            "{up} {down}: {rules:?}"
        );
        assert_eq!(rules.is_empty(), expected.is_empty(), "{up} {down}: {rules:?}");
        if !rule.is_empty() {
            assert!(findings(&report, rule)[0].contains("(seen on PostgreSQL "), "{down}");
        }
    }
}

#[test]
fn what_a_server_contradicts_is_an_error_and_not_exact() {
    let Some(server) = PgServer::shared() else { return };
    // A trigger of the server's, which the model does not follow, makes a second table.
    let folder = folder(&[
        (
            "1_audit.sql",
            "CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF to_regclass('public.audited') IS NULL THEN EXECUTE 'CREATE TABLE public.audited ()'; END IF; END $$;
             CREATE EVENT TRIGGER audit ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION audit();
             CREATE TABLE t (id int);",
        ),
        ("2_index.sql", "CREATE INDEX i ON t (id);"),
    ]);
    let report = json(server, folder.path());
    let entry = rollback(&report, "2_index.sql");
    assert_eq!((&entry["class"], &entry["proven"]), (&"lossy".into(), &false.into()), "{entry}");
    assert!(
        entry["sql"].as_str().expect("SQL").contains("-- not restored: table public.audited is left over")
    );
    let messages = findings(&report, "rollback-not-proven");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("not as exact as it claims"), "{messages:?}");
    assert!(messages[0].contains("table public.audited is left over"), "{messages:?}");
    assert_eq!(prove(server, folder.path(), &[]).status.code(), Some(1));

    let mut command = checkrail();
    command.args(["rollback", "--prove", "--last", "1", "--no-config"]).arg(folder.path());
    let output = command.args(["--shadow-url", &server.url("postgres")]).output().expect("checkrail");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("-- not proven on PostgreSQL"), "{text}");
}

#[test]
fn without_a_server_it_is_checked_on_the_model() {
    let folder = folder(&[("1_a.sql", ACCOUNTS)]);
    let output =
        checkrail().args(["rollback", "--no-config"]).arg(folder.path()).output().expect("checkrail");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("-- checked on the model\n") && text.contains("-- rollback: exact\n"), "{text}");
    let output = checkrail()
        .args(["rollback", "--prove", "--no-config", "--shadow-url", "postgres://nobody@127.0.0.1:1/none"])
        .arg(folder.path())
        .output()
        .expect("checkrail");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn verify_proves_unless_told_not_to() {
    let Some(server) = PgServer::start() else { return };
    let folder = folder(&[("1_a.sql", "CREATE ROLE verified_and_proven; CREATE TABLE t (id int);")]);
    for (more, proven) in [(&[][..], Value::Bool(true)), (&["--no-prove"][..], Value::Null)] {
        let mut command = checkrail();
        command.arg("verify").arg(folder.path()).args(["--no-config", "--format", "json"]);
        let output =
            command.args(["--shadow-url", &server.url("postgres")]).args(more).output().expect("checkrail");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(report["rollback"][0]["proven"], proven);
        assert_eq!(report["verification"]["observed"], 2);
        assert_eq!(findings(&report, "server-refuses-statement"), [""; 0]);
    }
    assert_eq!(leftovers(&server), "");
}

/// A review of one migration with what a server is said to have made of it.
fn with_proof(sql: &str, proof: Proof) -> Report {
    let folder = folder(&[("1_a.sql", sql)]);
    let mut sources = SourceMap::default();
    let path = folder.path().to_str().expect("UTF-8");
    let options = LoadOptions { layout: None, dialect: Some(Dialect::PostgreSql) };
    let set = source::load(path, &options, &mut sources).expect("a folder");
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    let policy = Policy::builtin_default();
    parse::with_large_stack(|| {
        let migrations = vec![reader.reviewed(&set.migrations[0], 0, &sources)];
        let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::default());
        schema.coverage = Coverage::Complete;
        let proofs = Proofs { server: "18.4".to_owned(), migrations: vec![proof], ..Proofs::default() };
        let today = "2026-01-15".parse().expect("a date");
        let request = Request {
            sources,
            schema,
            history: Vec::new(),
            migrations,
            one_change_set: false,
            policy: &policy,
            today,
            layout: "plain".to_owned(),
            trace: None,
            database: None,
            detail: false,
            schema_diff: false,
            proofs: Some(proofs),
            review_rollbacks: true,
            queries: None,
            baseline: None,
        };
        review(request).report
    })
    .expect("a thread")
}

fn outcome(outcome: Outcome) -> Proof {
    Proof { ways: vec![(Kind::Generated, outcome)], ..Proof::default() }
}

fn missing(text: &str, name: &str) -> Item {
    Item {
        key: ObjectKey::Relation(QName::qualified("public", name)),
        subject: format!("table public.{name}"),
        fate: Fate::Missing,
        weight: Weight::Real,
        text: text.to_owned(),
        whole: true,
    }
}

#[test]
fn differences_count_unless_the_script_declares_them() {
    let drift = |column: Option<&str>, text: &str| Drift {
        relation: QName::qualified("public", "t"),
        column: column.map(Into::into),
        text: text.to_owned(),
    };
    let cases = [
        // (migration, outcome, proven, class)
        ("CREATE TABLE t (id int);", Outcome::default(), true, Reversibility::Exact),
        (
            "CREATE TABLE t (id int);",
            Outcome { items: vec![missing("table public.u is missing", "u")], ..Outcome::default() },
            false,
            Reversibility::Lossy,
        ),
        (
            "CREATE TABLE t (id int);",
            Outcome { data: vec![drift(None, "public.t has 0 rows instead of 3")], ..Outcome::default() },
            false,
            Reversibility::Lossy,
        ),
        (
            "CREATE TABLE t (id int); ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1;",
            Outcome {
                data: vec![drift(Some("id"), "values of public.t.id are not what they were")],
                ..Outcome::default()
            },
            false,
            Reversibility::Lossy,
        ),
    ];
    for (sql, seen, proven, class) in cases {
        let report = with_proof(sql, outcome(seen));
        assert_eq!((report.rollback[0].proven, report.rollback[0].class), (Some(proven), class), "{sql}");
        let errors = report.findings.iter().filter(|f| f.rule == "rollback-not-proven").count();
        assert_eq!(errors, usize::from(!proven), "{sql}");
        assert_eq!(report.rollback[0].sql.contains("-- rollback: exact"), proven, "{sql}");
    }
    // Nothing to undo, says the model; the server has seen a change.
    let change = vec![missing("table public.u is left over", "u")];
    let report = with_proof("SELECT 1;", Proof { change, ..Proof::default() });
    assert_eq!(report.rollback[0].class, Reversibility::Irreversible);
    assert_eq!(report.rollback[0].proven, Some(false));
}
