//! What hangs on objects: each case of a table is run with its way back, and the catalogs are as they were.

use checkrail::policy::Policy;
use checkrail::remedy::rollback::Reversibility;

use crate::harness::{PgServer, each_server, repo};
use crate::rollback::{Case, cases};
use crate::round_trip::live::catalogs;
use crate::round_trip::model::{difference, residue};
use crate::support::review_sql;

/// Class and first major version of a case.
fn head<'a>(case: &Case<'a>) -> (&'a str, u16) {
    let (class, version) = case.class.split_once(' ').unwrap_or((case.class, "13"));
    (class, version.parse().expect("a version"))
}

fn run(server: &PgServer, case: &Case<'_>) -> Result<(), String> {
    let (expected, _) = head(case);
    let roles = "CREATE ROLE app; CREATE ROLE reader;";
    let before = format!("{roles}\n{}", case.before);
    let report = review_sql(&before, &case.up, &Policy::bare("test"), server.major());
    let script = report.rollback.first();
    let class = script.map_or(Reversibility::NoneNeeded, |s| s.class);
    let sql = script.map_or("", |s| s.sql.as_str());
    let problem = |what: String| Err(format!("{what}\n--- script:\n{sql}"));
    if class.as_str() != expected {
        return problem(format!("is {}, not {expected}", class.as_str()));
    }
    let database = server.create_db("catalogs");
    server.psql(&database, &case.before).map_err(|e| format!("before: {e}"))?;
    let before = catalogs(server, &database);
    server.psql(&database, &case.up).map_err(|e| format!("up: {e}"))?;
    if difference(&catalogs(server, &database), &before).is_none() {
        return problem("the migration changes nothing".to_owned());
    }
    if let Err(error) = server.psql(&database, sql) {
        return problem(error);
    }
    let after = catalogs(server, &database);
    match class {
        Reversibility::NoneNeeded | Reversibility::Exact => match difference(&after, &before) {
            Some(difference) => problem(difference),
            None => Ok(()),
        },
        Reversibility::Lossy => {
            let residue = residue(&after, &before);
            if residue.is_empty() { Ok(()) } else { problem(format!("{residue:#?}")) }
        }
        Reversibility::Irreversible => Ok(()),
    }
}

#[test]
fn catalogs_come_back() {
    let text =
        std::fs::read_to_string(repo("tests/fixtures/postgresql/rollback_catalogs.sql")).expect("fixture");
    let start = text.find("--- ").expect("a case");
    let cases = cases(&text[start..]);
    assert!(cases.len() >= 43, "{} cases", cases.len());
    let only = std::env::var("CASE").ok();
    each_server(|server| {
        server.psql("postgres", "CREATE ROLE app; CREATE ROLE reader").expect("roles");
        let failures: Vec<String> = cases
            .iter()
            .filter(|case| only.as_ref().is_none_or(|only| case.name == only))
            .filter(|case| server.major() >= head(case).1)
            .filter_map(|case| Some(format!("=== {}: {}", case.name, run(server, case).err()?)))
            .collect();
        assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), cases.len(), failures.join("\n"));
    });
}
