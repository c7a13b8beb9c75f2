//! `CHECK` and `FOREIGN KEY`: first for new rows only, then checked for the old ones without blocking anybody.

use crate::ir::DdlOp;
use crate::ir::table::{ConstraintDef, ConstraintKind, TableAction};
use crate::name::{Ident, QName};
use crate::schema::model::{Table, TableKind};

use super::build::{add, alter};
use super::case::{Case, Target};
use super::{Plan, Stage, key, split};

/// `ADD CHECK`, `ADD FOREIGN KEY`, and both on the column of an `ADD COLUMN`.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let target = case.target()?;
    let defs = split::constraints(target.alter, is_checked);
    if defs.is_empty() || split::may_be_idle(&target) {
        return None;
    }
    let stages = stages(case, &target, &key::named(case, &target, &defs)?)?;
    let summary = "Adds the constraint as NOT VALID and validates it in a transaction of its own: the rows are read \
                   without blocking reads or writes";
    Some((summary.into(), split::without(&target, is_checked).around(stages)))
}

/// Whether adding the constraint reads the rows.
pub(super) fn is_checked(def: &ConstraintDef) -> bool {
    let kind = matches!(def.kind, ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_));
    kind && !def.not_valid && def.enforced
}

/// The stages that add checks and foreign keys.
pub(super) fn stages(
    case: &Case<'_>,
    target: &Target<'_>,
    defs: &[(Ident, &ConstraintDef)],
) -> Option<Vec<Stage>> {
    let (checks, foreign_keys): (Vec<_>, Vec<_>) =
        defs.iter().partition(|(_, def)| matches!(def.kind, ConstraintKind::Check(_)));
    let mut stages = Vec::new();
    let mut validations = Vec::new();
    let mut last = Vec::new();
    if !checks.is_empty() {
        let adds = checks.iter().map(|(name, def)| not_valid(name, def)).collect();
        stages.push(Stage::locked("Hold new rows to the check", vec![alter(target.name(), adds)]));
    }
    validations.extend(checks.iter().map(|(name, _)| validate(target.name(), name)));
    // Before 18 a foreign key of a partitioned table cannot be NOT VALID.
    let by_partition = target.table.is_partitioned() && !case.at_least(18);
    for (name, def) in foreign_keys {
        // One transaction for each, so that only two tables are locked at a time.
        let title = format!("Hold new rows to {name}");
        if by_partition {
            let leaves = leaves(case, target.name())?;
            let adds = leaves.iter().map(|leaf| alter(leaf, vec![not_valid(name, def)])).collect();
            stages.push(Stage::each(title, adds));
            validations.extend(leaves.iter().map(|leaf| validate(leaf, name)));
            let whole = ConstraintDef { name: Some(name.clone()), ..ConstraintDef::clone(def) };
            last.push(Stage::locked(
                format!("Add {name} to the parent, which adopts those of the partitions unread"),
                vec![alter(target.name(), vec![add(whole)])],
            ));
        } else {
            stages.push(Stage::locked(title, vec![alter(target.name(), vec![not_valid(name, def)])]));
            validations.push(validate(target.name(), name));
        }
    }
    let mut check = Stage::open("Check the existing rows", validations);
    check.transaction = !by_partition || check.ops.len() == 1;
    stages.push(check);
    stages.extend(last);
    Some(stages)
}

fn not_valid(name: &Ident, def: &ConstraintDef) -> TableAction {
    add(ConstraintDef { name: Some(name.clone()), not_valid: true, ..def.clone() })
}

fn validate(table: &QName, name: &Ident) -> DdlOp {
    alter(table, vec![TableAction::ValidateConstraint(name.clone())])
}

/// The partitions that hold rows, when all of them can have a foreign key.
fn leaves(case: &Case<'_>, table: &QName) -> Option<Vec<QName>> {
    let leaves: Vec<&Table> =
        case.before().descendants_of(table).into_iter().filter(|t| !t.is_partitioned()).collect();
    if leaves.iter().any(|t| matches!(t.kind, TableKind::Foreign(_))) {
        return None;
    }
    Some(leaves.into_iter().map(|t| t.name.clone()).collect())
}
