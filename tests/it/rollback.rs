//! The way back, on a real server: what a migration does, its generated rollback undoes, as `pg_dump` sees it.

use checkrail::policy::Policy;
use checkrail::remedy::rollback::Reversibility;
use checkrail::review::Report;

use crate::harness::{PgServer, repo};
use crate::support::review_sql;

/// A migration with the schema it starts from.
struct Case<'a> {
    name: &'a str,
    class: &'a str,
    before: String,
    up: String,
}

/// `--- name class`, the schema before, `--- up`, the migration.
fn cases(text: &str) -> Vec<Case<'_>> {
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
    // A class with a tilde: not even the structure comes back whole.
    let structure = !case.class.ends_with('~');
    if class.as_str() != case.class.trim_end_matches('~') {
        return problem(&format!("is {}, not {} (statements: {})", class.as_str(), case.class, worst.as_str()));
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
    let failures: Vec<String> = cases
        .iter()
        .filter(|c| only.as_ref().is_none_or(|o| c.name == o))
        .filter_map(|c| run(&server, version, c).err().map(|e| format!("=== {}: {e}", c.name)))
        .collect();
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), cases.len(), failures.join("\n"));
}
