//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// A type is dropped while code still names it.
    ///
    /// ## What it flags
    /// `DROP TYPE` and `DROP DOMAIN` of a type that existed before the change set, when the change set leaves
    /// nothing of that name behind.
    ///
    /// ## Why it hurts
    /// Running code that casts to the type, or reads its labels, fails from the moment of commit (42704). With
    /// `CASCADE` every column of the type goes with it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TYPE mood AS ENUM ('sad', 'happy');
    /// ```
    /// ```sql flagged
    /// DROP TYPE mood;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP TYPE mood;
    /// CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    /// ```
    ///
    /// ## Safe rewrite
    /// Move columns and code to another type first, and drop the old one in a later release.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-droptype.html>
    name: "drop-type",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("migrationpilot", "MP024")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let DdlOp::Drop(drop) = &step.stmt.op else { continue };
        if !matches!(drop.kind, ObjectKind::Type | ObjectKind::Domain) {
            continue;
        }
        for change in &step.changes {
            let (key @ ObjectKey::Type(name), Some(_), None) = (&change.key, &change.before, &change.after)
            else {
                continue;
            };
            let named = drop.objects.iter().any(|o| o.name.name == name.name);
            if !named || cx.schema.resolve_type(name).is_some() || !cx.was_there(key) {
                continue;
            }
            sink.step(step)
                .object(name)
                .message(format!("drops the {} {name}, and nothing of that name is left", drop.kind))
                .why("running code that casts to it fails from the moment of commit (42704)")
                .help("move columns and code to another type first, and drop it in a later release")
                .report();
        }
    }
}
