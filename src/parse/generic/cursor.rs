//! Reading a statement token by token: words, names, literals, parenthesised lists.
//!
//! Works on the crate's own tokens, so that every part knows its bytes in the file.

use std::borrow::Cow;

use super::Problem;
use crate::name::{Dialect, Ident, QName};
use crate::parse::lexer::{Lexer, Token, TokenKind};
use crate::text::Span;

/// What could not be read is a [`Problem`].
pub(super) type Parsed<T> = Result<T, Problem>;

/// The significant tokens of a statement.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Vec<Token> {
    Lexer::new(text, dialect).filter(|token| !token.kind.is_trivia()).collect()
}

/// The statement as MySQL reads its version comments: blanks in place of the marks where what stands between them
/// is code, and all of it blank where it is for MariaDB alone (`/*M! … */`, or a version of six digits).
pub(super) fn without_versions(text: &str, dialect: Dialect) -> Cow<'_, str> {
    if !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut skipped = false;
    for token in Lexer::new(text, dialect) {
        let piece = token.text(text);
        let mark = matches!(token.kind, TokenKind::VersionOpen | TokenKind::VersionClose);
        if token.kind == TokenKind::VersionOpen {
            let digits = piece.bytes().filter(u8::is_ascii_digit).count();
            skipped = digits > 5 || piece.contains('M');
        }
        if mark || skipped {
            // As many bytes as before, so that places stay right.
            out.extend(piece.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(piece);
        }
        skipped &= token.kind != TokenKind::VersionClose;
    }
    Cow::Owned(out)
}

/// A place in a range of tokens.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    /// The statement's text.
    pub(super) text: &'a str,
    /// The rules of the language.
    pub(super) dialect: Dialect,
    tokens: &'a [Token],
    /// Offset behind the last token, for messages about what is missing at the end.
    end: u32,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token], dialect: Dialect) -> Self {
        Self { text, dialect, tokens, end: crate::text::offset(text.len()) }
    }

    /// The token `ahead` of the next one.
    pub(super) fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(ahead).copied()
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether the next tokens are these words, in any case.
    pub(super) fn at(&self, words: &[&str]) -> bool {
        self.tokens.len() >= words.len()
            && words.iter().zip(self.tokens).all(|(word, token)| token.is_word(self.text, word))
    }

    /// Whether the next token is one of these words.
    pub(super) fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at(&[word]))
    }

    /// Whether the next token is of this kind.
    pub(super) fn at_kind(&self, kind: TokenKind) -> bool {
        self.peek(0).is_some_and(|token| token.kind == kind)
    }

    /// Steps over these words if they are next.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at(words);
        if found {
            self.skip(words.len());
        }
        found
    }

    /// Steps over one of these words, and says which.
    pub(super) fn eat_any<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let found = words.iter().copied().find(|word| self.at(&[word]))?;
        self.skip(1);
        Some(found)
    }

    /// Steps over a token of this kind or this text if it is next.
    pub(super) fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.at_kind(kind);
        if found {
            self.skip(1);
        }
        found
    }

    /// Steps over an optional `=`.
    pub(super) fn eat_equals(&mut self) -> bool {
        let found = self.peek(0).is_some_and(|token| matches!(token.text(self.text), "=" | ":="));
        if found {
            self.skip(1);
        }
        found
    }

    /// Steps over tokens; those that do not exist do not matter.
    pub(super) fn skip(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or(&[]);
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    /// Requires these words.
    pub(super) fn expect(&mut self, words: &[&str]) -> Parsed<()> {
        if self.eat(words) { Ok(()) } else { Err(self.expected(&words.join(" ").to_ascii_uppercase())) }
    }

    /// Requires that nothing is left.
    pub(super) fn finish(&self) -> Parsed<()> {
        if self.is_done() { Ok(()) } else { Err(self.expected("the end of it")) }
    }

    /// A problem at the next token.
    pub(super) fn expected(&self, what: &str) -> Problem {
        match self.peek(0) {
            Some(token) => {
                Problem::syntax(format!("expected {what}, found {}", token.text(self.text)), token.span.start)
            }
            None => Problem::syntax(format!("expected {what}, found the end"), self.end),
        }
    }

    /// The next word, lower case, when it is unquoted.
    pub(super) fn word(&mut self) -> Parsed<String> {
        match self.peek(0) {
            Some(token) if token.kind == TokenKind::Ident => {
                self.skip(1);
                Ok(token.text(self.text).to_ascii_lowercase())
            }
            _ => Err(self.expected("a word")),
        }
    }

    /// A name, quoted or not; SQLite also takes a string for one.
    pub(super) fn name(&mut self) -> Parsed<Ident> {
        let Some(token) = self.peek(0) else { return Err(self.expected("a name")) };
        let string = token.kind == TokenKind::String && self.dialect == Dialect::Sqlite;
        if !token.kind.is_name() && !string {
            return Err(self.expected("a name"));
        }
        self.skip(1);
        Ok(Ident::from(unquote(token.text(self.text), Dialect::Sqlite)))
    }

    /// A name with an optional schema.
    pub(super) fn qname(&mut self) -> Parsed<QName> {
        let first = self.name()?;
        if !self.eat_kind(TokenKind::Dot) {
            return Ok(QName::bare(first));
        }
        let name = QName::qualified(first, self.name()?);
        if self.at_kind(TokenKind::Dot) { Err(self.expected("a name of two parts")) } else { Ok(name) }
    }

    /// Names with commas between.
    pub(super) fn qnames(&mut self) -> Parsed<Vec<QName>> {
        let mut names = vec![self.qname()?];
        while self.eat_kind(TokenKind::Comma) {
            names.push(self.qname()?);
        }
        Ok(names)
    }

    /// A list of plain names in parentheses.
    pub(super) fn name_list(&mut self) -> Parsed<Vec<Ident>> {
        self.group()?
            .items()
            .into_iter()
            .map(|mut item| {
                let name = item.name()?;
                item.finish()?;
                Ok(name)
            })
            .collect()
    }

    /// A string literal's text.
    pub(super) fn string(&mut self) -> Parsed<String> {
        match self.peek(0) {
            Some(token) if token.kind.is_string() => {
                self.skip(1);
                let text = token.text(self.text);
                Ok(unquote(text.trim_start_matches(['n', 'N']), self.dialect))
            }
            _ => Err(self.expected("a string")),
        }
    }

    /// What stands in the parentheses that open here.
    pub(super) fn group(&mut self) -> Parsed<Cursor<'a>> {
        if !self.at_kind(TokenKind::LParen) {
            return Err(self.expected("("));
        }
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let inner = Cursor { tokens: &self.tokens[1..at], end: token.span.start, ..self.clone() };
                self.skip(at + 1);
                return Ok(inner);
            }
        }
        Err(Problem::syntax("this parenthesis is not closed".into(), self.start()))
    }

    /// The parts between the commas outside parentheses; none when there is nothing.
    pub(super) fn items(self) -> Vec<Cursor<'a>> {
        let mut items = Vec::new();
        if self.is_done() {
            return items;
        }
        let mut depth = 0_usize;
        let mut start = 0;
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth = depth.saturating_sub(1),
                TokenKind::Comma if depth == 0 => {
                    items.push(Cursor {
                        tokens: &self.tokens[start..at],
                        end: token.span.start,
                        ..self.clone()
                    });
                    start = at + 1;
                }
                _ => {}
            }
        }
        items.push(Cursor { tokens: &self.tokens[start..], ..self });
        items
    }

    /// Everything up to the first of these words outside parentheses, which is not part of it.
    pub(super) fn until(&mut self, words: &[&str]) -> Cursor<'a> {
        let mut depth = 0_usize;
        let mut at = self.tokens.len();
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth = depth.saturating_sub(1),
                _ if depth == 0 && words.iter().any(|word| token.is_word(self.text, word)) => {
                    at = index;
                    break;
                }
                _ => {}
            }
        }
        self.take(at)
    }

    /// Everything up to the next semicolon, which is stepped over.
    pub(super) fn until_semicolon(&mut self) -> Cursor<'a> {
        let at = self.tokens.iter().position(|token| token.kind == TokenKind::Semicolon);
        let head = self.take(at.unwrap_or(self.tokens.len()));
        self.skip(1);
        head
    }

    /// The next `count` tokens as a part of their own.
    pub(super) fn take(&mut self, count: usize) -> Cursor<'a> {
        let (head, tail) = self.tokens.split_at(count.min(self.tokens.len()));
        let end = tail.first().map_or(self.end, |token| token.span.start);
        self.tokens = tail;
        Cursor { tokens: head, end, ..self.clone() }
    }

    /// How many tokens are left.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Offset of the next token in the statement's text.
    pub(super) fn start(&self) -> u32 {
        self.peek(0).map_or(self.end, |token| token.span.start)
    }

    /// From the next token to the last.
    pub(super) fn span(&self) -> Span {
        Span::new(self.start(), self.tokens.last().map_or(self.start(), |token| token.span.end))
    }

    /// The text of [`span`](Self::span) as written.
    pub(super) fn rest(&self) -> &'a str {
        self.span().slice(self.text)
    }

    /// The words left, upper case with single spaces; quoted parts and numbers as they are.
    pub(super) fn words(&self) -> String {
        let words: Vec<String> = self
            .tokens
            .iter()
            .map(|token| match token.kind {
                TokenKind::Ident => token.text(self.text).to_ascii_uppercase(),
                _ => token.text(self.text).to_owned(),
            })
            .collect();
        words.join(" ")
    }
}

/// The text inside quotes of any kind: doubled quotes become one, and MySQL's backslash escapes what they stand
/// for. Text without quotes is returned as it is.
pub(super) fn unquote(text: &str, dialect: Dialect) -> String {
    let mut chars = text.chars();
    let (Some(open), Some(last)) = (chars.next(), chars.next_back()) else { return text.to_owned() };
    let close = if open == '[' { ']' } else { open };
    if !matches!(open, '\'' | '"' | '`' | '[') || last != close {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        if c == close {
            chars.next();
            out.push(c);
        } else if c == '\\' && dialect == Dialect::MySql {
            // https://dev.mysql.com/doc/refman/8.4/en/string-literals.html, table 11.1
            match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('b') => out.push('\u{8}'),
                Some('0') => out.push('\0'),
                Some('Z') => out.push('\u{1a}'),
                Some(wildcard @ ('%' | '_')) => out.extend(['\\', wildcard]),
                Some(other) => out.push(other),
                None => out.push('\\'),
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_off() {
        assert_eq!(unquote("'it''s'", Dialect::Sqlite), "it's");
        assert_eq!(unquote("[a b]", Dialect::Sqlite), "a b");
        assert_eq!(unquote("`a``b`", Dialect::MySql), "a`b");
        assert_eq!(unquote(r"'a\'b\n\%\\'", Dialect::MySql), "a'b\n\\%\\");
        assert_eq!(unquote("plain", Dialect::MySql), "plain");
        assert_eq!(unquote("'", Dialect::MySql), "'");
        assert_eq!(unquote("", Dialect::MySql), "");
    }

    #[test]
    fn groups_and_items_follow_the_parentheses() {
        let text = "(a, f(b, c)) d";
        let tokens = tokens(text, Dialect::MySql);
        let mut cursor = Cursor::new(text, &tokens, Dialect::MySql);
        let items = cursor.group().unwrap().items();
        let texts: Vec<&str> = items.iter().map(Cursor::rest).collect();
        assert_eq!(texts, ["a", "f(b, c)"]);
        assert_eq!(cursor.rest(), "d");
    }
}
