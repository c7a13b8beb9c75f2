//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::plan::{Step, TransactionScope};
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A file opens a transaction and never ends it.
    ///
    /// ## What it flags
    /// `BEGIN` without a `COMMIT` or `ROLLBACK` behind it, in a file that is not wrapped by the migration tool.
    ///
    /// ## Why it hurts
    /// When the connection closes, the server rolls everything back, while the tool has seen every statement
    /// succeed.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// BEGIN;
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// BEGIN;
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add `COMMIT;` at the end.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-begin.html>
    name: "unclosed-transaction",
    category: Transactions,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("squawk", "ban-uncommitted-transaction"),
        ("migrationpilot", "MP053"),
        ("pgfence", "unclosed-transaction"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut open: Option<&Step> = None;
    let close = |open: &mut Option<&Step>, sink: &mut Sink<'_>| {
        if let Some(step) = open.take() {
            sink.step(step)
                .message("opens a transaction that the file never ends")
                .why("the server rolls everything back when the connection closes, though every statement succeeded")
                .help("end the transaction with COMMIT")
                .report();
        }
    };
    let mut migration = None;
    for step in cx.steps {
        if migration != Some(step.migration) {
            close(&mut open, sink);
            migration = Some(step.migration);
        }
        if let DdlOp::Transaction(transaction) = &step.stmt.op {
            match transaction {
                // In a transaction of the tool's own, BEGIN changes nothing.
                Transaction::Begin { .. } if step.transaction == TransactionScope::Own => open = Some(step),
                Transaction::Commit { chain: false }
                | Transaction::Rollback { chain: false }
                | Transaction::TwoPhase(_) => {
                    open = None;
                }
                _ => {}
            }
        }
    }
    close(&mut open, sink);
}
