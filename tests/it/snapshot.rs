//! `checkrail snapshot`, and reviews with what it wrote.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{checkrail, repo};

const SHOP: &str = "migrations-examples/postgresql/shop/migrations";

/// Standard output of a run at the top of the repository, with its exit code.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = checkrail().current_dir(repo("")).args(args).output().expect("checkrail");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

fn snapshot_of(source: &str, to: &Path) -> Value {
    let (code, out, err) = run(&["snapshot", source, "-o", to.to_str().expect("UTF-8")]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    serde_json::from_str(&fs::read_to_string(to).expect("a file")).expect("JSON")
}

#[test]
fn a_review_on_a_snapshot_is_the_review_on_the_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let history = folder.path().join("history");
    fs::create_dir(&history).expect("a folder");
    let mut files: Vec<_> = fs::read_dir(repo(SHOP))
        .expect("migrations")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.to_str().is_some_and(|p| p.ends_with(".up.sql")))
        .collect();
    files.sort();
    let last = files.pop().expect("a migration");
    for file in &files {
        fs::copy(file, history.join(file.file_name().expect("a name"))).expect("copied");
    }
    let schema = folder.path().join("schema.json");
    snapshot_of(history.to_str().expect("UTF-8"), &schema);
    let review = |source: &Path| -> Value {
        let last = last.to_str().expect("UTF-8");
        let (_, out, err) =
            run(&["review", last, "--schema", source.to_str().expect("UTF-8"), "--format", "json"]);
        let mut report: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {err}"));
        // Several objects in one statement stand in the order in which they were made.
        for key in ["rollback", "schema_diff"] {
            report.as_object_mut().expect("an object").remove(key).expect(key);
        }
        report
    };
    assert_eq!(review(&schema), review(&history));
}

#[test]
fn a_snapshot_of_a_snapshot_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (folder.path().join("1.json"), folder.path().join("2.json"));
    snapshot_of(SHOP, &first);
    snapshot_of(first.to_str().expect("UTF-8"), &second);
    assert_eq!(fs::read_to_string(&first).expect("1"), fs::read_to_string(&second).expect("2"));
    let (code, out, _) = run(&["snapshot", SHOP]);
    assert_eq!((code, out), (0, fs::read_to_string(&first).expect("1")));
}

#[test]
fn sizes_are_shown_where_they_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("before.sql"), "CREATE TABLE users (id int); CREATE TABLE old (id int);")
        .expect("written");
    fs::write(
        path("change.sql"),
        "ALTER TABLE users ALTER id TYPE bigint;\nALTER TABLE old RENAME TO new;\nALTER TABLE new ADD x int;\n",
    )
    .expect("written");
    let mut schema = snapshot_of(path("before.sql").to_str().expect("UTF-8"), &path("schema.json"));
    schema["sizes"] = serde_json::json!({"taken_at": "2026-01-02T03:04:05Z", "relations": [
        {"schema": "public", "name": "users", "rows": 1_234_567, "bytes": 356_515_840, "index_bytes": 1024},
        {"schema": "public", "name": "old", "bytes": 8192},
    ]});
    fs::write(path("stats.json"), schema.to_string()).expect("written");
    let text = |name: &str| path(name).to_str().expect("UTF-8").to_owned();
    let change = text("change.sql");
    for args in [
        vec!["--schema", &*text("stats.json")],
        vec!["--schema", &*text("schema.json"), "--stats", &*text("stats.json")],
    ] {
        let review = |format: &str| {
            let options = [&["review", &*change, "--format", format, "-v"], &args[..]].concat();
            run(&options).1
        };
        let out = review("terminal");
        assert!(out.contains("public.users (table) (≈ 1.2 M rows, 340 MB)"), "{out}");
        assert!(out.contains("public.new (table) (never analysed, 8 kB)"), "{out}");
        let out = review("markdown");
        assert!(out.contains("`public.users` (≈ 1.2 M rows, 340 MB)"), "{out}");
        let report: Value = serde_json::from_str(&review("json")).expect("JSON");
        let lock = &report["migrations"][0]["statements"][0]["locks"][0];
        let size = serde_json::json!({"rows": 1_234_567, "bytes": 356_515_840, "index_bytes": 1024});
        assert_eq!(lock["size"], size, "{lock}");
    }
    let (code, _, err) = run(&["review", &change, "--stats", &text("schema.json")]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("has no sizes"), "{err}");
}

#[test]
fn what_is_no_snapshot_is_an_input_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.json");
    fs::write(&broken, "{\"version\": 1}").expect("written");
    let (code, _, err) = run(&["review", SHOP, "--last", "1", "--schema", broken.to_str().expect("UTF-8")]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("broken.json: not a snapshot of checkrail: missing field"), "{err}");
    let (code, _, err) = run(&["review", broken.to_str().expect("UTF-8")]);
    assert_eq!(code, 2, "{err}");
}
