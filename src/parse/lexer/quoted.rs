//! The tokens that have a closing mark: strings, quoted identifiers, comments.

use super::{CLASS, Construct, DIGIT, IDENT, IDENT_START, Lexer, SPACE, TokenKind, is};
use crate::name::Dialect;
use crate::text::offset;

impl Lexer<'_> {
    /// A string whose opening quote is at `open`. A PostgreSQL string goes on after white space that holds a
    /// line break (`'a'` newline `'b'` is `'ab'`).
    pub(super) fn string(&self, kind: TokenKind, open: usize, backslash: bool) -> (TokenKind, usize) {
        let quote = self.bytes[open];
        let mut at = open + 1;
        loop {
            let Some(close) = self.closing_quote(at, quote, backslash) else {
                return (TokenKind::Unterminated(Construct::String), self.bytes.len());
            };
            match continuation(self.bytes, close + 1) {
                Some(next) if self.dialect == Dialect::PostgreSql => at = next,
                _ => return (kind, close + 1),
            }
        }
    }

    /// An identifier whose opening mark is at `open` and whose closing mark is doubled to stand for itself
    /// (but SQLite's `]`, which cannot). A placeholder inside may hold quotes of its own: `"{{ .Get "x" }}"`.
    pub(super) fn quoted_ident(&mut self, kind: TokenKind, open: usize, close: u8) -> (TokenKind, usize) {
        let mut from = open + 1;
        loop {
            let end = if close == b']' {
                self.bytes[from..].iter().position(|b| *b == close).map(|n| from + n)
            } else {
                self.closing_quote(from, close, false)
            };
            let Some(end) = end else {
                return (TokenKind::Unterminated(Construct::QuotedIdent), self.bytes.len());
            };
            match self.placeholder_across(from, end) {
                Some(behind) => from = behind,
                None => return (kind, end + 1),
            }
        }
    }

    /// Offset of the quote that ends a literal whose content starts at `from`.
    fn closing_quote(&self, from: usize, quote: u8, backslash: bool) -> Option<usize> {
        let bytes = self.bytes;
        let mut at = from;
        while at < bytes.len() {
            if bytes[at] == quote {
                if bytes.get(at + 1) != Some(&quote) {
                    return Some(at);
                }
                at += 2;
            } else if backslash && bytes[at] == b'\\' {
                at += 2;
            } else {
                at += 1;
            }
        }
        None
    }

    pub(super) fn dollar(&mut self) -> (TokenKind, usize) {
        let start = self.pos;
        if self.peek(1) == b'{'
            && let Some(end) = self.shell_placeholder()
        {
            return (TokenKind::Placeholder, end);
        }
        match self.dialect {
            Dialect::MySql => return (TokenKind::Ident, self.run(start + 1, IDENT)),
            Dialect::Sqlite if is(self.peek(1), IDENT) => {
                return (TokenKind::Param, self.run(start + 1, IDENT));
            }
            Dialect::Sqlite => return (TokenKind::Other, start + 1),
            Dialect::PostgreSql => {}
        }
        if is(self.peek(1), DIGIT) {
            return (TokenKind::Param, self.junk(self.run(start + 1, DIGIT)));
        }
        let mut end = start + 1;
        if is(self.peek(1), IDENT_START) {
            while end < self.bytes.len()
                && CLASS[self.bytes[end] as usize] & IDENT != 0
                && self.bytes[end] != b'$'
            {
                end += 1;
            }
        }
        if self.bytes.get(end) != Some(&b'$') {
            return (TokenKind::Other, start + 1);
        }
        let tag = &self.text[start..=end];
        self.text[end + 1..]
            .find(tag)
            .map_or((TokenKind::Unterminated(Construct::DollarString), self.bytes.len()), |at| {
                (TokenKind::DollarString, end + 1 + at + tag.len())
            })
    }

    /// End of the identifier that sticks to a number or parameter, which the server calls trailing junk.
    pub(super) fn junk(&self, end: usize) -> usize {
        if self.bytes.get(end).is_some_and(|b| is(*b, IDENT_START)) { self.run(end, IDENT) } else { end }
    }

    /// Whether a `--` comment begins at `at`; MySQL wants white space or the end of the text behind it.
    pub(super) fn at_line_comment(&self, at: usize) -> bool {
        self.bytes[at..].starts_with(b"--")
            && (self.dialect != Dialect::MySql
                || self.bytes.get(at + 2).is_none_or(|b| is(*b, SPACE) || b.is_ascii_control()))
    }

    /// Offset of the line break at or after `from`, or the end of the text. The servers take a lone carriage
    /// return as one too, but MySQL and SQLite, which end a comment at the line feed only.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let postgres = self.dialect == Dialect::PostgreSql;
        let rest = &self.bytes[from..];
        rest.iter()
            .position(|b| *b == b'\n' || (postgres && *b == b'\r'))
            .map_or(self.bytes.len(), |n| from + n)
    }

    pub(super) fn block_comment(&mut self) -> (TokenKind, usize) {
        let bytes = self.bytes;
        let mut at = self.pos + 2;
        if self.dialect == Dialect::MySql && self.version_comment.is_none() {
            // `/*!` and MariaDB's `/*M!`, each with an optional version number.
            let mark = usize::from(bytes.get(at) == Some(&b'M'));
            if bytes.get(at + mark) == Some(&b'!') {
                self.version_comment = Some(offset(self.pos));
                return (TokenKind::VersionOpen, self.run(at + mark + 1, DIGIT));
            }
        }
        let nested = self.dialect == Dialect::PostgreSql;
        let mut depth = 1u32;
        while at + 1 < bytes.len() {
            match (bytes[at], bytes[at + 1]) {
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return (TokenKind::BlockComment, at);
                    }
                }
                (b'/', b'*') if nested => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        (TokenKind::Unterminated(Construct::BlockComment), bytes.len())
    }
}

/// Offset behind the quote that continues a PostgreSQL string closed just before `from`: white space and `--`
/// comments with at least one line break, then a quote.
pub(in crate::parse) fn continuation(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    let mut broken = false;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' | b'\r' => broken = true,
            b'\'' => return broken.then_some(at + 1),
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at += bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r'))?;
                continue;
            }
            byte if is(byte, SPACE) => {}
            _ => return None,
        }
        at += 1;
    }
    None
}
