//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// An extension is dropped with everything it brought along.
    ///
    /// ## What it flags
    /// `DROP EXTENSION` of an extension that existed before the change set and that is not installed again by it.
    ///
    /// ## Why it hurts
    /// Its functions, types and operators go. Running code that uses them fails from the moment of commit; with
    /// `CASCADE` columns of its types, indexes with its operator classes and defaults that call its functions go as
    /// well. Installing it again often needs a superuser.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE EXTENSION citext;
    /// ```
    /// ```sql flagged
    /// DROP EXTENSION citext;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP EXTENSION IF EXISTS hstore;
    /// ```
    ///
    /// ## Safe rewrite
    /// Look for what depends on it (`pg_depend`, or a `DROP` without `CASCADE`), move that first, and drop the
    /// extension in a later release.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropextension.html>
    name: "drop-extension",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let DdlOp::Drop(drop) = &step.stmt.op else { continue };
        for change in &step.changes {
            let (key @ ObjectKey::Extension(name), None) = (&change.key, &change.after) else { continue };
            if drop.kind != ObjectKind::Extension || cx.schema.get(key).is_some() || !cx.was_there(key) {
                continue;
            }
            let more = if drop.cascade { ", and with CASCADE everything that uses them" } else { "" };
            sink.step(step)
                .object(name)
                .message(format!("drops the extension {name} with its functions, types and operators{more}"))
                .why("running code that uses them fails from the moment of commit")
                .help("move what depends on it first, and drop it without CASCADE in a later release")
                .report();
        }
    }
}
