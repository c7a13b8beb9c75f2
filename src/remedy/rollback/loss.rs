//! What no statement brings back of the objects that changed: rows, values, positions, orders.

use crate::diff::piece::Target;
use crate::ir::DdlOp;
use crate::ir::expr::ExprShape;
use crate::ir::table::TableAction;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Object, Table, TableKind, UserType, UserTypeKind};

use super::reach::is_temporary;
use super::{Back, values};

pub(super) fn relation(name: &QName) -> Target {
    Target::whole(ObjectKey::Relation(name.clone()))
}

fn column(table: &QName, name: &Ident) -> Target {
    Target { key: ObjectKey::Relation(table.clone()), part: Part::Column(name.clone()) }
}

/// Columns that one statement drops and adds again under the same name: the journal shows what has changed of them, and
/// not that their values are gone.
fn replaced_columns(back: &mut Back<'_>) {
    let DdlOp::AlterTable(alter) = &back.step.stmt.op else { return };
    let Some(table) = back.after.table(&alter.name) else { return };
    let name = table.name.clone();
    let dropped = alter.actions.iter().filter_map(|(action, _)| match action {
        TableAction::DropColumn { name, .. } => Some(name),
        _ => None,
    });
    let again: Vec<Ident> = dropped.filter(|column| table.column(column).is_some()).cloned().collect();
    for old in again {
        back.lossy(
            format!("values of {name}.{old} (keep them first in a table of their own)"),
            vec![column(&name, &old)],
        );
    }
}

/// Whether a text reads the clock at the moment when it is made part of an object: the server puts the moment in its
/// place (manual, "Date/Time Input", special values).
#[must_use]
pub fn reads_clock(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    ["'now'", "'today'", "'tomorrow'", "'yesterday'"].iter().any(|word| sql.contains(word))
}

/// What the changed objects themselves tell.
pub(super) fn of_changes(back: &mut Back<'_>) {
    replaced_columns(back);
    if matches!(back.step.stmt.op, DdlOp::Rename(_) | DdlOp::SetSchema(_)) {
        return;
    }
    let step = back.step;
    for change in step.changes.iter().filter(|c| !is_temporary(&c.key)) {
        match (change.before.as_deref(), change.after.as_deref()) {
            (Some(before), None) => dropped(back, change, before),
            (None, Some(Object::Index(index)))
                if back.after.is_blind() && back.after.relation(&index.table).is_none() =>
            {
                back.lossy(
                    format!(
                        "index {} is on {}, which is not known here: if it is part of another index, it cannot be \
                         dropped by itself",
                        index.name, index.table
                    ),
                    Vec::new(),
                );
            }
            (Some(Object::Table(before)), Some(Object::Table(after))) => altered(back, before, after),
            (Some(Object::Sequence(before)), Some(Object::Sequence(after))) => {
                if before.data_type != after.data_type || before.increment != after.increment {
                    back.note("sequences go on from where they stand", after.name.to_string());
                }
            }
            (Some(Object::Type(before)), Some(Object::Type(after))) => {
                attributes(back, change, before, after);
            }
            (Some(Object::View(before)), Some(Object::View(after)))
                if before.query != after.query && reads_clock(&before.query.sql) =>
            {
                moment(back, &before.name);
            }
            (Some(Object::Role(before)), Some(Object::Role(after)))
                if before.options.password != after.options.password =>
            {
                password(back, &after.name);
            }
            (None | Some(_), _) => {}
        }
    }
}

fn dropped(back: &mut Back<'_>, change: &Change, before: &Object) {
    let key = &change.key;
    match before {
        Object::Table(table) => match &table.kind {
            TableKind::Ordinary => {
                let name = &table.name;
                back.lossy(
                    format!("rows of {name} (keep them first: CREATE TABLE … AS TABLE {name}, or a dump)"),
                    vec![relation(name)],
                );
                if back.after.is_blind() {
                    let text = format!(
                        "columns, triggers and the like of {name} that were made in a way that is not known here"
                    );
                    back.lossy(text, vec![relation(name)]);
                }
            }
            TableKind::Partitioned(_) if back.after.is_blind() => {
                let name = &table.name;
                back.lossy(
                    format!(
                        "partitions of {name} that were made in a way that is not known here, with their rows"
                    ),
                    vec![relation(name)],
                );
            }
            TableKind::Partitioned(_) | TableKind::Foreign(_) => {}
        },
        Object::Sequence(sequence) => {
            let with_table = sequence.owned_by.as_ref().is_some_and(|(table, _)| {
                back.step
                    .changes
                    .iter()
                    .any(|c| c.key == ObjectKey::Relation(table.clone()) && c.after.is_none())
            });
            if !with_table {
                back.lossy(
                    format!("position of sequence {} (set it with setval)", sequence.name),
                    vec![relation(&sequence.name)],
                );
            }
        }
        Object::Role(role) => back.lossy(
            format!(
                "password of role {name}, its settings for single databases, and what it owns or may do in \
                 other databases",
                name = role.name
            ),
            vec![Target::whole(key.clone())],
        ),
        Object::Extension(extension) => back.lossy(
            format!("data that extension {} kept in tables of its own", extension.name),
            vec![Target::whole(key.clone())],
        ),
        Object::Statistics(statistics) => {
            back.note("statistics are empty until the next ANALYZE", statistics.name.to_string());
        }
        Object::Publication(publication) => {
            if !publication.all_tables && !publication.tables.is_empty() {
                let name = publication.name.to_string();
                back.note("column lists and row filters of publications do not come back", name);
            }
        }
        Object::View(view) if reads_clock(&view.query.sql) => moment(back, &view.name),
        Object::View(view) if view.materialized && view.populated => {
            back.note("materialized views are computed anew", view.name.to_string());
        }
        Object::View(_)
        | Object::Schema(_)
        | Object::Index(_)
        | Object::Type(_)
        | Object::Function(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => {}
    }
}

fn moment(back: &mut Back<'_>, view: &QName) {
    back.lossy(
        format!("the moment in the query of {view}: 'now' is read when the view is made"),
        vec![relation(view)],
    );
}

fn altered(back: &mut Back<'_>, before: &Table, after: &Table) {
    let name = &after.name;
    for old in &before.columns {
        match after.column(&old.name) {
            None if old.generated.is_none() && !old.inherited => {
                back.lossy(
                    format!("values of {name}.{} (keep them first in a table of their own)", old.name),
                    vec![column(name, &old.name)],
                );
            }
            Some(new) if old.data_type != new.data_type && !old.inherited => {
                retyped(back, name, &old.name, &old.data_type, &new.data_type);
            }
            None | Some(_) => {}
        }
        if after.column(&old.name).is_some_and(|new| old.not_null.is_some() && new.not_null.is_none()) {
            back.note("fails while there are nulls", format!("{name}.{}", old.name));
        }
    }
    let stays: Vec<&Ident> =
        after.columns.iter().map(|c| &c.name).filter(|c| before.column(c).is_some()).collect();
    let comes = before.columns.iter().map(|c| &c.name).filter(|c| after.column(c).is_none());
    let order: Vec<&Ident> = stays.iter().copied().chain(comes.clone()).collect();
    // Others may stand behind them that are not known here.
    let others = back.after.is_blind() && comes.clone().next().is_some();
    if others || before.columns.iter().map(|c| &c.name).ne(order) {
        let last: Vec<&str> = comes.map(Ident::as_str).collect();
        let about = last.iter().map(|c| column(name, &Ident::new(c))).collect();
        back.lossy(
            format!("order of the columns of {name}: what comes back stands last ({})", last.join(", ")),
            about,
        );
    }
    for old in &before.constraints {
        if after.constraint(&old.name).is_none() && !old.inherited && old.validated {
            let about =
                Target { key: ObjectKey::Relation(name.clone()), part: Part::Constraint(old.name.clone()) };
            back.note_on(
                Some(about),
                "fails while rows violate what comes back",
                format!("{name}.{}", old.name),
            );
        }
    }
}

fn retyped(back: &mut Back<'_>, table: &QName, name: &Ident, old: &TypeName, new: &TypeName) {
    let computed = computed_by_using(&back.step.stmt.op, name);
    if computed || !values::keeps(old, new) {
        let how = if computed { " computed by USING" } else { "" };
        back.lossy(
            format!(
                "values of {table}.{name} as they were: those{how} as {new} may not lead back to the same {old}"
            ),
            vec![column(table, name)],
        );
    }
    if !values::fits(new, old) {
        back.note("fails while a value does not fit", format!("{table}.{name} ({old})"));
    }
}

/// Whether the new values come from an expression that is more than a cast of the old ones.
fn computed_by_using(op: &DdlOp, name: &Ident) -> bool {
    let DdlOp::AlterTable(alter) = op else { return false };
    alter.actions.iter().any(|(action, _)| match action {
        TableAction::AlterType { column, using: Some(using), .. } if column == name => match &using.shape {
            ExprShape::Column(c) | ExprShape::ColumnCast(c, _) => c != name,
            ExprShape::Null
            | ExprShape::Bool(_)
            | ExprShape::Literal(_)
            | ExprShape::Call(_)
            | ExprShape::Other => true,
        },
        _ => false,
    })
}

/// Attributes that go from a composite type that columns have.
fn attributes(back: &mut Back<'_>, change: &Change, before: &UserType, after: &UserType) {
    let (UserTypeKind::Composite(old), UserTypeKind::Composite(new)) = (&before.kind, &after.kind) else {
        return;
    };
    for (name, _, _) in old.iter().filter(|(a, _, _)| new.iter().all(|(b, _, _)| a != b)) {
        let tables: Vec<Target> =
            back.after.columns_of_type(&change.key).iter().map(|(t, c)| column(&t.name, c)).collect();
        if !tables.is_empty() {
            back.lossy(format!("values of attribute {name} of {}", after.name), tables);
        }
    }
    let stays = new.iter().map(|(n, _, _)| n).filter(|n| old.iter().any(|(o, _, _)| o == *n));
    let comes = old.iter().map(|(o, _, _)| o).filter(|o| new.iter().all(|(n, _, _)| n != *o));
    if old.iter().map(|(o, _, _)| o).ne(stays.chain(comes)) {
        let name = &after.name;
        back.lossy(
            format!("order of the attributes of {name}: what comes back stands last"),
            vec![Target::whole(change.key.clone())],
        );
    }
}

pub(super) fn password(back: &mut Back<'_>, role: &Ident) {
    back.lossy(
        format!("password of role {role}: the old one is not known"),
        vec![Target::whole(ObjectKey::Role(role.clone()))],
    );
}
