//! `checkrail schema dump`: the script makes the same schema on an empty database, and says what it cannot.

use std::fs;

use checkrail::introspect::{Options, Target};
use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse::with_large_stack;
use checkrail::review::compare::compare;
use checkrail::schema::Schema;
use checkrail::snapshot::{Parts, Snapshot};

use crate::exact_replay::{entries, forget, migration, read, replay};
use crate::harness::{PgServer, checkrail, each_server, repo};
use crate::introspect;

fn snapshot(schema: Schema) -> Snapshot {
    Snapshot { schema, hidden: Vec::new() }
}

fn live(server: &PgServer, database: &str) -> Schema {
    let target = Target::parse(&server.url(database)).expect("a connection string");
    let options = Options { migrator: Some("postgres".into()), ..Options::default() };
    checkrail::introspect::introspect(&target, &options).expect("a schema").schema
}

/// What differs between two schemas, in either direction.
fn differences(a: &Schema, b: &Schema) -> String {
    let sql = |from, to| compare(from, to, &[]).expect("a comparison").sql(Dialect::PostgreSql);
    sql(a, b) + &sql(b, a)
}

/// Dumps what the scripts make, runs the dump on an empty database and compares; then dumps that database, runs this
/// on another one and compares again. `None` where the server refuses a script.
fn round_trip(server: &PgServer, hint: &str, scripts: &[String]) -> Option<String> {
    // The server says whether the scripts are right for its version.
    let database = server.create_db(hint);
    let refused = scripts.iter().any(|text| server.psql(&database, text).is_err());
    forget(server, &database);
    if refused {
        return None;
    }
    let version = ServerVersion::new(server.major()).expect("supported");
    let (first, second) = (server.create_db(hint), server.create_db(hint));
    let report = with_large_stack(|| {
        let replayed = snapshot(replay(version, scripts));
        let dump = replayed.to_sql(Parts { roles: true });
        server.psql(&first, &dump).unwrap_or_else(|error| panic!("{hint}: {error}\n{dump}"));
        let made = snapshot(live(server, &first));
        let mut report = differences(&replayed.schema, &made.schema);
        // Roles are there by now.
        let dump = made.to_sql(Parts { roles: false });
        server.psql(&second, &dump).unwrap_or_else(|error| panic!("{hint}, again: {error}\n{dump}"));
        let again = snapshot(live(server, &second));
        report += &differences(&made.schema, &again.schema);
        report
    });
    forget(server, &first);
    forget(server, &second);
    Some(report.expect("the large stack"))
}

#[test]
fn shop() {
    let Some(server) = PgServer::start() else { return };
    let files = entries("migrations-examples/postgresql/shop/migrations");
    let scripts: Vec<String> =
        files.iter().filter(|path| path.ends_with(".up.sql")).map(|path| migration(path)).collect();
    assert_eq!(round_trip(&server, "shop", &scripts).as_deref(), Some(""));
}

#[test]
fn everything_that_catalogs_hold() {
    each_server(everything);
}

fn everything(server: &PgServer) {
    let fixture = vec![introspect::script(server.major())];
    assert_eq!(round_trip(server, "fixture", &fixture).as_deref(), Some(""));
    let written = vec![read("tests/canonical/base.sql"), read("tests/canonical/written.sql")];
    assert_eq!(round_trip(server, "written", &written).as_deref(), Some(""));
}

#[test]
fn scenarios() {
    let Some(server) = PgServer::start() else { return };
    let (mut made, mut reports) = (0, String::new());
    for folder in entries("migrations-examples/postgresql") {
        let name = folder.rsplit('/').next().unwrap_or("");
        let paths = [format!("{folder}/before.sql"), format!("{folder}/good.sql")];
        let known = !["drop-database", "statement-not-analysed"].contains(&name);
        if known && paths.iter().all(|path| repo(path).exists()) {
            let report = round_trip(&server, name, &paths.map(|path| read(&path)));
            made += usize::from(report.is_some());
            reports += &report.unwrap_or_default();
        }
    }
    assert!(made > 30, "{made} sets were dumped");
    assert_eq!(reports, "");
}

/// Names that need quotes, schemas that shadow each other, no schema `public`, and a comment that looks like SQL.
#[test]
fn odd_names_and_search_paths() {
    let Some(server) = PgServer::start() else { return };
    let scripts = [
        r#"
CREATE SCHEMA "Odd ""one"""; CREATE SCHEMA b;
CREATE TABLE "Odd ""one""".t (id int PRIMARY KEY, "select" text DEFAULT E'a\nb;--');
CREATE TABLE b.t (id int PRIMARY KEY, other int REFERENCES "Odd ""one""".t);
SET search_path = b, "Odd ""one""";
CREATE VIEW v AS SELECT id, other FROM t;
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.id FROM t';
COMMENT ON TABLE t IS E'; DROP TABLE t; --\n-- x';
DROP SCHEMA public;
"#
        .to_owned(),
        r#"
SET search_path = "Odd ""one""", b;
CREATE VIEW b.w AS SELECT id, "select" FROM t;
CREATE TABLE "Odd ""one""".u (key int);
CREATE POLICY p ON b.t USING (EXISTS (SELECT FROM u WHERE key = other));
"#
        .to_owned(),
    ];
    assert_eq!(round_trip(&server, "odd", &scripts).as_deref(), Some(""));
}

#[test]
fn what_no_statement_says_stands_in_the_head() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schema.sql");
    let sql =
        "CREATE TABLE t AS SELECT mystery(1) AS x; EXPLODE t; GRANT SELECT ON t TO ann; CREATE ROLE bob;";
    fs::write(&file, sql).expect("written");
    let dump = |roles: &[&str]| {
        let args = [&["schema", "dump", file.to_str().expect("UTF-8")], roles].concat();
        let output = checkrail().args(args).output().expect("checkrail");
        assert_eq!(output.status.code(), Some(0));
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (text(output.stdout), text(output.stderr))
    };
    let (out, err) = dump(&[]);
    assert!(out.starts_with("-- Schema of postgresql 18: 1 table\n"), "{out}");
    assert!(out.contains("-- incomplete: the types of these columns are not known: public.t.x\n"), "{out}");
    assert!(
        out.contains("-- incomplete: statements that could not be read may have changed anything\n"),
        "{out}"
    );
    assert!(out.contains("-- roles that have to be there: ann\n"), "{out}");
    assert!(!out.contains("CREATE ROLE"), "{out}");
    assert!(err.contains("the types of public.t.x are not known"), "{err}");
    assert!(err.contains("some statements could not be read"), "{err}");
    assert!(dump(&["--roles"]).0.contains("CREATE ROLE bob;\n"));
}

#[test]
fn a_dump_of_a_dump_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let shop = repo("migrations-examples/postgresql/shop/migrations");
    let run = |source: &str, to: &str| {
        checkrail().args(["schema", "dump", source, "--roles", "-o", to]).assert().success();
        fs::read_to_string(to).expect("a dump")
    };
    let first = run(shop.to_str().expect("UTF-8"), &path("1.sql"));
    assert!(first.contains("CREATE TABLE app.orders ("), "{first}");
    assert_eq!(run(&path("1.sql"), &path("2.sql")), first);
    let snapshot = path("shop.json");
    checkrail().args(["snapshot", shop.to_str().expect("UTF-8"), "-o", &snapshot]).assert().success();
    assert_eq!(run(&snapshot, &path("3.sql")), first);
}
