//! See [`RULE`].

use crate::diff::residue::Weight;
use crate::rule;
use crate::rules::{DownContext, Sink};

use super::listed;

rule! {
    /// The way back brings constraints or indexes back under other names.
    ///
    /// ## What it flags
    /// Down scripts after which a constraint, an index or a sequence is as it was but for its name: mostly one
    /// that had a name, and that the script makes without saying it.
    ///
    /// ## Why it hurts
    /// The schema does what it did, but a later migration that names the object fails, and code that recognises a
    /// violated constraint by its name no longer does.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, email text CONSTRAINT one_account UNIQUE);
    /// ```
    /// ```sql flagged
    /// -- up
    /// ALTER TABLE accounts DROP CONSTRAINT one_account;
    /// -- down
    /// ALTER TABLE accounts ADD UNIQUE (email);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// ALTER TABLE accounts DROP CONSTRAINT one_account;
    /// -- down
    /// ALTER TABLE accounts ADD CONSTRAINT one_account UNIQUE (email);
    /// ```
    ///
    /// ## Safe rewrite
    /// Say the name, or rename the object.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html>
    name: "down-renames-object",
    category: Reversibility,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    let items = cx.left(|weight| weight == Weight::Name);
    let Some(first) = items.first() else { return };
    sink.at(cx.down.file, cx.place(), None)
        .object(&first.key)
        .confidence(cx.confidence)
        .message(cx.seen(format!("the way back leaves another name: {}", listed(&items))))
        .why("a later migration that names it fails, and code may know a constraint by its name")
        .help("say the old name in the way back")
        .report();
}
