//! The shipped examples: `bad.sql` shows its hazard, `good.sql` is free of it, and all findings of the default
//! pack over all examples are on record, so that a change that flags too much shows.

use std::fmt::Write;
use std::fs;

use checkrail::policy::Policy;
use checkrail::review::Report;

use crate::harness::{checkrail, repo};
use crate::support::review_sql;

struct Scenario {
    name: String,
    before: String,
    bad: String,
    good: String,
}

fn scenarios() -> Vec<Scenario> {
    let mut found = Vec::new();
    for entry in fs::read_dir(repo("migrations-examples/postgresql")).expect("examples").flatten() {
        let read = |file: &str| fs::read_to_string(entry.path().join(file));
        if let (Ok(before), Ok(bad), Ok(good)) = (read("before.sql"), read("bad.sql"), read("good.sql")) {
            let name = entry.file_name().into_string().expect("UTF-8");
            found.push(Scenario { name, before, bad, good });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(found.len() >= 50, "only {} scenarios", found.len());
    found
}

fn count(report: &Report, rule: &str) -> usize {
    report.findings.iter().filter(|f| f.rule == rule).count()
}

#[test]
fn bad_shows_the_hazard_and_good_does_not() {
    let policy = Policy::bare("test");
    let mut wrong = Vec::new();
    for scenario in scenarios() {
        if count(&review_sql(&scenario.before, &scenario.bad, &policy, 15), &scenario.name) == 0 {
            wrong.push(format!("{}/bad.sql: not flagged", scenario.name));
        }
        let good = review_sql(&scenario.before, &scenario.good, &policy, 15);
        if count(&good, &scenario.name) > 0 {
            wrong.push(format!("{}/good.sql: flagged", scenario.name));
        }
        for finding in good.findings.iter().filter(|f| f.severity == checkrail::finding::Severity::Error) {
            let (rule, line, message) = (&finding.rule, finding.line, &finding.message);
            wrong.push(format!("{}/good.sql:{line}: error {rule}: {message}", scenario.name));
        }
        if good.summary.not_analysed > 0 && scenario.name != "statement-not-analysed" {
            wrong.push(format!("{}/good.sql: not analysed in full", scenario.name));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn all_findings_over_all_scenarios() {
    let policy = Policy::builtin_default();
    let mut text = String::new();
    for scenario in scenarios() {
        for (file, sql) in [("bad", &scenario.bad), ("good", &scenario.good)] {
            let report = review_sql(&scenario.before, sql, &policy, 15);
            let _ = writeln!(text, "{}/{file}.sql", scenario.name);
            for f in &report.findings {
                let _ = writeln!(text, "  {}:{} {} {}: {}", f.line, f.column, f.severity, f.rule, f.message);
            }
        }
    }
    insta::assert_snapshot!("scenarios", text);
}

#[test]
fn the_shop_history() {
    let output = checkrail()
        .current_dir(repo("."))
        // The manifest of this repository is not the shop's, and it names sqlx.
        .args(["review", "migrations-examples/postgresql/shop/migrations"])
        .args(["--server-version", "15", "--layout", "golang-migrate"])
        .output()
        .expect("runs");
    insta::assert_snapshot!("shop", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn down_scripts_that_do_not_undo() {
    let run = |args: &[&str]| {
        let mut command = checkrail();
        command.current_dir(repo("migrations-examples/postgresql/downs")).args(args);
        String::from_utf8(command.output().expect("runs").stdout).expect("UTF-8")
    };
    insta::assert_snapshot!("downs", run(&["review", "migrations", "--policy", "reversibility", "--quiet"]));
    let rollback = run(&["rollback", "migrations", "--from", "2"]);
    insta::assert_snapshot!("downs-rollback", rollback);
    // The guide shows what is printed.
    let guide = fs::read_to_string(repo("docs/rollback.md")).expect("the guide");
    let shown = rollback.split("\n-- way back of migrations/5").next().expect("two scripts");
    assert!(guide.contains(shown), "docs/rollback.md does not show:\n{shown}");
}
