//! `checkrail rewrite`: what it writes is quiet, leads to the same schema, and runs.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail};

const BEFORE: &str = "CREATE TABLE users (id serial PRIMARY KEY, email varchar(50), org int);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int, total int);
";

const UNSAFE: &str = "-- first a table
CREATE TABLE items (id serial PRIMARY KEY, order_id int);
-- the index
CREATE INDEX orders_user_idx ON orders (user_id);
-- and a constraint
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE users ALTER COLUMN email SET NOT NULL, ADD UNIQUE (email);
ALTER TABLE orders ALTER COLUMN total TYPE bigint;
";

fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        fs::write(path, text).expect("file");
    }
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    checkrail().current_dir(folder).args(args).arg("--no-config").output().expect("checkrail")
}

fn words(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// What is written for a layout, run on a server with its tool's transactions: nothing fails, no finding is left.
fn written_and_run(files: &[(&str, String)], layout: &str) {
    let Some(server) = PgServer::shared() else { return };
    let folder = folder(files);
    let version = server.major().to_string();
    let args = ["rewrite", "m", "--layout", layout, "--last", "1", "--write", "--server-version", &version];
    let output = run(folder.path(), &args);
    let (_, told) = words(&output);
    assert_eq!(output.status.code(), Some(0), "{layout}: {told}");
    assert!(told.contains("no finding is left; leads to the same schema"), "{layout}: {told}");
    let last = told
        .lines()
        .filter(|l| l.contains("wrote m/") && !l.contains(".conf") && !l.contains(".toml"))
        .count()
        .to_string();
    let url = server.url("postgres");
    let args = ["verify", "m", "--layout", layout, "--last", &last, "--shadow-url", &url, "--format", "json"];
    let output = run(folder.path(), &args);
    let (report, told) = words(&output);
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|e| panic!("{layout}: {e}: {told}"));
    assert_eq!(report["verification"]["refused"], 0, "{layout}: {report:#}");
    assert_eq!(report["verification"]["not_run"], 0, "{layout}: {report:#}");
    let agreement = &report["verification"]["agreement"]["locks"];
    assert_eq!(agreement["compared"], agreement["equal"], "{layout}: {report:#}");
}

#[test]
fn plain_files() {
    written_and_run(&[("m/001_a.sql", BEFORE.into()), ("m/002_b.sql", UNSAFE.into())], "plain");
}

#[test]
fn flyway_files_with_a_conf_file() {
    written_and_run(&[("m/V1__a.sql", BEFORE.into()), ("m/V2__b.sql", UNSAFE.into())], "flyway");
}

#[test]
fn sqlx_files() {
    let files = [
        ("m/20240101000000_a.up.sql", BEFORE.into()),
        ("m/20240101000000_a.down.sql", "DROP TABLE orders, users;".into()),
        ("m/20240102000000_b.up.sql", UNSAFE.into()),
        ("m/20240102000000_b.down.sql", "DROP TABLE items;".into()),
    ];
    written_and_run(&files, "sqlx");
}

#[test]
fn diesel_folders_with_metadata() {
    let files = [
        ("m/2024-01-01-000000_a/up.sql", BEFORE.into()),
        ("m/2024-01-01-000000_a/down.sql", String::new()),
        ("m/2024-01-02-000000_b/up.sql", UNSAFE.into()),
        ("m/2024-01-02-000000_b/down.sql", String::new()),
    ];
    written_and_run(&files, "diesel");
}

#[test]
fn golang_migrate_files() {
    let files = [("m/000001_a.up.sql", BEFORE.into()), ("m/000002_b.up.sql", UNSAFE.into())];
    written_and_run(&files, "golang-migrate");
}

#[test]
fn goose_and_dbmate_files_keep_their_sections() {
    for (layout, up, down) in
        [("goose", "-- +goose Up", "-- +goose Down"), ("dbmate", "-- migrate:up", "-- migrate:down")]
    {
        let both = |text: &str| format!("{up}\n{text}\n{down}\nDROP TABLE IF EXISTS items;\n");
        let files = [("m/20240101000000_a.sql", both(BEFORE)), ("m/20240102000000_b.sql", both(UNSAFE))];
        written_and_run(&files, layout);
    }
}

#[test]
fn a_rename_leaves_the_view_for_a_later_deployment() {
    let rename = "ALTER TABLE users RENAME TO accounts;\n".to_owned();
    let folder = folder(&[("m/1_a.sql", BEFORE.into()), ("m/2_b.sql", rename)]);
    let output = run(folder.path(), &["rewrite", "m", "--last", "1"]);
    let (patch, told) = words(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(patch.contains("+CREATE VIEW public.users"), "{patch}");
    assert!(!patch.contains("DROP VIEW"), "{patch}");
    assert!(told.contains("in a later deployment") && told.contains("DROP VIEW public.users"), "{told}");
    let output = run(folder.path(), &["rewrite", "m", "--last", "1", "--out", "d"]);
    assert_eq!(output.status.code(), Some(0));
    let text = fs::read_to_string(folder.path().join("d/2_b_stage_2.sql")).expect("the later part");
    assert!(text.contains("DROP VIEW public.users"), "{text}");
}

#[test]
fn the_patch_is_one_that_git_takes() {
    let folder = folder(&[("m/1_a.sql", BEFORE.into()), ("m/2_b.sql", UNSAFE.into())]);
    let output = run(folder.path(), &["rewrite", "m", "--last", "1"]);
    let (patch, _) = words(&output);
    fs::write(folder.path().join("p"), &patch).expect("patch");
    let applied = crate::harness::scrubbed("git")
        .current_dir(folder.path())
        .args(["apply", "p"])
        .output()
        .expect("git");
    assert!(applied.status.success(), "{}\n{patch}", String::from_utf8_lossy(&applied.stderr));
    let again = run(folder.path(), &["rewrite", "m", "--from", "2"]);
    assert!(words(&again).1.contains("nothing to rewrite"), "{}", words(&again).1);
}

#[test]
fn what_must_stay_whole_is_told_and_nothing_is_written() {
    let own = "CREATE TEMP TABLE t (a int);\nCREATE INDEX i ON orders (user_id);\n".to_owned();
    let folder_with = folder(&[("m/1_a.sql", BEFORE.into()), ("m/2_b.sql", own)]);
    let output = run(folder_with.path(), &["rewrite", "m", "--last", "1", "--write"]);
    let (_, told) = words(&output);
    assert!(told.contains("m/2_b.sql stays as it is: it uses a temporary table"), "{told}");
    assert_eq!(output.status.code(), Some(1), "the index is still an error");
    assert_eq!(fs::read_dir(folder_with.path().join("m")).expect("folder").count(), 2);

    let refinery = folder(&[("m/V1__a.sql", BEFORE.into()), ("m/V2__b.sql", UNSAFE.into())]);
    let output = run(refinery.path(), &["rewrite", "m", "--layout", "refinery", "--last", "1", "--write"]);
    let (_, told) = words(&output);
    assert!(told.contains("runs every script in a transaction"), "{told}");
    let output = run(refinery.path(), &["rewrite", "m", "--layout", "refinery", "--last", "1", "--out", "d"]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output).1);
}

#[test]
fn files_that_are_there_are_not_overwritten() {
    let folder =
        folder(&[("m/1_a.sql", BEFORE.into()), ("m/2_b.sql", UNSAFE.into()), ("d/2_b.sql", "mine".into())]);
    let output = run(folder.path(), &["rewrite", "m", "--last", "1", "--out", "d"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output).1.contains("d/2_b.sql exists and differs"), "{}", words(&output).1);
    assert_eq!(fs::read_dir(folder.path().join("d")).expect("folder").count(), 1);
    let output = run(folder.path(), &["rewrite", "m", "--last", "1", "--out", "d", "--force"]);
    assert_eq!(output.status.code(), Some(0));
}
