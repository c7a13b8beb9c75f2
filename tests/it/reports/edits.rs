//! Safe rewrites that are a change of the file: applied, they leave a file without the finding, and all else as it was.

use serde_json::Value;

use crate::harness::checkrail;

/// Reviews a file on a schema.
fn review(sql: &str, file: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = "CREATE TABLE t (id bigint PRIMARY KEY, a int, b int);\nCREATE INDEX t_a ON t (a);\n";
    std::fs::write(folder.path().join("schema.sql"), schema).expect("written");
    std::fs::write(folder.path().join(file), sql).expect("written");
    let args = ["review", file, "--schema", "schema.sql", "--format", "json"];
    let output = checkrail().current_dir(folder.path()).args(args).output().expect("runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Byte offset of a 1-based line and column.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let number = |v: &Value| usize::try_from(v.as_u64().expect("a number")).expect("a number");
    let start: usize = text.split_inclusive('\n').take(number(line) - 1).map(str::len).sum();
    start + text[start..].chars().take(number(column) - 1).map(char::len_utf8).sum::<usize>()
}

fn applied(sql: &str, edit: &Value) -> String {
    let start = offset(sql, &edit["line"], &edit["column"]);
    let end = offset(sql, &edit["end_line"], &edit["end_column"]);
    format!("{}{}{}", &sql[..start], edit["text"].as_str().expect("a text"), &sql[end..])
}

fn edit_of<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let found = report["findings"].as_array().expect("a list").iter().find(|f| f["rule"] == rule);
    &found.unwrap_or_else(|| panic!("no {rule} in {report:#}"))["edit"]
}

fn count(report: &Value, rule: &str) -> usize {
    report["findings"].as_array().expect("a list").iter().filter(|f| f["rule"] == rule).count()
}

#[test]
fn an_edit_takes_the_statements_place() {
    for (sql, rule) in [
        (
            "SET lock_timeout = '2s';\nSELECT 'ä'; CREATE INDEX t_b\n  ON t (b)  ; -- the end\nSELECT 2;\n",
            "non-concurrent-index",
        ),
        ("SET lock_timeout = '2s';\nDROP INDEX t_a", "non-concurrent-index-drop"),
        ("ALTER TABLE t ADD COLUMN c int; SELECT 1;\n", "missing-lock-timeout"),
    ] {
        let before = review(sql, "a.sql");
        assert_eq!(count(&before, rule), 1, "{before:#}");
        let edit = edit_of(&before, rule);
        assert!(edit.is_object(), "{before:#}");
        let changed = applied(sql, edit);
        let after = review(&changed, "a.sql");
        assert_eq!(count(&after, rule), 0, "{changed}");
        assert_eq!(count(&after, "syntax-error"), 0, "{changed}");
        for kept in ["SELECT 'ä'; ", " -- the end\nSELECT 2;\n", "SELECT 1;\n"] {
            assert_eq!(changed.contains(kept), sql.contains(kept), "{changed}");
        }
    }
}

#[test]
fn what_does_not_fit_in_place_is_no_edit() {
    let edit = |sql: &str, rule: &str| {
        let report = review(sql, "a.sql");
        assert!(!report["rewrites"].as_array().expect("a list").is_empty(), "{report:#}");
        edit_of(&report, rule).clone()
    };
    assert!(edit("SET lock_timeout = '2s';\nCREATE INDEX ON t (b);\n", "non-concurrent-index").is_object());
    // The tool's transaction, or that of the file, is in the way.
    assert!(
        edit("BEGIN;\nSET lock_timeout = '2s';\nCREATE INDEX ON t (b);\nCOMMIT;\n", "non-concurrent-index")
            .is_null()
    );
    // Several stages.
    assert!(
        edit("SET lock_timeout = '2s';\nALTER TABLE t ALTER a SET NOT NULL;\n", "blocking-set-not-null")
            .is_null()
    );
    // The model does not know what the placeholder stands for.
    assert!(
        edit("SET lock_timeout = '2s';\nCREATE INDEX ${name} ON t (b);\n", "non-concurrent-index").is_null()
    );
}
