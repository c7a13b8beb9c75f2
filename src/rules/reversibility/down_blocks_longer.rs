//! See [`RULE`].

use crate::ir::data::LockMode;
use crate::name::QName;
use crate::rule;
use crate::rules::{DownContext, Sink};

rule! {
    /// The way back blocks a table for longer than the migration did.
    ///
    /// ## What it flags
    /// Statements of a down script that block writes or reads of a table in use while every row is read or written
    /// (an index built without `CONCURRENTLY`, a rewrite, a validation), on a table that the migration itself does
    /// not treat like that. Dropping an index takes a moment, and making it again takes as long as the table is
    /// large.
    ///
    /// ## Why it hurts
    /// A migration that was deployed without anybody noticing is rolled back with an outage, in the middle of the
    /// trouble that made the rollback necessary.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, email text);
    /// CREATE INDEX accounts_email ON accounts (email);
    /// ```
    /// ```sql flagged
    /// -- up
    /// DROP INDEX CONCURRENTLY accounts_email;
    /// -- down
    /// CREATE INDEX accounts_email ON accounts (email);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// DROP INDEX CONCURRENTLY accounts_email;
    /// -- down
    /// CREATE INDEX CONCURRENTLY accounts_email ON accounts (email);
    /// ```
    ///
    /// ## Safe rewrite
    /// `CREATE INDEX CONCURRENTLY` outside a transaction; `NOT VALID` and `VALIDATE CONSTRAINT` in two steps.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/explicit-locking.html>
    name: "down-blocks-longer",
    category: Reversibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    let up: Vec<(QName, LockMode)> = cx.up.iter().flat_map(DownContext::long_locks).collect();
    let mut told: Vec<QName> = Vec::new();
    for step in cx.steps.iter().filter(|s| s.errors.is_empty()) {
        for (relation, mode) in DownContext::long_locks(step) {
            let as_long = up.iter().any(|(r, m)| *r == relation && blocked(*m) == blocked(mode));
            if (cx.made)(&relation) || as_long || told.contains(&relation) {
                continue;
            }
            let draft = sink
                .at(cx.down.file, step.stmt.span, None)
                .object(&relation)
                .message(format!(
                    "the way back takes {mode} on {relation}, which blocks {} while every row is worked on; the \
                     migration does not",
                    blocked(mode)
                ))
                .why("what was deployed without notice is rolled back with an outage")
                .help(if step.effects.rewrites(&relation) {
                    "roll back in stages, with a new column beside the old one, or plan for the outage"
                } else if step.effects.index_builds.is_empty() {
                    "add constraints NOT VALID and validate them by a statement of their own"
                } else {
                    "build the index CONCURRENTLY, outside a transaction"
                });
            told.push(relation);
            draft.report();
        }
    }
}

fn blocked(mode: LockMode) -> &'static str {
    if mode == LockMode::AccessExclusive { "reads and writes" } else { "writes" }
}
