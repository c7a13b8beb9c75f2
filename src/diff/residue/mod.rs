//! What is left of a change that was meant to be undone: a schema that should be as it was, and how it differs.
//!
//! In: objects as they were and as they are. Out: sentences, one for each difference, with how much it weighs.
//! Unlike the rest of this module this asks whether people would call two states the same, not which statements
//! lead from one to the other: texts that differ only in spelling are equal, a constraint that came back under
//! another name is a difference of names, and what goes along with an object that is missing is not told again.

mod facts;
mod names;
mod text;

use std::collections::BTreeMap;

use crate::hash::HashMap;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, UserTypeKind};

use super::align::align;

use self::facts::{PartKey, Parts};
use self::text::Value;

/// An object as it was and as it is.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Which object.
    pub key: &'a ObjectKey,
    /// What it should be; `None` when it should not exist.
    pub before: Option<&'a Object>,
    /// What it is; `None` when it does not exist.
    pub now: Option<&'a Object>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The object.
    pub key: ObjectKey,
    /// What it or its part is called: `table public.users`, `column public.users.email`.
    pub subject: String,
    /// What happened to it.
    pub fate: Fate,
    /// How much it weighs.
    pub weight: Weight,
    /// The difference as a sentence without a full stop.
    pub text: String,
    /// Whether it is about the whole object and not about a part of it.
    pub whole: bool,
}

/// What happened to an object or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It was there and is not.
    Missing,
    /// It was not there and is.
    LeftOver,
    /// It is there and not as it was.
    Changed,
}

/// How much a difference weighs; the heaviest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Columns stand in another order.
    Order,
    /// It is there under another name.
    Name,
    /// What no statement takes back, or what is better kept: a value of an enum, an extension, a role.
    Kept,
    /// The schema is another one.
    Real,
}

/// The differences, by object. `schema` gives meaning to names in texts.
#[must_use]
pub fn compare(schema: &Schema, states: &[State<'_>]) -> Vec<Item> {
    let differing: Vec<&State<'_>> = states.iter().filter(|s| s.before != s.now).collect();
    if differing.is_empty() {
        return Vec::new();
    }
    // What is there both times, in the words of before where it means the same.
    let aligned: Vec<Option<Object>> =
        differing.iter().map(|state| Some(align(state.now?, state.before?, schema, schema))).collect();
    let differing: Vec<State<'_>> = differing
        .iter()
        .zip(&aligned)
        .map(|(state, aligned)| State { now: aligned.as_ref().or(state.now), ..**state })
        .filter(|state| state.before != state.now)
        .collect();
    let mut comparison = Comparison::new(&differing);
    for state in &differing {
        comparison.object(state);
    }
    let mut items = names::pair(comparison.found, &differing);
    items.sort_by(|a, b| (&a.key, a.fate, &a.subject).cmp(&(&b.key, b.fate, &b.subject)));
    items
}

/// Whether a change left alone what a difference is about: an object is there, a part of one is there as it was.
#[must_use]
pub fn left_alone(item: &Item, before: Option<&Object>, after: Option<&Object>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    if item.whole {
        return matches!(before, Object::Table(_) | Object::View(_)) || before == after;
    }
    let (old, new) = (facts::of(before), facts::of(after));
    let part = old.0.keys().find(|part| part.subject(before.kind(), &item.key) == item.subject);
    part.is_some_and(|part| old.0.get(part) == new.0.get(part))
}

/// A difference with what pairing and folding look at.
struct Found {
    item: Item,
    part: Option<PartKey>,
    /// A definition without the name.
    essence: Option<String>,
}

struct Comparison {
    /// Objects that are on one side only.
    fates: HashMap<ObjectKey, Fate>,
    /// Columns that are on one side only, of tables that are on both.
    columns: HashMap<(QName, String), Fate>,
    found: Vec<Found>,
}

impl Comparison {
    fn new(states: &[State<'_>]) -> Self {
        let mut fates = HashMap::default();
        let mut columns = HashMap::default();
        for state in states {
            match (state.before, state.now) {
                (Some(_), None) => {
                    fates.insert(state.key.clone(), Fate::Missing);
                }
                (None, Some(_)) => {
                    fates.insert(state.key.clone(), Fate::LeftOver);
                }
                (Some(Object::Table(before)), Some(Object::Table(now))) => {
                    let name = |c: &Ident| (before.name.clone(), c.to_string());
                    for column in before.columns.iter().filter(|c| now.column(&c.name).is_none()) {
                        columns.insert(name(&column.name), Fate::Missing);
                    }
                    for column in now.columns.iter().filter(|c| before.column(&c.name).is_none()) {
                        columns.insert(name(&column.name), Fate::LeftOver);
                    }
                }
                _ => {}
            }
        }
        Self { fates, columns, found: Vec::new() }
    }

    fn object(&mut self, state: &State<'_>) {
        match (state.before, state.now) {
            (None, None) => {}
            (Some(object), None) => self.one_sided(state.key, object, Fate::Missing),
            (None, Some(object)) => self.one_sided(state.key, object, Fate::LeftOver),
            (Some(before), Some(now)) => self.both(state.key, before, now),
        }
    }

    fn one_sided(&mut self, key: &ObjectKey, object: &Object, fate: Fate) {
        if self.goes_along(key, object, fate) {
            return;
        }
        let subject = facts::called(object.kind(), key);
        let kept = fate == Fate::LeftOver && matches!(object, Object::Extension(_) | Object::Role(_));
        let item = Item {
            key: key.clone(),
            text: sentence(&subject, fate),
            subject,
            fate,
            weight: if kept { Weight::Kept } else { Weight::Real },
            whole: true,
        };
        self.found.push(Found { item, part: None, essence: names::essence(object) });
    }

    /// Whether something else is told that takes this object with it.
    fn goes_along(&self, key: &ObjectKey, object: &Object, fate: Fate) -> bool {
        let same = |name: &QName| self.fates.get(&ObjectKey::Relation(name.clone())) == Some(&fate);
        let column = |table: &QName, column: &str| {
            self.columns.get(&(table.clone(), column.to_owned())) == Some(&fate)
        };
        let in_schema =
            key.namespace().is_some_and(|s| self.fates.get(&ObjectKey::Schema(s.clone())) == Some(&fate));
        in_schema
            || match object {
                Object::Index(index) => {
                    index.constraint.is_some()
                        || same(&index.table)
                        || index.parent.as_ref().is_some_and(same)
                        || crate::schema::lookup::index_columns(index).iter().any(|c| column(&index.table, c))
                }
                Object::Sequence(sequence) => {
                    sequence.identity
                        || sequence.owned_by.as_ref().is_some_and(|(t, c)| same(t) || column(t, c))
                }
                Object::Statistics(statistics) => same(&statistics.table),
                Object::Table(table) => table.partition_of.as_ref().is_some_and(|(p, _)| same(p)),
                Object::DefaultAcl(_) => matches!(key, ObjectKey::DefaultAcl(_, Some(schema), _)
                    if self.fates.get(&ObjectKey::Schema(schema.clone())) == Some(&fate)),
                Object::Schema(_)
                | Object::View(_)
                | Object::Type(_)
                | Object::Function(_)
                | Object::Role(_)
                | Object::Extension(_)
                | Object::Publication(_)
                | Object::Other(_) => false,
            }
    }

    fn both(&mut self, key: &ObjectKey, before: &Object, now: &Object) {
        if before.kind() != now.kind() {
            let subject = key.to_string();
            let text = format!("{subject} is a {} instead of a {}", now.kind(), before.kind());
            self.push(key, subject, Fate::Changed, Weight::Real, text, None);
            return;
        }
        let (old, new) = facts::of_both(before, now);
        let name = |part: &PartKey| part.subject(before.kind(), key);
        for (part, fate) in one_sided(&old, &new) {
            if self.part_goes_along(before, now, part) {
                continue;
            }
            let subject = name(part);
            let weight = part.weight(fate);
            let text = part.sentence(&subject, fate);
            let essence = if fate == Fate::Missing { old.essence(part) } else { new.essence(part) };
            self.push(key, subject, fate, weight, text, Some(part.clone()));
            if let Some(found) = self.found.last_mut() {
                found.essence = essence;
            }
        }
        for (part, old) in &old.0 {
            let Some(new) = new.0.get(part) else { continue };
            for (aspect, was, is) in changed(old, new) {
                if aspect == facts::TYPE && (was.is_none() || is.is_none()) {
                    continue;
                }
                let subject = name(part);
                let text = changed_sentence(aspect, &subject, was, is);
                let weight = if aspect == facts::NULL_NAME { Weight::Name } else { Weight::Real };
                self.push(key, subject, Fate::Changed, weight, text, Some(part.clone()));
            }
        }
        self.order(key, before, now);
    }

    /// Columns that are there before and now and stand in another order.
    fn order(&mut self, key: &ObjectKey, before: &Object, now: &Object) {
        let (was, is) = (column_names(before), column_names(now));
        let common = |list: &[&Ident], other: &[&Ident]| -> Vec<String> {
            list.iter().filter(|c| other.contains(c)).map(ToString::to_string).collect()
        };
        let (was, is) = (common(&was, &is), common(&is, &was));
        if was != is {
            let subject = facts::called(before.kind(), key);
            let moved = moved_columns(&was, &is).join(", ");
            let text = format!("the columns of {key} stand in another order: {moved}");
            self.push(key, subject, Fate::Changed, Weight::Order, text, None);
        }
    }

    /// Whether a constraint goes with a column that is told.
    fn part_goes_along(&self, before: &Object, now: &Object, part: &PartKey) -> bool {
        let (Object::Table(before), Object::Table(now)) = (before, now) else { return false };
        if part.sort != facts::CONSTRAINT {
            return false;
        }
        let constraint = before.constraint(&part.name).or_else(|| now.constraint(&part.name));
        constraint.is_some_and(|c| {
            super::table::constraint_columns(&c.kind)
                .iter()
                .any(|column| before.column(column).is_some() != now.column(column).is_some())
        })
    }

    fn push(
        &mut self,
        key: &ObjectKey,
        subject: String,
        fate: Fate,
        weight: Weight,
        text: String,
        part: Option<PartKey>,
    ) {
        let item = Item { key: key.clone(), subject, fate, weight, text, whole: false };
        self.found.push(Found { item, part, essence: None });
    }
}

/// The columns of a table or composite type, in their order.
fn column_names(object: &Object) -> Vec<&Ident> {
    match object {
        Object::Table(table) => table.columns.iter().map(|c| &c.name).collect(),
        Object::Type(ty) => match &ty.kind {
            UserTypeKind::Composite(attributes) => attributes.iter().map(|(name, _, _)| name).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The columns that changed their place: those that are not in the longest run that kept its order.
fn moved_columns(was: &[String], is: &[String]) -> Vec<String> {
    let position: HashMap<&String, usize> = was.iter().enumerate().map(|(i, c)| (c, i)).collect();
    // Longest increasing subsequence of the old positions, by patience; from the end, so that of two columns that
    // changed places the later one counts as moved.
    let at: Vec<usize> = is.iter().filter_map(|c| position.get(c).copied()).collect();
    let mut heads: Vec<usize> = Vec::new();
    let mut following: Vec<Option<usize>> = vec![None; at.len()];
    for i in (0..at.len()).rev() {
        let pile = heads.partition_point(|h| at[*h] > at[i]);
        following[i] = pile.checked_sub(1).map(|p| heads[p]);
        if pile == heads.len() {
            heads.push(i);
        } else {
            heads[pile] = i;
        }
    }
    let mut kept = vec![false; at.len()];
    let mut next = heads.last().copied();
    while let Some(i) = next {
        kept[i] = true;
        next = following[i];
    }
    is.iter().zip(kept).filter(|(_, kept)| !kept).map(|(c, _)| c.clone()).collect()
}

fn one_sided<'a>(old: &'a Parts, new: &'a Parts) -> Vec<(&'a PartKey, Fate)> {
    let missing = old.0.keys().filter(|p| !new.0.contains_key(*p)).map(|p| (p, Fate::Missing));
    let left = new.0.keys().filter(|p| !old.0.contains_key(*p)).map(|p| (p, Fate::LeftOver));
    missing.chain(left).collect()
}

type Aspects = BTreeMap<String, Value>;

/// The aspects that differ, with what they were and are.
fn changed<'a>(old: &'a Aspects, new: &'a Aspects) -> Vec<(&'a str, Option<&'a str>, Option<&'a str>)> {
    let mut found = Vec::new();
    for (aspect, was) in old {
        let is = new.get(aspect);
        if is != Some(was) {
            found.push((aspect.as_str(), Some(was.shown.as_str()), is.map(|v| v.shown.as_str())));
        }
    }
    let added = new.iter().filter(|(aspect, _)| !old.contains_key(*aspect));
    found.extend(added.map(|(aspect, is)| (aspect.as_str(), None, Some(is.shown.as_str()))));
    found
}

fn sentence(subject: &str, fate: Fate) -> String {
    match fate {
        Fate::Missing => format!("{subject} is missing"),
        Fate::LeftOver => format!("{subject} is left over"),
        Fate::Changed => format!("{subject} is another one"),
    }
}

/// Texts longer than this are not shown in a sentence.
const LONGEST: usize = 60;

fn changed_sentence(aspect: &str, subject: &str, was: Option<&str>, is: Option<&str>) -> String {
    let short = |text: &str| text.chars().count() <= LONGEST;
    match (was, is) {
        (Some(was), Some(is)) if short(was) && short(is) => {
            format!("{aspect} of {subject} is {is} instead of {was}")
        }
        (Some(was), None) if short(was) && !was.is_empty() => {
            format!("{aspect} {was} of {subject} is missing")
        }
        (None, Some(is)) if short(is) && !is.is_empty() => {
            format!("{aspect} {is} of {subject} is left over")
        }
        (Some(_), None) => format!("{aspect} of {subject} is missing"),
        (None, Some(_)) => format!("{aspect} of {subject} is left over"),
        (_, _) => format!("{aspect} of {subject} is another one"),
    }
}

#[cfg(test)]
mod tests {
    use super::moved_columns;

    #[test]
    fn moved_columns_are_as_few_as_can_be() {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(moved_columns(&list("a b c d"), &list("a c d b")), ["b"]);
        assert_eq!(moved_columns(&list("a b c"), &list("c a b")), ["c"]);
        assert_eq!(moved_columns(&list("a b c"), &list("a c b")), ["b"]);
        assert!(moved_columns(&list("a b"), &list("a b")).is_empty());
    }
}
