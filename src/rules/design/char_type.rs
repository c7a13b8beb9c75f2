//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column is padded with blanks to a fixed length.
    ///
    /// ## What it flags
    /// Columns of type `char(n)` (`character(n)`, `bpchar`) that a statement adds, and columns that become one.
    ///
    /// ## Why it hurts
    /// Values are stored with trailing blanks up to `n`, which takes room, is no check of the length (shorter values
    /// pass), and makes comparisons differ from those of `text`: blanks at the end do not count, but they do for `LIKE`.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE countries (code char(2) PRIMARY KEY);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE countries (code text PRIMARY KEY CHECK (length(code) = 2), name varchar(80));
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `text`, with a `CHECK` on the length where one is meant. From `char(n)` to `text` the server rewrites the
    /// table, so decide while it is new.
    ///
    /// ## References
    /// - <https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29>
    /// - <https://www.postgresql.org/docs/current/datatype-character.html>
    name: "char-type",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "ban-char-field"), ("pg-migration-lint", "PGM103"), ("migrationpilot", "MP041")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns().iter().filter(|c| c.is_a("bpchar")) {
        let object = column.object();
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is {}, which pads values with blanks", column.data_type))
            .why("shorter values pass, and trailing blanks count in some comparisons and not in others")
            .help("use text, with a CHECK on the length")
            .report();
    }
}
