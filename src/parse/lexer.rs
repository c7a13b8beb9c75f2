//! Text to tokens: the lexical rules of PostgreSQL, MySQL and SQLite.
//!
//! In comes any text, out come tokens whose spans tile it: every byte belongs to exactly one token. The
//! lexer borrows, runs in linear time, never fails and never panics; what is not closed becomes one
//! [`TokenKind::Unterminated`] token up to the end. The PostgreSQL rules are those of the server's
//! `scan.l`; psql's variables and template placeholders are tokens of their own.

mod placeholder;
mod quoted;
mod token;

pub(super) use quoted::continuation;
pub use token::{Construct, Token, TokenKind};

use crate::name::Dialect;
use crate::text::{Span, offset};

/// Bits of [`CLASS`].
const SPACE: u8 = 1;
const IDENT_START: u8 = 2;
const IDENT: u8 = 4;
const DIGIT: u8 = 8;
const OPERATOR: u8 = 16;

/// Character classes of PostgreSQL's scanner, by byte; the other dialects differ by a few tests in the code.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0u8;
    loop {
        table[byte as usize] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => SPACE,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => IDENT_START | IDENT,
            b'0'..=b'9' => DIGIT | IDENT,
            b'$' => IDENT,
            b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'+' | b'-' | b'*' | b'/'
            | b'%' | b'<' | b'>' | b'=' => OPERATOR,
            _ => 0,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

fn is(byte: u8, class: u8) -> bool {
    CLASS[byte as usize] & class != 0
}

/// An iterator over the tokens of a text.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    dialect: Dialect,
    /// Depth of `[`, inside which a colon separates array bounds and starts no psql variable.
    brackets: u32,
    /// What ends a statement instead of `;` (MySQL).
    delimiter: Option<&'a str>,
    /// Words, numbers and operators end here at the latest: the next place where the delimiter stands
    /// (`END$$`), or the end of the text.
    limit: usize,
    /// Start of the version comment that is open.
    version_comment: Option<u32>,
    /// Up to here stand only `+` and `-`, each a token of its own.
    signs_until: usize,
    /// Where the next closing mark of each template form is, so that a text full of opening marks is not
    /// searched again and again.
    closers: placeholder::Closers,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `text`. Offsets are `u32`: `text` must be shorter than 4 GiB, what lies
    /// beyond is not read.
    #[must_use]
    pub fn new(text: &'a str, dialect: Dialect) -> Self {
        let mut end = text.len().min(u32::MAX as usize - 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            dialect,
            brackets: 0,
            delimiter: None,
            limit: end,
            version_comment: None,
            signs_until: 0,
            closers: placeholder::Closers::default(),
        }
    }

    /// Offset of the next token.
    #[must_use]
    pub fn pos(&self) -> usize {
        self.pos
    }

    /// Continues at another offset, which must be a character boundary; used to step over what is not SQL.
    pub fn seek(&mut self, pos: usize) {
        debug_assert!(self.text.is_char_boundary(pos));
        self.pos = pos;
        self.brackets = 0;
        self.signs_until = 0;
        self.set_delimiter(self.delimiter);
    }

    /// Sets what ends a statement instead of `;`; `None` restores it.
    pub fn set_delimiter(&mut self, delimiter: Option<&'a str>) {
        self.delimiter = delimiter.filter(|d| !d.is_empty());
        self.find_limit();
    }

    /// Start of the MySQL version comment that is open at this place.
    #[must_use]
    pub fn open_version_comment(&self) -> Option<u32> {
        self.version_comment
    }

    /// Whether something else than `;` ends a statement.
    #[must_use]
    pub fn has_delimiter(&self) -> bool {
        self.delimiter.is_some()
    }

    /// Moves `limit` to where the delimiter stands next.
    fn find_limit(&mut self) {
        let next = self.delimiter.and_then(|d| self.text[self.pos..].find(d));
        self.limit = next.map_or(self.bytes.len(), |n| self.pos + n);
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn run(&self, from: usize, class: u8) -> usize {
        let mut end = from;
        while end < self.limit && is(self.bytes[end], class) {
            end += 1;
        }
        end
    }

    /// Kind and end of the token at `pos`.
    fn scan(&mut self) -> (TokenKind, usize) {
        let start = self.pos;
        let one = start + 1;
        match self.bytes[start] {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => (TokenKind::Whitespace, self.run(one, SPACE)),
            0xef if start == 0 && self.text.starts_with('\u{feff}') => (TokenKind::Whitespace, 3),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
            b'0'..=b'9' => (TokenKind::Number, self.number()),
            b'\'' => self.string(TokenKind::String, start, self.dialect == Dialect::MySql),
            b'"' if self.dialect == Dialect::MySql => self.string(TokenKind::String, start, true),
            b'"' => self.quoted_ident(TokenKind::QuotedIdent, start, b'"'),
            b'`' if self.dialect != Dialect::PostgreSql => {
                self.quoted_ident(TokenKind::QuotedIdent, start, b'`')
            }
            b'[' if self.dialect == Dialect::Sqlite => self.quoted_ident(TokenKind::QuotedIdent, start, b']'),
            b'(' => (TokenKind::LParen, one),
            b')' => (TokenKind::RParen, one),
            b'[' => {
                self.brackets += 1;
                (TokenKind::LBracket, one)
            }
            b']' => {
                self.brackets = self.brackets.saturating_sub(1);
                (TokenKind::RBracket, one)
            }
            b',' => (TokenKind::Comma, one),
            b';' => {
                self.brackets = 0;
                // Under another delimiter it separates the statements of a body, so it stays a token.
                (TokenKind::Semicolon, one)
            }
            b'.' if is(self.peek(1), DIGIT) => (TokenKind::Number, self.number()),
            b'.' if self.peek(1) == b'.' => (TokenKind::DotDot, start + 2),
            b'.' => (TokenKind::Dot, one),
            b':' => self.colon(),
            b'$' => self.dollar(),
            b'{' => self.brace(),
            b'\\' => (TokenKind::Backslash, one),
            b'-' if self.at_line_comment(start) => (TokenKind::LineComment, self.line_end(start)),
            b'#' if self.dialect == Dialect::MySql => (TokenKind::LineComment, self.line_end(start)),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'*' if self.version_comment.is_some() && self.peek(1) == b'/' => {
                self.version_comment = None;
                (TokenKind::VersionClose, start + 2)
            }
            byte if is(byte, OPERATOR) => (TokenKind::Operator, self.operator()),
            _ => (TokenKind::Other, one),
        }
    }

    fn word(&mut self) -> (TokenKind, usize) {
        let start = self.pos;
        let next = self.peek(1);
        if next == b'\'' {
            let kind = match (self.bytes[start], self.dialect) {
                (b'e' | b'E', Dialect::PostgreSql) => TokenKind::EscapeString,
                (b'b' | b'B', Dialect::PostgreSql | Dialect::MySql) | (b'x' | b'X', _) => {
                    TokenKind::BitString
                }
                (b'n' | b'N', Dialect::PostgreSql | Dialect::MySql) => TokenKind::NationalString,
                _ => TokenKind::Ident,
            };
            if kind != TokenKind::Ident {
                let backslash = kind == TokenKind::EscapeString
                    || (kind == TokenKind::NationalString && self.dialect == Dialect::MySql);
                return self.string(kind, start + 1, backslash);
            }
        }
        if next == b'&' && matches!(self.bytes[start], b'u' | b'U') && self.dialect == Dialect::PostgreSql {
            match self.peek(2) {
                b'\'' => return self.string(TokenKind::UnicodeString, start + 2, false),
                b'"' => return self.quoted_ident(TokenKind::UnicodeIdent, start + 2, b'"'),
                _ => {}
            }
        }
        let mut end = self.run(start + 1, IDENT);
        // `name${placeholder}`: the dollar belongs to the placeholder.
        if end < self.bytes.len() && self.bytes[end] == b'{' && self.bytes[end - 1] == b'$' && end - 1 > start
        {
            end -= 1;
        }
        (TokenKind::Ident, end)
    }

    /// End of the number at `pos`, trailing junk included.
    fn number(&self) -> usize {
        let bytes = self.bytes;
        let start = self.pos;
        let radix = bytes[start] == b'0' && matches!(self.peek(1) | 0x20, b'x' | b'o' | b'b');
        let mut end = self.digits(start);
        if !radix {
            if end < bytes.len() && bytes[end] == b'.' && bytes.get(end + 1) != Some(&b'.') {
                end = self.digits(end + 1);
            }
            if bytes.get(end).is_some_and(|b| b | 0x20 == b'e') {
                let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
                if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                    end = self.digits(end + 1 + sign);
                }
            }
        }
        if radix { self.run(end, IDENT) } else { self.junk(end) }
    }

    /// End of a run of digits with single underscores between them.
    fn digits(&self, from: usize) -> usize {
        let mut end = self.run(from, DIGIT);
        while end > from
            && self.bytes.get(end) == Some(&b'_')
            && self.bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
        {
            end = self.run(end + 1, DIGIT);
        }
        end
    }

    fn colon(&self) -> (TokenKind, usize) {
        let start = self.pos;
        match self.peek(1) {
            b':' => return (TokenKind::TypeCast, start + 2),
            b'=' => return (TokenKind::ColonEquals, start + 2),
            _ => {}
        }
        let variable = |from: usize| {
            let end = self.bytes[from..].iter().take_while(|b| is(**b, IDENT) && **b != b'$').count() + from;
            (end > from).then_some(end)
        };
        let closed = |from: usize, close: u8| {
            variable(from).filter(|end| self.bytes.get(*end) == Some(&close)).map(|end| end + 1)
        };
        let bare = is(self.peek(1), IDENT_START);
        let end = match (self.dialect, self.peek(1)) {
            (Dialect::Sqlite, _) if bare => return (TokenKind::Param, self.run(start + 1, IDENT)),
            (Dialect::PostgreSql, _) if self.brackets > 0 => None,
            (Dialect::PostgreSql, _) if bare => variable(start + 1),
            (Dialect::PostgreSql, quote @ (b'\'' | b'"')) => closed(start + 2, quote),
            (Dialect::PostgreSql, b'{') if self.peek(2) == b'?' => closed(start + 3, b'}'),
            _ => None,
        };
        end.map_or((TokenKind::Colon, start + 1), |end| (TokenKind::PsqlVar, end))
    }

    /// End of the operator at `pos`. A PostgreSQL operator of several characters ends in `+` or `-` only if
    /// it also holds a character that standard SQL has no operators with.
    fn operator(&mut self) -> usize {
        let start = self.pos;
        let bytes = self.bytes;
        if start < self.signs_until {
            return start + 1;
        }
        let mut end = start + 1;
        while end < self.limit && is(bytes[end], OPERATOR) {
            let stop = match bytes[end] {
                b'/' => bytes.get(end + 1) == Some(&b'*'),
                b'*' => self.version_comment.is_some() && bytes.get(end + 1) == Some(&b'/'),
                b'-' => self.at_line_comment(end),
                b'#' => self.dialect == Dialect::MySql,
                b'`' => self.dialect != Dialect::PostgreSql,
                _ => false,
            };
            if stop {
                break;
            }
            end += 1;
        }
        if self.dialect == Dialect::PostgreSql
            && matches!(bytes[end - 1], b'+' | b'-')
            && !bytes[start..end].iter().any(|b| b"~!@#^&|`?%".contains(b))
        {
            self.signs_until = end;
            while end - start > 1 && matches!(bytes[end - 1], b'+' | b'-') {
                end -= 1;
            }
        }
        end
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.pos >= self.bytes.len() {
            return None;
        }
        if self.limit < self.pos {
            self.find_limit();
        }
        let (kind, end) = match self.delimiter {
            Some(delimiter) if self.limit == self.pos => (TokenKind::Delimiter, self.pos + delimiter.len()),
            _ => self.scan(),
        };
        let span = Span::new(offset(self.pos), offset(end));
        self.pos = end;
        Some(Token { kind, span })
    }
}

#[cfg(test)]
mod tests;
