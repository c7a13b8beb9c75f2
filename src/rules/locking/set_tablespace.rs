//! See [`RULE`].

use super::{Alteration, actions, confidence, rewrites};
use crate::effects::fact::RewriteReason;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table or index is copied to another tablespace while nobody can use it.
    ///
    /// ## What it flags
    /// `SET TABLESPACE` to another tablespace for a table, index or materialized view that existed before the
    /// change set. A partitioned table or index has no file of its own and is left out.
    ///
    /// ## Why it hurts
    /// The file is copied under `ACCESS EXCLUSIVE`. All reads and writes wait for that long; for an index, so
    /// does nearly every query on its table.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz);
    /// CREATE INDEX orders_placed_at_idx ON orders (placed_at);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders SET TABLESPACE fast;
    /// ```
    /// ```sql flagged
    /// ALTER INDEX orders_placed_at_idx SET TABLESPACE fast;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders SET TABLESPACE pg_default;
    /// ```
    /// ```sql accepted
    /// REINDEX (TABLESPACE fast, CONCURRENTLY) INDEX orders_placed_at_idx;
    /// ```
    ///
    /// ## Safe rewrite
    /// An index: `REINDEX (TABLESPACE …, CONCURRENTLY)`, from PostgreSQL 14 on. A table: an extension like
    /// `pg_repack`, or a new table to which the rows are moved in batches.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    /// - <https://www.postgresql.org/docs/current/sql-reindex.html>
    name: "set-tablespace",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP095")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let TableAction::SetTablespace(tablespace) = action else { continue };
        if !rewrites(cx, &relation, |r| *r == RewriteReason::Tablespace) {
            continue;
        }
        let index = cx.schema.relation_kind(&relation) == Some(ObjectKind::Index);
        let help = if index && cx.schema.version().at_least(14) {
            "use REINDEX (TABLESPACE …, CONCURRENTLY), outside a transaction"
        } else if index {
            "build the index CONCURRENTLY in the new tablespace under another name, then drop this one CONCURRENTLY"
        } else {
            "use pg_repack, or move the rows in batches to a new table there, and switch"
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(&relation)
            .confidence(confidence(cx))
            .message(format!("copies {relation} to {tablespace} under {}", LockMode::AccessExclusive))
            .why("all reads and writes that need it wait until the last page is copied")
            .help(help)
            .report();
    }
}
