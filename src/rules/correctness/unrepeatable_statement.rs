//! See [`RULE`].

use std::collections::BTreeMap;

use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::ir::types::EnumAction;
use crate::plan::Step;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A migration that fails half-way cannot be run again.
    ///
    /// ## What it flags
    /// The first statement of a migration that runs without a transaction, makes or drops an object without `IF
    /// [NOT] EXISTS`, and is followed by another statement that changes the schema. Indexes that are built
    /// concurrently are left out: there `IF NOT EXISTS` would hide an invalid one.
    ///
    /// ## Why it hurts
    /// When a later statement fails, the ones before it stay. Run again, the migration stops at the first of them,
    /// because the object exists already, and somebody has to finish it by hand.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN note text;
    /// ALTER TABLE users ADD COLUMN memo text;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS note text;
    /// ALTER TABLE users ADD COLUMN memo text;
    /// ```
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN note text;
    /// ```
    ///
    /// ## Safe rewrite
    /// Run the migration in a transaction. Where that is not possible, put each statement into a migration of its
    /// own, or guard it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createtable.html>
    name: "unrepeatable-statement",
    category: Correctness,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "prefer-robust-stmts"), ("pg-migration-lint", "PGM401"), ("pg-migration-lint", "PGM402"), ("migrationpilot", "MP023"), ("diesel-guard", "IdempotencyGuardCheck")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut first: BTreeMap<usize, &Step> = BTreeMap::new();
    let mut reported: Vec<usize> = Vec::new();
    for step in cx.steps {
        if step.changes.is_empty() {
            continue;
        }
        if let Some(unguarded) = first.get(&step.migration)
            && !reported.contains(&step.migration)
            && (!unguarded.in_transaction() || unguarded.transaction != step.transaction)
        {
            reported.push(step.migration);
            sink.step(unguarded)
                .message("fails when the migration is run again after a later statement has failed")
                .why(
                    "without a transaction what was done stays, and the migration has to be finished by hand",
                )
                .help(
                    "run the migration in a transaction, give each statement its own migration, or guard it",
                )
                .report();
        }
        if !step.in_transaction() && !is_repeatable(&step.stmt.op) {
            first.entry(step.migration).or_insert(step);
        }
    }
}

/// Whether the statement works a second time, or has no form that does.
fn is_repeatable(op: &DdlOp) -> bool {
    match op {
        DdlOp::CreateTable(create) => create.if_not_exists,
        DdlOp::CreateIndex(create) => create.if_not_exists || create.concurrently,
        DdlOp::CreateMatview(create) => create.if_not_exists,
        DdlOp::CreateSequence(create) => create.if_not_exists,
        DdlOp::CreateSchema(create) => create.if_not_exists,
        DdlOp::CreateExtension(create) => create.if_not_exists,
        DdlOp::CreateView(create) => create.or_replace,
        DdlOp::CreateFunction(create) => create.or_replace,
        DdlOp::Drop(drop) => drop.if_exists,
        DdlOp::AlterTable(alter) => alter.actions.iter().all(|(action, _)| match action {
            TableAction::AddColumn { if_not_exists, .. } => *if_not_exists,
            TableAction::DropColumn { if_exists, .. } | TableAction::DropConstraint { if_exists, .. } => {
                *if_exists
            }
            TableAction::AddConstraint(_) => false,
            _ => true,
        }),
        DdlOp::CreateType(_) | DdlOp::CreateDomain(_) | DdlOp::CreatePolicy(_) | DdlOp::Rename(_) => false,
        DdlOp::CreateTrigger(create) => create.or_replace,
        DdlOp::AlterEnum(alter) => !matches!(alter.action, EnumAction::AddValue { if_not_exists: false, .. }),
        _ => true,
    }
}
