//! What the difference of one object has to know of the others.

use crate::hash::HashMap;
use crate::ir::object::ObjectKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName, ServerVersion};
use crate::schema::Schema;
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Domain, Index, Object, Sequence, Table};

use super::Transition;

/// All objects that change together.
#[derive(Default)]
pub(super) struct Context<'a> {
    schema: Option<&'a Schema>,
    changes: HashMap<&'a ObjectKey, (Option<&'a Object>, Option<&'a Object>)>,
    /// Identity sequences after the change, by table and column.
    identities: HashMap<(&'a QName, &'a Ident), &'a Sequence>,
}

impl<'a> Context<'a> {
    pub(super) fn new(schema: &'a Schema, transitions: &[Transition<'a>]) -> Self {
        let mut context = Self { schema: Some(schema), ..Self::default() };
        for t in transitions {
            context.changes.insert(t.key, (t.from, t.to));
            if let Some(Object::Sequence(sequence)) = t.to
                && sequence.identity
                && let Some((table, column)) = &sequence.owned_by
            {
                context.identities.insert((table, column), sequence);
            }
        }
        context
    }

    /// The sequence behind an identity column, when it is made along with it.
    pub(super) fn identity(&self, table: &QName, column: &Ident) -> Option<&'a Sequence> {
        self.identities.get(&(table, column)).copied()
    }

    /// A table before and after, when it changes too and is there both times.
    pub(super) fn table(&self, name: &QName) -> Option<(&'a Table, &'a Table)> {
        match self.changes.get(&ObjectKey::Relation(name.clone()))? {
            (Some(Object::Table(from)), Some(Object::Table(to))) => Some((from, to)),
            _ => None,
        }
    }

    /// Whether an index that stands by itself becomes the one of the constraint of the same name.
    pub(super) fn is_promoted(&self, index: &QName) -> bool {
        match self.changes.get(&ObjectKey::Relation(index.clone())) {
            Some((Some(Object::Index(from)), Some(Object::Index(to)))) => {
                from.constraint.is_none() && to.constraint.is_some()
            }
            _ => false,
        }
    }

    /// Whether the relation is dropped, or made anew as something else.
    pub(super) fn is_gone(&self, key: &ObjectKey) -> bool {
        matches!(self.changes.get(key), Some((Some(from), to)) if to.is_none_or(|to| to.kind() != from.kind()))
    }

    /// Whether a column goes, by itself or with its table.
    pub(super) fn loses_column(&self, table: &QName, column: &Ident) -> bool {
        self.is_gone(&ObjectKey::Relation(table.clone()))
            || self
                .table(table)
                .is_some_and(|(from, to)| from.column(column).is_some() && to.column(column).is_none())
    }

    /// Whether an index goes without a statement of its own: with its table, a column of it, its constraint,
    /// or the partitioned index above it.
    pub(super) fn goes_along(&self, index: &Index) -> bool {
        index.constraint.is_some()
            || index.parent.as_ref().is_some_and(|p| self.is_gone(&ObjectKey::Relation(p.clone())))
            || self.is_gone(&ObjectKey::Relation(index.table.clone()))
            || crate::schema::lookup::index_columns(index)
                .iter()
                .any(|column| self.loses_column(&index.table, column))
    }

    /// Whether the server would not make up this name for a constraint, since another one has it.
    pub(super) fn is_taken(&self, table: &QName, constraint: &str) -> bool {
        self.schema.is_some_and(|schema| schema.is_constraint_name_elsewhere(table, constraint))
    }

    /// The default privileges that may hold when an object is made by whoever runs the statements: those of the schema,
    /// and those that come or go along with it.
    pub(super) fn given(&self, kind: ObjectKind, schema: Option<&Ident>) -> Vec<Acl> {
        let mut found: Vec<Acl> = self.schema.iter().map(|s| s.given_privileges(kind, schema)).collect();
        let mut keys = vec![ObjectKey::DefaultAcl(None, None, kind)];
        keys.extend(schema.map(|schema| ObjectKey::DefaultAcl(None, Some(schema.clone()), kind)));
        for (from, to) in keys.iter().filter_map(|key| self.changes.get(key)) {
            found.extend([*from, *to].into_iter().flatten().filter_map(|object| match object {
                Object::DefaultAcl(default) => Some(default.acl.clone()),
                _ => None,
            }));
        }
        found.retain(|acl| !acl.is_default());
        found
    }

    /// The version of the server, as far as it is known.
    pub(super) fn version(&self) -> Option<ServerVersion> {
        self.schema.map(Schema::version)
    }

    /// The domain behind a type name, as far as it is known.
    pub(super) fn domain(&self, ty: &TypeName) -> Option<&'a Domain> {
        self.schema?.domain(ty)
    }
}
