//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::name::QName;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table};

rule! {
    /// A `CASCADE` drops more than the statement names.
    ///
    /// ## What it flags
    /// `DROP … CASCADE`, `DROP COLUMN … CASCADE` and `DROP CONSTRAINT … CASCADE` when other objects that existed
    /// before the change set go with it: views, foreign keys of other tables, columns, defaults, policies,
    /// triggers, functions. What the change set makes again is left out. Schemas, extensions and roles have rules
    /// of their own.
    ///
    /// ## Why it hurts
    /// Without `CASCADE` the server refuses the statement and lists what depends on the object. With it everything
    /// on that list is dropped, in a notice that migration tools do not show: a view that a report reads, or the
    /// foreign key that kept another table clean.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY, name text);
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
    /// CREATE VIEW customer_names AS SELECT name FROM customers;
    /// ```
    /// ```sql flagged
    /// DROP TABLE customers CASCADE;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE customers DROP COLUMN name CASCADE;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP TABLE orders CASCADE;
    /// DROP VIEW customer_names;
    /// ALTER TABLE customers DROP COLUMN name CASCADE;
    /// ```
    ///
    /// ## Safe rewrite
    /// Drop what depends on the object by name, in the same migration, and then the object without `CASCADE`: then
    /// the statement fails when something was forgotten.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-depend.html>
    name: "cascading-drop",
    category: DataLoss,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("pg-migration-lint", "PGM202"),
        ("migrationpilot", "MP022"),
        ("postgres-language-server", "banTruncateCascade"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        if !cascades(&step.stmt.op) {
            continue;
        }
        let removed: Vec<&ObjectKey> =
            step.changes.iter().filter(|c| c.after.is_none()).map(|c| &c.key).collect();
        let named = named(&step.stmt.op);
        let mut gone: Vec<String> = Vec::new();
        for change in &step.changes {
            let Some(before) = change.before.as_deref() else { continue };
            if !cx.was_there(&change.key) || is_named(&named, &change.key) {
                continue;
            }
            match (before, change.after.as_deref()) {
                (Object::Table(table), None) => {
                    let with_parent = table.partition_of.as_ref().map(|(parent, _)| parent);
                    let carried =
                        with_parent.is_some_and(|p| removed.contains(&&ObjectKey::Relation(p.clone())));
                    if !carried {
                        gone.push(format!("table {}", table.name));
                    }
                }
                (Object::View(view), None) if cx.schema.relation(&view.name).is_none() => {
                    gone.push(format!("{} {}", before.kind(), view.name));
                }
                (Object::Function(_) | Object::Type(_), None) if cx.schema.get(&change.key).is_none() => {
                    gone.push(format!("{} {}", before.kind(), change.key));
                }
                (Object::Table(was), Some(Object::Table(is))) => {
                    parts(was, is, cx.schema.table(&is.name).unwrap_or(is), &mut gone);
                }
                _ => {}
            }
        }
        let Some(first) = gone.first().cloned() else { continue };
        let more = match gone.len() {
            1 => first,
            2 | 3 => gone.join(", "),
            n => format!("{} and {} more", gone[..3].join(", "), n - 3),
        };
        let object = named.first().map_or_else(String::new, ToString::to_string);
        sink.step(step)
            .object(object)
            .message(format!("CASCADE drops {more} as well"))
            .why("the statement does not name what it takes along, and migration tools do not show the server's notice")
            .help("drop what depends on it by name, and then the object without CASCADE")
            .report();
    }
}

/// Parts that a table had before the statement and has neither after it nor in the end.
fn parts(was: &Table, is: &Table, end: &Table, gone: &mut Vec<String>) {
    let table = &was.name;
    for column in was.columns.iter().filter(|c| is.column(&c.name).is_none() && end.column(&c.name).is_none())
    {
        gone.push(format!("column {table}.{}", column.name));
    }
    for constraint in &was.constraints {
        let lost = is.constraint(&constraint.name).is_none();
        if lost && end.constraints.iter().all(|c| c.kind != constraint.kind) {
            gone.push(format!("constraint {} of {table}", constraint.name));
        }
    }
    for column in &was.columns {
        let default = |t: &Table| t.column(&column.name).is_some_and(|c| c.default.is_none());
        if column.default.is_some() && default(is) && default(end) {
            gone.push(format!("the default of {table}.{}", column.name));
        }
    }
    for policy in &was.policies {
        let lost = |t: &Table| t.policies.iter().all(|p| p.name != policy.name);
        if lost(is) && lost(end) {
            gone.push(format!("policy {} of {table}", policy.name));
        }
    }
    for trigger in &was.triggers {
        let lost = |t: &Table| t.triggers.iter().all(|x| x.def.name != trigger.def.name);
        if lost(is) && lost(end) {
            gone.push(format!("trigger {} of {table}", trigger.def.name));
        }
    }
}

fn cascades(op: &DdlOp) -> bool {
    match op {
        DdlOp::Drop(drop) => {
            let own_rule = matches!(
                drop.kind,
                ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Database | ObjectKind::Role
            );
            drop.cascade && !own_rule
        }
        DdlOp::AlterTable(alter) => alter.actions.iter().any(|(action, _)| {
            matches!(
                action,
                TableAction::DropColumn { cascade: true, .. }
                    | TableAction::DropConstraint { cascade: true, .. }
            )
        }),
        _ => false,
    }
}

/// The objects that the statement names.
fn named(op: &DdlOp) -> Vec<&QName> {
    match op {
        DdlOp::Drop(drop) => drop.objects.iter().map(|o| &o.name).collect(),
        DdlOp::AlterTable(alter) => vec![&alter.name],
        _ => Vec::new(),
    }
}

fn is_named(named: &[&QName], key: &ObjectKey) -> bool {
    let (ObjectKey::Relation(name) | ObjectKey::Type(name) | ObjectKey::Function(name, _)) = key else {
        return false;
    };
    named.iter().any(|n| n.name == name.name && (n.schema.is_none() || n.schema == name.schema))
}
