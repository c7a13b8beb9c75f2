//! Finding what `DROP`, `COMMENT`, `ALTER … RENAME` and their like name.

use crate::ir::object::{ObjectKind, ObjectName};
use crate::name::{Ident, QName};
use crate::quote::quote_ident;
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::Existence;
use crate::schema::model::{Object, UserTypeKind};

use super::drop::Item;
use super::fail::{column_missing, kind_name, object_missing, part_missing, relation_missing, wrong_kind};

impl Schema {
    /// The object or part that a statement names. Nothing when it is not known, or missing and `if_exists`.
    /// `drop`: missing relations are called by their kind, as `DROP` does.
    pub(super) fn locate(
        &self,
        kind: ObjectKind,
        object: &ObjectName,
        if_exists: bool,
        drop: bool,
    ) -> Result<Option<Item>, SchemaError> {
        let whole = |key: Option<ObjectKey>| key.map(|key| (key, Part::Whole));
        match kind {
            ObjectKind::Table
            | ObjectKind::ForeignTable
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Index
            | ObjectKind::Sequence => {
                let name = self.locate_relation(kind, &object.name, if_exists, drop)?;
                Ok(whole(name.map(ObjectKey::Relation)))
            }
            ObjectKind::CompositeType | ObjectKind::Type | ObjectKind::Domain => {
                let key = self.find_type(&object.name, if_exists)?;
                if let Some(key) = &key {
                    self.refuse_type_kind(key, &object.name, kind)?;
                }
                Ok(whole(key))
            }
            ObjectKind::Column => self.locate_column(object, if_exists),
            ObjectKind::Constraint => self.locate_constraint(object, if_exists),
            ObjectKind::DomainConstraint => {
                let (Some(key), Some(part)) = (self.find_type(&object.name, if_exists)?, &object.part) else {
                    return Ok(None);
                };
                Ok(Some((key, Part::Constraint(part.clone()))))
            }
            ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
                self.locate_part(kind, object, if_exists)
            }
            ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
                if kind == ObjectKind::Aggregate {
                    let key = self.other_key(kind, object);
                    if self.get(&key).is_some() {
                        return Ok(Some((key, Part::Whole)));
                    }
                }
                Ok(whole(self.find_function(kind, &object.name, object.args.as_deref(), if_exists)?))
            }
            ObjectKind::Schema => {
                let name = object.name.name.clone();
                if self.schema_missing(&name) && !if_exists {
                    self.refuse(object_missing("schema", &name))?;
                }
                Ok(whole(self.existing(ObjectKey::Schema(name))))
            }
            ObjectKind::Role => Ok(whole(self.existing(ObjectKey::Role(object.name.name.clone())))),
            ObjectKind::Extension => {
                self.locate_plain(kind, ObjectKey::Extension(object.name.name.clone()), object, if_exists)
            }
            ObjectKind::Publication => {
                self.locate_plain(kind, ObjectKey::Publication(object.name.name.clone()), object, if_exists)
            }
            ObjectKind::Statistics => {
                let named = |schema: &Ident| {
                    ObjectKey::Statistics(QName::qualified(schema.clone(), object.name.name.clone()))
                };
                let key = match &object.name.schema {
                    Some(schema) => named(schema),
                    None => self
                        .session
                        .search_path
                        .iter()
                        .map(named)
                        .find(|key| self.get(key).is_some())
                        .unwrap_or_else(|| ObjectKey::Statistics(self.qualify(&object.name))),
                };
                self.locate_plain(kind, key, object, if_exists)
            }
            // The model has those that statements made, by the text of their name; others may exist.
            _ => Ok(whole(self.existing(self.other_key(kind, object)))),
        }
    }

    /// The key of an object of a kind without a model of its own.
    pub(super) fn other_key(&self, kind: ObjectKind, object: &ObjectName) -> ObjectKey {
        let text = object.to_string();
        let exact = ObjectKey::Other(kind, text);
        if object.name.schema.is_some() && object.args.is_none() || self.get(&exact).is_some() {
            return exact;
        }
        let key = ObjectKey::Other(kind, self.qualified_other(kind, object).to_string());
        if self.get(&key).is_some() { key } else { exact }
    }

    /// The name of an object that lives in a schema, with its schema.
    pub(super) fn qualified_other(&self, kind: ObjectKind, object: &ObjectName) -> ObjectName {
        let name = self.qualify(&object.name);
        let text = match (&object.text, &name.schema) {
            // The text of an operator, and of a class of them, begins with its name.
            (Some(text), Some(schema))
                if object.name.schema.is_none()
                    && matches!(
                        kind,
                        ObjectKind::Operator | ObjectKind::OperatorClass | ObjectKind::OperatorFamily
                    ) =>
            {
                Some(format!("{}.{text}", quote_ident(schema)))
            }
            (text, _) => text.clone(),
        };
        let args = object.args.as_deref().map(|args| self.argument_types(args));
        ObjectName { name, args, text, ..object.clone() }
    }

    fn existing(&self, key: ObjectKey) -> Option<ObjectKey> {
        self.get(&key).is_some().then_some(key)
    }

    fn locate_plain(
        &self,
        kind: ObjectKind,
        key: ObjectKey,
        object: &ObjectName,
        if_exists: bool,
    ) -> Result<Option<Item>, SchemaError> {
        if self.get(&key).is_some() {
            return Ok(Some((key, Part::Whole)));
        }
        // The procedural language is an extension that every database has.
        let standing = kind == ObjectKind::Extension && object.name.name == "plpgsql";
        if !if_exists && !standing && !self.is_unknown(&object.name) {
            self.refuse(object_missing(&kind_name(kind), &object.name.to_string()))?;
        }
        Ok(None)
    }

    fn locate_relation(
        &self,
        kind: ObjectKind,
        name: &QName,
        if_exists: bool,
        drop: bool,
    ) -> Result<Option<QName>, SchemaError> {
        let Some(found) = self.resolve_relation(name) else {
            if matches!(self.existence(name), Existence::Missing) && !if_exists {
                let error = if !drop {
                    relation_missing(name)
                } else if kind == ObjectKind::ForeignTable {
                    SchemaError::new("42704", format!("foreign table \"{name}\" does not exist"))
                } else {
                    object_missing(&kind.to_string(), &name.to_string())
                };
                self.refuse(error)?;
            }
            return Ok(None);
        };
        if drop && self.relation_kind(&found) != Some(kind) {
            self.refuse_on(&found, wrong_kind(&found, &kind.to_string()))?;
            return Ok(None);
        }
        Ok(Some(found))
    }

    fn refuse_type_kind(&self, key: &ObjectKey, name: &QName, kind: ObjectKind) -> Result<(), SchemaError> {
        let is_domain =
            matches!(self.get(key), Some(Object::Type(t)) if matches!(t.kind, UserTypeKind::Domain(_)));
        if kind == ObjectKind::Domain && !is_domain {
            return self.refuse(SchemaError::new("42809", format!("\"{}\" is not a domain", name.name)));
        }
        Ok(())
    }

    fn locate_column(&self, object: &ObjectName, if_exists: bool) -> Result<Option<Item>, SchemaError> {
        let Some(column) = &object.part else { return Ok(None) };
        let relation = self.resolve_relation(&object.name).map(ObjectKey::Relation);
        let Some(found) = relation.or_else(|| self.resolve_type(&object.name)) else {
            self.find_relation(&object.name, if_exists)?;
            return Ok(None);
        };
        let item = (found.clone(), Part::Column(column.clone()));
        let known = match self.get(&found) {
            Some(Object::Table(table)) => return self.column_item(table, column, item),
            Some(Object::View(view)) => view.columns.iter().any(|c| c.name == *column) || !view.columns_known,
            Some(Object::Type(t)) => match &t.kind {
                UserTypeKind::Composite(attributes) => attributes.iter().any(|(n, _, _)| n == column),
                _ => false,
            },
            _ => return Ok(None),
        };
        if !known && let ObjectKey::Relation(name) | ObjectKey::Type(name) = &found {
            self.refuse_on(name, column_missing(name, column))?;
            return Ok(None);
        }
        Ok(Some(item))
    }

    fn column_item(
        &self,
        table: &crate::schema::model::Table,
        column: &Ident,
        item: Item,
    ) -> Result<Option<Item>, SchemaError> {
        Ok(self.has_column(table, column)?.then_some(item))
    }

    fn locate_constraint(&self, object: &ObjectName, if_exists: bool) -> Result<Option<Item>, SchemaError> {
        let (Some(name), Some(constraint)) = (self.find_relation(&object.name, if_exists)?, &object.part)
        else {
            return Ok(None);
        };
        let Some(table) = self.table_at(&name) else { return Ok(None) };
        if table.constraint(constraint).is_none() && !self.has_not_null(&name, constraint) {
            if !if_exists {
                self.refuse_on(&name, part_missing("constraint", constraint, "table", &name))?;
            }
            return Ok(None);
        }
        Ok(Some((ObjectKey::Relation(name), Part::Constraint(constraint.clone()))))
    }

    fn locate_part(
        &self,
        kind: ObjectKind,
        object: &ObjectName,
        if_exists: bool,
    ) -> Result<Option<Item>, SchemaError> {
        let (Some(name), Some(part)) = (self.find_relation(&object.name, if_exists)?, &object.part) else {
            return Ok(None);
        };
        let (triggers, rules, policies) = match self.at(&name) {
            Some(Object::Table(table)) => (&table.triggers[..], &table.rules[..], &table.policies[..]),
            Some(Object::View(view)) => (&view.triggers[..], &view.rules[..], &[][..]),
            _ => return Ok(None),
        };
        let (known, item, on) = match kind {
            ObjectKind::Trigger => {
                (triggers.iter().any(|t| t.def.name == *part), Part::Trigger(part.clone()), "table")
            }
            ObjectKind::Rule => (rules.iter().any(|r| r.name == *part), Part::Rule(part.clone()), "relation"),
            _ => (policies.iter().any(|p| p.name == *part), Part::Policy(part.clone()), "table"),
        };
        if !known {
            if !if_exists {
                self.refuse_on(&name, part_missing(&kind.to_string(), part, on, &name))?;
            }
            return Ok(None);
        }
        Ok(Some((ObjectKey::Relation(name), item)))
    }
}
