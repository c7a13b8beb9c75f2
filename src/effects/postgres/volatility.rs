//! Whether an expression may give another value for each row: the server's own functions by their catalog,
//! users' functions by the schema.

use crate::ir::expr::Expr;
use crate::ir::routine::Volatility;
use crate::name::QName;
use crate::schema::Schema;

use super::builtin;

/// Functions of the extensions `uuid-ossp` and `pgcrypto`, which the schema does not list.
const EXTENSION_VOLATILE: &[&str] =
    &["uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_bytes", "gen_salt"];
const EXTENSION_STABLE: &[&str] = &[
    "crypt",
    "digest",
    "hmac",
    "unaccent",
    "uuid_generate_v3",
    "uuid_generate_v5",
    "uuid_nil",
    "uuid_ns_dns",
    "uuid_ns_oid",
    "uuid_ns_url",
    "uuid_ns_x500",
];

/// What is known about the values of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// The same for every row of a statement.
    Same,
    /// Possibly another for each row.
    Differ,
    /// It calls a function that is not known; functions are volatile unless they say otherwise.
    Unknown(QName),
}

/// Whether an expression that reads no columns gives the same value for all rows.
pub(super) fn of_expr(schema: &Schema, expr: &Expr) -> Values {
    let mut unknown = None;
    for name in &expr.functions {
        match of_function(schema, name) {
            Some(Volatility::Volatile) => return Values::Differ,
            Some(Volatility::Stable | Volatility::Immutable) => {}
            None => unknown = unknown.or(Some(name)),
        }
    }
    unknown.map_or(Values::Same, |name| Values::Unknown(name.clone()))
}

/// The volatility of a function; the worst one of its overloads.
pub(super) fn of_function(schema: &Schema, name: &QName) -> Option<Volatility> {
    if let Some(volatility) = of_builtin(name) {
        return Some(volatility);
    }
    if let Some(worst) = schema.functions(name).map(|f| f.def.volatility).max() {
        return Some(worst);
    }
    let name = name.name.as_str();
    if EXTENSION_VOLATILE.contains(&name) {
        Some(Volatility::Volatile)
    } else if EXTENSION_STABLE.contains(&name) {
        Some(Volatility::Stable)
    } else {
        None
    }
}

/// Whether the function is one of the server's own. They are found first, unless the name is qualified.
pub(super) fn is_builtin(name: &QName) -> bool {
    of_builtin(name).is_some()
}

fn of_builtin(name: &QName) -> Option<Volatility> {
    if name.schema.is_some() && !name.in_schema("pg_catalog") {
        return None;
    }
    let text = name.name.as_str();
    if builtin::VOLATILE.contains(text) {
        Some(Volatility::Volatile)
    } else if builtin::STABLE.contains(text) || name.in_schema("pg_catalog") || is_privilege_inquiry(text) {
        Some(Volatility::Stable)
    } else {
        None
    }
}

fn is_privilege_inquiry(name: &str) -> bool {
    name.starts_with("has_") && name.ends_with("_privilege")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{Dialect, ServerVersion};

    fn of(functions: &[&str]) -> Values {
        let schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
        let functions = functions.iter().map(|f| QName::bare(*f)).collect();
        of_expr(&schema, &Expr { functions, ..Expr::default() })
    }

    #[test]
    fn now_is_not_volatile() {
        for name in
            ["now", "current_timestamp", "current_date", "lower", "md5", "to_char", "statement_timestamp"]
        {
            assert_eq!(of(&[name]), Values::Same, "{name}");
        }
    }

    #[test]
    fn random_values_are() {
        for name in [
            "clock_timestamp",
            "gen_random_uuid",
            "random",
            "nextval",
            "timeofday",
            "uuidv7",
            "uuid_generate_v4",
        ] {
            assert_eq!(of(&["lower", name]), Values::Differ, "{name}");
        }
    }

    #[test]
    fn an_unknown_function_is_named() {
        assert_eq!(of(&["lower", "make_id"]), Values::Unknown(QName::bare("make_id")));
        assert_eq!(of(&["make_id", "random"]), Values::Differ);
    }

    #[test]
    fn the_lists_do_not_overlap() {
        assert!(builtin::VOLATILE.is_disjoint(&builtin::STABLE));
        assert!(builtin::VOLATILE.iter().chain(builtin::STABLE.iter()).all(|n| !n.is_empty()));
    }
}
