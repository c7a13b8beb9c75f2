//! See [`RULE`].

use super::{Alteration, actions, confidence, described, rewrites};
use crate::effects::fact::RewriteReason;
use crate::finding::{Confidence, RemedyHint, Severity};
use crate::ir::data::LockMode;
use crate::ir::table::TableAction;
use crate::ir::types::TypeName;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A column gets a type for which every row is written anew.
    ///
    /// ## What it flags
    /// `ALTER COLUMN … TYPE` on a table that existed before the change set, when the stored values do not
    /// stay as they are: `integer` to `bigint`, `json` to `jsonb`, a shorter `varchar`, another scale of
    /// `numeric`, a `USING` that computes, a domain with constraints. What leaves the rows alone is left out:
    /// a longer `varchar` or `text`, more digits with the same scale, `timestamp` to `timestamptz` while
    /// `TimeZone` is `UTC`. Where the time zone is not known, that change is a
    /// warning.
    ///
    /// ## Why it hurts
    /// Table and indexes are written anew under `ACCESS EXCLUSIVE`. All reads and writes wait for that long,
    /// and the table needs its size on disk once more.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE orders (id bigint PRIMARY KEY, items integer NOT NULL, code varchar(20), amount numeric(10,2), placed_at timestamp);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ALTER COLUMN items TYPE bigint;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders ALTER COLUMN code TYPE text USING lower(code);
    /// ```
    /// ```sql flagged
    /// SET TimeZone = 'Europe/Paris';
    /// ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE orders ALTER COLUMN code TYPE varchar(80);
    /// ALTER TABLE orders ALTER COLUMN code TYPE text;
    /// ALTER TABLE orders ALTER COLUMN amount TYPE numeric(14,2);
    /// ```
    /// ```sql accepted
    /// SET TimeZone = 'UTC';
    /// ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
    /// ```
    ///
    /// ## Safe rewrite
    /// Add a column of the new type, keep it equal with a trigger, fill the old rows in batches, and switch
    /// the code over to it; drop the old column in a later release.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>
    name: "rewriting-type-change",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "changing-column-type"),
        ("eugene", "E5"),
        ("eugene", "E10"),
        ("atlas", "PG301"),
        ("strong_migrations", "change_column"),
        ("online_migrations", "change_column"),
        ("pgsafe", "alter-column-type"),
        ("pg-migration-lint", "PGM007"),
        ("migrationpilot", "MP007"),
        ("diesel-guard", "AlterColumnTypeCheck"),
        ("postgres-language-server", "changingColumnType"),
        ("pgfence", "alter-column-type"),
        ("django-migration-linter", "ALTER_COLUMN"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for Alteration { relation, action, span } in actions(cx) {
        let TableAction::AlterType { column, data_type, .. } = action else { continue };
        let changed = |reason: &RewriteReason| match reason {
            RewriteReason::TypeChange(name) | RewriteReason::ConstrainedDomain(name) => name == column,
            _ => false,
        };
        if !rewrites(cx, &relation, changed) {
            continue;
        }
        let old = cx.schema.table(&relation).and_then(|t| t.column(column)).map(|c| &c.data_type);
        let from = old.map_or_else(String::new, |t| format!(" from {t}"));
        // In UTC, as most servers are set up, no row is written; what this one is set to is not known.
        let zone_unknown = cx.schema.session.time_zone.is_none();
        if zone_unknown && old.is_some_and(|old| is_time_zone_change(old, data_type)) {
            sink.step(cx.step)
                .blocking_work()
                .severity(Severity::Warning)
                .span(span)
                .object(format!("{relation}.{column}"))
                .confidence(Confidence::Low)
                .message(format!(
                    "rewrites {} under {} to change {column}{from} to {data_type}, unless TimeZone is UTC",
                    described(cx, &relation),
                    LockMode::AccessExclusive
                ))
                .why("the server writes every row anew, while reads and writes wait, where the session's time zone is another")
                .help("SET TimeZone = 'UTC' in the same session if the times are UTC: then no row is written")
                .remedy(RemedyHint::ShadowColumn)
                .report();
            continue;
        }
        let help = if old.is_some_and(|old| is_time_zone_change(old, data_type)) {
            "SET TimeZone = 'UTC' in the same session if the times are UTC: then no row is written"
        } else {
            "add a column of the new type, keep it equal with a trigger, fill it in batches, and switch"
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(format!("{relation}.{column}"))
            .confidence(confidence(cx))
            .message(format!(
                "rewrites {} with all indexes under {} to change {column}{from} to {data_type}",
                described(cx, &relation),
                LockMode::AccessExclusive
            ))
            .why("all reads and writes of the table wait until the last row is written anew")
            .help(help)
            .remedy(RemedyHint::ShadowColumn)
            .report();
    }
}

/// Whether only the time zone decides what the stored values mean.
fn is_time_zone_change(from: &TypeName, to: &TypeName) -> bool {
    let pair = (from.is("timestamp"), to.is("timestamptz"), from.is("timestamptz"), to.is("timestamp"));
    from.modifiers == to.modifiers && matches!(pair, (true, true, ..) | (_, _, true, true))
}
