//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::object::{MiscAction, ObjectKind};
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A migration of one database changes the whole server.
    ///
    /// ## What it flags
    /// `CREATE`, `ALTER` and `DROP ROLE`, membership in roles, `ALTER SYSTEM`, and databases and tablespaces.
    /// Reported once for each migration.
    ///
    /// ## Why it hurts
    /// Roles, settings of the server, databases and tablespaces are shared by all databases of a server. The
    /// migration fails on the second database to which it is applied, or takes away what the first one needs; and a
    /// rollback of one database changes the others.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// CREATE ROLE reporting NOLOGIN;
    /// ```
    /// ```sql flagged
    /// ALTER SYSTEM SET work_mem = '64MB';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TABLE users ADD COLUMN note text;
    /// ```
    ///
    /// ## Safe rewrite
    /// Manage roles and settings where the server is managed, and let migrations grant to roles that are there.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/user-manag.html>
    /// - <https://www.postgresql.org/docs/current/manage-ag-overview.html>
    name: "cluster-wide-change",
    category: Access,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let mut reported: Vec<usize> = Vec::new();
    for step in cx.steps {
        for (op, span) in ops_of(step) {
            let Some(what) = shared(op) else { continue };
            if reported.contains(&step.migration) {
                continue;
            }
            reported.push(step.migration);
            sink.step(step)
                .span(span)
                .message(format!("{what}, which all databases of the server share"))
                .why("it fails, or takes something away, when the migration is applied to another database of the server")
                .help("manage it where the server is managed, and let migrations rely on it")
                .report();
        }
    }
}

fn shared(op: &DdlOp) -> Option<String> {
    Some(match op {
        DdlOp::CreateRole(role) => format!("makes the role {}", role.name),
        DdlOp::AlterRole(role) if role.database.is_none() => role
            .name
            .as_ref()
            .map_or_else(|| "changes all roles".to_owned(), |name| format!("changes the role {name}")),
        DdlOp::GrantRole(_) => "changes who is a member of which role".to_owned(),
        DdlOp::Drop(drop) if matches!(drop.kind, ObjectKind::Role | ObjectKind::Tablespace) => {
            let names: Vec<String> = drop.objects.iter().map(ToString::to_string).collect();
            format!("drops the {} {}", drop.kind, names.join(", "))
        }
        DdlOp::Misc(misc) => match (misc.kind, misc.action) {
            (ObjectKind::Database, MiscAction::Create) => "makes a database".to_owned(),
            (ObjectKind::Tablespace, MiscAction::Create | MiscAction::Alter) => {
                "changes a tablespace".to_owned()
            }
            (ObjectKind::Parameter, _) => "changes a setting of the server".to_owned(),
            _ => return None,
        },
        _ => return None,
    })
}
