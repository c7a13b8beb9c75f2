//! The way back, on a real server: what a migration does, its generated rollback undoes, as `pg_dump` sees it.

mod catalogs;

use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse;
use checkrail::policy::Policy;
use checkrail::remedy::rollback::Reversibility;
use checkrail::review::{Reader, Report, Request, Wrapping, review};
use checkrail::schema::{Coverage, Schema};
use checkrail::source::{LoadOptions, MigrationSet, Runner, load};
use checkrail::text::{SourceMap, Span};

use crate::harness::{PgServer, repo};
use crate::support::review_sql;

/// A migration with the schema it starts from.
pub struct Case<'a> {
    pub name: &'a str,
    pub class: &'a str,
    pub before: String,
    pub up: String,
}

/// `--- name class`, the schema before, `--- up`, the migration.
pub fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut up = false;
    for line in text.lines() {
        match line.strip_prefix("--- ") {
            Some("up") => up = true,
            Some(head) => {
                let (name, class) = head.split_once(' ').expect("name and class");
                cases.push(Case { name, class, before: String::new(), up: String::new() });
                up = false;
            }
            None => {
                let case = cases.last_mut().expect("a case");
                let part = if up { &mut case.up } else { &mut case.before };
                part.push_str(line);
                part.push('\n');
            }
        }
    }
    cases
}

fn policy() -> Policy {
    Policy::bare("test")
}

/// A server of its own, since the cases work on roles, and its major version.
fn server() -> Option<(PgServer, u16)> {
    let server = PgServer::start()?;
    server.psql("postgres", "CREATE ROLE app; CREATE ROLE reader").expect("roles");
    let number: u32 =
        server.psql("postgres", "SHOW server_version_num").expect("version").parse().expect("a number");
    Some((server, u16::try_from(number / 10_000).expect("a major version")))
}

/// The dump with its lines in an order of their own: columns may stand elsewhere.
fn unordered(dump: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = dump.lines().map(|l| l.trim_end_matches(',')).collect();
    lines.sort_unstable();
    lines
}

fn difference(before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(2).to_string()
}

/// Runs one case; an error is what went wrong.
fn run(server: &PgServer, version: u16, case: &Case<'_>) -> Result<(), String> {
    let roles = "CREATE ROLE app; CREATE ROLE reader;";
    let report: Report = review_sql(&format!("{roles}\n{}", case.before), &case.up, &policy(), version);
    let statements = &report.migrations[0].statements;
    let worst = statements.iter().map(|s| s.reversibility).max().unwrap_or(Reversibility::NoneNeeded);
    let script = report.rollback.first();
    let class = script.map_or(Reversibility::NoneNeeded, |s| s.class);
    let sql = script.map_or("", |s| s.sql.as_str());
    let problem = |what: &str| Err(format!("{what}\n--- script:\n{sql}"));
    // A class with a tilde: not even the structure comes back whole. Nor does it where a concurrent detachment
    // leaves a check behind.
    let concurrent_detach = case.up.contains("DETACH PARTITION") && case.up.contains("CONCURRENTLY");
    let structure = !case.class.ends_with('~') && !concurrent_detach;
    if !case.class.is_empty() && class.as_str() != case.class.trim_end_matches('~') {
        return problem(&format!(
            "is {}, not {} (statements: {})",
            class.as_str(),
            case.class,
            worst.as_str()
        ));
    }
    let database = server.create_db("rollback");
    server.psql(&database, &case.before).map_err(|e| format!("before: {e}"))?;
    let before = server.dump(&database);
    server.psql(&database, &case.up).map_err(|e| format!("up: {e}"))?;
    let whole = if script.is_some_and(|s| s.transaction) {
        format!("BEGIN;\n{sql}COMMIT;\n")
    } else {
        sql.to_owned()
    };
    if let Err(error) = server.psql(&database, &whole) {
        return problem(&error);
    }
    let after = server.dump(&database);
    let restored = match class {
        Reversibility::NoneNeeded | Reversibility::Exact => before == after,
        Reversibility::Lossy => !structure || unordered(&before) == unordered(&after),
        Reversibility::Irreversible => true,
    };
    if restored { Ok(()) } else { problem(&difference(&before, &after)) }
}

#[test]
fn scripts_restore_the_schema() {
    let Some((server, version)) = server() else { return };
    let text = std::fs::read_to_string(repo("tests/fixtures/postgresql/rollback.sql")).expect("fixture");
    let cases = cases(&text);
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let only = std::env::var("CASE").ok();
    let cases: Vec<_> = cases.into_iter().filter(|c| only.as_ref().is_none_or(|o| c.name == o)).collect();
    all_pass(&server, version, &cases);
}

/// Runs cases, several at a time.
fn all_pass(server: &PgServer, version: u16, cases: &[Case<'_>]) {
    let failures: Vec<String> = std::thread::scope(|scope| {
        let work = |cases: Vec<&Case<'_>>| -> Vec<String> {
            let one = |c: &&Case<'_>| Some(format!("=== {}: {}", c.name, run(server, version, c).err()?));
            cases.iter().filter_map(one).collect()
        };
        let threads: Vec<_> =
            (0..4).map(|n| scope.spawn(move || work(cases.iter().skip(n).step_by(4).collect()))).collect();
        threads.into_iter().flat_map(|t| t.join().expect("a thread")).collect()
    });
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// The scenarios of the examples, the flagged change and the accepted one: whatever class the script has, it
/// runs, and restores what the class says.
#[test]
fn examples_come_back() {
    let Some((server, version)) = server() else { return };
    let mut cases = Vec::new();
    let mut folders: Vec<_> = std::fs::read_dir(repo("migrations-examples/postgresql"))
        .expect("examples")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.join("before.sql").is_file())
        .collect();
    folders.sort();
    for folder in &folders {
        // Databases belong to the cluster, and two scenarios cannot have the same one.
        if folder.ends_with("drop-database") {
            continue;
        }
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("readable");
        for file in ["bad.sql", "good.sql"] {
            let up = read(file);
            if !up.starts_with("-- expect error") {
                let name = format!("{}/{file}", folder.file_name().expect("a name").display());
                cases.push(Case { name: name.leak(), class: "", before: read("before.sql"), up });
            }
        }
    }
    assert!(cases.len() > 50, "{} scenarios", cases.len());
    all_pass(&server, version, &cases);
}

/// The example application: for each of its migrations the generated way back does what the hand-written one
/// does, on a database with rows.
#[test]
fn shop_comes_back_as_by_hand() {
    let Some((server, version)) = server() else { return };
    let folder = repo("migrations-examples/postgresql/shop");
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: None, dialect: Some(Dialect::PostgreSql) };
    let path = folder.join("migrations");
    let set = load(path.to_str().expect("UTF-8"), &options, &mut sources).expect("migrations");
    assert_eq!(set.migrations.len(), 28);
    let texts: Vec<(String, String, bool)> = set
        .migrations
        .iter()
        .map(|m| {
            let down = m.down.expect("a down file");
            let text = |file, span: Span| span.slice(&sources.file(file).text).to_owned();
            let single = !matches!(m.runner, Runner::PerStatement);
            (
                text(m.up, m.up_span),
                text(down.file, down.span),
                single && !m.up_text(&sources).starts_with("-- no-transaction"),
            )
        })
        .collect();
    let names: Vec<String> = set.migrations.iter().map(|m| m.name.clone()).collect();
    let report = review_set(&set, sources, version);
    let script = |path: &str| report.rollback.iter().find(|r| r.path == *path);
    let shop = server.create_db("shop");
    let clone = |name: &str| {
        let sql = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} TEMPLATE {shop}");
        server.psql("postgres", &sql).expect("a clone");
        name.to_owned()
    };
    let run = |database: &str, sql: &str, single: bool| {
        let whole = if single { format!("BEGIN;\n{sql}\n;COMMIT;\n") } else { sql.to_owned() };
        server.psql(database, &whole)
    };
    let mut failures = Vec::new();
    for (i, (up, down, single)) in texts.iter().enumerate() {
        let migration = &report.migrations[i];
        run(&shop, up, *single).expect("up");
        let by_hand = clone("by_hand");
        run(&by_hand, down, *single).expect("down");
        let generated = clone("generated");
        let (sql, alone) =
            script(&migration.path).map_or((String::new(), false), |s| (s.sql.clone(), s.transaction));
        let outcome = run(&generated, &sql, alone);
        if sql.is_empty() {
            // What the migration validated stays validated.
            for database in [&by_hand, &generated] {
                server.psql(database, "UPDATE pg_constraint SET convalidated = true").expect("update");
            }
        }
        let (expected, found) = (server.dump(&by_hand), server.dump(&generated));
        if outcome.is_err() || expected != found {
            failures.push(format!(
                "=== {}: {outcome:?}\n{}\n--- script:\n{sql}",
                names[i],
                difference(&expected, &found)
            ));
        }
        if names[i].starts_with("rename_coupons") {
            let seed = std::fs::read_to_string(folder.join("seed.sql")).expect("seed");
            server.psql(&shop, &seed).expect("seed");
        }
    }
    assert!(failures.is_empty(), "{} failed\n{}", failures.len(), failures.join("\n"));
}

/// Reviews migrations, each a change set of its own, from an empty database.
fn review_set(set: &MigrationSet, sources: SourceMap, version: u16) -> Report {
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    let policy = policy();
    parse::with_large_stack(|| {
        let migrations = set
            .migrations
            .iter()
            .enumerate()
            .map(|(index, m)| reader.migration(m, index, &sources))
            .collect();
        review(Request {
            sources,
            schema,
            history: Vec::new(),
            migrations,
            one_change_set: false,
            policy: &policy,
            today: "2026-01-15".parse().expect("a date"),
            layout: "plain".to_owned(),
            trace: None,
            database: None,
            proofs: None,
            schema_diff: true,
            review_rollbacks: false,
            queries: None,
            baseline: None,
            detail: false,
        })
        .report
    })
    .expect("a thread")
}
