//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// An index is built while writes to its table wait.
    ///
    /// ## What it flags
    /// `CREATE INDEX` without `CONCURRENTLY` on a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// The build reads the whole table and holds `SHARE` on it until the transaction ends. Every `INSERT`,
    /// `UPDATE` and `DELETE` on the table waits for that long.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX orders_customer_id_idx ON orders (customer_id);
    /// ```
    ///
    /// ## Accepted
    /// A table that the same change set creates has no other users yet.
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
    /// CREATE TABLE returns (id bigint PRIMARY KEY, order_id bigint NOT NULL);
    /// CREATE INDEX returns_order_id_idx ON returns (order_id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Build the index with `CONCURRENTLY` in a migration of its own that runs outside a transaction. If it
    /// fails it leaves an invalid index: drop that with `DROP INDEX CONCURRENTLY` before trying again.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    name: "non-concurrent-index",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-concurrent-index-creation"),
        ("eugene", "E6"),
        ("strong_migrations", "add_index"),
        ("atlas", "PG101"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let DdlOp::CreateIndex(index) = &cx.step.stmt.op else { return };
    if index.concurrently {
        return;
    }
    // On a partitioned table every partition is locked and read as well; one finding names them all.
    let built: Vec<_> = cx
        .step
        .existing_locks()
        .filter(|l| l.mode == LockMode::Share && cx.step.effects.scans(&l.relation))
        .collect();
    let Some(first) = built.first() else { return };
    let others = match built.len() - 1 {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    sink.step(cx.step)
        .object(&first.relation)
        .message(format!(
            "building the index takes {} on {}{others}, which blocks writes while the whole table is read",
            LockMode::Share,
            first.relation
        ))
        .why("inserts, updates and deletes wait until the build is done and its transaction ends")
        .help("build it with CREATE INDEX CONCURRENTLY, in a migration that runs outside a transaction")
        .remedy(RemedyHint::ConcurrentIndex)
        .report();
}
