//! Indexes without blocking writes: build, drop, rebuild.

use crate::ir::DdlOp;
use crate::ir::index::{CreateIndex, Reindex, ReindexTarget};
use crate::ir::object::ObjectKind;
use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::{Index, Object, Table, TableKind};

use super::build::{drop_index, literal, relation};
use super::case::Case;
use super::{Plan, Stage, partitioned_index};

/// `CREATE INDEX`, concurrently.
pub(super) fn create(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::CreateIndex(index) = case.op() else { return None };
    let schema = case.before();
    let table = schema.relation_name(&index.table);
    match schema.relation(&table) {
        Some(Object::Table(t)) if t.is_partitioned() => return partitioned_index::create(case, index, t),
        Some(Object::Table(t)) if matches!(t.kind, TableKind::Foreign(_)) => return None,
        Some(Object::Table(_)) | None => {}
        Some(Object::View(view)) if view.materialized => {}
        Some(_) => return None,
    }
    let name = name(case, index, &table)?;
    if schema.relation(&table.sibling(name.clone())).is_some() {
        return None;
    }
    let create = CreateIndex {
        name: Some(name.clone()),
        table: table.clone(),
        only: false,
        concurrently: true,
        if_not_exists: false,
        ..CreateIndex::clone(index)
    };
    let stage = built(format!("Build {name} without blocking writes"), vec![create]);
    Some(("Builds the index concurrently: reads and writes go on meanwhile".into(), vec![stage]))
}

/// The name that the index gets: the given one, or the one that the server chooses.
pub(super) fn name(case: &Case<'_>, index: &CreateIndex, table: &QName) -> Option<Ident> {
    if let Some(name) = &index.name {
        return Some(name.clone());
    }
    let old: Vec<&QName> = case.before().indexes_of(table).iter().map(|i| &i.name).collect();
    case.after()?.indexes_of(table).iter().find(|i| !old.contains(&&i.name)).map(|i| i.name.name.clone())
}

/// A stage that builds indexes concurrently. A build that failed leaves an invalid index, which has to go
/// before the next try; `IF NOT EXISTS` would take it for the real one.
pub(super) fn built(title: String, indexes: Vec<CreateIndex>) -> Stage {
    let mut stage = Stage::outside(title, Vec::new());
    let mut names = Vec::new();
    for index in indexes {
        if let Some(name) = &index.name {
            let name = index.table.sibling(name.clone());
            names.push(format!("{}::regclass", literal(&relation(&name))));
            stage.ops.push(drop_index(&name, true));
        }
        stage.ops.push(DdlOp::CreateIndex(Box::new(index)));
    }
    stage.note(format!(
        "-- Check before the next stage: this returns no row. Otherwise a build failed; run this stage again.\n\
         -- SELECT indexrelid::regclass FROM pg_index WHERE indexrelid IN ({}) AND NOT indisvalid;",
        names.join(", ")
    ))
}

/// `DROP INDEX`, concurrently and one at a time, as the server wants it.
pub(super) fn drop(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::Drop(drop) = case.op() else { return None };
    if drop.kind != ObjectKind::Index {
        return None;
    }
    let schema = case.before();
    let mut stage = Stage::outside("Drop without blocking anybody", Vec::new());
    for object in &drop.objects {
        let name = schema.relation_name(&object.name);
        if let Some(index) = schema.index(&name) {
            let partitioned = schema.table(&index.table).is_some_and(Table::is_partitioned);
            let stuck = partitioned || index.parent.is_some() || index.constraint.is_some();
            // CONCURRENTLY knows no CASCADE: foreign keys that need the index would have to go first.
            if stuck || (drop.cascade && needed(schema, index)) {
                return None;
            }
        } else if drop.cascade {
            return None;
        }
        stage.ops.push(drop_index(&name, drop.if_exists));
    }
    Some((
        "Drops the index concurrently, which waits for running queries without blocking others".into(),
        vec![stage],
    ))
}

/// Whether a foreign key may depend on the index.
fn needed(schema: &Schema, index: &Index) -> bool {
    index.unique && !schema.referencing(&index.table).is_empty()
}

/// `REINDEX`, concurrently.
pub(super) fn reindex(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::Reindex(reindex) = case.op() else { return None };
    let schema = case.before();
    // The server refuses it for exclusion constraints, and before 14 for partitioned tables.
    let excludes = |table: &QName, constraint: &Ident| {
        schema
            .table(table)
            .and_then(|t| t.constraint(constraint))
            .is_some_and(|c| matches!(c.kind, ConstraintKind::Exclude(_)))
    };
    let partitioned = |table: &QName| schema.table(table).is_some_and(Table::is_partitioned);
    let refused = match &reindex.target {
        ReindexTarget::Index(name) => schema.index(name).is_some_and(|index| {
            index.constraint.as_ref().is_some_and(|c| excludes(&index.table, c))
                || (partitioned(&index.table) && !case.at_least(14))
        }),
        ReindexTarget::Table(name) => schema.table(name).is_some_and(|table| {
            table.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::Exclude(_)))
                || (table.is_partitioned() && !case.at_least(14))
        }),
        ReindexTarget::Schema(_) => false,
        // REINDEX SYSTEM has no such form, and REINDEX DATABASE needs a name that the model does not have.
        ReindexTarget::Database | ReindexTarget::System => true,
    };
    if refused || reindex.concurrently {
        return None;
    }
    let op = DdlOp::Reindex(Reindex { concurrently: true, ..reindex.clone() });
    let stage = Stage::outside("Rebuild without blocking writes", vec![op]).note(
        "-- Check afterwards: this returns no row. An index named …_ccnew or …_ccold is left of a build that failed; drop it.\n\
         -- SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;",
    );
    Some(("Rebuilds concurrently: reads and writes go on meanwhile".into(), vec![stage]))
}
