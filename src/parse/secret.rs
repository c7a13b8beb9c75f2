//! Passwords in SQL: where they stand, and a text in which they cannot be read.
//!
//! In: the text of a source, also one that cannot be parsed. Out: the same text, byte for byte as long, with stars in the
//! place of passwords, for everything that people and programs get to see. Statements that a schema keeps lose their
//! passwords when they are lowered, and say so ([`NOT_KEPT`]).
//!
//! A password is a literal behind a word that says so (`PASSWORD 'x'`, `OPTIONS (api_key 'x')`,
//! `SET app.jwt_secret = 'x'`, `IDENTIFIED BY 'x'`), the value of `password=` in a connection string, and what stands
//! between `:` and `@` in a URL. Bodies of functions are read like sources. Too much is hidden rather than too little.

use std::borrow::Cow;
use std::ops::Range;

use super::lexer::{Lexer, Token, TokenKind};
use crate::name::Dialect;

/// What stands behind the first word of a statement that has lost its password.
pub const NOT_KEPT: &str = "/* password not kept */";

/// Whether an option or a setting of this name holds something that nobody should read.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["passw", "passphrase", "secret", "api_key", "apikey", "access_key", "private_key"];
    words.iter().any(|word| name.contains(word)) || name == "token" || name.ends_with("_token")
}

/// The text with stars in the place of passwords; places stay what they are.
#[must_use]
pub fn masked(text: &str, dialect: Dialect) -> Cow<'_, str> {
    let mut hidden = Vec::new();
    find(text, dialect, 0, &mut hidden);
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in hidden {
        // Line breaks stay, so that lines do.
        bytes[range].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b'*');
    }
    String::from_utf8(bytes).map_or_else(|_| Cow::Owned("*".repeat(text.len())), Cow::Owned)
}

/// The secrets of a text whose first byte is byte `base` of the whole.
fn find(text: &str, dialect: Dialect, base: usize, hidden: &mut Vec<Range<usize>>) {
    if !may_have(text) {
        return;
    }
    let tokens: Vec<Token> = Lexer::new(text, dialect).filter(|t| !t.kind.is_trivia()).collect();
    let mut last = None;
    for (at, token) in tokens.iter().enumerate() {
        let open = matches!(token.kind, TokenKind::Unterminated(_));
        // MySQL reads double quotes as a string where they stand for a value; here they are names.
        if !token.kind.is_string() && !open {
            continue;
        }
        let inside = inside(*token, text);
        // A literal may have a second part, or what was meant for one.
        let second =
            at.checked_sub(1).filter(|before| last == Some(*before) && tokens[*before].kind.is_string());
        if second.is_some() || says_secret(&tokens[..at], text) {
            last = Some(at);
            hidden.push(base + inside.start..base + inside.end);
            continue;
        }
        let content = &text[inside.clone()];
        let is_body = token.kind == TokenKind::DollarString || open;
        if is_body {
            find(content, dialect, base + inside.start, hidden);
        }
        if !is_body || !content.contains(['\'', ';']) {
            let quote = if is_body { "'" } else { "''" };
            let start = base + inside.start;
            connection(content, quote, |at| hidden.push(start + at.start..start + at.end));
            if !is_body {
                nested(content, |at| hidden.push(start + at.start..start + at.end));
            }
        }
    }
}

/// A quick look: most texts have nothing of the kind.
fn may_have(text: &str) -> bool {
    let bytes = text.as_bytes();
    let here = |at: usize, word: &str| {
        bytes.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'p' | b'P' => here(at, "passw") || here(at, "passphrase"),
        b's' | b'S' => here(at, "secret"),
        b't' | b'T' => here(at, "token"),
        b'i' | b'I' => here(at, "identified"),
        b'a' | b'A' => here(at, "apikey"),
        b'_' => here(at, "_key"),
        b':' => here(at, "://"),
        _ => false,
    })
}

/// The bytes between the quotes of a literal.
fn inside(token: Token, text: &str) -> Range<usize> {
    let (start, end) = (token.span.start as usize, token.span.end as usize);
    let written = &text[start..end];
    if let Some(rest) = written.strip_prefix('$') {
        let tag = rest.find('$').map_or(0, |at| at + 2);
        let close = if written.len() >= 2 * tag && token.kind == TokenKind::DollarString { tag } else { 0 };
        return start + tag..end - close;
    }
    let open = written.find(['\'', '"']).map_or(0, |at| at + 1);
    let close = usize::from(token.kind.is_string() && written.len() > open);
    start + open..end - close
}

/// Whether the tokens before a literal say that it is a password.
fn says_secret(before: &[Token], text: &str) -> bool {
    let word = |back: usize| before.len().checked_sub(back).map(|at| before[at]);
    let named = |token: Option<Token>| {
        token.is_some_and(|t| t.kind.is_name() && is_secret(t.text(text).trim_matches(['"', '`'])))
    };
    let Some(last) = word(1) else { return false };
    if named(Some(last)) {
        return true;
    }
    let assigned = matches!(last.text(text), "=" | ":=" | "(") || last.is_word(text, "to");
    if assigned && named(word(2)) {
        return true;
    }
    // `IDENTIFIED [WITH plugin] BY 'x'` and `AS 'hash'` of MySQL.
    (last.is_word(text, "by") || last.is_word(text, "as"))
        && before.iter().rev().take(4).any(|t| t.is_word(text, "identified"))
}

/// The passwords of SQL in a literal, where quotes are written twice: `'ALTER ROLE r PASSWORD ''x'''`.
fn nested(content: &str, mut hide: impl FnMut(Range<usize>)) {
    let mut quotes = content.match_indices("''").map(|(at, _)| at);
    while let (Some(open), Some(close)) = (quotes.next(), quotes.next()) {
        let before = content[..open].trim_end().trim_end_matches('=').trim_end();
        let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if is_secret(word) {
            hide(open + 2..close);
        }
    }
}

/// A connection string without its password; `None` when it has none.
#[must_use]
pub fn without_password(connection_string: &str) -> Option<String> {
    let mut found = Vec::new();
    connection(connection_string, "'", |at| found.push(at));
    let mut out = connection_string.to_owned();
    for value in found.iter().rev() {
        let before = out[..value.start].trim_end_matches('\'').trim_end();
        match before.strip_suffix('=').map(str::trim_end) {
            // `password=x`, with the quotes around the value.
            Some(name) => {
                let start = name.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
                let end = value.end + usize::from(out[value.end..].starts_with('\''));
                let end = end + usize::from(out[end..].starts_with([' ', '&']));
                out.replace_range(start..end, "");
            }
            // `:x` of a URL.
            None => out.replace_range(value.start.saturating_sub(1)..value.end, ""),
        }
    }
    (!found.is_empty()).then(|| out.trim_end().to_owned())
}

/// The passwords of a connection string, as parameters or as a URL; `quote` is how a quote is written in it.
fn connection(content: &str, quote: &str, mut hide: impl FnMut(Range<usize>)) {
    let lower = content.to_ascii_lowercase();
    let parameters = ["host", "hostaddr", "dbname", "user", "port", "service", "sslmode"];
    let is_one = lower.contains("://")
        || parameters.iter().any(|p| {
            lower.match_indices(p).any(|(at, _)| lower[at + p.len()..].trim_start().starts_with('='))
        });
    if !is_one {
        return;
    }
    for (at, word) in lower.match_indices("password") {
        let rest = &content[at + word.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let start = content.len() - value.len();
        let open = if value.starts_with(quote) { quote.len() } else { 0 };
        let inner = &value[open..];
        let end =
            if open == 0 { inner.find(|c: char| c.is_whitespace() || c == '&') } else { inner.find(quote) };
        hide(start + open..start + open + end.unwrap_or(inner.len()));
    }
    for (at, mark) in content.match_indices("://") {
        let start = at + mark.len();
        let rest = &content[start..];
        let authority = &rest[..rest.find(['/', '?', ' ', '\n']).unwrap_or(rest.len())];
        if let (Some(end), Some(colon)) = (authority.rfind('@'), authority.find(':'))
            && colon < end
        {
            hide(start + colon + 1..start + end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_and_places_stay() {
        for sql in [
            "CREATE ROLE r LOGIN PASSWORD 'geheim'",
            "ALTER USER r WITH ENCRYPTED PASSWORD E'geheim' VALID UNTIL 'infinity'",
            "CREATE USER MAPPING FOR r SERVER s OPTIONS (user 'u', password 'geheim')",
            "ALTER USER MAPPING FOR r SERVER s OPTIONS (SET \"Password\" 'geheim', ADD x 'y')",
            "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (api_key 'geheim', url 'x')",
            "CREATE SUBSCRIPTION s CONNECTION 'host=h password=geheim user=u' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'password = ''geheim'' host=h' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:geheim@h:5432/db' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'postgres://h/db?user=u&password=geheim&x=1' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION $$host=h password=geheim$$ PUBLICATION p",
            "DO $x$ BEGIN EXECUTE $$ALTER ROLE r PASSWORD 'geheim'$$; END $x$",
            "DO $x$ BEGIN EXECUTE 'ALTER ROLE r PASSWORD ''geheim'''; END $x$",
            "SELECT dblink_connect('c', 'dbname=d password=geheim')",
            "ALTER DATABASE d SET \"app.jwt_secret\" TO 'geheim'",
            "SET app.jwt_secret = 'geheim'",
            "CREATE ROLE r PASWORD 'x' PASSWORD 'geheim",
            "CREATE ROLE r PASSWORD 'ge\nheim'",
        ] {
            let shown = masked(sql, Dialect::PostgreSql);
            assert_eq!(shown.len(), sql.len(), "{sql}");
            assert!(!shown.contains("geheim") && !shown.contains("heim"), "{shown}");
            assert_eq!(shown.lines().count(), sql.lines().count());
        }
        for sql in [
            "CREATE USER u IDENTIFIED BY 'geheim'",
            "ALTER USER u IDENTIFIED WITH mysql_native_password AS 'geheim'",
            "SET PASSWORD FOR u = PASSWORD('geheim')",
        ] {
            assert!(!masked(sql, Dialect::MySql).contains("geheim"), "{sql}");
        }
    }

    #[test]
    fn connection_strings_lose_their_passwords() {
        for (with, without) in [
            ("host=h password=geheim user=u", "host=h user=u"),
            ("host=h password = 'ge heim'", "host=h"),
            ("postgresql://u:geheim@h:5432/db", "postgresql://u@h:5432/db"),
            ("postgres://h/db?password=geheim&x=1", "postgres://h/db?x=1"),
        ] {
            assert_eq!(without_password(with).as_deref(), Some(without), "{with}");
        }
        assert_eq!(without_password("host=h user=u"), None);
        assert_eq!(without_password("postgres://u@h:5432/db"), None);
    }

    #[test]
    fn other_texts_stay() {
        for sql in [
            "CREATE TABLE t (password text NOT NULL CHECK (password <> ''), token_count int DEFAULT 0)",
            "COMMENT ON COLUMN t.password IS 'the hash of the password = bcrypt'",
            "SELECT 'see https://example.org/path?x=a:b@c'",
            "CREATE TYPE secret AS ENUM ('one', 'two')",
        ] {
            assert_eq!(masked(sql, Dialect::PostgreSql), sql);
        }
    }
}
