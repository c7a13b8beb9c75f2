//! Facts about policies of row-level security.

use crate::ir::expr::Expr;
use crate::policy::assertion::fact::FactType::{Bool, Choice, List, One, Text};
use crate::policy::assertion::fact::{Kind, Subject, Value};
use crate::schema::model::Policy;

use super::facts;

facts! { Policy;
    "name" Text, "its name" => |_, _, p| (&p.name).into();
    "table" Text, "its table, qualified" => |_, t, _| (&t.name).into();
    "schema" Text, "the schema of its table" => |_, t, _| t.name.schema.as_ref().into();
    "in_table" One(Kind::Table), "its table" => |_, t, _| Value::Subjects(vec![Subject::Table(t)]);
    "command" Choice(&["all", "select", "insert", "update", "delete"]), "the commands that it is for" =>
        |_, _, p| p.command.keyword().to_ascii_lowercase().into();
    "permissive" Bool, "whether it is `PERMISSIVE`" => |_, _, p| p.permissive.into();
    "roles" List, "the roles that it is for; `PUBLIC` for all" => |_, _, p| Value::list(&p.roles);
    "using" Text, "its `USING` as SQL" => |_, _, p| p.using.as_ref().map(|e| e.sql.as_str()).into();
    "check" Text, "its `WITH CHECK` as SQL" => |_, _, p| p.check.as_ref().map(|e| e.sql.as_str()).into();
    "functions" List, "the functions that both call" => |_, _, p| Value::list(expressions(p).flat_map(|e| &e.functions));
    "columns" List, "the columns that both name" =>
        |_, _, p| Value::list(expressions(p).flat_map(|e| &e.columns).map(|(_, column)| column));
    "comment" Text, "its comment" => |_, _, p| p.comment.as_ref().into();
}

fn expressions(policy: &Policy) -> impl Iterator<Item = &Expr> {
    policy.using.iter().chain(&policy.check)
}
