//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::name::{Ident, QName};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A constraint is validated in the transaction that added it.
    ///
    /// ## What it flags
    /// `VALIDATE CONSTRAINT` in the same transaction (or the same statement) as `ADD CONSTRAINT … NOT VALID`, on
    /// a table that existed before the change set.
    ///
    /// ## Why it hurts
    /// The point of `NOT VALID` is that the strong lock is short. In one transaction it is kept while the
    /// validation reads the whole table.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
    /// ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
    /// ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
    /// ```
    ///
    /// ## Safe rewrite
    /// Validate in another transaction, best in another migration.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "validate-in-same-transaction",
    category: Transactions,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "constraint-missing-not-valid"),
        ("eugene", "E4"),
        ("strong_migrations", "validate_constraint"),
        ("postgres-language-server", "requireSeparateConstraintValidation"),
        ("pgfence", "not-valid-validate-same-tx"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let DdlOp::AlterTable(alter) = &cx.step.stmt.op else { return };
    let table = cx.schema.relation_name(&alter.name);
    if !cx.is_existing(&table) {
        return;
    }
    for (action, span) in &alter.actions {
        let TableAction::ValidateConstraint(name) = action else { continue };
        let in_statement = adds(&cx.step.stmt.op, name);
        let earlier = cx.same_transaction().any(|s| adds(&s.stmt.op, name) && is_on(cx, &s.stmt.op, &table));
        if !in_statement && !earlier {
            continue;
        }
        let Some(held) = cx
            .step
            .held
            .iter()
            .find(|h| h.relation == table)
            .map(|h| h.mode)
            .or_else(|| in_statement.then(|| cx.step.effects.lock_on(&table)).flatten())
        else {
            continue;
        };
        sink.step(cx.step)
            .span(if span.start == span.end { cx.step.stmt.span } else { *span })
            .object(&table)
            .work_on(vec![table.clone()])
            .message(format!("validates {name} while the transaction still holds {held} on {table}"))
            .why("the table is read in full under the strong lock that NOT VALID was meant to keep short")
            .help("validate in a transaction of its own")
            .report();
    }
}

fn adds(op: &DdlOp, name: &Ident) -> bool {
    let DdlOp::AlterTable(alter) = op else { return false };
    alter.actions.iter().any(|(action, _)| match action {
        TableAction::AddConstraint(c) => c.not_valid && c.name.as_ref() == Some(name),
        _ => false,
    })
}

fn is_on(cx: &StepContext<'_>, op: &DdlOp, table: &QName) -> bool {
    matches!(op, DdlOp::AlterTable(alter) if cx.schema.relation_name(&alter.name) == *table)
}
