//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::plan::TransactionScope;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A file begins or ends a transaction that is not its own.
    ///
    /// ## What it flags
    /// `BEGIN` where a transaction is already open, and `COMMIT` or `ROLLBACK` that ends the transaction of the
    /// migration tool, or for which no transaction is open.
    ///
    /// ## Why it hurts
    /// A second `BEGIN` only warns: there are no nested transactions. The first `COMMIT` then ends the whole, also
    /// the transaction that the migration tool has opened, and what follows runs statement by statement: when it
    /// fails, half of the migration stays, and the tool does not know.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN note text;
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN memo text;
    /// COMMIT;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN note text;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN note text;
    /// SAVEPOINT half;
    /// ALTER TABLE users ADD COLUMN memo text;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Leave transactions to the migration tool, or switch its own off for this file. A part that may fail by
    /// itself is what `SAVEPOINT` is for.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-begin.html>
    /// - <https://www.postgresql.org/docs/current/sql-commit.html>
    name: "nested-transaction",
    category: Transactions,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "transaction-nesting"), ("bytebase", "statement.disallow-commit"), ("postgres-language-server", "transactionNesting")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    // The `BEGIN` that the server took no notice of: the `COMMIT` that belongs to it is no second finding.
    let mut ignored: Option<usize> = None;
    for (at, step) in cx.steps.iter().enumerate() {
        let DdlOp::Transaction(transaction) = &step.stmt.op else { continue };
        // A query string that has its own `BEGIN` is that transaction from its start.
        let after = cx.steps.get(at + 1).filter(|next| next.migration == step.migration);
        let scope = after.map_or(step.transaction, |next| next.transaction);
        let (message, why) = match transaction {
            Transaction::Begin { .. } => match step.transaction {
                TransactionScope::Explicit(_) => (
                    "BEGIN inside a transaction that the file has already begun",
                    "the server only warns, and the first COMMIT ends the whole",
                ),
                TransactionScope::Runner(_)
                    if matches!(scope, TransactionScope::Runner(_)) && after.is_some() =>
                {
                    ignored = Some(step.migration);
                    (
                        "BEGIN inside the transaction that the migration tool has opened",
                        "the server only warns, and the COMMIT ends the tool's transaction: what follows runs outside it",
                    )
                }
                _ => continue,
            },
            Transaction::Commit { chain: false } | Transaction::Rollback { chain: false } => {
                match step.transaction {
                    TransactionScope::Runner(_) if ignored != Some(step.migration) => (
                        "ends the transaction that the migration tool has opened",
                        "what follows runs outside of it, and the tool takes the migration for one transaction",
                    ),
                    TransactionScope::Own => (
                        "ends a transaction, and none is open",
                        "the server only warns; what was meant to be one transaction is not",
                    ),
                    _ => continue,
                }
            }
            _ => continue,
        };
        // A query string without `BEGIN` may be ended and begun again by its `COMMIT`.
        sink.step(step)
            .message(message)
            .why(why)
            .help("leave transactions to the migration tool, or switch its own off for this file")
            .report();
    }
}
