//! What a PL/pgSQL body names, found by its tokens.
//!
//! In: the body of a stored function. Out: the queries and statements in it. The server's own compiler, which
//! reads `DO` blocks, costs more than the rest of a function's reading together and refuses types it does not
//! know; here it is enough to know where each piece of SQL begins and ends.

use std::borrow::Cow;
use std::ops::Range;

use pg_query::protobuf as pb;

use super::Cx;
use super::body::record;
use super::text::tokens;
use crate::ir::routine::BodyUses;
use crate::parse::lexer::{Token, TokenKind};
use crate::parse::postgres::{constant, ffi};
use crate::text::Span;

/// What the body of a function in PL/pgSQL names. A part that cannot be parsed makes it unreadable; the rest is
/// still listed.
pub(super) fn uses(cx: &Cx, body: &str) -> BodyUses {
    let tokens = tokens(body);
    let mut reader =
        Reader { body, tokens: &tokens, at: 0, blocks: Vec::new(), found: Vec::new(), dynamic: 0 };
    while reader.at < tokens.len() {
        let before = reader.at;
        reader.statement();
        // Whatever the text is, it is read to its end.
        reader.at = reader.at.max(before + 1);
    }
    let mut uses = BodyUses { readable: true, dynamic: reader.dynamic, ..BodyUses::default() };
    record_all(cx, &reader.found, &mut uses);
    uses
}

/// A piece of SQL: as it can be parsed, and as it is written.
struct Found<'a> {
    sql: Cow<'a, str>,
    written: Cow<'a, str>,
}

/// Parses the pieces, all at once when possible: most of the time for a short text goes into the call.
fn record_all(cx: &Cx, found: &[Found], uses: &mut BodyUses) {
    let texts: Vec<&str> = found.iter().map(|f| &*f.sql).collect();
    if let Ok(tree) = ffi::parse(&texts.join("\n;"))
        && tree.stmts.len() == found.len()
    {
        for (stmt, piece) in tree.stmts.iter().zip(found) {
            record_stmt(cx, stmt, &piece.written, uses);
        }
        return;
    }
    for piece in found {
        match ffi::parse(&piece.sql) {
            Ok(tree) => tree.stmts.iter().for_each(|stmt| record_stmt(cx, stmt, &piece.written, uses)),
            Err(_) => uses.readable = false,
        }
    }
}

fn record_stmt(cx: &Cx, stmt: &pb::RawStmt, written: &str, uses: &mut BodyUses) {
    if let Some(node) = stmt.stmt.as_ref().and_then(|s| s.node.as_ref()) {
        record(cx, node, written.to_owned(), uses);
    }
}

/// What an `END` may close, as far as it matters to what `WHEN` means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Case,
    Other,
}

struct Reader<'a> {
    body: &'a str,
    tokens: &'a [Token],
    at: usize,
    blocks: Vec<Block>,
    found: Vec<Found<'a>>,
    dynamic: usize,
}

/// Words that begin a statement which is a query, or which writes rows.
const QUERY_WORDS: [&str; 8] = ["select", "with", "values", "table", "insert", "update", "delete", "merge"];

/// Keywords that act as functions without parentheses.
const VALUE_WORDS: [&str; 12] = [
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
];

impl<'a> Reader<'a> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_word(self.body, word))
    }

    fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    /// Steps over a word.
    fn take(&mut self, word: &str) -> bool {
        let found = self.is(self.at, word);
        self.at += usize::from(found);
        found
    }

    /// The index of the next token that `stop` accepts outside parentheses and `CASE` expressions, or of the
    /// end of the statement.
    fn find(&self, from: usize, stop: impl Fn(&Self, usize) -> bool) -> usize {
        let (mut depth, mut cases) = (0u32, 0u32);
        for at in from..self.tokens.len() {
            match self.tokens[at].kind {
                TokenKind::Semicolon => return at,
                _ if depth == 0 && cases == 0 && stop(self, at) => return at,
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth = depth.saturating_sub(1),
                TokenKind::Ident if self.is(at, "case") => cases += 1,
                TokenKind::Ident if self.is(at, "end") => cases = cases.saturating_sub(1),
                _ => {}
            }
        }
        self.tokens.len()
    }

    fn find_word(&self, from: usize, words: &[&str]) -> usize {
        self.find(from, |reader, at| reader.is_any(at, words))
    }

    /// Steps behind the end of the statement.
    fn end(&mut self) -> usize {
        let end = self.find(self.at, |_, _| false);
        self.at = end + 1;
        end
    }

    fn statement(&mut self) {
        let start = self.at;
        let Some(first) = self.tokens.get(start) else { return };
        match first.kind {
            TokenKind::Semicolon => self.at += 1,
            // `<<label>>`, and the options that begin with `#`.
            TokenKind::Operator => self.at += 3,
            _ => {
                if let Some(value) = self.assigned(start) {
                    let end = self.end();
                    self.expression(value..end);
                } else {
                    let word = first.text(self.body).to_ascii_lowercase();
                    self.worded(&word);
                }
            }
        }
    }

    /// Where the value of an assignment begins, when the statement is one: `a.b[1] := …`.
    fn assigned(&self, start: usize) -> Option<usize> {
        if !matches!(self.kind(start)?, TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::Param) {
            return None;
        }
        let mut at = start + 1;
        loop {
            match self.kind(at)? {
                TokenKind::Dot => at += 2,
                TokenKind::LBracket => {
                    at = self.find(at + 1, |r, at| r.kind(at) == Some(TokenKind::RBracket)) + 1;
                }
                TokenKind::ColonEquals => return Some(at + 1),
                TokenKind::Operator if self.tokens[at].text(self.body) == "=" => return Some(at + 1),
                _ => return None,
            }
        }
    }

    fn worded(&mut self, word: &str) {
        self.at += 1;
        match word {
            "declare" => self.declarations(),
            "begin" | "loop" => self.blocks.push(Block::Other),
            "else" | "exception" => {}
            "end" => {
                self.blocks.pop();
                self.end();
            }
            "if" => {
                self.blocks.push(Block::Other);
                self.condition("then");
            }
            "elsif" | "elseif" => self.condition("then"),
            "case" => {
                self.blocks.push(Block::Case);
                let end = self.find_word(self.at, &["when"]);
                self.expression(self.at..end);
                self.at = end;
            }
            "when" if self.blocks.last() == Some(&Block::Case) => self.condition("then"),
            // The conditions of an exception handler are names of errors.
            "when" => self.at = self.find_word(self.at, &["then"]) + 1,
            "while" => {
                self.blocks.push(Block::Other);
                self.condition("loop");
            }
            "for" | "foreach" => self.loop_head(),
            "exit" | "continue" => {
                let when = self.find_word(self.at, &["when"]);
                let end = self.end();
                self.expression(when + 1..end);
            }
            "return" => self.returned(),
            "raise" => {
                let comma = self.find(self.at, |r, at| r.kind(at) == Some(TokenKind::Comma));
                let stop = self.find_word(comma, &["using"]);
                self.end();
                self.expression(comma + 1..stop);
            }
            "assert" => {
                let start = self.at;
                let end = self.end();
                self.expression(start..end);
            }
            "perform" => {
                let start = self.at;
                let end = self.end();
                self.parse("SELECT ", start..end);
            }
            "execute" => {
                let start = self.at;
                let end = self.end();
                self.dynamic(start, end);
            }
            "open" => {
                let query = self.find_word(self.at, &["for"]) + 1;
                let end = self.end();
                self.query(query..end);
            }
            "fetch" | "move" | "close" | "get" | "null" | "commit" | "rollback" => {
                self.end();
            }
            _ => {
                let start = self.at - 1;
                let end = self.end();
                self.parse("", start..end);
            }
        }
    }

    /// A condition up to the word that ends it.
    fn condition(&mut self, word: &str) {
        let end = self.find_word(self.at, &[word]);
        self.expression(self.at..end);
        self.at = end + 1;
    }

    /// The declarations up to `BEGIN`: defaults, and the queries of cursors.
    fn declarations(&mut self) {
        while self.at < self.tokens.len() && !self.is(self.at, "begin") {
            let start = self.at;
            let end = self.end();
            let cursor = self.find_word(start, &["cursor"]);
            if cursor < end {
                let query = self.find_word(cursor, &["for", "is"]) + 1;
                self.query(query..end);
                continue;
            }
            let value = self.find(start, |r, at| {
                r.kind(at) == Some(TokenKind::ColonEquals)
                    || r.is(at, "default")
                    || r.tokens[at].text(r.body) == "="
            });
            self.expression(value + 1..end);
        }
    }

    /// `FOR … IN … LOOP` and `FOREACH … IN ARRAY … LOOP`.
    fn loop_head(&mut self) {
        self.blocks.push(Block::Other);
        let start = self.find_word(self.at, &["in"]) + 1;
        let end = self.find_word(start, &["loop"]);
        self.at = end + 1;
        let start = start + usize::from(self.is_any(start, &["array", "reverse"]));
        let range = self.find(start, |r, at| at < end && r.kind(at) == Some(TokenKind::DotDot));
        if range < end {
            self.expression(start..range);
            self.expression(range + 1..self.find_word(range, &["by"]).min(end));
        } else if self.is(start.saturating_sub(1), "array") {
            self.expression(start..end);
        } else {
            self.query(start..end);
        }
    }

    fn returned(&mut self) {
        let query = self.take("query");
        self.take("next");
        let start = self.at;
        let end = self.end();
        if query { self.query(start..end) } else { self.expression(start..end) }
    }

    /// A query, or `EXECUTE` of one; the name of a cursor is neither.
    fn query(&mut self, range: Range<usize>) {
        if self.is(range.start, "execute") {
            self.dynamic(range.start + 1, range.end);
        } else if self.kind(range.start) == Some(TokenKind::LParen) || self.is_any(range.start, &QUERY_WORDS)
        {
            self.parse("", range);
        }
    }

    /// The text that `EXECUTE` runs, when it is constant.
    fn dynamic(&mut self, start: usize, end: usize) {
        let stop = self.find_word(start, &["into", "using"]).min(end);
        match constant::evaluate(self.slice(start..stop)) {
            Some(sql) => self.found.push(Found { written: Cow::Owned(sql.clone()), sql: Cow::Owned(sql) }),
            None => self.dynamic += 1,
        }
        let using = self.find_word(stop, &["using"]);
        if using < end {
            self.expression(using + 1..self.find_word(using, &["into"]).min(end));
        }
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        match self.tokens.get(range).and_then(|t| Some((t.first()?, t.last()?))) {
            Some((first, last)) => Span::new(first.span.start, last.span.end).slice(self.body),
            None => "",
        }
    }

    /// An expression. Only one with parentheses, or a keyword that acts as a function, is of interest: it alone
    /// can call a function or hold a query.
    fn expression(&mut self, range: Range<usize>) {
        let tokens = self.tokens.get(range.clone()).unwrap_or(&[]);
        let calls = |token: &Token| {
            token.kind == TokenKind::LParen || VALUE_WORDS.iter().any(|word| token.is_word(self.body, word))
        };
        if tokens.iter().any(calls) {
            self.parse("SELECT ", range);
        }
    }

    /// Takes a part of the body, to be parsed with this in front.
    fn parse(&mut self, prefix: &str, range: Range<usize>) {
        let written = self.slice(range.clone());
        if written.is_empty() {
            return;
        }
        let sql = match self.target_of_into(&range) {
            Some(target) => {
                let from = self.tokens[range.start].span.start;
                let before = Span::new(0, target.start - from).slice(written);
                let behind = written.get((target.end - from) as usize..).unwrap_or("");
                Cow::Owned(format!("{prefix}{before}{behind}"))
            }
            None if prefix.is_empty() => Cow::Borrowed(written),
            None => Cow::Owned(format!("{prefix}{written}")),
        };
        self.found.push(Found { sql, written: Cow::Borrowed(written) });
    }

    /// The `INTO` of a query and the variables it names, which are no SQL.
    fn target_of_into(&self, range: &Range<usize>) -> Option<Span> {
        if !self.is_any(range.start, &QUERY_WORDS) {
            return None;
        }
        let into = self.find(range.start, |r, at| {
            r.is(at, "into") && !(at > 0 && r.is_any(at - 1, &["insert", "merge"]))
        });
        if into >= range.end {
            return None;
        }
        let mut at = into + 1 + usize::from(self.is(into + 1, "strict"));
        loop {
            at += 1;
            match self.kind(at) {
                Some(TokenKind::Dot | TokenKind::Comma) => at += 1,
                Some(TokenKind::LBracket) => {
                    at = self.find(at + 1, |r, at| r.kind(at) == Some(TokenKind::RBracket));
                }
                _ => break,
            }
        }
        let end = self.tokens[at.min(range.end) - 1].span.end;
        Some(Span::new(self.tokens[into].span.start, end))
    }
}
