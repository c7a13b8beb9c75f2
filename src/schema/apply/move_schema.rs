//! `ALTER SCHEMA … RENAME` and `ALTER … SET SCHEMA`: objects under another schema's name.

use crate::hash::IndexSet;
use crate::ir::object::SetSchema;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use super::Outcome;
use super::fail::{self, object_exists};
use super::rewrite::Renaming;

impl Schema {
    pub(super) fn rename_schema(&mut self, from: &Ident, to: &Ident) -> Outcome {
        self.schema_name_allowed(to)?;
        if self.get(&ObjectKey::Schema(to.clone())).is_some() {
            return self.refuse(object_exists("schema", to));
        }
        let inside: Vec<ObjectKey> =
            self.objects().filter(|(k, _)| k.namespace() == Some(from)).map(|(k, _)| k.clone()).collect();
        let mut touched: IndexSet<ObjectKey> = IndexSet::default();
        for key in inside {
            touched.extend(self.dependents(&key).into_iter().map(|(k, _)| k.clone()));
            touched.insert(key);
        }
        let publications = self.dependents(&ObjectKey::Schema(from.clone()));
        touched.extend(publications.into_iter().map(|(k, _)| k.clone()));
        self.add_views_above(&mut touched);
        self.rewrite_all(&touched, Renaming::Schema(from, to));
        for key in self.others_in(from) {
            self.rename_other(&key, Some(to), None);
        }
        let defaults: Vec<ObjectKey> = self
            .objects()
            .filter(|(k, _)| matches!(k, ObjectKey::DefaultAcl(_, Some(schema), _) if schema == from))
            .map(|(k, _)| k.clone())
            .collect();
        for key in defaults {
            if let ObjectKey::DefaultAcl(role, _, kind) = &key {
                let target = ObjectKey::DefaultAcl(role.clone(), Some(to.clone()), *kind);
                self.rekey(&key, target, |_| {});
            }
        }
        self.rekey(&ObjectKey::Schema(from.clone()), ObjectKey::Schema(to.clone()), |object| {
            if let Object::Schema(namespace) = object {
                namespace.name = to.clone();
            }
        });
        Ok(())
    }

    /// `ALTER … SET SCHEMA`. Indexes and the sequences of columns move with their table.
    pub(super) fn set_schema(&mut self, op: &SetSchema) -> Outcome {
        let Some((key, part)) = self.locate(op.kind, &op.object, op.if_exists, false)? else { return Ok(()) };
        if part != Part::Whole {
            return Ok(());
        }
        if self.schema_missing(&op.schema) {
            self.refuse(fail::object_missing("schema", &op.schema))?;
        }
        let moved = |name: &QName| QName::qualified(op.schema.clone(), name.name.clone());
        match &key {
            ObjectKey::Relation(from) => {
                let to = moved(from);
                if to == *from {
                    return Ok(());
                }
                if self.relation_taken(&to) {
                    let message =
                        format!("relation \"{}\" already exists in schema \"{}\"", from.name, op.schema);
                    return self.refuse_on(from, SchemaError::new("42P07", message));
                }
                let mut followers: Vec<QName> =
                    self.indexes_of(from).into_iter().map(|i| i.name.clone()).collect();
                let columns: Vec<Ident> = self
                    .table_at(from)
                    .map_or_else(Vec::new, |t| t.columns.iter().map(|c| c.name.clone()).collect());
                for column in &columns {
                    followers.extend(self.sequences_of(from, column).into_iter().map(|s| s.name.clone()));
                }
                self.move_relation(from, &to);
                for follower in followers {
                    self.move_relation(&follower, &moved(&follower));
                }
                Ok(())
            }
            ObjectKey::Type(from) => {
                let to = moved(from);
                if to != *from {
                    self.carry(&key, Renaming::Type(from, &to));
                }
                Ok(())
            }
            ObjectKey::Function(from, _) => {
                let to = moved(from);
                if to == *from { Ok(()) } else { self.move_function(&key, from, &to) }
            }
            ObjectKey::Statistics(from) => {
                let to = moved(from);
                self.rekey(&key, ObjectKey::Statistics(to.clone()), |object| {
                    if let Object::Statistics(statistics) = object {
                        statistics.name = to;
                    }
                });
                Ok(())
            }
            ObjectKey::Extension(extension) => {
                for ty in builtin::extension_types(extension).unwrap_or(&[]) {
                    let old = match self.get(&key) {
                        Some(Object::Extension(found)) => found.schema.clone(),
                        _ => None,
                    };
                    if let Some(old) = old {
                        let (from, to) =
                            (QName::qualified(old, *ty), QName::qualified(op.schema.clone(), *ty));
                        self.carry(&ObjectKey::Type(from.clone()), Renaming::Type(&from, &to));
                    }
                }
                self.update(&key, |object| {
                    if let Object::Extension(extension) = object {
                        extension.schema = Some(op.schema.clone());
                    }
                });
                Ok(())
            }
            ObjectKey::Other(..) => {
                self.rename_other(&key, Some(&op.schema), None);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
