//! See [`RULE`].

use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::context::changes_row_security;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A strong lock is requested without a limit on the wait for it.
    ///
    /// ## What it flags
    /// The first statement of a migration that takes `SHARE ROW EXCLUSIVE` or a stronger lock on a table that
    /// existed before, while `lock_timeout` is not set. The concurrent forms are left out: a timeout would
    /// leave an invalid index behind. So are policies and row-level security, which have a rule of their own.
    ///
    /// ## Why it hurts
    /// The statement may be quick, but it waits for every transaction that uses the table, and everything that
    /// comes after it waits behind it. One forgotten session then stops all reads and writes of the table.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN note text;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET lock_timeout = '2s';
    /// ALTER TABLE users ADD COLUMN note text;
    /// ```
    ///
    /// ## Safe rewrite
    /// `SET lock_timeout = '2s';` before the statement, and let the deployment try again when it gives up. If
    /// the migration tool or the role sets it, switch this rule off in the policy.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT>
    name: "missing-lock-timeout",
    category: Transactions,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "require-timeout-settings"),
        ("squawk", "require-lock-timeout"),
        ("eugene", "E9"),
        ("pgsafe", "require-timeout"),
        ("pgsafe", "add-trigger"),
        ("migrationpilot", "MP004"),
        ("migrationpilot", "MP090"),
        ("postgres-language-server", "lockTimeoutWarning"),
        ("postgres-language-server", "avoidCreateTrigger"),
        ("postgres-language-server", "avoidEnableDisableTrigger"),
        ("postgres-language-server", "banDropTrigger"),
        ("pgfence", "missing-lock-timeout"),
        ("pgfence", "lock-timeout-zero"),
        ("pgfence", "lock-timeout-too-long"),
        ("pgfence", "lock-timeout-after-dangerous-statement"),
        ("pgfence", "create-trigger"),
        ("pgfence", "drop-trigger"),
        ("pgfence", "enable-disable-trigger"),
        ("django-pg-zero-downtime-migrations", "ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT"),
        ("pg-schema-diff", "ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK"),
        ("safe-pg-migrations", "lock_timeout"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported = Vec::new();
    for step in cx.steps {
        if step.lock_timeout_ms.is_some()
            || step.effects.waits_for_transactions
            || reported.contains(&step.migration)
            || changes_row_security(step)
        {
            continue;
        }
        let strong = step.existing_locks().find(|l| {
            l.mode >= LockMode::ShareRowExclusive
                && !matches!(l.kind, ObjectKind::Index | ObjectKind::Sequence)
        });
        let Some(lock) = strong else { continue };
        reported.push(step.migration);
        let blocks = if lock.mode.blocks_reads() { "reads and writes" } else { "writes" };
        sink.step(step)
            .object(&lock.relation)
            .message(format!("waits without limit for {} on {}", lock.mode, lock.relation))
            .why(format!(
                "while it waits for a running transaction, all {blocks} that come later queue behind it"
            ))
            .help("SET lock_timeout = '2s' before it, and retry when it gives up")
            .remedy(RemedyHint::LockTimeout)
            .habit()
            .report();
    }
}
