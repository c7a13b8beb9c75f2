//! Statements about objects that the model does not have: some have a way back that does not depend on what was
//! there, for the others it is not known.

use crate::diff::piece::{Phase, Piece, Target, Verb};
use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::{AlterTable, TableAction};
use crate::ir::types::{AlterEnum, EnumAction};
use crate::name::QName;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::Existence;
use crate::schema::{Coverage, Schema};
use crate::text::Span;

use super::Back;

/// Looks at a statement that changed nothing in the model: it did nothing, or it changed what is not known.
pub(super) fn unless_known(back: &mut Back<'_>, op: &DdlOp, nested: bool) {
    if !back.step.changes.is_empty() || !back.pieces.is_empty() {
        return;
    }
    let subject = subject(op);
    let unknown = match &subject {
        Subject::Relation(name) => {
            // The row of a dropped relation may be anywhere: with `IF EXISTS` only a model that knows
            // everything says that nothing happened.
            matches!(back.after.existence(name), Existence::Unknown) && !name.in_schema("pg_temp")
        }
        Subject::Named(key) => back.after.get(key).is_none() && back.after.coverage == Coverage::Partial,
        Subject::Unmodelled => true,
        Subject::Nothing => false,
    };
    // What was made by a text that could not be read is not there to be changed.
    let unknown = unknown || (back.after.is_blind() && matches!(op, DdlOp::Drop(_)));
    if !unknown {
        return;
    }
    if !nested && let Some(pieces) = opposite(back.after, op) {
        back.pieces.extend(pieces);
        return;
    }
    let what = match &subject {
        Subject::Relation(name) => name.to_string(),
        Subject::Named(key) => key.to_string(),
        Subject::Unmodelled | Subject::Nothing => "the object".to_owned(),
    };
    if let Subject::Relation(name) = subject {
        back.give_up(ObjectKey::Relation(back.after.relation_name(&name)), op);
    }
    back.irreversible(
        format!("{what} as it was before is not known: give the schema before the migration (`--schema`)"),
        Vec::new(),
    );
}

/// What a statement is about.
enum Subject {
    Relation(QName),
    Named(ObjectKey),
    /// Something that the model has no place for.
    Unmodelled,
    /// Nothing that could be unknown.
    Nothing,
}

fn object(kind: ObjectKind, name: &ObjectName) -> Subject {
    let own = || name.name.name.clone();
    match kind {
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Index
        | ObjectKind::Sequence
        | ObjectKind::Column
        | ObjectKind::Constraint
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy => Subject::Relation(name.name.clone()),
        ObjectKind::CompositeType | ObjectKind::Type | ObjectKind::Domain | ObjectKind::DomainConstraint => {
            Subject::Named(ObjectKey::Type(name.name.clone()))
        }
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            let args = name.args.as_deref().unwrap_or_default();
            Subject::Named(ObjectKey::function(name.name.clone(), args))
        }
        ObjectKind::Schema => Subject::Named(ObjectKey::Schema(own())),
        ObjectKind::Extension => Subject::Named(ObjectKey::Extension(own())),
        ObjectKind::Role => Subject::Named(ObjectKey::Role(own())),
        ObjectKind::Publication => Subject::Named(ObjectKey::Publication(own())),
        ObjectKind::Statistics => Subject::Named(ObjectKey::Statistics(name.name.clone())),
        ObjectKind::Database
        | ObjectKind::Tablespace
        | ObjectKind::Subscription
        | ObjectKind::EventTrigger
        | ObjectKind::Language
        | ObjectKind::Collation
        | ObjectKind::Conversion
        | ObjectKind::Cast
        | ObjectKind::Operator
        | ObjectKind::OperatorClass
        | ObjectKind::OperatorFamily
        | ObjectKind::TextSearchConfiguration
        | ObjectKind::TextSearchDictionary
        | ObjectKind::TextSearchParser
        | ObjectKind::TextSearchTemplate
        | ObjectKind::ForeignDataWrapper
        | ObjectKind::Server
        | ObjectKind::UserMapping
        | ObjectKind::AccessMethod
        | ObjectKind::Transform
        | ObjectKind::LargeObject
        | ObjectKind::Parameter
        | ObjectKind::Other => Subject::Unmodelled,
    }
}

fn subject(op: &DdlOp) -> Subject {
    match op {
        DdlOp::AlterTable(op) => match op.kind {
            ObjectKind::CompositeType => Subject::Named(ObjectKey::Type(op.name.clone())),
            _ => Subject::Relation(op.name.clone()),
        },
        DdlOp::AlterSequence(op) => Subject::Relation(op.name.clone()),
        DdlOp::AlterEnum(op) => Subject::Named(ObjectKey::Type(op.name.clone())),
        DdlOp::AlterDomain(op) => Subject::Named(ObjectKey::Type(op.name.clone())),
        DdlOp::AlterFunction(op) => {
            Subject::Named(ObjectKey::function(op.name.clone(), op.args.as_deref().unwrap_or_default()))
        }
        DdlOp::CreateTrigger(op) => Subject::Relation(op.table.clone()),
        DdlOp::CreateRule(op) => Subject::Relation(op.table.clone()),
        DdlOp::CreatePolicy(op) => Subject::Relation(op.table.clone()),
        DdlOp::AlterPolicy(op) => Subject::Relation(op.table.clone()),
        DdlOp::CreateIndex(op) => Subject::Relation(op.table.clone()),
        DdlOp::Grant(op) => match &op.target {
            crate::ir::access::GrantTarget::Objects(objects) => {
                objects.first().map_or(Subject::Nothing, |o| object(op.kind, o))
            }
            crate::ir::access::GrantTarget::AllInSchemas(_) => Subject::Nothing,
        },
        DdlOp::GrantRole(op) => {
            op.roles.first().map_or(Subject::Nothing, |r| Subject::Named(ObjectKey::Role(r.clone())))
        }
        DdlOp::AlterRole(op) => {
            op.name.as_ref().map_or(Subject::Unmodelled, |r| Subject::Named(ObjectKey::Role(r.clone())))
        }
        DdlOp::AlterExtension(op) => Subject::Named(ObjectKey::Extension(op.name.clone())),
        DdlOp::AlterPublication(op) => Subject::Named(ObjectKey::Publication(op.name.clone())),
        DdlOp::Comment(op) => object(op.kind, &op.object),
        DdlOp::Drop(op) => op.objects.first().map_or(Subject::Nothing, |o| object(op.kind, o)),
        DdlOp::Rename(op) => object(op.kind, &op.object),
        DdlOp::SetSchema(op) => object(op.kind, &op.object),
        DdlOp::OwnerTo(op) => object(op.kind, &op.object),
        // What they make is there, or was there before and stays.
        DdlOp::CreateTable(_)
        | DdlOp::CreateView(_)
        | DdlOp::CreateMatview(_)
        | DdlOp::CreateSequence(_)
        | DdlOp::CreateType(_)
        | DdlOp::CreateDomain(_)
        | DdlOp::CreateFunction(_)
        | DdlOp::AlterDefaultPrivileges(_)
        | DdlOp::CreateRole(_)
        | DdlOp::CreateSchema(_)
        | DdlOp::CreateExtension(_)
        | DdlOp::CreateStatistics(_)
        | DdlOp::CreatePublication(_)
        // These are judged by themselves.
        | DdlOp::DropOwned { .. }
        | DdlOp::ReassignOwned { .. }
        | DdlOp::Misc(_)
        | DdlOp::Reindex(_)
        | DdlOp::Cluster(_)
        | DdlOp::Vacuum(_)
        | DdlOp::RefreshMatview(_)
        | DdlOp::Truncate(_)
        | DdlOp::Insert(_)
        | DdlOp::Update(_)
        | DdlOp::Delete(_)
        | DdlOp::Merge(_)
        | DdlOp::Select(_)
        | DdlOp::Copy(_)
        | DdlOp::LockTable(_)
        | DdlOp::Transaction(_)
        | DdlOp::Set(_)
        | DdlOp::Do(_)
        | DdlOp::Call { .. }
        | DdlOp::Session(_)
        | DdlOp::Opaque(_) => Subject::Nothing,
    }
}

/// The way back of what certainly was not there before.
pub(super) fn opposite(after: &Schema, op: &DdlOp) -> Option<Vec<Piece>> {
    let relation = |name: &QName| Target::whole(ObjectKey::Relation(after.relation_name(name)));
    let drop = |kind, name: &QName, part: &crate::name::Ident| {
        let op = DdlOp::Drop(Drop {
            kind,
            objects: vec![ObjectName::part(name.clone(), part.clone())],
            if_exists: false,
            cascade: false,
            concurrently: false,
        });
        Some(vec![Piece { verb: Verb::Change, ..Piece::make(Phase::Early, relation(name), op) }])
    };
    match op {
        DdlOp::AlterTable(alter) => alter
            .actions
            .iter()
            .rev()
            .map(|(action, _)| {
                let action = match action {
                    TableAction::AddColumn { column, if_not_exists: false } => TableAction::DropColumn {
                        name: column.name.clone(),
                        if_exists: false,
                        cascade: false,
                    },
                    TableAction::AddConstraint(def) => TableAction::DropConstraint {
                        name: def.name.clone()?,
                        if_exists: false,
                        cascade: false,
                    },
                    TableAction::AttachPartition { partition, bound: Some(_) } => {
                        TableAction::DetachPartition {
                            partition: partition.clone(),
                            concurrently: false,
                            finalize: false,
                        }
                    }
                    TableAction::Inherit { parent, add } => {
                        TableAction::Inherit { parent: parent.clone(), add: !add }
                    }
                    _ => return None,
                };
                let op = DdlOp::AlterTable(AlterTable {
                    actions: vec![(action, Span::default())],
                    ..alter.clone()
                });
                Some(Piece::change(Phase::Alter, relation(&alter.name), op))
            })
            .collect(),
        DdlOp::AlterEnum(op) => match &op.action {
            EnumAction::RenameValue { from, to } => {
                let action = EnumAction::RenameValue { from: to.clone(), to: from.clone() };
                let on = Target::whole(ObjectKey::Type(op.name.clone()));
                let op = DdlOp::AlterEnum(AlterEnum { name: op.name.clone(), action });
                Some(vec![Piece::change(Phase::Alter, on, op)])
            }
            EnumAction::AddValue { .. } => None,
        },
        DdlOp::CreateTrigger(op) if !op.or_replace => drop(ObjectKind::Trigger, &op.table, &op.name),
        DdlOp::CreateRule(op) if !op.or_replace => drop(ObjectKind::Rule, &op.table, &op.name),
        DdlOp::CreatePolicy(op) => drop(ObjectKind::Policy, &op.table, &op.name),
        DdlOp::CreateIndex(op) if !op.if_not_exists => {
            let name = op.table.sibling(op.name.clone()?);
            let drop = DdlOp::Drop(Drop {
                kind: ObjectKind::Index,
                objects: vec![ObjectName::of(name.clone())],
                if_exists: false,
                cascade: false,
                concurrently: op.concurrently,
            });
            Some(vec![Piece::remove(Phase::Drop, relation(&name), drop)])
        }
        _ => None,
    }
}
