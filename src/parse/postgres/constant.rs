//! The value of a constant string expression, as `EXECUTE` takes it.
//!
//! In comes the text of an expression, out comes its value if it is made of literals only: `||`, `format` with
//! `%s`, `%I`, `%L`, `quote_ident`, `quote_literal`, casts to character types. Anything else has no value here.

use super::literal::decode;
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, Token, TokenKind};

/// Deepest nesting of parentheses and calls that is followed.
const MAX_DEPTH: u32 = 32;

/// A constant: `None` is SQL's NULL.
type Value = Option<String>;

/// The value of a constant expression; `None` when it is not constant or is NULL.
#[must_use]
pub fn evaluate(expression: &str) -> Option<String> {
    let tokens: Vec<Token> =
        Lexer::new(expression, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()).collect();
    let mut evaluator = Evaluator { text: expression, tokens: &tokens, at: 0, depth: 0 };
    let value = evaluator.expression()?;
    value.filter(|_| evaluator.at == tokens.len())
}

struct Evaluator<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: u32,
}

impl Evaluator<'_> {
    fn expression(&mut self) -> Option<Value> {
        let mut value = self.term()?;
        while self.symbol("||") {
            let right = self.term()?;
            value = value.zip(right).map(|(left, right)| left + &right);
        }
        Some(value)
    }

    fn term(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let token = *self.tokens.get(self.at)?;
        self.at += 1;
        let mut value = match token.kind {
            TokenKind::LParen => {
                let value = self.expression()?;
                self.symbol(")").then_some(value)?
            }
            TokenKind::Number => Some(plain_number(token.text(self.text))?),
            TokenKind::Ident if token.is_word(self.text, "null") => None,
            TokenKind::Ident => self.call(token)?,
            _ => Some(decode(token, self.text)?.text.into_owned()),
        };
        while self.symbol("::") {
            // A number's text may change in a cast, a string's does not.
            let kind = *self.tokens.get(self.at)?;
            let is_text = ["text", "varchar"].iter().any(|name| kind.is_word(self.text, name));
            value = is_text.then_some(value)?;
            self.at += 1;
        }
        self.depth -= 1;
        Some(value)
    }

    fn call(&mut self, name: Token) -> Option<Value> {
        let arguments = self.arguments()?;
        let is = |word: &str| name.is_word(self.text, word);
        match arguments.as_slice() {
            [None, ..] if is("format") => Some(None),
            [Some(template), values @ ..] if is("format") => format(template, values).map(Some),
            [value] if is("quote_ident") => Some(value.as_deref().map(quote_ident)),
            [value] if is("quote_literal") => Some(value.as_deref().map(quote_literal)),
            [value] if is("quote_nullable") => {
                Some(Some(value.as_deref().map_or("NULL".to_owned(), quote_literal)))
            }
            values if is("concat") => Some(Some(values.iter().flatten().map(String::as_str).collect())),
            _ => None,
        }
    }

    fn arguments(&mut self) -> Option<Vec<Value>> {
        if !self.symbol("(") {
            return None;
        }
        let mut arguments = vec![self.expression()?];
        while self.symbol(",") {
            arguments.push(self.expression()?);
        }
        self.symbol(")").then_some(arguments)
    }

    /// Steps over a token with this text that is no string.
    fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|t| t.text(self.text) == symbol);
        self.at += usize::from(found);
        found
    }
}

/// A number whose text the server keeps as it is.
fn plain_number(text: &str) -> Option<String> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.to_owned())
}

/// PostgreSQL's `format(text, …)`. `None` for widths, for too few values and for a NULL as identifier.
fn format(template: &str, values: &[Value]) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            out.push('%');
            rest = behind;
            continue;
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        if digits > 0 {
            next = rest[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            rest = rest[digits..].strip_prefix('$')?;
        }
        let value = values.get(next)?;
        next += 1;
        match (rest.as_bytes().first()?, value) {
            (b's', value) => out.push_str(value.as_deref().unwrap_or("")),
            (b'I', Some(value)) => out.push_str(&quote_ident(value)),
            (b'L', Some(value)) => out.push_str(&quote_literal(value)),
            (b'L', None) => out.push_str("NULL"),
            _ => return None,
        }
        rest = &rest[1..];
    }
    out.push_str(rest);
    Some(out)
}

/// `quote_ident`, but that keywords are always quoted along with everything that is no plain word: the name is the
/// same either way.
fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quote_literal(value: &str) -> String {
    let escape = if value.contains('\\') { "E" } else { "" };
    format!("{escape}'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants() {
        for (expression, expected) in [
            ("'DROP TABLE a'", "DROP TABLE a"),
            ("$$x$$ || ' y' -- z\n || E'\\n'", "x y\n"),
            ("('a' || ('b'))::text", "ab"),
            (
                "format('ALTER TABLE %I.%I ADD %s int', 'App', 'a\"b', 'c')",
                "ALTER TABLE \"App\".\"a\"\"b\" ADD c int",
            ),
            ("format('%2$s %1$L %% %s', 'it''s', 7)", "7 'it''s' % 7"),
            ("FORMAT('x')", "x"),
            ("format('%L%s', NULL, NULL)", "NULL"),
            ("'a' || quote_ident('T') || quote_literal('\\')", "a\"T\"E'\\\\'"),
            ("concat('a', NULL, 1)", "a1"),
        ] {
            assert_eq!(evaluate(expression).as_deref(), Some(expected), "{expression}");
        }
    }

    #[test]
    fn everything_else_has_no_value() {
        for expression in [
            "",
            "x",
            "'a' || x",
            "format('%I', x)",
            "format('%I')",
            "format('%I', NULL)",
            "format('%-10s', 'a')",
            "format('%*s', 1, 'a')",
            "format('%')",
            "format('%0$s', 'a')",
            "NULL",
            "'a' || NULL",
            "'t'::regclass",
            "'a', 'b'",
            "f('a')",
            "('a'",
            "1.50",
            "007",
            "U&'x' UESCAPE '!'",
        ] {
            assert_eq!(evaluate(expression), None, "{expression}");
        }
        assert_eq!(evaluate(&format!("{}'a'{}", "(".repeat(100_000), ")".repeat(100_000))), None);
    }
}
