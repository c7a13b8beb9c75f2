//! Settings of a table: which triggers and rules fire, what identifies rows for replicas.

use crate::ir::table::{FiringState, ReplicaIdentity, TriggerSelection};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::Object;

use super::Outcome;
use super::fail;

impl Schema {
    pub(super) fn trigger_state(
        &mut self,
        table: &QName,
        which: &TriggerSelection,
        state: FiringState,
        only: bool,
    ) -> Outcome {
        if let TriggerSelection::Named(name) = which {
            let known = self.table_at(table).is_some_and(|t| t.triggers.iter().any(|t| t.def.name == *name));
            if !known {
                // Triggers of foreign keys have names that the model does not keep.
                return if name.starts_with("RI_ConstraintTrigger") {
                    Ok(())
                } else {
                    self.refuse_on(table, fail::part_missing("trigger", name, "table", table))
                };
            }
        }
        for table in self.family(table, only) {
            let wanted = |name: &Ident| match which {
                TriggerSelection::Named(wanted) => wanted == name,
                TriggerSelection::All | TriggerSelection::User => true,
            };
            self.edit_table(&table, |t| {
                t.triggers.iter_mut().filter(|t| wanted(&t.def.name)).for_each(|t| t.state = state);
            });
        }
        Ok(())
    }

    pub(super) fn rule_state(&mut self, table: &QName, name: &Ident, state: FiringState) -> Outcome {
        let known = self.table_at(table).is_some_and(|t| t.rules.iter().any(|r| r.name == *name));
        if !known {
            return self.refuse_on(table, fail::part_missing("rule", name, "relation", table));
        }
        self.edit_table(table, |t| {
            t.rules.iter_mut().filter(|r| r.name == *name).for_each(|r| r.state = state);
        });
        Ok(())
    }

    pub(super) fn replica_identity(&mut self, table: &QName, identity: &ReplicaIdentity) -> Outcome {
        if let ReplicaIdentity::Index(name) = identity
            && let Some(owner) = self.table_at(table)
        {
            let Some(Object::Index(index)) = self.at(&table.sibling(name.clone())) else {
                return self.refuse_on(table, super::index::index_missing(name, table));
            };
            let nullable = index
                .keys
                .iter()
                .filter_map(|k| k.as_column())
                .find(|column| owner.column(column).is_some_and(|c| c.not_null.is_none()));
            let unfit = if !index.unique {
                Some(format!("cannot use non-unique index \"{name}\" as replica identity"))
            } else if index.predicate.is_some() {
                Some(format!("cannot use partial index \"{name}\" as replica identity"))
            } else if index.key_columns().is_none() {
                Some(format!("cannot use expression index \"{name}\" as replica identity"))
            } else {
                nullable.map(|column| {
                    format!("index \"{name}\" cannot be used as replica identity because column \"{column}\" is nullable")
                })
            };
            if let Some(message) = unfit {
                self.refuse_on(table, SchemaError::new("42809", message))?;
            }
        }
        self.edit_table(table, |t| t.replica_identity = identity.clone());
        Ok(())
    }
}
