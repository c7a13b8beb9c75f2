//! `--baseline`: what a project begins with does not count, and what is new does.

use super::Place;

const RENAME: &str = "SET lock_timeout = '2s';\nALTER TABLE users RENAME COLUMN email TO mail;\n";
const DROP: &str = "SET lock_timeout = '2s';\nDROP INDEX IF EXISTS users_email_idx;\n";

/// A table, and a migration with one finding.
fn place() -> Place {
    let place = Place::with_migrations();
    place.write("m/2_b.up.sql", RENAME);
    place
}

/// The names of the rules that stand, and how many findings the baseline silences.
fn outcome(place: &Place, args: &[&str]) -> (Vec<String>, u64) {
    let run = place.run(&[&["review", "m", "--baseline", "known.json", "--format", "json"], args].concat());
    let report = run.json();
    let findings = report["findings"].as_array().expect("an array");
    let rules = findings.iter().map(|f| f["rule"].as_str().expect("a name").to_owned()).collect();
    let silenced = report["silenced"].as_array().expect("an array");
    let known = silenced.iter().filter(|s| s["by"] == "baseline").count() as u64;
    assert_eq!(report["summary"]["in_baseline"], known);
    (rules, known)
}

fn written(place: &Place) -> serde_json::Value {
    serde_json::from_str(&place.read("known.json")).expect("JSON")
}

#[test]
fn what_is_known_is_silenced_and_counted() {
    let place = place();
    let run = place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("wrote known.json: 1 finding, 1 added, 0 removed"), "{}", run.stderr);
    assert_eq!(
        place.read("known.json"),
        "{\n  \"version\": 1,\n  \"findings\": [\n    {\"path\":\"m/2_b.up.sql\",\"rule\":\"rename-column\",\
         \"object\":\"public.users.email\",\"fingerprint\":\"FINGERPRINT\"}\n  ]\n}\n"
            .replace("FINGERPRINT", written(&place)["findings"][0]["fingerprint"].as_str().expect("a text"))
    );
    let run = place.run(&["review", "m", "--baseline", "known.json", "--fail-on", "advice"]);
    run.ends(0);
    assert!(run.stdout.contains("1 finding silenced by the baseline"), "{}", run.stdout);
    let run = place.run(&["review", "m", "--baseline", "known.json", "--write-baseline", "-q"]);
    assert!(run.stderr.contains("known.json is up to date: 1 finding"), "{}", run.stderr);
    assert_eq!(place.run(&["review", "m", "--fail-on", "advice", "-q"]).code, 1);
    for format in ["markdown", "html", "sarif", "github", "github-summary"] {
        let run = place.run(&["review", "m", "--baseline", "known.json", "--format", format]);
        let known =
            run.stdout.contains("silenced by the baseline") || run.stdout.contains("known, in the baseline");
        assert!(known, "{format}: {}", run.stdout);
    }
}

#[test]
fn edits_above_and_renames_change_nothing() {
    let place = place();
    place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    place.write("m/2_b.up.sql", format!("-- why\n\nCREATE TABLE t (id bigint PRIMARY KEY);\n{RENAME}"));
    assert_eq!(outcome(&place, &[]), (vec![], 1));
    std::fs::rename(place.path().join("m/2_b.up.sql"), place.path().join("m/3_c.up.sql")).expect("renamed");
    assert_eq!(outcome(&place, &[]), (vec![], 1));
    std::fs::rename(place.path().join("m"), place.path().join("n")).expect("renamed");
    let run = place.run(&["review", "n", "--baseline", "known.json", "--fail-on", "advice"]);
    run.ends(0);
}

#[test]
fn what_is_new_stands_and_what_is_gone_is_told() {
    let place = place();
    place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    place.write("m/2_b.up.sql", "SELECT 1;\n");
    place.write("m/3_c.up.sql", "SET lock_timeout = '2s';\nALTER TABLE users RENAME TO people;\n");
    let (rules, known) = outcome(&place, &[]);
    assert_eq!((rules, known), (vec!["stale-baseline-entry".to_owned(), "rename-table".to_owned()], 0));
    let run = place.run(&["review", "m", "--baseline", "known.json"]);
    assert!(
        run.stdout.contains("the baseline's entry for rename-column on public.users.email in m/2_b.up.sql")
    );
    assert!(run.stdout.contains("known.json:4"), "{}", run.stdout);
    // What is not under review is not judged.
    assert_eq!(outcome(&place, &["--last", "1"]).0, ["rename-table"]);
    let run = place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    assert!(run.stderr.contains("wrote known.json: 1 finding, 1 added, 1 removed"), "{}", run.stderr);
    assert_eq!(outcome(&place, &[]), (vec![], 1));
}

#[test]
fn entries_of_a_part_are_kept_when_another_part_is_written() {
    let place = place();
    place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    place.write("m/3_c.up.sql", "SET lock_timeout = '2s';\nALTER TABLE users RENAME TO people;\n");
    place.run(&["review", "m", "--last", "1", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(outcome(&place, &[]), (vec![], 2));
    // Another folder of the repository has its part in the same file.
    place.write("other/1_a.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
    place.write("other/2_b.up.sql", RENAME);
    let run = place.run(&["review", "other", "--baseline", "known.json"]);
    assert!(run.stdout.contains("rename-column"), "{}", run.stdout);
    assert!(!run.stdout.contains("stale-baseline-entry"), "{}", run.stdout);
}

#[test]
fn one_more_of_the_same_is_new() {
    let place = Place::new();
    place.write("m/1_a.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email_idx ON users (email);\n");
    place.write("m/2_b.up.sql", DROP);
    place.write("m/3_c.up.sql", "CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n");
    place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(outcome(&place, &[]).0, Vec::<String>::new());
    place.write("m/4_d.up.sql", DROP);
    for args in [&["--last", "1"][..], &[]] {
        assert_eq!(outcome(&place, args).0, ["non-concurrent-index-drop"], "{args:?}");
    }
    place.run(&["review", "m", "--baseline", "known.json", "--write-baseline"]);
    for args in [&["--last", "1"][..], &["--last", "3"], &[]] {
        assert_eq!(outcome(&place, args).0, Vec::<String>::new(), "{args:?}");
    }
}

#[test]
fn the_configuration_may_name_it() {
    let place = place();
    place.run(&["review", "m", "--write-baseline"]).fails(2, "no file is named: give --baseline FILE");
    place.write("checkrail.yaml", "migrations: m\nbaseline: known.json\nfail_on: advice\n");
    place.run(&["review"]).fails(2, "no such file or folder; --write-baseline writes it");
    assert_eq!(place.run(&["review", "--write-baseline"]).code, 0);
    place.write("deep/x.txt", "");
    let run = super::Run::of(
        crate::harness::checkrail()
            .current_dir(place.path().join("deep"))
            .arg("review")
            .output()
            .expect("runs"),
    );
    run.ends(0);
}

#[test]
fn bad_files_are_told_with_their_line() {
    let place = place();
    let entry = "{\"path\":\"m/2_b.up.sql\",\"rule\":\"rename-column\",\"fingerprint\":";
    for (text, message) in [
        ("", "known.json:1: EOF while parsing"),
        (
            "{\n  \"version\": 2,\n  \"findings\": []\n}\n",
            "known.json:2: version 2 of baselines is not known",
        ),
        ("{\n  \"version\": 1,\n  \"finding\": []\n}\n", "known.json:3: unknown field `finding`"),
        (
            &format!("{{\n\"version\": 1,\n\"findings\": [\n{entry}\"12\"}}\n]}}\n"),
            "known.json:4: fingerprint \"12\" is not",
        ),
        ("{\n<<<<<<< ours\n", "known.json:2: key must be a string"),
    ] {
        place.write("known.json", text);
        for more in [&["--write-baseline"][..], &[]] {
            let run = place.run(&[&["review", "m", "--baseline", "known.json"], more].concat());
            run.fails(2, message);
            assert!(run.stderr.contains("remove the file and write it anew"), "{}", run.stderr);
        }
        assert_eq!(place.read("known.json"), text);
    }
}
