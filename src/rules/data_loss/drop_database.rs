//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A database is dropped.
    ///
    /// ## What it flags
    /// `DROP DATABASE` anywhere in a migration.
    ///
    /// ## Why it hurts
    /// Everything in the database is gone at once; it cannot run in a transaction and cannot be undone. A
    /// migration belongs to one database and has no business with another.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// DROP DATABASE shop_archive;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER DATABASE shop_archive WITH ALLOW_CONNECTIONS false;
    /// ```
    ///
    /// ## Safe rewrite
    /// Remove the statement. Forbid connections first, keep a dump, and drop the database by hand.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropdatabase.html>
    name: "drop-database",
    category: DataLoss,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql],
    also_known_as: [
        ("squawk", "ban-drop-database"),
        ("pgsafe", "drop-database"),
        ("migrationpilot", "MP034"),
        ("diesel-guard", "DropDatabaseCheck"),
        ("postgres-language-server", "banDropDatabase"),
        ("pgfence", "drop-database"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Drop(drop) = op else { continue };
        if drop.kind != ObjectKind::Database {
            continue;
        }
        for object in &drop.objects {
            sink.step(cx.step)
                .span(span)
                .object(&object.name)
                .message(format!("drops database {} with everything in it", object.name))
                .why("it cannot be undone, and a migration belongs to one database only")
                .help("remove the statement; dump the database and drop it by hand")
                .report();
        }
    }
}
