//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A timeout is in force while an index is built concurrently.
    ///
    /// ## What it flags
    /// `CREATE INDEX CONCURRENTLY`, `REINDEX CONCURRENTLY` and `DETACH PARTITION … CONCURRENTLY` while the file has
    /// set `statement_timeout`, or `lock_timeout`, which is advice. `DROP INDEX CONCURRENTLY` can simply be repeated.
    ///
    /// ## Why it hurts
    /// The concurrent forms read the table twice and wait for every older transaction. `statement_timeout` counts
    /// all of that, and `lock_timeout` counts the waits for transactions as waits for locks. When one strikes, an
    /// invalid index is left behind, which every write has to keep up and no query uses. They block neither reads
    /// nor writes while they wait.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text);
    /// ```
    /// ```sql flagged
    /// SET lock_timeout = '2s';
    /// CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
    /// ```
    /// ```sql flagged
    /// SET statement_timeout = '30s';
    /// CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET lock_timeout = '2s';
    /// ALTER TABLE users ADD COLUMN note text;
    /// SET lock_timeout = 0;
    /// CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
    /// ```
    ///
    /// ## Safe rewrite
    /// `SET statement_timeout = 0; SET lock_timeout = 0;` before the statement.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
    /// - <https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT>
    name: "timeout-breaks-concurrent-build",
    category: Transactions,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP020"), ("safe-pg-migrations", "statement_timeout")],
    options: [("longest", Int(3_600_000), "a timeout of as many milliseconds or more is taken to be long enough")],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let left = match &cx.step.stmt.op {
        DdlOp::CreateIndex(index) if index.concurrently => "it leaves an invalid index behind",
        DdlOp::Reindex(reindex) if reindex.concurrently => "it leaves an invalid index behind",
        DdlOp::AlterTable(_) if cx.step.effects.waits_for_transactions => {
            "it leaves the partition half detached, until DETACH … FINALIZE"
        }
        _ => return,
    };
    let limit = cx.options.int("longest").max(0).unsigned_abs();
    let short = |ms: Option<u64>| ms.is_some_and(|ms| ms < limit);
    let (statement, lock) = (short(cx.step.statement_timeout_ms), short(cx.step.lock_timeout_ms));
    let set = match (statement, lock) {
        (true, true) => "statement_timeout and lock_timeout",
        (true, false) => "statement_timeout",
        (false, true) => "lock_timeout",
        (false, false) => return,
    };
    let relation = cx.step.existing_locks().next().map(|lock| lock.relation.to_string());
    let mut draft = sink.step(cx.step);
    if let Some(relation) = relation {
        draft = draft.object(relation);
    }
    draft
        .severity(if statement { Severity::Warning } else { Severity::Advice })
        .message(format!("{set} may stop it half-way"))
        .why(format!("it waits for every older transaction, and when it gives up {left}"))
        .help(format!("SET {} = 0 before it", set.replace(" and ", " = 0 and SET ")))
        .report();
}
