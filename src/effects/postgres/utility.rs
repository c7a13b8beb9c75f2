//! `DO` blocks, statements about other objects, and those that could not be read.

use crate::effects::fact::Effects;
use crate::hash::HashSet;
use crate::ir::data::{LockMode, SessionCommand, Transaction};
use crate::ir::object::{AlterExtension, Misc, MiscAction, ObjectKind};
use crate::ir::{DdlOp, Nested, Opaque, OpaqueReason};
use crate::name::{Ident, QName};
use crate::schema::key::ObjectKey;

use super::context::{Context, Target};

/// A `DO` block does what its statements do, also those that run under a condition. Relations that it makes itself are
/// left out. The schema is the one before the block; where statements build on earlier ones, a copy that follows them.
pub(super) fn block(cx: &mut Context<'_>, statements: &[Nested], unread: &[String]) {
    let mut made: HashSet<QName> = HashSet::default();
    let mut ahead = builds_on_itself(statements).then(|| cx.schema.clone());
    for nested in statements {
        if let DdlOp::Transaction(Transaction::Commit { .. } | Transaction::Rollback { .. }) = nested.op {
            let certain = cx.fx.ends_transaction == Some(true) || !nested.conditional;
            cx.fx.ends_transaction = Some(certain);
        }
        let mut effects = super::analyse(&nested.op, ahead.as_ref().unwrap_or(cx.schema));
        forget(&mut effects, &made);
        absorb(cx, effects);
        made.extend(creates(&nested.op).map(|name| cx.schema.qualify(name)));
        if let Some(schema) = &mut ahead {
            for change in schema.follow(nested) {
                if let ObjectKey::Relation(name) = change.key
                    && change.before.is_none()
                    && !matches!(nested.op, DdlOp::Rename(_) | DdlOp::SetSchema(_))
                {
                    made.insert(name);
                }
            }
        }
    }
    for reason in unread {
        cx.unsure(reason.clone());
    }
}

/// Whether a statement names a relation that an earlier one alters or drops.
fn builds_on_itself(statements: &[Nested]) -> bool {
    let mut touched: HashSet<&Ident> = HashSet::default();
    for nested in statements {
        let (names, changes): (Vec<&Ident>, bool) = match &nested.op {
            DdlOp::AlterTable(alter) => (vec![&alter.name.name], true),
            DdlOp::Rename(rename) => (vec![&rename.object.name.name], true),
            DdlOp::Drop(drop) => (drop.objects.iter().map(|object| &object.name.name).collect(), true),
            DdlOp::CreateIndex(create) => (create.name.iter().chain([&create.table.name]).collect(), false),
            _ => continue,
        };
        if names.iter().any(|name| touched.contains(name)) {
            return true;
        }
        if changes {
            touched.extend(names);
        }
    }
    false
}

fn creates(op: &DdlOp) -> impl Iterator<Item = &QName> {
    let name = match op {
        DdlOp::CreateTable(create) => create.name.as_ref(),
        DdlOp::CreateView(create) => Some(&create.name),
        DdlOp::CreateMatview(create) => Some(&create.name),
        DdlOp::CreateSequence(create) => Some(&create.name),
        _ => None,
    };
    name.into_iter()
}

fn forget(effects: &mut Effects, made: &HashSet<QName>) {
    effects.locks.retain(|l| !made.contains(&l.relation));
    effects.rewrites.retain(|r| !made.contains(&r.relation));
    effects.scans.retain(|s| !made.contains(&s.relation));
    effects.index_builds.retain(|b| !made.contains(&b.table));
    effects.uncertain.retain(|u| made.iter().all(|name| !u.starts_with(&format!("{name} "))));
}

fn absorb(cx: &mut Context<'_>, effects: Effects) {
    for lock in effects.locks {
        cx.lock(&lock.relation, lock.kind, lock.mode);
    }
    for rewrite in effects.rewrites {
        cx.fx.rewrite(rewrite.relation, rewrite.reason);
    }
    for scan in effects.scans {
        cx.fx.scan(scan.relation, scan.reason);
    }
    cx.fx.index_builds.extend(effects.index_builds);
    cx.fx.row_writes.extend(effects.row_writes);
    cx.fx.waits_for_transactions |= effects.waits_for_transactions;
    cx.fx.possible_errors.extend(effects.possible_errors);
    cx.fx.data_loss.extend(effects.data_loss);
    cx.fx.breaks.extend(effects.breaks);
    for reason in effects.uncertain {
        cx.unsure(reason);
    }
}

/// Statements that the server refuses inside a transaction, and of which the IR keeps only the text.
pub(super) fn misc(cx: &mut Context<'_>, misc: &Misc) {
    let sql: String = misc.sql.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let refused = match (misc.kind, misc.action) {
        _ if sql.starts_with("alter system") => Some("ALTER SYSTEM"),
        (ObjectKind::Subscription, MiscAction::Create) => {
            let squeezed = sql.replace(' ', "");
            let without_slot =
                ["create_slot=false", "connect=false", "create_slot='false'", "create_slot=off"];
            let slot = !without_slot.iter().any(|option| squeezed.contains(option));
            slot.then_some("CREATE SUBSCRIPTION ... WITH (create_slot = true)")
        }
        (ObjectKind::Subscription, MiscAction::Alter) if sql.contains(" refresh publication") => {
            Some("ALTER SUBSCRIPTION ... REFRESH")
        }
        (ObjectKind::Database, MiscAction::Alter) if sql.contains(" set tablespace ") => {
            Some("ALTER DATABASE SET TABLESPACE")
        }
        _ => None,
    };
    cx.fx.no_transaction = cx.fx.no_transaction.or(refused);
    if sql.contains(" all in tablespace ") {
        cx.unsure("all relations of a tablespace are locked and copied; which they are is not looked up");
    }
    if sql.starts_with("security label")
        && let Some(object) = &misc.object
        && (misc.kind.is_relation() || misc.kind == ObjectKind::Column)
    {
        cx.lock_named(&object.name, ObjectKind::Table, LockMode::ShareUpdateExclusive);
    }
    if sql.contains(" depends on extension ") && misc.kind == ObjectKind::Index {
        if let Some(object) = &misc.object {
            cx.lock_named(&object.name, ObjectKind::Index, LockMode::AccessExclusive);
        }
    } else if sql.contains(" depends on extension ")
        && misc.kind == ObjectKind::Trigger
        && let Some(object) = &misc.object
    {
        cx.lock_named(&object.name, ObjectKind::Table, LockMode::AccessShare);
    }
}

pub(super) fn alter_extension(cx: &mut Context<'_>, alter: &AlterExtension) {
    if alter.update {
        cx.unsure(format!("what the update script of extension {} does is not known", alter.name));
    } else {
        cx.unsure(format!("the object that extension {} gains or loses may be locked", alter.name));
    }
}

pub(super) fn session(cx: &mut Context<'_>, command: &SessionCommand) {
    if matches!(command.verb, "EXPLAIN" | "PREPARE" | "EXECUTE" | "DECLARE") {
        cx.unsure(format!("{} locks what its query locks, which is not looked at", command.verb));
    }
}

/// What cannot be read is taken for the worst: the strongest lock on what it seems to be about.
pub(super) fn opaque(cx: &mut Context<'_>, opaque: &Opaque) {
    let why = match &opaque.reason {
        OpaqueReason::Syntax { message, .. } => message.clone(),
        OpaqueReason::Unsupported(what) => what.clone(),
        OpaqueReason::ClientCommand(command) => {
            return cx.unsure(format!("{command} is a client's command, and what it runs is not looked at"));
        }
    };
    cx.unsure(format!("{} was not read: {why}", opaque.verb));
    let Some(object) = &opaque.object else { return };
    match cx.target(object) {
        Target::Known(object) => cx.lock_object(object, LockMode::AccessExclusive),
        Target::Unknown(name) => cx.lock(&name, ObjectKind::Table, LockMode::AccessExclusive),
        Target::Absent => {}
    }
}
