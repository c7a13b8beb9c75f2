//! The statements between two schemas, on a real server: a database with the first becomes one with the second, as
//! `pg_dump` sees it.

use std::fmt::Write as _;

use checkrail::emit;
use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse;
use checkrail::plan::{Replay, Wrap};
use checkrail::review::compare::compare;
use checkrail::schema::{Coverage, Schema};
use checkrail::source::{LoadOptions, Runner, load};
use checkrail::text::{FileId, SourceMap, Span, offset};

use crate::harness::{PgServer, checkrail, repo};
use crate::rollback;

/// Two states of a database, each as the statements that make it. Each is turned into the other.
struct Pair {
    name: String,
    one: String,
    other: String,
}

fn server() -> Option<(PgServer, u16)> {
    let server = PgServer::start()?;
    server.psql("postgres", "CREATE ROLE app; CREATE ROLE reader").expect("roles");
    let number: u32 =
        server.psql("postgres", "SHOW server_version_num").expect("version").parse().expect("a number");
    Some((server, u16::try_from(number / 10_000).expect("a major version")))
}

/// The schema that SQL makes, with the roles that the server has.
fn schema(sql: &str, version: u16) -> Schema {
    let sql = format!("CREATE ROLE app; CREATE ROLE reader;\n{sql}");
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    let mut replay = Replay::new(schema);
    let span = Span::new(0, offset(sql.len()));
    let parsed = parse::script(&sql, span, FileId(0), Dialect::PostgreSql);
    replay.history(Wrap::Statement, parsed.statements.iter());
    let mut schema = replay.into_schema();
    schema.reset_session();
    schema
}

/// The SQL from one to the other.
fn between(from: &str, to: &str, version: u16) -> String {
    let compared = parse::with_large_stack(|| {
        compare(&schema(from, version), &schema(to, version), &[]).expect("no renames")
    });
    emit::script(&compared.expect("a thread").ops, Dialect::PostgreSql)
}

/// The dump with its lines in an order of their own: columns may stand elsewhere.
fn unordered(dump: &str) -> String {
    let mut lines: Vec<&str> = dump.lines().map(|l| l.trim_end_matches(',')).collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn run(server: &PgServer, version: u16, pair: &Pair) -> Result<(), String> {
    let (one, other) = (server.create_db("one"), server.create_db("other"));
    // What the server refuses is no state to come from or to get to.
    if server.psql(&one, &pair.one).is_err() || server.psql(&other, &pair.other).is_err() {
        return Ok(());
    }
    let (first, second) = (server.dump(&one), server.dump(&other));
    let ways = [
        ("there", &one, between(&pair.one, &pair.other, version), second),
        ("back", &other, between(&pair.other, &pair.one, version), first),
    ];
    let mut failures = Vec::new();
    for (way, database, sql, wanted) in ways {
        if UNREACHABLE.contains(&(pair.name.as_str(), way)) {
            continue;
        }
        if let Err(error) = server.psql(database, &sql) {
            failures.push(format!("{way}: {error}\n--- script:\n{sql}"));
            continue;
        }
        let (found, wanted) = (unordered(&server.dump(database)), unordered(&wanted));
        if found != wanted {
            let difference = similar::TextDiff::from_lines(&found, &wanted);
            let difference = difference.unified_diff().context_radius(0).to_string();
            failures.push(format!("{way}: {difference}\n--- script:\n{sql}"));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// What statements cannot reach, or the model does not hold.
const UNREACHABLE: &[(&str, &str)] = &[
    // Columns that a table had before it became a child stay its own.
    ("no-inherit", "back"),
    // The server keeps the old name as an alias in the view's text.
    ("rename-table", "there"),
    // Defaults of view columns have no model.
    ("view-default", "there"),
    ("view-default", "back"),
];

fn all_lead_there(pairs: &[Pair]) {
    let Some((server, version)) = server() else { return };
    let only = std::env::var("CASE").ok();
    let pairs: Vec<&Pair> =
        pairs.iter().filter(|p| only.as_ref().is_none_or(|o| p.name.contains(o))).collect();
    let failures: Vec<String> = std::thread::scope(|scope| {
        let (server, pairs) = (&server, &pairs);
        let work = move |n: usize| -> Vec<String> {
            let one = |p: &&Pair| Some(format!("=== {}: {}", p.name, run(server, version, p).err()?));
            pairs.iter().skip(n).step_by(4).filter_map(one).collect()
        };
        let threads: Vec<_> = (0..4).map(|n| scope.spawn(move || work(n))).collect();
        threads.into_iter().flat_map(|t| t.join().expect("a thread")).collect()
    });
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), pairs.len(), failures.join("\n"));
}

#[test]
fn changes_and_their_reverse() {
    let text = std::fs::read_to_string(repo("tests/fixtures/postgresql/rollback.sql")).expect("fixture");
    let mut pairs = Vec::new();
    for case in rollback::cases(&text) {
        let other = format!("{}\n{}", case.before, case.up);
        pairs.push(Pair { name: case.name.to_owned(), one: case.before, other });
    }
    assert!(pairs.len() >= 60, "{} pairs", pairs.len());
    all_lead_there(&pairs);
}

#[test]
fn what_stands_in_the_way() {
    let text = std::fs::read_to_string(repo("tests/fixtures/postgresql/diff.sql")).expect("fixture");
    let mut pairs = Vec::new();
    for case in text.split("--- ").skip(1) {
        let (name, states) = case.split_once('\n').expect("a name");
        let (one, other) = states.split_once("-- to\n").expect("two states");
        pairs.push(Pair { name: name.to_owned(), one: one.to_owned(), other: other.to_owned() });
    }
    assert!(pairs.len() >= 10, "{} pairs", pairs.len());
    all_lead_there(&pairs);
}

#[test]
fn the_shop_at_two_points() {
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: None, dialect: Some(Dialect::PostgreSql) };
    let path = repo("migrations-examples/postgresql/shop/migrations");
    let set = load(path.to_str().expect("UTF-8"), &options, &mut sources).expect("migrations");
    let mut states = vec![String::new()];
    for migration in &set.migrations {
        let mut state = states.last().expect("a state").clone();
        let text = migration.up_text(&sources);
        let single = migration.runner != Runner::PerStatement && !text.starts_with("-- no-transaction");
        let _ = if single { writeln!(state, "BEGIN;\n{text}\n;COMMIT;") } else { writeln!(state, "{text};") };
        states.push(state);
    }
    let pair = |(i, j): (usize, usize)| Pair {
        name: format!("shop {i} to {j}"),
        one: states[i].clone(),
        other: states[j].clone(),
    };
    let last = states.len() - 1;
    all_lead_there(&[(1, 5), (5, 12), (12, last), (3, last), (last - 3, last)].map(pair));
}

/// A run of the binary on two files; exit code, standard output, standard error.
fn command(from: &str, to: &str, more: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("from.sql", from), ("to.sql", to)] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let args = [&["diff", "from.sql", "to.sql"], more].concat();
    let output = checkrail().current_dir(folder.path()).args(args).output().expect("checkrail");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

const OLD: &str = "CREATE TABLE users (id int PRIMARY KEY, mail text NOT NULL);";
const NEW: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);";

#[test]
fn equal_schemas_end_with_0() {
    let spelled = "create table public.users (id integer, mail text not null, primary key (id));";
    assert_eq!(command(OLD, spelled, &[]), (0, "no difference\n".to_owned(), String::new()));
    assert_eq!(command(OLD, OLD, &["--format", "sql"]).1, "");
}

#[test]
fn roles_that_a_database_does_not_use_are_not_its_own() {
    let Some((server, _)) = server() else { return };
    let database = server.create_db("roles");
    let sql = "CREATE TABLE t (id int PRIMARY KEY); GRANT SELECT ON t TO app;";
    server.psql(&database, sql).expect("a table");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schema.sql");
    std::fs::write(&file, format!("CREATE ROLE app;\n{sql}\n")).expect("written");
    // `reader` is another application's; `app` is not.
    let output = checkrail().arg("diff").arg(server.url(&database)).arg(&file).output().expect("runs");
    let told =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("left out: 1 role of the server that nothing in the database uses"), "{told}");
    std::fs::write(&file, "CREATE ROLE other;\nCREATE TABLE t (id int PRIMARY KEY);\n").expect("written");
    let output = checkrail().arg("diff").arg(server.url(&database)).arg(&file).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("role app: dropped"), "{told}");
}

#[test]
fn renames_are_offered_and_not_assumed() {
    let (code, out, err) = command(OLD, NEW, &[]);
    assert_eq!(code, 1);
    assert!(
        out.contains("-    mail text NOT NULL,\n+    id bigint NOT NULL,\n+    email text NOT NULL,\n"),
        "{out}"
    );
    assert!(out.ends_with("1 changed\n"), "{out}");
    assert!(err.contains("--rename public.users.mail=email"), "{err}");
    let (code, out, err) = command(OLD, NEW, &["--format", "sql", "--rename", "users.mail=email"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert_eq!(
        out,
        "ALTER TABLE public.users RENAME COLUMN mail TO email;\nALTER TABLE public.users ALTER COLUMN id TYPE bigint;\n"
    );
    let table = "CREATE TABLE people (id int PRIMARY KEY, mail text NOT NULL);";
    let (_, _, err) = command(OLD, table, &[]);
    assert!(err.contains("--rename public.users=public.people"), "{err}");
    for (rename, message) in [
        ("users.mail", "write OLD=NEW"),
        ("nobody=people", "the first schema has no such"),
        ("users=folk", "the second schema has no such relation"),
        ("users=app.people", "only the last part"),
    ] {
        let (code, _, err) = command(OLD, table, &["--rename", rename]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn hazards_are_those_of_a_migration() {
    let (code, out, _) = command(OLD, NEW, &["--format", "json", "--rename", "users.mail=email"]);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let rules: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|f| f["rule"].as_str().expect("a rule"))
        .collect();
    assert!(rules.contains(&"rewriting-type-change"), "{rules:?}");
    assert!(rules.contains(&"rename-column"), "{rules:?}");
    let (_, out, _) = command(OLD, NEW, &["--format", "terminal", "--format", "sql=way.sql"]);
    assert!(out.contains("rewriting-type-change"), "{out}");
}
