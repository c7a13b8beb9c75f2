//! What is not SQL: psql commands, COPY data, commands of the mysql and sqlite3 clients.

use crate::name::Dialect;
use crate::parse::lexer::{Token, TokenKind};
use crate::text::{Span, offset};

/// The psql command whose backslash is at `at`: its span and where SQL goes on. It ends with the line or behind
/// a `\\` outside quotes; some commands take the line as it is.
pub(super) fn psql(text: &str, at: usize) -> (Span, usize) {
    let rest = &text[at..];
    let line_len = rest.find('\n').unwrap_or(rest.len());
    let line = &rest[..line_len];
    let name = command_name(&line[1..]);
    let whole_line = matches!(name, "!" | "copy" | "ef" | "ev" | "sf" | "sv" | "h" | "help");
    let end = if whole_line { line_len } else { separator(line).unwrap_or(line_len) };
    let len = line[..end].trim_end().len();
    (Span::new(offset(at), offset(at + len)), at + end)
}

/// Offset behind the `\\` that ends a command before its line does.
fn separator(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (None, b'\\') if bytes.get(at + 1) == Some(&b'\\') => return Some(at + 2),
            (None, mark @ (b'\'' | b'"' | b'`')) => quote = Some(mark),
            (Some(b'\''), b'\\') => at += 1,
            (Some(mark), byte) if mark == byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The name that a command text (without its backslash) begins with.
fn command_name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end.max(usize::from(text.starts_with(['!', '?'])))]
}

/// Whether the psql command that `text` begins with sends the statement before it.
pub(super) fn sends_statement(text: &str) -> bool {
    matches!(
        command_name(text),
        "g" | "gx"
            | "gset"
            | "gexec"
            | "gdesc"
            | "crosstabview"
            | "watch"
            | "bind"
            | "bind_named"
            | "parse"
            | "sendpipeline"
    )
}

/// Whether a statement is `COPY … FROM stdin`, which data follow.
pub(super) fn copies_from_stdin(tokens: &[Token], text: &str, dialect: Dialect) -> bool {
    if dialect != Dialect::PostgreSql || !tokens.first().is_some_and(|t| t.is_word(text, "copy")) {
        return false;
    }
    let mut depth = 0u32;
    tokens.windows(2).any(|pair| {
        match pair[0].kind {
            TokenKind::LParen => depth += 1,
            TokenKind::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && pair[0].is_word(text, "from") && pair[1].is_word(text, "stdin")
    })
}

/// The same for psql's own `\copy`.
pub(super) fn psql_copies_from_stdin(command: &str) -> bool {
    let mut words = command.split_ascii_whitespace();
    if words.next() != Some("\\copy") {
        return false;
    }
    let words: Vec<&str> = words.collect();
    words.windows(2).any(|pair| {
        let source = pair[1].trim_end_matches(';');
        pair[0].eq_ignore_ascii_case("from")
            && (source.eq_ignore_ascii_case("stdin") || source.eq_ignore_ascii_case("pstdin"))
    })
}

/// Offset of the line `\.` that ends COPY data which begin at `from`, the start of a line.
pub(super) fn end_mark(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + text[at..].find("\\.")?;
        let behind = &text[found + 2..];
        let ends_line = behind.is_empty() || behind.starts_with('\n') || behind.starts_with("\r\n");
        if ends_line && (found == from || text[..found].ends_with('\n')) {
            return Some(found);
        }
        at = found + 2;
    }
}

/// Whether a line that begins a statement is a command of the dialect's command-line client instead.
pub(super) fn is_client_command(line: &str, dialect: Dialect) -> bool {
    let (word, rest) = line.split_at(line.find(|c: char| c.is_ascii_whitespace()).unwrap_or(line.len()));
    match dialect {
        Dialect::PostgreSql => false,
        // `.5` begins no statement, so any dot does.
        Dialect::Sqlite => line.starts_with('.') && line[1..].starts_with(|c: char| c.is_ascii_alphabetic()),
        Dialect::MySql => {
            let word = word.trim_end_matches(';').to_ascii_lowercase();
            match word.as_str() {
                "delimiter" | "source" | "system" | "tee" | "pager" | "prompt" | "connect" => {
                    !rest.trim().is_empty()
                }
                "notee" | "nopager" | "rehash" | "status" | "warnings" | "nowarning" | "quit" | "exit" => {
                    rest.is_empty()
                }
                // With a semicolon it is a statement that the server takes as well.
                "use" => !line.contains(';'),
                _ => false,
            }
        }
    }
}

/// The delimiter that a `DELIMITER` line sets. The client takes the first word behind the command.
pub(super) fn delimiter(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace();
    let command = words.next()?;
    if command.eq_ignore_ascii_case("delimiter") { words.next() } else { None }
}
