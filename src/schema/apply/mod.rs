//! Applying statements to the model, as the server would carry them out.
//!
//! In: one [`DdlOp`] after the other. Out: the changed schema, its journal, and the error that the server would
//! raise. A statement that fails changes nothing, as on the server. Errors are only reported when they are
//! certain: everything the model does not cover is taken to work.

mod access;
mod alter;
mod column;
mod column_drop;
mod constraint;
mod constraint_alter;
mod data;
mod data_value;
mod default_acl;
mod drop;
mod fail;
mod foreign_key;
mod grantor;
mod index;
mod inherit;
mod like;
mod locate;
mod membership;
mod move_schema;
mod names;
mod not_null;
mod object;
mod other;
mod partition;
mod partition_bound;
mod policy;
mod qualify;
mod rename;
mod retext;
mod retype;
mod rewrite;
mod rewrite_text;
mod role;
mod routine;
mod sequence;
mod stars;
mod table;
mod table_setting;
mod tokens;
mod types;
mod version;
mod view;

#[cfg(test)]
mod tests;

use crate::ir::DdlOp;
use crate::ir::index::Cluster;
use crate::name::{Dialect, Ident, QName};

use super::error::SchemaError;
use super::key::ObjectKey;
use super::{Coverage, Schema};

/// `Err` when the statement fails on the server.
type Outcome = Result<(), SchemaError>;

impl Schema {
    /// Applies a statement in place. Returns the error that the server would certainly raise; the schema is
    /// then as before, except that an object whose creation failed is unknown from here on, so that later
    /// statements about it raise no errors that only follow from the first. What changed is in the journal
    /// ([`Schema::take_changes`]).
    ///
    /// Session settings are applied as if they lasted: `SET LOCAL` and the end of a transaction are up to the
    /// caller, who saves and restores [`Schema::session`].
    pub fn apply(&mut self, op: &DdlOp) -> Vec<SchemaError> {
        let mark = self.mark();
        let session = matches!(op, DdlOp::Do(_) | DdlOp::CreateSchema(_)).then(|| self.session.clone());
        match self.run(op) {
            Ok(()) => Vec::new(),
            Err(error) => {
                self.rewind(mark);
                if let Some(session) = session {
                    self.session = session;
                }
                self.doubt(op);
                vec![error]
            }
        }
    }

    fn run(&mut self, op: &DdlOp) -> Outcome {
        if let Some(error) = version::syntax_error(op, self.version()) {
            self.refuse_as_written(error)?;
        }
        match op {
            DdlOp::CreateTable(op) => self.create_table(op),
            DdlOp::AlterTable(op) => self.alter_table(op),
            DdlOp::CreateIndex(op) => self.create_index(op),
            DdlOp::CreateView(op) => self.create_view(op),
            DdlOp::CreateMatview(op) => self.create_matview(op),
            DdlOp::CreateSequence(op) => self.create_sequence(op),
            DdlOp::AlterSequence(op) => self.alter_sequence(op),
            DdlOp::CreateType(op) => self.create_type(op),
            DdlOp::AlterEnum(op) => self.alter_enum(op),
            DdlOp::CreateDomain(op) => self.create_domain(op),
            DdlOp::AlterDomain(op) => self.alter_domain(op),
            DdlOp::CreateFunction(op) => self.create_function(op),
            DdlOp::AlterFunction(op) => self.alter_function(op),
            DdlOp::CreateTrigger(op) => self.create_trigger(op),
            DdlOp::CreateRule(op) => self.create_rule(op),
            DdlOp::CreatePolicy(op) => self.create_policy(op),
            DdlOp::AlterPolicy(op) => self.alter_policy(op),
            DdlOp::Grant(op) => self.grant(op),
            DdlOp::GrantRole(op) => self.grant_role(op),
            DdlOp::AlterDefaultPrivileges(op) => self.alter_default_privileges(op),
            DdlOp::CreateRole(op) => self.create_role(op),
            DdlOp::AlterRole(op) => {
                self.alter_role(op);
                Ok(())
            }
            DdlOp::DropOwned { roles, cascade } => self.drop_owned(roles, *cascade),
            DdlOp::ReassignOwned { roles, to } => {
                self.reassign_owned(roles, to);
                Ok(())
            }
            DdlOp::CreateSchema(op) => self.create_schema(op),
            DdlOp::CreateExtension(op) => self.create_extension(op),
            DdlOp::AlterExtension(op) => self.alter_extension(op),
            DdlOp::CreateStatistics(op) => self.create_statistics(op),
            DdlOp::CreatePublication(op) => self.create_publication(op),
            DdlOp::AlterPublication(op) => self.alter_publication(op),
            DdlOp::Comment(op) => self.comment(op),
            DdlOp::Drop(op) => self.drop_objects(op),
            DdlOp::Rename(op) => self.rename(op),
            DdlOp::SetSchema(op) => self.set_schema(op),
            DdlOp::OwnerTo(op) => self.owner_to(op),
            DdlOp::Misc(op) => self.misc(op),
            DdlOp::Reindex(op) => self.reindex(op),
            DdlOp::Cluster(Cluster { table, index }) => self.cluster(table.as_ref(), index.as_ref()),
            DdlOp::Vacuum(op) => self.relations_exist(&op.tables),
            DdlOp::RefreshMatview(op) => self.refresh(op),
            DdlOp::Truncate(op) => self.truncate(op),
            DdlOp::Insert(op) => self.insert(op),
            DdlOp::Update(op) => self.update_rows(op),
            DdlOp::Delete(op) => self.delete_rows(op),
            DdlOp::Merge(op) => self.merge_rows(op),
            DdlOp::Select(op) => self.select(op),
            DdlOp::Copy(op) => self.copy(op),
            DdlOp::LockTable(op) => self.relations_exist(&op.tables),
            DdlOp::Set(op) => {
                self.set_variable(op);
                Ok(())
            }
            DdlOp::Do(op) => self.do_block(op),
            DdlOp::Call { procedure } => {
                self.run_routines(std::slice::from_ref(procedure));
                Ok(())
            }
            // Transactions are the plan's.
            DdlOp::Transaction(_) | DdlOp::Session(_) => Ok(()),
            DdlOp::Opaque(op) => {
                self.opaque(op);
                Ok(())
            }
        }
    }

    /// Whether an error may be called certain at all. The error rules are PostgreSQL's.
    pub(super) fn is_certain(&self) -> bool {
        self.dialect() == Dialect::PostgreSql && self.coverage == Coverage::Complete && !self.blind
    }

    /// Fails, if that is certain.
    fn refuse(&self, error: SchemaError) -> Outcome {
        if self.is_certain() || self.tentative { Err(error) } else { Ok(()) }
    }

    /// Fails with an error that the statement's own text brings about, whatever the schema is. Other dialects have
    /// other errors.
    fn refuse_as_written(&self, error: SchemaError) -> Outcome {
        if self.dialect() == Dialect::PostgreSql { Err(error) } else { Ok(()) }
    }

    /// Fails with an error about a relation or a type, if that is certain.
    fn refuse_on(&self, name: &QName, error: SchemaError) -> Outcome {
        // A table that was made after all is known again.
        let made = self.table_at(name).is_some_and(|table| table.columns_known);
        if self.is_unknown(name) && !made { Ok(()) } else { self.refuse(error) }
    }

    /// After a failed creation: the object is unknown, unless one of its name exists.
    fn doubt(&mut self, op: &DdlOp) {
        let name = match op {
            DdlOp::CreateTable(op) => op.name.clone(),
            DdlOp::CreateView(op) => Some(op.name.clone()),
            DdlOp::CreateMatview(op) => Some(op.name.clone()),
            DdlOp::CreateSequence(op) => Some(op.name.clone()),
            DdlOp::CreateType(op) => Some(op.name.clone()),
            DdlOp::CreateDomain(op) => Some(op.name.clone()),
            DdlOp::CreateFunction(op) => Some(op.name.clone()),
            DdlOp::CreateIndex(op) => op.name.clone().map(|name| self.relation_name(&op.table).sibling(name)),
            _ => None,
        };
        let Some(name) = name.map(|name| self.qualify(&name)) else { return };
        let exists = self.relation_taken(&name)
            || self.get(&ObjectKey::Type(name.clone())).is_some()
            || !self.functions_named(&name).is_empty();
        if !exists {
            self.mark_unknown(name);
        }
    }

    /// The owner of what is made now.
    fn current_role(&self) -> Option<Ident> {
        self.session.role.clone()
    }
}
