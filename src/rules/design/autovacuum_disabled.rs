//! See [`RULE`].

use crate::ir::table::Options;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::model::Object;

rule! {
    /// A table is no longer cleaned and analysed.
    ///
    /// ## What it flags
    /// `autovacuum_enabled = false` as an option of a table, when the change set does not take it back.
    ///
    /// ## Why it hurts
    /// Dead rows stay and the table grows with every update, the planner works with old statistics, and when the
    /// transaction numbers run out, the server vacuums anyway, at the worst moment.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE events (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE events SET (autovacuum_enabled = false);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE events SET (autovacuum_vacuum_scale_factor = 0.01);
    /// ```
    /// ```sql accepted
    /// ALTER TABLE events SET (autovacuum_enabled = false);
    /// ALTER TABLE events RESET (autovacuum_enabled);
    /// ```
    ///
    /// ## Safe rewrite
    /// Make autovacuum gentler or more frequent for the table with its own settings; switch it off for the length
    /// of a bulk load only.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/runtime-config-autovacuum.html>
    /// - <https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS>
    name: "autovacuum-disabled",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP066")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported = Vec::new();
    for step in cx.steps {
        for change in &step.changes {
            let Some(Object::Table(is)) = change.after.as_deref() else { continue };
            let was = match change.before.as_deref() {
                Some(Object::Table(was)) => Some(was),
                _ => None,
            };
            let off_before = was.is_some_and(|t| is_off(&t.options));
            let still = cx.schema.table(&is.name).is_some_and(|t| is_off(&t.options));
            if !is_off(&is.options) || off_before || !still || reported.contains(&&is.name) {
                continue;
            }
            reported.push(&is.name);
            sink.step(step)
                .object(&is.name)
                .message(format!("autovacuum is switched off for {}", is.name))
                .why("dead rows stay, statistics grow old, and the server vacuums in the end at the worst moment")
                .help("set autovacuum_vacuum_scale_factor or the cost settings of the table instead")
                .report();
        }
    }
}

fn is_off(options: &Options) -> bool {
    options.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("autovacuum_enabled")
            && matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "no" | "0")
    })
}
