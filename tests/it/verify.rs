//! `checkrail verify` on real servers: what it sees, what it says, and that it leaves nothing behind.

use std::fs;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail, scrubbed};

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

fn verify(server: &PgServer, folder: &Path, more: &[&str]) -> Output {
    let mut command = checkrail();
    command.arg("verify").arg(folder).args(["--no-config", "--shadow-url", &server.url("postgres")]);
    command.args(more).output().expect("checkrail")
}

/// The JSON report of a run that ended with this code.
fn report(output: &Output, code: i32) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}\n{}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn json(server: &PgServer, folder: &Path, more: &[&str]) -> Value {
    let more: Vec<&str> = more.iter().copied().chain(["--format", "json", "--fail-on", "never"]).collect();
    report(&verify(server, folder, &more), 0)
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

/// Every statement of the report, in order.
fn statements(report: &Value) -> Vec<&Value> {
    let migrations = report["migrations"].as_array().expect("migrations");
    migrations.iter().flat_map(|m| m["statements"].as_array().expect("statements")).collect()
}

fn findings<'a>(report: &'a Value, rule: &str) -> Vec<&'a Value> {
    let all = report["findings"].as_array().expect("findings");
    all.iter().filter(|f| f["rule"] == rule).collect()
}

/// All that could be compared is equal.
fn assert_agreement(report: &Value, statements: u64) {
    let run = &report["verification"];
    assert_eq!(run["observed"], statements, "{run}");
    assert_eq!((&run["refused"], &run["not_run"]), (&0.into(), &0.into()), "{run}");
    for aspect in ["locks", "rewrites", "scans", "index_builds", "relations", "errors", "catalog"] {
        let tally = &run["agreement"][aspect];
        let differing: Vec<&Value> =
            findings(report, "model-disagrees-with-server").iter().map(|f| &f["message"]).collect();
        assert_eq!(tally["equal"], tally["compared"], "{aspect}: {differing:?}");
    }
    assert!(run["agreement"]["locks"]["compared"].as_u64() > Some(0), "{run}");
    assert!(run["agreement"]["catalog"]["compared"].as_u64() > Some(0), "{run}");
    assert_eq!(run["catalog"]["differing"], serde_json::json!([]));
}

fn lock(statement: &Value, relation: &str) -> Value {
    let locks = statement["observed"]["locks"].as_array().expect("locks");
    locks.iter().find(|l| l["relation"] == relation).map_or(Value::Null, |l| l["mode"].clone())
}

const FIRST: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text, total int);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));
INSERT INTO users VALUES (1, 'a@example.com', 1);
";
const SECOND: &str = "SET LOCAL lock_timeout = '2s';
ALTER TABLE users ADD COLUMN note varchar(20);
ALTER TABLE users ALTER COLUMN total TYPE bigint;
ALTER TABLE users ADD CONSTRAINT positive CHECK (total > 0);
CREATE VIEW mails AS SELECT email FROM users;
";
const THIRD: &str = "CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);\n";

#[test]
fn predictions_agree_in_every_layout() {
    let Some(server) = PgServer::shared() else { return };
    let third =
        format!("-- +goose NO TRANSACTION\n-- +goose Up\n{THIRD}-- +goose Down\nDROP INDEX orders_user;\n");
    let goose = |sql: &str| format!("-- +goose Up\n{sql}-- +goose Down\nSELECT 1;\n");
    let layouts = [
        folder(&[
            ("1_a.sql", FIRST),
            ("2_b.sql", SECOND),
            ("3_c.sql", &format!("-- no-transaction\n{THIRD}")),
        ]),
        folder(&[
            ("1_a.up.sql", FIRST),
            ("1_a.down.sql", "DROP TABLE orders, users;"),
            ("2_b.up.sql", SECOND),
            ("3_c.up.sql", THIRD),
        ]),
        folder(&[
            ("1_a/up.sql", FIRST),
            ("2_b/up.sql", SECOND),
            ("3_c/up.sql", THIRD),
            ("3_c/metadata.toml", "run_in_transaction = false\n"),
        ]),
        folder(&[("1_a.sql", &goose(FIRST)), ("2_b.sql", &goose(SECOND)), ("3_c.sql", &third)]),
    ];
    for (folder, layout) in layouts.iter().zip(["sqlx", "golang-migrate", "diesel", "goose"]) {
        let report = json(server, folder.path(), &["--layout", layout]);
        assert_agreement(&report, 9);
        let all = statements(&report);
        // Every statement of the second file takes its lock anew, although one transaction holds it from the first.
        for statement in &all[4..7] {
            assert_eq!(lock(statement, "public.users"), "ACCESS EXCLUSIVE", "{layout}: {statement}");
            assert_eq!(statement["observed"]["method"], "own-transaction");
        }
        assert_eq!(all[5]["observed"]["rewrites"], serde_json::json!(["public.users"]));
        assert_eq!(all[6]["observed"]["scans"], serde_json::json!(["public.users"]));
        assert_eq!(all[7]["observed"]["created"], serde_json::json!(["public.mails"]));
        assert_eq!(all[8]["observed"]["method"], "lock-step", "{layout}");
        assert_eq!(lock(all[8], "public.orders"), "SHARE UPDATE EXCLUSIVE", "{layout}");
        assert_eq!(leftovers(server), "", "{layout}");
    }
}

#[test]
fn selections_watch_only_what_is_under_review() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[("V1__a.sql", FIRST), ("V2__b.sql", SECOND)]);
    let report = json(server, folder.path(), &["--last", "1"]);
    assert_agreement(&report, 5);
    assert_eq!(report["summary"]["history"], 1);
    let output = verify(server, folder.path(), &["--last", "1", "--fail-on", "never"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().expect("a last line");
    assert!(last.contains("all observed on PostgreSQL "), "{last}");
}

#[test]
fn what_must_share_a_transaction_does() {
    let Some(server) = PgServer::shared() else { return };
    // The rows are in order only at the end; the temporary table lives as long as the transaction; the savepoint
    // takes a table back.
    let folder = folder(&[(
        "V1__a.sql",
        "CREATE TABLE a (id int PRIMARY KEY);
         CREATE TABLE b (id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO b VALUES (1);
         INSERT INTO a VALUES (1);
         CREATE TEMP TABLE t ON COMMIT DROP AS SELECT id FROM a;
         SAVEPOINT s;
         CREATE TABLE c (id int);
         ROLLBACK TO SAVEPOINT s;
         CREATE TABLE c (id int);
         INSERT INTO c SELECT id FROM t;",
    )]);
    let report = json(server, folder.path(), &[]);
    assert_agreement(&report, 10);
    assert!(statements(&report).iter().any(|s| s["observed"]["method"] == "shared-transaction"), "{report}");
}

#[test]
fn a_refused_statement_is_a_finding_at_its_place() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[
        ("V1__a.sql", "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1), (1);\n"),
        (
            "V2__b.sql",
            "CREATE TABLE u (id int);\nALTER TABLE t ADD PRIMARY KEY (id);\nCREATE TABLE v (id int);\n",
        ),
        ("V3__c.sql", "CREATE TABLE u (id int);\n"),
    ]);
    let output = verify(server, folder.path(), &["--format", "json"]);
    let report = report(&output, 1);
    let [refused] = &findings(&report, "server-refuses-statement")[..] else { panic!("{report}") };
    assert!(refused["path"].as_str().expect("a path").ends_with("V2__b.sql"));
    assert_eq!((&refused["line"], &refused["severity"]), (&2.into(), &"error".into()));
    let message = refused["message"].as_str().expect("a message");
    assert!(message.contains("could not create unique index") && message.contains("23505"), "{message}");
    let all = statements(&report);
    // What was before it was seen, what comes after it was not run, and the next migration finds no trace of it.
    assert_eq!(all[2]["observed"]["created"], serde_json::json!(["public.u"]));
    assert!(all[4]["not_run"].as_str().expect("a reason").contains("line 2"), "{}", all[4]);
    assert_eq!(all[5]["observed"]["after_error"], true);
    assert_eq!(all[5]["observed"]["created"], serde_json::json!(["public.u"]));
    assert_eq!(leftovers(server), "");
}

#[test]
fn missing_roles_are_said_or_made() {
    let Some(server) = PgServer::start() else { return };
    let folder = folder(&[
        ("V1__a.sql", "CREATE TABLE t (id int);\nGRANT SELECT ON t TO report_reader;\n"),
        ("V2__b.sql", "CREATE ROLE made_here;\nALTER TABLE t OWNER TO made_here;\n"),
        ("V3__c.sql", "DROP TABLE t;\nDROP ROLE made_here;\n"),
    ]);
    let output = verify(&server, folder.path(), &["--format", "json"]);
    let refusal = report(&output, 1);
    let refused = findings(&refusal, "server-refuses-statement");
    assert_eq!(refused[0]["line"], 2);
    assert!(refused[0]["help"].as_str().expect("help").contains("--stub-roles"), "{}", refused[0]);
    assert_eq!(leftovers(&server), "");
    let report = json(&server, folder.path(), &["--stub-roles"]);
    assert_agreement(&report, 6);
    assert_eq!(report["verification"]["stubbed_roles"], serde_json::json!(["report_reader"]));
    assert_eq!(leftovers(&server), "");
}

#[test]
fn missing_extensions_are_said_or_left_out() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[
        (
            "V1__a.sql",
            "CREATE TABLE t (id int);\nCREATE EXTENSION no_such_extension;\nALTER TABLE t ADD n int;\n",
        ),
        ("V2__b.sql", "ALTER TABLE t ADD place no_such_type;\n"),
    ]);
    let output = verify(server, folder.path(), &["--format", "json"]);
    let refusal = report(&output, 1);
    let refused = findings(&refusal, "server-refuses-statement");
    assert_eq!(refused[0]["line"], 2);
    assert!(
        refused[0]["help"].as_str().expect("help").contains("--skip-missing-extensions"),
        "{}",
        refused[0]
    );
    let output = verify(server, folder.path(), &["--skip-missing-extensions", "--format", "json"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("no_such_extension"));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["verification"]["skipped_extensions"], serde_json::json!(["no_such_extension"]));
    let all = statements(&report);
    assert_eq!(lock(all[2], "public.t"), "ACCESS EXCLUSIVE");
    assert!(all[1]["not_run"].as_str().expect("a reason").contains("no_such_extension"));
    let unverified = findings(&report, "server-refuses-statement");
    assert_eq!((unverified.len(), &unverified[0]["severity"]), (1, &"advice".into()), "{unverified:?}");
}

#[test]
fn the_schema_at_the_end_is_compared() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[
        ("V1__a.sql", FIRST),
        (
            "V2__b.sql",
            "CREATE FUNCTION make() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN EXECUTE ''CREATE VIEW made AS SELECT 1 AS n''; RETURN NULL; END';
             CREATE TRIGGER make AFTER INSERT ON users EXECUTE FUNCTION make();
             INSERT INTO users VALUES (2);
             CREATE VIEW mine AS SELECT id FROM users;",
        ),
        ("V3__c.sql", "DO $$ BEGIN IF false THEN CREATE TABLE maybe (id int); END IF; END $$;"),
    ]);
    let report = json(server, folder.path(), &["--last", "1"]);
    let run = &report["verification"];
    let tally = &run["agreement"]["catalog"];
    assert_eq!(tally["compared"].as_u64(), tally["equal"].as_u64().map(|n| n + 1), "{run}");
    let differing = &run["catalog"]["differing"];
    assert_eq!(differing.as_array().map(Vec::len), Some(1), "{differing}");
    assert_eq!(
        (&differing[0]["kind"], &differing[0]["name"], &differing[0]["change"]),
        (&"view".into(), &"public.made".into(), &"added".into())
    );
    // What a condition decides is not known, and nobody's mistake.
    let unknown: Vec<&Value> = run["catalog"]["unknown"].as_array().expect("a list").iter().collect();
    assert!(unknown.iter().any(|d| d["name"] == "public.maybe" && d["change"] == "dropped"), "{unknown:?}");
    let [finding] = &findings(&report, "model-disagrees-with-catalog")[..] else { panic!("{report}") };
    assert_eq!((&finding["object"], &finding["severity"]), (&"public.made".into(), &"warning".into()));
    assert!(finding["diff"].as_str().expect("a diff").contains("+CREATE VIEW public.made"), "{finding}");
    for format in ["terminal", "markdown"] {
        let output =
            verify(server, folder.path(), &["--last", "1", "--format", format, "--fail-on", "never"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("+CREATE VIEW public.made"), "{text}");
        assert!(!text.contains("as predicted"), "{text}");
    }
}

#[test]
fn what_the_server_did_not_take_is_not_expected_of_it() {
    let Some(server) = PgServer::shared() else { return };
    // A statement of the schema before, one of the history, and one under review with all of its transaction.
    let folder = folder(&[
        ("before.sql", "CREATE TABLE old (id int PRIMARY KEY);\nCREATE EXTENSION no_such_extension;\n"),
        ("m/V1__a.sql", "CREATE TABLE one (id int PRIMARY KEY);\n"),
        ("m/V2__b.sql", "CREATE TABLE two (id int);\nCREATE TABLE one (id int);\n"),
        ("m/V3__c.sql", "CREATE TABLE two (id text PRIMARY KEY);\nALTER TABLE old ADD n int;\nSELECT 1/0;\n"),
        ("m/V4__d.sql", "CREATE TABLE two (id uuid PRIMARY KEY);\n"),
    ]);
    let before = folder.path().join("before.sql");
    let before = before.to_str().expect("UTF-8");
    for selection in [&["--last", "2"][..], &[]] {
        let more: Vec<&str> = selection.iter().copied().chain(["--schema", before]).collect();
        let report = json(server, &folder.path().join("m"), &more);
        let run = &report["verification"];
        assert_eq!(run["catalog"]["differing"], serde_json::json!([]), "{run}");
        assert_eq!(run["catalog"]["unknown"], serde_json::json!([]), "{run}");
        // public; three tables with an index each; the table of the tool with two.
        assert_eq!(run["agreement"]["catalog"], serde_json::json!({"compared": 10, "equal": 10}));
    }
}

#[test]
fn what_a_prepared_server_had_before_is_not_compared() {
    let Some(server) = PgServer::start() else { return };
    let sql = "CREATE TABLE theirs (id int); CREATE ROLE theirs; GRANT SELECT ON theirs TO theirs;
        COMMENT ON SCHEMA public IS 'ours'";
    server.psql("template1", sql).expect("a template");
    let folder = folder(&[("V1__a.sql", FIRST), ("V2__b.sql", "GRANT SELECT ON users TO theirs;\n")]);
    assert_agreement(&json(&server, folder.path(), &[]), 4);
}

/// Starts a verify of a migration that takes long, and waits until the server is at it.
fn start_slow(server: &PgServer, folder: &Path) -> Child {
    let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    command.arg("verify").arg(folder).args(["--no-config", "--shadow-url", &server.url("postgres")]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("checkrail");
    let begun = Instant::now();
    let running =
        "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'checkrail%' AND wait_event = 'PgSleep'";
    while server.psql("postgres", running).expect("activity") == "0" {
        assert!(begun.elapsed() < Duration::from_mins(1), "the migration did not start");
        thread::sleep(Duration::from_millis(20));
    }
    child
}

fn slow() -> TempDir {
    folder(&[("V1__a.sql", "CREATE TABLE t (id int);\nSELECT pg_sleep(100);\n")])
}

#[test]
fn a_server_that_dies_is_said_with_the_place() {
    let Some(server) = PgServer::start() else { return };
    let folder = slow();
    let child = start_slow(&server, folder.path());
    drop(server);
    let output = child.wait_with_output().expect("checkrail");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(errors.contains("the shadow server went away at ") && errors.contains("V1__a.sql:2"), "{errors}");
    assert!(output.stdout.is_empty());
}

#[test]
fn an_interrupt_and_a_limit_leave_nothing() {
    let Some(server) = PgServer::start() else { return };
    let folder = slow();
    let child = start_slow(&server, folder.path());
    let signalled = scrubbed("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(signalled.success());
    let output = child.wait_with_output().expect("checkrail");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(leftovers(&server), "");

    let output = verify(&server, folder.path(), &["--shadow-timeout", "1"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(errors.contains("V1__a.sql:2 did not finish within 1 s"), "{errors}");
    assert_eq!(leftovers(&server), "");

    // A run that is killed has a keeper.
    let mut child = start_slow(&server, folder.path());
    child.kill().expect("SIGKILL");
    child.wait().expect("checkrail");
    let begun = Instant::now();
    while !leftovers(&server).is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{}", leftovers(&server));
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_at_once_wait_for_each_other_and_touch_nothing_else() {
    let Some(server) = PgServer::start() else { return };
    server.psql("postgres", "CREATE TABLE mine (id int); INSERT INTO mine VALUES (1)").expect("a table");
    let before = server.dump_where_able("postgres");
    let folder = folder(&[(
        "V1__a.sql",
        "CREATE ROLE shared_role;\nCREATE TABLE mine (id int);\nGRANT ALL ON mine TO shared_role;\n",
    )]);
    thread::scope(|scope| {
        let runs = [0, 1].map(|_| scope.spawn(|| json(&server, folder.path(), &[])));
        for run in runs {
            assert_agreement(&run.join().expect("a run"), 3);
        }
    });
    assert_eq!(leftovers(&server), "");
    assert_eq!(server.dump_where_able("postgres"), before);
    assert_eq!(server.psql("postgres", "SELECT count(*) FROM mine").expect("the table"), "1");
}

#[test]
fn servers_that_cannot_be_reached_are_said_without_passwords() {
    let folder = folder(&[("V1__a.sql", FIRST)]);
    let mut command = checkrail();
    command.arg("verify").arg(folder.path()).arg("--no-config");
    let output = command
        .args(["--shadow-url", "postgres://someone:secret@127.0.0.1:1/db"])
        .output()
        .expect("checkrail");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(errors.contains("cannot connect to") && errors.contains("127.0.0.1:1"), "{errors}");
    assert!(!errors.contains("secret"), "{errors}");
}

#[test]
fn the_schema_before_may_be_a_snapshot() {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(&[("before.sql", FIRST), ("m/V2__b.sql", SECOND)]);
    let snapshot = folder.path().join("before.json");
    let mut command = checkrail();
    command.arg("snapshot").arg(folder.path().join("before.sql")).arg("-o").arg(&snapshot).arg("--no-config");
    command.assert().success();
    for before in [folder.path().join("before.sql"), snapshot] {
        let before = before.to_str().expect("UTF-8");
        assert_agreement(&json(server, &folder.path().join("m"), &["--schema", before]), 5);
    }
}

#[test]
fn a_server_of_its_own_is_started_and_gone() {
    if PgServer::shared().is_none() {
        return;
    }
    let folder = folder(&[("V1__a.sql", FIRST), ("V2__b.sql", SECOND)]);
    let temp = tempfile::Builder::new().prefix("v").tempdir_in("/tmp").expect("temporary folder");
    // As root the server runs as another user, who must get there.
    fs::set_permissions(temp.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("chmod");
    let mut command = checkrail();
    if let Some(bindir) = std::env::var_os("PG_BINDIR") {
        command.env("PG_BINDIR", bindir);
    }
    command.env("TMPDIR", temp.path()).arg("review").arg(folder.path());
    let output = command
        .args(["--verify", "--no-config", "--format", "json", "--fail-on", "never"])
        .output()
        .expect("checkrail");
    assert_agreement(&report(&output, 0), 8);
    assert_eq!(fs::read_dir(temp.path()).expect("the folder").count(), 0);
}
