//! `DROP COLUMN`.

use crate::ir::index::KeyTarget;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::mentions;
use crate::schema::model::{Table, TableKind};

use super::Outcome;
use super::fail::{self, invalid_table};

impl Schema {
    /// `DROP COLUMN`.
    pub(super) fn drop_column(
        &mut self,
        name: &QName,
        column: &Ident,
        if_exists: bool,
        cascade: bool,
        only: bool,
    ) -> Outcome {
        let Some(table) = self.table_at(name) else { return Ok(()) };
        if table.column(column).is_none() {
            return if if_exists {
                Ok(())
            } else {
                self.refuse_column(table, column, fail::column_missing(name, column))
            };
        }
        if self.column_from_parent(table, column, None) {
            let message = format!("cannot drop inherited column \"{column}\"");
            self.refuse_on(name, invalid_table(message))?;
        }
        self.refuse_partition_key(table, column, "drop")?;
        let children = self.child_names(name);
        if only && !children.is_empty() && table.is_partitioned() {
            let message = "cannot drop column from only the partitioned table when partitions exist";
            self.refuse_on(name, invalid_table(message.into()))?;
        }
        let mut doomed = vec![(name.clone(), column.clone())];
        self.dropped_below(name, column, only, &mut doomed);
        self.drop_columns(&doomed, cascade)
    }

    /// The children's columns that go with a parent's, and, with `ONLY`, those that become their own.
    fn dropped_below(&mut self, name: &QName, column: &Ident, only: bool, doomed: &mut Vec<(QName, Ident)>) {
        for child in self.child_names(name) {
            let Some(table) = self.table_at(&child) else { continue };
            let inherited = table.column(column).is_some_and(|c| c.inherited);
            if !inherited || self.column_from_parent(table, column, Some(name)) {
                continue;
            }
            if only {
                self.edit_column(&child, column, |c| c.inherited = false);
            } else if !doomed.contains(&(child.clone(), column.clone())) {
                doomed.push((child.clone(), column.clone()));
                self.dropped_below(&child, column, only, doomed);
            }
        }
    }

    /// Fails when a column is part of the partition key.
    pub(super) fn refuse_partition_key(&self, table: &Table, column: &Ident, verb: &str) -> Outcome {
        let TableKind::Partitioned(by) = &table.kind else { return Ok(()) };
        let used = by.keys.iter().any(|key| match &key.target {
            KeyTarget::Column(name) => name == column,
            KeyTarget::Expr(expr) => mentions(expr, column),
        });
        if !used {
            return Ok(());
        }
        let message = format!(
            "cannot {verb} column \"{column}\" because it is part of the partition key of relation \"{}\"",
            table.name.name
        );
        self.refuse_on(&table.name, invalid_table(message))
    }
}
