//! Template placeholders and psql variables made parseable.
//!
//! In come a source and its pieces, out comes text of the same length in which every placeholder of a statement
//! is an ordinary identifier or string, so that all spans stay right, with the list of what was replaced. A
//! name that holds a replacement is *symbolic*: nobody knows yet what object it will be.
//!
//! Strings, comments, COPY data and client commands are left alone; `?` and `%s` are the server's own business.

use std::borrow::Cow;

use super::lexer::{Lexer, Token, TokenKind};
use super::split::{PieceKind, Script};
use crate::name::Dialect;
use crate::text::{Span, offset};

/// Longest identifier PostgreSQL keeps, in bytes.
const IDENT_MAX: usize = 63;

/// One replaced placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Where the placeholder stands; the source has its original text there.
    pub span: Span,
    /// The identifier it became part of, folded as PostgreSQL folds it; `None` when it stands for a string or is
    /// a condition without output.
    pub name: Option<String>,
}

/// A text without placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neutral<'a> {
    /// The text, as long as the original.
    pub text: Cow<'a, str>,
    /// What was replaced, in order.
    pub symbols: Vec<Symbol>,
}

impl Neutral<'_> {
    /// Whether a span holds or touches a placeholder.
    #[must_use]
    pub fn is_symbolic(&self, span: Span) -> bool {
        let next = self.symbols.partition_point(|s| s.span.end <= span.start);
        self.symbols.get(next).is_some_and(|s| s.span.start < span.end)
    }

    /// Whether a folded identifier holds a placeholder.
    #[must_use]
    pub fn is_symbolic_name(&self, name: &str) -> bool {
        self.symbols.iter().any(|s| s.name.as_deref() == Some(name))
    }
}

/// Replaces the placeholders in the statements of a source.
#[must_use]
pub fn neutralise<'a>(text: &'a str, script: &Script) -> Neutral<'a> {
    let mut edits = Edits::default();
    for piece in &script.pieces {
        if matches!(piece.kind, PieceKind::Sql | PieceKind::Unterminated { .. }) {
            edits.tokens(text, script.tokens_of(piece).iter().copied());
        }
    }
    let controls = script.comments.iter().filter(|c| c.template);
    edits.list.extend(controls.map(|c| (c.span, blank(c.span.slice(text)))));
    edits.apply(text)
}

/// The same for a piece of SQL by itself, such as the body of a function.
#[must_use]
pub fn neutralise_fragment(text: &str, dialect: Dialect) -> Neutral<'_> {
    let mut edits = Edits::default();
    edits.tokens(text, Lexer::new(text, dialect).filter(|t| t.kind != TokenKind::Whitespace));
    edits.apply(text)
}

/// What is to be written where.
#[derive(Default)]
struct Edits {
    list: Vec<(Span, String)>,
    /// Those of them that are inside quoted identifiers, with the identifier's span.
    quoted: Vec<(Span, Span)>,
}

impl Edits {
    fn tokens(&mut self, text: &str, tokens: impl Iterator<Item = Token>) {
        let mut before: Option<Token> = None;
        // For each open parenthesis, whether it belongs to a JSON constructor, where `a : b` is a pair.
        let mut parens: Vec<bool> = Vec::new();
        for token in tokens {
            match token.kind {
                TokenKind::LParen => parens.push(before.is_some_and(|t| is_json_constructor(t, text))),
                TokenKind::RParen => {
                    parens.pop();
                }
                TokenKind::Placeholder => self.list.push((token.span, identifier(token.text(text)))),
                TokenKind::TemplateControl => self.list.push((token.span, blank(token.text(text)))),
                TokenKind::PsqlVar if !(parens.last() == Some(&true) && before.is_some_and(ends_operand)) => {
                    self.list.push((token.span, variable(token.text(text))));
                }
                TokenKind::QuotedIdent => self.quoted_ident(text, token),
                _ => {}
            }
            before = Some(token);
        }
    }

    /// Inside a quoted identifier the placeholder becomes what it becomes outside, so that both name the same.
    fn quoted_ident(&mut self, text: &str, token: Token) {
        let quoted = token.text(text);
        let mut at = 0;
        while let Some(open) = quoted[at..].find("{{").or_else(|| quoted[at..].find("${")).map(|n| at + n) {
            let mark = if quoted[open..].starts_with('$') { "}" } else { "}}" };
            let Some(len) = quoted[open..].find(mark).map(|n| n + mark.len()) else { return };
            let start = token.span.start + offset(open);
            let span = Span::new(start, start + offset(len));
            self.list.push((span, identifier(span.slice(text))));
            self.quoted.push((span, token.span));
            at = open + len;
        }
    }

    fn apply(mut self, text: &str) -> Neutral<'_> {
        self.list.sort_by_key(|(span, _)| *span);
        let mut out = Cow::Borrowed(text);
        if !self.list.is_empty() {
            let mut owned = String::with_capacity(text.len());
            let mut at = 0;
            for (span, new) in &self.list {
                owned.push_str(Span::new(at, span.start).slice(text));
                owned.push_str(new);
                at = span.end;
            }
            owned.push_str(&text[at as usize..]);
            out = Cow::Owned(owned);
        }
        let name = |span: Span, new: &str| {
            if let Ok(index) = self.quoted.binary_search_by_key(&span, |(inner, _)| *inner) {
                return Some(unquoted(self.quoted[index].1.slice(&out)));
            }
            match new.as_bytes() {
                [b'_', ..] => Some(surrounding_name(&out, span)),
                [_, b'"', ..] => Some(unquoted(new.trim_start())),
                _ => None,
            }
        };
        let symbols =
            self.list.iter().map(|(span, new)| Symbol { span: *span, name: name(*span, new) }).collect();
        Neutral { text: out, symbols }
    }
}

/// An identifier as long as `text`: what cannot stand in one becomes `_`.
fn identifier(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() && !c.is_ascii_alphanumeric() { '_' } else { c }).collect()
}

/// `:name` as an identifier, `:'name'` and `:"name"` without their colon.
fn variable(text: &str) -> String {
    match text.as_bytes().get(1) {
        Some(b'\'' | b'"') => format!(" {}", &text[1..]),
        _ => identifier(text),
    }
}

/// White space as long as `text`, with its line breaks.
fn blank(text: &str) -> String {
    text.bytes().map(|b| if b == b'\n' || b == b'\r' { char::from(b) } else { ' ' }).collect()
}

fn is_json_constructor(token: Token, text: &str) -> bool {
    token.is_word(text, "json_object") || token.is_word(text, "json_objectagg")
}

/// Whether a token can end the key of a JSON pair.
fn ends_operand(token: Token) -> bool {
    token.kind.is_string()
        || token.kind.is_name()
        || matches!(
            token.kind,
            TokenKind::Number | TokenKind::Param | TokenKind::RParen | TokenKind::RBracket
        )
}

/// The name in a quoted identifier.
fn unquoted(text: &str) -> String {
    let quote = text.chars().next().unwrap_or('"').to_string();
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    inner.replace(&quote.repeat(2), &quote)
}

/// The identifier around a replacement, folded and cut as the server does.
fn surrounding_name(text: &str, span: Span) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
    let before = &text[..span.start as usize];
    let start = before.trim_end_matches(part).len();
    let behind = &text[span.end as usize..];
    let end = text.len() - behind.trim_start_matches(part).len();
    let mut name = Span::new(offset(start), offset(end)).slice(text).to_ascii_lowercase();
    let mut cut = name.len().min(IDENT_MAX);
    while !name.is_char_boundary(cut) {
        cut -= 1;
    }
    name.truncate(cut);
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::split::split;

    fn neutral(text: &str) -> Neutral<'_> {
        neutralise(text, &split(text, Dialect::PostgreSql))
    }

    fn check(text: &str, expected: &str, names: &[Option<&str>]) {
        let result = neutral(text);
        assert_eq!(result.text, expected);
        assert_eq!(result.text.len(), text.len());
        let found: Vec<Option<&str>> = result.symbols.iter().map(|s| s.name.as_deref()).collect();
        assert_eq!(found, names, "{text}");
    }

    #[test]
    fn placeholders_become_identifiers() {
        check(
            "DROP TABLE {{ .Ns }}.A_${x}b;",
            "DROP TABLE ____Ns___.A___x_b;",
            &[Some("____ns___"), Some("a___x_b")],
        );
        check("{{ if .X }}SELECT 1{{ end }};", "           SELECT 1         ;", &[None, None]);
        check(
            "SELECT '{{x}}', $${{x}}$$, E'${x}' -- {{x}}",
            "SELECT '{{x}}', $${{x}}$$, E'${x}' -- {{x}}",
            &[],
        );
        check(
            "SELECT \"{{x}}_A${y}\"",
            "SELECT \"__x___A__y_\"",
            &[Some("__x___A__y_"), Some("__x___A__y_")],
        );
        check("SELECT \"{{ \"x\" }}\".y", "SELECT \"____x____\".y", &[Some("____x____")]);
    }

    #[test]
    fn psql_variables_become_names_and_strings() {
        check(
            "SELECT :a, :'b', x_:c FROM :\"D\".t",
            "SELECT _a,  'b', x__c FROM  \"D\".t",
            &[Some("_a"), None, Some("x__c"), Some("D")],
        );
        let same = "SELECT a::int, b[lo:hi], f(x := 1), JSON_OBJECT('k':v, 'l':'m' FORMAT json)";
        check(same, same, &[]);
        check("SELECT JSON_OBJECT(:k : (:v))", "SELECT JSON_OBJECT(_k : (_v))", &[Some("_k"), Some("_v")]);
        let command = "\\set x :y\nCOPY a FROM stdin;\n:z {{w}}\n\\.\n";
        check(command, command, &[]);
    }

    #[test]
    fn spans_and_names_can_be_asked() {
        let text = "SELECT 1; DROP TABLE {{a}}, b";
        let result = neutral(text);
        assert!(result.is_symbolic(Span::new(20, 24)));
        assert!(!result.is_symbolic(Span::new(0, 21)));
        assert!(!result.is_symbolic(Span::new(26, 29)));
        assert!(result.is_symbolic_name("__a__"));
        assert!(!result.is_symbolic_name("b"));
    }

    proptest! {
        #[test]
        fn length_and_line_count_of_sql_stay(parts in prop::collection::vec(prop::sample::select(vec![
            "{{", "}}", "a", "${", "}", ":x", ":'y'", ":\"z\"", "'", "\"", ";", "\n", "ü", "(", ")", "JSON_OBJECT", "[",
            "{%", "%}", " ", "$$", "--",
        ]), 0..40)) {
            let text = parts.concat();
            let script = split(&text, Dialect::PostgreSql);
            let result = neutralise(&text, &script);
            prop_assert_eq!(result.text.len(), text.len());
            for symbol in &result.symbols {
                prop_assert!(text.get(symbol.span.start as usize..symbol.span.end as usize).is_some());
            }
            let fragment = neutralise_fragment(&text, Dialect::PostgreSql);
            prop_assert_eq!(fragment.text.len(), text.len());
        }
    }
}
