//! Statements word by word.

use crate::name::Dialect;
use crate::parse::lexer::{Lexer, TokenKind};

/// Whether two texts have the same words; `schema.` in front of a word may be missing in one of them.
pub(super) fn same(a: &str, b: &str) -> bool {
    let (left, right) = (words(a), words(b));
    let (mut at, mut other) = (0, 0);
    loop {
        match (left.get(at), right.get(other)) {
            (None, None) => return true,
            (Some(word), Some(same)) if word == same => {
                at += 1;
                other += 1;
            }
            (Some(word), Some(_)) if qualifies(&right, other, word) => other += 2,
            (Some(_), Some(word)) if qualifies(&left, at, word) => at += 2,
            _ => return false,
        }
    }
}

/// Whether at this place stands a qualifier in front of the word.
fn qualifies(words: &[&str], at: usize, word: &str) -> bool {
    words.get(at + 1) == Some(&".") && words.get(at + 2) == Some(&word)
}

fn words(sql: &str) -> Vec<&str> {
    let idle = [TokenKind::Whitespace, TokenKind::LineComment, TokenKind::BlockComment];
    Lexer::new(sql, Dialect::PostgreSql)
        .filter(|token| !idle.contains(&token.kind))
        .map(|token| token.span.slice(sql))
        .collect()
}
