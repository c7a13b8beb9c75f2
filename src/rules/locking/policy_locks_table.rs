//! See [`RULE`].

use std::collections::BTreeMap;

use crate::finding::RemedyHint;
use crate::ir::data::LockMode;
use crate::name::QName;
use crate::plan::Step;
use crate::rule;
use crate::rules::context::changes_row_security;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A change of row-level security locks the table against everything.
    ///
    /// ## What it flags
    /// `CREATE`, `ALTER` and `DROP POLICY`, and `ENABLE`, `DISABLE`, `FORCE` and `NO FORCE ROW LEVEL SECURITY`, on
    /// a table that existed before the change set, while `lock_timeout` is not set. Reported once for each
    /// migration.
    ///
    /// ## Why it hurts
    /// They look like changes of metadata, and they are quick. But each takes `ACCESS EXCLUSIVE`: it waits for
    /// every running query on the table, and all reads and writes that come later queue behind it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// ```
    /// ```sql flagged
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET lock_timeout = '2s';
    /// ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY documents_own ON documents USING (owner = current_user);
    /// ```
    ///
    /// ## Safe rewrite
    /// `SET lock_timeout = '2s';` before the statement, and let the deployment try again when it gives up.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createpolicy.html>
    /// - <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>
    name: "policy-locks-table",
    category: Locking,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut tables: BTreeMap<usize, Vec<(&Step, &QName)>> = BTreeMap::new();
    for step in cx.steps {
        if step.lock_timeout_ms.is_some() || !changes_row_security(step) {
            continue;
        }
        let strong = step.existing_locks().find(|lock| lock.mode == LockMode::AccessExclusive);
        let Some(lock) = strong else { continue };
        let found = tables.entry(step.migration).or_default();
        if found.iter().all(|(_, table)| **table != lock.relation) {
            found.push((step, &lock.relation));
        }
    }
    for found in tables.values() {
        let Some((step, table)) = found.first() else { continue };
        let others = match found.len() - 1 {
            0 => String::new(),
            1 => " and one table more".to_owned(),
            n => format!(" and {n} tables more"),
        };
        sink.step(step)
            .object(table)
            .message(format!(
                "a change of row-level security takes {} on {table}{others}, without a limit on the wait",
                LockMode::AccessExclusive
            ))
            .why("while it waits for a running query, all reads and writes that come later queue behind it")
            .help("SET lock_timeout = '2s' before it, and retry when it gives up")
            .remedy(RemedyHint::LockTimeout)
            .habit()
            .report();
    }
}
