//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::expr::Conjunct;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::model::{Object, Table};

rule! {
    /// A constraint is dropped, and nothing checks its rule any more.
    ///
    /// ## What it flags
    /// `DROP CONSTRAINT` of a foreign key, check, unique or exclusion constraint on a table that existed before the
    /// change set, when the change set adds none that demands the same. A check that a column is not null may go
    /// when the column is `NOT NULL`.
    ///
    /// ## Why it hurts
    /// From the moment of commit rows that break the rule are accepted. Adding it again later needs a scan, and
    /// somebody who corrects the rows.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY, amount int CONSTRAINT orders_amount_check CHECK (amount > 0));
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders DROP CONSTRAINT orders_amount_check;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ADD CONSTRAINT orders_amount_positive CHECK (amount > 0) NOT VALID;
    /// ALTER TABLE orders DROP CONSTRAINT orders_amount_check;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add the constraint that takes its place first (`NOT VALID`, then `VALIDATE`), and drop the old one
    /// afterwards.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html>
    name: "drop-constraint",
    category: DataLoss,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("atlas", "CD101"), ("pgfence", "drop-constraint")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let DdlOp::AlterTable(alter) = &step.stmt.op else { continue };
        let table = step.changes.iter().find_map(|change| {
            match (change.before.as_deref(), change.after.as_deref()) {
                (Some(Object::Table(was)), Some(Object::Table(_))) if was.name.name == alter.name.name => {
                    Some(was)
                }
                _ => None,
            }
        });
        let Some(was) = table.filter(|was| (cx.lifetime)(&was.name) == Lifetime::Existing) else { continue };
        let Some(end) = cx.schema.table(&was.name) else { continue };
        for (action, span) in &alter.actions {
            let TableAction::DropConstraint { name, .. } = action else { continue };
            let Some(constraint) = was.constraint(name) else { continue };
            let kept = end.constraints.iter().any(|c| c.kind == constraint.kind || c.name == *name);
            let key = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
            if key || kept || proof_of_not_null(&constraint.kind, end) {
                continue;
            }
            sink.step(step)
                .span(if span.start == span.end { step.stmt.span } else { *span })
                .object(&was.name)
                .message(format!("drops the constraint {name} of {}, and none takes its place", was.name))
                .why("rows that break it are accepted from the moment of commit")
                .help("add the constraint that takes its place first, and drop this one afterwards")
                .report();
        }
    }
}

/// A check whose columns are `NOT NULL` in the end, and that said nothing else.
fn proof_of_not_null(kind: &ConstraintKind, end: &Table) -> bool {
    let ConstraintKind::Check(expr) = kind else { return false };
    !expr.conjuncts.is_empty()
        && expr.conjuncts.iter().all(|term| match term {
            Conjunct::NotNull(column) => end.column(column).is_none_or(|c| c.not_null.is_some()),
            _ => false,
        })
}
