//! PostgreSQL: the server's own grammar behind a safe surface.
//!
//! In comes the text of one statement, out comes libpg_query's tree or a [`SyntaxError`] with its place.
//! Everything that touches a tree runs inside [`stack::with_large_stack`].

pub mod constant;
pub mod ffi;
pub mod literal;
pub mod plpgsql;
pub mod routine;
pub mod stack;

use std::fmt;

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

#[cfg(test)]
mod tests;
