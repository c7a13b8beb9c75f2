//! Where SQL comes from, and what is said about input that is none.

use super::{Place, Run};

#[test]
fn missing_and_empty_input() {
    let place = Place::with_migrations();
    place.run(&["review", "n"]).fails(3, "n: no such file or folder");
    place.run(&["review", "m/1_b.up.sql"]).fails(3, "did you mean");
    std::fs::create_dir(place.path().join("empty")).expect("a folder");
    place.run(&["review", "empty"]).fails(3, "empty: no migrations in this folder");
    let run = place.run(&["review", "m", "--schema", "absent.sql"]);
    run.fails(3, "absent.sql: no such file or folder");
}

#[test]
fn files_that_are_no_text() {
    let place = Place::new();
    place.write("nul.sql", b"SELECT 1;\0");
    place.run(&["review", "nul.sql"]).fails(3, "nul.sql:1: a NUL byte");
    place.write("latin.sql", b"SELECT 1;\nSELECT '\xe9';\n");
    place.run(&["review", "latin.sql"]).fails(3, "latin.sql:2: not valid UTF-8");
    let binary: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    place.write("binary.sql", binary);
    let run = place.run(&["review", "binary.sql"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.starts_with("checkrail: error: binary.sql:"), "{}", run.stderr);
}

#[test]
fn an_unclosed_quote_is_a_finding_with_its_place() {
    let place = Place::new();
    place.write("a.sql", "SELECT 1;\nCREATE TABLE t (a text DEFAULT 'x);\nDROP TABLE t;\n");
    let run = place.run(&["review", "a.sql", "--format", "json"]);
    run.ends(1);
    let report = run.json();
    assert_eq!(report["summary"]["not_analysed"], 1);
    let finding = &report["findings"][0];
    assert_eq!((finding["rule"].as_str(), finding["line"].as_u64()), (Some("syntax-error"), Some(2)));
}

#[test]
fn coverage_can_be_required() {
    let place = Place::new();
    place.write("a.sql", "CREATE TABLE t (id int PRIMARY KEY);\nFROBNICATE t;\n");
    let run = place.run(&["review", "a.sql", "--fail-on", "never"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("1 of 2 statements in 1 migration analysed, 1 not"), "{}", run.stdout);
    let run = place.run(&["review", "a.sql", "--fail-on", "never", "--require-coverage"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("1 statement was not analysed"), "{}", run.stderr);
}

#[test]
fn extreme_statements() {
    let place = Place::new();
    let mut long = String::from("CREATE TABLE t (x text);\nINSERT INTO t VALUES ('");
    long.push_str(&"x".repeat(10 << 20));
    long.push_str("');\nDROP TABLE t;\n");
    place.write("long.sql", long);
    let run = place.run(&["review", "long.sql", "--format", "json"]);
    assert_eq!(run.json()["summary"]["analysed"], 3);
    assert!(place.run(&["review", "long.sql"]).stdout.len() < 20_000, "the excerpt is short");

    let deep = format!("SELECT {}1{};\nDROP TABLE t;\n", "(".repeat(10_000), ")".repeat(10_000));
    place.write("deep.sql", deep);
    let run = place.run(&["review", "deep.sql", "--format", "json"]);
    let report = run.json();
    assert_eq!((run.code, &report["summary"]["statements"]), (1, &2.into()));
    assert_eq!(report["summary"]["not_analysed"], 1, "said, not skipped");
}

#[test]
fn standard_input() {
    let place = Place::new();
    let run = place.run_with(&["review", "-", "--format", "json"], &[], "DROP TABLE t;\n");
    run.ends(1);
    assert_eq!(run.json()["summary"]["statements"], 1);
    let run = place.run_with(&["review", "-"], &[], "");
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("no statement in 1 migration"), "{}", run.stdout);
}

fn versions(run: &Run) -> Vec<String> {
    let report = run.json();
    let migrations = report["migrations"].as_array().expect("a list").iter();
    migrations.map(|m| m["version"].as_str().expect("a version").to_owned()).collect()
}

#[test]
fn a_part_of_the_history_is_selected() {
    let place = Place::with_migrations();
    place.write("m/3_c.up.sql", "CREATE TABLE c (id bigint PRIMARY KEY);\n");
    let select = |args: &[&str]| {
        let run = place.run(&[&["review", "m", "--format", "json"], args].concat());
        (versions(&run), run.json()["summary"]["history"].as_u64())
    };
    assert_eq!(select(&[]), (vec!["1".into(), "2".into(), "3".into()], Some(0)));
    assert_eq!(select(&["--last", "1"]), (vec!["3".into()], Some(2)));
    assert_eq!(select(&["--from", "2"]), (vec!["2".into(), "3".into()], Some(1)));
    place.run(&["review", "m", "--last", "0"]).fails(2, "--last 0 reviews nothing");
    place.run(&["review", "m", "--from", "9"]).fails(2, "no migration has version \"9\"");
}

#[test]
fn git_revisions() {
    let place = Place::new();
    std::fs::remove_dir(place.path().join(".git")).expect("removed");
    place.git(&["init", "-q", "-b", "main"]);
    place.write("m/1_a.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
    place.git(&["add", "."]);
    place.git(&["commit", "-qm", "one"]);
    place.write("m/2_b.up.sql", "DROP TABLE users;\n");

    let run = place.run(&["review", "m", "--since", "main", "--format", "json"]);
    assert_eq!(versions(&run), ["2"]);
    let run = place.run(&["review", "git:main:m", "--format", "json"]);
    assert_eq!(versions(&run), ["1"]);
    let run = place.run(&["review", "m/2_b.up.sql", "--schema", "git:main:m", "--format", "json"]);
    assert_eq!(run.json()["findings"][0]["object"], "public.users");

    place.git(&["add", "."]);
    place.git(&["commit", "-qm", "two"]);
    let run = place.run(&["review", "m", "--since", "HEAD"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("nothing to review"), "{}", run.stderr);
    place.run(&["review", "m", "--since", "nope"]).fails(3, "revision \"nope\"");
    place.run(&["review", "git:nope:m"]).fails(3, "nope");
}

#[test]
fn layouts() {
    let place = Place::with_migrations();
    place.run(&["review", "m", "--layout", "golang-migrat"]).fails(2, "did you mean golang-migrate?");
    place.run(&["review", "m", "--layout", "x"]).fails(2, "unknown layout \"x\"; layouts are plain");
    let run = place.run(&["review", "m", "--layout", "plain", "--format", "json"]);
    assert_eq!(run.json()["layout"], "plain");
    place.write("m/seed.sql", "SELECT 1;\n");
    let run = place.run(&["review", "m", "--fail-on", "never"]);
    assert!(run.stderr.contains("note: m/seed.sql is left out"), "{}", run.stderr);
    assert_eq!(place.run(&["review", "m", "--quiet"]).stderr, "");
}
