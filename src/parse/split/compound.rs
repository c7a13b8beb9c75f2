//! Statements that hold semicolons: rules, SQL-standard function bodies, triggers and stored routines.
//!
//! In come the tokens of one statement as they are read, out comes whether a semicolon ends it.

use crate::name::Dialect;
use crate::parse::lexer::{Token, TokenKind};

/// What is known of the statement at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Compound {
    /// Its first words do not tell yet.
    #[default]
    Undecided,
    /// Any semicolon ends it.
    Plain,
    /// PostgreSQL `CREATE RULE`: semicolons in parentheses separate actions.
    Rule { depth: u32 },
    /// PostgreSQL `CREATE FUNCTION` or `PROCEDURE`: `depth` counts `BEGIN ATOMIC` and `CASE` without their `END`.
    Routine { depth: u32 },
    /// MySQL routine, trigger, event or anonymous block: `depth` counts open blocks and `CASE` expressions.
    Block { depth: u32 },
    /// SQLite trigger: only `END;` behind a semicolon ends it.
    SqliteTrigger { begun: bool },
}

/// A MySQL header such as `CREATE DEFINER = 'a'@'h' SQL SECURITY INVOKER PROCEDURE` is no longer than this.
const HEADER_TOKENS: usize = 16;

impl Compound {
    /// Takes the last of `tokens`, all of the statement so far.
    pub(super) fn token(&mut self, tokens: &[Token], text: &str, dialect: Dialect) {
        let Some(last) = tokens.last() else { return };
        match self {
            Self::Plain => {}
            Self::Undecided => *self = decide(tokens, text, dialect),
            Self::Rule { depth } => match last.kind {
                TokenKind::LParen => *depth += 1,
                TokenKind::RParen => *depth = depth.saturating_sub(1),
                _ => {}
            },
            Self::Routine { depth } => *depth = routine_depth(*depth, tokens, text),
            Self::Block { depth } => *depth = block_depth(*depth, tokens, text),
            Self::SqliteTrigger { begun } => *begun |= last.is_word(text, "begin"),
        }
    }

    /// Whether a semicolon behind `tokens` ends the statement.
    pub(super) fn ends_at_semicolon(self, tokens: &[Token], text: &str) -> bool {
        match self {
            Self::Undecided | Self::Plain => true,
            Self::Rule { depth } | Self::Routine { depth } | Self::Block { depth } => depth == 0,
            Self::SqliteTrigger { begun } => {
                !begun
                    || matches!(tokens, [.., before, last]
                        if last.is_word(text, "end") && before.kind == TokenKind::Semicolon)
            }
        }
    }
}

/// Tells the statement's form from its first words.
fn decide(tokens: &[Token], text: &str, dialect: Dialect) -> Compound {
    let words = tokens.iter().filter(|t| t.kind != TokenKind::VersionOpen);
    let mut words = words.map(|t| (t, t.text(text)));
    let Some((_, first)) = words.next() else { return Compound::Undecided };
    if dialect == Dialect::MySql && first.eq_ignore_ascii_case("begin") {
        return match words.next() {
            // MariaDB's anonymous block; the text of a transaction's BEGIN ends here.
            Some((_, word)) if word.eq_ignore_ascii_case("not") => Compound::Block { depth: 1 },
            Some(_) => Compound::Plain,
            None => Compound::Undecided,
        };
    }
    if !first.eq_ignore_ascii_case("create") {
        return Compound::Plain;
    }
    for (token, word) in words {
        let word = if token.kind == TokenKind::Ident { word } else { "" };
        let is = |list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
        match dialect {
            Dialect::PostgreSql if is(&["rule"]) => return Compound::Rule { depth: 0 },
            Dialect::PostgreSql if is(&["function", "procedure"]) => return Compound::Routine { depth: 0 },
            Dialect::Sqlite if is(&["trigger"]) => return Compound::SqliteTrigger { begun: false },
            Dialect::PostgreSql | Dialect::Sqlite if is(&["or", "replace", "temp", "temporary"]) => {}
            Dialect::PostgreSql | Dialect::Sqlite => return Compound::Plain,
            Dialect::MySql if is(&["function", "procedure", "trigger", "event"]) => {
                return Compound::Block { depth: 0 };
            }
            Dialect::MySql if is(&["table", "view", "index", "database", "schema", "user"]) => {
                return Compound::Plain;
            }
            Dialect::MySql if tokens.len() > HEADER_TOKENS => return Compound::Plain,
            Dialect::MySql => {}
        }
    }
    Compound::Undecided
}

/// `BEGIN ATOMIC` opens a body, in which `CASE` and `END` nest. A word behind `AS` or a dot is a name.
fn routine_depth(depth: u32, tokens: &[Token], text: &str) -> u32 {
    let [.., before, last] = tokens else { return depth };
    if last.kind != TokenKind::Ident || before.kind == TokenKind::Dot || before.is_word(text, "as") {
        depth
    } else if depth == 0 {
        u32::from(last.is_word(text, "atomic") && before.is_word(text, "begin"))
    } else if last.is_word(text, "case") {
        depth + 1
    } else if last.is_word(text, "end") {
        depth - 1
    } else {
        depth
    }
}

/// Blocks of MySQL's stored programs: `BEGIN`, `CASE`, and `IF`, `WHILE`, `LOOP`, `REPEAT` where a statement
/// starts; each ends in `END`, mostly with its own name behind.
fn block_depth(depth: u32, tokens: &[Token], text: &str) -> u32 {
    let [.., before, last] = tokens else { return depth };
    if last.kind != TokenKind::Ident || before.kind == TokenKind::Dot {
        return depth;
    }
    let word = last.text(text);
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    if before.is_word(text, "end") {
        depth
    } else if is("end") {
        depth.saturating_sub(1)
    } else {
        let word_opens = is("if") || is("while") || is("repeat");
        let opens =
            is("case") || is("begin") || is("loop") || (word_opens && starts_statement(*before, text));
        depth + u32::from(opens)
    }
}

/// Whether a token can stand right before a statement of a stored program.
fn starts_statement(before: Token, text: &str) -> bool {
    match before.kind {
        TokenKind::Semicolon | TokenKind::Colon | TokenKind::RParen | TokenKind::String => true,
        TokenKind::Ident => {
            const WORDS: [&str; 12] = [
                "begin",
                "then",
                "else",
                "do",
                "loop",
                "repeat",
                "row",
                "deterministic",
                "sql",
                "data",
                "invoker",
                "definer",
            ];
            WORDS.iter().any(|w| before.is_word(text, w))
        }
        _ => false,
    }
}
