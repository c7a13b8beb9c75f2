//! The server's errors in the server's words, and the look-ups that raise them.
//!
//! Each look-up gives the object, or nothing when nothing is known about it, or the error when it certainly
//! does not exist or is of the wrong kind.

use crate::ir::object::ObjectKind;
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::Existence;
use crate::schema::model::{Column, Object, Table};
use crate::schema::resolve::{SYSTEM_COLUMNS, is_system_schema};

use super::Outcome;

pub(super) fn relation_missing(name: &QName) -> SchemaError {
    SchemaError::new("42P01", format!("relation \"{name}\" does not exist"))
}

pub(super) fn relation_exists(name: &QName) -> SchemaError {
    SchemaError::new("42P07", format!("relation \"{}\" already exists", name.name))
}

pub(super) fn column_missing(table: &QName, column: &Ident) -> SchemaError {
    SchemaError::new("42703", format!("column \"{column}\" of relation \"{}\" does not exist", table.name))
}

pub(super) fn column_exists(table: &QName, column: &Ident) -> SchemaError {
    SchemaError::new("42701", format!("column \"{column}\" of relation \"{}\" already exists", table.name))
}

pub(super) fn constraint_missing(table: &QName, name: &Ident) -> SchemaError {
    SchemaError::new("42704", format!("constraint \"{name}\" of relation \"{}\" does not exist", table.name))
}

pub(super) fn constraint_exists(table: &QName, name: &Ident) -> SchemaError {
    SchemaError::new("42710", format!("constraint \"{name}\" for relation \"{}\" already exists", table.name))
}

/// `trigger "x" for table "t" does not exist` and its relatives.
pub(super) fn part_missing(kind: &str, name: &Ident, on: &str, table: &QName) -> SchemaError {
    SchemaError::new("42704", format!("{kind} \"{name}\" for {on} \"{}\" does not exist", table.name))
}

pub(super) fn part_exists(kind: &str, name: &Ident, on: &str, table: &QName) -> SchemaError {
    SchemaError::new("42710", format!("{kind} \"{name}\" for {on} \"{}\" already exists", table.name))
}

/// `type "x" does not exist`, with the SQLSTATE of the kind.
pub(super) fn object_missing(kind: &str, name: &str) -> SchemaError {
    let sqlstate = match kind {
        "schema" => "3F000",
        "function" | "procedure" | "routine" | "aggregate" | "operator" => "42883",
        "database" => "3D000",
        "table" | "view" | "materialized view" | "sequence" => "42P01",
        _ => "42704",
    };
    SchemaError::new(sqlstate, format!("{kind} \"{name}\" does not exist"))
}

pub(super) fn object_exists(kind: &str, name: &str) -> SchemaError {
    let sqlstate = if kind == "schema" { "42P06" } else { "42710" };
    SchemaError::new(sqlstate, format!("{kind} \"{name}\" already exists"))
}

pub(super) fn wrong_kind(name: &QName, wanted: &str) -> SchemaError {
    let article = if wanted.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    SchemaError::new("42809", format!("\"{}\" is not {article} {wanted}", name.name))
}

/// An error about an invalid table definition.
pub(super) fn invalid_table(message: String) -> SchemaError {
    SchemaError::new("42P16", message)
}

pub(super) fn unsupported(message: impl Into<String>) -> SchemaError {
    SchemaError::new("0A000", message)
}

impl Schema {
    /// Fails when a relation certainly does not exist.
    pub(super) fn relation_known(&self, name: &QName) -> Outcome {
        match self.existence(name) {
            Existence::Missing => self.refuse(relation_missing(name)),
            Existence::Known(_) | Existence::Unknown => Ok(()),
        }
    }

    /// Fails when one of the relations certainly does not exist.
    pub(super) fn relations_exist(&self, names: &[QName]) -> Outcome {
        names.iter().try_for_each(|name| self.relation_known(name))
    }

    /// The qualified name of a relation; `None` when it is not known, or missing and that is allowed.
    pub(super) fn find_relation(&self, name: &QName, if_exists: bool) -> Result<Option<QName>, SchemaError> {
        let found = self.resolve_relation(name);
        if found.is_none() && !if_exists {
            self.relation_known(name)?;
        }
        Ok(found)
    }

    /// The same for a table; other relations are refused.
    pub(super) fn find_table(&self, name: &QName, if_exists: bool) -> Result<Option<QName>, SchemaError> {
        let Some(found) = self.find_relation(name, if_exists)? else { return Ok(None) };
        if matches!(self.at(&found), Some(Object::Table(_))) {
            Ok(Some(found))
        } else {
            self.refuse_on(&found, wrong_kind(&found, "table"))?;
            Ok(None)
        }
    }

    /// The relation of exactly this name.
    pub(super) fn at(&self, name: &QName) -> Option<&Object> {
        self.get(&ObjectKey::Relation(name.clone()))
    }

    /// The table of exactly this name.
    pub(super) fn table_at(&self, name: &QName) -> Option<&Table> {
        match self.at(name)? {
            Object::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Changes the table of exactly this name.
    pub(super) fn edit_table(&mut self, name: &QName, change: impl FnOnce(&mut Table)) {
        self.update(&ObjectKey::Relation(name.clone()), |object| {
            if let Object::Table(table) = object {
                change(table);
            }
        });
    }

    /// Changes a column of the table of exactly this name.
    pub(super) fn edit_column(&mut self, table: &QName, column: &str, change: impl FnOnce(&mut Column)) {
        self.edit_table(table, |table| {
            if let Some(column) = table.columns.iter_mut().find(|c| c.name == *column) {
                change(column);
            }
        });
    }

    /// Fails when a table certainly has no column of this name. Returns whether it has one.
    pub(super) fn has_column(&self, table: &Table, column: &Ident) -> Result<bool, SchemaError> {
        if table.column(column).is_some() {
            return Ok(true);
        }
        self.refuse_column(table, column, column_missing(&table.name, column))?;
        Ok(false)
    }

    /// Fails because a table lacks a column, if all its columns are known.
    pub(super) fn refuse_column(&self, table: &Table, column: &str, error: SchemaError) -> Outcome {
        if table.columns_known && !SYSTEM_COLUMNS.contains(&column) {
            self.refuse_on(&table.name, error)
        } else {
            Ok(())
        }
    }

    /// The name that a new object gets; fails when no schema of the search path exists.
    pub(super) fn new_name(&self, written: &QName) -> Result<QName, SchemaError> {
        let exists = |schema: &Ident| self.get(&ObjectKey::Schema(schema.clone())).is_some();
        if written.schema.is_none()
            && self.dialect == Dialect::PostgreSql
            && !self.session.search_path.iter().any(|s| exists(s) || !self.schema_missing(s))
        {
            let message = "no schema has been selected to create in";
            self.refuse(SchemaError::new("3F000", message))?;
        }
        Ok(self.qualify(written))
    }

    /// Fails when the schema of a new object certainly does not exist.
    pub(super) fn namespace_known(&self, name: &QName) -> Outcome {
        match &name.schema {
            Some(schema) if self.schema_missing(schema) => self.refuse(object_missing("schema", schema)),
            _ => Ok(()),
        }
    }

    /// Whether a schema certainly does not exist: a migration dropped it. One that no migration ever made may
    /// have been made by whoever set the database up; platforms and administrators do.
    pub(super) fn schema_missing(&self, name: &Ident) -> bool {
        self.get(&ObjectKey::Schema(name.clone())).is_none()
            && self.was_known(&ObjectKey::Schema(name.clone()))
            && !is_system_schema(name)
            && !name.starts_with("pg_temp")
            && self.opaque_extensions == 0
            && !self.is_unknown(&QName::bare(name.clone()))
    }

    /// Whether an extension certainly is not there: a migration dropped it. Extensions need privileges that
    /// migrations often lack, so that many are installed by whoever set the database up.
    pub(super) fn extension_missing(&self, name: &str) -> bool {
        let key = ObjectKey::Extension(name.into());
        self.get(&key).is_none() && self.was_known(&key)
    }

    /// Fails when a type certainly does not exist.
    pub(super) fn type_known(&self, ty: &TypeName) -> Outcome {
        let name = &ty.name.name;
        let known = match &ty.name.schema {
            None => builtin::is_type(name) || name.ends_with("%TYPE") || name.starts_with("pg_"),
            Some(schema) => self.get(&ObjectKey::Schema(schema.clone())).is_none(),
        };
        if known
            || self.resolve_type(&ty.name).is_some()
            || self.opaque_extensions > 0
            || self.is_unknown(&self.qualify(&ty.name))
            || builtin::type_owner(name.trim_start_matches('_'))
                .is_some_and(|extension| !self.extension_missing(extension))
        {
            return Ok(());
        }
        self.refuse(object_missing("type", &ty.name.to_string()))
    }

    /// Makes sure that a new relation's name is free. `Ok(false)` means: it exists, and that is allowed. Where
    /// errors are not certain, something unseen must have removed the old relation, so it goes.
    pub(super) fn make_room(&mut self, name: &QName, if_not_exists: bool) -> Result<bool, SchemaError> {
        self.namespace_known(name)?;
        if self.relation_taken(name) {
            if if_not_exists {
                return Ok(false);
            }
            self.refuse_on(name, relation_exists(name))?;
            self.forget(&ObjectKey::Relation(name.clone()));
        }
        Ok(true)
    }

    /// Makes sure that a relation with a row type does not clash with a type.
    pub(super) fn type_name_free(&mut self, name: &QName) -> Outcome {
        let key = ObjectKey::Type(name.clone());
        if let Some(Object::Type(existing)) = self.get(&key) {
            let error = match existing.kind {
                crate::schema::model::UserTypeKind::Composite(_) => relation_exists(name),
                _ => object_exists("type", &name.name),
            };
            self.refuse_on(name, error)?;
            self.forget(&key);
        }
        Ok(())
    }
}

/// The kind as `DROP` errors call it.
pub(super) fn kind_name(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::Domain | ObjectKind::CompositeType => "type".into(),
        ObjectKind::Statistics => "statistics object".into(),
        other => other.to_string(),
    }
}
