//! Foreign keys.

use crate::ir::table::{ConstraintDef, ConstraintKind, ForeignKey};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::error::SchemaError;
use crate::schema::model::{Constraint, Index, Table};

use super::fail;
use super::names::joined;

impl Schema {
    /// A foreign key of a table that is being made (`creating`) or changed: the referenced table qualified, its
    /// columns filled in, the name chosen.
    pub(super) fn foreign_key(
        &self,
        table: &Table,
        def: &ConstraintDef,
        fk: &ForeignKey,
        creating: bool,
    ) -> Result<Constraint, SchemaError> {
        for column in fk.columns.iter().chain(&fk.on_delete_columns) {
            if table.column(column).is_none() {
                let message =
                    format!("column \"{column}\" referenced in foreign key constraint does not exist");
                self.refuse_column(table, column, SchemaError::new("42703", message))?;
            }
        }
        if !creating && def.not_valid && table.is_partitioned() && !self.version().at_least(18) {
            let message = format!(
                "cannot add NOT VALID foreign key on partitioned table \"{}\" referencing relation \"{}\"",
                table.name.name, fk.table.name
            );
            self.refuse_on(&table.name, SchemaError::new("42809", message))?;
        }
        let name = if let Some(name) = &def.name {
            if table.constraint(name).is_some() {
                self.refuse_on(&table.name, fail::constraint_exists(&table.name, name))?;
            }
            name.clone()
        } else {
            let columns = joined(fk.columns.iter().map(Ident::as_str));
            self.choose_constraint_name(table, Some(&columns), "fkey")
        };
        let target = self.find_relation(&fk.table, false)?;
        let mut fk = ForeignKey { table: self.relation_name(&fk.table), ..fk.clone() };
        let referenced =
            target.as_ref().and_then(|t| if *t == table.name { Some(table) } else { self.table_at(t) });
        match (target, referenced) {
            (Some(target), None) if self.at(&target).is_some() => {
                let message = format!("referenced relation \"{}\" is not a table", target.name);
                self.refuse_on(&target, SchemaError::new("42809", message))?;
            }
            (_, Some(referenced)) => {
                self.refuse_reference(table, referenced, &fk)?;
                self.referenced_columns(referenced, &mut fk)?;
                self.key_types(table, referenced, &name, &fk)?;
            }
            _ => {}
        }
        let constraint = Self::constraint_from(def, name, ConstraintKind::ForeignKey(fk), creating);
        // NO INHERIT is not for foreign keys; the server stores it for those of unpartitioned tables.
        Ok(Constraint { no_inherit: false, ..constraint })
    }

    /// Fills in the referenced columns and checks that a unique index stands behind them.
    fn referenced_columns(&self, referenced: &Table, fk: &mut ForeignKey) -> Result<(), SchemaError> {
        let name = &referenced.name;
        if fk.ref_columns.is_empty() {
            let primary = referenced.primary_key().map(|c| &c.kind);
            if let Some(ConstraintKind::PrimaryKey(key)) = primary {
                fk.ref_columns.clone_from(&key.columns);
            } else {
                let message = format!("there is no primary key for referenced table \"{}\"", name.name);
                return self.refuse_column(referenced, "", SchemaError::new("42704", message));
            }
        }
        for column in &fk.ref_columns {
            if referenced.column(column).is_none() {
                let message =
                    format!("column \"{column}\" referenced in foreign key constraint does not exist");
                self.refuse_column(referenced, column, SchemaError::new("42703", message))?;
            }
        }
        if !self.is_unique(referenced, &fk.ref_columns) {
            let message = format!(
                "there is no unique constraint matching given keys for referenced table \"{}\"",
                name.name
            );
            self.refuse_column(referenced, "", SchemaError::new("42830", message))?;
        }
        if fk.ref_columns.len() != fk.columns.len() {
            let message = "number of referencing and referenced columns for foreign key disagree";
            return self.refuse_on(name, SchemaError::new("42830", message));
        }
        Ok(())
    }

    /// Whether a constraint or a complete unique index makes these columns of a table unique. The indexes are
    /// looked at last: with all that depends on a table they take long to find.
    fn is_unique(&self, table: &Table, columns: &[Ident]) -> bool {
        let by_constraint = table.constraints.iter().any(|c| match &c.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                same_columns(&key.columns, columns)
            }
            _ => false,
        });
        by_constraint
            || self
                .indexes_of(&table.name)
                .into_iter()
                .filter_map(unique_columns)
                .any(|key| same_columns(&key, columns))
    }

    /// Fails when a pair of columns has types that cannot be compared.
    pub(super) fn key_types(
        &self,
        table: &Table,
        referenced: &Table,
        name: &Ident,
        fk: &ForeignKey,
    ) -> Result<(), SchemaError> {
        for (from, to) in fk.columns.iter().zip(&fk.ref_columns) {
            let (Some(a), Some(b)) = (table.column(from), referenced.column(to)) else { continue };
            let (from_type, to_type) = (self.base_type(&a.data_type), self.base_type(&b.data_type));
            if self.comparable(&from_type, &to_type) == Some(false) {
                let place = if self.version().at_least(18) {
                    (" of the referencing table", " of the referenced table")
                } else {
                    ("", "")
                };
                let error = SchemaError::new(
                    "42804",
                    format!("foreign key constraint \"{name}\" cannot be implemented"),
                )
                .with_detail(format!(
                    "Key columns \"{from}\"{} and \"{to}\"{} are of incompatible types: {} and {}.",
                    place.0, place.1, a.data_type, b.data_type
                ));
                self.refuse_on(&table.name, error)?;
            }
        }
        Ok(())
    }

    fn comparable(&self, from: &TypeName, to: &TypeName) -> Option<bool> {
        let unmodified = |ty: &TypeName| (ty.name.clone(), ty.array);
        if unmodified(from) == unmodified(to) {
            return Some(true);
        }
        let is_enum = |ty: &TypeName| {
            ty.array == 0
                && self
                    .user_type(&ty.name)
                    .is_some_and(|t| matches!(t.kind, crate::schema::model::UserTypeKind::Enum(_)))
        };
        let known = |ty: &TypeName| is_enum(ty) || builtin::comparable_key(ty, ty).is_some();
        if (is_enum(from) || is_enum(to)) && known(from) && known(to) {
            return Some(false);
        }
        builtin::comparable_key(from, to)
    }

    /// The type below a domain.
    pub(super) fn base_type(&self, ty: &TypeName) -> TypeName {
        let mut ty = ty.clone();
        // A domain over a domain over …: the server has no loops here, a damaged model might.
        for _ in 0..32 {
            match self.domain(&ty) {
                Some(domain) => ty = domain.base.clone(),
                None => break,
            }
        }
        ty
    }

    /// Gives the partitions of a partitioned table its new foreign key (`CloneForeignKeyConstraints`).
    pub(super) fn foreign_key_below(&mut self, name: &QName, constraint: &Ident) {
        let Some(parent) = self.table_at(name).filter(|t| t.is_partitioned()) else { return };
        let Some(constraint) = parent.constraint(constraint).cloned() else { return };
        for child in self.child_names(name) {
            if let Some(name) = self.clone_foreign_key(&child, &constraint) {
                self.foreign_key_below(&child, &name);
            }
        }
    }

    /// Makes one partition's foreign key from its parent's, or takes over one that is equal. Returns its name.
    pub(super) fn clone_foreign_key(&mut self, child: &QName, constraint: &Constraint) -> Option<Ident> {
        let table = self.table_at(child)?;
        let equal = table.constraints.iter().find(|c| c.kind == constraint.kind && !c.inherited);
        if let Some(existing) = equal.map(|c| c.name.clone()) {
            self.edit_table(child, |t| {
                if let Some(c) = t.constraints.iter_mut().find(|c| c.name == existing) {
                    c.inherited = true;
                }
            });
            return Some(existing);
        }
        let name = if table.constraint(&constraint.name).is_some() {
            let ConstraintKind::ForeignKey(fk) = &constraint.kind else { return None };
            let columns = joined(fk.columns.iter().map(Ident::as_str));
            self.choose_constraint_name(table, Some(&columns), "fkey")
        } else {
            constraint.name.clone()
        };
        let copy = Constraint { name: name.clone(), inherited: true, comment: None, ..constraint.clone() };
        self.edit_table(child, |t| t.constraints.push(copy));
        Some(name)
    }

    /// Foreign keys of any table that lean on a unique index: those whose referenced columns it holds, unless
    /// an older index holds them too.
    pub(super) fn keys_on_index(&self, table: &QName, index: &Ident) -> Vec<(QName, Ident)> {
        let Some(owner) = self.table_at(table) else { return Vec::new() };
        let holders: Vec<&Index> =
            self.indexes_of(table).into_iter().filter(|i| unique_columns(i).is_some()).collect();
        self.referencing(table)
            .into_iter()
            .filter(|(_, _, fk)| {
                let first = holders.iter().find(|i| {
                    unique_columns(i).is_some_and(|columns| same_columns(&columns, &fk.ref_columns))
                });
                first.is_some_and(|i| i.name == owner.name.sibling(index.clone()))
            })
            .map(|(table, constraint, _)| (table.name.clone(), constraint.name.clone()))
            .collect()
    }
}

/// The columns of a unique index that a foreign key may reference.
fn unique_columns(index: &Index) -> Option<Vec<Ident>> {
    if !index.unique || !index.valid || index.predicate.is_some() {
        return None;
    }
    Some(index.key_columns()?.into_iter().cloned().collect())
}

/// Whether two lists hold the same columns in whatever order.
fn same_columns(a: &[Ident], b: &[Ident]) -> bool {
    a.len() == b.len() && a.iter().all(|c| b.contains(c)) && b.iter().all(|c| a.contains(c))
}
