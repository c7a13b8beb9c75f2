//! Carrying a new name through an object that uses the old one: in its names, and in its texts.

use crate::ir::expr::{Conjunct, Expr, ExprShape, Query, Scope};
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Object, Table, TableKind, Trigger, Use, UserTypeKind};

use super::tokens::{Text, written};

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
                        attributes.iter_mut().for_each(|(_, ty, _)| self.data_type(ty));
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
    pub(super) fn key_of(&self, key: &ObjectKey, object: &Object) -> ObjectKey {
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
                list.iter_mut().for_each(|c| self.column(table, c));
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

    fn conjunct(&self, table: &QName, conjunct: &mut Conjunct) {
        match conjunct {
            Conjunct::NotNull(column)
            | Conjunct::Null(column)
            | Conjunct::Compare { column, .. }
            | Conjunct::In { column, .. } => {
                self.column(table, column);
            }
            Conjunct::Or(sides) => {
                for term in sides.iter_mut().flatten() {
                    self.conjunct(table, term);
                }
            }
            Conjunct::Other => {}
        }
    }

    /// An expression that belongs to a table, or to none.
    pub(super) fn expr(&self, expr: &mut Expr, table: Option<&QName>) {
        expr.sql = self.text(&expr.sql, table);
        self.scopes(&mut expr.scopes);
        expr.functions.iter_mut().for_each(|f| self.function(f));
        expr.relations.iter_mut().chain(&mut expr.sequences).for_each(|r| self.relation(r));
        expr.types.iter_mut().for_each(|ty| self.data_type(ty));
        if let Some(table) = table {
            for (qualifier, column) in &mut expr.columns {
                let own = qualifier
                    .as_ref()
                    .is_none_or(|q| *q == table.name || matches!(q.as_str(), "new" | "old"));
                if own {
                    self.column(table, column);
                }
                if let Renaming::Relation(from, to) = self.renaming
                    && from == table
                    && qualifier.as_ref() == Some(&from.name)
                {
                    *qualifier = Some(to.name.clone());
                }
            }
            let mut conjuncts = std::mem::take(&mut expr.conjuncts);
            for conjunct in &mut conjuncts {
                self.conjunct(table, conjunct);
            }
            expr.conjuncts = conjuncts;
            if let ExprShape::Column(column) | ExprShape::ColumnCast(column, _) = &mut expr.shape {
                self.column(table, column);
            }
        }
        match &mut expr.shape {
            ExprShape::ColumnCast(_, ty) => self.data_type(ty),
            ExprShape::Call(function) => self.function(function),
            ExprShape::Null
            | ExprShape::Bool(_)
            | ExprShape::Literal(_)
            | ExprShape::Column(_)
            | ExprShape::Other => {}
        }
    }

    fn query(&self, query: &mut Query) {
        query.sql = self.text(&query.sql, None);
        self.scopes(&mut query.scopes);
        query.functions.iter_mut().for_each(|f| self.function(f));
        query.types.iter_mut().for_each(|ty| self.data_type(ty));
        query.writes.iter_mut().for_each(|r| self.written(r));
    }

    fn scopes(&self, scopes: &mut [Scope]) {
        if let Renaming::Column(relation, from, to) = self.renaming {
            let own: Vec<Vec<bool>> =
                scopes.iter().map(|s| self.scope_columns(scopes, s, relation, from)).collect();
            for (scope, own) in scopes.iter_mut().zip(own) {
                for ((_, column), own) in scope.columns.iter_mut().zip(own) {
                    if own {
                        *column = to.clone();
                    }
                }
            }
        }
        for reference in scopes.iter_mut().flat_map(|s| &mut s.relations) {
            let old = reference.name.name.clone();
            self.written(&mut reference.name);
            if reference.name.name != old && reference.alias.is_none() {
                // The text keeps the old name as alias.
                reference.alias = Some(old);
            }
        }
    }

    /// Which columns of a scope are the one that is renamed.
    fn scope_columns(&self, scopes: &[Scope], scope: &Scope, relation: &QName, from: &Ident) -> Vec<bool> {
        let hit = |qualifier: Option<&Ident>| {
            let mut level = Some(scope);
            while let Some(current) = level {
                for reference in &current.relations {
                    let alias = reference.alias.as_ref().unwrap_or(&reference.name.name);
                    if qualifier.is_some_and(|q| q != alias) {
                        continue;
                    }
                    let Some(found) = self.schema.resolve_relation(&reference.name) else { continue };
                    if found == *relation {
                        return true;
                    }
                    if qualifier.is_some() || self.schema.relation_has_column(&found, from) {
                        return false;
                    }
                }
                level = current.parent.and_then(|parent| scopes.get(parent));
            }
            false
        };
        scope.columns.iter().map(|(qualifier, column)| column == from && hit(qualifier.as_ref())).collect()
    }

    /// A text that belongs to a table, or to none.
    fn text(&self, sql: &str, table: Option<&QName>) -> String {
        let resolved = |name: &QName| self.schema.resolve_relation(name);
        match self.renaming {
            Renaming::Relation(from, to) => {
                if !mentions(sql, &from.name) {
                    return sql.to_owned();
                }
                let text = Text::new(sql);
                let renamed = text.rename_relation(
                    &|name| resolved(name).as_ref() == Some(from),
                    from,
                    to,
                    table == Some(from),
                );
                // The row type goes by the relation's name.
                let is_type = |name: &QName| self.is_type(name, from);
                Text::new(&renamed).rename_type(&is_type, from, to)
            }
            Renaming::Column(relation, from, to) => {
                if !mentions(sql, from) {
                    return sql.to_owned();
                }
                let own = table.filter(|t| *t == relation).map(|t| &t.name);
                Text::new(sql).rename_column(
                    &|name| resolved(name).as_ref() == Some(relation),
                    &|name| resolved(name).is_some_and(|found| self.schema.relation_has_column(&found, from)),
                    own,
                    from,
                    to,
                )
            }
            Renaming::Type(from, to) => {
                if !mentions(sql, &from.name) {
                    return sql.to_owned();
                }
                Text::new(sql).rename_type(&|name| self.is_type(name, from), from, to)
            }
            Renaming::Function(from, to) => {
                if !mentions(sql, &from.name) {
                    return sql.to_owned();
                }
                let is_it = |name: &QName| self.schema.resolve_function(name).as_ref() == Some(from);
                Text::new(sql).rename_function(&is_it, from, to)
            }
            Renaming::Schema(from, to) => {
                if mentions(sql, from) {
                    Text::new(sql).rename_schema(from, to)
                } else {
                    sql.to_owned()
                }
            }
        }
    }

    fn is_type(&self, name: &QName, wanted: &QName) -> bool {
        matches!(
            self.schema.resolve_type(name),
            Some(ObjectKey::Type(found) | ObjectKey::Relation(found)) if found == *wanted
        )
    }

    fn column(&self, table: &QName, column: &mut Ident) {
        if let Renaming::Column(relation, from, to) = self.renaming
            && relation == table
            && column == from
        {
            *column = to.clone();
        }
    }

    /// A qualified relation name.
    fn relation(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Relation(from, to) if name == from => *name = to.clone(),
            _ => self.qualified(name),
        }
    }

    /// A relation name as written in a query.
    fn written(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Relation(from, to) if self.schema.resolve_relation(name).as_ref() == Some(from) => {
                *name = written(name, from, to);
            }
            _ => self.qualified(name),
        }
    }

    fn data_type(&self, ty: &mut TypeName) {
        self.type_name(&mut ty.name);
    }

    fn type_name(&self, name: &mut QName) {
        match self.renaming {
            Renaming::Type(from, to) | Renaming::Relation(from, to) if name == from => *name = to.clone(),
            _ => self.qualified(name),
        }
    }

    fn function(&self, name: &mut QName) {
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

/// A quick look before the text is taken apart: whether it holds the name in any case.
fn mentions(sql: &str, name: &str) -> bool {
    sql.len() >= name.len()
        && (sql.contains(name)
            || sql.as_bytes().windows(name.len()).any(|w| w.eq_ignore_ascii_case(name.as_bytes())))
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
