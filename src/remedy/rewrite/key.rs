//! `UNIQUE` and `PRIMARY KEY` over a unique index that was built concurrently.

use crate::ir::index::{CreateIndex, IndexKey};
use crate::ir::table::{ConstraintDef, ConstraintKind, TableAction};
use crate::name::{Ident, QName};

use super::build::{add, alter, using_index};
use super::case::{Case, Target, constraint_names};
use super::{Plan, Stage, index, not_null, partitioned_index, split};

/// `ADD UNIQUE`, `ADD PRIMARY KEY`, and both on the column of an `ADD COLUMN`.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let target = case.target()?;
    let defs = split::constraints(target.alter, is_key);
    if defs.is_empty() || split::may_be_idle(&target) {
        return None;
    }
    let defs = named(case, &target, &defs)?;
    let nullable: Vec<Ident> = defs
        .iter()
        .filter(|(_, def)| matches!(def.kind, ConstraintKind::PrimaryKey(_)))
        .flat_map(|(_, def)| split::columns_of(&primary(def)))
        .filter(|column| !is_not_null(&target, column))
        .collect();
    let mut stages = not_null::stages(case, &target, &nullable)?;
    stages.extend(self::stages(case, &target, &defs)?);
    let summary = "Builds a unique index concurrently and makes it the constraint: the table is locked for a moment only";
    Some((summary.into(), split::without(&target, is_key).around(stages)))
}

/// Whether a constraint needs an index that it does not bring.
pub(super) fn is_key(def: &ConstraintDef) -> bool {
    match &def.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.using_index.is_none(),
        _ => false,
    }
}

/// The definitions with the names they get.
pub(super) fn named<'d>(
    case: &Case<'_>,
    target: &Target<'_>,
    defs: &[&'d ConstraintDef],
) -> Option<Vec<(Ident, &'d ConstraintDef)>> {
    let names = constraint_names(target.table, || case.after()?.table(target.name()), defs)?;
    Some(names.into_iter().zip(defs.iter().copied()).collect())
}

/// The stages that add keys whose columns are `NOT NULL` where they have to be.
pub(super) fn stages(
    case: &Case<'_>,
    target: &Target<'_>,
    defs: &[(Ident, &ConstraintDef)],
) -> Option<Vec<Stage>> {
    if target.table.is_partitioned() {
        return partitioned_index::constraints(case, target, defs);
    }
    let mut stages = Vec::new();
    for (name, def) in defs {
        let index = index_for(target.name(), name, def)?;
        stages.push(index::built(format!("Build {name} without blocking writes"), vec![index]));
        let attach = alter(target.name(), vec![add(using_index(def, name, name))]);
        stages.push(Stage::locked(format!("Make {name} the constraint"), vec![attach]));
    }
    Some(stages)
}

/// The unique index that a constraint will take over.
fn index_for(table: &QName, name: &Ident, def: &ConstraintDef) -> Option<CreateIndex> {
    let (ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key)) = &def.kind else { return None };
    // A key WITHOUT OVERLAPS is an exclusion constraint, which has to be built under its lock.
    if key.without_overlaps || key.columns.is_empty() {
        return None;
    }
    Some(CreateIndex {
        name: Some(name.clone()),
        table: table.clone(),
        only: false,
        unique: true,
        concurrently: true,
        if_not_exists: false,
        method: Ident::new("btree"),
        keys: key.columns.iter().cloned().map(IndexKey::column).collect(),
        include: key.include.clone(),
        predicate: None,
        nulls_not_distinct: key.nulls_not_distinct,
        options: key.options.clone(),
        tablespace: key.tablespace.clone(),
    })
}

/// The key without its `INCLUDE` columns, which may be null.
fn primary(def: &ConstraintDef) -> ConstraintKind {
    let mut kind = def.kind.clone();
    if let ConstraintKind::PrimaryKey(key) = &mut kind {
        key.include.clear();
    }
    kind
}

/// Whether a column will be `NOT NULL` when the other actions have run.
fn is_not_null(target: &Target<'_>, column: &Ident) -> bool {
    let valid = |c: &crate::schema::model::Column| c.not_null.as_ref().is_some_and(|n| !n.not_valid);
    target.table.column(column).is_some_and(valid)
        || target.alter.actions.iter().any(|(action, _)| match action {
            TableAction::AddColumn { column: def, .. } => def.name == *column && def.not_null,
            TableAction::NotNull { column: name, not_null } => name == column && *not_null,
            _ => false,
        })
}
