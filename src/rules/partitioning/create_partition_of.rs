//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A new partition is made in a way that locks the whole partitioned table.
    ///
    /// ## What it flags
    /// `CREATE TABLE … PARTITION OF` a partitioned table that existed before the change set.
    ///
    /// ## Why it hurts
    /// It takes `ACCESS EXCLUSIVE` on the parent: every query through it waits, and this statement waits for
    /// every running one. `ATTACH PARTITION` needs only `SHARE UPDATE EXCLUSIVE`.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE events_2026 (LIKE events INCLUDING ALL);
    /// ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    /// ```
    ///
    /// ## Safe rewrite
    /// Create the table with `LIKE … INCLUDING ALL`, then attach it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE>
    name: "create-partition-of",
    category: Partitioning,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP108"), ("migrationpilot", "MP110")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::CreateTable(table) = op else { continue };
        let Some((parent, _)) = &table.partition_of else { continue };
        let parent = cx.schema.relation_name(parent);
        if !cx.is_existing(&parent) || cx.step.effects.lock_on(&parent) != Some(LockMode::AccessExclusive) {
            continue;
        }
        sink.step(cx.step)
            .span(span)
            .object(&parent)
            .message(format!("takes {} on {parent} to add a partition", LockMode::AccessExclusive))
            .why("every query through the parent waits, and this statement waits for every running one")
            .help("create the table with LIKE … INCLUDING ALL and attach it, which blocks neither reads nor writes")
            .remedy(RemedyHint::CreateThenAttach)
            .report();
    }
}
