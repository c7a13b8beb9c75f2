//! What stands in the way of a change, and a state between two schemas in which it does not.
//!
//! A view keeps the columns that it reads from changing their type, a foreign key needs the key it refers to, a
//! trigger its function. So what stays in the end, but hangs on something that is dropped or made anew, is taken
//! down first and put up again: the way leads over a schema without these parts.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::hash::HashMap;
use crate::ir::expr::Expr;
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::{self, Part};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, Membership, Object, Sequence, Table, UserTypeKind};

use super::must_rebuild;
use super::schemas::Difference;

/// Objects in the state between; `None` for what is not there then.
pub(super) type Between = HashMap<ObjectKey, Option<Arc<Object>>>;

/// The objects that have to be something else, or be gone, while others change.
pub(super) fn between(from: &Schema, to: &Schema, differences: &[Difference]) -> Between {
    let start = differences.iter().map(|d| (&d.key, d)).collect();
    let mut way =
        Way { from, to, start, state: Between::default(), queue: Vec::new(), seen: BTreeSet::new() };
    for difference in differences {
        match (&difference.from, &difference.to) {
            (Some(old), Some(new)) if must_rebuild(old, new) => way.rebuild(&difference.key, old, new),
            (Some(old), Some(new)) => match (&**old, &**new) {
                (Object::Table(old), Object::Table(new)) => way.table(&difference.key, old, new),
                (Object::Sequence(old), Object::Sequence(new)) if old.identity != new.identity => {
                    way.sequence(&difference.key, old);
                }
                _ => {}
            },
            // What stays has to let go of it first.
            (Some(_), None) => way.queue.push(difference.key.clone()),
            (None, _) => {}
        }
    }
    while let Some(key) = way.queue.pop() {
        way.dependents(&key, None);
    }
    if differences.iter().any(|d| matches!(d.key, ObjectKey::Role(_))) {
        way.memberships();
    }
    way.state
}

/// The memberships of all roles, with the members.
fn memberships(schema: &Schema) -> Vec<(&Ident, &Membership)> {
    schema
        .objects()
        .filter_map(|(_, object)| match object {
            Object::Role(role) => Some(role),
            _ => None,
        })
        .flat_map(|role| role.memberships.iter().map(move |m| (&role.name, m)))
        .collect()
}

struct Way<'a> {
    from: &'a Schema,
    to: &'a Schema,
    /// The differences by object.
    start: HashMap<&'a ObjectKey, &'a Difference>,
    state: Between,
    /// Objects that are dropped on the way, whose dependents have to be looked at.
    queue: Vec<ObjectKey>,
    seen: BTreeSet<ObjectKey>,
}

impl Way<'_> {
    /// Memberships that stay, but whose grantor loses the admin option and gets it again from somebody else.
    fn memberships(&mut self) {
        let (old, new) = (memberships(self.from), memberships(self.to));
        if old.iter().all(|(_, m)| m.grantor.is_none()) {
            return;
        }
        let stays = |member: &Ident, m: &Membership| {
            let same = |(name, n): &&(&Ident, &Membership)| {
                *name == member && n.role == m.role && n.grantor == m.grantor && (n.admin || !m.admin)
            };
            new.iter().any(|other| same(&other))
        };
        let mut between: Vec<(&Ident, &Membership)> =
            old.iter().filter(|(member, m)| stays(member, m)).copied().collect();
        let administers = |all: &[(&Ident, &Membership)], grantor: &Ident, role: &Ident| {
            all.iter().any(|(member, m)| *member == grantor && m.role == *role && m.admin)
        };
        loop {
            let rests = |m: &Membership| match &m.grantor {
                Some(grantor) => {
                    administers(&between, grantor, &m.role) || !administers(&old, grantor, &m.role)
                }
                None => true,
            };
            let (keep, lost): (Vec<_>, Vec<_>) = between.iter().copied().partition(|(_, m)| rests(m));
            if lost.is_empty() {
                return;
            }
            for (member, m) in lost {
                self.edit(&ObjectKey::Role(member.clone()), |object| {
                    if let Object::Role(role) = object {
                        role.memberships.retain(|n| n != m);
                    }
                });
            }
            between = keep;
        }
    }

    /// An object that is dropped and made anew: by itself in the second half, unless it is a table, which takes
    /// along more than the statement says.
    fn rebuild(&mut self, key: &ObjectKey, old: &Object, new: &Object) {
        match (old, new) {
            (Object::Table(table), _) => self.remove_table(key, table),
            // An index goes with the table it is on, and nobody hangs on one that belongs to no constraint.
            (Object::Index(_), _) => {}
            _ => {
                if self.seen.insert(key.clone()) {
                    self.queue.push(key.clone());
                }
            }
        }
    }

    fn remove_table(&mut self, key: &ObjectKey, table: &Table) {
        // Partitions go with it.
        for child in self.from.descendants_of(&table.name) {
            if child.partition_of.is_some() {
                self.remove_one(&ObjectKey::Relation(child.name.clone()), child);
            }
        }
        self.remove_one(key, table);
    }

    fn remove_one(&mut self, key: &ObjectKey, table: &Table) {
        self.remove(key);
        for index in self.from.indexes_of(&table.name) {
            self.state.insert(ObjectKey::Relation(index.name.clone()), None);
        }
        for column in &table.columns {
            for sequence in self.from.sequences_of(&table.name, &column.name) {
                self.state.insert(ObjectKey::Relation(sequence.name.clone()), None);
            }
        }
    }

    /// A sequence that comes to belong to an identity column, or belonged to one.
    fn sequence(&mut self, key: &ObjectKey, old: &Sequence) {
        self.remove(key);
        if old.identity
            && let Some((table, column)) = &old.owned_by
        {
            self.edit(&ObjectKey::Relation(table.clone()), |object| {
                if let Object::Table(t) = object
                    && let Some(column) = t.columns.iter_mut().find(|c| c.name == *column)
                {
                    column.identity = None;
                }
            });
        }
    }

    /// A column that becomes a generated one, which only a new column can.
    fn remove_column(&mut self, key: &ObjectKey, old: &Table, name: &Ident) {
        for index in self.from.indexes_of(&old.name) {
            if crate::schema::lookup::index_columns(index).contains(name) {
                self.state.insert(ObjectKey::Relation(index.name.clone()), None);
            }
        }
        let parts = dependency::parts_on_column(self.from, old, name);
        for (part, _) in parts.iter().filter(|(part, _)| !matches!(part, Part::Column(_))) {
            self.strip(key, part);
        }
        self.edit(key, |object| {
            if let Object::Table(t) = object {
                t.columns.retain(|c| c.name != *name);
            }
        });
    }

    /// Whether no statement turns the one into the other: `SET EXPRESSION` came with 17, and nothing makes a column
    /// generated that was not.
    fn is_regenerated(&self, old: &Column, new: &Column) -> bool {
        match (&old.generated, &new.generated) {
            (None, Some(_)) => true,
            (Some(was), Some(is)) => {
                was.stored != is.stored || (was.expr != is.expr && !self.to.version().at_least(17))
            }
            (_, None) => false,
        }
    }

    /// Columns that change their type or go, and keys that go.
    fn table(&mut self, key: &ObjectKey, old: &Table, new: &Table) {
        for column in &old.columns {
            let changed = match new.column(&column.name) {
                None => true,
                Some(now) => {
                    now.data_type != column.data_type
                        || now.collation != column.collation
                        || now.generated.is_some() != column.generated.is_some()
                }
            };
            if changed {
                self.dependents(key, Some(&column.name));
                self.own_parts(key, old, &column.name);
            }
            if new.column(&column.name).is_some_and(|now| self.is_regenerated(column, now)) {
                self.dependents(key, Some(&column.name));
                self.remove_column(key, old, &column.name);
            }
        }
        let keys = |t: &'_ Table| -> Vec<(Ident, Vec<Ident>)> {
            let columns = |kind: &ConstraintKind| match kind {
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => Some(key.columns.clone()),
                _ => None,
            };
            t.constraints.iter().filter_map(|c| Some((c.name.clone(), columns(&c.kind)?))).collect()
        };
        let stay = keys(new);
        for (_, columns) in keys(old).into_iter().filter(|k| !stay.contains(k)) {
            self.references(key, &columns);
        }
    }

    /// Policies, triggers and generated columns that name a column of their own table keep it as it is.
    fn own_parts(&mut self, key: &ObjectKey, old: &Table, column: &str) {
        for (part, kind) in dependency::parts_on_column(self.from, old, column) {
            if kind == dependency::DependencyKind::Normal && !matches!(part, Part::Column(_)) {
                self.strip(key, &part);
            }
        }
    }

    /// Foreign keys on these columns.
    fn references(&mut self, key: &ObjectKey, columns: &[Ident]) {
        let ObjectKey::Relation(name) = key else { return };
        let found: Vec<(QName, Ident)> = self
            .from
            .referencing(name)
            .into_iter()
            .filter(|(_, _, fk)| {
                fk.ref_columns.len() == columns.len() && fk.ref_columns.iter().all(|c| columns.contains(c))
            })
            .map(|(table, constraint, _)| (table.name.clone(), constraint.name.clone()))
            .collect();
        for (table, constraint) in found {
            self.strip(&ObjectKey::Relation(table), &Part::Constraint(constraint));
        }
    }

    /// Takes down what hangs on an object, or on one of its columns.
    fn dependents(&mut self, key: &ObjectKey, column: Option<&Ident>) {
        let found: Vec<(ObjectKey, Part)> = self
            .from
            .dependents(key)
            .into_iter()
            .filter(|(_, d)| column.is_none_or(|c| d.columns.contains(c)))
            .map(|(dependent, d)| (dependent.clone(), d.via.clone()))
            .collect();
        // What is dropped in the second half takes along what is dropped there too.
        let on_the_way = matches!(self.state.get(key), Some(None));
        for (dependent, part) in found {
            let Some(object) = self.from.get(&dependent) else { continue };
            if !on_the_way && self.to.get(&dependent).is_none() {
                continue;
            }
            match (object, &part) {
                (_, Part::Trigger(_) | Part::Policy(_) | Part::Rule(_) | Part::Default(_)) => {
                    self.strip(&dependent, &part);
                }
                // The server converts keys and checks along with a column.
                (_, Part::Constraint(_)) if column.is_none() => self.strip(&dependent, &part),
                (_, Part::Constraint(_)) => {}
                (_, Part::Column(name)) if column.is_none() => self.plain_column(&dependent, name, key),
                (Object::View(_) | Object::Function(_), Part::Whole) => self.remove(&dependent),
                (Object::Index(_) | Object::Statistics(_), Part::Whole) if column.is_none() => {
                    self.state.insert(dependent, None);
                }
                (Object::Type(_), Part::Whole) => self.remove(&dependent),
                // A sequence stays when the column goes that owned it.
                (Object::Sequence(sequence), Part::Whole)
                    if column.is_none() && !sequence.identity && self.to.get(&dependent).is_some() =>
                {
                    self.edit(&dependent, |object| {
                        if let Object::Sequence(sequence) = object {
                            sequence.owned_by = None;
                        }
                    });
                }
                // Partitions, children, members of publications: they go or stay with what they belong to.
                _ => {}
            }
        }
    }

    /// An object that stays is gone on the way, and so is what hangs on it. What goes for good does so in its turn.
    fn remove(&mut self, key: &ObjectKey) {
        self.state.insert(key.clone(), None);
        if self.seen.insert(key.clone()) {
            self.queue.push(key.clone());
        }
    }

    /// A table or view without one of its parts.
    fn strip(&mut self, key: &ObjectKey, part: &Part) {
        // What goes in the end anyway needs no help.
        if self.to.get(key).is_none() {
            return;
        }
        self.edit(key, |object| match (object, part) {
            (Object::Table(t), Part::Trigger(name)) => t.triggers.retain(|x| x.def.name != *name),
            (Object::View(v), Part::Trigger(name)) => v.triggers.retain(|x| x.def.name != *name),
            (Object::Table(t), Part::Rule(name)) => t.rules.retain(|x| x.name != *name),
            (Object::View(v), Part::Rule(name)) => v.rules.retain(|x| x.name != *name),
            (Object::Table(t), Part::Policy(name)) => t.policies.retain(|x| x.name != *name),
            (Object::Table(t), Part::Constraint(name)) => t.constraints.retain(|x| x.name != *name),
            (Object::Table(t), Part::Default(name)) => {
                if let Some(column) = t.columns.iter_mut().find(|c| c.name == *name) {
                    column.default = None;
                }
            }
            (Object::Type(t), Part::Default(_)) => {
                if let UserTypeKind::Domain(domain) = &mut t.kind {
                    domain.default = None;
                }
            }
            (Object::Type(t), Part::Constraint(name)) => {
                if let UserTypeKind::Domain(domain) = &mut t.kind {
                    domain.constraints.retain(|x| x.name != *name);
                }
            }
            _ => {}
        });
    }

    /// A column of a type that is made anew holds the same values as text, or as what the domain is over.
    fn plain_column(&mut self, key: &ObjectKey, name: &Ident, ty: &ObjectKey) {
        let plain = match self.from.get(ty) {
            Some(Object::Type(t)) => match &t.kind {
                UserTypeKind::Domain(domain) => domain.base.clone(),
                _ => TypeName::builtin("text"),
            },
            _ => return,
        };
        let Some(Object::Table(table)) = self.from.get(key) else { return };
        if self.to.table(&table.name).is_none_or(|t| t.column(name).is_none()) {
            return;
        }
        let array = table.column(name).map_or(0, |c| c.data_type.array);
        self.dependents(key, Some(name));
        self.edit(key, |object| {
            if let Object::Table(t) = object
                && let Some(column) = t.columns.iter_mut().find(|c| c.name == *name)
            {
                column.data_type = TypeName { array, ..plain };
                column.default = None;
            }
        });
        // What compares the column with a value of its type.
        for index in self.from.indexes_of(&table.name) {
            let texts = index.predicate.iter().chain(index.keys.iter().filter_map(expr_of));
            if index.constraint.is_none() && texts.into_iter().any(|e| dependency::mentions(e, name)) {
                self.state.insert(ObjectKey::Relation(index.name.clone()), None);
            }
        }
        for constraint in &table.constraints {
            if matches!(&constraint.kind, ConstraintKind::Check(e) if dependency::mentions(e, name)) {
                self.strip(key, &Part::Constraint(constraint.name.clone()));
            }
        }
        for (part, _) in dependency::parts_on_column(self.from, table, name) {
            if matches!(part, Part::Policy(_) | Part::Trigger(_)) {
                self.strip(key, &part);
            }
        }
    }

    fn edit(&mut self, key: &ObjectKey, change: impl FnOnce(&mut Object)) {
        let base = start(&self.start, self.to, key);
        let state = self.state.entry(key.clone()).or_insert(base);
        if let Some(object) = state {
            change(Arc::make_mut(object));
        }
    }
}

/// What an object is at first, in the words of the second schema.
pub(super) fn start(
    differences: &HashMap<&ObjectKey, &Difference>,
    to: &Schema,
    key: &ObjectKey,
) -> Option<Arc<Object>> {
    match differences.get(key) {
        Some(difference) => difference.from.clone(),
        None => to.get_arc(key).cloned(),
    }
}

fn expr_of(key: &IndexKey) -> Option<&Expr> {
    match &key.target {
        KeyTarget::Expr(expr) => Some(expr),
        KeyTarget::Column(_) => None,
    }
}
