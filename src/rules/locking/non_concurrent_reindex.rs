//! See [`RULE`].

use super::confidence;
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::index::ReindexTarget;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An index is rebuilt while writes to its table, and reads through it, wait.
    ///
    /// ## What it flags
    /// `REINDEX` without `CONCURRENTLY` when it locks a table or index that existed before the change set.
    ///
    /// ## Why it hurts
    /// It holds `SHARE` on the table, which stops writes, and `ACCESS EXCLUSIVE` on the index, which stops
    /// every query whose planning looks at the index: nearly all queries on the table.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL);
    /// CREATE INDEX orders_placed_at_idx ON orders (placed_at);
    /// ```
    /// ```sql flagged
    /// REINDEX INDEX orders_placed_at_idx;
    /// ```
    /// ```sql flagged
    /// REINDEX TABLE orders;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// REINDEX INDEX CONCURRENTLY orders_placed_at_idx;
    /// ```
    /// ```sql accepted
    /// REINDEX TABLE CONCURRENTLY orders;
    /// ```
    ///
    /// ## Safe rewrite
    /// `REINDEX … CONCURRENTLY`, outside a transaction. If it fails it leaves an invalid index with the
    /// suffix `_ccnew`: drop that before trying again.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY>
    name: "non-concurrent-reindex",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-concurrent-reindex"),
        ("pgsafe", "reindex-non-concurrent"),
        ("pg-migration-lint", "PGM022"),
        ("migrationpilot", "MP021"),
        ("diesel-guard", "ReindexCheck"),
        ("postgres-language-server", "requireConcurrentReindex"),
        ("pgfence", "reindex-non-concurrent"),
        ("django-migration-linter", "REINDEX"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Reindex(reindex) = op else { continue };
        if reindex.concurrently {
            continue;
        }
        let strong: Vec<_> = cx.step.existing_locks().filter(|l| l.mode >= LockMode::Share).collect();
        let whole = matches!(reindex.target, ReindexTarget::Schema(_) | ReindexTarget::Database);
        // In a known schema without a table in use there is nothing to rebuild.
        if strong.is_empty() && (!whole || cx.step.effects.uncertain.is_empty()) {
            continue;
        }
        let (object, blocks) = match &reindex.target {
            ReindexTarget::Index(name) => {
                let name = cx.schema.relation_name(name);
                if !cx.is_existing(&name) {
                    continue;
                }
                let table = cx.schema.index(&name).map_or_else(
                    || format!("its table and {} on {name}", LockMode::AccessExclusive),
                    |i| format!("{} and {} on {name}", i.table, LockMode::AccessExclusive),
                );
                (name.to_string(), table)
            }
            ReindexTarget::Table(name) => {
                let name = cx.schema.relation_name(name);
                if !cx.is_existing(&name) {
                    continue;
                }
                (name.to_string(), format!("{name} and {} on its indexes", LockMode::AccessExclusive))
            }
            ReindexTarget::System => continue,
            ReindexTarget::Schema(name) => (
                name.to_string(),
                format!("each table of {name} and {} on its indexes", LockMode::AccessExclusive),
            ),
            ReindexTarget::Database => (
                strong
                    .iter()
                    .find(|l| l.kind != ObjectKind::Index)
                    .map_or_else(|| "database".to_owned(), |l| l.relation.to_string()),
                format!("each table of the database and {} on its indexes", LockMode::AccessExclusive),
            ),
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(object)
            .confidence(confidence(cx))
            .message(format!("rebuilding takes {} on {blocks}", LockMode::Share))
            .why("writes wait until it is done, and so does nearly every query that could use the index")
            .help("use REINDEX … CONCURRENTLY, outside a transaction")
            .remedy(RemedyHint::ConcurrentReindex)
            .report();
    }
}
