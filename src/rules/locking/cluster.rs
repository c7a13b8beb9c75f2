//! See [`RULE`].

use super::confidence;
use crate::effects::fact::RewriteReason;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A table is sorted by an index while nobody can read or write it.
    ///
    /// ## What it flags
    /// `CLUSTER` on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long,
    /// and the table needs its size on disk once more.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL);
    /// CREATE INDEX orders_placed_at_idx ON orders (placed_at);
    /// ```
    /// ```sql flagged
    /// CLUSTER orders USING orders_placed_at_idx;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_placed_at_id_idx ON orders (placed_at) INCLUDE (id);
    /// ALTER TABLE orders CLUSTER ON orders_placed_at_idx;
    /// ```
    ///
    /// ## Safe rewrite
    /// An index that holds all that the queries need makes the order of the table unimportant. Otherwise use
    /// an extension like `pg_repack`, which sorts while others read and write, or plan a time without
    /// traffic.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-cluster.html>
    name: "cluster",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "prefer-repack"),
        ("pgsafe", "vacuum-full-cluster"),
        ("pg-migration-lint", "PGM018"),
        ("migrationpilot", "MP032"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Cluster(cluster) = op else { continue };
        let rewritten: Vec<_> = cx
            .step
            .effects
            .rewrites
            .iter()
            .filter(|r| r.reason == RewriteReason::Cluster && cx.is_existing(&r.relation))
            .collect();
        let what = match rewritten.as_slice() {
            [] if cluster.table.is_none() && !cx.step.effects.uncertain.is_empty() => {
                "every table that was clustered before".to_owned()
            }
            [] => continue,
            [one] => one.relation.to_string(),
            [first, rest @ ..] => format!("{} and {} more", first.relation, rest.len()),
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(rewritten.first().map_or_else(|| "database".to_owned(), |r| r.relation.to_string()))
            .confidence(confidence(cx))
            .message(format!("CLUSTER rewrites {what} with all indexes under {}", LockMode::AccessExclusive))
            .why("all reads and writes of the table wait until the last row is written anew")
            .help("use pg_repack, or an index that INCLUDEs what the queries need")
            .report();
    }
}
