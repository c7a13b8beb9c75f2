//! See [`RULE`].

use super::{RewritingColumn, confidence, described, rewriting_columns};
use crate::effects::fact::RewriteReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A `serial` column is added to a table that has rows.
    ///
    /// ## What it flags
    /// `ADD COLUMN … serial` (`bigserial`, `smallserial`) on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// A serial column is `NOT NULL DEFAULT nextval(…)`: to number the old rows, table and indexes are
    /// written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE shipments (id bigint PRIMARY KEY, order_id bigint NOT NULL);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE shipments ADD COLUMN label_number bigserial;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE shipments ADD COLUMN label_number bigint;
    /// CREATE SEQUENCE shipments_label_number_seq OWNED BY shipments.label_number;
    /// ALTER TABLE shipments ALTER COLUMN label_number SET DEFAULT nextval('shipments_label_number_seq');
    /// CREATE TABLE parcels (order_id bigint);
    /// ALTER TABLE parcels ADD COLUMN id bigserial;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add a plain integer column, create the sequence, set the default, fill the old rows in batches, and
    /// set `NOT NULL` through a validated `CHECK`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL>
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "serial-column",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("eugene", "E11"),
        ("strong_migrations", "add_column_auto_incrementing"),
        ("pgsafe", "add-column-serial"),
        ("migrationpilot", "MP015"),
        ("diesel-guard", "AddSerialColumnCheck"),
        ("postgres-language-server", "addSerialColumn"),
        ("pgfence", "add-column-serial"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for RewritingColumn { table, column, span } in rewriting_columns(cx, RewriteReason::VolatileDefault) {
        if column.data_type.as_ref().is_none_or(|t| t.serial_base().is_none()) {
            continue;
        }
        sink.step(cx.step).blocking_work()
            .span(span)
            .object(format!("{table}.{}", column.name))
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {} with all indexes under {} to number the rows",
                described(cx, &table),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until the last row is written anew")
            .help("add an integer column, give it a sequence as its default, then number the old rows in batches")
            .remedy(RemedyHint::ColumnThenBackfill)
            .report();
    }
}
