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

use crate::harness::{PgServer, repo};
use crate::rollback;

/// Two states of a database, each as the statements that make it.
struct Pair {
    name: String,
    from: String,
    to: String,
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
fn between(pair: &Pair, version: u16) -> String {
    let compared = parse::with_large_stack(|| {
        compare(&schema(&pair.from, version), &schema(&pair.to, version), &[]).expect("no renames")
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
    let (from, to) = (server.create_db("from"), server.create_db("to"));
    // What the server refuses is no state to come from or to get to.
    if server.psql(&from, &pair.from).is_err() || server.psql(&to, &pair.to).is_err() {
        return Ok(());
    }
    let sql = between(pair, version);
    server.psql(&from, &sql).map_err(|error| format!("{error}\n--- script:\n{sql}"))?;
    let (found, wanted) = (unordered(&server.dump(&from)), unordered(&server.dump(&to)));
    if found == wanted {
        return Ok(());
    }
    let difference =
        similar::TextDiff::from_lines(&found, &wanted).unified_diff().context_radius(0).to_string();
    Err(format!("{difference}\n--- script:\n{sql}"))
}

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

/// Both ways between a state and what a change makes of it.
fn there_and_back(name: &str, before: &str, change: &str) -> [Pair; 2] {
    let after = format!("{before}\n{change}");
    [
        Pair { name: format!("{name} there"), from: before.to_owned(), to: after.clone() },
        Pair { name: format!("{name} back"), from: after, to: before.to_owned() },
    ]
}

#[test]
fn changes_and_their_reverse() {
    let text = std::fs::read_to_string(repo("tests/fixtures/postgresql/rollback.sql")).expect("fixture");
    let mut pairs = Vec::new();
    for case in rollback::cases(&text) {
        pairs.extend(there_and_back(case.name, &case.before, &case.up));
    }
    assert!(pairs.len() >= 120, "{} pairs", pairs.len());
    all_lead_there(&pairs);
}

#[test]
fn what_stands_in_the_way() {
    let text = std::fs::read_to_string(repo("tests/fixtures/postgresql/diff.sql")).expect("fixture");
    let mut pairs = Vec::new();
    for case in text.split("--- ").skip(1) {
        let (name, states) = case.split_once('\n').expect("a name");
        let (from, to) = states.split_once("-- to\n").expect("two states");
        let pair =
            |name: String, from: &str, to: &str| Pair { name, from: from.to_owned(), to: to.to_owned() };
        pairs.push(pair(format!("{name} there"), from, to));
        pairs.push(pair(format!("{name} back"), to, from));
    }
    assert!(pairs.len() >= 20, "{} pairs", pairs.len());
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
    let pair = |i: usize, j: usize| Pair {
        name: format!("shop {i} to {j}"),
        from: states[i].clone(),
        to: states[j].clone(),
    };
    let last = states.len() - 1;
    let points =
        [(1, 5), (5, 12), (12, last), (last, 12), (last, 5), (3, last), (last - 1, last), (last, last - 3)];
    all_lead_there(&points.map(|(i, j)| pair(i, j)));
}
