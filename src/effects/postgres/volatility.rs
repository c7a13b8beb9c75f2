//! Whether an expression may give another value for each row: the server's own functions by their catalog,
//! users' functions by the schema.

use crate::ir::expr::Expr;
use crate::ir::routine::{CreateFunction, Volatility};
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
    of_users(schema, name, INLINE_DEPTH).or_else(|| of_extension(name))
}

/// How deep functions that call each other are followed.
const INLINE_DEPTH: u8 = 8;

fn of_users(schema: &Schema, name: &QName, depth: u8) -> Option<Volatility> {
    schema.functions(name).map(|function| of_definition(schema, &function.def, depth)).max()
}

/// A `LANGUAGE sql` function that is one plain expression is replaced by it before the server asks: then the
/// expression counts, whatever the function says (`inline_function` in the server's source; measured).
fn of_definition(schema: &Schema, function: &CreateFunction, depth: u8) -> Volatility {
    if function.volatility != Volatility::Volatile || depth == 0 {
        return function.volatility;
    }
    let [query] = &function.uses.queries[..] else { return Volatility::Volatile };
    let [scope] = &query.scopes[..] else { return Volatility::Volatile };
    let plain = *function.language == *"sql"
        && function.uses.readable
        && function.uses.writes.is_empty()
        && !function.security_definer
        && function.config.is_empty()
        && function.returns.as_ref().is_some_and(|ty| !ty.setof)
        && scope.relations.is_empty()
        && scope.derived.is_empty()
        && !query.filtered
        && !query.locks_rows
        && is_bare_select(&query.sql);
    // A strict function is null where an argument is, which its body must then be as well.
    let strict = function.strict && words(&query.sql).any(|word| NOT_STRICT.contains(&word.as_str()));
    if !plain || strict {
        return Volatility::Volatile;
    }
    let of = |name: &QName| {
        let known = of_builtin(name).or_else(|| of_users(schema, name, depth - 1));
        known.or_else(|| of_extension(name)).unwrap_or(Volatility::Volatile)
    };
    query.functions.iter().map(of).max().unwrap_or(Volatility::Immutable)
}

const NOT_STRICT: &[&str] = &[
    "case",
    "coalesce",
    "concat",
    "concat_ws",
    "format",
    "greatest",
    "least",
    "nullif",
    "num_nonnulls",
    "num_nulls",
];

/// `SELECT expression` and nothing behind it.
fn is_bare_select(sql: &str) -> bool {
    const CLAUSES: &[&str] = &[
        "distinct",
        "except",
        "fetch",
        "for",
        "group",
        "having",
        "intersect",
        "limit",
        "offset",
        "order",
        "union",
        "values",
        "window",
        "with",
    ];
    let mut words = words(sql);
    let first = words.next();
    // The SQL-standard form has no SELECT.
    let select = first.as_deref() == Some("select") || first.as_deref() == Some("return");
    select && words.all(|word| !CLAUSES.contains(&word.as_str()))
}

fn words(sql: &str) -> impl Iterator<Item = String> {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
}

fn of_extension(name: &QName) -> Option<Volatility> {
    let name = name.name.as_str();
    if EXTENSION_VOLATILE.contains(&name) {
        Some(Volatility::Volatile)
    } else if EXTENSION_STABLE.contains(&name) {
        Some(Volatility::Stable)
    } else {
        None
    }
}

/// Whether calling the function touches no relation, as far as names tell: the server's own, those of the
/// extensions above, and users' immutable ones.
pub(super) fn is_self_contained(schema: &Schema, name: &QName) -> bool {
    if of_builtin(name).is_some() {
        return true;
    }
    match schema.functions(name).map(|f| f.def.volatility).max() {
        Some(worst) => worst == Volatility::Immutable,
        None => of_function(schema, name).is_some(),
    }
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
    use crate::ir::expr::ExprFacts;
    use crate::name::{Dialect, ServerVersion};

    fn of(functions: &[&str]) -> Values {
        let schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
        let functions = functions.iter().map(|f| QName::bare(*f)).collect();
        of_expr(&schema, &Expr::from(ExprFacts { functions, ..ExprFacts::default() }))
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
