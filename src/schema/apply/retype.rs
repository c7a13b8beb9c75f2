//! `ALTER COLUMN … TYPE`: what forbids it, and what it changes.

use crate::ir::expr::{Expr, ExprShape};
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::dependency::{DependencyKind, Part, mentions, policy_uses, trigger_uses};
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, UserTypeKind};

use super::Outcome;
use super::fail::{column_missing, invalid_table, object_missing, unsupported};

/// The type of a default once the implicit conversion to its column's type is taken off, as the server does when
/// the column gets another type; `None` when that cannot be told.
fn default_type(default: &Expr, column: &TypeName) -> Option<TypeName> {
    match (&default.shape, &default.types[..]) {
        (ExprShape::Null | ExprShape::Bool(_) | ExprShape::Literal(_), []) => Some(column.clone()),
        (ExprShape::Null | ExprShape::Bool(_) | ExprShape::Literal(_), [cast]) => Some(cast.clone()),
        _ => None,
    }
}

impl Schema {
    pub(super) fn alter_type(
        &mut self,
        name: &QName,
        column: &Ident,
        data_type: &TypeName,
        collation: Option<&QName>,
        using: Option<&Expr>,
        only: bool,
    ) -> Outcome {
        let Some(table) = self.table_at(name) else { return Ok(()) };
        let Some(found) = table.column(column) else {
            // `USING` is read first.
            let error = if using.is_some_and(|expr| mentions(expr, column)) {
                SchemaError::new("42703", format!("column \"{column}\" does not exist"))
            } else {
                column_missing(name, column)
            };
            return self.refuse_column(table, column, error);
        };
        if self.column_from_parent(table, column, None) {
            let message = format!("cannot alter inherited column \"{column}\"");
            self.refuse_on(name, invalid_table(message))?;
        }
        self.refuse_partition_key(table, column, "alter")?;
        if data_type.serial_base().is_some() {
            return self.refuse_on(name, object_missing("type", &data_type.name.to_string()));
        }
        self.type_known(data_type)?;
        let mut ty = data_type.clone();
        self.bind_type(&mut ty);
        if only && !self.child_names(name).is_empty() {
            let message =
                format!("type of inherited column \"{column}\" must be changed in child tables too");
            self.refuse_on(name, invalid_table(message))?;
        }
        if found.generated.is_none() {
            if using.is_none() && self.assignment(&found.data_type, &ty) == Some(false) {
                let message = format!(
                    "column \"{column}\" cannot be cast automatically to type {}",
                    self.shown_type(&ty)
                );
                self.refuse_on(name, SchemaError::new("42804", message))?;
            }
            let default = found.default.as_ref().and_then(|d| default_type(d, &found.data_type));
            if default.is_some_and(|from| self.assignment(&from, &ty) == Some(false)) {
                let message = format!(
                    "default for column \"{column}\" cannot be cast automatically to type {}",
                    self.shown_type(&ty)
                );
                self.refuse_on(name, SchemaError::new("42804", message))?;
            }
        }
        let mut collation = collation.cloned();
        self.bind_collation(&mut collation);
        let family = self.family(name, only);
        for table in &family {
            self.refuse_users(table, column)?;
        }
        for table in &family {
            self.edit_column(table, column, |c| {
                c.data_type = ty.clone();
                c.collation.clone_from(&collation);
                c.storage = None;
            });
            self.foreign_keys_fit(table, column)?;
        }
        // The sequence of an identity column follows its type.
        let sequences = self.sequences_of(name, column);
        if let Some(sequence) = sequences.into_iter().find(|s| s.identity).map(|s| s.name.clone()) {
            self.update(&ObjectKey::Relation(sequence), |object| {
                if let Object::Sequence(sequence) = object {
                    sequence.data_type = ty;
                }
            });
        }
        Ok(())
    }

    /// Fails when something uses the column that the server does not rebuild.
    fn refuse_users(&self, name: &QName, column: &Ident) -> Outcome {
        let Some(table) = self.table_at(name) else { return Ok(()) };
        let key = ObjectKey::Relation(name.clone());
        for other in &table.columns {
            if other.generated.as_ref().is_some_and(|g| other.name != *column && mentions(&g.expr, column)) {
                let detail = format!("Column \"{column}\" is used by generated column \"{}\".", other.name);
                let message = "cannot alter type of a column used by a generated column";
                let sqlstate = if self.version().at_least(15) { "0A000" } else { "42601" };
                return self.refuse_on(name, SchemaError::new(sqlstate, message).with_detail(detail));
            }
        }
        for (dependent, dependency) in self.dependents(&key) {
            if !dependency.columns.contains(column) || dependency.kind == DependencyKind::Auto {
                continue;
            }
            let described = self.described(dependent);
            let (user, by) = match (self.get(dependent), &dependency.via) {
                (Some(Object::View(_)), Part::Whole) => {
                    ("a view or rule", format!("rule _RETURN on {described}"))
                }
                (Some(Object::Function(_)), _) => ("a function or procedure", described),
                (Some(Object::Table(_)), Part::Policy(policy)) => {
                    ("policy", format!("policy {policy} on {described}"))
                }
                _ => continue,
            };
            let message = if user == "policy" {
                "cannot alter type of a column used in a policy definition".to_owned()
            } else {
                format!("cannot alter type of a column used by {user}")
            };
            let detail = format!("{by} depends on column \"{column}\"");
            return self.refuse_on(name, unsupported(message).with_detail(detail));
        }
        let filters = |dependent: &ObjectKey| match self.get(dependent) {
            Some(Object::Publication(publication)) => publication.parts.iter().any(|part| {
                part.table == *name && part.filter.as_ref().is_some_and(|filter| mentions(filter, column))
            }),
            _ => false,
        };
        if self.dependents(&key).iter().any(|(dependent, _)| filters(dependent)) {
            let message = "cannot alter type of a column used by a publication WHERE clause";
            return self.refuse_on(name, unsupported(message));
        }
        let described = self.described(&key);
        if let Some(trigger) = table.triggers.iter().find(|t| trigger_uses(t, column)) {
            let detail =
                format!("trigger {} on {described} depends on column \"{column}\"", trigger.def.name);
            let error = unsupported("cannot alter type of a column used in a trigger definition");
            return self.refuse_on(name, error.with_detail(detail));
        }
        if let Some(policy) = table.policies.iter().find(|p| policy_uses(table, p, column)) {
            let detail = format!("policy {} on {described} depends on column \"{column}\"", policy.name);
            let error = unsupported("cannot alter type of a column used in a policy definition");
            return self.refuse_on(name, error.with_detail(detail));
        }
        Ok(())
    }

    /// Fails when a foreign key from or to the column can no longer compare its columns.
    fn foreign_keys_fit(&self, name: &QName, column: &Ident) -> Outcome {
        let Some(table) = self.table_at(name) else { return Ok(()) };
        for constraint in &table.constraints {
            if let ConstraintKind::ForeignKey(fk) = &constraint.kind
                && fk.columns.contains(column)
                && let Some(referenced) = self.table_at(&fk.table)
            {
                self.key_types(table, referenced, &constraint.name, fk)?;
            }
        }
        for (child, constraint, fk) in self.referencing(name) {
            if fk.ref_columns.contains(column) {
                self.key_types(child, table, &constraint.name, fk)?;
            }
        }
        Ok(())
    }

    /// Whether the server converts one type to another by itself when it stores a value; `None` when that
    /// cannot be told.
    fn assignment(&self, from: &TypeName, to: &TypeName) -> Option<bool> {
        let (from, to) = (self.base_type(from), self.base_type(to));
        if from.name == to.name && from.array == to.array {
            return Some(true);
        }
        let is_enum = |ty: &TypeName| {
            ty.array == 0 && self.user_type(&ty.name).is_some_and(|t| matches!(t.kind, UserTypeKind::Enum(_)))
        };
        // Any type becomes a string; strings and numbers become an enum only by an explicit cast.
        if is_enum(&to) && self.casts == 0 && (is_enum(&from) || builtin::assignable(&from, &from).is_some())
        {
            return Some(false);
        }
        if is_enum(&from) && self.casts == 0 {
            return builtin::assignable(&TypeName::builtin("bool"), &to);
        }
        builtin::assignable(&from, &to)
    }

    /// How messages name a type.
    pub(super) fn shown_type(&self, ty: &TypeName) -> String {
        let mut ty = ty.clone();
        ty.modifiers.clear();
        let bare = QName::bare(ty.name.name.clone());
        if ty.name.schema.is_some()
            && let Some(ObjectKey::Type(found) | ObjectKey::Relation(found)) = self.resolve_type(&bare)
            && found == ty.name
        {
            ty.name = bare;
        }
        ty.to_string()
    }
}
