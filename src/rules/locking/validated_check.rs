//! See [`RULE`].

use super::{confidence, constraints_added, described, scans};
use crate::effects::fact::ScanReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::ir::table::ConstraintKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A check is proven for all rows while nobody can read or write the table.
    ///
    /// ## What it flags
    /// A `CHECK` without `NOT VALID` on a table that existed before the change set, also one that comes with
    /// a new column: the server reads the table even when the column is empty.
    ///
    /// ## Why it hurts
    /// The whole table is read under `ACCESS EXCLUSIVE`. All reads and writes wait for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD COLUMN discount numeric(12,2) CHECK (discount >= 0);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0) NOT VALID;
    /// ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_negative;
    /// CREATE TABLE refunds (id bigint PRIMARY KEY, amount numeric(12,2));
    /// ALTER TABLE refunds ADD CHECK (amount > 0);
    /// ```
    ///
    /// ## Safe rewrite
    /// Add it with `NOT VALID`, which reads no row, and `VALIDATE CONSTRAINT` in another transaction: that
    /// takes `SHARE UPDATE EXCLUSIVE`, and others read and write meanwhile. Add a new column without its
    /// check first.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "validated-check",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "constraint-missing-not-valid"),
        ("eugene", "E1"),
        ("atlas", "PG305"),
        ("strong_migrations", "add_check_constraint"),
        ("online_migrations", "add_check_constraint"),
        ("pgsafe", "add-check-without-not-valid"),
        ("pg-migration-lint", "PGM015"),
        ("migrationpilot", "MP030"),
        ("diesel-guard", "AddCheckConstraintCheck"),
        ("postgres-language-server", "constraintMissingNotValid"),
        ("pgfence", "add-constraint-check-no-not-valid"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for added in constraints_added(cx) {
        let constraint = added.constraint;
        if !matches!(constraint.kind, ConstraintKind::Check(_))
            || constraint.not_valid
            || !constraint.enforced
        {
            continue;
        }
        let table = &added.table;
        if !scans(cx, table, |reason| matches!(reason, ScanReason::Check(_))) {
            continue;
        }
        let help = if added.column.is_some() {
            "add the column first, then the check with NOT VALID, then validate it in another transaction"
        } else {
            "add it with NOT VALID, then VALIDATE CONSTRAINT in another transaction"
        };
        sink.step(cx.step)
            .blocking_work()
            .span(added.span)
            .object(table)
            .confidence(confidence(cx))
            .message(format!(
                "reads every row of {} under {} to prove the check",
                described(cx, table),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait for the whole scan")
            .help(help)
            .remedy(RemedyHint::NotValidThenValidate)
            .report();
    }
}
