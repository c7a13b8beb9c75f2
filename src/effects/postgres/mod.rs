//! PostgreSQL 13–18.
//!
//! One file for each subject; this one sends each statement to its own. The facts were measured: locks with
//! `pg_locks` or, for statements that cannot run in a transaction, one by one against blockers; rewrites by the
//! relations' files; scans by the statistics of the backend.

mod access;
mod alter;
mod builtin;
mod column;
mod constraint;
mod context;
mod conversion;
mod data;
mod drop;
mod index;
mod maintenance;
mod missing;
mod object;
mod partition;
mod proof;
mod query;
mod reference;
mod relation;
mod routine;
mod table;
mod type_change;
mod types;
mod utility;
mod value;
mod view;
mod volatility;

use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::schema::Schema;

use self::context::Context;
use super::fact::Effects;

/// The effects of one statement on the schema before it.
pub(super) fn analyse(op: &DdlOp, schema: &Schema) -> Effects {
    let mut cx = Context::new(schema);
    cx.fx.no_transaction = op.transaction_refusal();
    operation(&mut cx, op);
    missing::look(&mut cx, op);
    cx.fx
}

fn operation(cx: &mut Context<'_>, op: &DdlOp) {
    match op {
        DdlOp::CreateTable(create) => table::create(cx, create),
        DdlOp::AlterTable(alter) => alter::alter_table(cx, alter),
        DdlOp::CreateIndex(create) => index::create(cx, create),
        DdlOp::CreateView(create) => view::create(cx, create),
        DdlOp::CreateMatview(create) => view::create_materialized(cx, create),
        DdlOp::CreateSequence(create) => types::create_sequence(cx, create),
        DdlOp::AlterSequence(alter) => types::alter_sequence(cx, alter),
        DdlOp::AlterEnum(alter) => types::alter_enum(cx, alter),
        DdlOp::AlterDomain(alter) => types::alter_domain(cx, alter),
        DdlOp::CreateFunction(create) => routine::create_function(cx, create),
        DdlOp::CreateTrigger(create) => routine::create_trigger(cx, create),
        DdlOp::CreateRule(create) => routine::create_rule(cx, create),
        DdlOp::CreatePolicy(create) => access::create_policy(cx, create),
        DdlOp::AlterPolicy(alter) => access::alter_policy(cx, alter),
        DdlOp::Grant(grant) => access::grant(cx, grant),
        DdlOp::DropOwned { roles, cascade: _ } => access::drop_owned(cx, roles),
        DdlOp::ReassignOwned { roles, to: _ } => access::reassign_owned(cx, roles),
        DdlOp::CreateSchema(create) => {
            for element in &create.elements {
                operation(cx, element);
            }
        }
        DdlOp::AlterExtension(alter) => utility::alter_extension(cx, alter),
        DdlOp::CreateStatistics(create) => {
            cx.lock_named(&create.table, ObjectKind::Table, LockMode::ShareUpdateExclusive);
        }
        DdlOp::CreatePublication(create) => object::publish(cx, &create.tables, &create.only),
        DdlOp::AlterPublication(alter) => object::alter_publication(cx, alter),
        DdlOp::Comment(comment) => object::comment(cx, comment),
        DdlOp::Drop(drop) => object::drop(cx, drop),
        DdlOp::Rename(rename) => table::rename(cx, rename),
        DdlOp::SetSchema(set) => table::set_schema(cx, set),
        DdlOp::OwnerTo(owner) => object::owner_to(cx, owner),
        DdlOp::Misc(misc) => utility::misc(cx, misc),
        DdlOp::Reindex(reindex) => index::reindex(cx, reindex),
        DdlOp::Cluster(cluster) => maintenance::cluster(cx, cluster),
        DdlOp::Vacuum(vacuum) => maintenance::vacuum(cx, vacuum),
        DdlOp::RefreshMatview(refresh) => view::refresh(cx, refresh),
        DdlOp::Truncate(truncate) => data::truncate(cx, truncate),
        DdlOp::Insert(insert) => data::insert(cx, insert),
        DdlOp::Update(update) => data::update(cx, update),
        DdlOp::Delete(delete) => data::delete(cx, delete),
        DdlOp::Merge(merge) => data::merge(cx, merge),
        DdlOp::Select(select) => data::select(cx, select),
        DdlOp::Copy(copy) => data::copy(cx, copy),
        DdlOp::LockTable(lock) => data::lock(cx, lock),
        DdlOp::Do(block) => utility::block(cx, &block.statements, &block.unread),
        DdlOp::Call { procedure } => {
            cx.fx.ends_transaction = cx.schema.ends_transaction(procedure);
            cx.unsure(format!("{procedure} is called, and what it does is not followed"));
        }
        DdlOp::Session(command) => utility::session(cx, command),
        DdlOp::Opaque(opaque) => utility::opaque(cx, opaque),
        // These touch catalogs and sessions only.
        DdlOp::CreateType(_)
        | DdlOp::CreateDomain(_)
        | DdlOp::AlterFunction(_)
        | DdlOp::GrantRole(_)
        | DdlOp::AlterDefaultPrivileges(_)
        | DdlOp::CreateRole(_)
        | DdlOp::AlterRole(_)
        | DdlOp::CreateExtension(_)
        | DdlOp::Transaction(_)
        | DdlOp::Set(_) => {}
    }
}
