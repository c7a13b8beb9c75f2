//! Adding partitions without reading rows under a lock, and without locking out the parent's users.

use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::ir::table::{ConstraintDef, ConstraintKind, CreateTable, LikeClause, PartitionBound, TableAction};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::bound::{self, negated};
use crate::schema::model::{Table, TableKind};

use super::build::{add, alter, constraint, drop_constraint};
use super::case::{Case, fresh_on};
use super::{Plan, Stage};

/// `ATTACH PARTITION` of a table with rows.
pub(super) fn attach(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::AlterTable(statement) = case.op() else { return None };
    let [(TableAction::AttachPartition { partition, bound: Some(bound) }, _)] = statement.actions.as_slice()
    else {
        return None;
    };
    let schema = case.before();
    let parent = schema.table(&statement.name)?;
    let child = schema.table(partition)?;
    let condition = condition(parent, bound)?;
    let mut checks = vec![Check::on(schema, child, condition.clone())];
    checks.extend(default_partition(schema, &parent.name).map(|t| Check::on(schema, t, negated(&condition))));
    let mut stages = Check::prove(&checks);
    let mut ops = vec![alter(
        &parent.name,
        vec![TableAction::AttachPartition { partition: child.name.clone(), bound: Some(bound.clone()) }],
    )];
    ops.extend(checks.iter().map(Check::drop));
    stages.push(Stage::locked("Attach it, which the checks prove, and drop them", ops));
    let summary =
        "Proves the bound by a validated CHECK, so that attaching does not read the table under its lock";
    Some((summary.into(), stages))
}

/// `CREATE TABLE … PARTITION OF`.
pub(super) fn create(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::CreateTable(statement) = case.op() else { return None };
    let (parent, bound) = statement.partition_of.as_ref()?;
    let schema = case.before();
    let parent = schema.table(parent)?;
    let name = schema.qualify(statement.name.as_ref()?);
    // Column options of the partition's own have no place in LIKE.
    if !statement.columns.is_empty()
        || statement.foreign_server.is_some()
        || schema.relation(&name).is_some()
        || !parent.columns_known
    {
        return None;
    }
    let mut stages = Vec::new();
    let mut last = Vec::new();
    if let Some(default) = default_partition(schema, &parent.name)
        && let Some(condition) = condition(parent, bound)
    {
        let checks = [Check::on(schema, default, negated(&condition))];
        stages.extend(Check::prove(&checks));
        last.extend(checks.iter().map(Check::drop));
    }
    let like = LikeClause { source: parent.name.clone(), position: 0, including: included(case) };
    let create = DdlOp::CreateTable(Box::new(CreateTable {
        name: Some(name.clone()),
        if_not_exists: false,
        like: vec![like],
        partition_of: None,
        ..CreateTable::clone(statement)
    }));
    let attach = TableAction::AttachPartition { partition: name, bound: Some(bound.clone()) };
    // The new table is empty: no CHECK is needed to attach it without a scan.
    let mut ops = vec![create, alter(&parent.name, vec![attach])];
    ops.append(&mut last);
    stages.push(Stage::locked("Create the table and attach it", ops));
    let summary = "Creates the table by itself and attaches it, which blocks neither reads nor writes through the parent";
    Some((summary.into(), stages))
}

/// What a partition takes over from its parent. Comments and statistics objects are not passed on, and an
/// identity comes with attaching.
fn included(case: &Case<'_>) -> Vec<&'static str> {
    let mut including = vec!["constraints", "defaults", "generated", "indexes", "storage"];
    if case.at_least(14) {
        including.insert(0, "compression");
    }
    including
}

/// The condition for rows of a partition with this bound.
fn condition(parent: &Table, bound: &PartitionBound) -> Option<Expr> {
    match &parent.kind {
        TableKind::Partitioned(by) => bound::condition(by, bound),
        TableKind::Ordinary | TableKind::Foreign(_) => None,
    }
}

/// The default partition of a table.
pub(super) fn default_partition<'s>(schema: &'s Schema, parent: &QName) -> Option<&'s Table> {
    schema
        .children_of(parent)
        .into_iter()
        .find(|t| matches!(&t.partition_of, Some((_, PartitionBound::Default))))
}

/// A check that lasts until the partition is attached.
struct Check {
    table: QName,
    name: Ident,
    condition: Expr,
}

impl Check {
    fn on(schema: &Schema, table: &Table, condition: Expr) -> Self {
        let name = fresh_on(schema, table, &[&table.name.name], "bound");
        Self { table: table.name.clone(), name, condition }
    }

    /// The stages after which the server knows that the checks hold.
    fn prove(checks: &[Self]) -> Vec<Stage> {
        let mut stages: Vec<Stage> = checks
            .iter()
            .map(|check| {
                let def = constraint(&check.name, ConstraintKind::Check(check.condition.clone()));
                let def = ConstraintDef { not_valid: true, ..def };
                let title = format!("Hold new rows of {} to the bound", check.table);
                Stage::locked(title, vec![alter(&check.table, vec![add(def)])])
            })
            .collect();
        let validate =
            |check: &Self| alter(&check.table, vec![TableAction::ValidateConstraint(check.name.clone())]);
        stages.push(Stage::open("Check the existing rows", checks.iter().map(validate).collect()));
        stages
    }

    fn drop(&self) -> DdlOp {
        alter(&self.table, vec![drop_constraint(&self.name)])
    }
}
