//! See [`RULE`].

use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column stores a point in time without its time zone.
    ///
    /// ## What it flags
    /// Columns of type `timestamp` (`timestamp without time zone`) that a statement adds, and columns that become one.
    ///
    /// ## Why it hurts
    /// The value says what a clock showed, not when. Clients in other time zones, a server that moves, and the hour
    /// that daylight saving repeats all read it differently, and `now()` is converted by whoever happens to write it.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE logins (id bigint PRIMARY KEY, at timestamp NOT NULL);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE logins (id bigint PRIMARY KEY, at timestamptz NOT NULL, day date, opens time);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `timestamptz`, which stores the moment and takes the same eight bytes, while the table is new. Later,
    /// `ALTER COLUMN … TYPE timestamptz` rewrites the table unless the session's time zone is UTC.
    ///
    /// ## References
    /// - <https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29>
    /// - <https://www.postgresql.org/docs/current/datatype-datetime.html>
    name: "timestamp-without-time-zone",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("squawk", "prefer-timestamp-tz"), ("pg-migration-lint", "PGM101"), ("migrationpilot", "MP040")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for column in cx.typed_columns().iter().filter(|c| c.is_a("timestamp")) {
        let object = column.object();
        sink.step(cx.step)
            .span(column.span)
            .object(&object)
            .message(format!("{object} is a timestamp without a time zone"))
            .why("what moment the value means depends on the time zones of those who write and read it")
            .help("use timestamptz")
            .report();
    }
}
