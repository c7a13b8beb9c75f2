//! `CREATE TABLE` in all its forms.

use std::sync::Arc;

use crate::ir::expr::Query;
use crate::ir::object::ObjectKind;
use crate::ir::table::{
    ColumnDef, ConstraintDef, ConstraintKind, CreateTable, PartitionBound, PartitionBy, Persistence,
};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, Constraint, NotNull, Object, Table, TableKind, UserTypeKind};

use super::Outcome;
use super::table_setting::apart;

impl Schema {
    pub(super) fn create_table(&mut self, op: &CreateTable) -> Outcome {
        let Some(written) = &op.name else { return Ok(()) };
        let temporary = op.persistence == Persistence::Temporary || written.in_schema("pg_temp");
        let name = if temporary {
            QName::qualified("pg_temp", written.name.clone())
        } else {
            self.new_name(written)?
        };
        if !self.make_room(&name, op.if_not_exists)? {
            return Ok(());
        }
        self.type_name_free(&name)?;
        let mut table = Table {
            persistence: if temporary { Persistence::Temporary } else { op.persistence },
            options: op.options.clone(),
            tablespace: apart(op.tablespace.as_ref()),
            access_method: op.access_method.clone().filter(|m| *m != *"heap"),
            owner: self.current_role(),
            acl: self.default_acl(ObjectKind::Table, name.schema.as_ref()),
            ..Table::new(name.clone())
        };
        if let Some(server) = &op.foreign_server {
            table.kind = TableKind::Foreign(server.clone());
        }
        // The name is taken from here on, so that generated names avoid it.
        let key = ObjectKey::Relation(name.clone());
        let place = Table { owner: table.owner.clone(), ..Table::new(name.clone()) };
        self.put(key.clone(), Some(Arc::new(Object::Table(place))));

        if let Some(ty) = &op.of_type {
            self.typed_columns(&mut table, ty)?;
        }
        for parent in &op.inherits {
            self.inherit_columns(&mut table, parent)?;
        }
        if let Some((parent, bound)) = &op.partition_of {
            self.partition_columns(&mut table, parent, bound)?;
        }
        let inherited = table.columns.len();
        let mut copied = 0;
        for at in 0..=op.columns.len() {
            for like in op.like.iter().filter(|like| like.position.min(op.columns.len()) == at) {
                copied += self.like_columns(&mut table, like)?;
            }
            if let Some(def) = op.columns.get(at).filter(|_| op.as_query.is_none()) {
                self.own_column(&mut table, def, inherited + copied)?;
            }
        }
        if let Some(query) = &op.as_query {
            self.query_result(&mut table, query, &op.columns)?;
        }
        if let Some(by) = &op.partition_by {
            table.kind = TableKind::Partitioned(self.partition_key(&table, by)?);
        }
        self.table_constraints(&mut table, op)?;
        self.put(key, Some(Arc::new(Object::Table(table))));
        for like in &op.like {
            self.like_extras(&name, like);
        }
        if op.partition_of.is_some() {
            self.clone_from_parent(&name)?;
        }
        Ok(())
    }

    /// Columns of `CREATE TABLE … OF type`.
    fn typed_columns(&mut self, table: &mut Table, ty: &TypeName) -> Outcome {
        let mut ty = ty.clone();
        self.type_known(&ty)?;
        self.bind_type(&mut ty);
        match self.user_type(&ty.name).map(|t| &t.kind) {
            Some(UserTypeKind::Composite(attributes)) => {
                for (name, data_type, collation) in attributes {
                    let column = Column {
                        collation: collation.clone(),
                        ..Column::new(name.clone(), data_type.clone())
                    };
                    table.columns.push(column);
                }
            }
            _ => table.columns_known = false,
        }
        table.of_type = Some(ty);
        Ok(())
    }

    /// Columns and checks of an inheritance parent, merged with those of the parents before it.
    fn inherit_columns(&mut self, table: &mut Table, parent: &QName) -> Outcome {
        let Some(parent_name) = self.find_table(parent, false)? else {
            table.inherits.push(self.relation_name(parent));
            table.columns_known = false;
            return Ok(());
        };
        if let Some(parent) = self.table_at(&parent_name) {
            table.columns_known &= parent.columns_known;
            for column in &parent.columns {
                let copy = column.inherited_copy(false);
                match table.columns.iter_mut().find(|c| c.name == column.name) {
                    Some(existing) if existing.data_type == copy.data_type => {
                        if existing.not_null.is_none() {
                            existing.not_null = copy.not_null;
                        }
                    }
                    Some(existing) => {
                        let message = format!("inherited column \"{}\" has a type conflict", existing.name);
                        let error = SchemaError::new("42804", message);
                        self.refuse(
                            error.with_detail(format!("{} versus {}", existing.data_type, copy.data_type)),
                        )?;
                    }
                    None => table.columns.push(copy),
                }
            }
            for constraint in parent.inheritable_checks() {
                if table.constraint(&constraint.name).is_none() {
                    table.constraints.push(constraint.inherited_copy());
                }
            }
        }
        table.inherits.push(parent_name);
        Ok(())
    }

    /// Columns and checks of a partition.
    fn partition_columns(&mut self, table: &mut Table, parent: &QName, bound: &PartitionBound) -> Outcome {
        let Some(parent_name) = self.find_table(parent, false)? else {
            table.partition_of = Some((self.relation_name(parent), bound.clone()));
            table.columns_known = false;
            return Ok(());
        };
        let Some(parent) = self.table_at(&parent_name) else { return Ok(()) };
        if !parent.is_partitioned() {
            let message = format!("\"{}\" is not partitioned", parent_name.name);
            self.refuse_on(&parent_name, SchemaError::new("42P17", message))?;
        }
        self.bound_fits(parent, &table.name, bound)?;
        table.columns_known = parent.columns_known;
        // Identity columns are inherited by partitions since 17 (release notes, E.10.3.5).
        let identity = self.version().at_least(17);
        table.columns = parent.columns.iter().map(|c| c.inherited_copy(identity)).collect();
        table.constraints = parent.inheritable_checks().map(Constraint::inherited_copy).collect();
        table.partition_of = Some((parent_name, bound.clone()));
        Ok(())
    }

    /// A column written in the statement; merged into one that came from elsewhere.
    fn own_column(&mut self, table: &mut Table, def: &ColumnDef, foreign: usize) -> Outcome {
        let existing = table.columns.iter().position(|c| c.name == def.name);
        if let Some(at) = existing {
            if at >= foreign
                || table.of_type.is_none() && table.inherits.is_empty() && table.partition_of.is_none()
            {
                return self.refuse(SchemaError::new(
                    "42701",
                    format!("column \"{}\" specified more than once", def.name),
                ));
            }
            return self.merge_column(table, at, def);
        }
        let Some(_) = &def.data_type else {
            return self.refuse_column(
                table,
                &def.name,
                SchemaError::new("42703", format!("column \"{}\" does not exist", def.name)),
            );
        };
        let column = self.new_column(&table.name, table.persistence, def)?;
        table.columns.push(column);
        Ok(())
    }

    fn merge_column(&mut self, table: &mut Table, at: usize, def: &ColumnDef) -> Outcome {
        if def.data_type.is_some() {
            let new = self.new_column(&table.name, table.persistence, def)?;
            let column = &table.columns[at];
            if new.data_type != column.data_type {
                let message = format!("column \"{}\" has a type conflict", def.name);
                let detail = format!("{} versus {}", column.data_type, new.data_type);
                self.refuse(SchemaError::new("42804", message).with_detail(detail))?;
            }
            let column = &mut table.columns[at];
            column.inherited = false;
            column.default = new.default.or(column.default.take());
            column.generated = new.generated.or(column.generated.take());
            column.identity = new.identity.or(column.identity);
            column.not_null = new.not_null.or(column.not_null.take());
            return Ok(());
        }
        if let Some(default) = &def.default {
            let mut default = default.clone();
            self.bind_expr(&mut default);
            table.columns[at].default = Some(default);
        }
        if def.not_null {
            table.columns[at].not_null = Some(NotNull::default());
        }
        Ok(())
    }

    /// Columns of `CREATE TABLE … AS`.
    fn query_result(&self, table: &mut Table, query: &Query, names: &[ColumnDef]) -> Outcome {
        let names: Vec<Ident> = names.iter().map(|c| c.name.clone()).collect();
        let (columns, known) = self.query_columns(query, &names);
        if known && names.len() > columns.len() {
            self.refuse(SchemaError::new("42601", "too many column names were specified"))?;
        }
        table.columns_known = known;
        table.columns.extend(columns.into_iter().map(|column| {
            // `unknown` is a type no column can have: the type could not be told from the query.
            let ty = column.data_type.unwrap_or_else(|| TypeName::builtin("unknown"));
            Column::new(column.name, ty)
        }));
        Ok(())
    }

    fn partition_key(&self, table: &Table, by: &PartitionBy) -> Result<PartitionBy, SchemaError> {
        let mut by = by.clone();
        for key in &mut by.keys {
            self.bind_key(key);
            if let Some(column) = key.as_column()
                && table.column(column).is_none()
            {
                let message = format!("column \"{column}\" named in partition key does not exist");
                self.refuse_column(table, column, SchemaError::new("42703", message))?;
            }
        }
        Ok(by)
    }

    /// Constraints in the order in which the server makes them, since generated names depend on it: checks,
    /// `NOT NULL`s, the primary key, other indexes, foreign keys.
    fn table_constraints(&mut self, table: &mut Table, op: &CreateTable) -> Outcome {
        let defs: Vec<&ConstraintDef> =
            op.columns.iter().flat_map(|c| &c.constraints).chain(&op.constraints).collect();
        for def in &defs {
            match &def.kind {
                ConstraintKind::Check(expr) => {
                    let constraint = self.check_constraint(table, def, expr, true)?;
                    table.constraints.retain(|c| c.name != constraint.name);
                    table.constraints.push(constraint);
                }
                ConstraintKind::NotNull(column) => {
                    if let Some(column) = table.columns.iter_mut().find(|c| c.name == *column) {
                        column.not_null = Some(NotNull {
                            name: def.name.clone().filter(|_| self.version().at_least(18)),
                            not_valid: false,
                            no_inherit: def.no_inherit,
                            comment: None,
                        });
                    }
                }
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclude(_)
                | ConstraintKind::ForeignKey(_) => {}
            }
        }
        let keys = super::constraint::distinct_keys(&defs);
        for def in &keys {
            if let ConstraintKind::PrimaryKey(key) = &def.kind {
                for column in &key.columns {
                    if let Some(column) = table.columns.iter_mut().find(|c| c.name == *column) {
                        column.not_null.get_or_insert_default();
                    }
                }
            }
        }
        self.name_not_nulls(table);
        for def in &keys {
            self.key_constraint(table, def)?;
        }
        for like in &op.like {
            self.like_constraints(table, like);
        }
        for def in &defs {
            if let ConstraintKind::ForeignKey(fk) = &def.kind {
                let constraint = self.foreign_key(table, def, fk, true)?;
                table.constraints.push(constraint);
            }
        }
        Ok(())
    }
}
