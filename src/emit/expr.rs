//! Where an expression needs parentheses: the grammar takes only some forms bare in defaults and index keys.

use crate::ir::expr::{Expr, ExprShape};
use crate::name::Dialect;

/// The expression after `DEFAULT` in a column definition. PostgreSQL takes a `b_expr` there, so the operators
/// that could be mistaken for column constraints need parentheses; MySQL takes literals and
/// `CURRENT_TIMESTAMP` bare, SQLite literals and the `CURRENT_…` words, everything else in parentheses.
pub(super) fn default(expr: &Expr, dialect: Dialect) -> String {
    let bare = match dialect {
        Dialect::PostgreSql => !words(&expr.sql).any(|word| NOT_IN_B_EXPR.contains(&word.as_str())),
        Dialect::MySql | Dialect::Sqlite => {
            matches!(expr.shape, ExprShape::Null | ExprShape::Bool(_) | ExprShape::Literal(_))
                || words(&expr.sql).next().is_some_and(|word| CURRENT.contains(&word.as_str()))
                || is_enclosed(&expr.sql)
        }
    };
    if bare { expr.sql.clone() } else { enclosed(expr) }
}

/// The expression as a key of an index or of a partitioning: a function call stands bare, the rest in
/// parentheses. MySQL wants parentheses around calls too, SQLite around nothing.
pub(super) fn key(expr: &Expr, dialect: Dialect) -> String {
    let bare = match dialect {
        Dialect::PostgreSql => matches!(expr.shape, ExprShape::Call(_)) && is_call(&expr.sql),
        Dialect::MySql => is_enclosed(&expr.sql),
        Dialect::Sqlite => true,
    };
    if bare { expr.sql.clone() } else { enclosed(expr) }
}

/// The expression in a statistics object, where a column is an expression as well.
pub(super) fn statistics_key(expr: &Expr, dialect: Dialect) -> String {
    if matches!(expr.shape, ExprShape::Column(_)) { expr.sql.clone() } else { key(expr, dialect) }
}

/// The expression in parentheses.
pub(super) fn enclosed(expr: &Expr) -> String {
    format!("({})", expr.sql)
}

/// Keywords of `a_expr` that the grammar's `b_expr` does not take at its top level (`gram.y`).
const NOT_IN_B_EXPR: [&str; 17] = [
    "AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "SIMILAR", "BETWEEN", "IS", "ISNULL", "NOTNULL", "COLLATE",
    "AT", "OVERLAPS", "ANY", "ALL", "SOME",
];

/// What may follow `DEFAULT` without parentheses beside literals.
const CURRENT: [&str; 8] = [
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "NOW",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "TRUE",
    "FALSE",
];

/// The words outside parentheses, brackets and quotes, upper case.
fn words(sql: &str) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for (depth, c) in plain(sql) {
        if depth == 0 && (c.is_alphanumeric() || c == '_' || c == '$') {
            word.push(c.to_ascii_uppercase());
        } else if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
    }
    found.push(word);
    found.into_iter().filter(|word| !word.is_empty())
}

/// Whether the text is one call: a name, `(`, and the matching `)` at the very end.
fn is_call(sql: &str) -> bool {
    let Some(open) = sql.find('(') else { return false };
    let name = &sql[..open];
    !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '"'))
        && is_enclosed(&sql[open..])
}

/// Whether one pair of parentheses holds the whole text.
fn is_enclosed(sql: &str) -> bool {
    let last = sql.chars().count().saturating_sub(1);
    sql.starts_with('(') && plain(sql).position(|(depth, c)| depth == 0 && c == ')') == Some(last)
}

/// Each character with the depth of parentheses it stands at (a parenthesis has the depth outside it);
/// characters in quotes come as blanks.
fn plain(sql: &str) -> impl Iterator<Item = (usize, char)> {
    let mut depth = 0_usize;
    let mut quote = None;
    sql.chars().map(move |c| match (quote, c) {
        (Some(open), _) => {
            if c == open {
                quote = None;
            }
            (depth, ' ')
        }
        (None, '\'' | '"' | '`') => {
            quote = Some(c);
            (depth, ' ')
        }
        (None, '(' | '[') => {
            depth += 1;
            (depth - 1, c)
        }
        (None, ')' | ']') => {
            depth = depth.saturating_sub(1);
            (depth, c)
        }
        (None, _) => (depth, c),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_leave_out_what_is_quoted_or_enclosed() {
        let found: Vec<String> = words("a AND ('x' OR b) \"not\" c").collect();
        assert_eq!(found, ["A", "AND", "C"]);
    }

    #[test]
    fn a_call_spans_the_whole_text() {
        assert!(is_call("lower(x)"));
        assert!(is_call("pg_catalog.lower('a)' || b)"));
        assert!(!is_call("lower(x) || upper(y)"));
        assert!(!is_call("(x)"));
        assert!(!is_call("x"));
    }
}
