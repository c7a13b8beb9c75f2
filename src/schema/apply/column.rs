//! Columns: making them, and the actions of `ALTER TABLE` on one.

use crate::ir::expr::{Expr, ExprShape};
use crate::ir::table::{ColumnDef, ConstraintKind, Generated, Persistence};
use crate::ir::types::{SequenceOptions, TypeName};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, NotNull, Table};

use super::Outcome;
use super::fail::{column_exists, invalid_table, unsupported};

impl Schema {
    /// A column as its definition has it, with the sequence of a serial or identity column. Constraints and the
    /// name of `NOT NULL` are up to the caller.
    pub(super) fn new_column(
        &mut self,
        table: &QName,
        persistence: Persistence,
        def: &ColumnDef,
    ) -> Result<Column, SchemaError> {
        let mut ty = def.data_type.clone().unwrap_or_else(|| TypeName::builtin("unknown"));
        self.type_known(&ty)?;
        self.bind_type(&mut ty);
        self.default_fits(&def.name, &ty, def.default.as_ref())?;
        let mut collation = def.collation.clone();
        self.bind_collation(&mut collation);
        let mut column = Column {
            collation,
            default: self.stored_default(def.default.as_ref(), &ty),
            generated: def.generated.clone(),
            not_null: def.not_null.then(NotNull::default),
            storage: def
                .storage
                .clone()
                .filter(|s| *s != *"default" && self.usual_storage(&ty) != Some(s.as_str())),
            compression: def.compression.clone(),
            foreign_options: def.foreign_options.clone(),
            comment: def.comment.clone(),
            ..Column::new(def.name.clone(), ty)
        };
        if let Some(generated) = &mut column.generated {
            self.bind_expr(&mut generated.expr);
        }
        if let Some(base) = column.data_type.serial_base() {
            column.data_type = TypeName::builtin(base);
            let options = SequenceOptions::default();
            let sequence =
                self.owned_sequence(table, &def.name, &column.data_type, &options, false, persistence);
            column.default = Some(super::sequence::nextval(&sequence));
            column.not_null = Some(NotNull::default());
        }
        if let Some(identity) = &def.identity {
            self.owned_sequence(table, &def.name, &column.data_type, &identity.options, true, persistence);
            column.identity = Some(identity.always);
            column.not_null = Some(NotNull::default());
        }
        // A `NOT NULL` that is implied takes the name of one that is written (measured on 18).
        let written = def.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::NotNull(_)));
        if self.version().at_least(18)
            && let (Some(not_null), Some(written)) = (&mut column.not_null, written)
        {
            not_null.name.clone_from(&written.name);
            not_null.no_inherit = written.no_inherit;
        }
        Ok(column)
    }

    /// A default as the catalog keeps it: a null is no default, unless a length has to be applied to it or it
    /// takes the place of a domain's default.
    fn stored_default(&self, default: Option<&Expr>, ty: &TypeName) -> Option<Expr> {
        let default = default?;
        if default.shape == ExprShape::Null && ty.modifiers.is_empty() && self.domain(ty).is_none() {
            return None;
        }
        let mut default = default.clone();
        self.bind_expr(&mut default);
        Some(default)
    }

    /// `ADD COLUMN` without its constraints. Returns whether the column was added.
    pub(super) fn add_column(
        &mut self,
        name: &QName,
        def: &ColumnDef,
        if_not_exists: bool,
        only: bool,
    ) -> Result<bool, SchemaError> {
        let Some(table) = self.table_at(name) else { return Ok(false) };
        if table.column(&def.name).is_some() {
            if !if_not_exists {
                self.refuse_on(name, column_exists(name, &def.name))?;
            }
            return Ok(false);
        }
        if table.partition_of.is_some() {
            self.refuse_on(name, SchemaError::new("42809", "cannot add column to a partition"))?;
        }
        if table.of_type.is_some() {
            self.refuse_on(name, SchemaError::new("42809", "cannot add column to typed table"))?;
        }
        let children = self.descendants_of(name).iter().map(|t| t.name.clone()).collect::<Vec<_>>();
        if only && !children.is_empty() {
            self.refuse_on(name, invalid_table("column must be added to child tables too".into()))?;
        }
        let inherits_identity = self.version().at_least(17) && table.is_partitioned();
        if def.identity.is_some() && !children.is_empty() && !inherits_identity {
            let message = "cannot recursively add identity column to table that has child tables";
            self.refuse_on(name, invalid_table(message.into()))?;
        }
        let persistence = table.persistence;
        let column = self.new_column(name, persistence, def)?;
        self.append_column(name, column);
        // Only now the `NOT NULL` has its name, which children take over.
        let added = self.table_at(name).and_then(|t| t.column(&def.name));
        if let Some(copy) = added.map(|c| c.inherited_copy(self.version().at_least(17))).filter(|_| !only) {
            for child in children {
                let Some(table) = self.table_at(&child) else { continue };
                match table.column(&copy.name) {
                    Some(existing) if existing.data_type != copy.data_type => {
                        let message = format!(
                            "child table \"{}\" has different type for column \"{}\"",
                            child.name, copy.name
                        );
                        self.refuse_on(&child, SchemaError::new("42804", message))?;
                    }
                    Some(_) => {}
                    None => {
                        let partition = table.partition_of.is_some();
                        let identity = copy.identity.filter(|_| partition);
                        self.append_column(&child, Column { identity, ..copy.clone() });
                    }
                }
            }
        }
        Ok(true)
    }

    fn append_column(&mut self, table: &QName, column: Column) {
        self.edit_table(table, |t| t.columns.push(column));
        self.fill_not_null_names(table);
    }

    /// The table with a column that an action needs; nothing when the table is not known or lacks it.
    pub(super) fn column_of(
        &self,
        table: &QName,
        column: &Ident,
    ) -> Result<Option<(&Table, &Column)>, SchemaError> {
        let Some(found) = self.table_at(table) else { return Ok(None) };
        self.has_column(found, column)?;
        Ok(found.column(column).map(|c| (found, c)))
    }

    /// `SET DEFAULT` and `DROP DEFAULT`.
    pub(super) fn alter_default(
        &mut self,
        name: &QName,
        column: &Ident,
        default: Option<&Expr>,
        only: bool,
    ) -> Outcome {
        let Some((table, found)) = self.column_of(name, column)? else { return Ok(()) };
        let what = if found.identity.is_some() {
            Some("an identity column")
        } else {
            found.generated.as_ref().map(|_| "a generated column")
        };
        if let Some(what) = what {
            let message = format!("column \"{column}\" of relation \"{}\" is {what}", table.name.name);
            return self.refuse_on(name, SchemaError::new("42601", message));
        }
        for table in self.family(name, only) {
            let Some(ty) = self.table_at(&table).and_then(|t| t.column(column)).map(|c| c.data_type.clone())
            else {
                continue;
            };
            self.default_fits(column, &ty, default)?;
            let default = self.stored_default(default, &ty);
            self.edit_column(&table, column, |c| c.default = default);
        }
        Ok(())
    }

    /// `SET EXPRESSION` and `DROP EXPRESSION` (`None`).
    pub(super) fn alter_expression(
        &mut self,
        name: &QName,
        column: &Ident,
        expr: Option<&Expr>,
        missing_ok: bool,
        only: bool,
    ) -> Outcome {
        let Some((table, found)) = self.column_of(name, column)? else { return Ok(()) };
        if found.generated.is_none() {
            if missing_ok {
                return Ok(());
            }
            let what = if expr.is_some() || self.version().at_least(18) {
                "a generated column"
            } else {
                "a stored generated column"
            };
            let message = format!("column \"{column}\" of relation \"{}\" is not {what}", name.name);
            return self.refuse_on(name, SchemaError::new("55000", message));
        }
        let checked = table.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::Check(_)));
        if expr.is_some() && checked && found.generated.as_ref().is_some_and(|g| !g.stored) {
            let message = "ALTER TABLE / SET EXPRESSION is not supported for virtual generated columns in tables \
                           with check constraints";
            self.refuse_on(name, unsupported(message))?;
        }
        let mut expr = expr.cloned();
        if let Some(expr) = &mut expr {
            self.bind_expr(expr);
        }
        for table in self.family(name, only) {
            self.edit_column(&table, column, |c| {
                c.generated = match (&expr, c.generated.take()) {
                    (Some(expr), Some(old)) => Some(Generated { expr: expr.clone(), stored: old.stored }),
                    _ => None,
                };
            });
        }
        Ok(())
    }

    /// `ADD GENERATED … AS IDENTITY`.
    pub(super) fn add_identity(
        &mut self,
        name: &QName,
        column: &Ident,
        identity: &crate::ir::table::Identity,
    ) -> Outcome {
        let Some((table, found)) = self.column_of(name, column)? else { return Ok(()) };
        let reason = if found.not_null.is_none() {
            Some("must be declared NOT NULL before identity can be added")
        } else if found.identity.is_some() {
            Some("is already an identity column")
        } else {
            found.default.as_ref().map(|_| "already has a default value")
        };
        if let Some(reason) = reason {
            let message = format!("column \"{column}\" of relation \"{}\" {reason}", name.name);
            self.refuse_on(name, SchemaError::new("55000", message))?;
        }
        let (ty, persistence) = (found.data_type.clone(), table.persistence);
        self.owned_sequence(name, column, &ty, &identity.options, true, persistence);
        for table in self.identity_family(name) {
            self.edit_column(&table, column, |c| c.identity = Some(identity.always));
        }
        Ok(())
    }

    /// `SET GENERATED` and sequence options.
    pub(super) fn set_identity(
        &mut self,
        name: &QName,
        column: &Ident,
        always: Option<bool>,
        options: &SequenceOptions,
    ) -> Outcome {
        let Some((_, found)) = self.column_of(name, column)? else { return Ok(()) };
        if found.identity.is_none() {
            return self.refuse_no_identity(name, column);
        }
        if let Some(always) = always {
            for table in self.identity_family(name) {
                self.edit_column(&table, column, |c| c.identity = Some(always));
            }
        }
        let sequences = self.sequences_of(name, column);
        if let Some(sequence) = sequences.into_iter().find(|s| s.identity).map(|s| s.name.clone()) {
            self.change_sequence(&sequence, options)?;
        }
        Ok(())
    }

    /// `DROP IDENTITY`.
    pub(super) fn drop_identity(&mut self, name: &QName, column: &Ident, if_exists: bool) -> Outcome {
        let Some((_, found)) = self.column_of(name, column)? else { return Ok(()) };
        if found.identity.is_none() {
            return if if_exists { Ok(()) } else { self.refuse_no_identity(name, column) };
        }
        let sequences = self.sequences_of(name, column);
        let internal: Vec<QName> =
            sequences.into_iter().filter(|s| s.identity).map(|s| s.name.clone()).collect();
        for table in self.identity_family(name) {
            self.edit_column(&table, column, |c| c.identity = None);
        }
        for sequence in internal {
            self.put(ObjectKey::Relation(sequence), None);
        }
        Ok(())
    }

    /// The tables that share a column's identity: the partitions too, since 17.
    fn identity_family(&self, name: &QName) -> Vec<QName> {
        let partitioned = self.table_at(name).is_some_and(Table::is_partitioned);
        self.family(name, !partitioned || !self.version().at_least(17))
    }

    fn refuse_no_identity(&self, name: &QName, column: &Ident) -> Outcome {
        let message = format!("column \"{column}\" of relation \"{}\" is not an identity column", name.name);
        self.refuse_on(name, SchemaError::new("55000", message))
    }

    /// An action that sets a property of a column; with `recurse`, of its descendants' too.
    pub(super) fn set_on_column(
        &mut self,
        name: &QName,
        column: &Ident,
        recurse: bool,
        set: impl Fn(&mut Column),
    ) -> Outcome {
        if self.column_of(name, column)?.is_none() {
            return Ok(());
        }
        for table in self.family(name, !recurse) {
            self.edit_column(&table, column, &set);
        }
        Ok(())
    }
}
