//! What a statement would lead to, without going there.
//!
//! In: a statement. Out: what it would change, and a view of the schema as it would be then. The schema itself
//! ends as it began: a copy of it for each look ahead would cost more than everything else in a long history.

use std::sync::Arc;

use crate::ir::DdlOp;
use crate::name::QName;

use super::error::SchemaError;
use super::key::ObjectKey;
use super::model::{Change, Index, Object, Sequence, Table};
use super::{Schema, Session};

impl Schema {
    /// What a statement would change; `None` when it would fail. Call it between statements: changes that were
    /// not taken yet would be lost.
    pub fn preview(&mut self, op: &DdlOp) -> Option<Vec<Change>> {
        let trial = self.begin_trial();
        let errors = self.apply(op);
        let changes = self.take_changes();
        self.end_trial(trial, &changes);
        errors.is_empty().then_some(changes)
    }
}

impl Schema {
    /// The error that the server certainly ends a statement with in a session of its own; the schema stays as it is.
    /// Call it between statements, as [`Schema::preview`].
    pub fn failure(&mut self, op: &DdlOp) -> Option<SchemaError> {
        let trial = self.begin_trial();
        self.session = Session::default();
        let error = self.apply(op).into_iter().next();
        let changes = self.take_changes();
        self.end_trial(trial, &changes);
        error
    }
}

/// The schema after a statement: the one before it, and what the statement changes.
#[derive(Clone, Copy)]
pub struct Ahead<'a> {
    before: &'a Schema,
    changes: &'a [Change],
}

impl<'a> Ahead<'a> {
    /// `changes` are those of [`Schema::preview`] on the same schema.
    #[must_use]
    pub fn new(before: &'a Schema, changes: &'a [Change]) -> Self {
        Self { before, changes }
    }

    /// The relation of this qualified name.
    fn relation(&self, name: &QName) -> Option<&'a Object> {
        let changed = self.changes.iter().find(|c| matches!(&c.key, ObjectKey::Relation(n) if n == name));
        match changed {
            Some(change) => change.after.as_deref(),
            None => self.before.get(&ObjectKey::Relation(name.clone())),
        }
    }

    /// Relations that the statement makes or changes, and the unchanged ones of `before`.
    fn merged<T: 'a>(
        &self,
        before: impl Iterator<Item = (&'a QName, &'a T)>,
        wanted: impl Fn(&'a Object) -> Option<&'a T>,
    ) -> Vec<&'a T> {
        let touched =
            |name: &QName| self.changes.iter().any(|c| matches!(&c.key, ObjectKey::Relation(n) if n == name));
        let kept = before.filter(|(name, _)| !touched(name)).map(|(_, object)| object);
        let changed = self.changes.iter().filter_map(|c| wanted(Arc::as_ref(c.after.as_ref()?)));
        kept.chain(changed).collect()
    }

    /// The table of this qualified name.
    #[must_use]
    pub fn table(&self, name: &QName) -> Option<&'a Table> {
        match self.relation(name)? {
            Object::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The index of this qualified name.
    #[must_use]
    pub fn index(&self, name: &QName) -> Option<&'a Index> {
        match self.relation(name)? {
            Object::Index(index) => Some(index),
            _ => None,
        }
    }

    /// The indexes of a table.
    #[must_use]
    pub fn indexes_of(&self, table: &QName) -> Vec<&'a Index> {
        if self.relation(table).is_none() {
            return Vec::new();
        }
        let before = self.before.indexes_of(table).into_iter().map(|i| (&i.name, i));
        self.merged(before, |object| match object {
            Object::Index(index) if index.table == *table => Some(index),
            _ => None,
        })
    }

    /// Partitions and inheritance children of a table.
    #[must_use]
    pub fn children_of(&self, table: &QName) -> Vec<&'a Table> {
        let before = self.before.children_of(table).into_iter().map(|t| (&t.name, t));
        self.merged(before, |object| match object {
            Object::Table(child)
                if child.partition_of.as_ref().is_some_and(|(p, _)| p == table)
                    || child.inherits.contains(table) =>
            {
                Some(child)
            }
            _ => None,
        })
    }

    /// Sequences that a column owns.
    #[must_use]
    pub fn sequences_of(&self, table: &QName, column: &str) -> Vec<&'a Sequence> {
        let before = self.before.sequences_of(table, column).into_iter().map(|s| (&s.name, s));
        self.merged(before, |object| match object {
            Object::Sequence(sequence)
                if sequence.owned_by.as_ref().is_some_and(|(t, c)| t == table && **c == *column) =>
            {
                Some(sequence)
            }
            _ => None,
        })
    }
}
