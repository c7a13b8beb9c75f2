//! What statements tell that changed objects do not: rows, positions of sequences, passwords, and what has no
//! model.

use crate::ir::DdlOp;
use crate::ir::access::AlterRole;
use crate::ir::data::{Select, Transaction};
use crate::ir::object::{Misc, MiscAction, ObjectKind};
use crate::ir::routine::Volatility;
use crate::ir::table::{AlterTable, TableAction};
use crate::name::{Dialect, Ident, QName};
use crate::schema::key::ObjectKey;

use super::loss::{password, relation};
use super::{Back, blind, rows};

/// Notes what the statement tells beyond the objects it changed.
pub(super) fn judge(back: &mut Back<'_>) {
    let step = back.step;
    statement(back, &step.stmt.op, false);
}

/// `nested`: inside a block, whose changes are known only as a whole.
fn statement(back: &mut Back<'_>, op: &DdlOp, nested: bool) {
    match op {
        DdlOp::AlterTable(alter) => alter_table(back, alter, nested),
        DdlOp::AlterSequence(alter) => {
            if alter.options.restart.is_some() {
                position(back, &alter.name);
            }
            blind::unless_known(back, op, nested);
        }
        DdlOp::AlterRole(alter) => alter_role(back, alter, nested),
        DdlOp::CreateSchema(create) => {
            for element in &create.elements {
                statement(back, element, true);
            }
        }
        DdlOp::DropOwned { roles, .. } => {
            let roles = names(roles);
            back.irreversible(
                format!("what {roles} owned, and what was granted to {roles}, beyond what is known of this database"),
                Vec::new(),
            );
        }
        DdlOp::ReassignOwned { roles, .. } => {
            let roles = names(roles);
            back.lossy(
                format!("ownership by {roles} of what is not known, shared objects among it"),
                Vec::new(),
            );
        }
        DdlOp::AlterExtension(alter) if !alter.update => {
            back.irreversible(
                format!(
                    "the text does not say which member extension {} got or lost: undo it by hand",
                    alter.name
                ),
                Vec::new(),
            );
        }
        DdlOp::Misc(misc) => other(back, misc),
        DdlOp::Truncate(truncate) => {
            for table in &truncate.tables {
                let name = back.after.relation_name(table);
                if !name.in_schema("pg_temp") {
                    back.irreversible(
                        format!("rows of {name} (keep them first: CREATE TABLE … AS TABLE {name})"),
                        vec![relation(&name)],
                    );
                }
            }
            if truncate.cascade {
                back.irreversible("rows of all tables that refer to them", Vec::new());
            }
        }
        DdlOp::Insert(insert) => {
            written(back, &insert.query.writes);
            if nested || back.after.dialect() != Dialect::PostgreSql {
                let name = back.after.relation_name(&insert.table);
                gone(back, &name, "the rows added stay: delete them by hand");
            } else {
                rows::undo_insert(back, insert);
            }
        }
        DdlOp::Update(update) => {
            written(back, &update.query.writes);
            let name = back.after.relation_name(&update.table);
            if !name.in_schema("pg_temp") {
                let columns: Vec<Ident> = update.assignments.iter().map(|(c, _)| c.clone()).collect();
                let about = if columns.is_empty() {
                    vec![relation(&name)]
                } else {
                    rows::columns_set(&ObjectKey::Relation(name.clone()), &columns)
                };
                back.irreversible(
                    format!(
                        "values of {name} that the statement overwrites (keep them first: CREATE TABLE … AS \
                         SELECT … FROM {name} WHERE …)"
                    ),
                    about,
                );
                rows::triggered(back, &name, "updated", |trigger| {
                    let named = |c: &Ident| trigger.update_columns.contains(c);
                    trigger.events.update && (trigger.update_columns.is_empty() || columns.iter().any(named))
                });
            }
        }
        DdlOp::Delete(delete) => {
            written(back, &delete.query.writes);
            let name = back.after.relation_name(&delete.table);
            gone(back, &name, "deleted rows (keep them first: CREATE TABLE … AS SELECT … WHERE …)");
            let followers = rows::followers(back, &name, |fk| fk.on_delete);
            if !followers.is_empty() && !name.in_schema("pg_temp") {
                let list: Vec<String> = followers.iter().map(|t| t.key.to_string()).collect();
                back.irreversible(
                    format!(
                        "rows of {} that refer to the rows deleted, and go or change with them",
                        list.join(", ")
                    ),
                    followers,
                );
            }
            rows::triggered(back, &name, "deleted", |trigger| trigger.events.delete);
        }
        DdlOp::Merge(merge) => {
            let name = back.after.relation_name(&merge.table);
            gone(
                back,
                &name,
                "rows that MERGE changes, adds or deletes (keep them first in a table of their own)",
            );
        }
        DdlOp::Copy(copy) => {
            if let (true, Some(table)) = (copy.from, &copy.table) {
                let name = back.after.relation_name(table);
                gone(back, &name, "rows that COPY adds stay: delete them by hand");
            }
        }
        DdlOp::Select(select) => read(back, select),
        DdlOp::Call { procedure } => {
            back.irreversible(
                format!("what procedure {procedure} does is not followed: undo it by hand"),
                Vec::new(),
            );
        }
        DdlOp::Do(block) => {
            for nested in &block.statements {
                statement(back, &nested.op, true);
            }
            if !block.unread.is_empty() {
                back.irreversible(
                    "what the unread parts of the block do is not known: undo it by hand",
                    Vec::new(),
                );
            }
        }
        DdlOp::Opaque(opaque) => {
            let object = opaque.object.as_ref().map_or(String::new(), |o| format!(" of {o}"));
            back.irreversible(
                format!(
                    "{}{object} is not analysed, so its way back is not known: write it by hand",
                    opaque.verb
                ),
                Vec::new(),
            );
        }
        DdlOp::Transaction(Transaction::TwoPhase(_)) => {
            back.note("whether a prepared transaction is committed is decided elsewhere", String::new());
        }
        DdlOp::CreateTable(_)
        | DdlOp::CreateIndex(_)
        | DdlOp::CreateView(_)
        | DdlOp::CreateMatview(_)
        | DdlOp::CreateSequence(_)
        | DdlOp::CreateType(_)
        | DdlOp::AlterEnum(_)
        | DdlOp::CreateDomain(_)
        | DdlOp::AlterDomain(_)
        | DdlOp::CreateFunction(_)
        | DdlOp::AlterFunction(_)
        | DdlOp::CreateTrigger(_)
        | DdlOp::CreateRule(_)
        | DdlOp::CreatePolicy(_)
        | DdlOp::AlterPolicy(_)
        | DdlOp::Grant(_)
        | DdlOp::GrantRole(_)
        | DdlOp::AlterDefaultPrivileges(_)
        | DdlOp::CreateRole(_)
        | DdlOp::CreateExtension(_)
        | DdlOp::AlterExtension(_)
        | DdlOp::CreateStatistics(_)
        | DdlOp::CreatePublication(_)
        | DdlOp::AlterPublication(_)
        | DdlOp::Comment(_)
        | DdlOp::Drop(_)
        | DdlOp::Rename(_)
        | DdlOp::SetSchema(_)
        | DdlOp::OwnerTo(_) => blind::unless_known(back, op, nested),
        // They change no object that lasts, or only how it is stored and measured.
        DdlOp::Reindex(_)
        | DdlOp::Cluster(_)
        | DdlOp::Vacuum(_)
        | DdlOp::RefreshMatview(_)
        | DdlOp::LockTable(_)
        | DdlOp::Transaction(_)
        | DdlOp::Set(_)
        | DdlOp::Session(_) => {}
    }
}

fn names(roles: &[Ident]) -> String {
    roles.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ")
}

/// Rows of a table, unless it goes with the session.
fn gone(back: &mut Back<'_>, name: &QName, what: &str) {
    if !name.in_schema("pg_temp") {
        back.irreversible(format!("{name}: {what}"), vec![relation(name)]);
    }
}

/// Tables written inside `WITH`.
fn written(back: &mut Back<'_>, tables: &[QName]) {
    for table in tables {
        let name = back.after.relation_name(table);
        gone(back, &name, "rows that the statement writes (keep them first in a table of their own)");
    }
}

fn position(back: &mut Back<'_>, sequence: &QName) {
    let name = back.after.relation_name(sequence);
    back.lossy(
        format!("position of sequence {name} before the statement (look it up first: SELECT last_value FROM {name})"),
        vec![relation(&name)],
    );
}

fn alter_table(back: &mut Back<'_>, alter: &AlterTable, nested: bool) {
    let view = matches!(back.after.relation_kind(&alter.name), Some(ObjectKind::View));
    for (action, _) in &alter.actions {
        match action {
            TableAction::Default { column, .. } if view => {
                back.irreversible(
                    format!(
                        "default of column {column} of view {} is not modelled: undo it by hand",
                        alter.name
                    ),
                    Vec::new(),
                );
            }
            TableAction::DetachPartition { partition, concurrently: true, .. } => {
                back.lossy(
                    format!(
                        "{partition} keeps the check of its bound that DETACH … CONCURRENTLY leaves: drop it"
                    ),
                    Vec::new(),
                );
            }
            TableAction::Inherit { parent, add: false } => {
                back.lossy(
                    format!("columns of {} that came from {parent} count as its own from now on", alter.name),
                    Vec::new(),
                );
            }
            TableAction::SetIdentity { options, .. } if options.restart.is_some() => {
                let name = back.after.relation_name(&alter.name);
                back.lossy(
                    format!("position of the identity sequence of {name} before the statement"),
                    vec![relation(&name)],
                );
            }
            TableAction::DropIdentity { column, .. } => {
                let name = back.after.relation_name(&alter.name);
                back.note("identity sequences start anew (set them with setval)", format!("{name}.{column}"));
            }
            TableAction::Other(text) if text != "SET WITHOUT OIDS" => {
                back.irreversible(
                    format!("what {text:?} changes is not modelled: undo it by hand"),
                    Vec::new(),
                );
            }
            _ => {}
        }
    }
    blind::unless_known(back, &DdlOp::AlterTable(alter.clone()), nested);
}

fn alter_role(back: &mut Back<'_>, alter: &AlterRole, nested: bool) {
    let name = alter.name.as_ref().map_or("ALL", Ident::as_str);
    if alter.options.password.is_some() {
        match &alter.name {
            Some(role) => password(back, role),
            None => back.lossy("passwords", Vec::new()),
        }
    }
    if alter.database.is_some() || alter.name.is_none() {
        back.irreversible(
            format!("settings of {name} before the statement are not known (see pg_db_role_setting)"),
            Vec::new(),
        );
    } else {
        blind::unless_known(back, &DdlOp::AlterRole(alter.clone()), nested);
    }
}

/// A statement about objects without a model.
fn other(back: &mut Back<'_>, misc: &Misc) {
    let known = !back.step.changes.is_empty();
    let what = misc.object.as_ref().map_or(String::new(), |o| format!(" {o}"));
    let kind = misc.kind;
    match misc.action {
        MiscAction::Create if known => {
            if kind == ObjectKind::Database {
                back.note("dropping a database takes all data that was put into it", what.trim());
            }
            if kind == ObjectKind::OperatorClass && !misc.sql.to_ascii_uppercase().contains(" FAMILY ") {
                back.lossy(
                    format!("the operator family that came with operator class{what} stays: drop it by hand"),
                    Vec::new(),
                );
            }
        }
        MiscAction::State(_) if known || back.after.event_trigger(misc.object.as_ref()).is_some() => {}
        MiscAction::Create | MiscAction::State(_) | MiscAction::Alter | MiscAction::Other => {
            back.irreversible(
                format!("what the statement does to {kind}{what} is not modelled: undo it by hand"),
                Vec::new(),
            );
        }
    }
}

fn read(back: &mut Back<'_>, select: &Select) {
    written(back, &select.writes);
    for sequence in &select.sequences {
        position(back, sequence);
    }
    for name in &select.query.functions {
        let writes = back.after.functions(name).any(|f| {
            let uses = &f.def.uses;
            f.def.volatility == Volatility::Volatile
                && (!uses.writes.is_empty() || uses.dynamic > 0 || !uses.readable)
        });
        if writes {
            back.irreversible(
                format!("what function {name} writes is not followed: undo it by hand"),
                Vec::new(),
            );
        }
    }
}
