//! How the values of a column get into another type: by the assignment cast that `ALTER COLUMN … TYPE` uses by
//! itself, or by an explicit expression.
//!
//! An explicit cast is written only where there is no assignment cast: it would cut values that are too long
//! without a word, where the assignment cast refuses them. The casts are those of `pg_cast` (PostgreSQL 13–18)
//! and the automatic ones from and to strings (documentation, CREATE CAST).

use crate::ir::expr::{Expr, ExprFacts};
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::quote::quote_ident;

use super::context::Context;

/// The expression of `USING`; `None` when the server finds the way itself.
pub(super) fn using(column: &Ident, from: &TypeName, to: &TypeName, cx: &Context<'_>) -> Option<Expr> {
    let (from_base, to_base) = (base(from, cx), base(to, cx));
    let through = match way(&from_base, &to_base) {
        Way::Assignment => return None,
        Way::Explicit => "",
        Way::Through(ty) => ty,
    };
    let between = if through.is_empty() || from_base.array > 0 { "" } else { through };
    let sql = format!("{}{between}::{}", quote_ident(column), to.sql());
    Some(Expr::from(ExprFacts { sql, columns: vec![(None, column.clone())], ..ExprFacts::default() }))
}

/// Whether texts that mention a column (predicates, checks) get casts when its type changes, which stay when
/// it changes back.
pub(crate) fn leaves_casts(from: &TypeName, to: &TypeName) -> bool {
    from.name != to.name && !(is_string(from) && is_string(to))
}

/// The type below all domains.
fn base(ty: &TypeName, cx: &Context<'_>) -> TypeName {
    let mut ty = ty.clone();
    // Domains over domains; a cycle is impossible on a server, but nothing here relies on it.
    for _ in 0..16 {
        match cx.domain(&ty) {
            Some(domain) => ty = domain.base.clone(),
            None => break,
        }
    }
    ty
}

enum Way {
    Assignment,
    Explicit,
    /// By another type first, written with `::`.
    Through(&'static str),
}

fn way(from: &TypeName, to: &TypeName) -> Way {
    if from.name == to.name && (from.array > 0) == (to.array > 0) {
        return Way::Assignment;
    }
    if (from.array > 0) != (to.array > 0) {
        // Nothing turns a value into an array of values; arrays become strings like everything else.
        return if is_string(to) { Way::Assignment } else { Way::Through("::text") };
    }
    if from.array == 0 && is_string(to) {
        return Way::Assignment;
    }
    let (f, t) = (built_in(from), built_in(to));
    let both = |list: &[&str]| list.contains(&f) && list.contains(&t);
    if both(&["int2", "int4", "int8", "float4", "float8", "numeric"])
        || both(&["text", "varchar", "bpchar", "name"])
        || both(&["json", "jsonb"])
        || both(&["inet", "cidr"])
        || both(&["bit", "varbit"])
        || both(&["macaddr", "macaddr8"])
        || ASSIGNMENT.contains(&(f, t))
    {
        return Way::Assignment;
    }
    match (f, t) {
        ("bool", "int4") | ("int4", "bool") => Way::Explicit,
        ("bool", other) | (other, "bool") if is_number(other) => Way::Through("::integer"),
        _ if is_string(from) => Way::Explicit,
        _ => Way::Through("::text"),
    }
}

/// The catalog's name of a built-in type; empty for others.
fn built_in(ty: &TypeName) -> &str {
    if ty.name.schema.is_none() { ty.name.name.as_str() } else { "" }
}

fn is_number(name: &str) -> bool {
    matches!(name, "int2" | "int8" | "numeric" | "float4" | "float8")
}

fn is_string(ty: &TypeName) -> bool {
    ty.array == 0
        && ty.name.schema.is_none()
        && matches!(ty.name.name.as_str(), "text" | "varchar" | "bpchar" | "name")
}

/// Implicit and assignment casts between built-in types of different families.
const ASSIGNMENT: &[(&str, &str)] = &[
    ("date", "timestamp"),
    ("date", "timestamptz"),
    ("timestamp", "date"),
    ("timestamp", "time"),
    ("timestamp", "timestamptz"),
    ("timestamptz", "date"),
    ("timestamptz", "time"),
    ("timestamptz", "timetz"),
    ("timestamptz", "timestamp"),
    ("time", "interval"),
    ("time", "timetz"),
    ("timetz", "time"),
    ("interval", "time"),
    ("numeric", "money"),
    ("int4", "money"),
    ("int8", "money"),
    ("money", "numeric"),
    ("int4", "oid"),
    ("int8", "oid"),
    ("int2", "oid"),
    ("oid", "int4"),
    ("oid", "int8"),
    ("xml", "text"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(from: &str, to: &str) -> Option<String> {
        let column = Ident::new("Value");
        using(&column, &TypeName::builtin(from), &TypeName::builtin(to), &Context::default())
            .map(|e| e.sql.clone())
    }

    #[test]
    fn only_where_there_is_no_assignment_cast() {
        assert_eq!(sql("varchar", "varchar"), None);
        assert_eq!(sql("int8", "int4"), None);
        assert_eq!(sql("jsonb", "text"), None);
        assert_eq!(sql("timestamptz", "date"), None);
        assert_eq!(sql("text", "int4").as_deref(), Some("\"Value\"::integer"));
        assert_eq!(sql("int4", "bool").as_deref(), Some("\"Value\"::boolean"));
        assert_eq!(sql("bool", "int8").as_deref(), Some("\"Value\"::integer::bigint"));
        assert_eq!(sql("uuid", "bytea").as_deref(), Some("\"Value\"::text::bytea"));
    }
}
