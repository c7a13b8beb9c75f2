//! Advice that holds for every migration alike is given once for a history, and once for a statement.

use std::fs;

use serde_json::Value;

use crate::harness::checkrail;

const FILES: [(&str, &str); 4] = [
    ("V1__tables.sql", "CREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE b (id bigint PRIMARY KEY);\n"),
    ("V2__note.sql", "ALTER TABLE a ADD COLUMN note text;\n"),
    ("V3__memo.sql", "ALTER TABLE a ADD COLUMN memo text;\n"),
    (
        "V4__both.sql",
        "ALTER TABLE a ADD COLUMN tag text;\nALTER TABLE b ADD COLUMN tag text;\nCREATE TABLE c (id bigint PRIMARY KEY, a_id bigint UNIQUE REFERENCES a (id));\n",
    ),
];

/// Rule, path and message of each finding.
fn findings(extra: &[&str], change: impl Fn(&str, &str) -> String) -> Vec<(String, String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in FILES {
        fs::write(folder.path().join(name), change(name, text)).expect("written");
    }
    let run = checkrail()
        .current_dir(folder.path())
        .args(["review", ".", "--format", "json", "--transaction", "always"])
        .args(extra)
        .output()
        .expect("runs");
    let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let text = |f: &Value, key: &str| f[key].as_str().expect("a text").to_owned();
    let list = report["findings"].as_array().expect("findings");
    list.iter().map(|f| (text(f, "rule"), text(f, "path"), text(f, "message"))).collect()
}

fn of<'a>(all: &'a [(String, String, String)], rule: &str) -> Vec<(&'a str, &'a str)> {
    all.iter()
        .filter(|(r, _, _)| r == rule)
        .map(|(_, path, message)| (path.as_str(), message.as_str()))
        .collect()
}

#[test]
fn a_history_has_advice_of_habit_once() {
    let all = findings(&[], |_, text| text.to_owned());
    let [(path, message)] = of(&all, "missing-lock-timeout")[..] else { panic!("{all:#?}") };
    assert_eq!(path, "V4__both.sql");
    assert!(message.ends_with("on public.a; 2 older migrations do the same"), "{message}");
    // Brief statements one after the other are advice.
    assert_eq!(of(&all, "multiple-tables-locked").len(), 1, "{all:#?}");
}

#[test]
fn what_is_reviewed_together_has_it_for_each_migration() {
    let all = findings(&["--last", "3"], |_, text| text.to_owned());
    let paths: Vec<&str> = of(&all, "missing-lock-timeout").iter().map(|(path, _)| *path).collect();
    assert_eq!(paths, ["V2__note.sql", "V3__memo.sql", "V4__both.sql"]);
}

#[test]
fn a_newest_migration_that_is_accepted_lets_the_one_before_it_show() {
    let all = findings(&[], |name, text| {
        let accepted = if name == "V4__both.sql" {
            "-- checkrail: allow-file missing-lock-timeout (the role has it)\n"
        } else {
            ""
        };
        format!("{accepted}{text}")
    });
    let [(path, message)] = of(&all, "missing-lock-timeout")[..] else { panic!("{all:#?}") };
    assert_eq!(path, "V3__memo.sql");
    assert!(message.ends_with("; 1 older migration does the same"), "{message}");
}

#[test]
fn a_level_of_the_policy_asks_for_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.yaml");
    fs::write(&policy, "version: 1\nrules:\n  missing-lock-timeout: warning\n").expect("written");
    let all = findings(&["--policy", policy.to_str().expect("UTF-8")], |_, text| text.to_owned());
    assert_eq!(of(&all, "missing-lock-timeout").len(), 3, "{all:#?}");
}

#[test]
fn one_statement_is_asked_for_one_limit() {
    let only_key = |_: &str, text: &str| match text.split_once("CREATE TABLE c") {
        Some((_, table)) => format!("CREATE TABLE c{table}"),
        None => text.to_owned(),
    };
    let all = findings(&["--last", "1"], only_key);
    assert_eq!(of(&all, "foreign-key-locks-parent").len(), 1, "{all:#?}");
    assert!(of(&all, "missing-lock-timeout").is_empty(), "{all:#?}");
    // Severer by policy: both stay.
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.yaml");
    fs::write(&policy, "version: 1\nrules:\n  missing-lock-timeout: error\n").expect("written");
    let all = findings(&["--last", "1", "--policy", policy.to_str().expect("UTF-8")], only_key);
    assert_eq!(of(&all, "missing-lock-timeout").len(), 1, "{all:#?}");
}

#[test]
fn the_table_that_waits_is_named_and_not_what_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write(
        "V1__tables.sql",
        "CREATE TABLE a (id bigint PRIMARY KEY, x int);
CREATE TABLE z (id bigint PRIMARY KEY, x int);
CREATE INDEX z_x ON z (x);
",
    );
    write(
        "V2__move.sql",
        "ALTER TABLE a ADD COLUMN tag text;
DROP INDEX z_x;
DROP TABLE z;
UPDATE a SET tag = 'old' WHERE x > 5;
UPDATE a SET tag = 'new' WHERE x > 9;
",
    );
    let run = checkrail()
        .current_dir(folder.path())
        .args(["review", ".", "--format", "json", "--transaction", "always", "--last", "1"])
        .output()
        .expect("runs");
    let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let list = report["findings"].as_array().expect("findings");
    let mut found = list.iter().filter(|f| f["rule"] == "backfill-in-ddl-transaction");
    let first = found.next().expect("a finding");
    assert_eq!(first["object"], "public.a", "{first:#}");
    assert_eq!(found.next(), None, "a table that is filled by several statements is told once");
}
