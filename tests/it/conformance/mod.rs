//! Effects against measurements: what each case of `tests/conformance/` did on PostgreSQL 13–18 and what the
//! model says it does. Not one difference is allowed.

mod predict;
mod suite;

use std::collections::HashMap;
use std::fmt::Write as _;

use checkrail::effects::analyse;
use checkrail::effects::fact::ErrorCondition;
use checkrail::parse;

/// The major versions that the suite is about.
const VERSIONS: std::ops::RangeInclusive<u16> = 13..=18;

#[test]
fn effects_agree_with_the_measurements() {
    let (compared, differ, report) = parse::with_large_stack(compare_all).expect("a thread");
    assert!(compared > 8000, "only {compared} compared");
    assert!(differ == 0, "{differ} of {compared} differ:\n{report}");
}

/// How many observations there are, how many differ from the model, and how.
fn compare_all() -> (usize, usize, String) {
    let cases = suite::cases();
    let mut report = String::new();
    let (mut compared, mut differ) = (0, 0);
    for version in VERSIONS {
        let mut bases = HashMap::new();
        for case in &cases {
            let Some(observed) = case.on(version) else { continue };
            let (setup, sql) = case.statements();
            let base = bases.entry(case.base.clone()).or_insert_with(|| predict::base(&case.base, version));
            let mut schema = base.clone();
            setup.iter().for_each(|sql| predict::run(&mut schema, sql));
            let stmt = predict::statement(&sql);
            let found = predict::differences(case, &stmt.op, observed, &schema);
            compared += 1;
            if !found.is_empty() {
                differ += 1;
                let _ = writeln!(report, "{version} {}/{}: {sql}", case.topic, case.id);
                found.iter().for_each(|line| {
                    let _ = writeln!(report, "      {line}");
                });
            }
        }
    }
    (compared, differ, report)
}

/// Whether the tests write what they would compare.
fn update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|v| v == "1")
}

#[test]
fn case_files_are_as_they_are_written() {
    parse::with_large_stack(|| {
        let mut ids: HashMap<String, String> = HashMap::new();
        for file in suite::files() {
            let text = std::fs::read_to_string(&file.path).expect("a file");
            let written = suite::written(&file.cases);
            assert!(text.len() < 300_000, "{} is {} bytes", file.path.display(), text.len());
            if update() && text != written {
                std::fs::write(&file.path, written).expect("written");
                continue;
            }
            let line = text.lines().zip(written.lines()).position(|(a, b)| a != b);
            assert!(text == written, "{}: line {line:?} is written otherwise", file.path.display());
            for case in &file.cases {
                let other = ids.insert(case.id.clone(), file.path.display().to_string());
                assert!(other.is_none(), "{} is in {other:?} and {}", case.id, file.path.display());
                assert!(!case.observed.is_empty(), "{} has no observation", case.id);
            }
        }
    })
    .expect("a thread");
}

#[test]
fn conditions_of_errors_are_told_apart() {
    let condition = |sql: &str, sqlstate: &str| {
        let effects = analyse(&predict::statement(sql).op, &predict::base("shop", 17));
        effects.possible_errors.iter().find(|e| e.sqlstate == sqlstate).map(|e| e.when)
    };
    parse::with_large_stack(|| {
        let any_row = condition("ALTER TABLE parent ADD COLUMN c int NOT NULL", "23502");
        assert_eq!(any_row, Some(ErrorCondition::AnyRow));
        for (sql, sqlstate) in [
            ("ALTER TABLE parent ALTER COLUMN n SET NOT NULL", "23502"),
            ("ALTER TABLE parent ADD CHECK (n > 5)", "23514"),
            ("ALTER TABLE parent ADD UNIQUE (n)", "23505"),
            ("CREATE UNIQUE INDEX ON parent (n)", "23505"),
            ("ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id)", "23503"),
            ("ALTER TABLE nopk ADD EXCLUDE USING gist (r WITH &&)", "23P01"),
            ("ALTER TABLE part ATTACH PARTITION part_3_src FOR VALUES FROM (2000) TO (3000)", "23514"),
            ("ALTER TABLE parent ALTER COLUMN n TYPE smallint", "22003"),
            ("ALTER TABLE parent ALTER COLUMN doc TYPE int USING doc::int", "22P02"),
            ("ALTER TABLE parent ALTER COLUMN status TYPE varchar(5)", "22001"),
        ] {
            assert_eq!(condition(sql, sqlstate), Some(ErrorCondition::RowValues), "{sql}");
        }
    })
    .expect("a thread");
}
