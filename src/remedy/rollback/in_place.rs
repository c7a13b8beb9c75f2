//! Keeping what a migration would lose without a copy beside it: a table moves out of the way instead of being dropped,
//! and a column that goes or changes its type leaves its values in another one.
//!
//! In: what is to be kept. Out: the statements before the migration and after the rollback. Moving a table costs nothing
//! before the migration; its rows are copied only when it is rolled back.

use std::fmt::Write;

use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::name::Ident;
use crate::quote::quote_ident;
use crate::schema::model::{Table, TableKind};

use super::keep::{Keep, list, qualified};

/// How data stays where it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum InPlace {
    /// The table moves to a schema of its own, and the migration drops an empty one.
    Move,
    /// The values stay in columns beside; those of `retyped` have values afterwards too, which new rows keep.
    Shadow { retyped: Vec<Ident> },
}

/// For a table that a statement drops by itself: what went along with it would be in the way.
pub(super) fn of_table(op: &DdlOp, table: &Table) -> Option<InPlace> {
    let DdlOp::Drop(drop) = op else { return None };
    let alone = !drop.cascade && table.partition_of.is_none() && table.inherits.is_empty();
    (alone && table.kind == TableKind::Ordinary).then_some(InPlace::Move)
}

/// For columns that a statement drops or gives another type.
pub(super) fn of_columns(op: &DdlOp, before: &Table, after: &Table) -> Option<InPlace> {
    let DdlOp::AlterTable(alter) = op else { return None };
    let computes = |action: &TableAction| matches!(action, TableAction::AlterType { using: Some(_), .. });
    if alter.actions.iter().any(|(action, _)| computes(action)) || before.partition_of.is_some() {
        return None;
    }
    let stays = before.columns.iter().filter(|c| after.column(&c.name).is_some());
    Some(InPlace::Shadow { retyped: stays.map(|c| c.name.clone()).collect() })
}

impl Keep {
    /// Whether the data can stay where it is.
    #[must_use]
    pub const fn is_in_place(&self) -> bool {
        self.place.is_some() && !self.homeless
    }

    /// What stays, in words.
    #[must_use]
    pub fn place_name(&self, suffix: &str) -> String {
        match &self.place {
            Some(InPlace::Move) => format!("{} as {}", self.table, self.aside(suffix)),
            Some(InPlace::Shadow { .. }) => {
                let shadows: Vec<String> = self.values().map(|c| shadow(c, suffix)).collect();
                format!("{} of {} in {}", self.what, self.table, shadows.join(", "))
            }
            None => format!("{} of {} in {}", self.what, self.table, self.copy_name(suffix)),
        }
    }

    /// What runs before the migration instead of [`Keep::capture`].
    #[must_use]
    pub fn set_aside(&self, suffix: &str) -> String {
        let table = qualified(&self.table);
        match &self.place {
            Some(InPlace::Move) => {
                let (schema, aside) = (quote_ident(&self.home(suffix)).into_owned(), self.aside(suffix));
                format!(
                    "CREATE SCHEMA {schema};\nALTER TABLE {table} SET SCHEMA {schema};\n\
                     CREATE TABLE {table} (LIKE {aside});\n"
                )
            }
            Some(InPlace::Shadow { .. }) => {
                let mut sql = String::new();
                for column in self.values() {
                    let ty = self.types.iter().find(|(c, _)| c == column).map(|(_, ty)| ty.sql());
                    let ty = ty.unwrap_or_default();
                    let _ = writeln!(sql, "ALTER TABLE {table} ADD COLUMN {} {ty};", shadow(column, suffix));
                }
                let set: Vec<String> =
                    self.values().map(|c| format!("{} = {}", shadow(c, suffix), quote_ident(c))).collect();
                sql + &self.quietly(&format!("UPDATE {table} SET {}", set.join(", ")))
            }
            None => self.capture(suffix),
        }
    }

    /// What runs after the rollback instead of [`Keep::put_back`].
    #[must_use]
    pub fn take_back(&self, suffix: &str) -> String {
        let table = qualified(&self.table);
        match &self.place {
            Some(InPlace::Move) => {
                let how = if self.overriding { " OVERRIDING SYSTEM VALUE" } else { "" };
                let columns = list(&self.columns);
                let aside = self.aside(suffix);
                self.quietly(&format!("INSERT INTO {table} ({columns}){how} SELECT {columns} FROM {aside}"))
            }
            Some(InPlace::Shadow { retyped }) => {
                let back = |c: &Ident| {
                    let (name, shadow) = (quote_ident(c), shadow(c, suffix));
                    if retyped.contains(c) {
                        format!("{name} = coalesce({shadow}, {name})")
                    } else {
                        format!("{name} = {shadow}")
                    }
                };
                let set: Vec<String> = self.values().map(back).collect();
                self.quietly(&format!("UPDATE {table} SET {}", set.join(", "))) + &self.require()
            }
            None => self.put_back(suffix),
        }
    }

    /// What runs last instead of [`Keep::discard`].
    #[must_use]
    pub fn clear(&self, suffix: &str) -> String {
        match &self.place {
            Some(InPlace::Move) => {
                let schema = self.home(suffix);
                format!("DROP TABLE {};\nDROP SCHEMA {};\n", self.aside(suffix), quote_ident(&schema))
            }
            Some(InPlace::Shadow { .. }) => {
                let drops: Vec<String> =
                    self.values().map(|c| format!("DROP COLUMN {}", shadow(c, suffix))).collect();
                format!("ALTER TABLE {} {};\n", qualified(&self.table), drops.join(", "))
            }
            None => self.discard(suffix),
        }
    }

    /// The columns whose values are kept.
    fn values(&self) -> impl Iterator<Item = &Ident> {
        self.columns.iter().filter(|c| !self.key.contains(c))
    }

    /// The schema in which a table is meanwhile, with its indexes, whose names the rollback needs.
    fn home(&self, suffix: &str) -> Ident {
        self.copy_name(suffix).name
    }

    /// Where a table is meanwhile.
    fn aside(&self, suffix: &str) -> String {
        format!("{}.{}", quote_ident(&self.home(suffix)), quote_ident(&self.table.name))
    }
}

fn shadow(column: &Ident, suffix: &str) -> String {
    let mut stem = column.to_string();
    while stem.len() + suffix.len() + 6 > 63 && stem.pop().is_some() {}
    quote_ident(&format!("{stem}_kept_{suffix}")).into_owned()
}
