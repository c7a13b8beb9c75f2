//! PL/pgSQL bodies, read by the server's own compiler.
//!
//! In comes a `DO` or `CREATE FUNCTION` statement, out come the statements of its body. libpg_query gives them as
//! JSON with line numbers; the JSON is repaired, walked, and each statement is looked up in the body for its place.
//!
//! The library knows only built-in types and refuses much that a server accepts (qualified types, arrays of
//! unknown types, `%ROWTYPE` fields). A body that fails is tried again with its types made plain.

mod erase;
mod walk;

use std::borrow::Cow;

use serde_json::Value;

use super::literal::Literal;
use super::routine::{BodyError, BodyStatement, Lines};
use super::{SyntaxError, ffi};
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, Token};
use crate::parse::template::neutralise_fragment;
use crate::text::Span;

/// The statements of a PL/pgSQL body. `tokens` are the whole statement's, `body` the token with the body, `literal`
/// its value.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    body: Token,
    literal: &Literal<'_>,
) -> Result<Vec<BodyStatement>, BodyError> {
    let neutral = neutralise_fragment(&literal.text, Dialect::PostgreSql).text;
    let changed = matches!(neutral, Cow::Owned(_));
    let lines = Lines::new(&neutral);
    let json = compile(text, tokens, body, &neutral, changed).map_err(|error| {
        let at = error_place(&error, &neutral, &lines).map(|at| literal.source(at));
        BodyError { message: error.message, offset: at.unwrap_or(body.span.start) }
    })?;
    let failed = |message: String| BodyError { message, offset: body.span.start };
    let tree: Value = serde_json::from_str(&repair(&json))
        .map_err(|e| failed(format!("the body's tree cannot be read (it may nest too deeply): {e}")))?;
    walk::statements(&tree, &neutral, &lines, literal).map_err(failed)
}

/// Compiles the statement, and once more with plain types when it is not the syntax that is wrong. `neutral` is the
/// body's value; `changed` says that it is not what is written.
fn compile(
    text: &str,
    tokens: &[Token],
    body: Token,
    neutral: &str,
    changed: bool,
) -> Result<String, SyntaxError> {
    let start = tokens.first().map_or(0, |t| t.span.start);
    let end = tokens.last().map_or(0, |t| t.span.end);
    let mut statement = Cow::Borrowed(Span::new(start, end).slice(text));
    if changed {
        let before = Span::new(start, body.span.start).slice(text);
        let behind = Span::new(body.span.end, end).slice(text);
        statement = Cow::Owned(format!("{before} {} {behind}", quote(neutral)));
    }
    ffi::parse_plpgsql_json(&statement).or_else(|error| {
        if error.message.starts_with("syntax error") {
            return Err(error);
        }
        let plain = erase::types(text, tokens, body, neutral);
        ffi::parse_plpgsql_json(&plain)
    })
}

/// Where in the body an error is, as near as can be told: the compiler gives the line of the last whole statement
/// before it, and mostly names the token.
fn error_place(error: &SyntaxError, body: &str, lines: &Lines) -> Option<u32> {
    let from = lines.start(error.body_line?);
    let named = error.message.split_once(" at or near \"").and_then(|(_, token)| token.strip_suffix('"'));
    let mut tokens = Lexer::new(body, Dialect::PostgreSql).filter(|t| t.span.start >= from);
    let token = tokens.find(|t| named.is_some_and(|name| t.text(body) == name));
    Some(token.map_or(from, |t| t.span.start))
}

/// Quotes a body with dollars.
fn quote(body: &str) -> String {
    let mut tag = "$b$".to_owned();
    while body.contains(&tag[..tag.len() - 1]) {
        tag.insert(1, 'b');
    }
    format!("{tag}{body}{tag}")
}

/// Repairs the library's JSON: what it cannot print (the variables `tg_op` and so on of triggers) becomes `{}}`
/// with a brace too many. An empty object that is a list's element is always such a one.
fn repair(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    // Outside of strings a brace follows a comma or bracket only where an element begins.
    while let Some(at) = rest.find(['"', '{']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let len = if from.starts_with('"') { string_len(from) } else { 1 };
        let element = out.ends_with([',', '[', '\n']);
        out.push_str(&from[..len]);
        rest = &from[len..];
        if from.starts_with("{}}") && element {
            out.push('}');
            rest = &from[3..];
        }
    }
    out.push_str(rest);
    out
}

/// Length of the JSON string that `text` begins with, quotes included.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests;
