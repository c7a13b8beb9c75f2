//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A statement that cannot run in a transaction block stands in one.
    ///
    /// ## What it flags
    /// `CREATE INDEX CONCURRENTLY`, `DROP INDEX CONCURRENTLY`, `REINDEX … CONCURRENTLY`, `DETACH PARTITION
    /// CONCURRENTLY`, `VACUUM` and others that the server refuses inside a transaction block, when the file says
    /// `BEGIN` or the migration tool wraps the file.
    ///
    /// ## Why it hurts
    /// The server refuses it (25001), so the migration never succeeds.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Move it to a migration of its own and tell the tool not to wrap that file: `-- no-transaction` (sqlx),
    /// `run_in_transaction = false` (diesel), `-- +goose NO TRANSACTION`, `transaction:false` (dbmate).
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    name: "concurrent-in-transaction",
    category: Transactions,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "ban-concurrent-index-creation-in-transaction"),
        ("atlas", "PG103"),
        ("pgsafe", "concurrently-in-transaction"),
        ("pg-migration-lint", "PGM003"),
        ("migrationpilot", "MP025"),
        ("postgres-language-server", "banConcurrentIndexCreationInTransaction"),
        ("pgfence", "concurrent-in-transaction"),
        ("bytebase", "statement.non-transactional"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let Some(statement) = cx.step.effects.no_transaction else { return };
    if !cx.step.in_transaction() {
        return;
    }
    let wrapped = match cx.step.transaction {
        crate::plan::TransactionScope::Runner(_) => "the migration tool wraps this file into a transaction",
        _ => "the file opens a transaction before it",
    };
    sink.step(cx.step)
        .message(format!("{statement} cannot run inside a transaction block, and {wrapped}"))
        .why("the server refuses it (25001), so the migration never succeeds")
        .help("move it to a migration of its own that the tool runs without a transaction")
        .report();
}
