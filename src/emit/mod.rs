//! Operations as SQL: the one printer of statements.
//!
//! In: [`DdlOp`] values, parsed or built. Out: the SQL text that an experienced DBA would write for them, the
//! same text for the same value, ever. What the operation does not hold is not made up: a statement whose text
//! cannot be told from its value comes out as an SQL comment that says so.
//!
//! PostgreSQL is complete. MySQL and SQLite have their own forms of `CREATE`, `ALTER` and `DROP TABLE`,
//! `CREATE` and `DROP INDEX`, of renames, of `SET` and of what maintains tables; every other statement, and every
//! table action for which they have no syntax, is written as PostgreSQL writes it.

mod access;
mod alter;
mod column;
mod data;
mod expr;
mod index;
mod line;
mod mysql;
mod named;
mod names;
pub mod object;
mod routine;
mod table;
mod types;

#[cfg(test)]
mod tests;

use crate::ir::DdlOp;
use crate::ir::object::{Misc, MiscAction};
use crate::name::Dialect;

/// The statement that does `op`, without a semicolon at its end. Where a dialect needs several statements for
/// one operation (SQLite alters one thing at a time) they are separated by `;` and a line break.
///
/// An operation that was not analysed, or whose full text the operation does not hold, gives a comment line
/// that begins with `--` and nothing to execute.
#[must_use]
pub fn sql(op: &DdlOp, dialect: Dialect) -> String {
    match op {
        DdlOp::CreateTable(create) => table::create_table(create, dialect),
        DdlOp::AlterTable(alter) => alter::alter_table(alter, dialect),
        DdlOp::CreateIndex(create) => index::create_index(create, dialect),
        DdlOp::CreateView(create) => table::create_view(create, dialect),
        DdlOp::CreateMatview(create) => table::create_matview(create, dialect),
        DdlOp::CreateSequence(create) => types::create_sequence(create, dialect),
        DdlOp::AlterSequence(alter) => types::alter_sequence(alter, dialect),
        DdlOp::CreateType(create) => types::create_type(create, dialect),
        DdlOp::AlterEnum(alter) => types::alter_enum(alter, dialect),
        DdlOp::CreateDomain(create) => types::create_domain(create, dialect),
        DdlOp::AlterDomain(alter) => types::alter_domain(alter, dialect),
        DdlOp::CreateFunction(create) => routine::create_function(create, dialect),
        DdlOp::AlterFunction(alter) => routine::alter_function(alter, dialect),
        DdlOp::CreateTrigger(create) => routine::create_trigger(create, dialect),
        DdlOp::CreateRule(create) => verbatim(&create.sql),
        DdlOp::CreatePolicy(create) => access::create_policy(create, dialect),
        DdlOp::AlterPolicy(alter) => access::alter_policy(alter, dialect),
        DdlOp::Grant(grant) => access::grant(grant, dialect),
        DdlOp::GrantRole(grant) => access::grant_role(grant, dialect),
        DdlOp::AlterDefaultPrivileges(alter) => access::alter_default_privileges(alter, dialect),
        DdlOp::CreateRole(create) => access::create_role(create, dialect),
        DdlOp::AlterRole(alter) => access::alter_role(alter, dialect),
        DdlOp::DropOwned { roles, cascade } => access::drop_owned(roles, *cascade),
        DdlOp::ReassignOwned { roles, to } => access::reassign_owned(roles, to),
        DdlOp::CreateSchema(create) => named::create_schema(create, dialect),
        DdlOp::CreateExtension(create) => named::create_extension(create, dialect),
        DdlOp::AlterExtension(alter) => named::alter_extension(alter, dialect),
        DdlOp::CreateStatistics(create) => named::create_statistics(create, dialect),
        DdlOp::CreatePublication(create) => named::create_publication(create, dialect),
        DdlOp::AlterPublication(alter) => named::alter_publication(alter, dialect),
        DdlOp::Comment(comment) => named::comment(comment, dialect),
        DdlOp::Drop(drop) => named::drop(drop, dialect),
        DdlOp::Rename(rename) => named::rename(rename, dialect),
        DdlOp::SetSchema(set) => named::set_schema(set, dialect),
        DdlOp::OwnerTo(owner) => named::owner_to(owner, dialect),
        DdlOp::Misc(misc) => other(misc, dialect),
        DdlOp::Reindex(reindex) => index::reindex(reindex, dialect),
        DdlOp::Cluster(cluster) => index::cluster(cluster, dialect),
        DdlOp::Vacuum(vacuum) => index::vacuum(vacuum, dialect),
        DdlOp::RefreshMatview(refresh) => index::refresh(refresh, dialect),
        DdlOp::Truncate(truncate) => data::truncate(truncate, dialect),
        DdlOp::Insert(insert) => data::insert(insert, dialect),
        DdlOp::Update(update) => data::update(update, dialect),
        DdlOp::Delete(delete) => data::delete(delete, dialect),
        DdlOp::Merge(merge) => data::merge(merge, dialect),
        DdlOp::Select(select) => verbatim(&select.query.sql),
        DdlOp::Copy(copy) => data::copy(copy, dialect),
        DdlOp::LockTable(lock) => data::lock_table(lock, dialect),
        DdlOp::Transaction(transaction) => data::transaction(transaction, dialect),
        DdlOp::Set(set) => data::set(set, dialect),
        DdlOp::Do(block) => routine::do_block(&block.language, &block.body, dialect),
        DdlOp::Call { procedure } => not_held(&format!("CALL {}", object::relation(procedure, dialect))),
        DdlOp::Session(command) => not_held(command.verb),
        DdlOp::Opaque(opaque) => comment_line("not analysed", &opaque.verb),
    }
}

/// The statements one after the other, each terminated by `;` and a line break; comments by the line break only.
#[must_use]
pub fn script<'a>(ops: impl IntoIterator<Item = &'a DdlOp>, dialect: Dialect) -> String {
    let mut out = String::new();
    for op in ops {
        let statement = sql(op, dialect);
        out.push_str(&statement);
        out.push_str(if is_comment(&statement) { "\n" } else { ";\n" });
    }
    out
}

/// Whether [`sql`] gave a comment instead of a statement.
#[must_use]
pub fn is_comment(statement: &str) -> bool {
    statement.starts_with("--")
}

/// A statement about an object without a model of its own.
fn other(misc: &Misc, dialect: Dialect) -> String {
    match (misc.action, &misc.object) {
        // What a difference says has no text.
        (MiscAction::State(state), Some(trigger)) => line::Line::new("ALTER EVENT TRIGGER")
            .word(object::object(misc.kind, trigger, dialect))
            .word(alter::firing(state))
            .done(),
        _ => verbatim(&misc.sql),
    }
}

/// Text that is SQL already.
fn verbatim(sql: &str) -> String {
    sql.trim().trim_end_matches(';').trim_end().to_owned()
}

/// For statements that were understood but whose full text the operation does not hold.
fn not_held(what: &str) -> String {
    comment_line("text not kept", what)
}

/// A comment of one line, whatever the text.
fn comment_line(why: &str, what: &str) -> String {
    let what: Vec<&str> = what.split_whitespace().collect();
    format!("-- {why}: {}", what.join(" "))
}
