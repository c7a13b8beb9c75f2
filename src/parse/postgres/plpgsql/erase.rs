//! A routine with all its types made plain.
//!
//! In comes a routine that libpg_query cannot compile because of its types, out comes the text of one with the
//! same parameter names and the same body, in which every type is `text`, or a composite type where fields of the
//! variable are used. Lines of the body stay where they are.

use std::collections::BTreeSet;

use crate::name::Dialect;
use crate::parse::lexer::{Lexer, Token, TokenKind};
use crate::text::Span;

/// A type name the library does not know, which it takes for a composite type.
const COMPOSITE: &str = "composite_";

/// Rewrites the routine whose body is the literal at `body` with the value `source`.
pub(super) fn types(text: &str, tokens: &[Token], body: Token, source: &str) -> String {
    let inner: Vec<Token> = Lexer::new(source, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()).collect();
    let records = records(source, &inner);
    let body_text = super::quote(&declarations(source, &inner, &records));
    let head: Vec<Token> = tokens.iter().copied().filter(|t| t.span.start < body.span.start).collect();
    let header = Header { text, tokens: &head, records: &records };
    match header.write() {
        Some(header) => format!("{header} LANGUAGE plpgsql AS {body_text}"),
        None => format!("DO {body_text}"),
    }
}

/// Folded names of which a field is used: `name.field`.
fn records(source: &str, tokens: &[Token]) -> BTreeSet<String> {
    let pairs = tokens.windows(2).filter(|pair| pair[0].kind.is_name() && pair[1].kind == TokenKind::Dot);
    pairs.map(|pair| fold(pair[0].text(source))).collect()
}

/// A name as the server compares it.
fn fold(name: &str) -> String {
    match name.strip_prefix('"') {
        Some(quoted) => quoted.trim_end_matches('"').to_owned(),
        None => name.to_ascii_lowercase(),
    }
}

/// Types the compiler must see: cursors are opened, records are assigned as a whole.
fn keeps_type(word: &str) -> bool {
    word.eq_ignore_ascii_case("refcursor") || word.eq_ignore_ascii_case("record")
}

struct Header<'a> {
    text: &'a str,
    tokens: &'a [Token],
    records: &'a BTreeSet<String>,
}

impl Header<'_> {
    /// The statement up to its options; `None` for `DO`, which has no header.
    fn write(&self) -> Option<String> {
        let is = |at: usize, word: &str| self.tokens.get(at).is_some_and(|t| t.is_word(self.text, word));
        let procedure = self.tokens.iter().take(4).any(|t| t.is_word(self.text, "procedure"));
        let open = self.tokens.iter().position(|t| t.kind == TokenKind::LParen)?;
        let close = self.closing(open);
        let (parameters, results) = self.parameters(open + 1, close);
        if procedure {
            return Some(format!("CREATE PROCEDURE f({parameters})"));
        }
        let mut returns = String::new();
        if is(close + 1, "returns") {
            let setof = is(close + 2, "setof");
            let name = self.tokens.get(close + 2).map_or("", |t| t.text(self.text));
            returns = if is(close + 2, "table") && is_paren(self.tokens.get(close + 3)) {
                format!("RETURNS TABLE ({})", self.parameters(close + 4, self.closing(close + 3)).0)
            } else if ["void", "trigger", "event_trigger"].iter().any(|w| name.eq_ignore_ascii_case(w)) {
                format!("RETURNS {name}")
            } else {
                match (setof, results.as_slice()) {
                    (false, []) => "RETURNS text".to_owned(),
                    (false, _) => String::new(),
                    (true, []) => "RETURNS SETOF text".to_owned(),
                    (true, [one]) => format!("RETURNS SETOF {one}"),
                    (true, _) => "RETURNS SETOF record".to_owned(),
                }
            };
        }
        Some(format!("CREATE FUNCTION f({parameters}) {returns}"))
    }

    /// Index of the parenthesis that closes the one at `open`.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0u32;
        let close = self.tokens.iter().skip(open).position(|token| {
            match token.kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        close.map_or(self.tokens.len(), |n| open + n)
    }

    /// The parameters between two token indexes, rewritten, and the types of those that are results.
    fn parameters(&self, from: usize, to: usize) -> (String, Vec<&'static str>) {
        let mut written = Vec::new();
        let mut results = Vec::new();
        let mut depth = 0u32;
        let tokens = self.tokens.get(from..to).unwrap_or(&[]);
        let parts = tokens.split(|token| {
            match token.kind {
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && token.kind == TokenKind::Comma
        });
        for part in parts.filter(|part| !part.is_empty()) {
            let (text, result) = self.parameter(part);
            written.push(text);
            results.extend(result);
        }
        (written.join(", "), results)
    }

    /// One parameter without default: `[mode] [name] type`.
    fn parameter(&self, part: &[Token]) -> (String, Option<&'static str>) {
        let is = |token: &Token, word: &str| token.is_word(self.text, word);
        let modes =
            part.iter().take_while(|t| ["in", "out", "inout", "variadic"].iter().any(|w| is(t, w))).count();
        let result = part[..modes].iter().any(|t| is(t, "out") || is(t, "inout"));
        let input = !result || part[..modes].iter().any(|t| is(t, "in") || is(t, "inout"));
        let mode = match (input, result) {
            (true, true) => "INOUT ",
            (false, true) => "OUT ",
            _ => "",
        };
        let rest = &part[modes..];
        let ends_type =
            |t: &Token| t.kind == TokenKind::ColonEquals || is(t, "default") || t.text(self.text) == "=";
        let end = rest.iter().position(ends_type).unwrap_or(rest.len());
        let (name, kind) = match &rest[..end] {
            // A qualified or decorated type without a name.
            [_, next, ..] if !next.kind.is_name() => ("", &rest[..end]),
            [name, kind @ ..] if !kind.is_empty() => (name.text(self.text), kind),
            all => ("", all),
        };
        let plain = match kind {
            [one] if keeps_type(one.text(self.text)) && is(one, "refcursor") => "refcursor",
            _ if self.records.contains(&fold(name)) => COMPOSITE,
            _ => "text",
        };
        (format!("{mode}{name} {plain}"), result.then_some(plain))
    }
}

fn is_paren(token: Option<&Token>) -> bool {
    token.is_some_and(|t| t.kind == TokenKind::LParen)
}

/// The body with the types of its `DECLARE` sections made plain.
fn declarations(source: &str, tokens: &[Token], records: &BTreeSet<String>) -> String {
    let mut out = String::with_capacity(source.len());
    let mut copied = 0;
    let mut replace = |span: Span, new: &str| {
        out.push_str(Span::new(copied, span.start).slice(source));
        out.push_str(new);
        out.extend(span.slice(source).chars().filter(|c| *c == '\n'));
        copied = span.end;
    };
    let mut at = 0;
    let mut declaring = false;
    while at < tokens.len() {
        let token = tokens[at];
        if !declaring || token.is_word(source, "declare") {
            declaring |= token.is_word(source, "declare")
                && starts_block(at.checked_sub(1).map(|i| tokens[i]), source);
            at += 1;
        } else if token.is_word(source, "begin") {
            declaring = false;
            at += 1;
        } else {
            let len = tokens[at..].iter().position(|t| t.kind == TokenKind::Semicolon);
            let end = len.map_or(tokens.len(), |n| at + n);
            declaration(source, &tokens[at..end], records, &mut replace);
            at = end + 1;
        }
    }
    out.push_str(&source[copied as usize..]);
    out
}

/// Whether `DECLARE` behind this token opens a section.
fn starts_block(before: Option<Token>, source: &str) -> bool {
    before.is_none_or(|t| {
        t.kind == TokenKind::Semicolon
            || t.text(source) == ">>"
            || ["begin", "then", "else", "loop"].iter().any(|w| t.is_word(source, w))
    })
}

/// Rewrites the types of one declaration: `name [CONSTANT] type [NOT NULL] [:= …]`, or the arguments of a cursor.
fn declaration(
    source: &str,
    tokens: &[Token],
    records: &BTreeSet<String>,
    replace: &mut impl FnMut(Span, &str),
) {
    let is = |token: &Token, word: &str| token.is_word(source, word);
    let Some((name, rest)) = tokens.split_first() else { return };
    let rest = match rest {
        [first, rest @ ..] if is(first, "constant") => rest,
        all => all,
    };
    let region = |part: &[Token], name: &Token, replace: &mut dyn FnMut(Span, &str)| {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { return };
        let row = part.iter().any(|t| is(t, "rowtype"));
        let plain = if row || records.contains(&fold(name.text(source))) { "record" } else { "text" };
        if !(part.len() == 1 && keeps_type(first.text(source))) {
            replace(Span::new(first.span.start, last.span.end), plain);
        }
    };
    if rest.first().is_some_and(|t| is(t, "alias")) {
        return;
    }
    if let Some(cursor) = rest.iter().take(3).position(|t| is(t, "cursor")) {
        let Some(arguments) = rest.get(cursor + 1..).filter(|r| is_paren(r.first())) else { return };
        let close = arguments.iter().position(|t| is(t, "for") || is(t, "is")).unwrap_or(arguments.len());
        let inside = &arguments[1..close.saturating_sub(1).max(1)];
        for argument in inside.split(|t| t.kind == TokenKind::Comma) {
            if let Some((name, kind)) = argument.split_first() {
                region(kind, name, replace);
            }
        }
        return;
    }
    let ends = |t: &Token| {
        t.kind == TokenKind::ColonEquals
            || t.text(source) == "="
            || ["not", "default", "collate"].iter().any(|w| is(t, w))
    };
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    region(&rest[..end], name, replace);
}
