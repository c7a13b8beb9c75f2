//! See [`RULE`].

use crate::diff::residue::Weight;
use crate::finding::Severity;
use crate::rule;
use crate::rules::{DownContext, Sink};

use super::listed;

rule! {
    /// After the migration and its way back the schema is not what it was.
    ///
    /// ## What it flags
    /// Down scripts after which something is missing that was there before the migration, or left over that was
    /// not, or different: a column without its default, a constraint, index or trigger that went with a column and
    /// did not come back, privileges and comments that a dropped table had, a function with its new body. The
    /// message says exactly what; spelling alone is no difference. Values of enums, which the server cannot remove,
    /// extensions and roles that stay are advice. What the script drops beyond what the migration made is told
    /// by `down-drops-older-object`, other names and another order of columns by rules of their own.
    ///
    /// ## Why it hurts
    /// The old version of the application meets a schema that it was never tested with, and a later migration may
    /// fail on it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'new');
    /// CREATE INDEX accounts_state ON accounts (state);
    /// ```
    /// ```sql flagged
    /// -- up
    /// ALTER TABLE accounts DROP COLUMN state;
    /// -- down
    /// ALTER TABLE accounts ADD COLUMN state text NOT NULL DEFAULT 'new';
    /// ```
    /// ```sql flagged
    /// -- up
    /// CREATE TYPE mood AS ENUM ('good', 'bad');
    /// ALTER TABLE accounts ADD COLUMN mood mood;
    /// -- down
    /// ALTER TABLE accounts DROP COLUMN mood;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// ALTER TABLE accounts DROP COLUMN state;
    /// -- down
    /// ALTER TABLE accounts ADD COLUMN state text NOT NULL DEFAULT 'new';
    /// CREATE INDEX accounts_state ON accounts (state);
    /// ```
    ///
    /// ## Safe rewrite
    /// Add what is missing. `checkrail rollback` writes a complete way back.
    ///
    /// ## References
    /// - The guide to rollbacks, docs/rollback.md.
    name: "down-does-not-restore",
    category: Reversibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    let items = cx.left(|weight| weight > Weight::Name);
    let Some(first) = items.first() else { return };
    if cx.down.declared && items.iter().all(|i| i.weight == Weight::Kept) {
        return;
    }
    let help = match cx.completion {
        Some(sql) => format!("add to it: {sql}"),
        None => "compare it with what checkrail rollback writes".to_owned(),
    };
    let draft = sink
        .at(cx.down.file, cx.place(), None)
        .object(&first.key)
        .confidence(cx.confidence)
        .message(cx.seen(format!("the schema is not what it was before the migration: {}", listed(&items))))
        .why("the old code meets a schema that it was not tested with, and a later migration may fail on it")
        .help(help);
    if items.iter().all(|item| item.weight == Weight::Kept) {
        draft
            .severity(Severity::Advice)
            .help("leave it if it is meant to stay, and say so in a comment")
            .report();
    } else {
        draft.report();
    }
}
