//! `ALTER TABLE` and its relatives, action by action.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, AlterTableType as At};

use super::constraint::constraint;
use super::names::{
    arg, defs, generic_options, ident, inner, items, number, option_name, options, relation, relation_of,
    role_of, value,
};
use super::object::object_kind;
use super::sequence::sequence_options;
use super::table::{column, identity, partition_bound};
use super::types::collation;
use super::{Cx, index};
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::{
    AlterTable, ConstraintDef, FiringState, ReplicaIdentity, TableAction, TriggerSelection,
};
use crate::name::{Dialect, Ident};
use crate::parse::secret;
use crate::text::Span;

pub(super) fn alter_table(cx: &Cx, stmt: &pb::AlterTableStmt) -> DdlOp {
    let spans = cx.action_spans(stmt.cmds.len());
    let mut actions = Vec::with_capacity(stmt.cmds.len());
    for (i, node) in stmt.cmds.iter().enumerate() {
        let span = spans.get(i).copied().unwrap_or_else(|| cx.span());
        let Some(NodeEnum::AlterTableCmd(cmd)) = &node.node else { continue };
        match action(cx, cmd, span) {
            Some(action) => actions.push((action, span)),
            None => cx.unsupported(&format!("the action {:?} of ALTER TABLE", cmd.subtype())),
        }
    }
    let kind = match object_kind(stmt.objtype()) {
        ObjectKind::Type => ObjectKind::CompositeType,
        kind => kind,
    };
    DdlOp::AlterTable(AlterTable {
        kind,
        name: relation_of(stmt.relation.as_ref()),
        if_exists: stmt.missing_ok,
        only: stmt.relation.as_ref().is_some_and(|r| !r.inh) && kind != ObjectKind::CompositeType,
        actions,
    })
}

fn action(cx: &Cx, cmd: &pb::AlterTableCmd, span: Span) -> Option<TableAction> {
    let def = inner(cmd.def.as_deref());
    // A column of an index has a number instead of a name.
    let column_name =
        || if cmd.name.is_empty() { Ident::from(cmd.num.to_string()) } else { Ident::new(&cmd.name) };
    let name = || Ident::new(&cmd.name);
    let cascade = cmd.behavior() == pb::DropBehavior::DropCascade;
    Some(match cmd.subtype() {
        At::AtAddColumn => match def? {
            NodeEnum::ColumnDef(def) => TableAction::AddColumn {
                column: Box::new(column(cx, def, span)),
                if_not_exists: cmd.missing_ok,
            },
            _ => return None,
        },
        At::AtDropColumn => TableAction::DropColumn { name: name(), if_exists: cmd.missing_ok, cascade },
        At::AtAlterColumnType => match def? {
            NodeEnum::ColumnDef(def) => TableAction::AlterType {
                column: name(),
                data_type: cx.type_of(def.type_name.as_ref()),
                collation: collation(def.coll_clause.as_deref()),
                using: cx.opt_expr(def.raw_default.as_deref()),
            },
            _ => return None,
        },
        At::AtColumnDefault => {
            TableAction::Default { column: column_name(), default: cx.opt_expr(cmd.def.as_deref()) }
        }
        At::AtSetNotNull => TableAction::NotNull { column: name(), not_null: true },
        At::AtDropNotNull => TableAction::NotNull { column: name(), not_null: false },
        At::AtSetExpression => {
            TableAction::SetExpression { column: name(), expr: cx.expr(cmd.def.as_ref()?) }
        }
        At::AtDropExpression => TableAction::DropExpression { column: name(), if_exists: cmd.missing_ok },
        At::AtAddIdentity => match def? {
            NodeEnum::Constraint(def) => {
                TableAction::AddIdentity { column: name(), identity: identity(cx, def) }
            }
            _ => return None,
        },
        At::AtSetIdentity => {
            let nodes = items(def);
            let generated = defs(nodes).find(|d| d.defname == "generated").and_then(|d| number(arg(d)));
            TableAction::SetIdentity {
                column: name(),
                always: generated.map(|code| code == i64::from(b'a')),
                options: Box::new(sequence_options(cx, nodes)),
            }
        }
        At::AtDropIdentity => TableAction::DropIdentity { column: name(), if_exists: cmd.missing_ok },
        At::AtSetStatistics => TableAction::SetStatistics {
            column: column_name(),
            // Before version 17 the default was written -1.
            target: number(def).and_then(|n| i32::try_from(n).ok()).filter(|n| *n >= 0),
        },
        At::AtSetOptions => {
            TableAction::ColumnOptions { column: column_name(), set: options(items(def)), reset: Vec::new() }
        }
        At::AtResetOptions => {
            TableAction::ColumnOptions { column: column_name(), set: Vec::new(), reset: names(items(def)) }
        }
        At::AtSetStorage => {
            TableAction::SetStorage { column: name(), storage: Ident::from(value(def?).to_ascii_lowercase()) }
        }
        At::AtSetCompression => {
            TableAction::SetCompression { column: name(), method: Ident::from(value(def?)) }
        }
        At::AtAddConstraint => match def? {
            NodeEnum::Constraint(def) => TableAction::AddConstraint(Box::new(ConstraintDef {
                span: cx.part_span(def.location, None, span),
                ..constraint(cx, def, None)?
            })),
            _ => return None,
        },
        At::AtAlterConstraint => match def? {
            NodeEnum::AtalterConstraint(def) => TableAction::AlterConstraint {
                name: Ident::new(&def.conname),
                deferrability: def.alter_deferrability.then_some((def.deferrable, def.initdeferred)),
                enforced: def.alter_enforceability.then_some(def.is_enforced),
                no_inherit: def.alter_inheritability.then_some(def.noinherit),
            },
            _ => return None,
        },
        At::AtValidateConstraint => TableAction::ValidateConstraint(name()),
        At::AtDropConstraint => {
            TableAction::DropConstraint { name: name(), if_exists: cmd.missing_ok, cascade }
        }
        At::AtClusterOn => TableAction::ClusterOn(Some(name())),
        At::AtDropCluster => TableAction::ClusterOn(None),
        At::AtSetLogged => TableAction::SetLogged(true),
        At::AtSetUnLogged => TableAction::SetLogged(false),
        At::AtSetTableSpace => TableAction::SetTablespace(name()),
        At::AtSetAccessMethod => TableAction::SetAccessMethod(ident(&cmd.name)),
        At::AtSetRelOptions => TableAction::SetOptions(options(items(def))),
        At::AtResetRelOptions => TableAction::ResetOptions(names(items(def))),
        At::AtAddInherit | At::AtDropInherit => match def? {
            NodeEnum::RangeVar(parent) => {
                TableAction::Inherit { parent: relation(parent), add: cmd.subtype() == At::AtAddInherit }
            }
            _ => return None,
        },
        At::AtAddOf => match def? {
            NodeEnum::TypeName(name) => TableAction::OfType(Some(cx.type_name(name))),
            _ => return None,
        },
        At::AtDropOf => TableAction::OfType(None),
        At::AtChangeOwner => TableAction::OwnerTo(role_of(cmd.newowner.as_ref())),
        At::AtReplicaIdentity => match def? {
            NodeEnum::ReplicaIdentityStmt(stmt) => TableAction::ReplicaIdentity(match &*stmt.identity_type {
                "f" => ReplicaIdentity::Full,
                "n" => ReplicaIdentity::Nothing,
                "i" => ReplicaIdentity::Index(Ident::new(&stmt.name)),
                _ => ReplicaIdentity::Default,
            }),
            _ => return None,
        },
        At::AtAttachPartition => match def? {
            NodeEnum::PartitionCmd(part) => TableAction::AttachPartition {
                partition: relation_of(part.name.as_ref()),
                bound: part.bound.as_ref().map(|bound| partition_bound(cx, bound)),
            },
            _ => return None,
        },
        At::AtDetachPartition | At::AtDetachPartitionFinalize => match def? {
            NodeEnum::PartitionCmd(part) => TableAction::DetachPartition {
                partition: relation_of(part.name.as_ref()),
                concurrently: part.concurrent,
                finalize: cmd.subtype() == At::AtDetachPartitionFinalize,
            },
            _ => return None,
        },
        At::AtAlterColumnGenericOptions => {
            TableAction::ForeignOptions { column: Some(name()), sql: options_text(def) }
        }
        At::AtGenericOptions => TableAction::ForeignOptions { column: None, sql: options_text(def) },
        // Accepted for old dumps, without effect since version 12.
        At::AtDropOids => TableAction::Other("SET WITHOUT OIDS".to_owned()),
        other => return switch(other, cmd),
    })
}

/// `OPTIONS (…)` with stars in the place of what nobody should read.
fn options_text(def: Option<&NodeEnum>) -> String {
    secret::masked(&generic_options(items(def)), Dialect::PostgreSql).into_owned()
}

/// What is switched on and off: triggers, rules, row-level security.
fn switch(kind: At, cmd: &pb::AlterTableCmd) -> Option<TableAction> {
    let name = || Ident::new(&cmd.name);
    let trigger = |state| TableAction::TriggerState { which: TriggerSelection::Named(name()), state };
    let triggers = |which, state| TableAction::TriggerState { which, state };
    let rule = |state| TableAction::RuleState { name: name(), state };
    Some(match kind {
        At::AtEnableTrig => trigger(FiringState::Enabled),
        At::AtEnableAlwaysTrig => trigger(FiringState::Always),
        At::AtEnableReplicaTrig => trigger(FiringState::Replica),
        At::AtDisableTrig => trigger(FiringState::Disabled),
        At::AtEnableTrigAll => triggers(TriggerSelection::All, FiringState::Enabled),
        At::AtDisableTrigAll => triggers(TriggerSelection::All, FiringState::Disabled),
        At::AtEnableTrigUser => triggers(TriggerSelection::User, FiringState::Enabled),
        At::AtDisableTrigUser => triggers(TriggerSelection::User, FiringState::Disabled),
        At::AtEnableRule => rule(FiringState::Enabled),
        At::AtEnableAlwaysRule => rule(FiringState::Always),
        At::AtEnableReplicaRule => rule(FiringState::Replica),
        At::AtDisableRule => rule(FiringState::Disabled),
        At::AtEnableRowSecurity => TableAction::RowSecurity(true),
        At::AtDisableRowSecurity => TableAction::RowSecurity(false),
        At::AtForceRowSecurity => TableAction::ForceRowSecurity(true),
        At::AtNoForceRowSecurity => TableAction::ForceRowSecurity(false),
        _ => return None,
    })
}

/// The names in `RESET (…)`.
fn names(nodes: &[pb::Node]) -> Vec<String> {
    defs(nodes).map(option_name).collect()
}

/// `ALTER TABLE ALL IN TABLESPACE …`.
pub(super) fn move_all(cx: &Cx, stmt: &pb::AlterTableMoveAllStmt) -> DdlOp {
    let tablespace = index::named(&stmt.orig_tablespacename);
    cx.misc_other(object_kind(stmt.objtype()), Some(tablespace))
}
