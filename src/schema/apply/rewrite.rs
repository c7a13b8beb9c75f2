//! Carrying a new name through an object that uses the old one: in its names, and in its texts.

use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Object, Table, TableKind, Trigger, Use, UserTypeKind};

use super::tokens::written;

/// What gets a new name. Names are qualified.
#[derive(Clone, Copy, Debug)]
pub(super) enum Renaming<'a> {
    /// A relation, and with it its row type.
    Relation(&'a QName, &'a QName),
    /// A column of a relation.
    Column(&'a QName, &'a Ident, &'a Ident),
    /// A type.
    Type(&'a QName, &'a QName),
    /// A function, in its callers.
    Function(&'a QName, &'a QName),
    /// A schema, in the names of everything in it.
    Schema(&'a Ident, &'a Ident),
    /// A label of an enum: the type, the old and the new text.
    Label(&'a QName, &'a str, &'a str),
}

/// Rewrites objects. The schema must still have the old names: they tell what unqualified names mean.
pub(super) struct Rewriter<'a> {
    pub(super) schema: &'a Schema,
    pub(super) renaming: Renaming<'a>,
}

impl Rewriter<'_> {
    pub(super) fn object(&self, object: &mut Object) {
        match object {
            Object::Table(table) => self.table(table),
            Object::View(view) => {
                self.relation(&mut view.name);
                view.triggers.iter_mut().for_each(|t| self.trigger(t));
                view.uses.iter_mut().for_each(|u| self.used(u));
                self.query(&mut view.query);
                for ty in view.columns.iter_mut().filter_map(|c| c.data_type.as_mut()) {
                    self.data_type(ty);
                }
            }
            Object::Index(index) => {
                self.relation(&mut index.name);
                let table = index.table.clone();
                self.relation(&mut index.table);
                index.parent.iter_mut().for_each(|p| self.relation(p));
                index.keys.iter_mut().for_each(|key| self.key(key, &table));
                index.include.iter_mut().for_each(|c| self.column(&table, c));
                index.predicate.iter_mut().for_each(|p| self.expr(p, Some(&table)));
            }
            Object::Sequence(sequence) => {
                self.relation(&mut sequence.name);
                if let Some((table, column)) = &mut sequence.owned_by {
                    self.column(table, column);
                    self.relation(table);
                }
            }
            Object::Type(user_type) => {
                self.type_name(&mut user_type.name);
                match &mut user_type.kind {
                    UserTypeKind::Domain(domain) => {
                        self.data_type(&mut domain.base);
                        domain.default.iter_mut().for_each(|d| self.expr(d, None));
                        domain.constraints.iter_mut().for_each(|c| self.constraint(c, None));
                    }
                    UserTypeKind::Composite(attributes) => {
                        for (_, ty, _) in attributes {
                            self.data_type(ty);
                        }
                    }
                    UserTypeKind::Enum(_)
                    | UserTypeKind::Range(_)
                    | UserTypeKind::Base(_)
                    | UserTypeKind::Shell => {}
                }
            }
            Object::Function(function) => {
                self.function(&mut function.def.name);
                for arg in &mut function.def.args {
                    self.data_type(&mut arg.data_type);
                    arg.default.iter_mut().for_each(|d| self.expr(d, None));
                }
                function.def.returns.iter_mut().for_each(|ty| self.data_type(ty));
                function.uses.iter_mut().for_each(|u| self.used(u));
                if function.def.sql_body {
                    function.def.body = self.text(&function.def.body, None);
                    function.def.uses.queries.iter_mut().for_each(|q| self.query(q));
                }
            }
            Object::Statistics(statistics) => {
                self.qualified(&mut statistics.name);
                let table = statistics.table.clone();
                self.relation(&mut statistics.table);
                statistics.exprs.iter_mut().for_each(|e| self.expr(e, Some(&table)));
            }
            Object::Publication(publication) => {
                publication.tables.iter_mut().for_each(|t| self.relation(t));
                for part in &mut publication.parts {
                    let table = part.table.clone();
                    self.relation(&mut part.table);
                    part.columns.iter_mut().for_each(|column| self.column(&table, column));
                    part.filter.iter_mut().for_each(|filter| self.expr(filter, Some(&table)));
                }
                publication.schemas.iter_mut().for_each(|s| self.namespace(s));
            }
            Object::Schema(_)
            | Object::Role(_)
            | Object::Extension(_)
            | Object::DefaultAcl(_)
            | Object::Other(_) => {}
        }
    }

    /// The key of an object once it is rewritten.
    pub(super) fn key_of(key: &ObjectKey, object: &Object) -> ObjectKey {
        match (key, object) {
            (ObjectKey::Function(..), Object::Function(f)) => {
                ObjectKey::function(f.def.name.clone(), &f.def.signature())
            }
            (ObjectKey::Relation(_), Object::Table(o)) => ObjectKey::Relation(o.name.clone()),
            (ObjectKey::Relation(_), Object::View(o)) => ObjectKey::Relation(o.name.clone()),
            (ObjectKey::Relation(_), Object::Index(o)) => ObjectKey::Relation(o.name.clone()),
            (ObjectKey::Relation(_), Object::Sequence(o)) => ObjectKey::Relation(o.name.clone()),
            (ObjectKey::Type(_), Object::Type(o)) => ObjectKey::Type(o.name.clone()),
            (ObjectKey::Statistics(_), Object::Statistics(o)) => ObjectKey::Statistics(o.name.clone()),
            _ => key.clone(),
        }
    }

    fn table(&self, table: &mut Table) {
        let name = table.name.clone();
        for column in &mut table.columns {
            self.column(&name, &mut column.name);
            self.data_type(&mut column.data_type);
            column.default.iter_mut().for_each(|d| self.expr(d, Some(&name)));
            column.generated.iter_mut().for_each(|g| self.expr(&mut g.expr, Some(&name)));
        }
        table.constraints.iter_mut().for_each(|c| self.constraint(c, Some(&name)));
        table.triggers.iter_mut().for_each(|t| self.trigger(t));
        for policy in &mut table.policies {
            policy.using.iter_mut().chain(&mut policy.check).for_each(|e| self.expr(e, Some(&name)));
            policy.uses.iter_mut().for_each(|u| self.used(u));
        }
        if let TableKind::Partitioned(by) = &mut table.kind {
            by.keys.iter_mut().for_each(|key| self.key(key, &name));
        }
        table.of_type.iter_mut().for_each(|ty| self.data_type(ty));
        table.partition_of.iter_mut().for_each(|(parent, _)| self.relation(parent));
        table.inherits.iter_mut().for_each(|parent| self.relation(parent));
        self.relation(&mut table.name);
    }

    fn trigger(&self, trigger: &mut Trigger) {
        let table = trigger.def.table.clone();
        trigger.def.update_columns.iter_mut().for_each(|c| self.column(&table, c));
        trigger.def.when.iter_mut().for_each(|w| self.expr(w, Some(&table)));
        trigger.def.from_table.iter_mut().for_each(|t| self.relation(t));
        self.function(&mut trigger.def.function);
        self.relation(&mut trigger.def.table);
    }

    fn constraint(&self, constraint: &mut Constraint, table: Option<&QName>) {
        let columns = |list: &mut Vec<Ident>| {
            if let Some(table) = table {
                for column in list {
                    self.column(table, column);
                }
            }
        };
        match &mut constraint.kind {
            ConstraintKind::Check(expr) => self.expr(expr, table),
            ConstraintKind::NotNull(column) => {
                if let Some(table) = table {
                    self.column(table, column);
                }
            }
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                columns(&mut key.columns);
                columns(&mut key.include);
            }
            ConstraintKind::ForeignKey(fk) => {
                columns(&mut fk.columns);
                columns(&mut fk.on_delete_columns);
                let referenced = fk.table.clone();
                fk.ref_columns.iter_mut().for_each(|c| self.column(&referenced, c));
                self.relation(&mut fk.table);
            }
            ConstraintKind::Exclude(exclude) => {
                if let Some(table) = table {
                    exclude.elements.iter_mut().for_each(|(key, _)| self.key(key, table));
                }
                columns(&mut exclude.include);
                exclude.predicate.iter_mut().for_each(|p| self.expr(p, table));
            }
        }
    }

    fn key(&self, key: &mut IndexKey, table: &QName) {
        match &mut key.target {
            KeyTarget::Column(name) => self.column(table, name),
            KeyTarget::Expr(expr) => self.expr(expr, Some(table)),
        }
        key.collation.iter_mut().chain(&mut key.opclass).for_each(|name| self.qualified(name));
    }

    fn used(&self, used: &mut Use) {
        let relation = used.relation.clone();
        used.columns.iter_mut().for_each(|c| self.column(&relation, c));
        used.columns.sort();
        self.relation(&mut used.relation);
    }

    pub(super) fn column(&self, table: &QName, column: &mut Ident) {
        if let Renaming::Column(relation, from, to) = self.renaming
            && relation == table
            && column == from
        {
            *column = to.clone();
        }
    }

    /// A qualified relation name.
    pub(super) fn relation(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Relation(from, to) if name == from => *name = to.clone(),
            _ => self.qualified(name),
        }
    }

    /// A relation name as written in a query.
    pub(super) fn written(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Relation(from, to) if self.schema.relation_in_text(name).as_ref() == Some(from) => {
                *name = written(name, from, to);
            }
            _ => self.qualified(name),
        }
    }

    pub(super) fn data_type(&self, ty: &mut TypeName) {
        self.type_name(&mut ty.name);
    }

    fn type_name(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Type(from, to) | Renaming::Relation(from, to) if name == from => *name = to.clone(),
            _ => self.qualified(name),
        }
    }

    pub(super) fn function(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Function(from, to) if name == from => *name = to.clone(),
            _ => self.qualified(name),
        }
    }

    fn qualified(&self, name: &mut QName) {
        if let Some(schema) = &mut name.schema {
            self.namespace(schema);
        }
    }

    fn namespace(&self, name: &mut Ident) {
        if let Renaming::Schema(from, to) = self.renaming
            && name == from
        {
            *name = to.clone();
        }
    }
}

impl Schema {
    /// Whether a relation has a column of this name.
    pub(super) fn relation_has_column(&self, name: &QName, column: &Ident) -> bool {
        match self.at(name) {
            Some(Object::Table(table)) => table.column(column).is_some(),
            Some(Object::View(view)) => view.columns.iter().any(|c| c.name == *column),
            _ => false,
        }
    }
}
