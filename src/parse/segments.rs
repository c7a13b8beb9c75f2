//! The parts of a statement that have no place of their own in the server's tree.
//!
//! In come a statement's tokens, out come the spans of an `ALTER TABLE`'s actions or a `CREATE TABLE`'s elements,
//! one for each that the grammar makes, in the same order.

use std::ops::Range;

use super::lexer::{Token, TokenKind};
use crate::text::Span;

/// One action or element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First to last byte, without the commas around it.
    pub span: Span,
    /// Its tokens, as a range of the statement's.
    pub tokens: Range<usize>,
}

/// An `ALTER` statement taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alteration {
    /// The altered object's name as written.
    pub object: Span,
    /// The actions, in order.
    pub actions: Vec<Segment>,
}

/// Takes apart `ALTER TABLE` and the statements of its form: `FOREIGN TABLE`, `INDEX`, `VIEW`,
/// `MATERIALIZED VIEW`, `SEQUENCE`, `TYPE`. `None` for any other statement.
#[must_use]
pub fn alteration(text: &str, tokens: &[Token]) -> Option<Alteration> {
    let mut cursor = Cursor { text, tokens, at: 0 };
    if !cursor.word("alter") {
        return None;
    }
    cursor.words(&["online", "offline", "ignore", "foreign", "materialized"]);
    if !["table", "index", "view", "sequence", "type"].iter().any(|kind| cursor.word(kind)) {
        return None;
    }
    cursor.words(&["if", "exists", "only"]);
    let parenthesis = cursor.kind(TokenKind::LParen);
    let object = cursor.qualified_name()?;
    if parenthesis {
        cursor.kind(TokenKind::RParen);
    }
    if cursor.current().is_some_and(|t| t.text(text) == "*") {
        cursor.at += 1;
    }
    Some(Alteration { object, actions: split_at_commas(tokens, cursor.at..tokens.len()) })
}

/// The columns and constraints of `CREATE TABLE` in any of its forms. `None` for any other statement and when it
/// has no list of them.
#[must_use]
pub fn table_elements(text: &str, tokens: &[Token]) -> Option<Vec<Segment>> {
    let mut cursor = Cursor { text, tokens, at: 0 };
    if !cursor.word("create") {
        return None;
    }
    cursor.words(&["or", "replace", "global", "local", "temp", "temporary", "unlogged", "foreign"]);
    if !cursor.word("table") {
        return None;
    }
    cursor.words(&["if", "not", "exists"]);
    cursor.qualified_name()?;
    if cursor.word("partition") | cursor.word("of") {
        cursor.word("of");
        cursor.qualified_name()?;
    }
    if !cursor.kind(TokenKind::LParen) {
        return None;
    }
    let mut depth = 1u32;
    let close = tokens[cursor.at..].iter().position(|token| {
        match token.kind {
            TokenKind::LParen => depth += 1,
            TokenKind::RParen => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some(split_at_commas(tokens, cursor.at..cursor.at + close))
}

/// Splits a range of tokens at the commas outside parentheses and brackets.
fn split_at_commas(tokens: &[Token], range: Range<usize>) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut depth = 0u32;
    let mut start = range.start;
    for at in range.clone() {
        match tokens[at].kind {
            TokenKind::LParen | TokenKind::LBracket => depth += 1,
            TokenKind::RParen | TokenKind::RBracket => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => {
                segments.extend(segment(tokens, start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.extend(segment(tokens, start..range.end));
    segments
}

fn segment(tokens: &[Token], range: Range<usize>) -> Option<Segment> {
    let (first, last) = (tokens[range.clone()].first()?, tokens[range.clone()].last()?);
    Some(Segment { span: Span::new(first.span.start, last.span.end), tokens: range })
}

struct Cursor<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl Cursor<'_> {
    fn current(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    /// Steps over a keyword.
    fn word(&mut self, word: &str) -> bool {
        let found = self.current().is_some_and(|t| t.is_word(self.text, word));
        self.at += usize::from(found);
        found
    }

    /// Steps over any of these keywords, as often as they come.
    fn words(&mut self, words: &[&str]) {
        while words.iter().any(|w| self.word(w)) {}
    }

    fn kind(&mut self, kind: TokenKind) -> bool {
        let found = self.current().is_some_and(|t| t.kind == kind);
        self.at += usize::from(found);
        found
    }

    /// Steps over `a.b.c`; a placeholder and a word that touch are one name.
    fn qualified_name(&mut self) -> Option<Span> {
        let start = self.current()?.span.start;
        let mut end = start;
        loop {
            let token = self.current().filter(|t| t.kind.is_name())?;
            end = end.max(token.span.end);
            self.at += 1;
            while let Some(next) = self.current().filter(|t| t.kind.is_name() && t.span.start == end) {
                end = next.span.end;
                self.at += 1;
            }
            if token.kind == TokenKind::UnicodeIdent && self.word("uescape") {
                end = self.current()?.span.end;
                self.at += 1;
            }
            if !self.kind(TokenKind::Dot) {
                return Some(Span::new(start, end));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Dialect;
    use crate::parse::postgres::{ffi, stack::with_large_stack};
    use crate::parse::split::split;
    use pg_query::NodeEnum;

    fn actions(text: &str) -> Option<(&str, Vec<&str>)> {
        let found = alteration(text, &split(text, Dialect::PostgreSql).tokens)?;
        Some((found.object.slice(text), found.actions.iter().map(|s| s.span.slice(text)).collect()))
    }

    fn elements(text: &str) -> Option<Vec<&str>> {
        let found = table_elements(text, &split(text, Dialect::PostgreSql).tokens)?;
        Some(found.iter().map(|s| s.span.slice(text)).collect())
    }

    #[test]
    fn actions_end_at_commas() {
        let text = "ALTER TABLE IF EXISTS ONLY a.\"b,\" * ADD x numeric(1,2) DEFAULT (1), ALTER y TYPE int USING f(y,1), \
                    ALTER z SET DEFAULT ARRAY[1,2]";
        assert_eq!(
            actions(text),
            Some((
                "a.\"b,\"",
                vec![
                    "ADD x numeric(1,2) DEFAULT (1)",
                    "ALTER y TYPE int USING f(y,1)",
                    "ALTER z SET DEFAULT ARRAY[1,2]"
                ]
            ))
        );
        assert_eq!(
            actions("ALTER TABLE {{ns}}.{{x}}_t DROP a").map(|(o, a)| (o, a.len())),
            Some(("{{ns}}.{{x}}_t", 1))
        );
        assert_eq!(actions("ALTER TABLE ONLY (t) DROP a, DROP b").map(|(_, a)| a.len()), Some(2));
        assert_eq!(actions("ALTER ROLE a SET b = 1, 2"), None);
        assert_eq!(actions("ALTER TABLE"), None);
    }

    #[test]
    fn names_may_have_an_escape_clause() {
        let text = "CREATE TABLE U&\"d!0061t\" UESCAPE '!' (a int)";
        assert_eq!(elements(text), Some(vec!["a int"]));
    }

    #[test]
    fn elements_are_those_of_the_first_list() {
        assert_eq!(
            elements("CREATE TABLE a.b (x int, CHECK (x IN (1,2))) PARTITION BY RANGE (x, y)"),
            Some(vec!["x int", "CHECK (x IN (1,2))"])
        );
        assert_eq!(elements("CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2)"), None);
        assert_eq!(
            elements("CREATE TABLE p PARTITION OF t (a NOT NULL, b) FOR VALUES IN (1)"),
            Some(vec!["a NOT NULL", "b"])
        );
        assert_eq!(
            elements("CREATE TEMP TABLE IF NOT EXISTS t OF s.ty (a WITH OPTIONS UNIQUE)").map(|e| e.len()),
            Some(1)
        );
        assert_eq!(elements("CREATE TABLE t ()"), Some(vec![]));
        assert_eq!(elements("CREATE TABLE t AS SELECT (1, 2)"), None);
        assert_eq!(elements("CREATE TABLE t (a int"), None);
    }

    /// The fixture has as many segments as the server's tree has actions and elements.
    #[test]
    fn segments_match_the_tree() {
        let text = include_str!("testdata/statements.sql");
        let script = split(text, Dialect::PostgreSql);
        let compared = with_large_stack(|| {
            let mut compared = 0;
            for piece in &script.pieces {
                let Ok(mut tree) = ffi::parse(piece.span.slice(text)) else { continue };
                let node = tree.stmts.pop().and_then(|s| s.stmt).and_then(|s| s.node);
                let tokens = script.tokens_of(piece);
                let (ours, theirs) = match &node {
                    Some(NodeEnum::AlterTableStmt(s)) => {
                        (alteration(text, tokens).map(|a| a.actions.len()), s.cmds.len())
                    }
                    Some(NodeEnum::CreateStmt(s)) => {
                        (Some(table_elements(text, tokens).map_or(0, |e| e.len())), s.table_elts.len())
                    }
                    _ => continue,
                };
                assert_eq!(ours, Some(theirs), "{}", piece.span.slice(text));
                compared += 1;
            }
            compared
        });
        assert!(compared.unwrap() >= 20);
    }
}
