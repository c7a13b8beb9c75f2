//! The object store: nodes, edges, journal, undo.

use std::sync::Arc;

use petgraph::Direction;
use petgraph::stable_graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::hash::IndexMap;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, QName};

use super::Schema;
use super::acl::Acl;
use super::builtin;
use super::dependency::{self, Dependency};
use super::key::ObjectKey;
use super::model::{Change, Namespace, Object, UserType, UserTypeKind};

/// A place in the graph. It outlives its object, so that edges from and to objects that are dropped and made
/// again, or that are only known by name, have somewhere to end.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) key: ObjectKey,
    pub(super) object: Option<Arc<Object>>,
}

impl Schema {
    pub(super) fn add_builtin_schema(&mut self) {
        let public = Ident::new("public");
        let namespace = Namespace { name: public.clone(), owner: None, acl: Acl::default(), comment: None };
        self.put(ObjectKey::Schema(public), Some(Arc::new(Object::Schema(namespace))));
        self.journal.clear();
    }

    /// The object behind a key.
    #[must_use]
    pub fn get(&self, key: &ObjectKey) -> Option<&Object> {
        self.get_arc(key).map(Arc::as_ref)
    }

    /// The object behind a key, with the key as it is kept here.
    #[must_use]
    pub fn get_key_value(&self, key: &ObjectKey) -> Option<(&ObjectKey, &Object)> {
        let (key, index) = self.nodes.get_key_value(key)?;
        Some((key, self.graph[*index].object.as_deref()?))
    }

    /// The shared object behind a key.
    #[must_use]
    pub fn get_arc(&self, key: &ObjectKey) -> Option<&Arc<Object>> {
        let index = self.nodes.get(key)?;
        self.graph[*index].object.as_ref()
    }

    /// Whether an object of this key was ever there.
    pub(super) fn was_known(&self, key: &ObjectKey) -> bool {
        self.nodes.contains_key(key)
    }

    /// Every object, in the order in which keys were first seen.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        self.nodes.iter().filter_map(|(key, index)| Some((key, self.graph[*index].object.as_deref()?)))
    }

    /// Objects that depend on `key`, with how; older objects first. Callers of a function by a name that only
    /// one function has depend on that function; users of a relation's row type depend on the relation.
    pub fn dependents(&self, key: &ObjectKey) -> Vec<(&ObjectKey, &Dependency)> {
        let mut found = Vec::new();
        self.incoming(key, &mut found);
        match key {
            ObjectKey::Function(name, _) if self.overloads.get(name).is_some_and(|o| o.len() == 1) => {
                self.incoming(&ObjectKey::function_name(name), &mut found);
            }
            ObjectKey::Relation(name) => self.incoming(&ObjectKey::Type(name.clone()), &mut found),
            _ => {}
        }
        // The order of edges follows from what was changed last; the order of nodes does not.
        found.sort_by_key(|(index, _, _)| *index);
        found.into_iter().map(|(_, key, dependency)| (key, dependency)).collect()
    }

    fn incoming<'a>(&'a self, key: &ObjectKey, found: &mut Vec<(NodeIndex, &'a ObjectKey, &'a Dependency)>) {
        let Some(index) = self.nodes.get(key) else { return };
        let start = found.len();
        found.extend(
            self.graph
                .edges_directed(*index, Direction::Incoming)
                .filter(|edge| self.graph[edge.source()].object.is_some())
                .map(|edge| (edge.source(), &self.graph[edge.source()].key, edge.weight())),
        );
        // The graph lists the latest edge first.
        found[start..].reverse();
    }

    /// What `pick` takes of the objects that depend on the one at a place; older objects first. Whoever wants few
    /// of many need not list them all.
    pub(super) fn dependents_of<'a, T>(
        &'a self,
        place: NodeIndex,
        pick: impl Fn(&'a Object, &'a Dependency) -> Option<T>,
    ) -> Vec<T> {
        let mut found: Vec<(NodeIndex, T)> = self
            .graph
            .edges_directed(place, Direction::Incoming)
            .filter_map(|edge| {
                let object = self.graph[edge.source()].object.as_deref()?;
                Some((edge.source(), pick(object, edge.weight())?))
            })
            .collect();
        found.reverse();
        found.sort_by_key(|(source, _)| *source);
        found.into_iter().map(|(_, picked)| picked).collect()
    }

    /// Where a relation is, by its name as a statement says it.
    pub(super) fn place_of_relation(&self, name: &QName) -> Option<NodeIndex> {
        self.resolve_with(name, |q| {
            let index = *self.nodes.get(&ObjectKey::Relation(q.clone()))?;
            self.graph[index].object.is_some().then_some(index)
        })
    }

    /// The name and the object at the place of a relation.
    pub(super) fn relation_at(&self, place: NodeIndex) -> Option<(&QName, &Object)> {
        let node = &self.graph[place];
        match &node.key {
            ObjectKey::Relation(name) => Some((name, node.object.as_deref()?)),
            _ => None,
        }
    }

    /// What `key` depends on, with how.
    pub fn dependencies(&self, key: &ObjectKey) -> Vec<(&ObjectKey, &Dependency)> {
        let Some(index) = self.nodes.get(key).filter(|i| self.graph[**i].object.is_some()) else {
            return Vec::new();
        };
        let mut found: Vec<_> = self
            .graph
            .edges_directed(*index, Direction::Outgoing)
            .map(|edge| (&self.graph[edge.target()].key, edge.weight()))
            .collect();
        found.reverse();
        found
    }

    /// Sets, replaces or removes an object, derives its edges anew and writes the journal.
    pub fn put(&mut self, key: ObjectKey, object: Option<Arc<Object>>) {
        let index = self.node(&key);
        let before = self.graph[index].object.take();
        if before.is_none() && object.is_none() {
            return;
        }
        if let ObjectKey::Function(name, _) = &key {
            let overloads = self.overloads.entry(name.clone()).or_default();
            overloads.retain(|k| *k != key);
            if object.is_some() {
                overloads.push(key.clone());
            }
        }
        if before.is_none() && key.namespace().is_some_and(|n| *n == "pg_temp") {
            self.temporary.push(key.clone());
        }
        self.count_names(before.as_deref(), object.as_deref());
        self.graph[index].object.clone_from(&object);
        // The edges of what is gone stay, since they do not count and are long to remove from what many need.
        if let Some(object) = object.as_deref() {
            self.derive_edges(index, object);
        }
        self.journal.push(Change { key, before, after: object });
    }

    /// Changes an object in place; nothing happens when it does not exist. The old state stays in the journal.
    pub fn update(&mut self, key: &ObjectKey, change: impl FnOnce(&mut Object)) {
        if let Some(object) = self.get_arc(key) {
            let mut object = Object::clone(object);
            change(&mut object);
            self.put(key.clone(), Some(Arc::new(object)));
        }
    }

    /// Takes what changed since the last call. Several changes of one object are merged into one; objects that
    /// ended as they began are left out.
    pub fn take_changes(&mut self) -> Vec<Change> {
        // Most statements change one object once.
        if self.journal.len() <= 1 {
            return self.journal.drain(..).filter(|c| c.before != c.after).collect();
        }
        let mut merged: IndexMap<ObjectKey, Change> = IndexMap::default();
        for change in self.journal.drain(..) {
            match merged.entry(change.key.clone()) {
                indexmap::map::Entry::Occupied(mut entry) => entry.get_mut().after = change.after,
                indexmap::map::Entry::Vacant(entry) => {
                    entry.insert(change);
                }
            }
        }
        merged.into_values().filter(|c| c.before != c.after).collect()
    }

    /// Puts objects back as they were before `changes`, which must be the latest ones not yet undone. Session
    /// settings are not part of it.
    pub fn undo(&mut self, changes: &[Change]) {
        self.restore(changes);
        self.journal.clear();
    }

    /// How far the journal has come, for [`Schema::rewind`].
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Undoes what happened since `mark`, and forgets it.
    pub(super) fn rewind(&mut self, mark: usize) {
        let changes = self.journal.split_off(mark.min(self.journal.len()));
        self.restore(&changes);
        self.journal.truncate(mark);
    }

    fn restore(&mut self, changes: &[Change]) {
        for change in changes.iter().rev() {
            self.put(change.key.clone(), change.before.clone());
        }
    }

    /// Keeps count of constraint names per schema, of extensions whose members are not known, and of casts.
    fn count_names(&mut self, before: Option<&Object>, after: Option<&Object>) {
        let unknown_members = |object: Option<&Object>| match object {
            Some(Object::Extension(e)) => u32::from(builtin::extension_types(&e.name).is_none()),
            _ => 0,
        };
        self.opaque_extensions += unknown_members(after);
        self.opaque_extensions -= unknown_members(before);
        let extension = |object: Option<&Object>| {
            u32::from(matches!(object, Some(Object::Extension(e)) if e.name != "plpgsql"))
        };
        self.extensions += extension(after);
        self.extensions -= extension(before);
        let cast = |object: Option<&Object>| {
            u32::from(matches!(object, Some(Object::Other(o)) if o.kind == ObjectKind::Cast))
        };
        self.casts += cast(after);
        self.casts -= cast(before);
        let (old, new) =
            (before.map_or_else(Vec::new, constraint_names), after.map_or_else(Vec::new, constraint_names));
        if old == new {
            return;
        }
        let named = |object: Option<&Object>, name: &Ident| {
            let schema = match object {
                Some(Object::Table(table)) => table.name.schema.clone(),
                Some(Object::Type(user_type)) => user_type.name.schema.clone(),
                _ => None,
            };
            QName { schema, name: name.clone() }
        };
        for name in new {
            *self.constraint_names.entry(named(after, name)).or_default() += 1;
        }
        for name in old {
            let key = named(before, name);
            if let Some(count) = self.constraint_names.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    self.constraint_names.remove(&key);
                }
            }
        }
    }

    fn node(&mut self, key: &ObjectKey) -> NodeIndex {
        if let Some(index) = self.nodes.get(key) {
            return *index;
        }
        let index = self.graph.add_node(Node { key: key.clone(), object: None });
        self.nodes.insert(key.clone(), index);
        index
    }

    /// Brings the edges in line with the object. Only those that differ are touched: an edge to a relation that
    /// many others need takes long to remove.
    fn derive_edges(&mut self, index: NodeIndex, object: &Object) {
        let wanted = dependency::of(self, object);
        let mut old: Vec<_> = self.graph.edges(index).map(|e| e.id()).collect();
        old.reverse();
        let same = |edge: &EdgeIndex, (key, dependency): &(ObjectKey, Dependency)| {
            self.graph.edge_endpoints(*edge).is_some_and(|(_, target)| self.graph[target].key == *key)
                && self.graph[*edge] == *dependency
        };
        let head = old.iter().zip(&wanted).take_while(|(edge, want)| same(edge, want)).count();
        let tail =
            old[head..].iter().rev().zip(wanted[head..].iter().rev()).take_while(|(e, w)| same(e, w)).count();
        for edge in &old[head..old.len() - tail] {
            self.graph.remove_edge(*edge);
        }
        let fresh = wanted.len() - tail;
        for (key, dependency) in wanted.into_iter().take(fresh).skip(head) {
            let target = self.node(&key);
            self.graph.add_edge(index, target, dependency);
        }
    }
}

/// The constraint names that an object takes in its schema.
fn constraint_names(object: &Object) -> Vec<&Ident> {
    match object {
        Object::Table(table) => table
            .constraints
            .iter()
            .map(|c| &c.name)
            .chain(table.columns.iter().filter_map(|c| c.not_null.as_ref()?.name.as_ref()))
            .collect(),
        Object::Type(UserType { kind: UserTypeKind::Domain(domain), .. }) => {
            domain.constraints.iter().map(|c| &c.name).collect()
        }
        _ => Vec::new(),
    }
}
