//! The statement's own text: slices of it, and places of what has none in the tree.

use std::ops::Range;

use pg_query::protobuf as pb;

use super::{Context, Cx};
use crate::parse::lexer::{Token, TokenKind};
use crate::parse::segments;
use crate::quote::keyword;
use crate::text::{Span, offset};

impl<'a> Cx<'a> {
    /// The statement's text.
    pub(super) fn source(&self) -> &'a str {
        self.context.span.slice(self.context.text)
    }

    /// The statement's place.
    pub(super) fn span(&self) -> Span {
        self.place(self.context.span)
    }

    /// Where a part of the parsed text stands in the source.
    fn place(&self, span: Span) -> Span {
        self.context.place.unwrap_or(span)
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.context.tokens.get(at).is_some_and(|t| t.is_word(self.context.text, word))
    }

    /// The text from one token up to another, exclusive.
    fn between(&self, range: Range<usize>) -> Option<String> {
        let tokens = self.context.tokens.get(range)?;
        let span = Span::new(tokens.first()?.span.start, tokens.last()?.span.end);
        Some(span.slice(self.context.text).to_owned())
    }

    /// The leading keywords, upper case.
    pub(super) fn verb(&self) -> String {
        let words =
            self.context.tokens.iter().take(3).map(|t| t.text(self.context.text).to_ascii_lowercase());
        let words: Vec<String> = words.take_while(|w| keyword(w).is_some()).collect();
        words.join(" ").to_ascii_uppercase()
    }

    /// The places of a `CREATE TABLE`'s elements; none when they are not as many as in the tree.
    pub(super) fn element_spans(&self, count: usize) -> Vec<Span> {
        let segments = segments::table_elements(self.context.text, self.context.tokens).unwrap_or_default();
        self.spans(&segments, count)
    }

    /// The places of an `ALTER TABLE`'s actions; none when they are not as many as in the tree.
    pub(super) fn action_spans(&self, count: usize) -> Vec<Span> {
        let alteration = segments::alteration(self.context.text, self.context.tokens);
        self.spans(&alteration.map_or_else(Vec::new, |a| a.actions), count)
    }

    fn spans(&self, segments: &[segments::Segment], count: usize) -> Vec<Span> {
        if segments.len() == count {
            segments.iter().map(|s| self.place(s.span)).collect()
        } else {
            Vec::new()
        }
    }

    /// The place of a part that begins at a location of the tree and ends where the next begins, or with what
    /// surrounds it.
    pub(super) fn part_span(&self, location: i32, next: Option<i32>, within: Span) -> Span {
        let absolute = |location: i32| u32::try_from(location).ok().map(|n| self.base + n);
        let Some(start) = absolute(location).filter(|s| within.contains(*s) && self.context.place.is_none())
        else {
            return within;
        };
        let limit = next.and_then(absolute).filter(|e| start < *e && *e <= within.end).unwrap_or(within.end);
        let last = self.context.tokens.partition_point(|t| t.span.end <= limit);
        let end = last.checked_sub(1).map_or(limit, |i| self.context.tokens[i].span.end);
        if end > start { Span::new(start, end) } else { within }
    }

    /// Indexes of the tokens outside parentheses and brackets.
    fn outer(&self, from: usize) -> impl Iterator<Item = usize> {
        let mut depth = 0u32;
        (from..self.context.tokens.len()).filter(move |at| {
            let at_depth = depth;
            match self.context.tokens[*at].kind {
                TokenKind::LParen | TokenKind::LBracket => depth += 1,
                TokenKind::RParen | TokenKind::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            at_depth == 0
        })
    }

    /// The query of `CREATE … AS query`, without the clause after it that ends in this word: `WITH NO DATA`,
    /// `WITH LOCAL CHECK OPTION`.
    pub(super) fn query_after_as(&self, clause_end: &str) -> Option<String> {
        let start = self.outer(0).find(|at| self.is(*at, "AS"))? + 1;
        let mut end = self.context.tokens.len();
        let with = (start + 1..end).rev().take(4).find(|at| self.is(*at, "WITH"));
        if let Some(with) = with
            && !clause_end.is_empty()
            && self.is(end - 1, clause_end)
            && (with + 1..end - 1)
                .all(|at| ["NO", "LOCAL", "CASCADED", "CHECK"].iter().any(|word| self.is(at, word)))
        {
            end = with;
        }
        self.between(start..end)
    }

    /// Whether a word stands before the kind of object in `CREATE … VIEW`.
    pub(super) fn has_leading_word(&self, word: &str) -> bool {
        let view = (0..self.context.tokens.len()).take(8).find(|at| self.is(*at, "VIEW"));
        view.is_some_and(|view| (0..view).any(|at| self.is(at, word)))
    }

    /// What the first parentheses hold.
    pub(super) fn first_parenthesis(&self) -> Option<String> {
        let open = self.context.tokens.iter().position(|t| t.kind == TokenKind::LParen)?;
        let close = self.outer(open + 1).find(|at| self.context.tokens[*at].kind == TokenKind::RParen)?;
        self.between(open + 1..close)
    }

    /// The source query of an `INSERT`, with the `WITH` before the statement.
    pub(super) fn insert_source(&self, stmt: &pb::InsertStmt) -> String {
        self.find_insert_source(stmt).unwrap_or_else(|| match &stmt.select_stmt {
            Some(select) => select.node.as_ref().map_or_else(String::new, |node| self.deparse(node)),
            None => String::new(),
        })
    }

    fn find_insert_source(&self, stmt: &pb::InsertStmt) -> Option<String> {
        let tokens = self.context.tokens;
        let begins = |at: usize| ["SELECT", "WITH", "VALUES", "TABLE"].iter().any(|word| self.is(at, word));
        let insert = self.outer(0).find(|at| self.is(*at, "INSERT"))?;
        let start = self.outer(insert).find(|at| {
            let nested = tokens[*at].kind == TokenKind::LParen
                && tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::LParen || begins(at + 1));
            begins(*at) || nested
        })?;
        let mut end = tokens.len();
        if stmt.returning_clause.is_some() {
            end = self.outer(start).filter(|at| self.is(*at, "RETURNING")).last()?;
        }
        if stmt.on_conflict_clause.is_some() {
            end = self.outer(start).find(|at| self.is(*at, "ON") && self.is(at + 1, "CONFLICT"))?;
        }
        let query = self.between(start..end)?;
        match insert {
            0 => Some(query),
            _ => Some(format!("{} {query}", self.between(0..insert)?)),
        }
    }

    /// The SQL-standard body of a routine: `RETURN …` or `BEGIN ATOMIC … END`.
    pub(super) fn sql_body(&self) -> Option<(Range<usize>, String)> {
        let begins =
            |at: &usize| self.is(*at, "RETURN") || (self.is(*at, "BEGIN") && self.is(at + 1, "ATOMIC"));
        let start = self.outer(0).find(begins)?;
        let range = start..self.context.tokens.len();
        Some((range.clone(), self.between(range)?))
    }

    /// The statements between `BEGIN ATOMIC` and `END`, as token ranges of [`Self::sql_body`].
    pub(super) fn atomic_statements(&self, body: Range<usize>) -> Vec<Range<usize>> {
        let mut start = body.start + 2;
        let mut parts = Vec::new();
        for at in body {
            if self.context.tokens[at].kind == TokenKind::Semicolon {
                if at > start {
                    parts.push(start..at);
                }
                start = at + 1;
            }
        }
        parts
    }

    /// The text of a token range.
    pub(super) fn text_of(&self, range: Range<usize>) -> String {
        self.between(range).unwrap_or_default()
    }

    /// The statements written inside `CREATE SCHEMA`, as token ranges; none when they are not as many as in the
    /// tree.
    pub(super) fn schema_elements(&self, count: usize) -> Vec<Range<usize>> {
        let starts: Vec<usize> = self
            .outer(1)
            .filter(|at| {
                // `GRANT CREATE`, `GRANT USAGE, CREATE`: a privilege, not a statement.
                let privilege = self.is(at - 1, "GRANT")
                    || self.context.tokens.get(at - 1).is_some_and(|t| t.kind == TokenKind::Comma);
                (self.is(*at, "CREATE") && !privilege) || self.is(*at, "GRANT")
            })
            .collect();
        if starts.len() != count {
            return Vec::new();
        }
        let end = |i: usize| starts.get(i + 1).copied().unwrap_or(self.context.tokens.len());
        starts.iter().enumerate().map(|(i, start)| *start..end(i)).collect()
    }

    /// A part of this statement that is a statement itself.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let tokens: &'a [Token] = self.context.tokens.get(range).unwrap_or(&[]);
        let span = match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => self.context.span,
        };
        Self { base: self.base, ..Self::new(Context { tokens, span, ..self.context }) }
    }

    /// The statement after `EXPLAIN` and its options.
    pub(super) fn explained(&self) -> Self {
        let tokens = self.context.tokens;
        let options = tokens.get(1).is_some_and(|t| t.kind == TokenKind::LParen);
        let start = if options {
            self.outer(2).find(|at| tokens[*at].kind == TokenKind::RParen).map_or(0, |close| close + 1)
        } else {
            (1..tokens.len())
                .find(|at| !["ANALYZE", "ANALYSE", "VERBOSE"].iter().any(|word| self.is(*at, word)))
                .unwrap_or(0)
        };
        self.part(start..tokens.len())
    }

    /// A part of this statement whose place is not known.
    pub(super) fn unlocated(&self) -> Self {
        Self { base: self.base, ..Self::new(Context { tokens: &[], ..self.context }) }
    }
}

/// The significant tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    use crate::name::Dialect;
    use crate::parse::lexer::Lexer;
    Lexer::new(text, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()).collect()
}

/// The place of a piece of a text that was parsed as several statements.
pub(super) fn piece(text: &str, stmt: &pb::RawStmt) -> Span {
    let start = usize::try_from(stmt.stmt_location).unwrap_or(0).min(text.len());
    let len = usize::try_from(stmt.stmt_len).unwrap_or(0);
    let end = if len == 0 { text.len() } else { (start + len).min(text.len()) };
    let piece = text.get(start..end).unwrap_or("");
    let skipped = piece.len() - piece.trim_start().len();
    Span::new(offset(start + skipped), offset(start + piece.trim_end().len()))
}
