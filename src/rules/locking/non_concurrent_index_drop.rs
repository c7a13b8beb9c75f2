//! See [`RULE`].

use super::{confidence, is_partitioned};
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::lookup::Existence;

rule! {
    /// Dropping an index locks its table against everything.
    ///
    /// ## What it flags
    /// `DROP INDEX` without `CONCURRENTLY` for an index on a table that existed before the change set. An
    /// index on a partitioned table is mere advice, since `CONCURRENTLY` is refused there.
    ///
    /// ## Why it hurts
    /// The statement itself is quick, but it needs `ACCESS EXCLUSIVE` on the table: it waits for every
    /// running query, and all reads and writes that come later wait behind it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL);
    /// CREATE INDEX orders_status_idx ON orders (status);
    /// ```
    /// ```sql flagged
    /// DROP INDEX orders_status_idx;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP INDEX CONCURRENTLY orders_status_idx;
    /// ```
    /// ```sql accepted
    /// CREATE TABLE returns (id bigint PRIMARY KEY, order_id bigint NOT NULL);
    /// CREATE INDEX returns_order_id_idx ON returns (order_id);
    /// DROP INDEX returns_order_id_idx;
    /// ```
    ///
    /// ## Safe rewrite
    /// `DROP INDEX CONCURRENTLY`, one index for each statement, outside a transaction.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropindex.html>
    name: "non-concurrent-index-drop",
    category: Locking,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-concurrent-index-deletion"),
        ("atlas", "PG102"),
        ("strong_migrations", "remove_index"),
        ("online_migrations", "remove_index"),
        ("pgsafe", "drop-index-non-concurrent"),
        ("pg-migration-lint", "PGM002"),
        ("migrationpilot", "MP009"),
        ("diesel-guard", "DropIndexCheck"),
        ("postgres-language-server", "requireConcurrentIndexDeletion"),
        ("pgfence", "drop-index-not-concurrent"),
        ("django-migration-linter", "DROP_INDEX"),
        ("pg-schema-diff", "INDEX_DROPPED"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Drop(drop) = op else { continue };
        if drop.kind != ObjectKind::Index || drop.concurrently {
            continue;
        }
        for object in &drop.objects {
            if cx.schema.existence(&object.name) == Existence::Missing {
                continue;
            }
            let name = cx.schema.relation_name(&object.name);
            let known = cx.schema.index(&name);
            // The server refuses to drop the index of a constraint.
            if known.is_some_and(|i| i.constraint.is_some()) {
                continue;
            }
            let table = known.map(|i| i.table.clone());
            let in_use = cx.is_existing(table.as_ref().unwrap_or(&name));
            let locked = cx.step.effects.lock_on(table.as_ref().unwrap_or(&name));
            if !in_use || locked != Some(LockMode::AccessExclusive) {
                continue;
            }
            let what = table.as_ref().map_or_else(|| format!("the table of {name}"), ToString::to_string);
            let draft = sink
                .step(cx.step)
                .span(span)
                .object(&name)
                .confidence(confidence(cx))
                .message(format!("dropping {name} takes {} on {what}", LockMode::AccessExclusive))
                .why("it waits for every running query on the table, and all later reads and writes queue behind it");
            if table.as_ref().is_some_and(|t| is_partitioned(cx, t)) {
                draft
                    .help("set lock_timeout and retry: CONCURRENTLY is refused for an index on a partitioned table")
                    .remedy(RemedyHint::LockTimeout)
                    .habit()
                    .report();
            } else {
                draft
                    .help("drop it with DROP INDEX CONCURRENTLY, outside a transaction")
                    .remedy(RemedyHint::ConcurrentIndexDrop)
                    .report();
            }
        }
    }
}
