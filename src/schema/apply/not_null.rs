//! `NOT NULL`: a flag of the column before 18, a constraint with a name from then on.

use crate::ir::table::{ConstraintDef, ConstraintKind};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{NotNull, Table};

use super::Outcome;
use super::fail::invalid_table;

impl Schema {
    /// `SET NOT NULL` and `DROP NOT NULL`.
    pub(super) fn alter_not_null(
        &mut self,
        name: &QName,
        column: &Ident,
        not_null: bool,
        only: bool,
    ) -> Outcome {
        let Some((table, found)) = self.column_of(name, column)? else { return Ok(()) };
        if !not_null {
            if found.identity.is_some() {
                let message =
                    format!("column \"{column}\" of relation \"{}\" is an identity column", name.name);
                return self.refuse_on(name, SchemaError::new("42601", message));
            }
            let in_key = table.primary_key().is_some_and(
                |pk| matches!(&pk.kind, ConstraintKind::PrimaryKey(key) if key.columns.contains(column)),
            );
            let demanded = table.partition_of.as_ref().is_some_and(|(parent, _)| {
                let parent = self.table_at(parent).and_then(|p| p.column(column));
                parent.is_some_and(|c| c.not_null.is_some())
            });
            // 18 looks at the parent first.
            if in_key && !(demanded && self.version().at_least(18)) {
                let message = format!("column \"{column}\" is in a primary key");
                return self.refuse_on(name, invalid_table(message));
            }
            if demanded {
                let message = format!("column \"{column}\" is marked NOT NULL in parent table");
                return self.refuse_on(name, invalid_table(message));
            }
        }
        if !not_null && self.version().at_least(18) {
            let from_parent = table
                .parents()
                .filter_map(|p| self.table_at(p)?.column(column))
                .any(|c| c.not_null.as_ref().is_some_and(|n| !n.no_inherit));
            if let (true, Some(constraint)) =
                (from_parent, found.not_null.as_ref().and_then(|n| n.name.as_ref()))
            {
                let message = format!(
                    "cannot drop inherited constraint \"{constraint}\" of relation \"{}\"",
                    name.name
                );
                return self.refuse_on(name, invalid_table(message));
            }
        }
        let before = found.not_null.clone();
        let only = only || (!not_null && before.as_ref().is_some_and(|n| n.no_inherit));
        for table in self.family(name, only) {
            let first = table == *name;
            // Children get their parent's constraint; since 18 they keep one of their own when it goes.
            let named = self.table_at(name).and_then(|t| t.column(column)?.not_null.as_ref()?.name.clone());
            let own = self.version().at_least(18) && !first;
            self.edit_column(&table, column, |c| {
                c.not_null = match c.not_null.take() {
                    Some(existing) if not_null => Some(NotNull { not_valid: false, ..existing }),
                    Some(existing) if own && before.as_ref().is_none_or(|b| b.name != existing.name) => {
                        Some(existing)
                    }
                    _ if not_null => Some(NotNull { name: named, ..NotNull::default() }),
                    _ => None,
                };
            });
            self.fill_not_null_names(&table);
        }
        Ok(())
    }

    /// Makes every `NOT NULL` what it is in this version: a constraint with a name from 18 on, before that a mark.
    pub(in crate::schema) fn fit_not_nulls(&mut self) {
        let tables: Vec<QName> = self.tables().map(|table| table.name.clone()).collect();
        for name in tables {
            let more = |n: &NotNull| *n != NotNull::default();
            let columns = self.table_at(&name).map_or(&[][..], |table| &table.columns);
            if self.version().at_least(18) {
                self.fill_not_null_names(&name);
            } else if columns.iter().filter_map(|c| c.not_null.as_ref()).any(more) {
                self.edit_table(&name, |table| {
                    let marks = table.columns.iter_mut().filter_map(|c| c.not_null.as_mut());
                    marks.for_each(|mark| *mark = NotNull::default());
                });
            }
        }
        self.take_changes();
    }

    /// Names the `NOT NULL`s of a stored table that have no name yet (18 and later).
    pub(super) fn fill_not_null_names(&mut self, name: &QName) {
        if let Some(table) = self.table_at(name)
            && self.version().at_least(18)
            && table.columns.iter().any(|c| c.not_null.as_ref().is_some_and(|n| n.name.is_none()))
        {
            let mut table = table.clone();
            self.name_not_nulls(&mut table);
            self.edit_table(name, |t| *t = table);
        }
    }

    /// Gives names to `NOT NULL`s that have none (18 and later).
    pub(super) fn name_not_nulls(&self, table: &mut Table) {
        if !self.version().at_least(18) {
            return;
        }
        for at in 0..table.columns.len() {
            if table.columns[at].not_null.as_ref().is_some_and(|n| n.name.is_none()) {
                let name =
                    self.choose_constraint_name(table, Some(&table.columns[at].name.clone()), "not_null");
                if let Some(not_null) = &mut table.columns[at].not_null {
                    not_null.name = Some(name);
                }
            }
        }
    }

    pub(super) fn add_not_null(
        &mut self,
        table: &Table,
        def: &ConstraintDef,
        column: &Ident,
        only: bool,
    ) -> Outcome {
        if !self.has_column(table, column)? {
            return Ok(());
        }
        let name = table.name.clone();
        if let Some(existing) = table.column(column).and_then(|c| c.not_null.as_ref()) {
            let differs = def.name.is_some() && def.name != existing.name && self.version().at_least(18);
            if differs {
                let message = format!(
                    "cannot create not-null constraint \"{}\" on column \"{column}\" of table \"{}\"",
                    def.name.clone().unwrap_or_else(|| column.clone()),
                    name.name
                );
                return self.refuse_on(&name, SchemaError::new("55000", message));
            }
            return Ok(());
        }
        let mut chosen = def.name.clone().filter(|_| self.version().at_least(18));
        for table in self.family(&name, only || def.no_inherit) {
            let first = table == name;
            self.edit_column(&table, column, |c| {
                c.not_null.get_or_insert_with(|| NotNull {
                    name: chosen.clone(),
                    not_valid: def.not_valid,
                    no_inherit: def.no_inherit && first,
                    comment: None,
                });
            });
            self.fill_not_null_names(&table);
            if first {
                let named = self.table_at(&name).and_then(|t| t.column(column)?.not_null.clone());
                chosen = named.and_then(|n| n.name);
            }
        }
        Ok(())
    }
}
