//! See [`RULE`].

use super::{Alteration, actions, concerns, confidence, described};
use crate::effects::fact::{IndexBuild, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::table::TableAction;
use crate::name::{Ident, QName};
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::lookup::index_columns;

rule! {
    /// A column gets a type or collation for which its indexes are built anew.
    ///
    /// ## What it flags
    /// `ALTER COLUMN … TYPE` on a table that existed before the change set, when the rows stay as they are
    /// but an index on the column does not: another `COLLATE`, `text` to `citext`, `integer` to `oid`.
    /// Without an index on the column there is nothing to build.
    ///
    /// ## Why it hurts
    /// The indexes are built from the whole table under `ACCESS EXCLUSIVE`. All reads and writes wait for
    /// that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY, last_name text NOT NULL, city text);
    /// CREATE INDEX customers_last_name_idx ON customers (last_name);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE customers ALTER COLUMN last_name TYPE text COLLATE "C";
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE customers ALTER COLUMN city TYPE text COLLATE "C";
    /// ```
    /// ```sql accepted
    /// DROP INDEX CONCURRENTLY customers_last_name_idx;
    /// ALTER TABLE customers ALTER COLUMN last_name TYPE text COLLATE "C";
    /// CREATE INDEX CONCURRENTLY customers_last_name_idx ON customers (last_name);
    /// ```
    ///
    /// ## Safe rewrite
    /// Drop the index with `CONCURRENTLY`, change the type, and build the index again with `CONCURRENTLY`.
    /// Where queries cannot do without it, take the way over a new column.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "index-rebuilding-type-change",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "changing-column-type"),
        ("atlas", "PG301"),
        ("migrationpilot", "MP089"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let TableAction::AlterType { column, .. } = action else { continue };
        let rebuilt: Vec<String> = cx
            .step
            .effects
            .index_builds
            .iter()
            .filter(|b| is_rebuild(cx, &relation, b) && uses(cx, b, column))
            .map(|b| {
                b.index
                    .as_ref()
                    .map_or_else(|| "an index".to_owned(), |name| b.table.sibling(name.clone()).to_string())
            })
            .collect();
        let Some(first) = rebuilt.first() else { continue };
        let others = match rebuilt.len() - 1 {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(format!("{relation}.{column}"))
            .confidence(confidence(cx))
            .message(format!(
                "rebuilds {first}{others} under {} on {}",
                LockMode::AccessExclusive,
                described(cx, &relation)
            ))
            .why("all reads and writes of the table wait until every row is read and sorted")
            .help(
                "drop the index CONCURRENTLY first, change the type, and build the index CONCURRENTLY again",
            )
            .report();
    }
}

/// Whether an index is built because of a type, on a table in use whose rows stay as they are.
fn is_rebuild(cx: &StepContext<'_>, relation: &QName, build: &IndexBuild) -> bool {
    let effects = &cx.step.effects;
    let rebuilds =
        effects.scans.iter().any(|s| s.relation == build.table && s.reason == ScanReason::IndexRebuild);
    !build.concurrently && rebuilds && !effects.rewrites(&build.table) && concerns(cx, relation, &build.table)
}

/// Whether the index uses the column; one that the model does not know may.
fn uses(cx: &StepContext<'_>, build: &IndexBuild, column: &Ident) -> bool {
    let index = build.index.as_ref().and_then(|name| cx.schema.index(&build.table.sibling(name.clone())));
    index.is_none_or(|i| index_columns(i).contains(column))
}
