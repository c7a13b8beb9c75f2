//! See [`RULE`].

use super::confidence;
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::name::QName;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::model::Table;
use crate::text::Span;

rule! {
    /// Dropping one table, column or foreign key locks another table against everything.
    ///
    /// ## What it flags
    /// `DROP CONSTRAINT` of a foreign key, `DROP COLUMN` of a column in one, and `DROP TABLE` of a table that
    /// has some (or, with `CASCADE`, is referenced; or is a partition), when the table on the other side
    /// existed before the change set. A foreign key that is dropped by itself is accepted with `lock_timeout`.
    ///
    /// ## Why it hurts
    /// The server removes triggers from the table on the other side, for which it needs `ACCESS EXCLUSIVE` on
    /// it. The statement does not name that table, yet it waits for every running query there, and all reads
    /// and writes that come later queue behind it. `NOT VALID` foreign keys are no exception.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE coupons (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY,
    ///   customer_id bigint CONSTRAINT orders_customer_id_fkey REFERENCES customers (id),
    ///   coupon_id bigint CONSTRAINT orders_coupon_id_fkey REFERENCES coupons (id));
    /// CREATE TABLE notes (id bigint PRIMARY KEY, body text);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders DROP COLUMN coupon_id;
    /// ```
    /// ```sql flagged
    /// SET lock_timeout = '2s';
    /// DROP TABLE orders;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// SET lock_timeout = '2s';
    /// ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
    /// ALTER TABLE orders DROP CONSTRAINT orders_coupon_id_fkey;
    /// DROP TABLE orders;
    /// ```
    /// ```sql accepted
    /// DROP TABLE notes;
    /// ```
    ///
    /// ## Safe rewrite
    /// Set `lock_timeout`, drop each foreign key in a transaction of its own, and then the column or table.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-CONSTRAINT>
    name: "drop-locks-referenced-table",
    category: Locking,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("online_migrations", "removing-table-with-multiple-foreign-keys")],
    options: [],
    check: Step(check),
}

/// What a statement drops, with the tables that it locks although it does not name them.
struct Dropped {
    /// The object that goes, for the message.
    what: String,
    /// Whether it is nothing but a foreign key.
    key_alone: bool,
    /// The tables on the other side.
    others: Vec<QName>,
    /// Its place.
    span: Span,
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let limited = cx.step.lock_timeout_ms.is_some();
    let found: Vec<Dropped> = dropped(cx)
        .into_iter()
        .map(|mut d| {
            d.others.retain(|other| {
                cx.is_existing(other) && cx.step.effects.lock_on(other) == Some(LockMode::AccessExclusive)
            });
            d.others.sort();
            d.others.dedup();
            d
        })
        .filter(|d| !d.others.is_empty())
        .collect();
    let single = found.len() == 1;
    for Dropped { what, key_alone, others, span } in &found {
        let alone = *key_alone && single && others.len() == 1;
        if alone && limited {
            continue;
        }
        let Some(first) = others.first() else { continue };
        let names: Vec<String> = others.iter().map(ToString::to_string).collect();
        let draft = sink
            .step(cx.step)
            .span(*span)
            .object(first)
            .confidence(confidence(cx))
            .message(format!(
                "dropping {what} takes {} on {} as well",
                LockMode::AccessExclusive,
                names.join(", ")
            ))
            .why("it waits for every running query there, and all later reads and writes queue behind it");
        if alone {
            draft
                .help("set lock_timeout before it, and retry when it gives up")
                .remedy(RemedyHint::LockTimeout)
                .habit()
                .report();
        } else {
            draft
                .help("set lock_timeout and drop each foreign key in its own transaction first")
                .remedy(RemedyHint::DropForeignKeysFirst)
                .report();
        }
    }
}

fn dropped(cx: &StepContext<'_>) -> Vec<Dropped> {
    let mut found = Vec::new();
    for (op, statement) in cx.ops() {
        match op {
            DdlOp::AlterTable(alter) => {
                let Some(table) = cx.schema.table(&alter.name) else { continue };
                for (action, span) in &alter.actions {
                    let span = if span.start == span.end { statement } else { *span };
                    let (what, key_alone, others) = match action {
                        TableAction::DropConstraint { name, .. } => (
                            format!("{name} of {}", table.name),
                            true,
                            far_sides(cx, table, |key, _| key == name.as_str()),
                        ),
                        TableAction::DropColumn { name, .. } => (
                            format!("{}.{name}", table.name),
                            false,
                            far_sides(cx, table, |_, columns| columns.contains(name)),
                        ),
                        _ => continue,
                    };
                    found.push(Dropped { what, key_alone, others, span });
                }
            }
            DdlOp::Drop(drop) if drop.kind == ObjectKind::Table => {
                let gone: Vec<&Table> =
                    drop.objects.iter().filter_map(|o| cx.schema.table(&o.name)).collect();
                for table in &gone {
                    let mut others = far_sides(cx, table, |_, _| true);
                    others.extend(table.partition_of.as_ref().map(|(parent, _)| parent.clone()));
                    if drop.cascade {
                        others.extend(
                            cx.schema.referencing(&table.name).iter().map(|(child, _, _)| child.name.clone()),
                        );
                    }
                    others.retain(|other| gone.iter().all(|t| t.name != *other));
                    found.push(Dropped {
                        what: table.name.to_string(),
                        key_alone: false,
                        others,
                        span: statement,
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// The tables that the foreign keys of a table reference, itself excepted. `wanted` is asked with the
/// name and the columns of each.
fn far_sides(
    cx: &StepContext<'_>,
    table: &Table,
    wanted: impl Fn(&str, &[crate::name::Ident]) -> bool,
) -> Vec<QName> {
    let keys = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(fk) if wanted(constraint.name.as_str(), &fk.columns) => Some(fk),
        _ => None,
    });
    keys.map(|fk| cx.schema.relation_name(&fk.table)).filter(|other| *other != table.name).collect()
}
