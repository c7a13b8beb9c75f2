//! Two whole schemas.

use std::sync::Arc;

use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use super::align::align;
use super::piece::Piece;
use super::{Transition, plan};

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
        if before.as_ref().is_none_or(|before| before != after) {
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
    let differences = differences(from, to);
    let transitions: Vec<Transition<'_>> = differences
        .iter()
        .map(|d| Transition { key: &d.key, from: d.from.as_deref(), to: d.to.as_deref(), rebuild: false })
        .collect();
    plan(to, &transitions)
}
