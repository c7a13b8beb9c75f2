//! The statements inside `DO` blocks, functions and procedures.
//!
//! In come the tokens of one statement, out comes its [`Body`]: each SQL statement or expression inside with its
//! place in the source and under which conditions it runs. PL/pgSQL is read by the server's own compiler, SQL bodies
//! by our splitter. What a dynamic `EXECUTE` runs is unknown, unless its text is constant.

use super::literal::{Literal, decode};
use super::plpgsql;
use crate::name::Dialect;
use crate::parse::lexer::{Token, TokenKind};
use crate::parse::split::split;
use crate::parse::template::neutralise_fragment;
use crate::text::{Span, offset};

/// What a statement of a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// A statement whose text is known: written in the body, or the constant text of an `EXECUTE`, which may hold
    /// several statements.
    Static,
    /// A statement known only at run time; `sql` is the expression that makes its text.
    Dynamic,
    /// `PERFORM`; `sql` is the `SELECT` it stands for.
    Perform,
    /// `CALL`, or `DO` inside a body.
    Call,
    /// A query whose rows the body uses: of a loop, a cursor, `RETURN QUERY`.
    Query,
    /// An assignment, with its target.
    Assign,
    /// An expression: a condition, a loop bound, a returned value.
    Expression,
    /// `RAISE` of an error that certainly ends the body; `sql` is its message.
    Raise,
}

/// One statement or expression of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyStatement {
    /// What it is.
    pub kind: BodyKind,
    /// Its text; `INTO` targets are blanked out, placeholders are neutralised.
    pub sql: String,
    /// 1-based line inside the body.
    pub line: u32,
    /// Where it stands in the source.
    pub span: Span,
    /// Whether it may not run although the body does: inside `IF`, `CASE`, a loop, an exception handler or a block
    /// that has one, or behind a conditional `RETURN`.
    pub conditional: bool,
    /// Whether it may run more than once: inside a loop.
    pub repeated: bool,
    /// Whether it is inside a block that has an exception handler, which may undo and hide its failure.
    pub guarded: bool,
}

/// How many statements of each sort a body has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Everything but expressions and assignments.
    pub statements: usize,
    /// Those whose text is known.
    pub known: usize,
    /// Those whose text is made at run time.
    pub dynamic: usize,
}

/// The inside of a routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Name of the language, folded. Only `sql` and `plpgsql` are read.
    pub language: String,
    /// Whether the statement runs the body (`DO`) rather than storing it.
    pub runs: bool,
    /// Where the body stands, without its quotes.
    pub span: Span,
    /// Its statements, roughly in the order they run.
    pub statements: Vec<BodyStatement>,
    /// Whether the language is one whose statements are listed.
    pub readable: bool,
}

impl Body {
    /// Counts the statements.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let counted = self
            .statements
            .iter()
            .filter(|s| !matches!(s.kind, BodyKind::Assign | BodyKind::Expression | BodyKind::Raise));
        counted.fold(Counts::default(), |counts, statement| {
            let dynamic = usize::from(statement.kind == BodyKind::Dynamic);
            Counts {
                statements: counts.statements + 1,
                known: counts.known + 1 - dynamic,
                dynamic: counts.dynamic + dynamic,
            }
        })
    }
}

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    /// The compiler's message.
    pub message: String,
    /// Where in the source; the start of the line, when only that is known, or of the body.
    pub offset: u32,
}

/// Reads the body of a `DO`, `CREATE FUNCTION` or `CREATE PROCEDURE`; `None` for any other statement and for one
/// without a body, such as a C function. `tokens` are the statement's significant tokens, with places in `text`.
///
/// Must run inside [`super::stack::with_large_stack`].
pub fn read_body(text: &str, tokens: &[Token]) -> Result<Option<Body>, BodyError> {
    let Some(head) = Head::find(text, tokens) else { return Ok(None) };
    let language = head.language(text);
    let mut body = Body {
        readable: true,
        runs: head.runs,
        span: head.span(text, tokens),
        statements: Vec::new(),
        language,
    };
    body.statements = match (body.language.as_str(), head.source) {
        ("plpgsql", Source::Literal(token)) => match decode(token, text) {
            Some(literal) => plpgsql::read(text, tokens, token, &literal)?,
            None => return Err(undecodable(token)),
        },
        ("sql", Source::Literal(token)) => match decode(token, text) {
            Some(literal) => sql_statements(&literal),
            None => return Err(undecodable(token)),
        },
        (_, Source::Inline { start, end, expression }) => {
            inline_statements(text, &tokens[start..end], expression)
        }
        _ => {
            body.readable = false;
            Vec::new()
        }
    };
    Ok(Some(body))
}

fn undecodable(token: Token) -> BodyError {
    BodyError { message: "the body is not a valid string literal".to_owned(), offset: token.span.start }
}

/// Where a routine's body is.
#[derive(Clone, Copy)]
enum Source {
    /// In a string.
    Literal(Token),
    /// In the statement itself, as this range of its tokens: `BEGIN ATOMIC … END`, or the expression of `RETURN`.
    Inline { start: usize, end: usize, expression: bool },
}

/// What the parts outside the body say.
struct Head {
    runs: bool,
    source: Source,
    language: Option<Token>,
}

impl Head {
    fn find(text: &str, tokens: &[Token]) -> Option<Self> {
        let runs = tokens.first()?.is_word(text, "do");
        let kind = match tokens {
            _ if runs => 0,
            [create, or, replace, ..]
                if create.is_word(text, "create")
                    && or.is_word(text, "or")
                    && replace.is_word(text, "replace") =>
            {
                3
            }
            [create, ..] if create.is_word(text, "create") => 1,
            _ => return None,
        };
        if !runs
            && !["function", "procedure"].iter().any(|w| tokens.get(kind).is_some_and(|t| t.is_word(text, w)))
        {
            return None;
        }
        let mut depth = 0u32;
        let mut language = None;
        let mut source = None;
        for (at, token) in tokens.iter().enumerate().skip(1) {
            let before = tokens[at - 1];
            match token.kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                _ if before.is_word(text, "language") => language = Some(*token),
                _ if source.is_some() => {}
                kind if kind.is_string() && (runs || before.is_word(text, "as")) => {
                    // `AS 'file', 'symbol'` is a C function.
                    let pair = tokens.get(at + 1).is_some_and(|t| t.kind == TokenKind::Comma);
                    source = (!pair).then_some(Source::Literal(*token));
                }
                TokenKind::Ident if before.is_word(text, "begin") && token.is_word(text, "atomic") => {
                    let end = tokens.len() - usize::from(tokens.last()?.is_word(text, "end"));
                    source = Some(Source::Inline { start: at + 1, end: end.max(at + 1), expression: false });
                    break;
                }
                TokenKind::Ident if token.is_word(text, "return") => {
                    source = Some(Source::Inline { start: at + 1, end: tokens.len(), expression: true });
                    break;
                }
                _ => {}
            }
        }
        source.map(|source| Self { runs, source, language })
    }

    /// The language, folded; `DO` and inline bodies have a default.
    fn language(&self, text: &str) -> String {
        let Some(token) = self.language else {
            return if self.runs { "plpgsql" } else { "sql" }.to_owned();
        };
        let name = token.text(text);
        match decode(token, text) {
            Some(literal) => literal.text.to_ascii_lowercase(),
            None if token.kind == TokenKind::QuotedIdent => name.trim_matches('"').to_owned(),
            None => name.to_ascii_lowercase(),
        }
    }

    fn span(&self, text: &str, tokens: &[Token]) -> Span {
        match self.source {
            Source::Literal(token) => {
                let start = decode(token, text).map_or(token.span.start, |l| l.source(0));
                let quote = if token.kind == TokenKind::DollarString { start - token.span.start } else { 1 };
                Span::new(start, token.span.end - quote)
            }
            Source::Inline { start, end, .. } => {
                let first = tokens.get(start).map_or(0, |t| t.span.start);
                Span::new(first, tokens[start..end].last().map_or(first, |t| t.span.end))
            }
        }
    }
}

/// The statements of an SQL body in a string.
fn sql_statements(literal: &Literal<'_>) -> Vec<BodyStatement> {
    let neutral = neutralise_fragment(&literal.text, Dialect::PostgreSql);
    let script = split(&neutral.text, Dialect::PostgreSql);
    let lines = Lines::new(&neutral.text);
    let statement = |span: Span| BodyStatement {
        line: lines.line(span.start),
        span: Span::new(literal.source(span.start), literal.source(span.end)),
        ..plain(BodyKind::Static, span.slice(&neutral.text))
    };
    script.pieces.iter().map(|piece| statement(piece.span)).collect()
}

/// The statements, or the expression, of an SQL-standard body.
fn inline_statements(text: &str, tokens: &[Token], expression: bool) -> Vec<BodyStatement> {
    let first = tokens.first().map_or(0, |t| t.span.start);
    let kind = if expression { BodyKind::Expression } else { BodyKind::Static };
    let parts = tokens.split(|t| t.kind == TokenKind::Semicolon && !expression);
    let statement = |part: &[Token]| {
        let span = Span::new(part.first()?.span.start, part.last()?.span.end);
        let line = Span::new(first, span.start).slice(text).matches('\n').count() + 1;
        Some(BodyStatement { line: offset(line), span, ..plain(kind, span.slice(text)) })
    };
    parts.filter_map(statement).collect()
}

/// A statement that runs whenever the body does.
fn plain(kind: BodyKind, sql: &str) -> BodyStatement {
    BodyStatement {
        kind,
        sql: sql.to_owned(),
        line: 1,
        span: Span::default(),
        conditional: false,
        repeated: false,
        guarded: false,
    }
}

/// The lines of a body.
pub(super) struct Lines(Vec<u32>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| offset(at + 1));
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// 1-based line of an offset.
    pub(super) fn line(&self, at: u32) -> u32 {
        offset(self.0.partition_point(|start| *start <= at))
    }

    /// Offset where a 1-based line starts; that of the last line for any beyond.
    pub(super) fn start(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.0.len() - 1);
        self.0[index]
    }
}
