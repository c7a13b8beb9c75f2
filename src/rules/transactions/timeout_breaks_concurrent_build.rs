//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A timeout is in force while an index is built or dropped concurrently.
    ///
    /// ## What it flags
    /// `CREATE INDEX CONCURRENTLY`, `DROP INDEX CONCURRENTLY`, `REINDEX CONCURRENTLY` and `DETACH PARTITION …
    /// CONCURRENTLY` while the file has set `statement_timeout` or `lock_timeout`.
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
    also_known_as: [("safe-pg-migrations", "statement_timeout"), ("migrationpilot", "MP020")],
    options: [("longest", Int(3_600_000), "a timeout of as many milliseconds or more is taken to be long enough")],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    if !cx.step.effects.waits_for_transactions {
        return;
    }
    let timeouts =
        [("lock_timeout", cx.step.lock_timeout_ms), ("statement_timeout", cx.step.statement_timeout_ms)];
    let limit = i64::max(cx.options.int("longest"), 0).unsigned_abs();
    let set: Vec<&str> =
        timeouts.iter().filter(|(_, ms)| ms.is_some_and(|ms| ms < limit)).map(|(name, _)| *name).collect();
    if set.is_empty() {
        return;
    }
    let relation = cx.step.existing_locks().next().map(|lock| lock.relation.to_string());
    let mut draft = sink.step(cx.step);
    if let Some(relation) = relation {
        draft = draft.object(relation);
    }
    draft
        .message(format!("{} may stop it half-way", set.join(" and ")))
        .why("it waits for every older transaction, and when it gives up it leaves an invalid index behind")
        .help(format!("SET {} = 0 before it", set.join(" = 0 and SET ")))
        .report();
}
