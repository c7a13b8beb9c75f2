//! A whole source, statement by statement.

use std::borrow::Cow;

use super::lexer::{Token, TokenKind};
use super::postgres;
use super::split::{Piece, PieceKind, Script, split};
use super::suppress::{Origin, Scope, SuppressionError, suppressions};
use super::template::neutralise;
use crate::ir::{DdlOp, MAX_NAME_BYTES, Opaque, OpaqueReason, Stmt};
use crate::name::Dialect;
use crate::text::{FileId, Span};

/// What a source holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Its statements in order; what cannot be read is there as [`DdlOp::Opaque`].
    pub statements: Vec<Stmt>,
    /// Its suppression comments.
    pub suppressions: Vec<Suppression>,
    /// Comments that are meant as suppressions but are none.
    pub malformed: Vec<SuppressionError>,
}

/// A suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The tool whose comment it is, when it is not ours.
    pub tool: Option<&'static str>,
    /// The rules it names, as that tool does; another tool's that names none means all.
    pub rules: Vec<String>,
    /// The reason; of another tool's comment that gives none, what it says.
    pub reason: Option<String>,
    /// The comment.
    pub span: Span,
    /// The statement it counts for; `None` for the whole file.
    pub statement: Option<Span>,
}

/// Parses the part `span` of a source. Places are those of the whole source.
#[must_use]
pub fn script(text: &str, span: Span, file: FileId, dialect: Dialect) -> Parsed {
    let masked = mask(text, span);
    let script = split(&masked, dialect);
    let neutral = neutralise(&masked, &script);
    let mut parsed = Parsed { statements: Vec::with_capacity(script.pieces.len()), ..Parsed::default() };
    for piece in &script.pieces {
        let long =
            if dialect == Dialect::PostgreSql { long_names(&masked, &script, piece) } else { Vec::new() };
        let mut add = |op: DdlOp| {
            parsed.statements.push(Stmt { op, file, span: piece.span, long_names: long.clone() });
        };
        match piece.kind {
            PieceKind::Sql => {
                let tokens = script.tokens_of(piece);
                match dialect {
                    Dialect::PostgreSql => add(postgres::statement(&neutral.text, piece.span, tokens)),
                    Dialect::MySql | Dialect::Sqlite => {
                        let sql = piece.span.slice(&neutral.text);
                        super::generic::lower_statement(sql, dialect, piece.span.start)
                            .into_iter()
                            .for_each(add);
                    }
                }
            }
            PieceKind::Unterminated { what, at } => {
                let reason =
                    OpaqueReason::Syntax { message: format!("unterminated {}", what.as_str()), at: Some(at) };
                add(opaque(&neutral.text, script.tokens_of(piece), reason));
            }
            PieceKind::PsqlMeta | PieceKind::ClientCommand => {
                if let Some(command) = consequential(piece, &masked) {
                    add(opaque(&neutral.text, &[], OpaqueReason::ClientCommand(command)));
                }
            }
            PieceKind::CopyData => {}
        }
    }
    comments(&masked, &script, &mut parsed);
    parsed
}

/// Names of a statement that the server will cut off.
fn long_names(text: &str, script: &Script, piece: &Piece) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for token in script.tokens_of(piece) {
        let written = token.text(text);
        if written.len() <= MAX_NAME_BYTES {
            continue;
        }
        let name = match token.kind {
            TokenKind::Ident => written.to_owned(),
            TokenKind::QuotedIdent => written.trim_matches('"').replace("\"\"", "\""),
            _ => continue,
        };
        if name.len() > MAX_NAME_BYTES {
            found.push((name, token.span));
        }
    }
    found
}

/// The statements of a text that holds nothing but SQL: what looks like a placeholder of a template is none.
#[must_use]
pub fn exact(text: &str, dialect: Dialect) -> Vec<DdlOp> {
    let script = split(text, dialect);
    let mut ops = Vec::new();
    for piece in &script.pieces {
        let tokens = script.tokens_of(piece);
        match (piece.kind, dialect) {
            (PieceKind::Sql, Dialect::PostgreSql) => ops.push(postgres::statement(text, piece.span, tokens)),
            (PieceKind::Sql, Dialect::MySql | Dialect::Sqlite) => {
                ops.extend(super::generic::lower_statement(
                    piece.span.slice(text),
                    dialect,
                    piece.span.start,
                ));
            }
            (_, _) => {
                let reason = OpaqueReason::Unsupported("not a statement".to_owned());
                ops.push(opaque(text, tokens, reason));
            }
        }
    }
    ops
}

/// The text that is parsed: everything outside `span` blanked, placeholders replaced by names of the same length.
/// Places are those of the whole source.
#[must_use]
pub fn neutral(text: &str, span: Span, dialect: Dialect) -> String {
    let masked = mask(text, span);
    let script = split(&masked, dialect);
    neutralise(&masked, &script).text.into_owned()
}

/// The text with everything outside `span` blanked, so that places stay right.
fn mask(text: &str, span: Span) -> Cow<'_, str> {
    let (start, end) = (span.start as usize, span.end as usize);
    if start == 0 && end >= text.len() {
        return Cow::Borrowed(text);
    }
    let blank = |part: &str| -> String {
        // Byte for byte, line breaks kept.
        part.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect()
    };
    match (text.get(..start), text.get(start..end), text.get(end..)) {
        (Some(before), Some(inside), Some(after)) => Cow::Owned(blank(before) + inside + &blank(after)),
        _ => Cow::Borrowed(text),
    }
}

/// A client command that runs SQL which is not in this source: an include, or `\gexec`. Others (`\set`, `\echo`,
/// `\connect`, `\restrict`) change no schema.
fn consequential(piece: &Piece, text: &str) -> Option<String> {
    let command = piece.span.slice(text);
    let word = command.split_whitespace().next()?.to_ascii_lowercase();
    let runs_sql = matches!(
        word.as_str(),
        "\\i" | "\\ir" | "\\include" | "\\include_relative" | "\\gexec" | "source" | "\\." | ".read"
    );
    runs_sql.then(|| command.lines().next().unwrap_or(command).to_owned())
}

/// The operation for a statement that cannot be read.
pub(super) fn opaque(text: &str, tokens: &[Token], reason: OpaqueReason) -> DdlOp {
    let words: Vec<String> = tokens
        .iter()
        .map(|t| t.text(text))
        .take_while(|w| w.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_'))
        .take(2)
        .map(str::to_ascii_uppercase)
        .collect();
    DdlOp::Opaque(Opaque { verb: words.join(" "), object: None, reason })
}

fn comments(text: &str, script: &Script, parsed: &mut Parsed) {
    let (found, malformed) = suppressions(text, script);
    parsed.malformed = malformed;
    parsed.suppressions = found
        .into_iter()
        .map(|s| Suppression {
            tool: match s.origin {
                Origin::Checkrail => None,
                Origin::Tool(tool) => Some(tool),
            },
            rules: s.rules,
            reason: s.reason,
            span: s.span,
            statement: match s.scope {
                Scope::Statement(piece) => script.pieces.get(piece).map(|p| p.span),
                Scope::File => None,
            },
        })
        .collect();
}
