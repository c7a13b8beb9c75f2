//! One file reviewed by itself: what the schema does not have may exist, and the hazard is named all the same.

use std::fs;

use serde_json::Value;

use crate::harness::checkrail;

/// The rules that find something in a file of which nothing else is known, with line and confidence.
fn found(sql: &str) -> Vec<(String, u64, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("change.sql"), sql).expect("written");
    let run = checkrail()
        .current_dir(folder.path())
        .args(["review", "change.sql", "--format", "json", "--no-config", "--server-version", "17"])
        .output()
        .expect("runs");
    let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let text = |f: &Value, key: &str| f[key].as_str().expect("a text").to_owned();
    let all = report["findings"].as_array().expect("findings");
    all.iter()
        .map(|f| (text(f, "rule"), f["line"].as_u64().expect("a line"), text(f, "confidence")))
        .collect()
}

fn has(sql: &str, rule: &str) -> bool {
    found(sql).iter().any(|(r, _, _)| r == rule)
}

#[test]
fn renames_of_what_is_not_known() {
    assert!(has("ALTER TABLE users RENAME TO customers;", "rename-table"));
    assert!(has("ALTER TABLE app.users SET SCHEMA old;", "rename-table"));
    assert!(has("ALTER VIEW totals RENAME TO sums;", "rename-table"));
    assert!(has("ALTER SCHEMA app RENAME TO shop;", "rename-object"));
    assert!(has("ALTER TYPE mood RENAME TO feeling;", "rename-object"));
    // The old name is taken again at once.
    let swapped = "ALTER TABLE users RENAME TO customers;\nCREATE VIEW users AS SELECT 1 AS id;\n";
    assert!(!has(swapped, "rename-table"), "{:?}", found(swapped));
    // Nobody names an index or a constraint.
    assert!(!has("ALTER INDEX i RENAME TO j;", "rename-object"));
    assert!(!has("ALTER TABLE t RENAME CONSTRAINT c TO d;", "rename-table"));
}

#[test]
fn a_check_that_the_files_prove_spares_the_scan() {
    let steps = "ALTER TABLE orders ADD CONSTRAINT present CHECK (code IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT present;
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
";
    assert!(!has(steps, "blocking-set-not-null"), "{:?}", found(steps));
    for broken in [
        steps.replace("ALTER TABLE orders VALIDATE CONSTRAINT present;\n", ""),
        steps.replace("VALIDATE", "DROP"),
        steps.replace("code IS NOT", "name IS NOT"),
        steps.replace("orders VALIDATE", "others VALIDATE"),
    ] {
        assert!(has(&broken, "blocking-set-not-null"), "{broken}");
    }
}

#[test]
fn a_primary_key_goes_by_its_name() {
    assert!(has("ALTER TABLE users DROP CONSTRAINT users_pkey;", "drop-primary-key"));
    assert!(!has("ALTER TABLE users DROP CONSTRAINT users_key;", "drop-primary-key"));
    let swapped = "ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY USING INDEX users_new_key;";
    assert!(!has(swapped, "drop-primary-key"));
}

#[test]
fn domains_and_whole_databases() {
    assert!(has("ALTER DOMAIN amount ADD CONSTRAINT c CHECK (VALUE > 0);", "domain-constraint-scan"));
    assert!(has("ALTER DOMAIN amount SET NOT NULL;", "domain-constraint-scan"));
    assert!(!has(
        "ALTER DOMAIN amount ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID;",
        "domain-constraint-scan"
    ));
    assert!(has("REINDEX SCHEMA app;", "non-concurrent-reindex"));
    assert!(has("REINDEX DATABASE shop;", "non-concurrent-reindex"));
    // The server's own catalogs.
    assert!(!has("REINDEX SYSTEM shop;", "non-concurrent-reindex"));
    assert!(has("CLUSTER;", "cluster"));
}

#[test]
fn a_label_is_used_in_the_transaction_that_adds_it() {
    let used = "BEGIN;
ALTER TYPE status ADD VALUE 'refunded';
UPDATE orders SET status = 'refunded' WHERE refunded_at IS NOT NULL;
COMMIT;
";
    assert!(found(used).contains(&("enum-value-in-same-transaction".to_owned(), 3, "medium".to_owned())));
    assert!(!has(
        &used.replace("SET status = 'refunded'", "SET status = 'paid'"),
        "enum-value-in-same-transaction"
    ));
    assert!(!has(&used.replace("BEGIN;\n", "").replace("COMMIT;\n", ""), "enum-value-in-same-transaction"));
}
