//! `CLUSTER`, `VACUUM` and `ANALYZE`.

use crate::effects::fact::{RewriteReason, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::index::{Cluster, Vacuum};
use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::schema::Coverage;
use crate::schema::model::{Object, Table};

use super::context::{Context, Target, has_storage};

pub(super) fn cluster(cx: &mut Context<'_>, cluster: &Cluster) {
    let Some(name) = &cluster.table else {
        // Every table that was clustered before; the model is looked through for them.
        if cx.schema.coverage == Coverage::Partial {
            cx.unsure("not all tables are known; those that were clustered before are written anew");
        }
        for table in cx.schema.tables() {
            if table.clustered_on.is_some() {
                cx.lock_table(table, LockMode::AccessExclusive);
                cx.rewrite(table, RewriteReason::Cluster);
            }
        }
        return;
    };
    match cx.target(name) {
        Target::Known(Object::Table(table)) => {
            cx.lock_table(table, LockMode::AccessExclusive);
            if table.is_partitioned() {
                // Each partition is done in a transaction of its own.
                cx.fx.no_transaction.get_or_insert("CLUSTER");
                for child in cx.schema.descendants_of(&table.name) {
                    if has_storage(child) {
                        cx.lock_table(child, LockMode::AccessExclusive);
                    }
                    cx.rewrite(child, RewriteReason::Cluster);
                }
            } else if cluster.index.is_some() || table.clustered_on.is_some() {
                cx.rewrite(table, RewriteReason::Cluster);
            }
        }
        Target::Known(Object::View(view)) => {
            cx.lock_view(view, LockMode::AccessExclusive);
            cx.fx.rewrite(view.name.clone(), RewriteReason::Cluster);
            cx.fx.scan(view.name.clone(), ScanReason::Rewrite);
            for index in cx.schema.indexes_of(&view.name) {
                cx.lock_index(index, LockMode::AccessExclusive);
                cx.build(&view.name, Some(&index.name.name), false);
            }
        }
        Target::Unknown(name) => {
            cx.lock(&name, ObjectKind::Table, LockMode::AccessExclusive);
            cx.fx.rewrite(name.clone(), RewriteReason::Cluster);
            cx.fx.scan(name, ScanReason::Rewrite);
        }
        Target::Known(_) | Target::Absent => {}
    }
}

pub(super) fn vacuum(cx: &mut Context<'_>, vacuum: &Vacuum) {
    let mut names: Vec<QName> = vacuum.tables.clone();
    if names.is_empty() {
        // The whole database.
        for (_, object) in cx.schema.objects() {
            match object {
                Object::Table(table) if vacuum.vacuum && has_storage(table) => names.push(table.name.clone()),
                Object::Table(table) if !vacuum.vacuum => names.push(table.name.clone()),
                Object::View(view) if view.materialized => names.push(view.name.clone()),
                _ => {}
            }
        }
    }
    for name in &names {
        match cx.target(name) {
            Target::Known(Object::Table(table)) => vacuum_table(cx, vacuum, table),
            Target::Known(Object::View(view)) if view.materialized => vacuum_one(cx, vacuum, &view.name),
            Target::Unknown(name) => {
                let mode = mode(vacuum);
                cx.lock(&name, ObjectKind::Table, mode);
                if vacuum.full {
                    cx.fx.rewrite(name.clone(), RewriteReason::VacuumFull);
                    cx.fx.scan(name, ScanReason::Rewrite);
                }
            }
            Target::Known(_) | Target::Absent => {}
        }
    }
}

fn mode(vacuum: &Vacuum) -> LockMode {
    if vacuum.full { LockMode::AccessExclusive } else { LockMode::ShareUpdateExclusive }
}

fn vacuum_table(cx: &mut Context<'_>, vacuum: &Vacuum, table: &Table) {
    if has_storage(table) {
        vacuum_one(cx, vacuum, &table.name);
    } else if table.is_partitioned() {
        cx.lock_table(table, mode(vacuum));
    }
    let only = vacuum.only.iter().any(|name| cx.schema.relation_name(name) == table.name);
    let children = cx.schema.descendants_of(&table.name);
    if only && table.is_partitioned() {
        // Its own statistics are sampled from the partitions.
        for child in children.iter().filter(|_| !vacuum.vacuum || vacuum.analyze) {
            cx.lock_table(child, LockMode::AccessShare);
        }
    } else if only {
    } else if table.is_partitioned() {
        for child in children {
            if has_storage(child) {
                vacuum_one(cx, vacuum, &child.name);
            } else {
                cx.lock_table(child, mode(vacuum));
            }
        }
    } else if !vacuum.vacuum {
        // Statistics of the whole inheritance tree are sampled from the children; from 18 on each of them gets
        // statistics of its own as well.
        for child in children {
            if cx.at_least(18) {
                vacuum_one(cx, vacuum, &child.name);
            } else {
                cx.lock_table(child, LockMode::AccessShare);
            }
        }
    }
}

fn vacuum_one(cx: &mut Context<'_>, vacuum: &Vacuum, relation: &QName) {
    let Some(object) = cx.schema.relation(relation) else { return };
    cx.lock_object(object, mode(vacuum));
    if vacuum.full {
        // The indexes are locked as well, behind a lock on the table that leaves nobody else at them.
        cx.fx.rewrite(relation.clone(), RewriteReason::VacuumFull);
        cx.fx.scan(relation.clone(), ScanReason::Rewrite);
        for index in cx.schema.indexes_of(relation) {
            cx.build(relation, Some(&index.name.name), false);
        }
    } else if !vacuum.vacuum {
        cx.lock_indexes(relation, LockMode::AccessShare);
    }
}
