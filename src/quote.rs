//! Quoting of identifiers and literals for PostgreSQL: the only place that quotes.
//!
//! In: names and texts as the catalogs hold them. Out: SQL that reads back as the same name or text. The
//! keyword lists are PostgreSQL 18's `src/include/parser/kwlist.h`.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::hash::HashMap;
use crate::name::QName;

/// How a keyword may be used as a name, as the grammar groups them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordCategory {
    /// Usable as any name without quotes.
    Unreserved,
    /// Usable as a column or table name, but not as a function or type name.
    ColumnName,
    /// Usable as a function or type name, but not as a column or table name.
    TypeFunctionName,
    /// Usable only as a label after `AS`.
    Reserved,
}

/// The category of a word, when it is a keyword. The word must be lower case.
#[must_use]
pub fn keyword(word: &str) -> Option<KeywordCategory> {
    static KEYWORDS: LazyLock<HashMap<&str, KeywordCategory>> = LazyLock::new(|| {
        let lists = [
            (UNRESERVED, KeywordCategory::Unreserved),
            (RESERVED, KeywordCategory::Reserved),
            (COLUMN_NAME, KeywordCategory::ColumnName),
            (TYPE_FUNCTION_NAME, KeywordCategory::TypeFunctionName),
        ];
        lists.iter().flat_map(|(list, category)| list.iter().map(|word| (*word, *category))).collect()
    });
    KEYWORDS.get(word).copied()
}

/// An identifier as SQL: quoted unless it reads back as itself in every position a name may stand, that is,
/// unless it is made of lower-case letters, digits, `_` and `$` and is no keyword other than an unreserved one.
#[must_use]
pub fn quote_ident(name: &str) -> Cow<'_, str> {
    if reads_back(name) && matches!(keyword(name), None | Some(KeywordCategory::Unreserved)) {
        Cow::Borrowed(name)
    } else {
        force_quoted(name)
    }
}

/// An identifier for a position where the grammar takes every keyword (after `AS`, after a dot).
#[must_use]
pub fn quote_label(name: &str) -> Cow<'_, str> {
    if reads_back(name) { Cow::Borrowed(name) } else { force_quoted(name) }
}

/// A name with its schema, when it has one.
#[must_use]
pub fn quote_qname(name: &QName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote_ident(schema), quote_ident(&name.name)),
        None => quote_ident(&name.name).into_owned(),
    }
}

/// A string literal. A backslash stands for itself, as `standard_conforming_strings` (on since 9.1) has it.
#[must_use]
pub fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A dollar-quoted string, with a tag that does not occur in the text.
#[must_use]
pub fn dollar_quote(text: &str) -> String {
    let mut tag = String::from("$$");
    let mut number = 0;
    // A trailing `$` would merge with the closing quote: `$$a$$$` ends one character early.
    while text.contains(&tag[..tag.len() - 1]) {
        number += 1;
        tag = if number == 1 { "$body$".into() } else { format!("$body{number}$") };
    }
    format!("{tag}{text}{tag}")
}

fn reads_back(name: &str) -> bool {
    let mut bytes = name.bytes();
    matches!(bytes.next(), Some(b'a'..=b'z' | b'_'))
        && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'$'))
}

fn force_quoted(name: &str) -> Cow<'_, str> {
    Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
}

/// Sorted, for binary search.
#[rustfmt::skip]
const UNRESERVED: &[&str] = &[
    "abort", "absent", "absolute", "access", "action", "add", "admin", "after", "aggregate", "also",
    "alter", "always", "asensitive", "assertion", "assignment", "at", "atomic", "attach", "attribute",
    "backward", "before", "begin", "breadth", "by", "cache", "call", "called", "cascade", "cascaded",
    "catalog", "chain", "characteristics", "checkpoint", "class", "close", "cluster", "columns", "comment",
    "comments", "commit", "committed", "compression", "conditional", "configuration", "conflict",
    "connection", "constraints", "content", "continue", "conversion", "copy", "cost", "csv", "cube",
    "current", "cursor", "cycle", "data", "database", "day", "deallocate", "declare", "defaults",
    "deferred", "definer", "delete", "delimiter", "delimiters", "depends", "depth", "detach", "dictionary",
    "disable", "discard", "document", "domain", "double", "drop", "each", "empty", "enable", "encoding",
    "encrypted", "enforced", "enum", "error", "escape", "event", "exclude", "excluding", "exclusive",
    "execute", "explain", "expression", "extension", "external", "family", "filter", "finalize", "first",
    "following", "force", "format", "forward", "function", "functions", "generated", "global", "granted",
    "groups", "handler", "header", "hold", "hour", "identity", "if", "immediate", "immutable", "implicit",
    "import", "include", "including", "increment", "indent", "index", "indexes", "inherit", "inherits",
    "inline", "input", "insensitive", "insert", "instead", "invoker", "isolation", "keep", "key", "keys",
    "label", "language", "large", "last", "leakproof", "level", "listen", "load", "local", "location",
    "lock", "locked", "logged", "mapping", "match", "matched", "materialized", "maxvalue", "merge",
    "method", "minute", "minvalue", "mode", "month", "move", "name", "names", "nested", "new", "next",
    "nfc", "nfd", "nfkc", "nfkd", "no", "normalized", "nothing", "notify", "nowait", "nulls", "object",
    "objects", "of", "off", "oids", "old", "omit", "operator", "option", "options", "ordinality", "others",
    "over", "overriding", "owned", "owner", "parallel", "parameter", "parser", "partial", "partition",
    "passing", "password", "path", "period", "plan", "plans", "policy", "preceding", "prepare", "prepared",
    "preserve", "prior", "privileges", "procedural", "procedure", "procedures", "program", "publication",
    "quote", "quotes", "range", "read", "reassign", "recursive", "ref", "referencing", "refresh", "reindex",
    "relative", "release", "rename", "repeatable", "replace", "replica", "reset", "restart", "restrict",
    "return", "returns", "revoke", "role", "rollback", "rollup", "routine", "routines", "rows", "rule",
    "savepoint", "scalar", "schema", "schemas", "scroll", "search", "second", "security", "sequence",
    "sequences", "serializable", "server", "session", "set", "sets", "share", "show", "simple", "skip",
    "snapshot", "source", "sql", "stable", "standalone", "start", "statement", "statistics", "stdin",
    "stdout", "storage", "stored", "strict", "string", "strip", "subscription", "support", "sysid",
    "system", "tables", "tablespace", "target", "temp", "template", "temporary", "text", "ties",
    "transaction", "transform", "trigger", "truncate", "trusted", "type", "types", "uescape", "unbounded",
    "uncommitted", "unconditional", "unencrypted", "unknown", "unlisten", "unlogged", "until", "update",
    "vacuum", "valid", "validate", "validator", "value", "varying", "version", "view", "views", "virtual",
    "volatile", "whitespace", "within", "without", "work", "wrapper", "write", "xml", "year", "yes", "zone",
];

/// Sorted, for binary search.
#[rustfmt::skip]
const COLUMN_NAME: &[&str] = &[
    "between", "bigint", "bit", "boolean", "char", "character", "coalesce", "dec", "decimal", "exists",
    "extract", "float", "greatest", "grouping", "inout", "int", "integer", "interval", "json", "json_array",
    "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query", "json_scalar",
    "json_serialize", "json_table", "json_value", "least", "merge_action", "national", "nchar", "none",
    "normalize", "nullif", "numeric", "out", "overlay", "position", "precision", "real", "row", "setof",
    "smallint", "substring", "time", "timestamp", "treat", "trim", "values", "varchar", "xmlattributes",
    "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot",
    "xmlserialize", "xmltable",
];

/// Sorted, for binary search.
#[rustfmt::skip]
const TYPE_FUNCTION_NAME: &[&str] = &[
    "authorization", "binary", "collation", "concurrently", "cross", "current_schema", "freeze", "full",
    "ilike", "inner", "is", "isnull", "join", "left", "like", "natural", "notnull", "outer", "overlaps",
    "right", "similar", "tablesample", "verbose",
];

/// Sorted, for binary search.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast",
    "check", "collate", "column", "constraint", "create", "current_catalog", "current_date", "current_role",
    "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do",
    "else", "end", "except", "false", "fetch", "for", "foreign", "from", "grant", "group", "having", "in",
    "initially", "intersect", "into", "lateral", "leading", "limit", "localtime", "localtimestamp", "not",
    "null", "offset", "on", "only", "or", "order", "placing", "primary", "references", "returning",
    "select", "session_user", "some", "symmetric", "system_user", "table", "then", "to", "trailing", "true",
    "union", "unique", "user", "using", "variadic", "when", "where", "window", "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_complete() {
        for list in [UNRESERVED, COLUMN_NAME, TYPE_FUNCTION_NAME, RESERVED] {
            assert!(list.is_sorted());
        }
        let total = UNRESERVED.len() + COLUMN_NAME.len() + TYPE_FUNCTION_NAME.len() + RESERVED.len();
        assert_eq!(total, 494);
    }

    #[test]
    fn identifiers() {
        assert_eq!(quote_ident("users"), "users");
        assert_eq!(quote_ident("a$1"), "a$1");
        assert_eq!(quote_ident("name"), "name");
        for (name, quoted) in [
            ("user", "\"user\""),
            ("between", "\"between\""),
            ("left", "\"left\""),
            ("Users", "\"Users\""),
            ("1a", "\"1a\""),
            ("", "\"\""),
            ("a\"b", "\"a\"\"b\""),
            ("über", "\"über\""),
        ] {
            assert_eq!(quote_ident(name), quoted);
        }
        assert_eq!(quote_label("user"), "user");
        assert_eq!(quote_qname(&QName::qualified("S", "order")), "\"S\".\"order\"");
    }

    #[test]
    fn literals() {
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal("\\d"), "'\\d'");
        assert_eq!(dollar_quote("a"), "$$a$$");
        assert_eq!(dollar_quote("a$"), "$body$a$$body$");
        assert_eq!(dollar_quote("$$ $body$"), "$body2$$$ $body$$body2$");
    }
}
