//! Several actions on one table in one statement, so that the table is locked and rewritten once.

use crate::ir::DdlOp;
use crate::ir::access::{Grant, GrantTarget, Grantee};
use crate::ir::data::SetVariable;
use crate::ir::object::ObjectName;
use crate::ir::table::TableAction;
use crate::name::Ident;

/// Puts neighbouring grants of the same to the same on several objects into one statement, and the actions of
/// neighbouring `ALTER TABLE` statements about the same relation into one statement, as far
/// as the server runs them in the order in which they stand: it takes them in passes (drops, types, columns,
/// constraints, the rest), whatever the order of the text.
#[must_use]
pub fn merge(ops: impl IntoIterator<Item = DdlOp>) -> Vec<DdlOp> {
    let mut out: Vec<DdlOp> = Vec::new();
    for op in ops {
        if let (Some(DdlOp::AlterTable(last)), DdlOp::AlterTable(next)) = (out.last_mut(), &op)
            && (last.kind, &last.name, last.if_exists, last.only)
                == (next.kind, &next.name, next.if_exists, next.only)
            && last.actions.iter().chain(&next.actions).all(|(action, _)| pass(action).is_some())
            && last.actions.iter().all(|(a, _)| next.actions.iter().all(|(b, _)| keep_order(a, b)))
        {
            last.actions.extend(next.actions.iter().cloned());
            continue;
        }
        if let (Some(DdlOp::Grant(last)), DdlOp::Grant(next)) = (out.last_mut(), &op)
            && let (GrantTarget::Objects(objects), GrantTarget::Objects(more)) = (&last.target, &next.target)
        {
            let together: Vec<ObjectName> = objects.iter().chain(more).cloned().collect();
            let target = GrantTarget::Objects(together);
            if (Grant { target: target.clone(), ..last.clone() })
                == (Grant { target: target.clone(), ..next.clone() })
            {
                last.target = target;
                continue;
            }
        }
        out.push(op);
    }
    as_grantors(out)
}

/// Puts grants of others than the owner between `SET ROLE` and `RESET ROLE`: who gives is who runs the statement, and
/// `GRANTED BY` may name nobody else.
fn as_grantors(ops: Vec<DdlOp>) -> Vec<DdlOp> {
    let mut out: Vec<DdlOp> = Vec::with_capacity(ops.len());
    let mut acting: Option<Ident> = None;
    for mut op in ops {
        let grantor = match &mut op {
            DdlOp::Grant(grant) => match grant.grantor.take() {
                Some(Grantee::Role(role)) => Some(role),
                Some(Grantee::Public | Grantee::Session(_)) | None => None,
            },
            _ => None,
        };
        if grantor != acting {
            out.push(set_role(grantor.as_ref()));
            acting = grantor;
        }
        out.push(op);
    }
    if acting.is_some() {
        out.push(set_role(None));
    }
    out
}

fn set_role(role: Option<&Ident>) -> DdlOp {
    let values = role.map(ToString::to_string).into_iter().collect();
    DdlOp::Set(SetVariable { name: "role".to_owned(), values, local: false })
}

/// Whether `a` runs before `b` when it stands before it, or the order does not matter.
fn keep_order(a: &TableAction, b: &TableAction) -> bool {
    let independent = match (attribute_of(a), attribute_of(b)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    independent || pass(a) <= pass(b)
}

/// The column that an action adds or changes.
const fn attribute_of(action: &TableAction) -> Option<&Ident> {
    match action {
        TableAction::AddColumn { column, .. } => Some(&column.name),
        TableAction::AlterType { column, .. }
        | TableAction::Default { column, .. }
        | TableAction::NotNull { column, .. }
        | TableAction::SetExpression { column, .. }
        | TableAction::DropExpression { column, .. }
        | TableAction::AddIdentity { column, .. }
        | TableAction::SetIdentity { column, .. }
        | TableAction::DropIdentity { column, .. }
        | TableAction::SetStatistics { column, .. }
        | TableAction::ColumnOptions { column, .. }
        | TableAction::SetStorage { column, .. }
        | TableAction::SetCompression { column, .. } => Some(column),
        _ => None,
    }
}

/// The pass in which the server carries an action out (`AlterTablePass` in `tablecmds.c`); `None` for what stands
/// alone: the grammar has partitions by themselves, and a validation beside other actions would run under their
/// locks.
const fn pass(action: &TableAction) -> Option<u8> {
    match action {
        TableAction::DropColumn { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::DropExpression { .. }
        | TableAction::DropIdentity { .. }
        | TableAction::Default { default: None, .. }
        | TableAction::NotNull { not_null: false, .. } => Some(0),
        TableAction::AlterType { .. } => Some(1),
        TableAction::AddColumn { .. } => Some(2),
        TableAction::SetExpression { .. } => Some(3),
        TableAction::NotNull { not_null: true, .. } => Some(4),
        TableAction::AddConstraint(_) | TableAction::AddIdentity { .. } | TableAction::Default { .. } => {
            Some(5)
        }
        TableAction::SetIdentity { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::ColumnOptions { .. }
        | TableAction::SetStorage { .. }
        | TableAction::SetCompression { .. }
        | TableAction::AlterConstraint { .. }
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
        | TableAction::ForeignOptions { .. } => Some(6),
        TableAction::AttachPartition { .. }
        | TableAction::DetachPartition { .. }
        | TableAction::ValidateConstraint(_)
        | TableAction::Other(_) => None,
    }
}
