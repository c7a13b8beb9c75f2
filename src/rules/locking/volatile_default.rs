//! See [`RULE`].

use super::{RewritingColumn, confidence, described, rewriting_columns};
use crate::effects::fact::RewriteReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A new column has a default that differs from row to row.
    ///
    /// ## What it flags
    /// `ADD COLUMN … DEFAULT` with a volatile function (`gen_random_uuid()`, `clock_timestamp()`, `random()`,
    /// `nextval()`, or one of your own that is not declared `STABLE` or `IMMUTABLE`) on a table that existed
    /// before the change set. `now()` and constants are stored once in the catalog and left out.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long,
    /// and the table needs its size on disk once more.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD COLUMN public_id uuid DEFAULT gen_random_uuid();
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD COLUMN imported_at timestamptz DEFAULT clock_timestamp();
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ADD COLUMN public_id uuid;
    /// ALTER TABLE orders ALTER COLUMN public_id SET DEFAULT gen_random_uuid();
    /// ```
    /// ```sql accepted
    /// ALTER TABLE orders ADD COLUMN imported_at timestamptz NOT NULL DEFAULT now();
    /// ALTER TABLE orders ADD COLUMN status text DEFAULT 'new';
    /// ```
    ///
    /// ## Safe rewrite
    /// Add the column without a default, set the default, which then only concerns new rows, and fill the old
    /// rows in batches.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "volatile-default",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "adding-field-with-default"),
        ("atlas", "PG302"),
        ("strong_migrations", "add_column_default"),
        ("online_migrations", "add_column_default"),
        ("pgsafe", "add-column-volatile-default"),
        ("pg-migration-lint", "PGM006"),
        ("migrationpilot", "MP003"),
        ("diesel-guard", "AddColumnCheck"),
        ("postgres-language-server", "addingFieldWithDefault"),
        ("pgfence", "add-column-non-constant-default"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for RewritingColumn { table, column, span } in rewriting_columns(cx, RewriteReason::VolatileDefault) {
        // These have rules of their own: their way out is another one.
        let serial = column.data_type.as_ref().is_some_and(|t| t.serial_base().is_some());
        if serial || column.identity.is_some() {
            continue;
        }
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(format!("{table}.{}", column.name))
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {} with all indexes under {} to compute the default for each row",
                described(cx, &table),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until the last row is written anew")
            .help("add the column without a default, then set the default, then fill the old rows in batches")
            .remedy(RemedyHint::ColumnThenBackfill)
            .report();
    }
}
