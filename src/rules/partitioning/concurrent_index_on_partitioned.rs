//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An index of a partitioned table cannot be built or dropped concurrently.
    ///
    /// ## What it flags
    /// `CREATE INDEX CONCURRENTLY` on a partitioned table, and `DROP INDEX CONCURRENTLY` of an index of one.
    ///
    /// ## Why it hurts
    /// The server refuses it (0A000).
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    /// CREATE INDEX events_id_idx ON events (id);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX CONCURRENTLY events_at_idx ON events (at);
    /// ```
    /// ```sql flagged
    /// DROP INDEX CONCURRENTLY events_id_idx;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX events_at_idx ON ONLY events (at);
    /// CREATE INDEX CONCURRENTLY events_2025_at_idx ON events_2025 (at);
    /// ALTER INDEX events_at_idx ATTACH PARTITION events_2025_at_idx;
    /// ```
    ///
    /// ## Safe rewrite
    /// Make the index on `ONLY` the parent, build one concurrently on each partition, and attach them. The
    /// parent's index becomes valid with the last one.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE>
    name: "concurrent-index-on-partitioned",
    category: Partitioning,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP092")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let (verb, table) = match &cx.step.stmt.op {
        DdlOp::CreateIndex(index) if index.concurrently && !index.only => {
            ("CREATE INDEX CONCURRENTLY", cx.schema.relation_name(&index.table))
        }
        DdlOp::Drop(drop) if drop.concurrently && drop.kind == ObjectKind::Index => {
            let Some(object) = drop.objects.first() else { return };
            let Some(index) = cx.schema.index(&object.name) else { return };
            ("DROP INDEX CONCURRENTLY", index.table.clone())
        }
        _ => return,
    };
    if !cx.schema.table(&table).is_some_and(crate::schema::model::Table::is_partitioned) {
        return;
    }
    sink.step(cx.step)
        .object(&table)
        .message(format!("{verb} is refused on {table}, which is partitioned"))
        .why("the server refuses it (0A000), so the migration never succeeds")
        .help("work on ONLY the parent and on each partition by itself")
        .remedy(RemedyHint::PartitionedIndex)
        .report();
}
