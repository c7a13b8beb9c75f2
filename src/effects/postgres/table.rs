//! `CREATE TABLE`, and statements that rename or move relations and their parts.

use crate::effects::fact::{BreakKind, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::object::{ObjectKind, ObjectName, Rename, SetSchema};
use crate::ir::table::{ConstraintKind, CreateTable};
use crate::name::QName;
use crate::schema::lookup::Existence;
use crate::schema::model::{Object, Table};

use super::constraint::lock_referenced;
use super::context::{Context, Target, column_of};
use super::partition;
use super::query::Stage;
use super::relation::lock_owned_sequences;
use super::types;

/// The new table itself is nobody else's business; these are the relations it is tied to.
pub(super) fn create(cx: &mut Context<'_>, create: &CreateTable) {
    let exists = create.if_not_exists
        && create.name.as_ref().is_some_and(|name| match cx.schema.existence(name) {
            Existence::Known(_) => true,
            Existence::Missing | Existence::Unknown => false,
        });
    if let Some(query) = &create.as_query {
        if exists || !create.with_data {
            cx.query(query, Stage::Analysed, None);
        } else {
            cx.query(query, Stage::Planned, Some(&ScanReason::Populate));
        }
    }
    if exists {
        return;
    }
    for parent in &create.inherits {
        cx.lock_named(parent, ObjectKind::Table, LockMode::ShareUpdateExclusive);
    }
    for like in &create.like {
        if types::is_composite(cx, &like.source) {
            types::lock_composite(cx, &like.source, LockMode::AccessShare);
        } else {
            cx.lock_named(&like.source, ObjectKind::Table, LockMode::AccessShare);
        }
    }
    if let Some(ty) = &create.of_type {
        types::lock_composite_of(cx, ty);
    }
    if let Some((parent, bound)) = &create.partition_of {
        partition::new_partition(cx, parent, bound);
    }
    let constraints = create.columns.iter().flat_map(|c| &c.constraints).chain(&create.constraints);
    for constraint in constraints {
        if let ConstraintKind::ForeignKey(fk) = &constraint.kind
            && create.name.as_ref() != Some(&fk.table)
        {
            lock_referenced(cx, &fk.table, LockMode::ShareRowExclusive);
        }
    }
}

pub(super) fn rename(cx: &mut Context<'_>, rename: &Rename) {
    let name = &rename.object.name;
    match rename.kind {
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Index
        | ObjectKind::Sequence => rename_relation(cx, rename),
        ObjectKind::Column => rename_column(cx, rename),
        ObjectKind::Constraint => rename_constraint(cx, &rename.object),
        ObjectKind::Trigger => {
            let Some(table) = lock_whole(cx, name, LockMode::AccessExclusive) else { return };
            // From 15 on the copies on partitions are renamed too.
            if cx.at_least(15) && table.is_partitioned() {
                cx.lock_tree(table, LockMode::AccessExclusive);
            }
        }
        ObjectKind::Rule | ObjectKind::Policy => {
            lock_whole(cx, name, LockMode::AccessExclusive);
        }
        ObjectKind::CompositeType | ObjectKind::Type => {
            if types::is_composite(cx, name) {
                types::lock_composite(cx, name, LockMode::AccessExclusive);
            }
            gone(cx, rename);
        }
        _ => gone(cx, rename),
    }
}

fn gone(cx: &mut Context<'_>, rename: &Rename) {
    let renamed_to = Some(rename.to.to_string());
    cx.breaks(&rename.object, BreakKind::ObjectGone { renamed_to });
}

fn rename_relation(cx: &mut Context<'_>, rename: &Rename) {
    let weak = |kind: ObjectKind| {
        // `ALTER INDEX` knows that the name of an index matters to nobody who runs queries.
        if kind == ObjectKind::Index && rename.kind == ObjectKind::Index {
            LockMode::ShareUpdateExclusive
        } else {
            LockMode::AccessExclusive
        }
    };
    let name = match cx.target(&rename.object.name) {
        Target::Known(object) => {
            cx.lock_object(object, weak(object.kind()));
            if object.kind() == ObjectKind::Index {
                return;
            }
            cx.schema.relation_name(&rename.object.name)
        }
        Target::Unknown(name) => {
            cx.lock(&name, rename.kind, weak(rename.kind));
            if rename.kind == ObjectKind::Index {
                return;
            }
            name
        }
        Target::Absent => return,
    };
    let renamed_to = Some(name.sibling(rename.to.clone()).to_string());
    cx.breaks(&name, BreakKind::RelationGone { renamed_to });
}

fn rename_column(cx: &mut Context<'_>, rename: &Rename) {
    let Some(column) = &rename.object.part else { return };
    let name = &rename.object.name;
    let renamed_to = Some(rename.to.to_string());
    if types::is_composite(cx, name) {
        types::lock_composite(cx, name, LockMode::AccessExclusive);
        for table in types::typed_tables(cx, name) {
            cx.lock_table(table, LockMode::AccessExclusive);
        }
        return cx.breaks(&column_of(name, column), BreakKind::ColumnGone { renamed_to });
    }
    let relation = match cx.target(name) {
        Target::Known(Object::Table(table)) => {
            if table.columns_known && table.column(column).is_none() {
                return cx.lock_table(table, LockMode::AccessExclusive);
            }
            cx.lock_tree(table, LockMode::AccessExclusive);
            table.name.clone()
        }
        Target::Known(object) => {
            cx.lock_object(object, LockMode::AccessExclusive);
            cx.schema.relation_name(name)
        }
        Target::Unknown(name) => {
            let kind = rename.relation_kind.unwrap_or(ObjectKind::Table);
            cx.lock(&name, kind, LockMode::AccessExclusive);
            name
        }
        Target::Absent => return,
    };
    cx.breaks(&column_of(&relation, column), BreakKind::ColumnGone { renamed_to });
}

/// A constraint with an index gives it its name too; one that children inherit is renamed there.
fn rename_constraint(cx: &mut Context<'_>, object: &ObjectName) {
    let Some(table) = lock_whole(cx, &object.name, LockMode::AccessExclusive) else { return };
    let Some(name) = &object.part else { return };
    let not_null = |c: &crate::schema::model::Column| {
        c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name) && !n.no_inherit)
    };
    if table.columns.iter().any(not_null) {
        cx.lock_tree(table, LockMode::AccessExclusive);
    }
    let Some(constraint) = table.constraint(name) else { return };
    if constraint.has_index() {
        let index = table.name.sibling(constraint.name.clone());
        cx.lock(&index, ObjectKind::Index, LockMode::ShareUpdateExclusive);
    }
    if matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.no_inherit {
        cx.lock_tree(table, LockMode::AccessExclusive);
    }
}

fn lock_whole<'a>(cx: &mut Context<'a>, name: &QName, mode: LockMode) -> Option<&'a Table> {
    match cx.target(name) {
        Target::Known(object) => {
            cx.lock_object(object, mode);
            match object {
                Object::Table(table) => Some(table),
                _ => None,
            }
        }
        Target::Unknown(name) => {
            cx.lock(&name, ObjectKind::Table, mode);
            None
        }
        Target::Absent => None,
    }
}

pub(super) fn set_schema(cx: &mut Context<'_>, set: &SetSchema) {
    let moved = |name: &QName| QName { schema: Some(set.schema.clone()), name: name.name.clone() };
    if set.kind.is_relation() && set.kind != ObjectKind::CompositeType {
        let name = match cx.target(&set.object.name) {
            Target::Known(object) => {
                cx.lock_object(object, LockMode::AccessExclusive);
                if let Object::Table(table) = object {
                    // Sequences move along; indexes too, without a lock of their own.
                    lock_owned_sequences(cx, table);
                }
                cx.schema.relation_name(&set.object.name)
            }
            Target::Unknown(name) => {
                cx.lock(&name, set.kind, LockMode::AccessExclusive);
                name
            }
            Target::Absent => return,
        };
        let renamed_to = Some(moved(&name).to_string());
        return cx.breaks(&name, BreakKind::RelationGone { renamed_to });
    }
    let renamed_to = Some(moved(&set.object.name).to_string());
    cx.breaks(&set.object, BreakKind::ObjectGone { renamed_to });
    if set.kind == ObjectKind::Extension {
        cx.unsure(format!("which relations belong to extension {} is not known", set.object));
    }
}
