//! Errors of which the schema cannot tell whether they happen: what a statement names and the model does not have may
//! have been made by whoever set the server up, and some statements depend on what is outside the database.
//!
//! In: a statement. Out: possible errors, never certain ones. Relations, columns and types are not looked at here: of
//! those the model knows whether they are there.

use crate::effects::fact::ErrorCondition;
use crate::ir::DdlOp;
use crate::ir::access::{Grant, GrantTarget, Grantee};
use crate::ir::data::Transaction;
use crate::ir::expr::Query;
use crate::ir::index::{CreateIndex, KeyTarget};
use crate::ir::object::{Drop, Misc, MiscAction, ObjectKind, ObjectName};
use crate::ir::table::{AlterTable, CreateTable, TableAction};
use crate::name::{Ident, QName};
use crate::schema::builtin;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table, UserTypeKind};
use crate::schema::{Coverage, Schema};

use super::context::Context;

/// Looks for what is not there for all that is known.
pub(super) fn look(cx: &mut Context<'_>, op: &DdlOp) {
    if cx.schema.coverage == Coverage::Partial {
        return;
    }
    match op {
        DdlOp::CreateTable(create) => table(cx, create),
        DdlOp::AlterTable(alter) => alter_table(cx, alter),
        DdlOp::CreateIndex(create) => index(cx, create),
        DdlOp::CreateFunction(create) => {
            language(cx, &create.language);
            schema(cx, create.name.schema.as_ref());
        }
        DdlOp::AlterFunction(alter) => {
            let object = ObjectName { args: alter.args.clone(), ..ObjectName::of(alter.name.clone()) };
            object_named(cx, alter.kind, &object);
        }
        DdlOp::CreateTrigger(create) => {
            let function = ObjectName { args: Some(Vec::new()), ..ObjectName::of(create.function.clone()) };
            object_named(cx, ObjectKind::Function, &function);
        }
        DdlOp::Call { procedure } => {
            object_named(cx, ObjectKind::Procedure, &ObjectName::of(procedure.clone()));
        }
        DdlOp::Do(block) => language(cx, &block.language),
        DdlOp::Grant(grant) => privileges(cx, grant),
        DdlOp::AlterDefaultPrivileges(alter) => {
            alter.for_roles.iter().chain(&alter.grant.grantees).for_each(|g| grantee(cx, g));
            alter.schemas.iter().for_each(|name| schema(cx, Some(name)));
        }
        DdlOp::GrantRole(grant) => {
            grant.roles.iter().for_each(|name| role(cx, name, "42704"));
            grant.grantees.iter().for_each(|g| grantee(cx, g));
        }
        DdlOp::AlterRole(alter) => {
            alter.name.iter().for_each(|name| role(cx, name, "42704"));
        }
        DdlOp::DropOwned { roles, .. } => roles.iter().for_each(|name| role(cx, name, "42704")),
        DdlOp::ReassignOwned { roles, to } => {
            roles.iter().chain([to]).for_each(|name| role(cx, name, "42704"));
        }
        DdlOp::CreateSchema(create) => {
            create.owner.iter().for_each(|name| role(cx, name, "42704"));
        }
        DdlOp::CreateExtension(create) => {
            schema(cx, create.schema.as_ref());
            if builtin::extension_types(&create.name).is_none() {
                let sqlstate = if cx.at_least(15) { "0A000" } else { "58P01" };
                outside(cx, sqlstate, format!("extension \"{}\" is not available", create.name));
            }
        }
        DdlOp::AlterExtension(alter) => {
            if let Some(version) = &alter.version {
                let message =
                    format!("extension \"{}\" has no update path to version \"{version}\"", alter.name);
                outside(cx, "22023", message);
            }
        }
        DdlOp::Drop(drop) => dropped(cx, drop),
        DdlOp::Rename(rename) if !rename.if_exists => {
            if rename.kind == ObjectKind::Database {
                outside(cx, "0A000", "current database cannot be renamed".to_owned());
            }
            if rename.relation_kind == Some(ObjectKind::CompositeType) {
                typed_tables(cx, &rename.object.name);
            }
            object_named(cx, rename.kind, &rename.object);
        }
        DdlOp::SetSchema(set) => {
            object_named(cx, set.kind, &set.object);
            schema(cx, Some(&set.schema));
        }
        DdlOp::OwnerTo(owner) => {
            object_named(cx, owner.kind, &owner.object);
            role(cx, &owner.owner, "42704");
        }
        DdlOp::Comment(comment) => object_named(cx, comment.kind, &comment.object),
        DdlOp::Misc(misc) => other(cx, misc),
        DdlOp::Select(select) => unpopulated(cx, &select.query),
        DdlOp::Set(set) if set.name == "role" => {
            for value in set.values.iter().filter(|value| !value.eq_ignore_ascii_case("none")) {
                role(cx, &Ident::new(value.as_str()), "22023");
            }
        }
        DdlOp::Transaction(transaction) => transactions(cx, transaction),
        DdlOp::Session(command) => {
            let (sqlstate, what) = match command.verb {
                "CLOSE" | "FETCH" | "MOVE" => ("34000", "cursor"),
                "EXECUTE" | "DEALLOCATE" => ("26000", "prepared statement"),
                _ => return,
            };
            outside(cx, sqlstate, format!("the {what} does not exist"));
        }
        _ => {}
    }
}

/// Something that is not there, unless somebody else made it.
fn absent(cx: &mut Context<'_>, sqlstate: &'static str, message: String) {
    cx.error(sqlstate, message, ErrorCondition::UnknownObjects);
}

/// Something that the server decides by what is outside the database.
fn outside(cx: &mut Context<'_>, sqlstate: &'static str, message: String) {
    cx.error(sqlstate, message, ErrorCondition::Surroundings);
}

fn role(cx: &mut Context<'_>, name: &Ident, sqlstate: &'static str) {
    let meant = cx.schema.role_meant(name);
    if let Some(name) = meant.filter(|name| !name.starts_with("pg_") && cx.schema.role(name).is_none()) {
        absent(cx, sqlstate, format!("role \"{name}\" does not exist"));
    }
}

fn grantee(cx: &mut Context<'_>, grantee: &Grantee) {
    if let Grantee::Role(name) = grantee {
        role(cx, name, "42704");
    }
}

fn privileges(cx: &mut Context<'_>, grant: &Grant) {
    grant.grantees.iter().chain(&grant.grantor).for_each(|g| grantee(cx, g));
    match &grant.target {
        GrantTarget::Objects(objects) if grant.kind == ObjectKind::Schema => {
            objects.iter().for_each(|object| schema(cx, Some(&object.name.name)));
        }
        GrantTarget::Objects(_) => {}
        GrantTarget::AllInSchemas(schemas) => schemas.iter().for_each(|name| schema(cx, Some(name))),
    }
}

fn schema(cx: &mut Context<'_>, name: Option<&Ident>) {
    let known = |name: &Ident| cx.schema.get(&ObjectKey::Schema(name.clone())).is_some();
    let Some(name) = name.filter(|name| !known(name)) else { return };
    if !name.starts_with("pg_") && *name != *"information_schema" {
        absent(cx, "3F000", format!("schema \"{name}\" does not exist"));
    }
}

fn kept(schema: &Schema, kind: ObjectKind, name: &str) -> bool {
    schema.get(&ObjectKey::Other(kind, name.to_owned())).is_some()
}

fn language(cx: &mut Context<'_>, name: &Ident) {
    let standing = ["sql", "plpgsql", "c", "internal"].contains(&name.as_str());
    if !standing && !kept(cx.schema, ObjectKind::Language, name) {
        absent(cx, "42704", format!("language \"{name}\" does not exist"));
    }
}

fn tablespace(cx: &mut Context<'_>, name: Option<&Ident>) {
    let standing = |name: &&Ident| matches!(name.as_str(), "pg_default" | "pg_global");
    if let Some(name) = name.filter(|name| !standing(name))
        && !kept(cx.schema, ObjectKind::Tablespace, name)
    {
        absent(cx, "42704", format!("tablespace \"{name}\" does not exist"));
    }
}

fn access_method(cx: &mut Context<'_>, name: Option<&Ident>) {
    let standing = ["heap", "btree", "hash", "gist", "gin", "spgist", "brin"];
    if let Some(name) = name.filter(|name| !standing.contains(&name.as_str()))
        && !kept(cx.schema, ObjectKind::AccessMethod, name)
    {
        absent(cx, "42704", format!("access method \"{name}\" does not exist"));
    }
}

fn table(cx: &mut Context<'_>, create: &CreateTable) {
    let temporary = |name: &&Ident| name.starts_with("pg_temp");
    schema(cx, create.name.as_ref().and_then(|name| name.schema.as_ref()).filter(|name| !temporary(name)));
    tablespace(cx, create.tablespace.as_ref());
    access_method(cx, create.access_method.as_ref());
    if let Some(server) = &create.foreign_server
        && !kept(cx.schema, ObjectKind::Server, server)
    {
        absent(cx, "42704", format!("server \"{server}\" does not exist"));
    }
    if let Some(query) = &create.as_query {
        unpopulated(cx, query);
    }
}

fn alter_table(cx: &mut Context<'_>, alter: &AlterTable) {
    if matches!(alter.kind, ObjectKind::CompositeType | ObjectKind::Type) {
        let changes = |action: &TableAction| !matches!(action, TableAction::OwnerTo(_));
        if alter.actions.iter().any(|(action, _)| changes(action)) {
            typed_tables(cx, &alter.name);
        }
    }
    for (action, _) in &alter.actions {
        match action {
            TableAction::OwnerTo(owner) => role(cx, owner, "42704"),
            TableAction::SetTablespace(name) => tablespace(cx, Some(name)),
            TableAction::SetAccessMethod(name) => access_method(cx, name.as_ref()),
            TableAction::DetachPartition { finalize: true, .. } => {
                outside(cx, "55000", "there is no pending concurrent detach".to_owned());
            }
            TableAction::AlterType { column, .. } => expressions_on(cx, &alter.name, column),
            _ => {}
        }
    }
}

/// Without `CASCADE`, which is not kept of these statements, tables of a type prevent that it changes.
fn typed_tables(cx: &mut Context<'_>, name: &QName) {
    let Some(ObjectKey::Type(name)) = cx.schema.resolve_type(name) else { return };
    let of_type = |table: &Table| table.of_type.as_ref().is_some_and(|ty| ty.name == name);
    let dependents = cx.schema.dependents(&ObjectKey::Type(name.clone()));
    let typed = dependents.into_iter().any(|(key, _)| match cx.schema.get(key) {
        Some(Object::Table(table)) => of_type(table),
        _ => false,
    });
    let composite = cx.schema.user_type(&name).is_some_and(|t| matches!(t.kind, UserTypeKind::Composite(_)));
    if typed && composite {
        let message = format!("cannot alter type \"{}\" because it is the type of a typed table", name.name);
        absent(cx, "2BP01", message);
    }
}

/// Expressions of indexes are read again with the new type, for which there may be no such function or operator.
fn expressions_on(cx: &mut Context<'_>, table: &QName, column: &Ident) {
    let name = cx.schema.relation_name(table);
    let reads = |target: &KeyTarget| match target {
        KeyTarget::Expr(expr) => !expr.functions.is_empty() && expr.columns.iter().any(|(_, c)| c == column),
        KeyTarget::Column(_) => false,
    };
    let function = cx.schema.indexes_of(&name).into_iter().find(|i| i.keys.iter().any(|k| reads(&k.target)));
    if let Some(index) = function {
        let message = format!("a function of index \"{}\" does not exist for the new type", index.name.name);
        absent(cx, "42883", message);
    }
}

fn index(cx: &mut Context<'_>, create: &CreateIndex) {
    access_method(cx, Some(&create.method));
    tablespace(cx, create.tablespace.as_ref());
    let found = cx.schema.table(&create.table);
    for key in &create.keys {
        if let Some(opclass) = &key.opclass {
            let name = &opclass.name;
            let own = |key: &ObjectKey| match key {
                ObjectKey::Other(ObjectKind::OperatorClass, text) => text.contains(name.as_str()),
                _ => false,
            };
            if !builtin::is_opclass(name) && !cx.schema.objects().any(|(key, _)| own(key)) {
                let message = format!(
                    "operator class \"{name}\" does not exist for access method \"{}\"",
                    create.method
                );
                absent(cx, "42704", message);
            }
            continue;
        }
        let column = key.as_column().and_then(|name| found?.column(name));
        if let Some(column) =
            column.filter(|c| builtin::lacks_inverted(&c.data_type) && create.method == *"gin")
        {
            let message = format!(
                "data type {} has no default operator class for access method \"gin\"",
                column.data_type
            );
            absent(cx, "42704", message);
        }
    }
}

fn dropped(cx: &mut Context<'_>, drop: &Drop) {
    if drop.kind == ObjectKind::Database {
        outside(cx, "55006", "the database is in use".to_owned());
    }
    if !drop.if_exists {
        drop.objects.iter().for_each(|object| object_named(cx, drop.kind, object));
    }
}

/// An object that the model does not have.
fn object_named(cx: &mut Context<'_>, kind: ObjectKind, object: &ObjectName) {
    if kind == ObjectKind::Role {
        return role(cx, &object.name.name, "42704");
    }
    if let Some(error) = cx.schema.not_known(kind, object) {
        absent(cx, error.sqlstate, error.message);
    }
}

fn other(cx: &mut Context<'_>, misc: &Misc) {
    match (misc.action, misc.kind, &misc.object) {
        (MiscAction::Create, ObjectKind::Database, Some(name)) => {
            outside(cx, "42P04", format!("database \"{name}\" already exists"));
        }
        (MiscAction::Alter | MiscAction::State(_), kind, Some(name)) => object_named(cx, kind, name),
        (MiscAction::Other, ..)
            if misc.sql.get(..8).is_some_and(|verb| verb.eq_ignore_ascii_case("security")) =>
        {
            outside(cx, "22023", "no security label providers have been loaded".to_owned());
        }
        _ => {}
    }
}

/// A materialized view without rows cannot be read, unless somebody refreshed it meanwhile.
fn unpopulated(cx: &mut Context<'_>, query: &Query) {
    for relation in query.relations() {
        if let Some(view) = cx.schema.view(relation).filter(|view| view.materialized && !view.populated) {
            let message = format!("materialized view \"{}\" has not been populated", view.name.name);
            outside(cx, "55000", message);
        }
    }
}

fn transactions(cx: &mut Context<'_>, transaction: &Transaction) {
    match transaction {
        Transaction::Release(name) | Transaction::RollbackTo(name) => {
            outside(cx, "3B001", format!("savepoint \"{name}\" does not exist"));
        }
        Transaction::TwoPhase(sql) => {
            let verb = sql.split_whitespace().next().unwrap_or_default();
            if verb.eq_ignore_ascii_case("prepare") {
                outside(cx, "55000", "prepared transactions are disabled".to_owned());
            } else {
                outside(cx, "42704", "the prepared transaction does not exist".to_owned());
            }
        }
        Transaction::Begin { .. }
        | Transaction::Commit { .. }
        | Transaction::Rollback { .. }
        | Transaction::Savepoint(_) => {}
    }
}
