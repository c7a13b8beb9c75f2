//! See [`RULE`].

use std::collections::BTreeMap;

use crate::effects::fact::{Extent, ScanReason};
use crate::finding::Severity;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::plan::Step;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// One transaction locks several tables one after the other.
    ///
    /// ## What it flags
    /// Transactions in which separate statements take locks that block writes on `max` or more tables that
    /// existed before the change set. Locks that one statement needs by itself count as one table. A warning where
    /// rows are read or written after the first of them; where every statement is brief it is advice.
    ///
    /// ## Why it hurts
    /// Every lock is kept until commit, so the first table stays blocked while the transaction waits for the
    /// second; and a session that uses the tables in another order ends in a deadlock.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN note text;
    /// ALTER TABLE orders ADD COLUMN note text;
    /// COMMIT;
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN note text;
    /// CREATE INDEX ON orders (id);
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN note text;
    /// ALTER TABLE orders ADD COLUMN note text;
    /// BEGIN;
    /// ALTER TABLE users ADD COLUMN memo text;
    /// ALTER TABLE users ADD COLUMN tag text;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// One transaction for each table.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS>
    name: "multiple-tables-locked",
    category: Transactions,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("eugene", "E4"),
        ("migrationpilot", "MP008"),
        ("postgres-language-server", "avoidWideLockWindow"),
        ("postgres-language-server", "runningStatementWhileHoldingAccessExclusive"),
        ("pgfence", "wide-lock-window"),
        ("pgfence", "statement-after-access-exclusive"),
        ("django-migration-linter", "CREATE_INDEX_EXCLUSIVE"),
    ],
    options: [("max", Int(2), "how many tables one transaction must lock before it is flagged")],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut blocks: BTreeMap<usize, Vec<(&Step, QName)>> = BTreeMap::new();
    for step in cx.steps {
        let Some(block) = step.transaction.block() else { continue };
        let locked = blocks.entry(block).or_default();
        // The table a statement is about is the one locked most strongly; the others come with it.
        let main = step
            .existing_locks()
            .filter(|l| !matches!(l.kind, ObjectKind::Index | ObjectKind::Sequence | ObjectKind::View))
            .filter(|l| l.mode >= LockMode::Share)
            .max_by_key(|l| l.mode);
        if let Some(lock) = main
            && locked.iter().all(|(s, r)| {
                // Already locked strongly by an earlier statement of this transaction.
                *r != lock.relation && s.effects.lock_on(&lock.relation).is_none_or(|m| m < LockMode::Share)
            })
        {
            locked.push((step, lock.relation.clone()));
        }
    }
    let max = usize::try_from(cx.options.int("max")).unwrap_or(2).max(2);
    for (block, locked) in blocks.iter().filter(|(_, l)| l.len() >= max) {
        let Some((step, _)) = locked.get(max - 1) else { continue };
        let names: Vec<String> = locked.iter().map(|(_, r)| r.to_string()).collect();
        let since = locked[0].0.index;
        let works = cx
            .steps
            .iter()
            .any(|s| s.transaction.block() == Some(*block) && s.index > since && works_on_rows(s));
        let draft = sink.step(step);
        let draft = if works { draft } else { draft.severity(Severity::Advice).habit() };
        draft
            .object(&locked[0].1)
            .message(format!("one transaction locks {} tables: {}", names.len(), names.join(", ")))
            .why(format!("{} stays blocked until commit while the others are waited for, and deadlocks become possible", names[0]))
            .help("use one transaction, and one migration, for each table")
            .report();
    }
}

/// Whether a statement reads or writes rows of tables in use, so that locks taken before it last.
fn works_on_rows(step: &Step) -> bool {
    let fx = &step.effects;
    let scanned = |key: bool| {
        let scans = fx.scans.iter().filter(|s| matches!(s.reason, ScanReason::ForeignKey(_)) == key);
        scans.filter(|s| step.existing_locks().any(|l| l.relation == s.relation)).count()
    };
    // The foreign key of a new table has nothing to compare with the other side.
    scanned(false) > 0
        || scanned(true) > 1
        || step.existing_locks().any(|l| fx.rewrites(&l.relation))
        || fx.row_writes.iter().any(|w| !matches!(w.extent, Extent::Fixed(_)))
}
