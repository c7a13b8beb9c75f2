//! Two whole schemas.

use std::sync::Arc;

use crate::hash::HashMap;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::normal::same;

use super::align::align;
use super::piece::Piece;
use super::{Transition, plan, way};

/// An object in one schema and in another; the first state is in the words of the second where they mean the
/// same.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Which object.
    pub key: ObjectKey,
    /// What it is in the first schema; `None` when it does not exist there.
    pub from: Option<Arc<Object>>,
    /// What it is in the second.
    pub to: Option<Arc<Object>>,
}

/// The objects in which two schemas differ, in the order of the second schema, then those that only the first
/// has. What differs only in spelling is left out.
#[must_use]
pub fn differences(from: &Schema, to: &Schema) -> Vec<Difference> {
    let mut found = Vec::new();
    for (key, object) in to.objects() {
        let Some(after) = to.get_arc(key) else { continue };
        let before = from.get_arc(key).map(|before| {
            if **before == *object { Arc::clone(before) } else { Arc::new(align(before, object, from, to)) }
        });
        if before.as_ref().is_none_or(|before| !same(before, after)) {
            found.push(Difference { key: key.clone(), from: before, to: Some(Arc::clone(after)) });
        }
    }
    for (key, _) in from.objects().filter(|(key, _)| to.get(key).is_none()) {
        found.push(Difference { key: key.clone(), from: from.get_arc(key).cloned(), to: None });
    }
    found
}

/// The statements that turn one schema into the other, in an order in which they can run.
#[must_use]
pub fn between_schemas(from: &Schema, to: &Schema) -> Vec<Piece> {
    along(from, to, &differences(from, to))
}

/// The statements for the differences between two schemas: first what stands in their way is taken down.
#[must_use]
pub fn along(from: &Schema, to: &Schema, differences: &[Difference]) -> Vec<Piece> {
    let by_key: HashMap<&ObjectKey, &Difference> = differences.iter().map(|d| (&d.key, d)).collect();
    let between = way::between(from, to, differences);
    // In an order of their own: the map has none.
    let mut detours: Vec<&ObjectKey> = between.keys().collect();
    detours.sort();
    let starts: Vec<(&ObjectKey, Option<Arc<Object>>)> =
        detours.into_iter().map(|key| (key, way::start(&by_key, to, key))).collect();
    let there: Vec<Transition<'_>> = starts
        .iter()
        .map(|(key, start)| Transition {
            key,
            from: start.as_deref(),
            to: between.get(*key).and_then(Option::as_deref),
            rebuild: false,
        })
        .collect();
    let mut pieces = plan(from, &there);
    let mut onward: Vec<Transition<'_>> = differences
        .iter()
        .map(|d| {
            let start = between.get(&d.key).map_or(d.from.as_deref(), Option::as_deref);
            Transition { key: &d.key, from: start, to: d.to.as_deref(), rebuild: false }
        })
        .collect();
    onward.extend(starts.iter().filter(|(key, _)| !by_key.contains_key(key)).map(|(key, _)| Transition {
        key,
        from: between.get(*key).and_then(Option::as_deref),
        to: to.get(key),
        rebuild: false,
    }));
    pieces.extend(plan(to, &onward));
    pieces
}
