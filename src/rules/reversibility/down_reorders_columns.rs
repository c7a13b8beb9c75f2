//! See [`RULE`].

use crate::diff::residue::Weight;
use crate::rule;
use crate::rules::{DownContext, Sink};

use super::listed;

rule! {
    /// The way back puts a column at another place in its table.
    ///
    /// ## What it flags
    /// Down scripts that add a column which the migration dropped from the middle of a table: it comes back at the
    /// end. Only one finding for a script, and never more than advice: the server has no statement that puts a
    /// column anywhere else.
    ///
    /// ## Why it hurts
    /// Mostly it does not. `INSERT` without a list of columns, `COPY` without one, `SELECT *` into a fixed structure
    /// and views on `*` see the columns in another order.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, state text, email text);
    /// ```
    /// ```sql flagged
    /// -- up
    /// ALTER TABLE accounts DROP COLUMN state;
    /// -- down
    /// ALTER TABLE accounts ADD COLUMN state text;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// ALTER TABLE accounts DROP COLUMN email;
    /// -- down
    /// ALTER TABLE accounts ADD COLUMN email text;
    /// ```
    ///
    /// ## Safe rewrite
    /// Leave it, and name columns wherever their order would matter.
    ///
    /// ## References
    /// - <https://wiki.postgresql.org/wiki/Alter_column_position>
    name: "down-reorders-columns",
    category: Reversibility,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Down(check),
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    let items = cx.left(|weight| weight == Weight::Order);
    let Some(first) = items.first() else { return };
    sink.at(cx.down.file, cx.place(), None)
        .object(&first.key)
        .confidence(cx.confidence)
        .message(cx.seen(listed(&items)))
        .why("statements that do not name the columns see them in another order; the server cannot move them")
        .help("leave it, and name columns in INSERT, COPY and SELECT")
        .report();
}
