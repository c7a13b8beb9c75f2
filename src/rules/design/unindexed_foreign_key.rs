//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::table::{ConstraintKind, FkAction};
use crate::name::Ident;
use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table};

rule! {
    /// No index supports a foreign key.
    ///
    /// ## What it flags
    /// Foreign keys for which the referencing table has no valid index that begins with the key's columns, in
    /// any order: those that the change set adds, and those whose last such index it drops. A partial index
    /// counts only when its condition is that the columns are not null. With `any_action: false`, the default, only
    /// those with an action `ON DELETE`: their author expects that rows of the referenced table are deleted. Where
    /// they never are, the index is not needed. The packs `constraints` and `strict` have it `true`.
    ///
    /// ## Why it hurts
    /// Every `DELETE` on the referenced table, and every `UPDATE` of its key, reads the whole referencing table
    /// while it holds locks on the rows.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE invoices (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE);
    /// CREATE INDEX invoices_customer_id_idx ON invoices (customer_id);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE SET NULL);
    /// ```
    /// ```sql flagged
    /// DROP INDEX invoices_customer_id_idx;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE);
    /// CREATE INDEX orders_customer_id_idx ON orders (customer_id, id);
    /// ```
    /// ```sql accepted
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
    /// ```
    ///
    /// ## Safe rewrite
    /// Create an index that begins with the foreign key's columns; with `CONCURRENTLY` when the table is in use.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK>
    name: "unindexed-foreign-key",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, Sqlite],
    also_known_as: [
        ("eugene", "E15"),
        ("pgsafe", "fk-without-covering-index"),
        ("pg-migration-lint", "PGM501"),
        ("migrationpilot", "MP016"),
        ("pgfence", "fk-missing-index"),
        ("splinter", "unindexed_foreign_keys"),
        ("pglinter", "B003"),
    ],
    options: [(
        "any_action",
        Bool(false),
        "whether foreign keys without an action ON DELETE count as well"
    )],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<(String, Ident)> = Vec::new();
    for step in cx.steps {
        for change in &step.changes {
            let ObjectKey::Relation(_) = &change.key else { continue };
            match (change.before.as_deref(), change.after.as_deref()) {
                (before, Some(Object::Table(after))) => {
                    // A foreign key is new when the table had none of that name before this statement.
                    let had =
                        |name: &str| matches!(before, Some(Object::Table(t)) if t.constraint(name).is_some());
                    let renamed = before.is_none() && (cx.lifetime)(&after.name) == Lifetime::Existing;
                    if renamed {
                        continue;
                    }
                    let new: Vec<Ident> =
                        after.constraints.iter().filter(|c| !had(&c.name)).map(|c| c.name.clone()).collect();
                    report(cx, step, &after.name, &new, &mut reported, sink);
                }
                (Some(Object::Index(dropped)), None) => {
                    let Some(table) = cx.schema.table(&dropped.table) else { continue };
                    let names: Vec<Ident> = table
                        .constraints
                        .iter()
                        .filter(|c| match &c.kind {
                            ConstraintKind::ForeignKey(fk) => dropped.finds(&fk.columns),
                            _ => false,
                        })
                        .map(|c| c.name.clone())
                        .collect();
                    report(cx, step, &dropped.table, &names, &mut reported, sink);
                }
                _ => {}
            }
        }
    }
}

fn report(
    cx: &ChangeSetContext<'_>,
    step: &Step,
    table: &crate::name::QName,
    constraints: &[Ident],
    reported: &mut Vec<(String, Ident)>,
    sink: &mut Sink<'_>,
) {
    let schema = cx.schema;
    let Some(table) = schema.table(table) else { return };
    // A partition's foreign keys and indexes come from its parent, which is reported.
    if table.partition_of.is_some() {
        return;
    }
    for name in constraints {
        let Some(constraint) = table.constraint(name) else { continue };
        let ConstraintKind::ForeignKey(fk) = &constraint.kind else { continue };
        let expected = !matches!(fk.on_delete, FkAction::NoAction | FkAction::Restrict);
        if !expected && !cx.options.flag("any_action") {
            continue;
        }
        let key = (table.name.to_string(), name.clone());
        if is_supported(schema, table, &fk.columns) || reported.contains(&key) {
            continue;
        }
        reported.push(key);
        let columns: Vec<&str> = fk.columns.iter().map(Ident::as_str).collect();
        let columns = columns.join(", ");
        // Rows that are never deleted on the other side make this harmless, which cannot be seen from here.
        let severity = if fk.table == table.name { Severity::Advice } else { Severity::Warning };
        sink.step(step)
            .object(format!("{}.{columns}", table.name))
            .severity(severity)
            .message(format!(
                "no index on {} begins with {columns}, the foreign key to {}",
                table.name, fk.table
            ))
            .why(format!("deleting from {} reads all of {} for every row", fk.table, table.name))
            .help(format!("create an index on {} ({columns})", table.name))
            .report();
    }
}

fn is_supported(schema: &Schema, table: &Table, columns: &[Ident]) -> bool {
    schema.indexes_of(&table.name).into_iter().any(|index| index.finds(columns))
}
