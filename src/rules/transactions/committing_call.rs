//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::plan::TransactionScope;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A procedure or block that commits is run inside a transaction.
    ///
    /// ## What it flags
    /// `CALL` of a procedure in PL/pgSQL that has `COMMIT` or `ROLLBACK`, or a `DO` block with one, in a
    /// transaction that the file or the migration tool has opened. Where the `COMMIT` stands under a condition or
    /// in a loop it is a warning, because it may not be reached.
    ///
    /// ## Why it hurts
    /// The server refuses the `COMMIT`: `invalid transaction termination` (2D000), and the transaction is rolled
    /// back. Procedures that fill a table in batches are written like this, and work only when they are called by
    /// themselves.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, name text, display_name text);
    /// CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN
    ///   UPDATE users SET display_name = name WHERE id < 1000;
    ///   COMMIT;
    ///   UPDATE users SET display_name = name WHERE id >= 1000;
    /// END $$;
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// CALL fill();
    /// COMMIT;
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// DO $$ BEGIN
    ///   FOR n IN 1..10 LOOP
    ///     UPDATE users SET display_name = name WHERE id % 10 = n;
    ///     COMMIT;
    ///   END LOOP;
    /// END $$;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CALL fill();
    /// ```
    ///
    /// ## Safe rewrite
    /// Call it in a migration that runs outside a transaction, with nothing else in it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/plpgsql-transactions.html>
    name: "committing-call",
    category: Transactions,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let Some(certain) = cx.step.effects.ends_transaction else { return };
    if !cx.step.in_transaction() {
        return;
    }
    let what = match &cx.step.stmt.op {
        DdlOp::Call { procedure } => procedure.to_string(),
        _ => "the block".to_owned(),
    };
    let opened = if matches!(cx.step.transaction, TransactionScope::Explicit(_)) {
        "the file opens a transaction before it"
    } else {
        "the migration runs in one transaction"
    };
    sink.step(cx.step)
        .object(&what)
        .severity(if certain { Severity::Error } else { Severity::Warning })
        .message(format!("{what} commits, and {opened}"))
        .why("the server refuses it: invalid transaction termination (2D000)")
        .help("call it in a migration of its own that runs outside a transaction")
        .report();
}
