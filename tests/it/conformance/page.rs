//! `docs/locks.md`: what statements lock and how much they work, from the measurements.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use checkrail::ir::data::LockMode;
use checkrail::parse;

use super::suite::{self, Case, Facts, Observed, ranges};
use super::update;
use crate::harness::repo;

const INTRODUCTION: &str = "\
# What statements lock, and how much they work

<!-- Made by a test from tests/conformance/; do not edit. UPDATE=1 cargo test --test it conformance -->

Everything here was measured on PostgreSQL 13 to 18: each statement ran on a server of each version while a second
session read `pg_locks`; new files show rewrites, the server's statistics show what was read in full. checkrail's
predictions are compared with every one of these measurements, and with many more, in
[`tests/conformance/`](../tests/conformance/); [how](#how-it-is-measured) stands at the end.

How to read the tables:

* **Locks**: the strongest mode on each relation that existed before. Locks on indexes are left out where they change
  nothing, because the table itself is locked as strongly.
* **Work** grows with the rows: *rewrites* (a new file for the table, all its indexes built again), *reads* (in
  full), *builds* (an index). `–` means that the statement takes the same short time however large the table is.
  Together with a strong lock, work is what makes an application wait.
* A row shows the newest version that takes the statement; numbers lead to the notes on other versions.
* Statements are run on two small databases, [`shop`](../tests/conformance/base/shop.sql) and
  [`zoo`](../tests/conformance/base/zoo.sql): `child.other_id` references `parent.id`, `part` is partitioned by range
  with `part_1` and `part_2`, `v` is a view and `mv` a materialized view on `parent`.

| a lock in this mode | stops |
|---|---|
| ACCESS SHARE | only ACCESS EXCLUSIVE |
| ROW SHARE, ROW EXCLUSIVE | schema changes, not queries or writes |
| SHARE UPDATE EXCLUSIVE | schema changes and VACUUM, not queries or writes |
| SHARE, SHARE ROW EXCLUSIVE, EXCLUSIVE | writes |
| ACCESS EXCLUSIVE | everything, also SELECT |
";

const METHOD: &str = "
## How it is measured

Each statement runs in a transaction of its own, in a database that is as new. Before the transaction is rolled back, a
second session reads the first one's locks; the first one reads which relations have another file
(`pg_relation_filenode`) and which tables it has read (`pg_stat_get_xact_numscans`). Statements that cannot run in a
transaction run against sessions that hold each table in turn, and what they wait for is what they lock; locks on
indexes are not seen then. `cargo test --test it conformance` compares checkrail's predictions with the
measurements and repeats these on the servers that are present (`CHECKRAIL_TEST_PG=15,18` chooses).

### What is not foreseen

Each error is predicted with its SQLSTATE, as certain or, where the rest of the server decides, as possible. These are left:

| cases | why |
|---|---|
| `dml-28` `dml-39` `dml-42` `dml-43` `dml-45` `insert_check` | the rows decide whether a foreign key or a check is violated |
| `set_statistics_default` `cluster_verbose` `analyze_column_absent` | the spelling of an option, or a list of columns, that is not kept |
";

/// The topics in their order: the file's name and the heading.
const TOPICS: [(&str, &str); 11] = [
    ("columns", "Columns"),
    ("types", "Types and domains"),
    ("constraints", "Constraints"),
    ("indexes", "Indexes and maintenance"),
    ("tables", "Tables"),
    ("partitions", "Partitions"),
    ("views", "Views"),
    ("objects", "Other objects of a table"),
    ("access", "Privileges and policies"),
    ("rows", "Rows, transactions and sessions"),
    ("catalog", "Objects without rows"),
];

#[test]
fn the_page_of_locks_is_current() {
    let cases = parse::with_large_stack(|| {
        let topics: Vec<&str> = TOPICS.iter().map(|(topic, _)| *topic).collect();
        let cases = suite::cases();
        let unknown = cases.iter().find(|case| !topics.contains(&case.topic.as_str()));
        assert!(unknown.is_none(), "a topic without a heading: {:?}", unknown.map(|case| &case.topic));
        page(&cases)
    });
    let page = cases.expect("a thread");
    let path = repo("docs/locks.md");
    if update() {
        fs::write(&path, &page).expect("written");
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(present == page, "docs/locks.md is not what the cases make (UPDATE=1 cargo test conformance)");
}

fn page(cases: &[Case]) -> String {
    let mut out = INTRODUCTION.to_owned();
    for (topic, title) in TOPICS {
        let shown: Vec<&Case> = cases.iter().filter(|c| c.topic == topic && c.has("documented")).collect();
        if shown.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {title}\n");
        let mut sections: Vec<(&str, Vec<&Case>)> = Vec::new();
        for case in shown {
            match sections.iter_mut().find(|(section, _)| *section == case.section) {
                Some((_, cases)) => cases.push(case),
                None => sections.push((&case.section, vec![case])),
            }
        }
        for (section, cases) in sections {
            let _ = write!(out, "\n### {section}\n\n");
            table(&mut out, &cases);
        }
    }
    let differ = |case: &&Case| {
        let taken: Vec<&Facts> =
            case.observed.iter().map(|o| &o.facts).filter(|f| f.error.is_none()).collect();
        !case.has("documented")
            && !case.has("planner")
            && taken.windows(2).any(|pair| told(pair[0]) != told(pair[1]))
    };
    let differing: Vec<&Case> = cases.iter().filter(differ).collect();
    out.push_str("\n## Further differences between versions\n\n");
    out.push_str(
        "Partitioned tables, inheritance and other cases in which versions that take a statement differ.\n\n",
    );
    table(&mut out, &differing);
    out.push_str(METHOD);
    out
}

/// What of the facts is told.
fn told(facts: &Facts) -> (String, String) {
    (locks(facts), work(facts))
}

fn table(out: &mut String, cases: &[&Case]) {
    // Those that lock nothing on any version need no row each.
    let free = |case: &&&Case| case.observed.iter().all(|o| o.facts == Facts::default());
    let none: Vec<String> = cases.iter().filter(free).map(|case| statement(case)).collect();
    let short = none.len() > 4;
    if short {
        let _ = write!(out, "No relation is locked by {}.\n\n", none.join(", "));
    }
    let cases: Vec<&&Case> = cases.iter().filter(|case| !short || !free(case)).collect();
    if cases.is_empty() {
        return;
    }
    out.push_str("| Statement | Locks | Work |\n|---|---|---|\n");
    let mut notes: Vec<String> = Vec::new();
    for case in cases {
        let taken = case.observed.iter().filter(|o| o.facts.error.is_none());
        let Some(newest) = taken.max_by_key(|o| o.versions.last()).or(case.observed.last()) else { continue };
        let (locks, work) = told(&newest.facts);
        let marks: Vec<String> = other_versions(case, newest)
            .into_iter()
            .map(|note| {
                let at = notes.iter().position(|known| *known == note).unwrap_or_else(|| {
                    notes.push(note);
                    notes.len() - 1
                });
                format!(" <sup>{}</sup>", at + 1)
            })
            .collect();
        let _ = writeln!(out, "| {} | {locks}{} | {work} |", statement(case), marks.concat());
    }
    for (at, note) in notes.iter().enumerate() {
        let _ = write!(out, "\n{}. {note}", at + 1);
    }
    if !notes.is_empty() {
        out.push('\n');
    }
}

/// The statement, and what came before it.
fn statement(case: &Case) -> String {
    let (setup, sql) = case.statements();
    let code = |sql: &str| {
        let line = sql.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        format!("`{line}`")
    };
    let before: Vec<String> = setup.iter().map(|sql| code(sql)).collect();
    if before.is_empty() { code(&sql) } else { format!("{}<br>after {}", code(&sql), before.join(", ")) }
}

/// A note for each group of versions that does otherwise than the newest.
fn other_versions(case: &Case, newest: &Observed) -> Vec<String> {
    let others = case
        .observed
        .iter()
        .filter(|o| told(&o.facts) != told(&newest.facts) || o.facts.error != newest.facts.error);
    let mut groups: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for other in others {
        let text = match &other.facts.error {
            Some(sqlstate) if sqlstate == "42601" => "not in the grammar".to_owned(),
            Some(sqlstate) => format!("fails with SQLSTATE {sqlstate}"),
            None => {
                let (locks, work) = told(&other.facts);
                format!("{locks}; work: {work}")
            }
        };
        groups.entry(text).or_default().extend(&other.versions);
    }
    let mut notes: Vec<(Vec<u16>, String)> =
        groups.into_iter().map(|(text, versions)| (versions, text)).collect();
    notes.sort();
    notes.into_iter().map(|(versions, text)| format!("PostgreSQL {}: {text}", ranges(&versions))).collect()
}

/// The locks, strongest first.
fn locks(facts: &Facts) -> String {
    if let Some(sqlstate) = &facts.error {
        return format!("fails: SQLSTATE {sqlstate}");
    }
    let strongest = facts.locks.values().filter(|(kind, _)| *kind != "index").map(|(_, mode)| *mode).max();
    let shown = |kind: &str, mode: LockMode| {
        // Nobody waits for an index alone where its table is locked as strongly, or the lock hinders nobody.
        kind != "index" || mode >= LockMode::ShareUpdateExclusive && strongest.is_none_or(|s| s < mode)
    };
    let mut by_mode: BTreeMap<LockMode, Vec<&str>> = BTreeMap::new();
    for (name, (kind, mode)) in &facts.locks {
        if shown(kind, *mode) {
            by_mode.entry(*mode).or_default().push(name);
        }
    }
    if by_mode.is_empty() {
        return "none".to_owned();
    }
    let group = |(mode, names): (&LockMode, &Vec<&str>)| format!("{mode}: {}", some(names));
    by_mode.iter().rev().map(group).collect::<Vec<_>>().join("<br>")
}

fn work(facts: &Facts) -> String {
    let mut parts = Vec::new();
    for (verb, names) in [("rewrites", &facts.rewrites), ("reads", &facts.scans), ("builds", &facts.builds)] {
        // A rewrite reads the table and builds its indexes.
        let own: Vec<&str> = names.iter().map(String::as_str).collect();
        let implied = verb == "reads" && facts.scans == facts.rewrites
            || verb == "builds" && !facts.rewrites.is_empty();
        if !own.is_empty() && !implied {
            parts.push(format!("{verb} {}", some(&own)));
        }
    }
    if parts.is_empty() { "–".to_owned() } else { parts.join(", ") }
}

/// Up to eight names.
fn some(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(8);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
