//! See [`RULE`].

use crate::diff::residue::Item;
use crate::finding::Severity;
use crate::rule;
use crate::rules::{DownContext, Sink};
use crate::schema::key::ObjectKey;

use super::listed;

rule! {
    /// The way back drops more than the migration made.
    ///
    /// ## What it flags
    /// Down scripts that drop a table, column, type, function or anything else that was there before the migration
    /// and that the migration itself leaves in place; often through `IF NOT EXISTS` in the migration, a copied
    /// `DROP`, or `CASCADE`. Where rows are lost it is an error, else a warning.
    ///
    /// ## Why it hurts
    /// Undoing the migration destroys what had nothing to do with it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, email text);
    /// CREATE VIEW addresses AS SELECT email FROM accounts;
    /// ```
    /// ```sql flagged
    /// -- up
    /// CREATE TABLE IF NOT EXISTS accounts (id bigint PRIMARY KEY);
    /// CREATE TABLE notes (id bigint PRIMARY KEY);
    /// -- down
    /// DROP TABLE notes;
    /// DROP TABLE accounts CASCADE;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// CREATE TABLE notes (id bigint PRIMARY KEY);
    /// -- down
    /// DROP TABLE notes;
    /// ```
    ///
    /// ## Safe rewrite
    /// Drop only what the migration made, without `CASCADE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/ddl-depend.html>
    name: "down-drops-older-object",
    category: Reversibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    if cx.failure().is_some() || !cx.doubts.is_empty() {
        return;
    }
    let items: Vec<&Item> = cx.dropped.iter().collect();
    let Some(first) = items.first() else { return };
    let rows = |item: &Item| {
        let table = item.whole && item.subject.starts_with("table ") || item.subject.starts_with("column ");
        table && matches!(item.key, ObjectKey::Relation(_))
    };
    let gone: Vec<&str> = items.iter().map(|i| i.subject.as_str()).collect();
    let step = cx.steps.iter().find(|step| {
        step.changes.iter().any(|change| change.key == first.key && (change.after.is_none() || !first.whole))
    });
    let draft = sink
        .at(cx.down.file, step.map_or_else(|| cx.place(), |s| s.stmt.span), None)
        .object(&first.key)
        .confidence(cx.confidence)
        .message(cx.seen(format!("the way back drops what the migration did not make: {}", listed(&items))))
        .why(format!("{} was there before the migration and does not come back", gone[0]))
        .help("drop only what the migration made, without CASCADE");
    if items.iter().any(|i| rows(i)) { draft.severity(Severity::Error).report() } else { draft.report() }
}
