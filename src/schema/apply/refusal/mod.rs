//! What the server refuses at first sight, before anything is carried out: statements for relations of another kind,
//! values out of their range, things that exclude each other.
//!
//! In: a statement and the schema before it. Out: the error, if it is certain. What only shows while a statement is
//! carried out is found where that is done. Every one of these was measured; `tests/conformance/` has the cases.

mod catalog;
mod index;
mod relation;
mod rows;
mod table;

use crate::ir::DdlOp;
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::error::SchemaError;

use super::Outcome;

/// An error about an object of the wrong kind.
fn wrong(message: impl Into<String>) -> SchemaError {
    SchemaError::new("42809", message)
}

impl Schema {
    /// Fails when the server would refuse the statement without looking at rows. `ALTER TABLE` is looked at action by
    /// action ([`Schema::refuse_table_action`]).
    pub(super) fn refuse_statement(&self, op: &DdlOp) -> Outcome {
        match op {
            DdlOp::CreateTable(op) => self.refuse_create_table(op),
            DdlOp::AlterTable(op) => self.refuse_repeated(op),
            DdlOp::Drop(op) if op.kind.is_routine() && !op.cascade => self.refuse_routine_drop(op),
            DdlOp::CreateIndex(op) => self.refuse_create_index(op),
            DdlOp::Reindex(op) => self.refuse_reindex(op),
            DdlOp::Cluster(op) => self.refuse_cluster(op),
            DdlOp::CreateTrigger(op) => self.refuse_trigger(op),
            DdlOp::CreateRule(op) => self.refuse_rule(op),
            DdlOp::CreateStatistics(op) => self.refuse_statistics(op),
            DdlOp::CreateSequence(op) => self.refuse_sequence_options(None, &op.options),
            DdlOp::AlterSequence(op) => {
                let name = self.resolve_relation(&op.name);
                self.refuse_sequence_options(name.as_ref(), &op.options)
            }
            DdlOp::AlterDomain(op) => self.refuse_domain_change(op),
            DdlOp::SetSchema(op) => self.refuse_set_schema(op),
            DdlOp::CreateRole(op) => self.refuse_role_name(&op.name),
            DdlOp::OwnerTo(op) => self.refuse_owner(op),
            DdlOp::Misc(op) => self.refuse_misc(op),
            DdlOp::Truncate(op) => self.refuse_truncate(op),
            DdlOp::LockTable(op) => self.refuse_lock(&op.tables),
            DdlOp::Insert(op) => self.refuse_write(&op.table, "insert into"),
            DdlOp::Update(op) => self.refuse_write(&op.table, "update"),
            DdlOp::Delete(op) => self.refuse_write(&op.table, "delete from"),
            _ => Ok(()),
        }
    }

    /// Fails because of a relation's kind.
    fn refuse_kind_of(&self, name: &QName, message: impl Into<String>) -> Outcome {
        self.refuse_on(name, wrong(message))
    }
}
