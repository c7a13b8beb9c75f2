//! MySQL, MariaDB and SQLite to the IR.
//!
//! In: the text of one statement. Out: operations, always at least one for a statement that says something.
//!
//! The structure of DDL is read from the crate's own tokens, so that every column, constraint and action knows
//! its bytes, and an action of `ALTER TABLE` that cannot be read costs only itself; `sqlparser` reads expressions,
//! queries and the statements on rows. What is valid but has no counterpart in the IR, and what nobody here can
//! read, becomes [`Opaque`]: neither grammar is the server's own, so a syntax error may be a gap of ours.
//!
//! Names keep the case they are written in. SQLite, and MySQL on columns and indexes, compare them in any case;
//! that is for the schema model to do.

mod alter;
mod column;
mod constraint;
mod create;
mod cursor;
mod data;
mod drop;
mod expr;
mod front;
mod index;
mod keywords;
mod session;
mod types;
mod walk;

#[cfg(test)]
mod tests;

use self::cursor::{Cursor, Parsed, tokens, without_versions};
use super::postgres::stack::with_large_stack;
use crate::ir::object::ObjectKind;
use crate::ir::{DdlOp, Opaque, OpaqueReason};
use crate::name::{Dialect, QName};
use crate::text::Span;

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq)]
struct Problem {
    /// A message for people.
    message: String,
    /// Where in the statement.
    at: Option<u32>,
    /// Whether it is valid SQL without a counterpart in the IR.
    unsupported: bool,
}

impl Problem {
    fn syntax(message: String, at: u32) -> Self {
        Self { message, at: Some(at), unsupported: false }
    }

    fn unsupported(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: None, unsupported: true }
    }
}

/// Reads one statement, without its terminator. `base` is the statement's offset in its file; spans and places of
/// errors count from the start of the file. One statement can be several operations: a `CREATE TABLE` with
/// indexes, an `ALTER TABLE` that also renames. Text without a statement gives none.
///
/// Runs on the parsing thread; from any other thread each call starts one.
#[must_use]
pub fn lower_statement(text: &str, dialect: Dialect, base: u32) -> Vec<DdlOp> {
    let text = without_versions(text, dialect);
    let tokens = tokens(&text, dialect);
    let reader = Reader { base };
    let cursor = || Cursor::new(&text, &tokens, dialect);
    with_large_stack(|| reader.statements(cursor()))
        .unwrap_or_else(|error| vec![reader.opaque(&cursor(), Problem::unsupported(error.to_string()))])
}

/// Whether the statement holds statements, so that a semicolon does not end it.
fn is_compound(cursor: &Cursor) -> bool {
    let (heading, _) = heading(cursor.clone());
    let bodies = ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"];
    let creates = heading.starts_with("CREATE") && bodies.iter().any(|kind| heading.ends_with(kind));
    creates || cursor.at(&["begin", "not", "atomic"])
}

/// Reads statements at an offset in a file.
#[derive(Clone, Copy)]
struct Reader {
    base: u32,
}

impl Reader {
    fn statements(self, mut rest: Cursor) -> Vec<DdlOp> {
        let mut ops = Vec::new();
        while !rest.is_done() {
            // Under another delimiter, a text may hold several statements.
            let mut cursor = if is_compound(&rest) { rest.take(rest.len()) } else { rest.until_semicolon() };
            while cursor.dialect == Dialect::MySql && cursor.at(&["use"]) {
                // The mysql client needs no semicolon here.
                ops.extend(self.one(&cursor.take(2)));
            }
            if !cursor.is_done() {
                ops.extend(self.one(&cursor));
            }
        }
        ops
    }

    fn one(self, cursor: &Cursor) -> Vec<DdlOp> {
        self.statement(cursor).unwrap_or_else(|problem| vec![self.opaque(cursor, problem)])
    }

    fn statement(self, cursor: &Cursor) -> Parsed<Vec<DdlOp>> {
        let mut c = cursor.clone();
        let verb = c.word()?;
        match verb.as_str() {
            "create" => self.create(cursor),
            "alter" => self.alter(cursor),
            "drop" => drop::drop(c),
            "rename" => drop::rename(c),
            "truncate" => drop::truncate(c),
            "insert" | "replace" | "update" | "delete" | "select" | "with" | "values" | "table" => {
                data::statement(cursor).map(|op| vec![op])
            }
            "load" => data::load(c).map(|op| vec![op]),
            "use" if c.dialect == Dialect::MySql => session::use_database(c).map(|op| vec![op]),
            _ => session::statement(&verb, c),
        }
    }

    /// A span in the file.
    fn span(self, span: Span) -> Span {
        span.shifted(self.base)
    }

    /// What stands for a statement, or for a part of one, that was not read.
    fn opaque(self, cursor: &Cursor, problem: Problem) -> DdlOp {
        let (verb, object) = heading(cursor.clone());
        let reason = if problem.unsupported {
            OpaqueReason::Unsupported(problem.message)
        } else {
            OpaqueReason::Syntax { message: problem.message, at: problem.at.map(|at| self.base + at) }
        };
        DdlOp::Opaque(Opaque { verb, object, reason })
    }
}

/// Kinds of objects by the word that names them.
fn object_kind(word: &str) -> Option<ObjectKind> {
    Some(match word {
        "table" | "tables" => ObjectKind::Table,
        "view" => ObjectKind::View,
        "index" => ObjectKind::Index,
        "trigger" => ObjectKind::Trigger,
        "procedure" => ObjectKind::Procedure,
        "function" => ObjectKind::Function,
        // A MySQL database is what the standard calls a schema.
        "database" | "schema" => ObjectKind::Schema,
        "user" | "role" => ObjectKind::Role,
        "sequence" => ObjectKind::Sequence,
        "server" => ObjectKind::Server,
        "tablespace" => ObjectKind::Tablespace,
        "event" => ObjectKind::Other,
        _ => return None,
    })
}

/// The leading keywords of a statement and the object it seems to name.
fn heading(mut cursor: Cursor) -> (String, Option<QName>) {
    let Ok(verb) = cursor.word() else { return ("?".to_owned(), None) };
    let verb = verb.to_ascii_uppercase();
    if !matches!(verb.as_str(), "CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE" | "OPTIMIZE" | "REPAIR") {
        return (verb, None);
    }
    // Between the verb and the kind stand options: `OR REPLACE`, `DEFINER = 'a'@'b'`, `UNIQUE`, …
    for _ in 0..MAX_OPTIONS {
        let Some(token) = cursor.next() else { break };
        let word = token.text(cursor.text).to_ascii_lowercase();
        if token.kind != super::lexer::TokenKind::Ident || object_kind(&word).is_none() {
            continue;
        }
        let _ = cursor.eat(&["if", "not", "exists"]) || cursor.eat(&["if", "exists"]);
        return (format!("{verb} {}", word.to_ascii_uppercase()), cursor.qname().ok());
    }
    (verb, None)
}

/// No statement has more tokens between its verb and the kind of its object.
const MAX_OPTIONS: usize = 16;
