//! See [`RULE`].

use super::{Alteration, actions, confidence, described, rewrites};
use crate::effects::fact::RewriteReason;
use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A stored generated column is computed for all rows at once.
    ///
    /// ## What it flags
    /// `ADD COLUMN … GENERATED ALWAYS AS (…) STORED`, or a new expression for such a column (`SET
    /// EXPRESSION`, PostgreSQL 17), on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long,
    /// and the table needs its size on disk once more.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE products (id bigint PRIMARY KEY, net numeric(12,2) NOT NULL,
    ///   gross numeric(12,2) GENERATED ALWAYS AS (net * 1.19) STORED);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE products ADD COLUMN half numeric(12,2) GENERATED ALWAYS AS (net / 2) STORED;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE products ALTER COLUMN gross SET EXPRESSION AS (net * 1.21);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE products ADD COLUMN half numeric(12,2);
    /// ```
    ///
    /// ## Safe rewrite
    /// Add a plain column, keep it up to date with a trigger on `INSERT OR UPDATE`, and fill the old rows in
    /// batches. On PostgreSQL 18 a `VIRTUAL` column stores nothing and rewrites nothing.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-generated-columns.html>
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "stored-generated-column",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "adding-field-with-default"),
        ("eugene", "E11"),
        ("atlas", "PG309"),
        ("strong_migrations", "add_column_generated_stored"),
        ("pgsafe", "add-column-generated-stored"),
        ("migrationpilot", "MP062"),
        ("diesel-guard", "GeneratedColumnCheck"),
        ("postgres-language-server", "addSerialColumn"),
        ("pgfence", "add-column-stored-generated"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let (column, new) = match action {
            TableAction::AddColumn { column, .. } => (&column.name, true),
            TableAction::SetExpression { column, .. } => (column, false),
            _ => continue,
        };
        if !rewrites(cx, &relation, |r| matches!(r, RewriteReason::StoredGenerated(name) if name == column)) {
            continue;
        }
        let virtual_columns = cx.schema.version().at_least(18);
        let draft = sink
            .step(cx.step)
            .blocking_work()
            .span(span)
            .object(format!("{relation}.{column}"))
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {} with all indexes under {} to compute {column} for each row",
                described(cx, &relation),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until the last row is written anew");
        if new {
            let help = if virtual_columns {
                "make it VIRTUAL, or add a plain column that a trigger fills, and fill the old rows in batches"
            } else {
                "add a plain column that a trigger fills, then fill the old rows in batches"
            };
            draft.help(help).remedy(RemedyHint::ColumnThenBackfill).report();
        } else {
            draft
                .help("add a new column that a trigger fills, fill the old rows in batches, and switch")
                .report();
        }
    }
}
