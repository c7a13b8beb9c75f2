//! Several actions on one table in one statement: the table is locked and rewritten once.

use crate::ir::DdlOp;
use crate::ir::table::TableAction;

/// Puts the actions of neighbouring `ALTER TABLE` statements about the same relation into one statement. The
/// server runs them in passes (drops, types, columns, constraints, the rest), which is the order in which
/// differences list them.
#[must_use]
pub fn merge(ops: impl IntoIterator<Item = DdlOp>) -> Vec<DdlOp> {
    let mut out: Vec<DdlOp> = Vec::new();
    for op in ops {
        if let (Some(DdlOp::AlterTable(last)), DdlOp::AlterTable(next)) = (out.last_mut(), &op)
            && (last.kind, &last.name, last.if_exists, last.only)
                == (next.kind, &next.name, next.if_exists, next.only)
            && last.actions.iter().chain(&next.actions).all(|(action, _)| joins(action))
        {
            last.actions.extend(next.actions.iter().cloned());
            continue;
        }
        out.push(op);
    }
    out
}

/// Whether an action may stand beside others: the grammar has partitions by themselves, and a validation
/// beside other actions would run under their locks.
const fn joins(action: &TableAction) -> bool {
    match action {
        TableAction::AttachPartition { .. }
        | TableAction::DetachPartition { .. }
        | TableAction::ValidateConstraint(_)
        | TableAction::Other(_) => false,
        TableAction::AddColumn { .. }
        | TableAction::DropColumn { .. }
        | TableAction::AlterType { .. }
        | TableAction::Default { .. }
        | TableAction::NotNull { .. }
        | TableAction::SetExpression { .. }
        | TableAction::DropExpression { .. }
        | TableAction::AddIdentity { .. }
        | TableAction::SetIdentity { .. }
        | TableAction::DropIdentity { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::ColumnOptions { .. }
        | TableAction::SetStorage { .. }
        | TableAction::SetCompression { .. }
        | TableAction::AddConstraint(_)
        | TableAction::AlterConstraint { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::TriggerState { .. }
        | TableAction::RuleState { .. }
        | TableAction::RowSecurity(_)
        | TableAction::ForceRowSecurity(_)
        | TableAction::ClusterOn(_)
        | TableAction::SetLogged(_)
        | TableAction::SetTablespace(_)
        | TableAction::SetAccessMethod(_)
        | TableAction::SetOptions(_)
        | TableAction::ResetOptions(_)
        | TableAction::Inherit { .. }
        | TableAction::OfType(_)
        | TableAction::OwnerTo(_)
        | TableAction::ReplicaIdentity(_)
        | TableAction::ForeignOptions { .. } => true,
    }
}
