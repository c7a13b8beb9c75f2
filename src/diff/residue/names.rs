//! What is missing under one name and there under another.

use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Sequence};

use super::{Fate, Found, Item, State, Weight, facts};

/// A definition without the name, for kinds that are told apart by it.
pub(super) fn essence(object: &Object) -> Option<String> {
    match object {
        Object::Index(index) => Some(facts::index_definition(index).essence().to_owned()),
        Object::Sequence(sequence) => Some(sequence_essence(sequence)),
        _ => None,
    }
}

fn sequence_essence(s: &Sequence) -> String {
    format!(
        "{} {} {:?} {:?} {:?} {} {} {:?}",
        s.data_type, s.increment, s.min_value, s.max_value, s.start, s.cache, s.cycle, s.owned_by
    )
}

/// Makes one difference of names out of something that is missing and its like that is left over.
pub(super) fn pair(found: Vec<Found>, states: &[State<'_>]) -> Vec<Item> {
    let mut rest: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    let mut items = Vec::new();
    let mut renamed: Vec<(String, String)> = Vec::new();
    for i in 0..rest.len() {
        let Some(one) = &rest[i] else { continue };
        let Some(essence) = one.essence.clone().filter(|_| one.item.fate == Fate::Missing) else { continue };
        let (key, whole) = (one.item.key.clone(), one.item.whole);
        let twin = rest.iter().position(|other| {
            other.as_ref().is_some_and(|other| {
                other.item.fate == Fate::LeftOver
                    && other.item.whole == whole
                    && (whole || other.item.key == key)
                    && other.essence.as_ref() == Some(&essence)
                    && kind(states, &other.item.key) == kind(states, &key)
            })
        });
        let Some(twin) = twin else { continue };
        let (Some(one), Some(other)) = (rest[i].take(), rest[twin].take()) else { continue };
        let now = match &other.part {
            Some(part) => part.name.clone(),
            None => other.item.key.to_string(),
        };
        if whole {
            renamed.push((one.item.key.to_string(), now.clone()));
        }
        items.push(Item {
            text: format!("{} is called {now} now", one.item.subject),
            fate: Fate::Changed,
            weight: Weight::Name,
            ..one.item
        });
    }
    // A default that draws from a sequence names it.
    let follows = |item: &Item| {
        item.text.starts_with("default of column")
            && renamed.iter().any(|(was, is)| {
                let bare = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
                item.text.ends_with(&format!(
                    "is nextval('{}') instead of nextval('{}')",
                    bare(is),
                    bare(was)
                ))
            })
    };
    items.extend(rest.into_iter().flatten().map(|f| f.item).filter(|item| !follows(item)));
    items
}

fn kind(states: &[State<'_>], key: &ObjectKey) -> Option<crate::ir::object::ObjectKind> {
    let state = states.iter().find(|s| s.key == key)?;
    Some(state.before.or(state.now)?.kind())
}
