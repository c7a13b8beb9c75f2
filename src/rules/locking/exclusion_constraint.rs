//! See [`RULE`].

use super::{builds_index, confidence, constraints_added, described, scans};
use crate::effects::fact::ScanReason;
use crate::ir::data::LockMode;
use crate::ir::table::ConstraintKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An exclusion constraint compares all rows while nobody can read or write the table.
    ///
    /// ## What it flags
    /// `EXCLUDE` on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// The index is built and every row compared under `ACCESS EXCLUSIVE`. There is neither `NOT VALID` nor
    /// `USING INDEX` for it, so all reads and writes wait for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE prices (id bigint PRIMARY KEY, valid daterange NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE prices ADD CONSTRAINT prices_no_overlap EXCLUDE USING gist (valid WITH &&);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE price_periods (id bigint PRIMARY KEY, valid daterange NOT NULL,
    ///   CONSTRAINT price_periods_no_overlap EXCLUDE USING gist (valid WITH &&));
    /// ```
    ///
    /// ## Safe rewrite
    /// Create a new table that has the constraint from the start, keep it up to date with a trigger, copy the
    /// old rows in batches, and switch. Otherwise plan a time without traffic.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE>
    name: "exclusion-constraint",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "ban-exclusion-constraint"),
        ("eugene", "E8"),
        ("strong_migrations", "add_exclusion_constraint"),
        ("online_migrations", "add_exclusion_constraint"),
        ("pgsafe", "add-exclusion-constraint"),
        ("pg-migration-lint", "PGM019"),
        ("migrationpilot", "MP031"),
        ("diesel-guard", "AddExcludeConstraintCheck"),
        ("postgres-language-server", "avoidAddingExclusionConstraint"),
        ("pgfence", "add-constraint-exclude"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for added in constraints_added(cx) {
        let table = &added.table;
        let compares = || {
            builds_index(cx, table) || scans(cx, table, |reason| matches!(reason, ScanReason::Exclusion(_)))
        };
        if !matches!(added.constraint.kind, ConstraintKind::Exclude(_)) || !compares() {
            continue;
        }
        sink.step(cx.step)
            .blocking_work()
            .span(added.span)
            .object(table)
            .confidence(confidence(cx))
            .message(format!(
                "builds the index of the exclusion constraint over {} under {}",
                described(cx, table),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until every row is compared")
            .help("create a new table with the constraint, copy the rows in batches, and switch")
            .report();
    }
}
