//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Function, Object};

rule! {
    /// A function is dropped while code still calls it.
    ///
    /// ## What it flags
    /// `DROP FUNCTION` and `DROP PROCEDURE` of a routine that existed before the change set, when the change set
    /// leaves none behind that takes the same arguments. Trigger functions are left out: nobody calls them.
    ///
    /// ## Why it hurts
    /// Running code that calls the function fails from the moment of commit: `function … does not exist` (42883). A
    /// new version with other arguments is another function to its callers.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE FUNCTION price_of(item bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
    /// ```
    /// ```sql flagged
    /// DROP FUNCTION price_of(bigint);
    /// ```
    /// ```sql flagged
    /// DROP FUNCTION price_of(bigint);
    /// CREATE FUNCTION price_of(item bigint, day date) RETURNS numeric LANGUAGE sql AS 'SELECT 2.0';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// DROP FUNCTION price_of(bigint);
    /// CREATE FUNCTION price_of(item bigint) RETURNS text LANGUAGE sql AS $$SELECT '2.0'$$;
    /// ```
    ///
    /// ## Safe rewrite
    /// Create the new version beside the old one, move the callers, and drop the old one in a later release. New
    /// arguments with defaults keep old calls working.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-dropfunction.html>
    name: "drop-function",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("safe-migrate", "broken-compute")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let DdlOp::Drop(drop) = &step.stmt.op else { continue };
        if !drop.kind.is_routine() {
            continue;
        }
        for change in &step.changes {
            let (key @ ObjectKey::Function(name, _), Some(Object::Function(function)), None) =
                (&change.key, change.before.as_deref(), &change.after)
            else {
                continue;
            };
            let trigger =
                function.def.returns.as_ref().is_some_and(|t| t.is("trigger") || t.is("event_trigger"));
            let named = drop.objects.iter().any(|o| o.name.name == name.name);
            if trigger
                || !named
                || cx.schema.get(key).is_some()
                || !cx.was_there(key)
                || accepts(cx, function)
            {
                continue;
            }
            let rest = if cx.schema.functions_named(name).is_empty() {
                "and nothing of that name is left"
            } else {
                "and what is left of that name takes other arguments"
            };
            sink.step(step)
                .object(key)
                .message(format!("drops {key}, {rest}"))
                .why("running code that calls it fails from the moment of commit (42883)")
                .help("create the new version beside it, move the callers, and drop it in a later release")
                .report();
        }
    }
}

/// Whether a function that is there in the end can be called with the arguments of the old one: it begins with the
/// same types, and has defaults for the others.
fn accepts(cx: &ChangeSetContext<'_>, old: &Function) -> bool {
    let wanted = old.def.signature();
    cx.schema.functions(&old.def.name).any(|new| {
        let inputs: Vec<_> = new.def.args.iter().filter(|a| a.mode.is_input()).collect();
        inputs.len() >= wanted.len()
            && inputs.iter().zip(&wanted).all(|(arg, ty)| arg.data_type == *ty)
            && inputs[wanted.len()..].iter().all(|arg| arg.default.is_some())
    })
}
