//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::lookup::Existence;

rule! {
    /// A table is dropped with all its rows.
    ///
    /// ## What it flags
    /// `DROP TABLE` of a table that existed before the change set. Materialized views are not flagged: their
    /// rows can be computed again.
    ///
    /// ## Why it hurts
    /// The rows are gone when the transaction commits, and code that still uses the table fails. No rollback
    /// script brings rows back.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric NOT NULL);
    /// ```
    /// ```sql flagged
    /// DROP TABLE invoices;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE scratch (id bigint PRIMARY KEY);
    /// DROP TABLE scratch;
    /// ```
    ///
    /// ## Safe rewrite
    /// Take the table out of use first: deploy code without it, revoke its privileges or rename it, wait until
    /// nobody misses it, keep a copy of what matters, then drop it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-droptable.html>
    name: "drop-table",
    category: DataLoss,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [
        ("squawk", "ban-drop-table"),
        ("atlas", "DS102"),
        ("strong_migrations", "create_table_force"),
        ("pgsafe", "drop-table"),
        ("pg-migration-lint", "PGM201"),
        ("pg-migration-lint", "PGM202"),
        ("migrationpilot", "MP026"),
        ("diesel-guard", "DropTableCheck"),
        ("postgres-language-server", "banDropTable"),
        ("pgfence", "drop-table"),
        ("django-migration-linter", "DROP_TABLE"),
        ("liquibase", "WarnOnDropTable"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Drop(drop) = op else { continue };
        if !matches!(drop.kind, ObjectKind::Table | ObjectKind::ForeignTable) {
            continue;
        }
        for object in &drop.objects {
            let name = cx.schema.relation_name(&object.name);
            let existence = cx.schema.existence(&object.name);
            let known_missing = existence == Existence::Missing;
            if known_missing || !cx.is_existing(&name) {
                continue;
            }
            // A foreign table's rows live elsewhere; an IF EXISTS drop of a table nobody has heard of is
            // usually a guard before a CREATE.
            let guess = existence == Existence::Unknown && drop.if_exists;
            let foreign = drop.kind == ObjectKind::ForeignTable;
            let severity = if foreign || guess { Severity::Warning } else { Severity::Error };
            sink.step(cx.step)
                .span(span)
                .object(&name)
                .severity(severity)
                .message(format!("drops {name} with all its rows"))
                .why("the rows are gone at commit, and code that still uses the table fails")
                .help("take the table out of use first, keep a copy of what matters, then drop it in a later release")
                .report();
        }
    }
}
