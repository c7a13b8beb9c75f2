//! Effects against measurements: what each case of `tests/conformance/` did on PostgreSQL 13–18 and what the
//! model says it does. Not one difference is allowed.

mod coverage;
mod measure;
mod page;
mod predict;
mod remeasure;
mod step;
mod suite;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use checkrail::effects::analyse;
use checkrail::effects::fact::ErrorCondition;
use checkrail::parse;

use self::suite::Case;

/// The major versions that the suite is about.
const VERSIONS: std::ops::RangeInclusive<u16> = 13..=18;

#[test]
fn effects_agree_with_the_measurements() {
    let compared = parse::with_large_stack(compare_all).expect("a thread");
    let Comparison { observations, differ, report, idle } = compared;
    assert!(observations > 12_000, "only {observations} compared");
    assert!(differ == 0, "{differ} of {observations} differ:\n{report}");
    if update() {
        let mut files = parse::with_large_stack(suite::files).expect("a thread");
        for case in files.iter_mut().flat_map(|file| &mut file.cases) {
            case.flags.retain(|flag| !idle.contains(&(case.id.clone(), flag.clone())));
        }
        return files.iter().for_each(suite::write);
    }
    assert!(idle.is_empty(), "nothing needs these flags any more (UPDATE=1 takes them away): {idle:#?}");
}

/// Flags that excuse a difference.
const EXCUSES: [&str; 3] = ["unforeseen", "partly", "planner"];

/// The model against the measurements.
#[derive(Default)]
struct Comparison {
    observations: usize,
    differ: usize,
    report: String,
    /// Cases with flags that excuse nothing.
    idle: BTreeSet<(String, String)>,
}

fn compare_all() -> Comparison {
    let cases = suite::cases();
    let mut all = Comparison::default();
    let excused = |case: &Case| case.flags.iter().any(|flag| EXCUSES.contains(&flag.as_str()));
    for case in cases.iter().filter(|case| excused(case)) {
        let flags = case.flags.iter().filter(|flag| EXCUSES.contains(&flag.as_str()));
        all.idle.extend(flags.map(|flag| (case.id.clone(), flag.clone())));
    }
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
            all.observations += 1;
            if !found.is_empty() {
                all.differ += 1;
                let _ = writeln!(all.report, "{version} {}/{}: {sql}", case.topic, case.id);
                found.iter().for_each(|line| {
                    let _ = writeln!(all.report, "      {line}");
                });
            }
            for flag in case.flags.iter().filter(|flag| EXCUSES.contains(&flag.as_str())) {
                let mut bare = case.clone();
                bare.flags.remove(flag);
                if !predict::differences(&bare, &stmt.op, observed, &schema).is_empty() {
                    all.idle.remove(&(case.id.clone(), flag.clone()));
                }
            }
        }
    }
    all
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
                suite::write(&file);
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
