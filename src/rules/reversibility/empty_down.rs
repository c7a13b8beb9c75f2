//! See [`RULE`].

use crate::diff::residue::{Item, Weight};
use crate::finding::Severity;
use crate::rule;
use crate::rules::{DownContext, Sink};

use super::listed;

rule! {
    /// The way back does nothing, though the migration changes the schema.
    ///
    /// ## What it flags
    /// Down scripts without a statement that does anything, of migrations that change the schema. One whose
    /// comment says that there is no way back (`-- irreversible: …`, `-- cannot be undone`, `-- no-op on purpose`)
    /// is taken at its word. If all the migration added is what no statement takes back, such as a value of an
    /// enum, the finding is advice.
    ///
    /// ## Why it hurts
    /// The migration tool reports the version as undone, and everything stays. The next deployment of the same
    /// migration fails, because what it makes is there.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// -- up
    /// CREATE TABLE notes (id bigint PRIMARY KEY);
    /// -- down
    /// SELECT 1;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// CREATE TABLE notes (id bigint PRIMARY KEY);
    /// -- down
    /// DROP TABLE notes;
    /// ```
    /// ```sql accepted
    /// -- up
    /// ALTER TABLE accounts ADD COLUMN email text;
    /// -- down
    /// -- irreversible: the addresses would be lost
    /// ```
    ///
    /// ## Safe rewrite
    /// Write the way back (`checkrail rollback` does), or say in a comment why there is none.
    ///
    /// ## References
    /// - The guide to rollbacks, docs/rollback.md.
    name: "empty-down",
    category: Reversibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    if !cx.is_empty() || cx.is_declared_irreversible() || !cx.doubts.is_empty() {
        return;
    }
    let items: Vec<&Item> = cx.change.iter().filter(|i| i.weight > Weight::Name).collect();
    if items.is_empty() {
        return;
    }
    let draft = sink
        .at(cx.down.file, cx.place(), None)
        .confidence(cx.confidence)
        .message(cx.seen(format!("the way back does nothing, and {}", listed(&items))))
        .why("the tool counts the migration as undone, while all of it stays and gets in the way of the next try")
        .help("write the way back (checkrail rollback does), or say in a comment why there is none");
    if items.iter().all(|item| item.weight == Weight::Kept) {
        draft.severity(Severity::Advice).report();
    } else {
        draft.report();
    }
}
