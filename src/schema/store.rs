//! The object store: nodes, edges, journal, undo.

use std::sync::Arc;

use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::EdgeRef;

use crate::name::Ident;

use super::Schema;
use super::dependency::{self, Dependency};
use super::key::ObjectKey;
use super::model::{Acl, Change, Namespace, Object};

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

    /// The shared object behind a key.
    #[must_use]
    pub fn get_arc(&self, key: &ObjectKey) -> Option<&Arc<Object>> {
        let index = self.nodes.get(key)?;
        self.graph[*index].object.as_ref()
    }

    /// Every object, in the order in which keys were first seen.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        self.nodes.iter().filter_map(|(key, index)| Some((key, self.graph[*index].object.as_deref()?)))
    }

    /// Objects that depend on `key`, with how; in the order in which the dependencies arose.
    pub fn dependents(&self, key: &ObjectKey) -> Vec<(&ObjectKey, &Dependency)> {
        let Some(index) = self.nodes.get(key) else { return Vec::new() };
        let mut found: Vec<_> = self
            .graph
            .edges_directed(*index, Direction::Incoming)
            .filter(|edge| self.graph[edge.source()].object.is_some())
            .map(|edge| (edge.id(), &self.graph[edge.source()].key, edge.weight()))
            .collect();
        found.sort_by_key(|(id, _, _)| *id);
        found.into_iter().map(|(_, key, dependency)| (key, dependency)).collect()
    }

    /// What `key` depends on, with how.
    pub fn dependencies(&self, key: &ObjectKey) -> Vec<(&ObjectKey, &Dependency)> {
        let Some(index) = self.nodes.get(key) else { return Vec::new() };
        let mut found: Vec<_> = self
            .graph
            .edges_directed(*index, Direction::Outgoing)
            .map(|edge| (edge.id(), &self.graph[edge.target()].key, edge.weight()))
            .collect();
        found.sort_by_key(|(id, _, _)| *id);
        found.into_iter().map(|(_, key, dependency)| (key, dependency)).collect()
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
        self.graph[index].object.clone_from(&object);
        self.derive_edges(index, object.as_deref());
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
        let mut merged: indexmap::IndexMap<ObjectKey, Change> = indexmap::IndexMap::new();
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
        for change in changes.iter().rev() {
            self.put(change.key.clone(), change.before.clone());
        }
        // Edges depend on what exists; a second pass settles those whose target came back later.
        for change in changes {
            if let Some(index) = self.nodes.get(&change.key).copied() {
                let object = self.graph[index].object.clone();
                self.derive_edges(index, object.as_deref());
            }
        }
        self.journal.clear();
    }

    fn node(&mut self, key: &ObjectKey) -> NodeIndex {
        if let Some(index) = self.nodes.get(key) {
            return *index;
        }
        let index = self.graph.add_node(Node { key: key.clone(), object: None });
        self.nodes.insert(key.clone(), index);
        index
    }

    fn derive_edges(&mut self, index: NodeIndex, object: Option<&Object>) {
        let wanted = object.map(|o| dependency::of(self, o)).unwrap_or_default();
        let mut old: Vec<_> = self.graph.edges(index).map(|e| e.id()).collect();
        old.sort_unstable();
        let unchanged = old.len() == wanted.len()
            && old.iter().zip(&wanted).all(|(edge, (key, dependency))| {
                self.graph.edge_endpoints(*edge).is_some_and(|(_, target)| self.graph[target].key == *key)
                    && self.graph[*edge] == *dependency
            });
        if unchanged {
            return;
        }
        for edge in old {
            self.graph.remove_edge(edge);
        }
        for (key, dependency) in wanted {
            let target = self.node(&key);
            self.graph.add_edge(index, target, dependency);
        }
    }
}
