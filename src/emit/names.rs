//! Identifiers and literals in each dialect. PostgreSQL's quoting is [`crate::quote`]; here are the others.

use std::borrow::Cow;

use crate::name::Dialect;
use crate::quote;

/// An identifier. PostgreSQL and SQLite quote only where needed; MySQL names stand in backticks always, as
/// `SHOW CREATE TABLE` prints them.
pub(super) fn ident(name: &str, dialect: Dialect) -> Cow<'_, str> {
    match dialect {
        Dialect::PostgreSql => quote::quote_ident(name),
        Dialect::MySql => Cow::Owned(format!("`{}`", name.replace('`', "``"))),
        Dialect::Sqlite if plain_in_sqlite(name) => Cow::Borrowed(name),
        Dialect::Sqlite => Cow::Owned(format!("\"{}\"", name.replace('"', "\"\""))),
    }
}

/// A string literal. MySQL reads a backslash as an escape unless `NO_BACKSLASH_ESCAPES` is set.
pub(super) fn literal(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::PostgreSql | Dialect::Sqlite => quote::quote_literal(text),
        Dialect::MySql => quote::quote_literal(&text.replace('\\', "\\\\")),
    }
}

/// SQLite keeps and compares names in any case, so upper case needs no quotes.
fn plain_in_sqlite(name: &str) -> bool {
    let mut bytes = name.bytes();
    matches!(bytes.next(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_'))
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && SQLITE_KEYWORDS.binary_search(&name.to_ascii_lowercase().as_str()).is_err()
}

/// <https://www.sqlite.org/lang_keywords.html>, sorted for binary search.
#[rustfmt::skip]
const SQLITE_KEYWORDS: &[&str] = &[
    "abort", "action", "add", "after", "all", "alter", "always", "analyze", "and", "as", "asc", "attach",
    "autoincrement", "before", "begin", "between", "by", "cascade", "case", "cast", "check", "collate", "column",
    "commit", "conflict", "constraint", "create", "cross", "current", "current_date", "current_time",
    "current_timestamp", "database", "default", "deferrable", "deferred", "delete", "desc", "detach", "distinct",
    "do", "drop", "each", "else", "end", "escape", "except", "exclude", "exclusive", "exists", "explain", "fail",
    "filter", "first", "following", "for", "foreign", "from", "full", "generated", "glob", "group", "groups",
    "having", "if", "ignore", "immediate", "in", "index", "indexed", "initially", "inner", "insert", "instead",
    "intersect", "into", "is", "isnull", "join", "key", "last", "left", "like", "limit", "match", "materialized",
    "natural", "no", "not", "nothing", "notnull", "null", "nulls", "of", "offset", "on", "or", "order", "others",
    "outer", "over", "partition", "plan", "pragma", "preceding", "primary", "query", "raise", "range", "recursive",
    "references", "regexp", "reindex", "release", "rename", "replace", "restrict", "returning", "right", "rollback",
    "row", "rows", "savepoint", "select", "set", "table", "temp", "temporary", "then", "ties", "to", "transaction",
    "trigger", "unbounded", "union", "unique", "update", "using", "vacuum", "values", "view", "virtual", "when",
    "where", "window", "with", "without",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyword_list_is_sorted() {
        assert!(SQLITE_KEYWORDS.is_sorted());
    }

    #[test]
    fn each_dialect_quotes_in_its_way() {
        assert_eq!(ident("User Id", Dialect::PostgreSql), "\"User Id\"");
        assert_eq!(ident("a`b", Dialect::MySql), "`a``b`");
        assert_eq!(ident("Users", Dialect::Sqlite), "Users");
        assert_eq!(ident("Order", Dialect::Sqlite), "\"Order\"");
        assert_eq!(literal(r"a\'b", Dialect::MySql), r"'a\\''b'");
        assert_eq!(literal(r"a\'b", Dialect::Sqlite), r"'a\''b'");
    }
}
