//! Changing and dropping the constraints of a table.

use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;

use super::Outcome;
use super::fail::{self, invalid_table};

impl Schema {
    /// `ALTER CONSTRAINT`.
    pub(super) fn alter_constraint(
        &mut self,
        table: &QName,
        name: &Ident,
        deferrability: Option<(bool, bool)>,
        enforced: Option<bool>,
        no_inherit: Option<bool>,
    ) -> Outcome {
        self.constraint_known(table, name)?;
        let found = self.table_at(table).and_then(|t| t.constraint(name));
        if found.is_some_and(|c| !matches!(c.kind, ConstraintKind::ForeignKey(_))) {
            if enforced.is_some() {
                let message = format!(
                    "cannot alter enforceability of constraint \"{name}\" of relation \"{}\"",
                    table.name
                );
                self.refuse_on(table, SchemaError::new("42809", message))?;
            } else if deferrability.is_some() {
                let message = format!(
                    "constraint \"{name}\" of relation \"{}\" is not a foreign key constraint",
                    table.name
                );
                self.refuse_on(table, SchemaError::new("42809", message))?;
            }
        }
        self.edit_table(table, |t| {
            for constraint in t.constraints.iter_mut().filter(|c| c.name == *name) {
                if let Some(both) = deferrability {
                    (constraint.deferrable, constraint.initially_deferred) = both;
                }
                if let Some(enforced) = enforced {
                    // The server checks the rows when it begins to enforce.
                    (constraint.enforced, constraint.validated) = (enforced, enforced);
                }
                constraint.no_inherit = no_inherit.unwrap_or(constraint.no_inherit);
            }
            let not_nulls = t.columns.iter_mut().filter_map(|c| c.not_null.as_mut());
            for not_null in not_nulls.filter(|n| n.name.as_ref() == Some(name)) {
                not_null.no_inherit = no_inherit.unwrap_or(not_null.no_inherit);
            }
        });
        Ok(())
    }

    /// Fails when a table certainly has no constraint of this name.
    fn constraint_known(&self, table: &QName, name: &Ident) -> Outcome {
        let known = self.table_at(table).is_some_and(|t| t.constraint(name).is_some());
        if known || self.has_not_null(table, name) {
            Ok(())
        } else {
            self.refuse_on(table, fail::constraint_missing(table, name))
        }
    }

    /// Whether a `NOT NULL` of the table has this name (18 and later).
    pub(super) fn has_not_null(&self, table: &QName, name: &Ident) -> bool {
        self.table_at(table).is_some_and(|t| {
            t.columns.iter().any(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
        })
    }

    pub(super) fn validate_constraint(&mut self, table: &QName, name: &Ident, only: bool) -> Outcome {
        self.constraint_known(table, name)?;
        // Checks and NOT NULL are passed on to children, foreign keys to partitions.
        let shared = self.has_not_null(table, name)
            || self.table_at(table).is_some_and(|t| {
                t.is_partitioned()
                    || t.constraint(name).is_some_and(|c| matches!(c.kind, ConstraintKind::Check(_)))
            });
        let family = if shared { self.family(table, only) } else { vec![table.clone()] };
        for table in family {
            self.edit_table(&table, |t| {
                for constraint in t.constraints.iter_mut().filter(|c| c.name == *name) {
                    constraint.validated = constraint.enforced;
                }
                let not_nulls = t.columns.iter_mut().filter_map(|c| c.not_null.as_mut());
                for not_null in not_nulls.filter(|n| n.name.as_ref() == Some(name)) {
                    not_null.not_valid = false;
                }
            });
        }
        Ok(())
    }

    pub(super) fn drop_constraint(
        &mut self,
        table: &QName,
        name: &Ident,
        if_exists: bool,
        cascade: bool,
        only: bool,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else { return Ok(()) };
        let Some(constraint) = found.constraint(name) else {
            return if self.has_not_null(table, name) {
                let column = found
                    .columns
                    .iter()
                    .find(|c| c.not_null.as_ref().is_some_and(|n| n.name.as_ref() == Some(name)))
                    .map(|c| c.name.clone());
                column.map_or(Ok(()), |column| self.alter_not_null(table, &column, false, only))
            } else if if_exists {
                Ok(())
            } else {
                self.refuse_on(table, fail::constraint_missing(table, name))
            };
        };
        let check = matches!(constraint.kind, ConstraintKind::Check(_));
        let from_partition_parent = constraint.inherited && found.partition_of.is_some() && !check;
        if from_partition_parent || (check && self.constraint_from_parent(found, name, None)) {
            let message =
                format!("cannot drop inherited constraint \"{name}\" of relation \"{}\"", table.name);
            self.refuse_on(table, invalid_table(message))?;
        }
        let mut items = vec![(ObjectKey::Relation(table.clone()), Part::Constraint(name.clone()))];
        if check && !constraint.no_inherit {
            self.constraint_below(table, name, only, &mut items);
        }
        self.drop_items(items, cascade)
    }

    /// The children's checks that go with a parent's; with `ONLY` they become their own.
    fn constraint_below(
        &mut self,
        table: &QName,
        name: &Ident,
        only: bool,
        items: &mut Vec<(ObjectKey, Part)>,
    ) {
        for child in self.child_names(table) {
            let Some(found) = self.table_at(&child) else { continue };
            let inherited = found.constraint(name).is_some_and(|c| c.inherited);
            let item = (ObjectKey::Relation(child.clone()), Part::Constraint(name.clone()));
            if !inherited || self.constraint_from_parent(found, name, Some(table)) || items.contains(&item) {
                continue;
            }
            if only {
                self.edit_table(&child, |t| {
                    t.constraints.iter_mut().filter(|c| c.name == *name).for_each(|c| c.inherited = false);
                });
            } else {
                items.push(item);
                self.constraint_below(&child, name, only, items);
            }
        }
    }
}
