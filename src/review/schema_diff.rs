//! The schema before and after, as a unified text diff.

use std::sync::Arc;

use similar::TextDiff;

use crate::hash::IndexMap;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Object};

use super::compare::definition;

/// The first and the last state of every object that a run touched.
#[derive(Debug, Default)]
pub(super) struct SchemaDiff {
    touched: IndexMap<ObjectKey, (Option<Arc<Object>>, Option<Arc<Object>>)>,
}

impl SchemaDiff {
    pub(super) fn record(&mut self, changes: &[Change]) {
        for change in changes {
            self.touched
                .entry(change.key.clone())
                .and_modify(|(_, after)| after.clone_from(&change.after))
                .or_insert_with(|| (change.before.clone(), change.after.clone()));
        }
    }

    /// The diff, ordered by the objects' names; `None` when nothing changed.
    pub(super) fn text(mut self) -> Option<String> {
        self.touched.sort_keys();
        let mut before = String::new();
        let mut after = String::new();
        for (key, (old, new)) in self.touched.into_iter().filter(|(_, (old, new))| old != new) {
            for (state, text) in [(old, &mut before), (new, &mut after)] {
                if let Some(object) = state {
                    text.push_str(&definition(&key, &object));
                }
            }
        }
        if before == after {
            return None;
        }
        let diff = TextDiff::from_lines(&before, &after);
        Some(diff.unified_diff().context_radius(3).header("schema before", "schema after").to_string())
    }
}
