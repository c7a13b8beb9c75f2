//! See [`RULE`].

use crate::ir::DdlOp;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::schema::key::ObjectKey;

rule! {
    /// An extension puts its functions into the schema that everyone uses.
    ///
    /// ## What it flags
    /// `CREATE EXTENSION` without `SCHEMA`, or with `SCHEMA public`, when it is not made already.
    ///
    /// ## Why it hurts
    /// Its functions, operators and types stand beside the application's own tables. Where clients reach the schema
    /// through an API they can call them.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE EXTENSION pgcrypto;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE SCHEMA extensions;
    /// CREATE EXTENSION pgcrypto SCHEMA extensions;
    /// ```
    ///
    /// ## Safe rewrite
    /// Give extensions a schema of their own, and put it on the `search_path` of those who need it.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createextension.html>
    name: "extension-in-public",
    category: Access,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("splinter", "extension_in_public")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let DdlOp::CreateExtension(create) = op else { continue };
        let public = create.schema.as_ref().is_none_or(|s| *s == "public");
        // These make a schema of their own, or belong to the server.
        let own = matches!(
            create.name.as_str(),
            "plpgsql" | "pg_cron" | "timescaledb" | "postgis_topology" | "pg_net"
        );
        if !public || own || cx.schema.get(&ObjectKey::Extension(create.name.clone())).is_some() {
            continue;
        }
        sink.step(cx.step)
            .span(span)
            .object(&create.name)
            .message(format!("{} is installed among the application's own objects", create.name))
            .why("its functions are open to whoever reaches the schema")
            .help("CREATE EXTENSION … SCHEMA extensions")
            .report();
    }
}
