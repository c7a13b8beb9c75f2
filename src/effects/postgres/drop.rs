//! What is locked and lost when something is dropped. What goes along is the schema's knowledge
//! ([`crate::schema::Schema::victims`]); without `CASCADE` the statement fails where others depend on it, so
//! that the two need not be told apart here.

use crate::effects::fact::{BreakKind, LossKind};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, PartitionBound};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table, TableKind, UserTypeKind};

use super::context::{Context, column_of};

/// Drops columns of several tables as one action does.
pub(super) fn columns(cx: &mut Context<'_>, columns: &[(&Table, &Ident)]) {
    let part = |(table, column): &(&Table, &Ident)| {
        (ObjectKey::Relation(table.name.clone()), Part::Column(Ident::clone(column)))
    };
    run(cx, columns.iter().map(part).collect());
}

/// Drops a constraint by `ALTER TABLE`.
pub(super) fn constraint(cx: &mut Context<'_>, table: &Table, name: &Ident) {
    run(cx, vec![(ObjectKey::Relation(table.name.clone()), Part::Constraint(name.clone()))]);
}

/// Drops whole objects.
pub(super) fn objects(cx: &mut Context<'_>, keys: impl IntoIterator<Item = ObjectKey>) {
    run(cx, keys.into_iter().map(|key| (key, Part::Whole)).collect());
}

/// Drops a trigger, rule or policy with its copies on partitions.
pub(super) fn part(cx: &mut Context<'_>, relation: &QName, part: Part) {
    run(cx, vec![(ObjectKey::Relation(relation.clone()), part)]);
}

fn run(cx: &mut Context<'_>, targets: Vec<(ObjectKey, Part)>) {
    let named = targets.len();
    for (at, (key, part)) in cx.schema.victims(targets).into_iter().enumerate() {
        match part {
            Part::Whole => whole(cx, &key),
            part => partial(cx, &key, &part, at < named),
        }
    }
}

fn whole(cx: &mut Context<'_>, key: &ObjectKey) {
    let Some(object) = cx.schema.get(key) else { return };
    cx.lock_object(object, LockMode::AccessExclusive);
    match object {
        Object::Table(table) => whole_table(cx, table),
        Object::View(view) => cx.breaks(&view.name, BreakKind::RelationGone { renamed_to: None }),
        Object::Index(index) => {
            if let Some(on) = cx.schema.relation(&index.table) {
                cx.lock_object(on, LockMode::AccessExclusive);
            }
        }
        Object::Sequence(sequence) => cx.lose(&sequence.name, LossKind::SequencePosition),
        Object::Type(user_type) => {
            if let UserTypeKind::Composite(_) = user_type.kind {
                cx.lock(&user_type.name, ObjectKind::CompositeType, LockMode::AccessExclusive);
            }
            cx.breaks(&user_type.name, BreakKind::ObjectGone { renamed_to: None });
        }
        Object::Function(_) => cx.breaks(key, BreakKind::ObjectGone { renamed_to: None }),
        Object::Statistics(statistics) => {
            if let Some(on) = cx.schema.relation(&statistics.table) {
                cx.lock_object(on, LockMode::ShareUpdateExclusive);
            }
        }
        Object::Schema(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => {}
    }
}

fn whole_table(cx: &mut Context<'_>, table: &Table) {
    if let Some((parent, _)) = &table.partition_of {
        leave_parent(cx, table, parent);
    }
    for constraint in &table.constraints {
        // The referenced table has triggers for the key as a whole, not for a partition's part of it.
        if let ConstraintKind::ForeignKey(fk) = &constraint.kind
            && !constraint.inherited
        {
            cx.lock_far_side(&fk.table, LockMode::AccessExclusive, false);
        }
    }
    if matches!(table.kind, TableKind::Ordinary) {
        cx.lose(&table.name, LossKind::Table);
    }
    cx.breaks(&table.name, BreakKind::RelationGone { renamed_to: None });
}

/// The parent's list of partitions changes, and with it what its default partition may hold.
fn leave_parent(cx: &mut Context<'_>, table: &Table, parent: &QName) {
    let Some(parent) = cx.schema.table(parent) else { return };
    cx.lock_table(parent, LockMode::AccessExclusive);
    // Keys that reference the parent go by cascade, for all partitions.
    for (child, constraint, fk) in cx.schema.referencing(&parent.name) {
        if !constraint.inherited {
            cx.lock_tree(child, LockMode::AccessExclusive);
            cx.lock_far_side(&fk.table, LockMode::AccessExclusive, false);
        }
    }
    for sibling in cx.schema.children_of(&parent.name) {
        let default = matches!(sibling.partition_of, Some((_, PartitionBound::Default)));
        if default && sibling.name != table.name {
            cx.lock_table(sibling, LockMode::AccessExclusive);
        }
    }
}

/// A part of an object goes: the object itself stays and is changed. `named` is false for what goes along.
fn partial(cx: &mut Context<'_>, key: &ObjectKey, part: &Part, named: bool) {
    // A publication's list is not the table's business.
    if matches!(part, Part::Member(_)) {
        return;
    }
    let table = match cx.schema.get(key) {
        Some(Object::Table(table)) => table,
        Some(Object::Type(user_type)) => {
            if let UserTypeKind::Composite(_) = user_type.kind {
                cx.lock(&user_type.name, ObjectKind::CompositeType, LockMode::AccessExclusive);
            }
            return;
        }
        Some(other) => return cx.lock_object(other, LockMode::AccessExclusive),
        None => return,
    };
    cx.lock_table(table, LockMode::AccessExclusive);
    match part {
        Part::Column(column) => {
            let inherited = table.column(column).is_some_and(|c| c.inherited);
            if !inherited {
                let object = column_of(&table.name, column);
                cx.lose(&object, LossKind::Column);
                cx.breaks(&object, BreakKind::ColumnGone { renamed_to: None });
            }
            if !named {
                // The type or the function that the column needed goes: children lose it too.
                for child in cx.schema.descendants_of(&table.name) {
                    cx.lock_table(child, LockMode::AccessExclusive);
                }
            }
        }
        Part::Constraint(name) => {
            if let Some(ConstraintKind::ForeignKey(fk)) = table.constraint(name).map(|c| &c.kind) {
                cx.lock_far_side(&fk.table, LockMode::AccessExclusive, named);
            }
        }
        Part::Whole
        | Part::Default(_)
        | Part::Trigger(_)
        | Part::Policy(_)
        | Part::Rule(_)
        | Part::Member(_) => {}
    }
}
