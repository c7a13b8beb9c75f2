//! See [`RULE`].

use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Index, Object};

rule! {
    /// An index does what another index on the table already does.
    ///
    /// ## What it flags
    /// Indexes made by the change set that agree with another index of the table in method, keys, order,
    /// operator classes, collations, condition and included columns. A plain index beside a unique one of the
    /// same keys counts; two constraints do not.
    ///
    /// ## Why it hurts
    /// Both are written at every `INSERT` and most `UPDATE`s, both take space and cache, and one is never
    /// needed.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX users_email_lower_idx ON users (lower(email));
    /// ```
    ///
    /// ## Safe rewrite
    /// Leave the new index out.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/indexes-unique.html>
    name: "duplicate-index",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("pg-migration-lint", "PGM508"),
        ("splinter", "duplicate_index"),
        ("pglinter", "B002"),
        ("skeema", "dupe-index"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for (step, index) in new_indexes(cx) {
        let twin = cx.schema.indexes_of(&index.table).into_iter().find(|other| {
            other.name != index.name
                && index.repeats(other)
                // Of two new ones, the later made is the superfluous one.
                && !(is_new(cx, other) && made_later(cx, other, index))
        });
        let Some(twin) = twin else { continue };
        sink.step(step)
            .object(&index.name)
            .message(format!("{} does what {} already does", index.name, twin.name))
            .why("both are written with every row, and one is never needed")
            .help(format!("leave {} out", index.name.name))
            .report();
    }
}

/// Indexes that the change set made and that are still there, with the step that made them.
fn new_indexes<'a>(cx: &'a ChangeSetContext<'_>) -> Vec<(&'a Step, &'a Index)> {
    let mut found = Vec::new();
    for step in cx.steps {
        for change in &step.changes {
            let (ObjectKey::Relation(name), None, Some(Object::Index(_))) =
                (&change.key, &change.before, change.after.as_deref())
            else {
                continue;
            };
            let Some(index) = cx.schema.index(name) else { continue };
            // Constraint-backed indexes cannot be left out; partitions' indexes come from their parent.
            if index.constraint.is_none() && index.parent.is_none() && is_new(cx, index) {
                found.push((step, index));
            }
        }
    }
    found
}

fn is_new(cx: &ChangeSetContext<'_>, index: &Index) -> bool {
    (cx.lifetime)(&index.name) != Lifetime::Existing
}

fn made_later(cx: &ChangeSetContext<'_>, a: &Index, b: &Index) -> bool {
    let made = |i: &Index| {
        cx.steps.iter().position(|s| {
            s.changes.iter().any(|c| c.before.is_none() && c.key == ObjectKey::Relation(i.name.clone()))
        })
    };
    a.constraint.is_none() && made(a) > made(b)
}
