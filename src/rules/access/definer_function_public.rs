//! See [`RULE`].

use crate::ir::access::Grantee;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::model::Object;

rule! {
    /// Everyone may run a function that has its owner's rights.
    ///
    /// ## What it flags
    /// New `SECURITY DEFINER` functions on which `PUBLIC` still has `EXECUTE` at the end of the change set. Trigger
    /// functions are left out: they cannot be called.
    ///
    /// ## Why it hurts
    /// The server grants `EXECUTE` on every new function to `PUBLIC`. A function that runs with the rights of its
    /// owner is open to every role that can connect, until that is revoked.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE FUNCTION grant_bonus(account bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    ///   AS 'SELECT 1';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE FUNCTION grant_bonus(account bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    ///   AS 'SELECT 1';
    /// REVOKE EXECUTE ON FUNCTION grant_bonus(bigint) FROM PUBLIC;
    /// ```
    ///
    /// ## Safe rewrite
    /// `REVOKE EXECUTE ON FUNCTION … FROM PUBLIC` in the same transaction, and grant it to those who need it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY>
    name: "definer-function-public",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "anon_security_definer_function_executable"), ("splinter", "authenticated_security_definer_function_executable")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported = Vec::new();
    for step in cx.steps {
        for change in &step.changes {
            let (None, Some(Object::Function(_))) = (&change.before, change.after.as_deref()) else {
                continue;
            };
            let Some(Object::Function(function)) = cx.schema.get(&change.key) else { continue };
            let def = &function.def;
            let trigger = def.returns.as_ref().is_some_and(|t| t.is("trigger") || t.is("event_trigger"));
            let closed = function
                .acl
                .revoked_defaults
                .get(&Grantee::Public)
                .is_some_and(|revoked| revoked.iter().any(|p| p == "EXECUTE"));
            if !def.security_definer || trigger || closed || reported.contains(&&change.key) {
                continue;
            }
            reported.push(&change.key);
            sink.step(step)
                .object(&change.key)
                .message(format!("PUBLIC may run {}, which has the rights of its owner", change.key))
                .why("every role that can connect can call it")
                .help("REVOKE EXECUTE ON FUNCTION … FROM PUBLIC, and grant it to those who need it")
                .report();
        }
    }
}
