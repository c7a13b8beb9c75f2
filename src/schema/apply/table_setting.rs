//! Settings of a table: which triggers and rules fire, what identifies rows for replicas.

use crate::ir::table::{FiringState, Options, ReplicaIdentity, TriggerSelection};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::error::SchemaError;
use crate::schema::model::{Object, UserTypeKind};

use super::Outcome;
use super::fail;
use super::tokens::Text;

/// The tablespace of a relation, unless it is the database's own.
pub(super) fn apart(tablespace: Option<&Ident>) -> Option<Ident> {
    tablespace.filter(|name| ***name != *"pg_default").cloned()
}

/// Carries out `OPTIONS (ADD a 'x', SET b 'y', DROP c)`.
fn change_foreign_options(options: &mut Options, sql: &str) -> Result<(), SchemaError> {
    let text = Text::new(sql);
    let mut at = 2; // behind `OPTIONS (`
    while at < text.tokens.len() {
        let action = ["set", "add", "drop"].iter().find(|w| text.word(at, w) && text.name(at + 1).is_some());
        let Some(name) = text.name(at + usize::from(action.is_some())) else { break };
        at += 1 + usize::from(action.is_some());
        let value = text.tokens.get(at).filter(|t| t.kind.is_string()).map(|t| t.text(sql));
        at += usize::from(value.is_some()) + 1; // and a comma
        let value = value.map(|v| v.trim_matches('\'').replace("''", "'")).unwrap_or_default();
        let place = options.iter().position(|(known, _)| *known == *name);
        match (action.copied(), place) {
            (Some("drop"), Some(place)) => {
                options.remove(place);
            }
            (Some("set"), Some(place)) => options[place].1 = value,
            (Some("drop" | "set"), None) => {
                return Err(SchemaError::new("42704", format!("option \"{name}\" not found")));
            }
            (_, Some(_)) => {
                let message = format!("option \"{name}\" provided more than once");
                return Err(SchemaError::new("42710", message));
            }
            (_, None) => options.push((name.to_string(), value)),
        }
    }
    Ok(())
}

impl Schema {
    /// `OPTIONS (…)` of a foreign table, or of one of its columns.
    pub(super) fn foreign_options(&mut self, table: &QName, column: Option<&Ident>, sql: &str) -> Outcome {
        let Some(found) = self.table_at(table) else { return Ok(()) };
        let mut options = match column {
            None => found.options.clone(),
            Some(name) => match found.column(name) {
                Some(column) => column.foreign_options.clone(),
                None => return self.set_on_column(table, name, false, |_| {}),
            },
        };
        if let Err(error) = change_foreign_options(&mut options, sql) {
            return self.refuse_on(table, error);
        }
        match column {
            None => self.edit_table(table, |t| t.options = options),
            Some(name) => self.edit_column(table, name, |c| c.foreign_options = options),
        }
        Ok(())
    }

    /// How values of a type are stored when nothing else is said, as far as it is known.
    pub(super) fn usual_storage(&self, ty: &TypeName) -> Option<&'static str> {
        if let Some(storage) = builtin::storage(ty) {
            return Some(storage);
        }
        match &self.user_type(&ty.name)?.kind {
            UserTypeKind::Enum(_) => Some("plain"),
            UserTypeKind::Composite(_) | UserTypeKind::Range(_) => Some("extended"),
            UserTypeKind::Domain(domain) => self.usual_storage(&domain.base),
            UserTypeKind::Base(_) | UserTypeKind::Shell => None,
        }
    }

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
