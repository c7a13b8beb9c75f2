//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::table::TableAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A partition is detached while all queries through its parent wait.
    ///
    /// ## What it flags
    /// `DETACH PARTITION` without `CONCURRENTLY` (14 and newer) from a table that existed before the change set.
    /// Where a default partition rules the concurrent form out, it is advice.
    ///
    /// ## Why it hurts
    /// It takes `ACCESS EXCLUSIVE` on the parent and the partition.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    /// ```
    /// ```sql flagged
    /// ALTER TABLE events DETACH PARTITION events_2024;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;
    /// ```
    ///
    /// ## Safe rewrite
    /// `DETACH PARTITION … CONCURRENTLY`, outside a transaction.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DETACH-PARTITION>
    name: "non-concurrent-partition-detach",
    category: Partitioning,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-concurrent-partition-detach"),
        ("pgsafe", "detach-partition-non-concurrent"),
        ("pg-migration-lint", "PGM004"),
        ("migrationpilot", "MP046"),
        ("postgres-language-server", "requireConcurrentDetachPartition"),
        ("pgfence", "detach-partition"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    if !cx.schema.version().at_least(14) {
        return;
    }
    for (op, statement) in cx.ops() {
        let DdlOp::AlterTable(alter) = op else { continue };
        let parent = cx.schema.relation_name(&alter.name);
        if !cx.is_existing(&parent) {
            continue;
        }
        for (action, span) in &alter.actions {
            let TableAction::DetachPartition { partition, concurrently: false, finalize: false } = action
            else {
                continue;
            };
            // The concurrent form is refused while a default partition exists.
            let has_default = cx
                .schema
                .children_of(&parent)
                .iter()
                .any(|c| matches!(c.partition_of, Some((_, crate::ir::table::PartitionBound::Default))));
            let draft = sink
                .step(cx.step)
                .span(if span.start == span.end { statement } else { *span })
                .object(&parent)
                .message(format!("takes {} on {parent} to detach {partition}", LockMode::AccessExclusive))
                .why("every query through the parent waits, and this statement waits for every running one");
            if has_default {
                draft
                    .help("set lock_timeout and retry: the default partition rules CONCURRENTLY out")
                    .report();
            } else {
                draft
                    .help("detach with CONCURRENTLY, outside a transaction")
                    .remedy(RemedyHint::ConcurrentDetach)
                    .report();
            }
        }
    }
}
