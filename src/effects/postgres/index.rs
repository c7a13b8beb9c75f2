//! `CREATE INDEX` and `REINDEX`.

use crate::effects::fact::{ErrorCondition, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::index::{CreateIndex, Reindex, ReindexTarget};
use crate::ir::object::ObjectKind;
use crate::name::{Ident, QName};
use crate::schema::Coverage;
use crate::schema::model::{Index, Object, Table};

use super::context::{Context, Target, has_storage};

pub(super) fn create(cx: &mut Context<'_>, create: &CreateIndex) {
    let mode = if create.concurrently { LockMode::ShareUpdateExclusive } else { LockMode::Share };
    let (table, partitions) = match cx.target(&create.table) {
        Target::Known(Object::Table(table)) => {
            cx.lock_table(table, mode);
            let below = table.is_partitioned() && !create.only && !create.concurrently;
            let below = if below { cx.schema.descendants_of(&table.name) } else { Vec::new() };
            (&table.name, std::iter::once(table).chain(below).collect::<Vec<_>>())
        }
        Target::Known(Object::View(view)) => {
            cx.lock_view(view, mode);
            (&view.name, Vec::new())
        }
        Target::Known(_) | Target::Absent => return,
        Target::Unknown(name) => {
            cx.lock(&name, ObjectKind::Table, mode);
            return built(cx, create, &name);
        }
    };
    let exists = |name: &Ident| cx.schema.relation(&table.sibling(name.clone())).is_some();
    if create.if_not_exists && create.name.as_ref().is_some_and(exists) {
        return;
    }
    if partitions.is_empty() {
        return built(cx, create, table);
    }
    // An index that a partition has already is taken over, and so are those below it.
    let mut taken: Vec<&QName> = Vec::new();
    for partition in partitions {
        cx.lock_table(partition, mode);
        let under = partition.partition_of.as_ref().is_some_and(|(parent, _)| taken.contains(&parent));
        if under {
            taken.push(&partition.name);
        } else if let Some(index) = index_like(cx, partition, create).filter(|_| partition.name != *table) {
            cx.lock_index(index, mode);
            taken.push(&partition.name);
        } else if has_storage(partition) {
            built(cx, create, &partition.name);
        }
    }
}

fn built(cx: &mut Context<'_>, create: &CreateIndex, table: &QName) {
    cx.fx.scan(table.clone(), ScanReason::IndexBuild);
    let own = create.name.as_ref().filter(|_| cx.schema.relation_name(&create.table) == *table);
    cx.build(table, own, create.concurrently);
    cx.fx.waits_for_transactions |= create.concurrently;
    if create.unique {
        let name = create.name.as_ref().map_or_else(|| table.name.to_string(), ToString::to_string);
        let message = format!("could not create unique index \"{name}\"");
        cx.error("23505", message, ErrorCondition::RowValues);
    }
}

fn index_like<'a>(cx: &Context<'a>, table: &Table, create: &CreateIndex) -> Option<&'a Index> {
    cx.schema.indexes_of(&table.name).into_iter().find(|index| {
        index.parent.is_none()
            && index.valid
            && index.method == create.method
            && index.unique == create.unique
            && index.keys == create.keys
            && index.include == create.include
            && index.predicate == create.predicate
            && index.nulls_not_distinct == create.nulls_not_distinct
    })
}

/// The index of a table that may become a partition of another index.
pub(super) fn like<'a>(cx: &Context<'a>, table: &Table, wanted: &Index) -> Option<&'a Index> {
    cx.schema.indexes_of(&table.name).into_iter().find(|index| {
        index.parent.is_none()
            && index.valid
            && index.constraint.is_some() >= wanted.constraint.is_some()
            && index.method == wanted.method
            && index.unique == wanted.unique
            && index.keys == wanted.keys
            && index.include == wanted.include
            && index.predicate == wanted.predicate
            && index.nulls_not_distinct == wanted.nulls_not_distinct
    })
}

pub(super) fn reindex(cx: &mut Context<'_>, reindex: &Reindex) {
    let concurrently = reindex.concurrently;
    cx.fx.waits_for_transactions |= concurrently;
    match &reindex.target {
        ReindexTarget::Index(name) => match cx.target(name) {
            Target::Known(Object::Index(index)) => reindex_index(cx, index, concurrently),
            Target::Unknown(name) => {
                if !concurrently {
                    cx.lock(&name, ObjectKind::Index, LockMode::AccessExclusive);
                }
                cx.unsure(format!("the table of {name} is not known; it is locked and read too"));
            }
            Target::Known(_) | Target::Absent => {}
        },
        ReindexTarget::Table(name) => match cx.target(name) {
            Target::Known(Object::Table(table)) => {
                cx.lock_table(table, table_mode(concurrently));
                if table.is_partitioned() {
                    reindex_partitions(cx, table, concurrently);
                } else if has_storage(table) {
                    reindex_relation(cx, &table.name, concurrently);
                }
            }
            Target::Known(Object::View(view)) => reindex_relation(cx, &view.name, concurrently),
            Target::Unknown(name) => {
                cx.lock(&name, ObjectKind::Table, table_mode(concurrently));
                cx.fx.scan(name, ScanReason::IndexBuild);
            }
            Target::Known(_) | Target::Absent => {}
        },
        ReindexTarget::Schema(schema) => reindex_all(cx, concurrently, |name| name.in_schema(schema)),
        ReindexTarget::Database => reindex_all(cx, concurrently, |_| true),
        ReindexTarget::System => {}
    }
}

/// Each partition is done in a transaction of its own. 13 has nothing to do: it looks only at the indexes of the
/// table itself, which hold no rows.
fn reindex_partitions(cx: &mut Context<'_>, table: &Table, concurrently: bool) {
    cx.fx.no_transaction.get_or_insert("REINDEX TABLE");
    if !cx.at_least(14) {
        return;
    }
    for child in cx.schema.descendants_of(&table.name) {
        // Partitions are looked for in this mode, whatever is done with them.
        cx.lock_table(child, LockMode::Share);
        if has_storage(child) {
            reindex_relation(cx, &child.name, concurrently);
        }
    }
}

fn table_mode(concurrently: bool) -> LockMode {
    if concurrently { LockMode::ShareUpdateExclusive } else { LockMode::Share }
}

fn reindex_index(cx: &mut Context<'_>, index: &Index, concurrently: bool) {
    let Some(on) = cx.schema.relation(&index.table) else { return };
    let partitioned = matches!(on, Object::Table(table) if table.is_partitioned());
    cx.lock_object(on, table_mode(concurrently));
    if !partitioned {
        if !concurrently {
            cx.lock_index(index, LockMode::AccessExclusive);
        }
        cx.fx.scan(index.table.clone(), ScanReason::IndexBuild);
        return cx.build(&index.table, Some(&index.name.name), concurrently);
    }
    cx.fx.no_transaction.get_or_insert("REINDEX INDEX");
    let key = crate::schema::key::ObjectKey::Relation(index.name.clone());
    for (key, _) in cx.schema.dependents(&key) {
        if let Some(Object::Index(child)) = cx.schema.get(key)
            && child.parent.as_ref() == Some(&index.name)
        {
            reindex_index_below(cx, child, concurrently);
        }
    }
}

/// A partition's index; partitioned ones in between have nothing to build and are not locked.
fn reindex_index_below(cx: &mut Context<'_>, index: &Index, concurrently: bool) {
    let partitioned = cx.schema.table(&index.table).is_some_and(Table::is_partitioned);
    if !partitioned {
        return reindex_index(cx, index, concurrently);
    }
    let key = crate::schema::key::ObjectKey::Relation(index.name.clone());
    for (key, _) in cx.schema.dependents(&key) {
        if let Some(Object::Index(child)) = cx.schema.get(key)
            && child.parent.as_ref() == Some(&index.name)
        {
            reindex_index_below(cx, child, concurrently);
        }
    }
}

fn reindex_relation(cx: &mut Context<'_>, relation: &QName, concurrently: bool) {
    let Some(object) = cx.schema.relation(relation) else { return };
    cx.lock_object(object, table_mode(concurrently));
    for index in cx.schema.indexes_of(relation) {
        if !concurrently {
            cx.lock_index(index, LockMode::AccessExclusive);
        }
        cx.fx.scan(relation.clone(), ScanReason::IndexBuild);
        cx.build(relation, Some(&index.name.name), concurrently);
    }
}

/// All of a schema or database, which is to be looked through for it.
fn reindex_all(cx: &mut Context<'_>, concurrently: bool, wanted: impl Fn(&QName) -> bool) {
    if cx.schema.coverage == Coverage::Partial {
        cx.unsure("not all tables are known; all of them are locked and read");
    }
    for (_, object) in cx.schema.objects() {
        let name = match object {
            Object::Table(table) if has_storage(table) => &table.name,
            Object::View(view) if view.materialized => &view.name,
            _ => continue,
        };
        if wanted(name) {
            reindex_relation(cx, name, concurrently);
        }
    }
}
