//! See [`RULE`].

use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// An index is the beginning of another index on the same table.
    ///
    /// ## What it flags
    /// B-tree indexes whose keys are the first keys of another index with the same condition, when the change
    /// set made one of the two. Unique indexes and those of constraints are never called redundant.
    ///
    /// ## Why it hurts
    /// The longer index serves the same searches. The shorter one is written with every row and seldom pays for
    /// that; it may, when it is much smaller and read very often.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, placed_at timestamptz);
    /// CREATE INDEX orders_customer_idx ON orders (customer_id);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX CONCURRENTLY orders_customer_placed_idx ON orders (customer_id, placed_at);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE INDEX CONCURRENTLY orders_placed_customer_idx ON orders (placed_at, customer_id);
    /// ```
    ///
    /// ## Safe rewrite
    /// Drop the shorter index with `DROP INDEX CONCURRENTLY` once the longer one is in use.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/indexes-multicolumn.html>
    name: "redundant-index",
    category: Design,
    severity: Advice,
    confidence: Medium,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("pg-migration-lint", "PGM508"),
        ("migrationpilot", "MP100"),
        ("bytebase", "index.not-redundant"),
        ("pglinter", "B002"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut seen: Vec<&crate::name::QName> = Vec::new();
    for step in cx.steps {
        for change in &step.changes {
            let (ObjectKey::Relation(name), None, Some(Object::Index(_))) =
                (&change.key, &change.before, change.after.as_deref())
            else {
                continue;
            };
            let Some(new) = cx.schema.index(name) else { continue };
            if new.parent.is_some() || (cx.lifetime)(name) == Lifetime::Existing {
                continue;
            }
            for other in cx.schema.indexes_of(&new.table) {
                let (short, long) = if new.begins(other) {
                    (new, other)
                } else if other.begins(new) {
                    (other, new)
                } else {
                    continue;
                };
                if seen.contains(&&short.name) {
                    continue;
                }
                seen.push(&short.name);
                sink.step(step)
                    .object(&short.name)
                    .message(format!("{} is the beginning of {}", short.name, long.name))
                    .why("the longer index serves the same searches, and both are written with every row")
                    .help(format!("drop {} unless it is much smaller and read very often", short.name.name))
                    .report();
            }
        }
    }
}
