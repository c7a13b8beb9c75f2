//! See [`RULE`].

use super::{compares_rows, confidence, constraints_added};
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::table::{ConstraintDef, ConstraintKind, TableAction};
use crate::name::QName;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::lookup::Existence;
use crate::text::Span;

rule! {
    /// A foreign key locks the table it references against writes.
    ///
    /// ## What it flags
    /// Without `lock_timeout`: foreign keys of a new table or a new column, and those added with `NOT VALID`,
    /// that reference another table that existed before the change set. Several such tables at once are a
    /// warning.
    ///
    /// ## Why it hurts
    /// No row is read, but the server puts triggers on the referenced table, for which it needs `SHARE ROW
    /// EXCLUSIVE` on it: it waits for every running write there, and all later writes queue behind it. The
    /// statement names that table only in passing, and a transaction keeps the lock until commit.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE invoices (id bigint PRIMARY KEY,
    ///   customer_id bigint REFERENCES customers (id), order_id bigint REFERENCES orders (id));
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ADD COLUMN payer_id bigint REFERENCES customers (id);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET lock_timeout = '2s';
    /// CREATE TABLE invoices (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
    /// ```
    /// ```sql accepted
    /// CREATE TABLE shops (id bigint PRIMARY KEY);
    /// CREATE TABLE shelves (id bigint PRIMARY KEY, shop_id bigint REFERENCES shops (id));
    /// ```
    ///
    /// ## Safe rewrite
    /// Set `lock_timeout`. Create the table without the foreign keys, and add them one by one, each in a
    /// transaction of its own.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>
    name: "foreign-key-locks-parent",
    category: Locking,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("online_migrations", "adding-multiple-foreign-keys"), ("migrationpilot", "MP069")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    if cx.step.lock_timeout_ms.is_some() {
        return;
    }
    let mut parents: Vec<(QName, Span)> = Vec::new();
    for (child, parent, span) in keys(cx) {
        let name = cx.schema.relation_name(&parent);
        let locked = cx.step.effects.lock_on(&name).is_some_and(|m| m >= LockMode::ShareRowExclusive);
        let held =
            || cx.step.held.iter().any(|h| h.relation == name && h.mode >= LockMode::ShareRowExclusive);
        if name != child
            && locked
            && cx.is_existing(&name)
            && cx.schema.existence(&parent) != Existence::Missing
            && parents.iter().all(|(p, _)| *p != name)
            && !held()
        {
            parents.push((name, span));
        }
    }
    let Some((first, span)) = parents.first() else { return };
    let names: Vec<String> = parents.iter().map(|(p, _)| p.to_string()).collect();
    let several = names.len() > 1;
    let help = if several {
        "set lock_timeout, and add the foreign keys one by one, each in its own transaction"
    } else {
        "set lock_timeout before it, and retry when it gives up"
    };
    sink.step(cx.step)
        .span(*span)
        .object(first)
        .confidence(confidence(cx))
        .message(format!(
            "the foreign {} {} on {}",
            if several { "keys take" } else { "key takes" },
            LockMode::ShareRowExclusive,
            names.join(", ")
        ))
        .why("it waits for every running write on what is referenced, and all later writes there queue behind it")
        .help(help)
        .remedy(RemedyHint::LockTimeout)
        .habit()
        .report();
}

/// Foreign keys that are made without reading rows: the table, the referenced table as written, and the
/// place.
fn keys(cx: &StepContext<'_>) -> Vec<(QName, QName, Span)> {
    let mut found = Vec::new();
    let mut made = Vec::new();
    // Reported as validated-foreign-key: the lock is the smaller part of that.
    let compared: Vec<&ConstraintDef> =
        constraints_added(cx).iter().filter(|a| compares_rows(cx, a)).map(|a| a.constraint).collect();
    for (op, statement) in cx.ops() {
        let mut constraints: Vec<&ConstraintDef> = Vec::new();
        let child = match op {
            DdlOp::CreateTable(table) => {
                let Some(name) = &table.name else { continue };
                constraints.extend(&table.constraints);
                constraints.extend(table.columns.iter().flat_map(|c| &c.constraints));
                let name = cx.schema.qualify(name);
                made.push(name.clone());
                name
            }
            DdlOp::AlterTable(alter) => {
                for (action, _) in &alter.actions {
                    match action {
                        TableAction::AddConstraint(c) => constraints.push(c),
                        TableAction::AddColumn { column, .. } => {
                            constraints.extend(&column.constraints);
                        }
                        _ => {}
                    }
                }
                cx.schema.relation_name(&alter.name)
            }
            _ => continue,
        };
        for constraint in constraints {
            let ConstraintKind::ForeignKey(fk) = &constraint.kind else { continue };
            let reported = compared.iter().any(|c| std::ptr::eq(*c, constraint));
            if reported || made.contains(&cx.schema.relation_name(&fk.table)) {
                continue;
            }
            let own = constraint.span;
            let span = if own.start == own.end { statement } else { own };
            found.push((child.clone(), fk.table.clone(), span));
        }
    }
    found
}
