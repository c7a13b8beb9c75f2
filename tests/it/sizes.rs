//! The size of tables decides how severe work under a lock is, and findings say so.

use std::fs;

use serde_json::{Value, json};

use crate::harness::checkrail;

const BEFORE: &str = "CREATE TABLE plans (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, plan_id bigint, note text);
CREATE TABLE visits (id bigint PRIMARY KEY, page text);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM orders;
";

const CHANGE: &str = "CREATE INDEX plans_name_idx ON plans (name);
CREATE INDEX orders_note_idx ON orders (note);
CREATE INDEX visits_page_idx ON visits (page);
REFRESH MATERIALIZED VIEW totals;
ALTER TABLE orders ALTER COLUMN plan_id TYPE int;
";

/// The findings by rule and line, with a policy and the sizes of a small, a large and an unknown table.
fn findings(policy: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("before.sql"), BEFORE).expect("written");
    fs::write(path("change.sql"), CHANGE).expect("written");
    fs::write(path("policy.yaml"), format!("version: 1\n{policy}")).expect("written");
    let made = checkrail()
        .current_dir(folder.path())
        .args(["snapshot", "before.sql", "--output", "schema.json"])
        .output()
        .expect("runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = fs::read_to_string(path("schema.json")).expect("a snapshot");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    let gigabytes = 1_u64 << 30;
    snapshot["sizes"] = json!({"relations": [
        {"schema": "public", "name": "plans", "rows": 12, "bytes": 8192, "index_bytes": 16384},
        {"schema": "public", "name": "orders", "rows": 90_000_000, "bytes": 12 * gigabytes, "index_bytes": 3 * gigabytes},
        {"schema": "public", "name": "totals", "rows": 90_000_000, "bytes": 2 * gigabytes},
    ]});
    fs::write(path("schema.json"), snapshot.to_string()).expect("written");
    let run = checkrail()
        .current_dir(folder.path())
        .args(["review", "change.sql", "--schema", "schema.json", "--policy", "policy.yaml"])
        .args(["--format", "json", "--format", "terminal=out.txt", "--format", "markdown=out.md"])
        .output()
        .expect("runs");
    let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let terminal = fs::read_to_string(path("out.txt")).expect("terminal");
    let markdown = fs::read_to_string(path("out.md")).expect("Markdown");
    let list = report["findings"].as_array().expect("findings").clone();
    for finding in list.iter().filter(|f| !f["work"].is_null()) {
        let text = finding["work"]["text"].as_str().expect("a text");
        assert!(terminal.contains(&format!("= size: {text}")), "{text}\n{terminal}");
        assert!(markdown.contains("*Size:*"), "{markdown}");
    }
    list
}

fn of<'a>(findings: &'a [Value], rule: &str, line: u64) -> &'a Value {
    let found = findings.iter().find(|f| f["rule"] == rule && f["line"] == line);
    found.unwrap_or_else(|| panic!("no {rule} in line {line}: {findings:#?}"))
}

#[test]
fn small_tables_are_advice_and_large_ones_errors() {
    let all = findings("");
    let small = of(&all, "non-concurrent-index", 1);
    assert_eq!((&small["severity"], &small["work"]["judged"]), (&json!("advice"), &json!("small")));
    let large = of(&all, "non-concurrent-index", 2);
    assert_eq!((&large["severity"], &large["work"]["judged"]), (&json!("error"), &json!("large")));
    assert_eq!(large["work"]["bytes"], 12_u64 << 30);
    assert_eq!(large["work"]["duration"]["min_seconds"], 12);
    assert_eq!(large["work"]["duration"]["max_seconds"], 123);
    assert_eq!(
        large["work"]["text"],
        "public.orders ≈ 90 M rows, 12 GB, which is large; reads 12 GB at 100 MB/s to 1 GB/s: 12 s to 2 min"
    );
    let unknown = of(&all, "non-concurrent-index", 3);
    assert_eq!(
        (&unknown["severity"], &unknown["work"]["judged"]),
        (&json!("error"), &json!("unknown-as-large"))
    );
    assert!(unknown["work"]["duration"].is_null() && unknown["work"]["bytes"].is_null());
    assert_eq!(unknown["work"]["text"], "of public.visits not known, judged as large");
    // A warning by its rule.
    let refresh = of(&all, "blocking-refresh", 4);
    assert_eq!(refresh["severity"], "error");
    let rewrite = of(&all, "rewriting-type-change", 5);
    assert_eq!(rewrite["work"]["bytes"], 27_u64 << 30);
    assert_eq!(rewrite["work"]["relations"][0]["rewritten"], true);
    // How sure a finding is has nothing to do with it.
    assert!(all.iter().all(|f| f["rule"] != "non-concurrent-index" || f["confidence"] == "high"));
}

#[test]
fn policies_set_the_thresholds() {
    let all = findings(
        "small-table:\n  rows: 10\nlarge-table:\n  bytes: 100GB\nunknown-size: as-small\nrules:\n  blocking-refresh: error\n",
    );
    assert_eq!(of(&all, "non-concurrent-index", 1)["work"]["judged"], "medium");
    assert_eq!(of(&all, "non-concurrent-index", 1)["severity"], "error");
    assert_eq!(of(&all, "non-concurrent-index", 2)["work"]["judged"], "medium");
    let unknown = of(&all, "non-concurrent-index", 3);
    assert_eq!(
        (&unknown["severity"], &unknown["work"]["judged"]),
        (&json!("advice"), &json!("unknown-as-small"))
    );
    // A level that the policy gives a rule holds for every size.
    assert_eq!(of(&all, "blocking-refresh", 4)["severity"], "error");
}
