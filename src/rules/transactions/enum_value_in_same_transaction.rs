//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::types::EnumAction;
use crate::plan::Step;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::key::ObjectKey;

rule! {
    /// A new enum value is used in the transaction that added it.
    ///
    /// ## What it flags
    /// Statements that name a label in the same transaction in which `ALTER TYPE … ADD VALUE` added it, unless
    /// that transaction made the type too.
    ///
    /// ## Why it hurts
    /// The server refuses it: `unsafe use of new value` (55P04).
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TYPE order_state AS ENUM ('new', 'paid');
    /// CREATE TABLE orders (id bigint PRIMARY KEY, state order_state NOT NULL);
    /// ```
    /// ```sql flagged
    /// BEGIN;
    /// ALTER TYPE order_state ADD VALUE 'shipped';
    /// UPDATE orders SET state = 'shipped' WHERE id = 1;
    /// COMMIT;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TYPE order_state ADD VALUE 'shipped';
    /// UPDATE orders SET state = 'shipped' WHERE id = 1;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add the value in a migration of its own.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES>
    name: "enum-value-in-same-transaction",
    category: Transactions,
    severity: Error,
    confidence: Medium,
    dialects: [PostgreSql],
    also_known_as: [
        ("pgsafe", "enum-value-used-in-transaction"),
        ("migrationpilot", "MP054"),
        ("migrationpilot", "MP012"),
        ("postgres-language-server", "avoidAlterEnumAddValue"),
        ("pgfence", "alter-enum-add-value"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    if !cx.step.in_transaction() || matches!(cx.step.stmt.op, DdlOp::AlterEnum(_)) {
        return;
    }
    for earlier in cx.same_transaction() {
        let DdlOp::AlterEnum(alter) = &earlier.stmt.op else { continue };
        let EnumAction::AddValue { value, .. } = &alter.action else { continue };
        // A type that is not known changes nothing in the model; a known one has the label already.
        let had_it = earlier.changes.is_empty() && cx.schema.user_type(&alter.name).is_some();
        if had_it || type_made_here(cx, earlier) || !names_label(&cx.step.stmt.op, value) {
            continue;
        }
        sink.step(cx.step)
            .object(&alter.name)
            .message(format!(
                "uses the new value '{value}' of {} before the transaction that adds it has committed",
                alter.name
            ))
            .why("the server refuses it: unsafe use of new value (55P04)")
            .help("add the value in a migration of its own, before this one")
            .report();
        return;
    }
}

fn type_made_here(cx: &StepContext<'_>, added: &Step) -> bool {
    let keys: Vec<&ObjectKey> = added.changes.iter().map(|c| &c.key).collect();
    cx.same_transaction().flat_map(|s| &s.changes).any(|c| c.before.is_none() && keys.contains(&&c.key))
}

/// Whether a literal of exactly this text stands in the statement where it would be read as a value now: in DML
/// and queries, in checks, defaults, indexes and views that are computed when they are made. Function bodies
/// are read later.
fn names_label(op: &DdlOp, label: &str) -> bool {
    let literal = crate::quote::quote_literal(label);
    let has = |sql: &str| sql.contains(&literal);
    match op {
        DdlOp::Insert(i) => has(&i.query.sql) || i.values.iter().flatten().any(|v| has(&v.sql)),
        DdlOp::Update(u) => {
            u.assignments.iter().any(|(_, e)| has(&e.sql)) || u.filter.as_ref().is_some_and(|f| has(&f.sql))
        }
        DdlOp::Delete(d) => d.filter.as_ref().is_some_and(|f| has(&f.sql)),
        DdlOp::Select(s) => has(&s.query.sql),
        DdlOp::CreateView(v) => has(&v.query.sql),
        DdlOp::CreateMatview(v) => has(&v.query.sql),
        DdlOp::CreateIndex(i) => i.predicate.as_ref().is_some_and(|p| has(&p.sql)),
        DdlOp::AlterTable(a) => a.actions.iter().any(|(action, _)| {
            use crate::ir::table::{ConstraintKind, TableAction};
            match action {
                TableAction::Default { default: Some(e), .. } => has(&e.sql),
                TableAction::AddColumn { column, .. } => column.default.as_ref().is_some_and(|e| has(&e.sql)),
                TableAction::AddConstraint(c) => matches!(&c.kind, ConstraintKind::Check(e) if has(&e.sql)),
                _ => false,
            }
        }),
        DdlOp::CreateTable(t) => t.columns.iter().any(|c| c.default.as_ref().is_some_and(|e| has(&e.sql))),
        _ => false,
    }
}
