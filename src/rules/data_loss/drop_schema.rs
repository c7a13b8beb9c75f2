//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A schema is dropped, with `CASCADE` everything in it.
    ///
    /// ## What it flags
    /// `DROP SCHEMA` of a schema that existed before the change set. Without `CASCADE` it can only remove an
    /// empty schema, so that is advice.
    ///
    /// ## Why it hurts
    /// `CASCADE` takes `ACCESS EXCLUSIVE` on every table in the schema and removes all of them, with all rows,
    /// and whatever elsewhere depends on them.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE SCHEMA archive;
    /// CREATE TABLE archive.orders (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// DROP SCHEMA archive CASCADE;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE SCHEMA scratch;
    /// DROP SCHEMA scratch;
    /// ```
    ///
    /// ## Safe rewrite
    /// Name the objects that shall go and drop them one by one, then the empty schema without `CASCADE`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropschema.html>
    name: "drop-schema",
    category: DataLoss,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("atlas", "DS101"),
        ("pg-migration-lint", "PGM205"),
        ("migrationpilot", "MP035"),
        ("postgres-language-server", "banDropSchema"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::Drop(drop) = op else { continue };
        if drop.kind != ObjectKind::Schema {
            continue;
        }
        for object in &drop.objects {
            let name = &object.name.name;
            let made_here =
                cx.earlier.iter().flat_map(|s| &s.changes).any(|c| {
                    c.before.is_none() && c.key == crate::schema::key::ObjectKey::Schema(name.clone())
                });
            if made_here {
                continue;
            }
            let victims = cx.step.existing_locks().filter(|l| l.relation.in_schema(name)).count();
            let (severity, message) = if drop.cascade {
                let what = if victims > 0 { format!(" ({victims} relations)") } else { String::new() };
                (Severity::Error, format!("drops schema {name} with everything in it{what}"))
            } else {
                (Severity::Advice, format!("drops schema {name}, which must be empty"))
            };
            sink.step(cx.step)
                .span(span)
                .object(name)
                .severity(severity)
                .message(message)
                .why("every table in it is locked ACCESS EXCLUSIVE and removed with its rows, and so is whatever depends on them")
                .help("drop the objects one by one, then the empty schema without CASCADE")
                .report();
        }
    }
}
