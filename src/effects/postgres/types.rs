//! Types, domains and sequences.

use crate::effects::fact::{BreakKind, ErrorCondition, LossKind, RewriteReason, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::ir::types::{
    AlterDomain, AlterEnum, AlterSequence, CreateSequence, DomainAction, EnumAction, TypeName,
};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table, UserTypeKind};
use crate::text::Span;

use super::context::{Context, column_of};
use super::conversion::{self, Rewrite};

/// `ALTER TYPE` on the attributes of a composite type: tables made `OF` it follow.
pub(super) fn alter_composite(cx: &mut Context<'_>, name: &QName, actions: &[(TableAction, Span)]) {
    lock_composite(cx, name, LockMode::AccessExclusive);
    let tables = typed_tables(cx, name);
    for table in &tables {
        cx.lock_table(table, LockMode::AccessExclusive);
    }
    for (action, _) in actions {
        match action {
            TableAction::AlterType { column, data_type, .. } => {
                for table in &tables {
                    let old = table.column(column).map(|c| &c.data_type);
                    let rewrite = old.map_or(Rewrite::Yes, |old| {
                        conversion::rewrite(cx.schema, column, old, data_type, None)
                    });
                    if rewrite != Rewrite::No {
                        cx.rewrite(table, RewriteReason::TypeChange(column.clone()));
                    }
                }
                cx.breaks(&column_of(name, column), BreakKind::TypeChanged);
            }
            TableAction::DropColumn { name: column, .. } => {
                for table in &tables {
                    cx.lose(&column_of(&table.name, column), LossKind::Column);
                }
                cx.breaks(&column_of(name, column), BreakKind::ColumnGone { renamed_to: None });
            }
            _ => {}
        }
    }
}

/// Tables made `OF` a composite type.
pub(super) fn typed_tables<'a>(cx: &Context<'a>, name: &QName) -> Vec<&'a Table> {
    let Some(key) = cx.schema.resolve_type(name) else { return Vec::new() };
    let dependents = cx.schema.dependents(&key).into_iter();
    let typed = dependents.filter_map(|(key, dependency)| match cx.schema.get(key)? {
        Object::Table(table) if dependency.via == Part::Whole && table.of_type.is_some() => Some(table),
        _ => None,
    });
    typed.collect()
}

/// Locks the relation behind a composite type.
pub(super) fn lock_composite(cx: &mut Context<'_>, name: &QName, mode: LockMode) {
    let name = match cx.schema.resolve_type(name) {
        Some(ObjectKey::Type(name)) => name,
        Some(_) => return,
        None => cx.schema.qualify(name),
    };
    cx.lock(&name, ObjectKind::CompositeType, mode);
}

/// A table that is made of a composite type, or becomes one of it, holds the type.
pub(super) fn lock_composite_of(cx: &mut Context<'_>, ty: &TypeName) {
    lock_composite(cx, &ty.name, LockMode::AccessShare);
}

/// Whether a type is a composite one.
pub(super) fn is_composite(cx: &Context<'_>, name: &QName) -> bool {
    cx.schema.user_type(name).is_some_and(|t| matches!(t.kind, UserTypeKind::Composite(_)))
}

/// Labels are rows of a catalog: no relation is locked. Adding one is allowed inside a transaction since 12.
pub(super) fn alter_enum(cx: &mut Context<'_>, alter: &AlterEnum) {
    if let EnumAction::RenameValue { from, to } = &alter.action {
        let object = format!("{}.{from}", cx.schema.relation_name(&alter.name));
        cx.breaks(&object, BreakKind::ObjectGone { renamed_to: Some(to.clone()) });
    }
}

pub(super) fn alter_domain(cx: &mut Context<'_>, alter: &AlterDomain) {
    let object = cx.schema.user_type(&alter.name).map_or_else(|| alter.name.clone(), |t| t.name.clone());
    let domain = cx.schema.user_type(&alter.name).and_then(|t| match &t.kind {
        UserTypeKind::Domain(domain) => Some(domain),
        _ => None,
    });
    let error = match &alter.action {
        DomainAction::AddConstraint(constraint) => {
            cx.breaks(&object, BreakKind::ValuesRefused);
            if constraint.not_valid || !constraint.enforced {
                return;
            }
            "23514"
        }
        DomainAction::ValidateConstraint(name) => {
            let valid = domain.is_some_and(|d| d.constraints.iter().any(|c| c.name == *name && c.validated));
            if valid {
                return;
            }
            "23514"
        }
        DomainAction::NotNull(true) => {
            if domain.is_some_and(|d| d.not_null) {
                return;
            }
            cx.breaks(&object, BreakKind::ValuesRefused);
            "23502"
        }
        DomainAction::NotNull(false) | DomainAction::Default(_) | DomainAction::DropConstraint { .. } => {
            return;
        }
    };
    let columns = columns_of_domain(cx, &alter.name);
    if domain.is_none() {
        cx.unsure(format!("which tables use {object} is not known; they are locked and read"));
    }
    for (relation, column) in columns {
        let (name, kind, stored) = match relation {
            Object::Table(table) => (&table.name, relation.kind(), super::context::has_storage(table)),
            Object::View(view) if view.materialized => (&view.name, relation.kind(), true),
            _ => continue,
        };
        if stored {
            cx.lock(name, kind, LockMode::Share);
            cx.fx.scan(name.clone(), ScanReason::DomainConstraint);
            let message = if error == "23502" {
                format!("column \"{column}\" of table \"{}\" contains null values", name.name)
            } else {
                format!(
                    "column \"{column}\" of table \"{}\" contains values that violate the new constraint",
                    name.name
                )
            };
            cx.error(error, message, ErrorCondition::RowValues);
        }
    }
}

/// Columns of a domain and of the domains made from it, in tables and in materialized views.
fn columns_of_domain<'a>(cx: &Context<'a>, name: &QName) -> Vec<(&'a Object, Ident)> {
    let mut found = Vec::new();
    let mut queue: Vec<ObjectKey> = cx.schema.resolve_type(name).into_iter().collect();
    let mut seen = Vec::new();
    while let Some(key) = queue.pop() {
        if seen.contains(&key) {
            continue;
        }
        for (dependent, dependency) in cx.schema.dependents(&key) {
            match (cx.schema.get(dependent), &dependency.via) {
                (Some(object @ Object::Table(table)), Part::Column(column))
                    if table.column(column).is_some_and(|c| c.data_type.array == 0) =>
                {
                    found.push((object, column.clone()));
                    views_of(cx, &table.name, column, &mut found);
                }
                (Some(Object::Type(_)), _) => queue.push(dependent.clone()),
                _ => {}
            }
        }
        seen.push(key);
    }
    found
}

/// Materialized views that read a column keep its values, of the same type.
fn views_of<'a>(cx: &Context<'a>, table: &QName, column: &Ident, found: &mut Vec<(&'a Object, Ident)>) {
    for view in cx.schema.views_on_column(table, column) {
        if view.materialized && view.columns.iter().any(|c| c.name == *column) {
            let object = cx.schema.get(&ObjectKey::Relation(view.name.clone()));
            found.extend(object.map(|object| (object, column.clone())));
        }
    }
}

pub(super) fn create_sequence(cx: &mut Context<'_>, create: &CreateSequence) {
    if create.if_not_exists && cx.schema.relation(&create.name).is_some() {
        return;
    }
    if let Some(Some((table, _))) = &create.options.owned_by {
        cx.lock_named(table, ObjectKind::Table, LockMode::AccessShare);
    }
}

pub(super) fn alter_sequence(cx: &mut Context<'_>, alter: &AlterSequence) {
    cx.lock_named(&alter.name, ObjectKind::Sequence, LockMode::ShareRowExclusive);
    if let Some(Some((table, _))) = &alter.options.owned_by {
        cx.lock_named(table, ObjectKind::Table, LockMode::AccessShare);
    }
    if alter.options.restart.is_some() {
        let name = cx.schema.relation_name(&alter.name);
        cx.lose(&name, LossKind::SequencePosition);
    }
}
