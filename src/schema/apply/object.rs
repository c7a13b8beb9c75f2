//! Statements about objects of any kind: `DROP`, `COMMENT`, schemas, extensions, statistics, publications.

use std::sync::Arc;

use crate::ir::Opaque;
use crate::ir::expr::{Expr, ExprShape};
use crate::ir::object::{
    AlterExtension, AlterPublication, Comment, CreateExtension, CreatePublication, CreateSchema,
    CreateStatistics, Drop, MembershipChange, ObjectKind, PublishedPart,
};
use crate::ir::table::{Options, Persistence};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{
    Extension, Namespace, Object, Publication, Statistics, Table, TableKind, UserTypeKind,
};

use super::Outcome;
use super::drop::Item;
use super::fail::{object_exists, object_missing};

/// Statements that make or remove no object with a name in the model.
const HARMLESS: [&str; 18] = [
    "ALTER DATABASE",
    "ALTER DEFAULT",
    "ALTER GROUP",
    "ALTER ROLE",
    "ALTER SYSTEM",
    "ALTER USER",
    "ANALYZE",
    "CHECKPOINT",
    "COMMENT",
    "COPY",
    "DISCARD",
    "GRANT",
    "LOCK",
    "REVOKE",
    "SECURITY",
    "SET",
    "SHOW",
    "VACUUM",
];

impl Schema {
    /// `DROP` of any kind of object.
    pub(super) fn drop_objects(&mut self, op: &Drop) -> Outcome {
        self.refuse_concurrent_drop(op)?;
        let mut items: Vec<Item> = Vec::new();
        for object in &op.objects {
            let Some((key, part)) = self.locate(op.kind, object, op.if_exists, true)? else { continue };
            self.refuse_drop(op.kind, &key, &part)?;
            items.push((key, part));
        }
        for (key, _) in &items {
            if let ObjectKey::Role(role) = key {
                let role = role.clone();
                self.forget_memberships(&role);
            }
        }
        self.drop_items(items, op.cascade)
    }

    /// `CONCURRENTLY` drops one index and nothing with it (`RemoveRelations` in `tablecmds.c`).
    fn refuse_concurrent_drop(&self, op: &Drop) -> Outcome {
        if !op.concurrently {
            return Ok(());
        }
        let limit = match op.objects.as_slice() {
            [_] if op.cascade => "CASCADE",
            [only] => return self.refuse_partitioned_drop(&only.name),
            _ => "dropping multiple objects",
        };
        let message = format!("DROP INDEX CONCURRENTLY does not support {limit}");
        self.refuse_as_written(SchemaError::new("0A000", message))
    }

    fn refuse_partitioned_drop(&self, name: &QName) -> Outcome {
        let Some(name) = self.resolve_relation(name) else { return Ok(()) };
        let Some(Object::Index(index)) = self.at(&name) else { return Ok(()) };
        if !self.table_at(&index.table).is_some_and(Table::is_partitioned) {
            return Ok(());
        }
        let message = format!("cannot drop partitioned index \"{}\" concurrently", name.name);
        self.refuse_on(&name, SchemaError::new("0A000", message))
    }

    /// Fails when an object can only go with another one.
    fn refuse_drop(&self, kind: ObjectKind, key: &ObjectKey, part: &Part) -> Outcome {
        match (key, self.get(key), part) {
            (ObjectKey::Relation(name), _, Part::Whole)
                if matches!(kind, ObjectKind::Type | ObjectKind::Domain) =>
            {
                let (shown, relation) = (self.shown(key), self.described(key));
                let message = format!("cannot drop type {shown} because {relation} requires it");
                self.refuse_on(name, SchemaError::new("2BP01", message))
            }
            (ObjectKey::Relation(name), Some(Object::Index(index)), Part::Whole) => {
                self.refuse_index_drop(name, index)
            }
            (ObjectKey::Relation(name), Some(Object::Sequence(sequence)), Part::Whole)
                if sequence.identity =>
            {
                let Some((table, column)) = &sequence.owned_by else { return Ok(()) };
                let table = self.described(&ObjectKey::Relation(table.clone()));
                let message = format!(
                    "cannot drop sequence {} because column {column} of {table} requires it",
                    name.name
                );
                self.refuse_on(name, SchemaError::new("2BP01", message))
            }
            (ObjectKey::Relation(name), Some(Object::Table(table)), Part::Trigger(trigger))
                if table.triggers.iter().any(|t| t.inherited && t.def.name == *trigger) =>
            {
                let parent = table.partition_of.as_ref().map_or(&table.name, |(parent, _)| parent);
                let message = format!(
                    "cannot drop trigger {trigger} on table {} because trigger {trigger} on table {} requires it",
                    name.name, parent.name
                );
                self.refuse_on(name, SchemaError::new("2BP01", message))
            }
            (ObjectKey::Role(role), _, Part::Whole) => self.refuse_role_drop(role),
            _ => Ok(()),
        }
    }

    pub(super) fn create_schema(&mut self, op: &CreateSchema) -> Outcome {
        self.schema_name_allowed(&op.name)?;
        let key = ObjectKey::Schema(op.name.clone());
        let owner = op.owner.as_ref().map_or_else(|| self.current_role(), |owner| self.role_meant(owner));
        if self.get(&key).is_some() {
            if !op.if_not_exists {
                self.refuse(object_exists("schema", &op.name))?;
            }
        } else {
            let namespace = Namespace {
                name: op.name.clone(),
                acl: self.default_acl_of(owner.as_ref(), ObjectKind::Schema, None),
                owner: owner.clone(),
                comment: None,
            };
            self.put(key, Some(Arc::new(Object::Schema(namespace))));
        }
        if op.elements.is_empty() {
            return Ok(());
        }
        // The statements inside run with the new schema in front, as its owner.
        let session = self.session.clone();
        self.session.search_path.insert(0, op.name.clone());
        self.session.role = owner;
        let outcome = op.elements.iter().try_for_each(|element| self.run(element));
        self.session = session;
        outcome
    }

    /// Fails for names that the server keeps for itself.
    pub(super) fn schema_name_allowed(&self, name: &Ident) -> Outcome {
        if !name.starts_with("pg_") {
            return Ok(());
        }
        let detail = "The prefix \"pg_\" is reserved for system schemas.";
        let message = format!("unacceptable schema name \"{name}\"");
        self.refuse(SchemaError::new("42939", message).with_detail(detail))
    }

    pub(super) fn create_extension(&mut self, op: &CreateExtension) -> Outcome {
        let key = ObjectKey::Extension(op.name.clone());
        let standing = op.name == "plpgsql";
        if self.get(&key).is_some() || standing {
            return if op.if_not_exists { Ok(()) } else { self.refuse(object_exists("extension", &op.name)) };
        }
        let extension = Extension {
            name: op.name.clone(),
            schema: op.schema.clone().or_else(|| self.extension_schema(&op.name)),
            version: op.version.clone(),
            comment: None,
        };
        self.put(key, Some(Arc::new(Object::Extension(extension))));
        Ok(())
    }

    /// Where an extension goes that says nothing else: into the first schema of the search path, unless its
    /// author chose one, which is only known of a few.
    fn extension_schema(&self, name: &str) -> Option<Ident> {
        builtin::extension_types(name)?;
        self.qualify(&QName::bare(name)).schema
    }

    pub(super) fn alter_extension(&mut self, op: &AlterExtension) -> Outcome {
        let key = ObjectKey::Extension(op.name.clone());
        if self.get(&key).is_none() {
            let known = op.name == "plpgsql" || self.is_unknown(&QName::bare(op.name.clone()));
            return if known { Ok(()) } else { self.refuse(object_missing("extension", &op.name)) };
        }
        if op.update {
            self.update(&key, |object| {
                if let Object::Extension(extension) = object {
                    extension.version.clone_from(&op.version);
                }
            });
        }
        Ok(())
    }

    pub(super) fn create_statistics(&mut self, op: &CreateStatistics) -> Outcome {
        let found = self.find_relation(&op.table, false)?;
        let table = found.unwrap_or_else(|| self.qualify(&op.table));
        if let Some(known) = self.table_at(&table) {
            self.statistics_columns_exist(known, &op.exprs)?;
        }
        let mut exprs = op.exprs.clone();
        for expr in &mut exprs {
            self.bind_expr(expr);
        }
        let name = match &op.name {
            Some(name) => self.qualify(name),
            None => self.choose_statistics_name(&table, &exprs),
        };
        let key = ObjectKey::Statistics(name.clone());
        if self.get(&key).is_some() {
            if op.if_not_exists {
                return Ok(());
            }
            self.refuse_on(&name, object_exists("statistics object", &name.name))?;
        }
        // The catalog has columns by number, then expressions.
        let place = |expr: &Expr| match &expr.shape {
            ExprShape::Column(column) => self
                .table_at(&table)
                .and_then(|t| t.columns.iter().position(|c| c.name == *column))
                .unwrap_or(0),
            _ => usize::MAX,
        };
        exprs.sort_by_key(place);
        let statistics = Statistics {
            name,
            table,
            kinds: op.kinds.clone(),
            exprs,
            owner: self.current_role(),
            comment: None,
        };
        self.put(key, Some(Arc::new(Object::Statistics(statistics))));
        Ok(())
    }

    fn statistics_columns_exist(&self, table: &Table, exprs: &[Expr]) -> Outcome {
        for (_, column) in exprs.iter().flat_map(|e| &e.columns) {
            if table.column(column).is_none() {
                let message = format!("column \"{column}\" does not exist");
                self.refuse_column(table, column, SchemaError::new("42703", message))?;
            }
        }
        Ok(())
    }

    pub(super) fn create_publication(&mut self, op: &CreatePublication) -> Outcome {
        let key = ObjectKey::Publication(op.name.clone());
        if self.get(&key).is_some() {
            self.refuse(object_exists("publication", &op.name))?;
        }
        self.relations_exist(&op.tables)?;
        self.publishable(&op.tables)?;
        let publication = Publication {
            name: op.name.clone(),
            all_tables: op.all_tables,
            tables: op.tables.iter().map(|t| self.relation_name(t)).collect(),
            parts: self.published_parts(&op.parts)?,
            schemas: op.schemas.clone(),
            options: published(op.options.clone()),
            owner: self.current_role(),
            comment: None,
        };
        self.put(key, Some(Arc::new(Object::Publication(publication))));
        Ok(())
    }

    pub(super) fn alter_publication(&mut self, op: &AlterPublication) -> Outcome {
        let key = ObjectKey::Publication(op.name.clone());
        let Some(Object::Publication(publication)) = self.get(&key) else {
            return if self.is_unknown(&QName::bare(op.name.clone())) {
                Ok(())
            } else {
                self.refuse(object_missing("publication", &op.name))
            };
        };
        let mut publication = publication.clone();
        if op.action != MembershipChange::Drop {
            self.relations_exist(&op.tables)?;
            self.publishable(&op.tables)?;
        }
        let parts = self.published_parts(&op.parts)?;
        let tables: Vec<QName> = op.tables.iter().map(|t| self.relation_name(t)).collect();
        let lists = !op.tables.is_empty() || !op.schemas.is_empty();
        match op.action {
            MembershipChange::Add => {
                if let Some(twice) = tables.iter().find(|t| publication.tables.contains(t)) {
                    let message = format!(
                        "relation \"{}\" is already member of publication \"{}\"",
                        twice.name, op.name
                    );
                    self.refuse(SchemaError::new("42710", message))?;
                }
                publication.parts.extend(parts);
                publication.tables.extend(
                    tables.into_iter().filter(|t| !publication.tables.contains(t)).collect::<Vec<_>>(),
                );
                publication.schemas.extend(op.schemas.iter().cloned());
            }
            MembershipChange::Drop => {
                if let Some(absent) = tables.iter().find(|t| !publication.tables.contains(t)) {
                    let message = format!("relation \"{}\" is not part of the publication", absent.name);
                    self.refuse_on(absent, SchemaError::new("42704", message))?;
                }
                if let Some(absent) = op.schemas.iter().find(|s| !publication.schemas.contains(s)) {
                    let message = format!("tables from schema \"{absent}\" are not part of the publication");
                    self.refuse(SchemaError::new("42704", message))?;
                }
                publication.tables.retain(|t| !tables.contains(t));
                publication.parts.retain(|part| !tables.contains(&part.table));
                publication.schemas.retain(|s| !op.schemas.contains(s));
            }
            MembershipChange::Set if lists => {
                publication.tables = tables;
                publication.parts = parts;
                publication.schemas.clone_from(&op.schemas);
            }
            MembershipChange::Set => {
                super::alter::change_options(&mut publication.options, &op.options, &[]);
                publication.options = published(publication.options);
            }
        }
        self.put(key, Some(Arc::new(Object::Publication(publication))));
        Ok(())
    }

    /// Fails for relations that no publication takes.
    fn publishable(&self, tables: &[QName]) -> Outcome {
        for name in tables {
            let Some(name) = self.resolve_relation(name) else { continue };
            let published = match self.at(&name) {
                Some(Object::Table(table)) => {
                    !matches!(table.kind, TableKind::Foreign(_))
                        && table.persistence == Persistence::Permanent
                }
                Some(_) => false,
                None => true,
            };
            if !published {
                let message = format!("cannot add relation \"{}\" to publication", name.name);
                self.refuse_on(&name, SchemaError::new("22023", message))?;
            }
        }
        Ok(())
    }

    /// The parts of tables, qualified; their columns exist, and come in the order that they have in the table.
    fn published_parts(&self, parts: &[PublishedPart]) -> Result<Vec<PublishedPart>, SchemaError> {
        let mut bound = Vec::new();
        for part in parts {
            let mut part = PublishedPart { table: self.relation_name(&part.table), ..part.clone() };
            if let Some(table) = self.table_at(&part.table) {
                let filtered = part.filter.iter().flat_map(|filter| filter.columns.iter().map(|(_, c)| c));
                for column in part.columns.iter().chain(filtered) {
                    self.has_column(table, column)?;
                }
                part.columns.sort_by_key(|c| table.columns.iter().position(|column| column.name == *c));
            }
            if let Some(filter) = &mut part.filter {
                self.bind_expr(filter);
            }
            bound.push(part);
        }
        Ok(bound)
    }

    pub(super) fn comment(&mut self, op: &Comment) -> Outcome {
        let Some((key, part)) = self.locate(op.kind, &op.object, false, false)? else { return Ok(()) };
        self.update(&key, |object| {
            if let Some(place) = comment_place(object, &part) {
                place.clone_from(&op.text);
            }
        });
        Ok(())
    }

    /// A statement that could not be read: what it names is unknown from here on, or everything is.
    pub(super) fn opaque(&mut self, op: &Opaque) {
        let Some(name) = &op.object else {
            if !HARMLESS.iter().any(|verb| op.verb.starts_with(verb)) {
                self.mark_blind();
            }
            return;
        };
        let name = self.relation_name(name);
        if self.table_at(&name).is_some() {
            self.edit_table(&name, |table| table.columns_known = false);
        }
        self.mark_unknown(name);
    }
}

/// The options of a publication as the catalog tells them: in one order, without what is the default.
fn published(mut options: Options) -> Options {
    const ALL: [&str; 4] = ["insert", "update", "delete", "truncate"];
    for (_, value) in options.iter_mut().filter(|(name, _)| name == "publish") {
        let listed = |word: &&str| value.split(',').any(|v| v.trim().eq_ignore_ascii_case(word));
        *value = ALL.into_iter().filter(listed).collect::<Vec<_>>().join(", ");
    }
    options.retain(|(name, value)| match name.as_str() {
        "publish" => *value != ALL.join(", "),
        "publish_via_partition_root" => !matches!(value.as_str(), "false" | "off" | "0"),
        "publish_generated_columns" => value != "none",
        _ => true,
    });
    options
}

/// Where an object keeps the comment on a part of it.
fn comment_place<'o>(object: &'o mut Object, part: &Part) -> Option<&'o mut Option<String>> {
    match (object, part) {
        (Object::Schema(o), Part::Whole) => Some(&mut o.comment),
        (Object::Table(o), Part::Whole) => Some(&mut o.comment),
        (Object::View(o), Part::Whole) => Some(&mut o.comment),
        (Object::Index(o), Part::Whole) => Some(&mut o.comment),
        (Object::Sequence(o), Part::Whole) => Some(&mut o.comment),
        (Object::Type(o), Part::Whole) => Some(&mut o.comment),
        (Object::Function(o), Part::Whole) => Some(&mut o.comment),
        (Object::Role(o), Part::Whole) => Some(&mut o.comment),
        (Object::Extension(o), Part::Whole) => Some(&mut o.comment),
        (Object::Publication(o), Part::Whole) => Some(&mut o.comment),
        (Object::Statistics(o), Part::Whole) => Some(&mut o.comment),
        (Object::Other(o), Part::Whole) => Some(&mut o.comment),
        (Object::Table(table), Part::Column(name)) => {
            table.columns.iter_mut().find(|c| c.name == *name).map(|c| &mut c.comment)
        }
        (Object::View(view), Part::Column(name)) => {
            view.columns.iter_mut().find(|c| c.name == *name).map(|c| &mut c.comment)
        }
        (Object::Table(table), Part::Constraint(name)) => {
            match table.constraints.iter_mut().find(|c| c.name == *name) {
                Some(constraint) => Some(&mut constraint.comment),
                None => table
                    .columns
                    .iter_mut()
                    .filter_map(|c| c.not_null.as_mut())
                    .find(|n| n.name.as_ref() == Some(name))
                    .map(|n| &mut n.comment),
            }
        }
        (Object::Type(user_type), Part::Constraint(name)) => match &mut user_type.kind {
            UserTypeKind::Domain(domain) => {
                domain.constraints.iter_mut().find(|c| c.name == *name).map(|c| &mut c.comment)
            }
            _ => None,
        },
        (Object::Table(table), Part::Trigger(name)) => {
            table.triggers.iter_mut().find(|t| t.def.name == *name).map(|t| &mut t.comment)
        }
        (Object::View(view), Part::Trigger(name)) => {
            view.triggers.iter_mut().find(|t| t.def.name == *name).map(|t| &mut t.comment)
        }
        (Object::Table(table), Part::Rule(name)) => {
            table.rules.iter_mut().find(|r| r.name == *name).map(|r| &mut r.comment)
        }
        (Object::View(view), Part::Rule(name)) => {
            view.rules.iter_mut().find(|r| r.name == *name).map(|r| &mut r.comment)
        }
        (Object::Table(table), Part::Policy(name)) => {
            table.policies.iter_mut().find(|p| p.name == *name).map(|p| &mut p.comment)
        }
        _ => None,
    }
}
