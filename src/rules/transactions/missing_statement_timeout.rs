//! See [`RULE`].

use crate::ir::data::LockMode;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A statement that works under a strong lock may run without limit.
    ///
    /// ## What it flags
    /// The first statement of a migration that reads or writes a whole table in use under a lock that blocks
    /// writes, while `statement_timeout` is not set. Concurrent forms are left out: a timeout would leave an
    /// invalid index behind.
    ///
    /// ## Why it hurts
    /// `lock_timeout` limits how long it waits for the lock, not how long it holds it. On a table that has grown
    /// since the test, reads and writes wait until it is done.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, amount int);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET statement_timeout = '30s';
    /// ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
    /// ```
    ///
    /// ## Safe rewrite
    /// `SET statement_timeout` to what the application bears, before the statement.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT>
    name: "missing-statement-timeout",
    category: Transactions,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-statement-timeout"),
        ("migrationpilot", "MP020"),
        ("postgres-language-server", "requireStatementTimeout"),
        ("postgres-language-server", "requireIdleInTransactionTimeout"),
        ("pgfence", "missing-statement-timeout"),
        ("pgfence", "missing-idle-timeout"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<usize> = Vec::new();
    for step in cx.steps {
        let fx = &step.effects;
        if step.statement_timeout_ms.is_some()
            || fx.waits_for_transactions
            || reported.contains(&step.migration)
        {
            continue;
        }
        let works = step.existing_locks().find(|lock| {
            lock.mode >= LockMode::Share && (fx.scans(&lock.relation) || fx.rewrites(&lock.relation))
        });
        let Some(lock) = works else { continue };
        reported.push(step.migration);
        sink.step(step)
            .object(&lock.relation)
            .message(format!("works without limit while it holds {} on {}", lock.mode, lock.relation))
            .why("on a table that has grown, others wait until it is done")
            .help("SET statement_timeout to what the application bears")
            .report();
    }
}
