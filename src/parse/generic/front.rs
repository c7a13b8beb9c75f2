//! `sqlparser` behind one door: its dialects, its limits, and its errors with a byte offset.

use sqlparser::dialect::{Dialect as Rules, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError, ParserOptions};
use sqlparser::tokenizer::Token;

use super::Problem;
use super::cursor::Parsed;
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, TokenKind};
use crate::text::offset;

/// How deep expressions and queries may nest. Each level costs `sqlparser` several stack frames.
const RECURSION_LIMIT: usize = 200;

/// How many tokens may stand between two commas or parentheses. `a OR b OR …` is no recursion to the parser, but
/// becomes a tree as deep as the chain is long; the large stack holds twice as many.
const LONGEST_CHAIN: usize = 10_000;

/// Runs `read` on all of `text`, which stands at `at` in the statement; what it leaves over is an error.
pub(super) fn read<T>(
    text: &str,
    at: u32,
    dialect: Dialect,
    read: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>,
) -> Parsed<T> {
    let rules: &'static dyn Rules = match dialect {
        Dialect::PostgreSql => &PostgreSqlDialect {},
        Dialect::MySql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    };
    if longest_chain(text, dialect) > LONGEST_CHAIN {
        return Err(Problem::unsupported(format!(
            "more than {LONGEST_CHAIN} words in a row without a comma"
        )));
    }
    let problem = |error: ParserError| problem(error, text, at);
    // Without unescaping, a literal prints as it was written.
    let options = ParserOptions::new().with_unescape(false);
    let mut parser = Parser::new(rules)
        .with_recursion_limit(RECURSION_LIMIT)
        .with_options(options)
        .try_with_sql(text)
        .map_err(problem)?;
    let value = read(&mut parser).map_err(problem)?;
    match parser.peek_token_ref().token {
        Token::EOF => Ok(value),
        _ => match parser.expected_ref("the end of it", parser.peek_token_ref()) {
            Ok(value) => Ok(value),
            Err(error) => Err(problem(error)),
        },
    }
}

/// The largest number of tokens on one level of parentheses without a comma among them.
fn longest_chain(text: &str, dialect: Dialect) -> usize {
    // Most tokens have at least two bytes; a short text needs no count.
    if text.len() <= LONGEST_CHAIN {
        return 0;
    }
    let mut longest = 0;
    let mut outer = Vec::new();
    let mut length = 0;
    for token in Lexer::new(text, dialect).filter(|token| !token.kind.is_trivia()) {
        match token.kind {
            TokenKind::LParen => outer.push(std::mem::take(&mut length)),
            TokenKind::RParen => length = outer.pop().unwrap_or(0),
            TokenKind::Comma => length = 0,
            _ => {}
        }
        length += 1;
        longest = longest.max(length);
    }
    longest
}

/// The parser's message, with its line and column turned into an offset in the statement.
fn problem(error: ParserError, text: &str, at: u32) -> Problem {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => {
            return Problem::unsupported(format!("nested deeper than {RECURSION_LIMIT} levels"));
        }
    };
    let Some((message, place)) = message.rsplit_once(" at Line: ") else {
        return Problem { at: None, ..Problem::syntax(message, at) };
    };
    let mut numbers = place.split(", Column: ").map(|number| number.trim().parse::<usize>().ok());
    let (line, column) = (numbers.next().flatten(), numbers.next().flatten());
    let place = line.zip(column).map(|(line, column)| at + byte_offset(text, line, column));
    Problem { at: place, ..Problem::syntax(message.to_owned(), at) }
}

/// The byte at a 1-based line and a 1-based column in characters; the end of the text when it has no such place.
fn byte_offset(text: &str, line: usize, column: usize) -> u32 {
    let line_start = match line.saturating_sub(2) {
        _ if line <= 1 => 0,
        breaks => text.match_indices('\n').nth(breaks).map_or(text.len(), |(at, _)| at + 1),
    };
    let in_line = text[line_start..].char_indices().nth(column.saturating_sub(1));
    offset(in_line.map_or(text.len(), |(at, _)| line_start + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_a_place() {
        let text = "a +\n  é ) b";
        let problem = read(text, 100, Dialect::MySql, Parser::parse_expr).unwrap_err();
        assert_eq!(problem.at, Some(100 + 9), "{problem:?}");
        assert!(problem.message.starts_with("Expected: the end of it, found: )"), "{problem:?}");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let text = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
        let problem = read(&text, 0, Dialect::Sqlite, Parser::parse_expr).unwrap_err();
        assert!(problem.message.contains("200 levels"), "{problem:?}");
    }

    #[test]
    fn long_chains_are_an_error_and_long_lists_are_none() {
        let read = |text: &str| read(text, 0, Dialect::MySql, Parser::parse_expr);
        let chain = vec!["a"; 9_000].join(" OR ");
        assert!(read(&chain).unwrap_err().message.contains("10000 words"));
        let list = format!("a IN ({})", vec!["1"; 20_000].join(", "));
        assert!(read(&list).is_ok());
    }

    #[test]
    fn offsets_of_lines_and_columns() {
        assert_eq!(byte_offset("ab\ncd", 1, 2), 1);
        assert_eq!(byte_offset("ab\ncd", 2, 1), 3);
        assert_eq!(byte_offset("ab\ncd", 2, 9), 5);
        assert_eq!(byte_offset("ab\ncd", 9, 1), 5);
    }
}
