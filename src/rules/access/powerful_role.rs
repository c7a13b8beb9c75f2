//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::access::RoleOptions;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A role may do what no check stops.
    ///
    /// ## What it flags
    /// `CREATE ROLE` and `ALTER ROLE` with `SUPERUSER`, `BYPASSRLS`, `CREATEROLE` or `REPLICATION`.
    ///
    /// ## Why it hurts
    /// Such a role reads every row of every database: a superuser is asked for no privilege, `BYPASSRLS` passes by
    /// the policies, `CREATEROLE` gives itself other roles, and `REPLICATION` copies the whole server.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE ROLE reporting LOGIN BYPASSRLS;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE ROLE reporting LOGIN;
    /// ```
    ///
    /// ## Safe rewrite
    /// Grant what the role has to do, table by table, or one of the predefined roles such as `pg_read_all_data`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/role-attributes.html>
    /// - <https://www.postgresql.org/docs/current/predefined-roles.html>
    name: "powerful-role",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (name, options) = match op {
            DdlOp::CreateRole(create) => (&create.name, &create.options),
            DdlOp::AlterRole(alter) => match &alter.name {
                Some(name) => (name, &alter.options),
                None => continue,
            },
            _ => continue,
        };
        let had = cx.schema.role(name).map(|role| &role.options);
        let gains = |pick: fn(&RoleOptions) -> Option<bool>| {
            pick(options) == Some(true) && had.is_none_or(|had| pick(had) != Some(true))
        };
        let powers: Vec<&str> = [
            ("SUPERUSER", gains(|o| o.superuser)),
            ("BYPASSRLS", gains(|o| o.bypass_rls)),
            ("CREATEROLE", gains(|o| o.create_role)),
            ("REPLICATION", gains(|o| o.replication)),
        ]
        .into_iter()
        .filter_map(|(power, gained)| gained.then_some(power))
        .collect();
        if powers.is_empty() {
            continue;
        }
        sink.step(cx.step)
            .span(span)
            .object(name)
            .message(format!("the role {name} gets {}", powers.join(", ")))
            .why("it reads what privileges and policies keep from others")
            .help("grant what the role has to do, or a predefined role such as pg_read_all_data")
            .report();
    }
}
