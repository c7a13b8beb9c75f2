//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A `SET LOCAL` stands outside a transaction and has no effect.
    ///
    /// ## What it flags
    /// `SET LOCAL` where no transaction is open: in a file whose statements run by themselves, or after the
    /// `COMMIT`.
    ///
    /// ## Why it hurts
    /// The server warns and ignores it (`SET LOCAL can only be used in transaction blocks`), and migration tools do
    /// not show warnings. The `lock_timeout` or `search_path` that the next statement relies on is not set.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// SET LOCAL lock_timeout = '2s';
    /// ALTER TABLE users ADD COLUMN note text;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET lock_timeout = '2s';
    /// ALTER TABLE users ADD COLUMN note text;
    /// BEGIN;
    /// SET LOCAL lock_timeout = '5s';
    /// ALTER TABLE users ADD COLUMN memo text;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Write `SET`, or open a transaction around both statements.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-set.html>
    name: "set-local-outside-transaction",
    category: Transactions,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pgfence", "set-local-outside-transaction")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let DdlOp::Set(set) = &cx.step.stmt.op else { return };
    if !set.local || cx.step.in_transaction() {
        return;
    }
    sink.step(cx.step)
        .object(&set.name)
        .message(format!("SET LOCAL {} has no effect outside a transaction", set.name))
        .why("the server ignores it with a warning that migration tools do not show")
        .help("write SET without LOCAL, or open a transaction around the statements that need it")
        .report();
}
