//! The schema before and after, as a unified text diff.

use std::fmt::Write;

use similar::TextDiff;

use crate::schema::model::Change;

use super::compare::definition;
use super::picture::Touched;

/// The first and the last state of every object that a run touched.
#[derive(Debug, Default)]
pub(super) struct SchemaDiff {
    touched: Touched,
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

    /// What changed.
    pub(super) fn touched(&self) -> &Touched {
        &self.touched
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
        (before != after).then(|| unified(&before, &after))
    }
}

fn unified(before: &str, after: &str) -> String {
    // A carriage return alone ends a line, too, for who compares.
    if before.is_empty() && after.ends_with('\n') && !after.contains('\r') {
        return all_new(after);
    }
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(BEFORE, AFTER).to_string()
}

const BEFORE: &str = "schema before";
const AFTER: &str = "schema after";

/// Where nothing was before, as with a dump, there is nothing to compare.
fn all_new(text: &str) -> String {
    let count = text.split_inclusive('\n').count();
    let range = if count == 1 { "1".to_owned() } else { format!("1,{count}") };
    let mut diff = String::with_capacity(text.len() + count + 80);
    let _ = writeln!(diff, "--- {BEFORE}\n+++ {AFTER}\n@@ -0,0 +{range} @@");
    for line in text.split_inclusive('\n') {
        diff.push('+');
        diff.push_str(line);
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_all_new_looks_like_any_difference() {
        for text in ["a\n", "a\n\nb\n", "\n"] {
            let diff = TextDiff::from_lines("", text);
            let usual = diff.unified_diff().context_radius(3).header(BEFORE, AFTER).to_string();
            assert_eq!(all_new(text), usual);
        }
    }
}
