//! PostgreSQL: the server's own grammar behind a safe surface.
//!
//! In comes the text of one statement, out comes libpg_query's tree or a [`SyntaxError`] with its place.
//! Everything that touches a tree runs inside [`stack::with_large_stack`].

pub mod constant;
pub mod ffi;
pub mod literal;
pub mod lower;
pub mod piece;
pub mod plpgsql;
pub mod print;
pub mod routine;
pub mod stack;

use std::borrow::Cow;
use std::fmt;

use crate::ir::{DdlOp, OpaqueReason};
use crate::name::Dialect;
use crate::parse::lexer::Token;
use crate::parse::secret;
use crate::text::Span;

use super::script::opaque;

/// Why the server's grammar refuses a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The parser's message, as the server words it.
    pub message: String,
    /// Byte offset in the parsed text where the parser stopped; `None` when it names no place.
    pub offset: Option<u32>,
    /// 1-based line inside a PL/pgSQL body that its compiler had last noted.
    pub body_line: Option<u32>,
}

impl SyntaxError {
    /// An error without a place.
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), offset: None, body_line: None }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Parses and lowers one statement of a source. `text` is the whole source, `tokens` are the statement's own.
#[must_use]
pub fn statement(text: &str, span: Span, tokens: &[Token]) -> DdlOp {
    let sql = span.slice(text);
    match ffi::parse(sql) {
        Ok(tree) => match tree.stmts.as_slice() {
            [stmt] => lower::lower(stmt, &lower::Context { text, tokens, span, place: None }),
            // The splitter cuts where the server does, so that this is a statement of comments only.
            [] => opaque(text, tokens, OpaqueReason::Unsupported("an empty statement".to_owned())),
            [_, ..] => opaque(
                text,
                tokens,
                OpaqueReason::Unsupported("several statements without a separator".to_owned()),
            ),
        },
        Err(error) => {
            let at = error.offset.map(|o| span.start + o);
            // The message names what stands there, which may be a password.
            let message = match secret::masked(sql, Dialect::PostgreSql) {
                Cow::Borrowed(_) => error.message,
                Cow::Owned(masked) => {
                    ffi::parse(&masked).map_or_else(|e| e.message, |_| "syntax error".to_owned())
                }
            };
            opaque(text, tokens, OpaqueReason::Syntax { message, at })
        }
    }
}
