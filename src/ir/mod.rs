//! The intermediate representation: one plain value per SQL statement, the same for every dialect.
//!
//! In: nothing; this module is data. Out: [`Stmt`] and [`DdlOp`], which `parse` produces, `schema` applies,
//! `effects` judges and `emit` prints. Names are folded as the server folds them. What no front end can read
//! is an [`Opaque`], never a dropped statement.

pub mod access;
pub mod data;
pub mod expr;
pub mod index;
pub mod object;
pub mod routine;
pub mod shared;
pub mod table;
pub mod types;

use crate::name::QName;
use crate::text::{FileId, Span};

pub use self::op::{DdlOp, DoBlock};
mod kind;
mod op;

/// One statement of a source file.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// What it does.
    pub op: DdlOp,
    /// Where it stands.
    pub file: FileId,
    /// First to last byte, without the terminating semicolon and without leading comments.
    pub span: Span,
    /// Names in it that are longer than the server keeps, as they are written, each with its place. Everywhere else
    /// they stand as the server cuts them.
    pub long_names: Vec<(String, Span)>,
}

/// How many bytes of a name PostgreSQL keeps: `NAMEDATALEN` less one.
pub const MAX_NAME_BYTES: usize = 63;

/// A statement inside the body of a `DO` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// What it does.
    pub op: DdlOp,
    /// Where it stands in the file, as exactly as the body's line numbers allow.
    pub span: Span,
    /// Whether it runs only under a condition (`IF`, `CASE`, a loop).
    pub conditional: bool,
    /// Whether an `EXCEPTION` handler of the block swallows its errors.
    pub guarded: bool,
}

/// A statement that could not be read: everything later that depends on what it touches is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Opaque {
    /// The leading keywords, upper case, for example `CREATE TABLE`.
    pub verb: String,
    /// The object it seems to name.
    pub object: Option<QName>,
    /// Why it was not read: the server's own message, or what is not supported.
    pub reason: OpaqueReason,
}

/// Why a statement is [`Opaque`].
#[derive(Clone, Debug, PartialEq)]
pub enum OpaqueReason {
    /// The grammar rejects it; the message is the parser's own, with the byte offset of the error in the file.
    Syntax {
        /// The parser's message.
        message: String,
        /// Where in the file, when the parser says.
        at: Option<u32>,
    },
    /// It is valid, but checkrail has no model for it.
    Unsupported(String),
    /// A client command that names SQL elsewhere, such as `\i file.sql`.
    ClientCommand(String),
}
