//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::types::TypeName;
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// A function runs with its owner's rights on the caller's search path.
    ///
    /// ## What it flags
    /// `SECURITY DEFINER` functions and procedures without a `SET search_path`, made by the change set and still
    /// so at its end. Bodies in the SQL standard's form are parsed when they are made, so they are advice.
    ///
    /// ## Why it hurts
    /// The caller decides what unqualified names in the body mean: a table or function of the same name in a
    /// schema that the caller may write to runs with the owner's rights.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE accounts (id bigint PRIMARY KEY, balance numeric NOT NULL);
    /// ```
    /// ```sql flagged
    /// CREATE FUNCTION balance_of(account bigint) RETURNS numeric LANGUAGE sql SECURITY DEFINER
    /// AS $$ SELECT balance FROM accounts WHERE id = account $$;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE FUNCTION balance_of(account bigint) RETURNS numeric LANGUAGE sql SECURITY DEFINER
    /// SET search_path = pg_catalog, public, pg_temp
    /// AS $$ SELECT balance FROM public.accounts WHERE id = account $$;
    /// ```
    ///
    /// ## Safe rewrite
    /// `ALTER FUNCTION … SET search_path = …` with the schemas that the body needs, `pg_temp` last, and qualified
    /// names in the body.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY>
    name: "security-definer-search-path",
    category: Access,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("migrationpilot", "MP099"),
        ("splinter", "function_search_path_mutable"),
        ("pgspot", "PS003"),
        ("pgspot", "PS005"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<ObjectKey> = Vec::new();
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let keys: Vec<ObjectKey> = match op {
                DdlOp::CreateFunction(f) => vec![key(cx, &f.name, &f.signature())],
                DdlOp::AlterFunction(f) => cx.schema.functions_named(&f.name).to_vec(),
                _ => continue,
            };
            for key in keys {
                let Some(Object::Function(function)) = cx.schema.get(&key) else { continue };
                let def = &function.def;
                let pinned = def.config.iter().any(|(name, _)| name.eq_ignore_ascii_case("search_path"));
                let touched = step.changes.iter().any(|c| c.key == key);
                if !def.security_definer || pinned || !touched || reported.contains(&key) {
                    continue;
                }
                let severity = if def.sql_body { Severity::Advice } else { Severity::Error };
                sink.step(step)
                    .span(span)
                    .object(&key)
                    .severity(severity)
                    .message(format!("{key} is SECURITY DEFINER without a search_path of its own"))
                    .why("the caller decides what unqualified names in the body mean, and the body runs with the owner's rights")
                    .help("add SET search_path with the schemas that the body needs, pg_temp last")
                    .report();
                reported.push(key);
            }
        }
    }
}

/// The key of the function as the schema holds it.
fn key(cx: &ChangeSetContext<'_>, name: &crate::name::QName, args: &[TypeName]) -> ObjectKey {
    let wanted = ObjectKey::function(cx.schema.qualify(name), args);
    let ObjectKey::Function(_, signature) = &wanted else { return wanted };
    cx.schema
        .functions_named(name)
        .iter()
        .find(|k| matches!(k, ObjectKey::Function(_, s) if s == signature))
        .cloned()
        // The model may have qualified argument types; with one overload there is no doubt.
        .or_else(|| match cx.schema.functions_named(name) {
            [only] => Some(only.clone()),
            _ => None,
        })
        .unwrap_or(wanted)
}
