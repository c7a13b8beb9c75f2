//! The order of statements about several objects.
//!
//! What an object needs is read off the object itself ([`crate::schema::dependency`]), so only the objects that
//! change are looked at. Dependents go before what they need, and come after it. Where that leaves a choice,
//! parts are removed first, then objects are dropped, made and altered, and what may refer to anything comes
//! last; objects of the same kind keep the order in which they were given.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::hash::HashMap;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::ConstraintKind;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::dependency::{self, Part};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table, TableKind};

use super::Transition;
use super::access;
use super::piece::{Phase, Piece, Verb};
use super::table;

/// Something that an object needs, and which part of it does.
type Reference = (ObjectKey, Part);

/// The objects of a difference by the keys under which others refer to them.
struct Places<'a> {
    exact: HashMap<&'a ObjectKey, usize>,
    functions: HashMap<String, Vec<usize>>,
    /// Relations by their names without schema.
    relations: HashMap<&'a Ident, Vec<&'a QName>>,
}

impl<'a> Places<'a> {
    fn new(transitions: &[Transition<'a>]) -> Self {
        let mut places =
            Self { exact: HashMap::default(), functions: HashMap::default(), relations: HashMap::default() };
        for (i, t) in transitions.iter().enumerate() {
            places.exact.insert(t.key, i);
            match t.key {
                ObjectKey::Function(name, _) => {
                    places.functions.entry(name.to_string()).or_default().push(i);
                }
                ObjectKey::Relation(name) => places.relations.entry(&name.name).or_default().push(name),
                ObjectKey::Schema(_)
                | ObjectKey::Type(_)
                | ObjectKey::Role(_)
                | ObjectKey::Extension(_)
                | ObjectKey::Publication(_)
                | ObjectKey::Statistics(_)
                | ObjectKey::DefaultAcl(..)
                | ObjectKey::Other(..) => {}
            }
        }
        places
    }

    fn find(&self, key: &ObjectKey) -> Vec<usize> {
        if let Some(i) = self.exact.get(key) {
            return vec![*i];
        }
        match key {
            // The row type of a relation.
            ObjectKey::Type(name) => {
                self.exact.get(&ObjectKey::Relation(name.clone())).copied().into_iter().collect()
            }
            // A call that does not say which overload it means.
            ObjectKey::Other(ObjectKind::Routine, name) => {
                self.functions.get(name).cloned().unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// What an object needs.
fn references(schema: &Schema, object: Option<&Object>, places: &Places<'_>) -> Vec<Reference> {
    let Some(object) = object else { return Vec::new() };
    let mut found: Vec<Reference> =
        dependency::of(schema, object).into_iter().map(|(key, d)| (key, d.via)).collect();
    // The server looks at the body of an SQL function when it is made.
    if let Object::Function(function) = object
        && !function.def.sql_body
        && function.def.language == *"sql"
    {
        for name in function.def.uses.queries.iter().flat_map(|q| q.relations()) {
            let near = places.relations.get(&name.name).into_iter().flatten();
            found.extend(
                near.filter(|r| name.schema.is_none() || name.schema == r.schema)
                    .map(|r| (ObjectKey::Relation((*r).clone()), Part::Whole)),
            );
        }
    }
    // Everything in a schema needs the schema.
    let namespace = match object {
        Object::Table(o) => o.name.schema.as_ref(),
        Object::View(o) => o.name.schema.as_ref(),
        Object::Index(o) => o.name.schema.as_ref(),
        Object::Sequence(o) => o.name.schema.as_ref(),
        Object::Type(o) => o.name.schema.as_ref(),
        Object::Function(o) => o.def.name.schema.as_ref(),
        Object::Statistics(o) => o.name.schema.as_ref(),
        Object::Extension(o) => o.schema.as_ref(),
        Object::Schema(_)
        | Object::Role(_)
        | Object::Publication(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => None,
    };
    found.extend(namespace.map(|s| (ObjectKey::Schema(s.clone()), Part::Whole)));
    if let Object::Table(Table { kind: TableKind::Foreign(server), .. }) = object {
        found.push((ObjectKey::Other(ObjectKind::Server, server.to_string()), Part::Whole));
    }
    found.extend(object.owner().map(|o| (ObjectKey::Role(o.clone()), Part::Whole)));
    found
}

/// Whether a statement about `part` is concerned with what `via` needs.
fn concerns(part: &Part, via: &Part) -> bool {
    match (part, via) {
        (Part::Whole, _) => true,
        (Part::Column(a), Part::Column(b) | Part::Default(b)) => a == b,
        _ => part == via,
    }
}

/// Whether a constraint goes when a column does.
fn goes_with_column(object: Option<&Object>, part: &Part, via: &Part) -> bool {
    match (table::as_table(object), part, via) {
        (Some(table), Part::Column(column), Part::Constraint(name)) => {
            table.constraint(name).is_some_and(|c| table::constraint_columns(&c.kind).contains(&column))
        }
        _ => false,
    }
}

/// Whether the reference is satisfied by a statement of its own, after the object is made.
fn comes_later(object: &Object, (key, via): &Reference) -> bool {
    match object {
        Object::Table(table) => match via {
            Part::Trigger(_) | Part::Policy(_) | Part::Rule(_) => true,
            Part::Constraint(name) => table
                .constraint(name)
                .is_some_and(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)) || !c.validated),
            _ => table.partition_of.as_ref().is_some_and(|(p, _)| *key == ObjectKey::Relation(p.clone())),
        },
        Object::Sequence(s) => {
            s.owned_by.as_ref().is_some_and(|(t, _)| *key == ObjectKey::Relation(t.clone()))
        }
        Object::Index(i) => i.parent.as_ref().is_some_and(|p| *key == ObjectKey::Relation(p.clone())),
        Object::View(_) => matches!(via, Part::Trigger(_) | Part::Rule(_)),
        Object::Schema(_)
        | Object::Type(_)
        | Object::Function(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::Statistics(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => false,
    }
}

/// Notes at each statement what it needs and what it lets go.
fn annotate(schema: &Schema, pieces: &mut [Piece], t: &Transition<'_>, places: &Places<'_>) {
    // Most statements ask for one of them only.
    let old = LazyCell::new(|| references(schema, t.from, places));
    let new = LazyCell::new(|| references(schema, t.to, places));
    for piece in pieces {
        let whole = piece.on.part == Part::Whole;
        // Owner, comment and the like concern nobody else.
        let definition = !whole
            || piece.verb != Verb::Change
            || matches!(piece.op, DdlOp::CreateView(_) | DdlOp::CreateFunction(_));
        if !definition {
            continue;
        }
        if matches!(piece.verb, Verb::Make | Verb::Change) {
            let later = |r: &Reference| {
                whole && piece.verb == Verb::Make && t.to.is_some_and(|object| comes_later(object, r))
            };
            let needed = new.iter().filter(|r| concerns(&piece.on.part, &r.1) && !later(r));
            piece.needs.extend(needed.map(|r| r.0.clone()));
        }
        if matches!(piece.verb, Verb::Remove | Verb::Change) {
            let removed = piece.verb == Verb::Remove;
            let freed = old.iter().filter(|r| {
                concerns(&piece.on.part, &r.1) || (removed && goes_with_column(t.from, &piece.on.part, &r.1))
            });
            piece.frees.extend(freed.map(|r| r.0.clone()));
        }
    }
}

/// Tables that refer to each other cannot be dropped one after the other: their foreign keys go first.
fn break_circles(all: &mut [Vec<Piece>], transitions: &[Transition<'_>], places: &Places<'_>) {
    let dropped = |i: usize| -> Option<&Table> {
        let gone = all[i].iter().any(|p| p.phase == Phase::Drop);
        table::as_table(transitions[i].from).filter(|_| gone)
    };
    let targets = |i: usize| -> Vec<(usize, Ident)> {
        let constraints = dropped(i).map_or(&[][..], |t| &t.constraints);
        constraints
            .iter()
            .filter_map(|c| match &c.kind {
                ConstraintKind::ForeignKey(fk) => {
                    let j = *places.find(&ObjectKey::Relation(fk.table.clone())).first()?;
                    (j != i && dropped(j).is_some()).then(|| (j, c.name.clone()))
                }
                _ => None,
            })
            .collect()
    };
    let edges: Vec<Vec<(usize, Ident)>> = (0..all.len()).map(targets).collect();
    let reaches = |from: usize, to: usize| {
        let (mut seen, mut queue) = (BTreeSet::from([from]), vec![from]);
        while let Some(i) = queue.pop() {
            for (j, _) in &edges[i] {
                if *j == to {
                    return true;
                }
                if seen.insert(*j) {
                    queue.push(*j);
                }
            }
        }
        false
    };
    let mut extra: Vec<(usize, Piece)> = Vec::new();
    for (i, targets) in edges.iter().enumerate() {
        for (j, name) in targets.iter().filter(|(j, _)| reaches(*j, i)) {
            if let Some(t) = dropped(i) {
                let mut piece = table::drop_constraint(transitions[i].key, t, name);
                piece.frees.push(transitions[*j].key.clone());
                extra.push((i, piece));
            }
        }
    }
    for (i, piece) in extra {
        let gone = piece.frees.clone();
        for drop in all[i].iter_mut().filter(|p| p.phase == Phase::Drop) {
            drop.frees.retain(|key| !gone.contains(key));
        }
        all[i].push(piece);
    }
}

/// A rank within a phase: what others tend to need comes first.
fn rank(key: &ObjectKey, t: &Transition<'_>) -> u8 {
    match key {
        ObjectKey::Role(_) => 0,
        ObjectKey::Schema(_) => 1,
        ObjectKey::Extension(_) => 2,
        ObjectKey::Type(_) => 3,
        ObjectKey::Relation(_) => match t.to.or(t.from) {
            Some(Object::Sequence(_)) => 4,
            Some(Object::Index(_)) => 7,
            Some(Object::View(_)) => 8,
            Some(
                Object::Schema(_)
                | Object::Table(_)
                | Object::Type(_)
                | Object::Function(_)
                | Object::Role(_)
                | Object::Extension(_)
                | Object::Publication(_)
                | Object::Statistics(_)
                | Object::DefaultAcl(_)
                | Object::Other(_),
            )
            | None => 5,
        },
        ObjectKey::Function(..) => 6,
        ObjectKey::Statistics(_) => 9,
        ObjectKey::Other(kind, _) => match kind {
            ObjectKind::Tablespace | ObjectKind::Database => 0,
            ObjectKind::Language | ObjectKind::ForeignDataWrapper | ObjectKind::AccessMethod => 2,
            ObjectKind::Server
            | ObjectKind::Collation
            | ObjectKind::TextSearchConfiguration
            | ObjectKind::TextSearchDictionary
            | ObjectKind::TextSearchParser
            | ObjectKind::TextSearchTemplate => 3,
            // They rest on functions and types, or watch everything.
            _ => 10,
        },
        ObjectKey::Publication(_) => 11,
        ObjectKey::DefaultAcl(..) => 12,
    }
}

/// A place in the preferred order.
type Priority = (Phase, i32, i64);

fn priority(phase: Phase, i: usize, t: &Transition<'_>) -> Priority {
    let (rank, place) = (i32::from(rank(t.key, t)), i64::try_from(i).unwrap_or(i64::MAX));
    if matches!(phase, Phase::Early | Phase::Drop) { (phase, -rank, -place) } else { (phase, rank, place) }
}

type Group = (usize, Phase);

struct Graph {
    groups: BTreeMap<Group, Vec<Piece>>,
    after: BTreeMap<Group, BTreeSet<Group>>,
}

impl Graph {
    fn edge(&mut self, first: Group, then: Group) {
        if first.0 != then.0 && self.groups.contains_key(&first) && self.groups.contains_key(&then) {
            self.after.entry(first).or_default().insert(then);
        }
    }
}

/// Puts the statements of all objects into an order in which they can run.
pub(super) fn sort(schema: &Schema, transitions: &[Transition<'_>], mut all: Vec<Vec<Piece>>) -> Vec<Piece> {
    let places = Places::new(transitions);
    for (t, pieces) in transitions.iter().zip(&mut all) {
        annotate(schema, pieces, t, &places);
    }
    // Most statements change one thing about one object.
    if all.iter().map(Vec::len).sum::<usize>() <= 1 {
        return all.into_iter().find(|pieces| !pieces.is_empty()).unwrap_or_default();
    }
    break_circles(&mut all, transitions, &places);
    let mut graph = Graph { groups: BTreeMap::new(), after: BTreeMap::new() };
    for (i, pieces) in all.into_iter().enumerate() {
        for piece in pieces {
            graph.groups.entry((i, piece.phase)).or_default().push(piece);
        }
    }
    let needs: Vec<(Group, Vec<usize>, Vec<usize>)> = graph
        .groups
        .iter()
        .map(|(group, pieces)| {
            let of = |keys: fn(&Piece) -> &Vec<ObjectKey>| {
                pieces.iter().flat_map(keys).flat_map(|key| places.find(key)).collect()
            };
            (*group, of(|p| &p.needs), of(|p| &p.frees))
        })
        .collect();
    let detaching: BTreeSet<usize> = transitions
        .iter()
        .enumerate()
        .filter(|(_, t)| match (table::as_table(t.from), table::as_table(t.to)) {
            (Some(from), Some(to)) => from.partition_of.is_some() && from.partition_of != to.partition_of,
            _ => false,
        })
        .map(|(i, _)| i)
        .collect();
    let made_late: BTreeSet<usize> = graph
        .groups
        .iter()
        .filter(|((_, phase), pieces)| {
            *phase == Phase::Late && pieces.iter().any(|p| p.verb == Verb::Make && p.on.part == Part::Whole)
        })
        .map(|((i, _), _)| *i)
        .collect();
    for (group, needed, freed) in needs {
        for j in needed {
            graph.edge((j, Phase::Create), group);
            graph.edge((j, Phase::Alter), group);
            // What a child gets from its parents comes with the statement about them.
            for parent in ancestors(j, transitions, &places) {
                if parent != group.0 {
                    graph.edge((parent, Phase::Alter), group);
                }
            }
            if made_late.contains(&j) {
                graph.edge((j, Phase::Late), group);
            }
        }
        for j in freed {
            graph.edge(group, (j, Phase::Drop));
            // A partition's index can only be dropped when the partition is detached.
            if detaching.contains(&j) && matches!(transitions[group.0].from, Some(Object::Index(_))) {
                graph.edge((j, Phase::Early), group);
                continue;
            }
            // A sequence does not keep its column from changing, but the column's default keeps the sequence.
            let owned = matches!(transitions[group.0].from, Some(Object::Sequence(_)));
            if matches!(group.1, Phase::Early | Phase::Drop) && !owned {
                graph.edge(group, (j, Phase::Early));
                graph.edge(group, (j, Phase::Alter));
            }
        }
    }
    let mut indexes: HashMap<&QName, Vec<usize>> = HashMap::default();
    for (i, t) in transitions.iter().enumerate() {
        if let Some(Object::Index(index)) = t.to {
            indexes.entry(&index.table).or_default().push(i);
        }
    }
    // The indexes of a partition are there before it is attached, and before the index above them is made: so
    // both find them instead of making others.
    for (i, t) in transitions.iter().enumerate() {
        if let Some(Object::Table(Table { partition_of: Some((parent, _)), .. })) = t.to {
            for index in indexes.get(parent).into_iter().flatten().filter(|j| made_late.contains(j)) {
                graph.edge((i, Phase::Late), (*index, Phase::Late));
            }
        }
        if let Some(Object::Index(index)) = t.to {
            for table in places.find(&ObjectKey::Relation(index.table.clone())) {
                graph.edge((i, Phase::Create), (table, Phase::Late));
            }
            for parent in index.parent.iter().flat_map(|p| places.find(&ObjectKey::Relation(p.clone()))) {
                graph.edge((i, Phase::Create), (parent, Phase::Create));
                for piece in graph.groups.get_mut(&(parent, Phase::Create)).into_iter().flatten() {
                    piece.needs.push(t.key.clone());
                }
            }
        }
    }
    let mut previous: Option<Group> = None;
    for group in graph.groups.keys() {
        if let Some(before) = previous.filter(|p| p.0 == group.0) {
            graph.after.entry(before).or_default().insert(*group);
        }
        previous = Some(*group);
    }
    access::chained(run(graph, transitions), transitions)
}

/// The tables above a table, as far as they change too.
fn ancestors(table: usize, transitions: &[Transition<'_>], places: &Places<'_>) -> Vec<usize> {
    let (mut found, mut next) = (Vec::new(), vec![table]);
    while let Some(i) = next.pop() {
        let Some(Object::Table(child)) = transitions[i].to else { continue };
        let parents = child.inherits.iter().chain(child.partition_of.iter().map(|(parent, _)| parent));
        for j in parents.flat_map(|parent| places.find(&ObjectKey::Relation(parent.clone()))) {
            if j != table && !found.contains(&j) {
                found.push(j);
                next.push(j);
            }
        }
    }
    found
}

/// Takes what nothing waits for, by priority; a circle is opened at its first member.
fn run(mut graph: Graph, transitions: &[Transition<'_>]) -> Vec<Piece> {
    let mut waiting: BTreeMap<Group, usize> = graph.groups.keys().map(|g| (*g, 0)).collect();
    for then in graph.after.values().flatten() {
        *waiting.entry(*then).or_default() += 1;
    }
    let place = |g: Group| (priority(g.1, g.0, &transitions[g.0]), g);
    let mut ready: BTreeSet<(Priority, Group)> =
        waiting.iter().filter(|(_, n)| **n == 0).map(|(g, _)| place(*g)).collect();
    let mut out = Vec::new();
    while !waiting.is_empty() {
        let next = match ready.pop_first() {
            Some((_, group)) => group,
            None => match waiting.keys().map(|g| place(*g)).min() {
                Some((_, group)) => group,
                None => break,
            },
        };
        if waiting.remove(&next).is_none() {
            continue;
        }
        out.extend(graph.groups.remove(&next).unwrap_or_default());
        for then in graph.after.remove(&next).unwrap_or_default() {
            if let Some(n) = waiting.get_mut(&then) {
                *n = n.saturating_sub(1);
                if *n == 0 {
                    ready.insert(place(then));
                }
            }
        }
    }
    out
}
