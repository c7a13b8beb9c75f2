//! Text to pieces: statements, psql and client commands, COPY data, each with its tokens and comments.
//!
//! In comes a whole source, out comes a [`Script`] that accounts for every byte: what is neither white space,
//! comment nor terminator lies in exactly one [`Piece`]. Nothing is parsed here, so one broken statement costs
//! only itself.
//!
//! A semicolon ends a statement even inside parentheses, save in `CREATE RULE`: no other statement may hold
//! one there, and a forgotten parenthesis must not swallow the rest of the file.

mod command;
mod compound;

use std::ops::Range;

use self::compound::Compound;
use super::lexer::{Construct, Lexer, Token, TokenKind};
use crate::name::Dialect;
use crate::text::{Span, offset};

/// What a [`Piece`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A statement for the server.
    Sql,
    /// A psql command: a backslash, its name and arguments.
    PsqlMeta,
    /// The rows after `COPY … FROM stdin`, with the `\.` that ends them.
    CopyData,
    /// A command of the mysql or sqlite3 client: `DELIMITER`, `source`, `.read`.
    ClientCommand,
    /// A statement that reaches the end of the text inside an open construct.
    Unterminated {
        /// What is left open.
        what: Construct,
        /// Where it was opened.
        at: u32,
    },
}

/// One unit of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// First to last significant byte, without the terminator.
    pub span: Span,
    /// Its significant tokens, as a range of [`Script::tokens`]; empty for commands and data.
    pub tokens: Range<usize>,
    /// Its comments, as a range of [`Script::comments`].
    pub comments: Range<usize>,
    /// What ended it: `;`, psql's `\;`, or the delimiter in force. `None` when a psql command such as `\g`, a
    /// line break (commands) or the end of the text did.
    pub terminator: Option<Span>,
    /// Whether it is complete as written; a statement is when a terminator or `\g` sends it.
    pub terminated: bool,
}

/// Where a comment stands, seen from its piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the first token.
    Before,
    /// Between the first and the last token.
    Inside,
    /// Behind the last token: before the terminator, or begun on the line where that ends.
    After,
}

/// A comment or a template action without output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// All of it, comment marks included.
    pub span: Span,
    /// Where it stands.
    pub place: Place,
    /// Whether it is a template action (`{{ if … }}`) rather than a comment.
    pub template: bool,
}

/// A source cut into pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The pieces in order; they do not overlap.
    pub pieces: Vec<Piece>,
    /// The significant tokens of all statements, in order.
    pub tokens: Vec<Token>,
    /// The comments in order. Those after the last piece belong to none.
    pub comments: Vec<Comment>,
    /// Terminators of empty statements.
    pub empty: Vec<Span>,
}

impl Script {
    /// The significant tokens of a piece.
    #[must_use]
    pub fn tokens_of(&self, piece: &Piece) -> &[Token] {
        &self.tokens[piece.tokens.clone()]
    }

    /// The comments of a piece.
    #[must_use]
    pub fn comments_of(&self, piece: &Piece) -> &[Comment] {
        &self.comments[piece.comments.clone()]
    }

    /// The comments that follow the last piece.
    #[must_use]
    pub fn trailing_comments(&self) -> &[Comment] {
        &self.comments[self.pieces.last().map_or(0, |p| p.comments.end)..]
    }
}

/// Cuts a source into pieces.
#[must_use]
pub fn split(text: &str, dialect: Dialect) -> Script {
    let mut splitter = Splitter {
        text,
        dialect,
        lexer: Lexer::new(text, dialect),
        // A token takes about six bytes: growing step by step would copy all of them several times.
        script: Script { tokens: Vec::with_capacity(text.len() / 6), ..Script::default() },
        first_token: 0,
        first_comment: 0,
        inner_comments: None,
        compound: Compound::default(),
        copy_at: None,
        end_mark: None,
        line_end: None,
    };
    splitter.run();
    splitter.script
}

struct Splitter<'a> {
    text: &'a str,
    dialect: Dialect,
    lexer: Lexer<'a>,
    script: Script,
    /// First token and first comment of the statement at hand.
    first_token: usize,
    first_comment: usize,
    /// Number of comments before the last token of the statement at hand.
    inner_comments: Option<usize>,
    compound: Compound,
    /// Where the data of the COPY just seen begin.
    copy_at: Option<usize>,
    /// Where the next end mark of COPY data is; `usize::MAX` when there is none.
    end_mark: Option<usize>,
    /// End of the line on which the last piece ended: a comment up to here belongs to that piece.
    line_end: Option<usize>,
}

impl Splitter<'_> {
    fn run(&mut self) {
        loop {
            if let Some(at) = self.copy_at
                && self.lexer.pos() >= at
                && self.at_start()
            {
                self.copy_data(at);
            }
            let Some(token) = self.lexer.next() else { break };
            match token.kind {
                TokenKind::Whitespace => {
                    // The data begin at the start of the next line, white space included.
                    let (start, end) = (token.span.start as usize, token.span.end as usize);
                    if let Some(at) = self.copy_at.filter(|at| (start + 1..end).contains(at)) {
                        self.lexer.seek(at);
                    }
                }
                TokenKind::LineComment | TokenKind::BlockComment | TokenKind::TemplateControl => {
                    self.comment(token);
                }
                TokenKind::Semicolon if self.ends_statement() => self.finish(Some(token.span)),
                TokenKind::Delimiter => self.finish(Some(token.span)),
                TokenKind::Backslash if self.backslash(token) => {}
                TokenKind::Unterminated(what) => {
                    self.push(token);
                    let kind = PieceKind::Unterminated { what, at: token.span.start };
                    self.piece(kind, None, false);
                }
                TokenKind::Ident | TokenKind::Dot if self.at_start() && self.client_command(token) => {}
                _ => self.push(token),
            }
        }
        if let Some(at) = self.lexer.open_version_comment().filter(|_| !self.at_start()) {
            self.piece(PieceKind::Unterminated { what: Construct::VersionComment, at }, None, false);
        } else if !self.at_start() {
            self.piece(PieceKind::Sql, None, false);
        }
    }

    /// Whether no token of a statement has been seen.
    fn at_start(&self) -> bool {
        self.first_token == self.script.tokens.len()
    }

    fn current(&self) -> &[Token] {
        &self.script.tokens[self.first_token..]
    }

    fn push(&mut self, token: Token) {
        self.script.tokens.push(token);
        self.inner_comments = Some(self.script.comments.len());
        self.line_end = None;
        self.compound.token(&self.script.tokens[self.first_token..], self.text, self.dialect);
    }

    /// Whether a semicolon here ends the statement, rather than one inside it.
    fn ends_statement(&self) -> bool {
        !self.lexer.has_delimiter() && self.compound.ends_at_semicolon(self.current(), self.text)
    }

    /// Ends the statement at hand, or notes an empty one.
    fn finish(&mut self, terminator: Option<Span>) {
        if self.at_start() {
            self.script.empty.extend(terminator);
        } else {
            let end = terminator.map_or(self.lexer.pos(), |t| t.end as usize);
            let copy = command::copies_from_stdin(self.current(), self.text, self.dialect);
            self.piece(PieceKind::Sql, terminator, true);
            if copy {
                self.copy_at = Some(self.next_line(end));
            }
            self.line_end = Some(self.next_line(end));
        }
    }

    fn next_line(&self, from: usize) -> usize {
        self.text[from..].find('\n').map_or(self.text.len(), |n| from + n + 1)
    }

    /// Makes a piece of the tokens at hand.
    fn piece(&mut self, kind: PieceKind, terminator: Option<Span>, terminated: bool) {
        let tokens = self.first_token..self.script.tokens.len();
        let (Some(first), Some(last)) = (self.script.tokens.get(tokens.start), self.script.tokens.last())
        else {
            return;
        };
        let span = Span::new(first.span.start, last.span.end);
        let inner = self.inner_comments.unwrap_or(self.first_comment);
        let comments = self.first_comment..self.script.comments.len();
        // A comment between the last token and the terminator was taken for an inner one.
        for comment in &mut self.script.comments[inner..] {
            comment.place = Place::After;
        }
        self.script.pieces.push(Piece { kind, span, tokens, comments, terminator, terminated });
        self.restart();
    }

    /// Makes a piece that has no tokens: a command or data.
    fn piece_without_tokens(&mut self, kind: PieceKind, span: Span, terminated: bool) {
        let here = self.script.tokens.len();
        let comments = self.first_comment..self.script.comments.len();
        self.script.pieces.push(Piece {
            kind,
            span,
            tokens: here..here,
            comments,
            terminator: None,
            terminated,
        });
        self.restart();
    }

    fn restart(&mut self) {
        self.first_token = self.script.tokens.len();
        self.first_comment = self.script.comments.len();
        self.inner_comments = None;
        self.compound = Compound::default();
        self.line_end = None;
    }

    fn comment(&mut self, token: Token) {
        let template = token.kind == TokenKind::TemplateControl;
        let mut place = if self.at_start() { Place::Before } else { Place::Inside };
        if place == Place::Before
            && !template
            && self.line_end.is_some_and(|end| (token.span.start as usize) < end)
            && self.first_comment == self.script.comments.len()
            && let Some(piece) = self.script.pieces.last_mut()
        {
            place = Place::After;
            piece.comments.end += 1;
            self.first_comment += 1;
        }
        self.script.comments.push(Comment { span: token.span, place, template });
    }

    /// Takes the COPY data that begin at `at`. Without an end mark in the rest of the text there are none: what
    /// follows is read as statements, so that nothing is skipped unseen.
    fn copy_data(&mut self, at: usize) {
        self.copy_at = None;
        // A statement on the same line as the COPY may reach into the data.
        let at = at.max(self.lexer.pos());
        let known = self.end_mark.filter(|mark| *mark >= at);
        let mark = known.unwrap_or_else(|| command::end_mark(self.text, at).unwrap_or(usize::MAX));
        self.end_mark = Some(mark);
        if mark != usize::MAX {
            self.lexer.seek(self.next_line(mark));
            self.piece_without_tokens(PieceKind::CopyData, Span::new(offset(at), offset(mark + 2)), true);
        }
    }

    /// Handles a backslash; `false` when it is just a character of the statement.
    fn backslash(&mut self, token: Token) -> bool {
        let at = token.span.start as usize;
        match self.dialect {
            Dialect::PostgreSql => self.psql_command(at),
            Dialect::MySql => {
                let rest = &self.text[at + 1..];
                if !self.at_start() && rest.starts_with(['g', 'G']) {
                    self.lexer.seek(at + 2);
                    self.finish(Some(Span::new(token.span.start, offset(at + 2))));
                    true
                } else {
                    self.at_start() && self.line_command(at)
                }
            }
            Dialect::Sqlite => false,
        }
    }

    /// A psql command. One of the `\g` family sends the statement before it; any other interrupts it.
    fn psql_command(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        if rest.starts_with(';') {
            self.lexer.seek(at + 2);
            self.finish(Some(Span::new(offset(at), offset(at + 2))));
            return true;
        }
        if rest.starts_with(':') {
            return false;
        }
        let mut copies = false;
        if !self.at_start() {
            let sends = command::sends_statement(rest);
            copies = sends && command::copies_from_stdin(self.current(), self.text, self.dialect);
            self.piece(PieceKind::Sql, None, sends);
        }
        let (span, end) = command::psql(self.text, at);
        copies |= command::psql_copies_from_stdin(span.slice(self.text));
        self.lexer.seek(end);
        self.piece_without_tokens(PieceKind::PsqlMeta, span, true);
        if copies {
            self.copy_at = Some(self.next_line(end));
        }
        self.line_end = Some(self.next_line(end));
        true
    }

    /// A command of the mysql or sqlite3 client, which stands at the start of a line.
    fn client_command(&mut self, token: Token) -> bool {
        let at = token.span.start as usize;
        let before = self.text[..at].trim_end_matches([' ', '\t', '\u{feff}']);
        if self.dialect == Dialect::PostgreSql || !(before.is_empty() || before.ends_with('\n')) {
            return false;
        }
        let line = self.text[at..self.next_line(at)].trim_end();
        command::is_client_command(line, self.dialect) && self.line_command(at)
    }

    /// Takes the rest of the line as a client command.
    fn line_command(&mut self, at: usize) -> bool {
        let end = self.next_line(at);
        let line = self.text[at..end].trim_end();
        let span = Span::new(offset(at), offset(at + line.len()));
        if let Some(delimiter) = command::delimiter(line).filter(|_| self.dialect == Dialect::MySql) {
            self.lexer.set_delimiter(Some(delimiter).filter(|d| *d != ";"));
        }
        self.lexer.seek(end);
        self.piece_without_tokens(PieceKind::ClientCommand, span, true);
        true
    }
}

#[cfg(test)]
mod tests;
