//! SQL with its words told apart: comments, strings, numbers and keywords.
//!
//! This is for reading only. What cannot be told apart (a dialect's own quotes) is shown as plain text.

use crate::quote::{KeywordCategory, keyword};
use crate::report::escape;

/// What a part of SQL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Comment,
    Text,
    Number,
    Keyword,
}

impl Kind {
    /// The class in the style sheet.
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Comment => "sc",
            Self::Text => "st",
            Self::Number => "sn",
            Self::Keyword => "sk",
        }
    }
}

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// Words that are keywords where migrations have them, although they may be names.
const VERBS: &[&str] = &[
    "access",
    "add",
    "after",
    "alter",
    "always",
    "attach",
    "before",
    "begin",
    "by",
    "cascade",
    "comment",
    "commit",
    "concurrently",
    "declare",
    "delete",
    "detach",
    "disable",
    "domain",
    "drop",
    "enable",
    "enum",
    "exclusive",
    "execute",
    "exists",
    "extension",
    "force",
    "function",
    "generated",
    "identity",
    "if",
    "include",
    "index",
    "inherits",
    "insert",
    "key",
    "language",
    "lock",
    "materialized",
    "mode",
    "no",
    "nothing",
    "of",
    "owned",
    "owner",
    "partition",
    "policy",
    "procedure",
    "range",
    "refresh",
    "reindex",
    "rename",
    "replace",
    "restrict",
    "return",
    "returns",
    "revoke",
    "role",
    "rollback",
    "rule",
    "schema",
    "security",
    "sequence",
    "set",
    "share",
    "start",
    "statement",
    "statistics",
    "storage",
    "transaction",
    "trigger",
    "truncate",
    "type",
    "unlogged",
    "update",
    "using",
    "vacuum",
    "valid",
    "validate",
    "values",
    "view",
    "volatile",
    "without",
];

/// The parts of a text that are not plain, in order.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let bytes = sql.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let rest = &sql[at..];
        let (end, kind) = match bytes[at] {
            b'-' if rest.starts_with("--") => (at + rest.find('\n').unwrap_or(rest.len()), Kind::Comment),
            b'/' if rest.starts_with("/*") => (at + block_comment(rest), Kind::Comment),
            b'\'' => (at + quoted(rest, b'\''), Kind::Text),
            b'"' => (at + quoted(rest, b'"'), Kind::Plain),
            b'$' => match dollar_quoted(rest) {
                Some(length) => (at + length, Kind::Text),
                None => (at + 1, Kind::Plain),
            },
            b'0'..=b'9' => {
                (at + run(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_'), Kind::Number)
            }
            c if c.is_ascii_alphabetic() || c == b'_' || c >= 0x80 => {
                let end = at + run(rest, |c| c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii());
                let kind = if is_keyword(&sql[at..end]) { Kind::Keyword } else { Kind::Plain };
                (end, kind)
            }
            _ => (at + 1, Kind::Plain),
        };
        at = end.max(start + 1);
        if kind != Kind::Plain {
            out.push(Token { start, end: at, kind });
        }
    }
    out
}

fn is_keyword(word: &str) -> bool {
    if word.len() > 20 || !word.is_ascii() {
        return false;
    }
    let mut folded = [0; 20];
    let folded = &mut folded[..word.len()];
    folded.copy_from_slice(word.as_bytes());
    folded.make_ascii_lowercase();
    let word = std::str::from_utf8(folded).unwrap_or_default();
    VERBS.binary_search(&word).is_ok()
        || matches!(keyword(word), Some(KeywordCategory::Reserved | KeywordCategory::TypeFunctionName))
}

/// The length of the characters at the beginning that `inside` takes.
fn run(text: &str, inside: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

/// The length of a nested comment.
fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match &bytes[at..(at + 2).min(bytes.len())] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of a quoted text; a doubled quote does not end it.
fn quoted(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    text.len()
}

/// The length of a text in dollar quotes; `None` when the dollar begins none.
fn dollar_quoted(text: &str) -> Option<usize> {
    let tag = 1 + run(&text[1..], |c| c.is_ascii_alphanumeric() || c == '_');
    if text.as_bytes().get(tag) != Some(&b'$') {
        return None;
    }
    let delimiter = &text[..=tag];
    let body = &text[tag + 1..];
    Some(body.find(delimiter).map_or(text.len(), |end| tag + 1 + end + delimiter.len()))
}

/// A part of a text as HTML. `tokens` are those of the whole text.
pub(super) fn write(sql: &str, tokens: &[Token], from: usize, to: usize, out: &mut String) {
    let mut at = from;
    let first = tokens.partition_point(|t| t.end <= from);
    for token in &tokens[first..] {
        if token.start >= to {
            break;
        }
        let (start, end) = (token.start.max(at), token.end.min(to));
        escape::write(&sql[at..start], out);
        out.push_str("<span class=\"");
        out.push_str(token.kind.class());
        out.push_str("\">");
        escape::write(&sql[start..end], out);
        out.push_str("</span>");
        at = end;
    }
    escape::write(&sql[at..to], out);
}

/// A whole text as HTML.
pub(super) fn html(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() * 3 / 2);
    write(sql, &tokens(sql), 0, sql.len(), &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_sorted() {
        assert!(VERBS.is_sorted());
    }

    #[test]
    fn parts_are_told_apart() {
        let page = html("ALTER TABLE t -- <x>\nSET a = 'it''s' || $f$ 'x' $f$, b = 12;");
        assert_eq!(
            page,
            "<span class=\"sk\">ALTER</span> <span class=\"sk\">TABLE</span> t \
             <span class=\"sc\">-- &lt;x&gt;</span>\n<span class=\"sk\">SET</span> a = \
             <span class=\"st\">&#39;it&#39;&#39;s&#39;</span> || \
             <span class=\"st\">$f$ &#39;x&#39; $f$</span>, b = <span class=\"sn\">12</span>;"
        );
    }

    #[test]
    fn nothing_is_lost_and_nothing_panics() {
        for sql in [
            "'", "\"", "/*", "/* /* */", "$", "$a$", "$a$ $a", "é'ü", "--", "--\r\n", "1.2e", "a$1$b",
            "\u{0}",
        ] {
            let all = tokens(sql);
            let mut out = String::new();
            let mut at = 0;
            for token in &all {
                assert!(token.start >= at && token.end > token.start && token.end <= sql.len(), "{sql}");
                out.push_str(&sql[at..token.start]);
                out.push_str(&sql[token.start..token.end]);
                at = token.end;
            }
            out.push_str(&sql[at..]);
            assert_eq!(out, sql);
        }
    }
}
