//! Dropping things: who goes along, who keeps them from going, and what is left behind.
//!
//! Follows `performMultipleDeletions`: first everything that goes without a word (`Auto`), then those that need
//! `CASCADE` (`Normal`), and again what goes with them.

use crate::hash::{HashSet, IndexMap, IndexSet};
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, ReplicaIdentity};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::{DependencyKind, Part, parts_on_column};
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Index, Object, Table, TableKind, Trigger, UserTypeKind};

use super::Outcome;

/// An object, or a part of one.
pub(super) type Item = (ObjectKey, Part);

/// A dependent and what it depends on.
type Blocker = (Item, Item);

impl Schema {
    /// Drops objects and parts of objects. Fails when others depend on them, unless `cascade`.
    pub(super) fn drop_items(&mut self, targets: Vec<Item>, cascade: bool) -> Outcome {
        let single = if let [only] = &targets[..] { Some(only.clone()) } else { None };
        let targets: IndexSet<Item> = targets.into_iter().collect();
        let (doomed, blockers) = self.doomed(targets);
        if !cascade && !blockers.is_empty() {
            let error = self.blocked(single.as_ref(), &blockers);
            // Where errors are not certain, the dependents must be gone already.
            self.refuse(error)?;
        }
        self.remove(&doomed);
        Ok(())
    }

    /// Drops columns of several tables as one statement does.
    pub(super) fn drop_columns(&mut self, columns: &[(QName, Ident)], cascade: bool) -> Outcome {
        let items = columns
            .iter()
            .map(|(table, column)| (ObjectKey::Relation(table.clone()), Part::Column(column.clone())))
            .collect();
        self.drop_items(items, cascade)
    }

    /// Removes an object that something unseen must have dropped.
    pub(super) fn forget(&mut self, key: &ObjectKey) {
        let (doomed, _) = self.doomed(std::iter::once((key.clone(), Part::Whole)).collect());
        self.remove(&doomed);
    }

    /// Objects and parts that go when the targets are dropped: the targets first, then what belongs to them, and
    /// what `CASCADE` takes along.
    #[must_use]
    pub fn victims(&self, targets: impl IntoIterator<Item = (ObjectKey, Part)>) -> Vec<(ObjectKey, Part)> {
        let (doomed, _) = self.doomed(targets.into_iter().collect());
        doomed.into_iter().collect()
    }

    /// Everything that goes with the targets under `CASCADE`, and those of it that `RESTRICT` refuses.
    fn doomed(&self, targets: IndexSet<Item>) -> (IndexSet<Item>, Vec<Blocker>) {
        let mut set = targets;
        let mut blockers = Vec::new();
        let mut waiting: Vec<Blocker> = Vec::new();
        let mut at = 0;
        loop {
            while let Some(item) = set.get_index(at).cloned() {
                at += 1;
                for (dependent, kind) in self.hanging_on(&item) {
                    match kind {
                        DependencyKind::Auto => {
                            set.insert(dependent);
                        }
                        DependencyKind::Normal => waiting.push((dependent, item.clone())),
                    }
                }
            }
            waiting.retain(|(dependent, _)| !covered(&set, dependent));
            if waiting.is_empty() {
                return (set, blockers);
            }
            for (dependent, on) in std::mem::take(&mut waiting) {
                set.insert(dependent.clone());
                blockers.push((dependent, on));
            }
        }
    }

    /// What depends on an object or a part of one.
    fn hanging_on(&self, (key, part): &Item) -> Vec<(Item, DependencyKind)> {
        let mut found: Vec<(Item, DependencyKind)> = Vec::new();
        match part {
            Part::Whole => {
                found.extend(
                    self.dependents(key).into_iter().map(|(k, d)| ((k.clone(), d.via.clone()), d.kind)),
                );
                self.hanging_on_object(key, &mut found);
            }
            Part::Column(column) => {
                found.extend(
                    self.dependents(key)
                        .into_iter()
                        .filter(|(_, d)| d.columns.contains(column))
                        .map(|(k, d)| ((k.clone(), d.via.clone()), d.kind)),
                );
                if let Some(Object::Table(table)) = self.get(key) {
                    let parts = parts_on_column(self, table, column);
                    found.extend(parts.into_iter().map(|(part, kind)| ((key.clone(), part), kind)));
                }
            }
            Part::Constraint(name) => self.hanging_on_constraint(key, name, &mut found),
            Part::Trigger(name) => self.hanging_on_trigger(key, name, &mut found),
            Part::Default(_) | Part::Policy(_) | Part::Rule(_) | Part::Member(_) => {}
        }
        found
    }

    fn hanging_on_object(&self, key: &ObjectKey, found: &mut Vec<(Item, DependencyKind)>) {
        match (key, self.get(key)) {
            (ObjectKey::Relation(name), Some(Object::Index(index))) => {
                let table = ObjectKey::Relation(index.table.clone());
                if let Some(constraint) = &index.constraint {
                    found.push(((table, Part::Constraint(constraint.clone())), DependencyKind::Auto));
                }
                for (table, constraint) in self.keys_on_index(&index.table, &name.name) {
                    let item = (ObjectKey::Relation(table), Part::Constraint(constraint));
                    found.push((item, DependencyKind::Normal));
                }
            }
            (ObjectKey::Relation(_), Some(Object::Table(table))) if table.partition_of.is_some() => {
                self.hanging_on_partition(table, found);
            }
            (ObjectKey::Schema(schema), _) => {
                let inside = self.objects().filter(|(k, _)| k.namespace() == Some(schema));
                found.extend(inside.map(|(k, _)| ((k.clone(), Part::Whole), DependencyKind::Normal)));
            }
            (ObjectKey::Extension(extension), _) => self.hanging_on_extension(extension, found),
            (ObjectKey::Other(ObjectKind::Server, server), _) => {
                let foreign = |t: &&Table| matches!(&t.kind, TableKind::Foreign(s) if **s == **server);
                let tables = self.tables().filter(foreign).map(|t| ObjectKey::Relation(t.name.clone()));
                let mappings = self.mappings_on(server);
                found.extend(tables.chain(mappings).map(|k| ((k, Part::Whole), DependencyKind::Normal)));
            }
            (ObjectKey::Other(ObjectKind::ForeignDataWrapper, wrapper), _) => {
                let servers = self.servers_of(wrapper).into_iter();
                found.extend(servers.map(|k| ((k, Part::Whole), DependencyKind::Normal)));
            }
            _ => {}
        }
    }

    /// Foreign keys to a partitioned table depend on each of its partitions too.
    fn hanging_on_partition(&self, table: &Table, found: &mut Vec<(Item, DependencyKind)>) {
        let mut above = table.partition_of.as_ref().map(|(parent, _)| parent);
        while let Some(parent) = above {
            for (child, constraint, _) in self.referencing(parent) {
                let item =
                    (ObjectKey::Relation(child.name.clone()), Part::Constraint(constraint.name.clone()));
                found.push((item, DependencyKind::Normal));
            }
            above = self.table_at(parent).and_then(|t| t.partition_of.as_ref()).map(|(parent, _)| parent);
        }
    }

    /// What uses the well-known members of an extension; other members are not known.
    fn hanging_on_extension(&self, extension: &str, found: &mut Vec<(Item, DependencyKind)>) {
        let functions = crate::schema::builtin::extension_functions(extension);
        let types = crate::schema::builtin::extension_types(extension).unwrap_or(&[]);
        if functions.is_empty() && types.is_empty() {
            return;
        }
        for table in self.tables() {
            let key = ObjectKey::Relation(table.name.clone());
            for column in &table.columns {
                let part = if types.contains(&column.data_type.name.name.as_str()) {
                    Part::Column(column.name.clone())
                } else if column.default.as_ref().is_some_and(|default| {
                    default.functions.iter().any(|f| functions.contains(&f.name.as_str()))
                }) {
                    Part::Default(column.name.clone())
                } else {
                    continue;
                };
                found.push(((key.clone(), part), DependencyKind::Normal));
            }
        }
    }

    fn hanging_on_constraint(&self, key: &ObjectKey, name: &Ident, found: &mut Vec<(Item, DependencyKind)>) {
        let (ObjectKey::Relation(table_name), Some(Object::Table(table))) = (key, self.get(key)) else {
            return;
        };
        let Some(constraint) = table.constraint(name) else { return };
        if constraint.has_index() {
            let index = ObjectKey::Relation(table_name.sibling(name.clone()));
            found.push(((index, Part::Whole), DependencyKind::Auto));
        }
        if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) && table.is_partitioned() {
            for child in self.children_of(table_name) {
                let clones = child.constraints.iter().filter(|c| c.inherited && c.kind == constraint.kind);
                let child_key = ObjectKey::Relation(child.name.clone());
                found.extend(
                    clones.map(|c| {
                        ((child_key.clone(), Part::Constraint(c.name.clone())), DependencyKind::Auto)
                    }),
                );
            }
        }
    }

    /// The clones of a trigger in partitions; before 15 they keep their name when it is renamed.
    fn hanging_on_trigger(&self, key: &ObjectKey, name: &Ident, found: &mut Vec<(Item, DependencyKind)>) {
        let (ObjectKey::Relation(table_name), Some(Object::Table(table))) = (key, self.get(key)) else {
            return;
        };
        let Some(trigger) = table.triggers.iter().find(|t| t.def.name == *name) else { return };
        let cloned = |t: &&Trigger| {
            t.inherited
                && t.def.function == trigger.def.function
                && t.def.timing == trigger.def.timing
                && t.def.events == trigger.def.events
                && t.def.args == trigger.def.args
        };
        for child in self.children_of(table_name) {
            let clones = || child.triggers.iter().filter(cloned);
            let clone = clones().find(|t| t.def.name == *name).or_else(|| clones().next());
            if let Some(clone) = clone {
                let child = ObjectKey::Relation(child.name.clone());
                found.push(((child, Part::Trigger(clone.def.name.clone())), DependencyKind::Auto));
            }
        }
    }

    /// The server's refusal: what was to be dropped, and who depends on it.
    fn blocked(&self, single: Option<&Item>, blockers: &[Blocker]) -> SchemaError {
        let message = match single {
            Some(target) => {
                format!("cannot drop {} because other objects depend on it", self.described_item(target))
            }
            None => "cannot drop desired object(s) because other objects depend on them".to_owned(),
        };
        let detail: Vec<String> = blockers
            .iter()
            .map(|(dependent, on)| {
                format!("{} depends on {}", self.described_item(dependent), self.described_item(on))
            })
            .collect();
        SchemaError::new("2BP01", message).with_detail(detail.join("\n"))
    }

    /// An object or a part as messages name it.
    pub(super) fn described_item(&self, (key, part): &Item) -> String {
        let whole = self.described(key);
        match part {
            Part::Whole => whole,
            Part::Column(name) => format!("column {name} of {whole}"),
            Part::Default(name) => format!("default value for column {name} of {whole}"),
            Part::Constraint(name) => format!("constraint {name} on {whole}"),
            Part::Trigger(name) => format!("trigger {name} on {whole}"),
            Part::Policy(name) => format!("policy {name} on {whole}"),
            Part::Rule(name) => format!("rule {name} on {whole}"),
            Part::Member(name) => format!("publication of {name} in {whole}"),
        }
    }

    /// Takes away what is doomed: parts first, then objects, dependents before what they depend on.
    fn remove(&mut self, doomed: &IndexSet<Item>) {
        let whole: HashSet<&ObjectKey> =
            doomed.iter().filter(|(_, part)| *part == Part::Whole).map(|(key, _)| key).collect();
        let mut cut: IndexMap<&ObjectKey, Vec<&Part>> = IndexMap::default();
        for (key, part) in doomed {
            if *part != Part::Whole && !whole.contains(key) {
                cut.entry(key).or_default().push(part);
            }
        }
        for (key, parts) in cut {
            self.update(key, |object| parts.iter().for_each(|part| remove_part(object, part)));
        }
        for (key, part) in doomed.iter().rev() {
            if *part != Part::Whole {
                continue;
            }
            if let Some(Object::Index(index)) = self.get(key) {
                let index = index.clone();
                if !whole.contains(&ObjectKey::Relation(index.table.clone())) {
                    self.unhook_index(&index);
                }
            }
            self.put(key.clone(), None);
        }
    }

    /// Settings of a table that name an index that goes.
    fn unhook_index(&mut self, index: &Index) {
        let name = &index.name.name;
        let named = self.table_at(&index.table).is_some_and(|t| {
            t.clustered_on.as_ref() == Some(name)
                || t.replica_identity == ReplicaIdentity::Index(name.clone())
        });
        if named {
            self.edit_table(&index.table, |t| {
                t.clustered_on.take_if(|clustered| clustered == name);
                if t.replica_identity == ReplicaIdentity::Index(name.clone()) {
                    // Nothing identifies rows then (documentation, ALTER TABLE, REPLICA IDENTITY).
                    t.replica_identity = ReplicaIdentity::Nothing;
                }
            });
        }
    }
}

/// Whether an item goes already.
fn covered(set: &IndexSet<Item>, item: &Item) -> bool {
    set.contains(item)
        || set.contains(&(item.0.clone(), Part::Whole))
        || matches!(&item.1, Part::Default(column) if set.contains(&(item.0.clone(), Part::Column(column.clone()))))
}

fn remove_part(object: &mut Object, part: &Part) {
    match (object, part) {
        (Object::Table(table), Part::Column(name)) => table.columns.retain(|c| c.name != *name),
        (Object::Table(table), Part::Default(name)) => {
            if let Some(column) = table.columns.iter_mut().find(|c| c.name == *name) {
                column.default = None;
            }
        }
        (Object::Table(table), Part::Constraint(name)) => table.constraints.retain(|c| c.name != *name),
        (Object::Table(table), Part::Trigger(name)) => table.triggers.retain(|t| t.def.name != *name),
        (Object::View(view), Part::Trigger(name)) => view.triggers.retain(|t| t.def.name != *name),
        (Object::Table(table), Part::Policy(name)) => table.policies.retain(|p| p.name != *name),
        (Object::Table(table), Part::Rule(name)) => table.rules.retain(|r| r.name != *name),
        (Object::View(view), Part::Rule(name)) => view.rules.retain(|r| r.name != *name),
        (Object::Type(user_type), part) => match (&mut user_type.kind, part) {
            (UserTypeKind::Composite(attributes), Part::Column(name)) => {
                attributes.retain(|(attribute, _, _)| attribute != name);
            }
            (UserTypeKind::Domain(domain), Part::Default(_)) => domain.default = None,
            (UserTypeKind::Domain(domain), Part::Constraint(name)) => {
                domain.constraints.retain(|c| c.name != *name);
            }
            _ => {}
        },
        (Object::Publication(publication), Part::Member(name)) => {
            publication.tables.retain(|t| t != name);
            publication.parts.retain(|part| part.table != *name);
            if name.schema.is_none() {
                publication.schemas.retain(|s| *s != name.name);
            }
        }
        _ => {}
    }
}
