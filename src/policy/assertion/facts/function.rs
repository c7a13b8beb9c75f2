//! Facts about functions and procedures.

use crate::ir::access::Grantee;
use crate::ir::routine::Volatility;
use crate::policy::assertion::fact::FactType::{Bool, Choice, List, Number, Text};
use crate::policy::assertion::fact::Value;
use crate::schema::model::Function;

use super::facts;

facts! { Function;
    "name" Text, "its name" => |_, f| (&f.def.name.name).into();
    "schema" Text, "its schema" => |_, f| f.def.name.schema.as_ref().into();
    "function" Text, "its qualified name, without arguments" => |_, f| (&f.def.name).into();
    "kind" Choice(&["function", "procedure"]), "what it is" => |_, f| kind(f).into();
    "language" Text, "its language: `sql`, `plpgsql`, …" => |_, f| (&f.def.language).into();
    "arguments" List, "the types of its input arguments" => |_, f| Value::list(f.def.signature());
    "argument_count" Number, "how many input arguments it has" => |_, f| f.def.signature().len().into();
    "returns" Text, "the type that it returns" => |_, f| f.def.returns.as_ref().map(ToString::to_string).into();
    "returns_trigger" Bool, "whether it is a trigger's function" =>
        |_, f| f.def.returns.as_ref().is_some_and(|t| t.is("trigger") || t.is("event_trigger")).into();
    "volatility" Choice(&["immutable", "stable", "volatile"]), "how far its result may change" =>
        |_, f| volatility(f).into();
    "security_definer" Bool, "whether it runs with its owner's rights" => |_, f| f.def.security_definer.into();
    "search_path_set" Bool, "whether it sets its own `search_path`" => |_, f| search_path(f).is_some().into();
    "search_path" Text, "the `search_path` that it sets, as SQL" => |_, f| search_path(f).and_then(Option::as_ref).into();
    "settings" List, "the names of the settings that it sets" => |_, f| Value::list(f.def.config.iter().map(|(name, _)| name));
    "strict" Bool, "whether it is `STRICT`" => |_, f| f.def.strict.into();
    "leakproof" Bool, "whether it is `LEAKPROOF`" => |_, f| f.def.leakproof.into();
    "parallel" Choice(&["unsafe", "restricted", "safe"]), "its `PARALLEL` mode" =>
        |_, f| f.def.parallel.as_ref().map_or("unsafe".into(), Into::into);
    "sql_body" Bool, "whether its body is SQL that is checked when it is made (`RETURN`, `BEGIN ATOMIC`)" =>
        |_, f| f.def.sql_body.into();
    "dynamic_sql" Bool, "whether its body runs SQL that it makes itself (`EXECUTE`)" => dynamic_sql;
    "public_execute" Bool, "whether everybody may call it" => |_, f| public_execute(f).into();
    "owner" Text, "its owner, where the migrations state one" => |_, f| f.owner.as_ref().into();
    "comment" Text, "its comment" => |_, f| f.comment.as_ref().into();
}

fn kind(function: &Function) -> &'static str {
    if function.def.procedure { "procedure" } else { "function" }
}

fn volatility(function: &Function) -> &'static str {
    match function.def.volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    }
}

fn search_path(function: &Function) -> Option<&Option<String>> {
    function
        .def
        .config
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("search_path"))
        .map(|(_, value)| value)
}

fn dynamic_sql<'a>(_: &'a crate::schema::Schema, function: &'a Function) -> Value<'a> {
    let uses = &function.def.uses;
    match uses.dynamic {
        0 if !uses.readable => Value::Unknown,
        count => (count > 0).into(),
    }
}

fn public_execute(function: &Function) -> bool {
    let revoked = function.acl.revoked_defaults.get(&Grantee::Public);
    let granted = function.acl.items().any(|(_, grantee, _)| *grantee == Grantee::Public);
    granted || !revoked.is_some_and(|privileges| privileges.iter().any(|p| *p == "EXECUTE"))
}
