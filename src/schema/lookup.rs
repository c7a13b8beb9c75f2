//! Finding objects: name resolution by search path, and the questions that effects and rules ask.

use crate::ir::index::KeyTarget;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, ForeignKey};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};

use super::builtin;
use super::dependency::{Dependency, Part};
use super::key::ObjectKey;
use super::model::{
    Constraint, Domain, Function, Index, Object, Role, Sequence, Table, UserType, UserTypeKind, View,
};
use super::resolve::is_system;
use super::{Coverage, Schema};

/// What the model can say about a relation that a statement names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Existence<'a> {
    /// It exists, and this is what it is.
    Known(&'a Object),
    /// It certainly does not exist.
    Missing,
    /// It may exist: the model does not cover it.
    Unknown,
}

/// The tables in which migration tools note what they have run. The tools make them, not the migrations.
const BOOKKEEPING: &[&str] = &[
    "refinery_schema_history",
    "flyway_schema_history",
    "schema_version",
    "_sqlx_migrations",
    "__diesel_schema_migrations",
    "schema_migrations",
    "goose_db_version",
    "_prisma_migrations",
    "__drizzle_migrations",
    "ar_internal_metadata",
    "alembic_version",
    "django_migrations",
    "databasechangelog",
    "databasechangeloglock",
];

/// The schemas that migration tools make for their tables.
const BOOKKEEPING_SCHEMAS: &[&str] = &["supabase_migrations", "sqitch", "drizzle"];

/// Whether an object is a migration tool's own by the schema that it is, or is in.
#[must_use]
pub fn is_in_bookkeeping(key: &ObjectKey) -> bool {
    let schema = match key {
        ObjectKey::Schema(name) => Some(name),
        key => key.namespace(),
    };
    schema.is_some_and(|name| BOOKKEEPING_SCHEMAS.contains(&name.as_str()))
}

/// Whether a relation of this name is a migration tool's own: the tool makes it, not the migrations.
#[must_use]
pub fn is_bookkeeping(name: &str) -> bool {
    BOOKKEEPING.contains(&name)
}

/// Every column that an index uses, in keys, expressions, `INCLUDE` and predicate; without repeats.
#[must_use]
pub fn index_columns(index: &Index) -> Vec<Ident> {
    let mut columns = Vec::new();
    let mut add = |name: &Ident| {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    };
    for key in &index.keys {
        match &key.target {
            KeyTarget::Column(name) => add(name),
            KeyTarget::Expr(expr) => expr.columns.iter().for_each(|(_, c)| add(c)),
        }
    }
    index.include.iter().for_each(&mut add);
    if let Some(predicate) = &index.predicate {
        predicate.columns.iter().for_each(|(_, c)| add(c));
    }
    columns
}

impl Schema {
    /// The qualified name of an existing relation, following the search path.
    #[must_use]
    pub fn resolve_relation(&self, name: &QName) -> Option<QName> {
        let (name, _) = self.relation_at(self.place_of_relation(name)?)?;
        Some(name.clone())
    }

    /// Whether a constraint of another table or domain in the same schema has the name: the server does not make it up
    /// again then.
    #[must_use]
    pub fn is_constraint_name_elsewhere(&self, table: &QName, name: &str) -> bool {
        let all = self.constraint_names.get(&table.sibling(name)).copied().unwrap_or_default();
        let own = self.table(table).map_or(0, |t| {
            let not_null = t.columns.iter().filter_map(|c| c.not_null.as_ref()?.name.as_ref());
            t.constraints.iter().map(|c| &c.name).chain(not_null).filter(|n| ***n == *name).count()
        });
        all as usize > own
    }

    /// The key of an existing type, or of the relation whose row type it is; `None` for built-in and unknown ones.
    #[must_use]
    pub fn resolve_type(&self, name: &QName) -> Option<ObjectKey> {
        if name.schema.is_none() && builtin::is_type(&name.name) {
            return None; // `pg_catalog` is searched first
        }
        self.resolve_with(name, |q| self.get(&ObjectKey::Type(q.clone())).map(|_| q.clone()))
            .map(ObjectKey::Type)
            .or_else(|| self.resolve_relation(name).map(ObjectKey::Relation))
    }

    /// The qualified name of the functions that a name means; `None` for built-in and unknown ones.
    #[must_use]
    pub fn resolve_function(&self, name: &QName) -> Option<QName> {
        self.resolve_with(name, |q| self.overloads.get(q).filter(|o| !o.is_empty()).map(|_| q.clone()))
    }

    /// The relation that a name in the text of an object means: such texts are read as in a fresh session.
    pub(super) fn relation_in_text(&self, name: &QName) -> Option<QName> {
        let find = |q: &QName| self.get(&ObjectKey::Relation(q.clone())).map(|_| q.clone());
        self.resolve_along(&[Ident::new("public")], name, find)
    }

    /// The type that a name in the text of an object means.
    pub(super) fn type_in_text(&self, name: &QName) -> Option<QName> {
        if name.schema.is_none() && builtin::is_type(&name.name) {
            return None;
        }
        let find = |q: &QName| self.get(&ObjectKey::Type(q.clone())).map(|_| q.clone());
        self.resolve_along(&[Ident::new("public")], name, find).or_else(|| self.relation_in_text(name))
    }

    /// The functions that a name in the text of an object means.
    pub(super) fn function_in_text(&self, name: &QName) -> Option<QName> {
        let find = |q: &QName| self.overloads.get(q).filter(|o| !o.is_empty()).map(|_| q.clone());
        self.resolve_along(&[Ident::new("public")], name, find)
    }

    /// What `find` has for a name; for one without schema along the search path.
    pub(super) fn resolve_with<T>(&self, name: &QName, find: impl Fn(&QName) -> Option<T>) -> Option<T> {
        self.resolve_along(&self.session.search_path, name, find)
    }

    fn resolve_along<T>(
        &self,
        path: &[Ident],
        name: &QName,
        find: impl Fn(&QName) -> Option<T>,
    ) -> Option<T> {
        if name.schema.is_some() || self.dialect != Dialect::PostgreSql {
            return find(name);
        }
        // Temporary relations are seldom there, and are looked for in vain for every name otherwise.
        let temporary = (!self.temporary.is_empty()).then(|| Ident::new("pg_temp"));
        temporary
            .iter()
            .chain(path)
            .find_map(|schema| find(&QName { schema: Some(schema.clone()), name: name.name.clone() }))
    }

    /// The name that a new object gets: in the first schema of the search path that exists when it has none. In the
    /// other dialects there is no such path: a bare name means the database at hand, whose name is not known.
    #[must_use]
    pub fn qualify(&self, name: &QName) -> QName {
        if name.schema.is_some() || self.dialect != Dialect::PostgreSql {
            return name.clone();
        }
        let path = &self.session.search_path;
        let existing = || path.iter().find(|s| self.get(&ObjectKey::Schema((*s).clone())).is_some());
        // Where not everything is known, the first schema may well exist.
        let first = if self.coverage == Coverage::Complete { existing() } else { path.first() };
        let schema = first.or_else(|| path.first()).cloned().unwrap_or_else(|| Ident::new("public"));
        QName { schema: Some(schema), name: name.name.clone() }
    }

    /// The qualified name a statement means: the existing relation, or the name a new one would get.
    #[must_use]
    pub fn relation_name(&self, name: &QName) -> QName {
        self.resolve_relation(name).unwrap_or_else(|| self.qualify(name))
    }

    /// What is known about a relation named in a statement.
    #[must_use]
    pub fn existence(&self, name: &QName) -> Existence<'_> {
        if let Some(object) = self.relation(name) {
            return Existence::Known(object);
        }
        let qualified = self.qualify(name);
        let foreign_territory =
            qualified.schema.as_ref().is_some_and(|s| self.get(&ObjectKey::Schema(s.clone())).is_none());
        if self.coverage == Coverage::Partial
            || self.blind
            || self.opaque_extensions > 0
            || self.is_unknown(&qualified)
            || foreign_territory
            || is_system(name)
            || BOOKKEEPING.contains(&name.name.as_str())
        {
            Existence::Unknown
        } else {
            Existence::Missing
        }
    }

    /// A relation of any kind.
    #[must_use]
    pub fn relation(&self, name: &QName) -> Option<&Object> {
        self.relation_at(self.place_of_relation(name)?).map(|(_, object)| object)
    }

    /// A table.
    #[must_use]
    pub fn table(&self, name: &QName) -> Option<&Table> {
        match self.relation(name)? {
            Object::Table(table) => Some(table),
            _ => None,
        }
    }

    /// A view or materialized view.
    #[must_use]
    pub fn view(&self, name: &QName) -> Option<&View> {
        match self.relation(name)? {
            Object::View(view) => Some(view),
            _ => None,
        }
    }

    /// An index.
    #[must_use]
    pub fn index(&self, name: &QName) -> Option<&Index> {
        match self.relation(name)? {
            Object::Index(index) => Some(index),
            _ => None,
        }
    }

    /// A sequence.
    #[must_use]
    pub fn sequence(&self, name: &QName) -> Option<&Sequence> {
        match self.relation(name)? {
            Object::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// A user-defined type.
    #[must_use]
    pub fn user_type(&self, name: &QName) -> Option<&UserType> {
        match self.get(&self.resolve_type(name)?)? {
            Object::Type(user_type) => Some(user_type),
            _ => None,
        }
    }

    /// The domain behind a type name, when it is one.
    #[must_use]
    pub fn domain(&self, ty: &TypeName) -> Option<&Domain> {
        match &self.user_type(&ty.name)?.kind {
            UserTypeKind::Domain(domain) if ty.array == 0 => Some(domain),
            _ => None,
        }
    }

    /// A role.
    #[must_use]
    pub fn role(&self, name: &Ident) -> Option<&Role> {
        match self.get(&ObjectKey::Role(name.clone()))? {
            Object::Role(role) => Some(role),
            _ => None,
        }
    }

    /// The overloads of a function name, following the search path.
    #[must_use]
    pub fn functions_named(&self, name: &QName) -> &[ObjectKey] {
        self.resolve_function(name).and_then(|q| self.overloads.get(&q)).map_or(&[], Vec::as_slice)
    }

    /// The overloads of a function name as objects.
    pub fn functions<'a>(&'a self, name: &QName) -> impl Iterator<Item = &'a Function> {
        self.functions_named(name).iter().filter_map(|key| match self.get(key)? {
            Object::Function(function) => Some(function),
            _ => None,
        })
    }

    /// Every table.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.objects().filter_map(|(_, object)| match object {
            Object::Table(table) => Some(table),
            _ => None,
        })
    }

    /// What `pick` takes, given the relation's own name, of the objects that depend on a relation itself and not on
    /// its row type; older ones first.
    fn on_relation<'a, T>(
        &'a self,
        relation: &QName,
        pick: impl Fn(&QName, &'a Object, &'a Dependency) -> Option<T>,
    ) -> Vec<T> {
        let Some(place) = self.place_of_relation(relation) else { return Vec::new() };
        let Some((name, _)) = self.relation_at(place) else { return Vec::new() };
        self.dependents_of(place, |object, dependency| pick(name, object, dependency))
    }

    /// The indexes of a table or materialized view, in the order they were made.
    #[must_use]
    pub fn indexes_of(&self, relation: &QName) -> Vec<&Index> {
        self.on_relation(relation, |name, object, _| match object {
            Object::Index(index) if index.table == *name => Some(index),
            _ => None,
        })
    }

    /// Foreign keys of other tables (and of itself) that reference a table.
    #[must_use]
    pub fn referencing(&self, table: &QName) -> Vec<(&Table, &Constraint, &ForeignKey)> {
        self.on_relation(table, |name, object, dependency| {
            let (Object::Table(child), Part::Constraint(constraint)) = (object, &dependency.via) else {
                return None;
            };
            let constraint = child.constraint(constraint)?;
            match &constraint.kind {
                ConstraintKind::ForeignKey(fk) if fk.table == *name => Some((child, constraint, fk)),
                _ => None,
            }
        })
    }

    /// Direct partitions and inheritance children.
    #[must_use]
    pub fn children_of(&self, table: &QName) -> Vec<&Table> {
        self.on_relation(table, |name, object, dependency| match object {
            Object::Table(child)
                if dependency.via == Part::Whole
                    && (child.partition_of.as_ref().is_some_and(|(p, _)| p == name)
                        || child.inherits.contains(name)) =>
            {
                Some(child)
            }
            _ => None,
        })
    }

    /// All partitions and inheritance descendants, parents before children.
    #[must_use]
    pub fn descendants_of(&self, table: &QName) -> Vec<&Table> {
        let mut found: Vec<&Table> = Vec::new();
        let mut queue: std::collections::VecDeque<&Table> = self.children_of(table).into();
        while let Some(child) = queue.pop_front() {
            if found.iter().all(|t| t.name != child.name) {
                found.push(child);
                queue.extend(self.children_of(&child.name));
            }
        }
        found
    }

    /// Views and materialized views that read a relation directly, with how they depend on it.
    #[must_use]
    pub fn views_on(&self, relation: &QName) -> Vec<(&View, &Dependency)> {
        let Some(name) = self.resolve_relation(relation) else { return Vec::new() };
        self.dependents(&ObjectKey::Relation(name))
            .into_iter()
            .filter_map(|(key, dependency)| match self.get(key)? {
                Object::View(view) => Some((view, dependency)),
                _ => None,
            })
            .collect()
    }

    /// Views that name a column of a relation.
    #[must_use]
    pub fn views_on_column(&self, relation: &QName, column: &str) -> Vec<&View> {
        let Some(name) = self.resolve_relation(relation) else { return Vec::new() };
        self.views_on(&name)
            .into_iter()
            .filter(|(view, _)| {
                view.uses.iter().any(|u| u.relation == name && u.columns.iter().any(|c| *c == *column))
            })
            .map(|(view, _)| view)
            .collect()
    }

    /// Columns of tables whose type is the given user type (a domain or enum), its arrays included.
    #[must_use]
    pub fn columns_of_type(&self, ty: &ObjectKey) -> Vec<(&Table, &Ident)> {
        self.dependents(ty)
            .into_iter()
            .filter_map(|(key, dependency)| match (self.get(key)?, &dependency.via) {
                (Object::Table(table), Part::Column(column)) => Some((table, &table.column(column)?.name)),
                _ => None,
            })
            .collect()
    }

    /// Sequences owned by a column of a table.
    #[must_use]
    pub fn sequences_of(&self, table: &QName, column: &str) -> Vec<&Sequence> {
        self.on_relation(table, |name, object, _| match object {
            Object::Sequence(sequence)
                if sequence.owned_by.as_ref().is_some_and(|(t, c)| t == name && *c == *column) =>
            {
                Some(sequence)
            }
            _ => None,
        })
    }

    /// The kind of relation a statement names, where known.
    #[must_use]
    pub fn relation_kind(&self, name: &QName) -> Option<ObjectKind> {
        self.relation(name).map(Object::kind)
    }
}
