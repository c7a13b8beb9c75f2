//! One spelling for texts that mean the same.

use crate::ir::expr::{Expr, ExprShape, Query};
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, Token, TokenKind};

/// What is compared of a text, and what is shown of it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) shown: String,
    norm: String,
    /// The types of its casts, in order; they are not in `norm`.
    casts: Vec<String>,
}

impl PartialEq for Value {
    /// A cast that only one of two texts has does not make them differ: the server writes out those that it makes
    /// by itself, and people copy its texts. Casts to different types do.
    fn eq(&self, other: &Self) -> bool {
        let (few, many) = if self.casts.len() <= other.casts.len() {
            (&self.casts, &other.casts)
        } else {
            (&other.casts, &self.casts)
        };
        let mut rest = many.iter();
        self.norm == other.norm && few.iter().all(|cast| rest.any(|other| other == cast))
    }
}

impl Value {
    /// A word or a name, compared as it is.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        let shown = text.into();
        Self { norm: shown.clone(), shown, casts: Vec::new() }
    }

    /// A text that is SQL, compared without regard to its spelling.
    pub(super) fn sql(text: &str) -> Self {
        let (norm, casts) = statement(text);
        Self { shown: body(text), norm, casts }
    }

    /// Only that it is there.
    pub(super) fn present() -> Self {
        Self::plain("")
    }

    /// What is compared.
    pub(super) fn essence(&self) -> &str {
        &self.norm
    }
}

/// A statement with comments and white space gone and words in lower case, and the types of its casts.
fn statement(sql: &str) -> (String, Vec<String>) {
    let tokens: Vec<Token> = Lexer::new(sql, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()).collect();
    let mut out = String::with_capacity(sql.len());
    let mut casts = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let text = token.text(sql);
        at += 1;
        if text == "::" {
            let end = type_end(sql, &tokens, at);
            let parts: Vec<String> = tokens[at..end].iter().map(|t| t.text(sql).to_lowercase()).collect();
            casts.push(parts.concat());
            at = end;
            continue;
        }
        match token.kind {
            TokenKind::Ident => out.push_str(&text.to_lowercase()),
            TokenKind::DollarString => out.push_str(&body(text)),
            _ => out.push_str(text),
        }
        out.push(' ');
    }
    (out, casts)
}

/// Where the name of a type ends that begins at a token.
fn type_end(sql: &str, tokens: &[Token], start: usize) -> usize {
    const TAILS: &[&str] = &["varying", "precision", "with", "without", "time", "zone"];
    let text = |at: usize| tokens.get(at).map_or("", |t| t.text(sql));
    let word = |at: usize, list: &[&str]| list.iter().any(|w| text(at).eq_ignore_ascii_case(w));
    let mut at = start + 1;
    loop {
        if text(at) == "." {
            at += 2;
        } else if text(at) == "(" {
            // A length or a precision.
            while at < tokens.len() && text(at) != ")" {
                at += 1;
            }
            at += 1;
        } else if text(at) == "[" && text(at + 1) == "]" {
            at += 2;
        } else if word(at, TAILS) {
            at += 1;
        } else {
            break at.min(tokens.len());
        }
    }
}

/// A query.
pub(super) fn query(query: &Query) -> Value {
    Value::sql(query.sql.trim().trim_end_matches(';'))
}

/// The body of a routine: how it is broken into lines is not looked at.
fn body(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An expression that gives a default; `None` for what is no default.
pub(super) fn default(expr: &Expr) -> Option<Value> {
    match &expr.shape {
        ExprShape::Null => None,
        ExprShape::Bool(value) => Some(Value::plain(value.to_string())),
        ExprShape::Literal(value) => Some(Value::plain(format!("'{value}'"))),
        _ if !expr.sequences.is_empty() && expr.functions.iter().any(|f| f.name == *"nextval") => {
            let names: Vec<String> = expr.sequences.iter().map(|s| s.name.to_string()).collect();
            Some(Value::plain(format!("nextval('{}')", names.join(", "))))
        }
        _ => Some(Value::sql(&expr.sql)),
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    fn same(a: &str, b: &str) -> bool {
        Value::sql(a) == Value::sql(b)
    }

    #[test]
    fn spelling_is_no_difference() {
        assert!(same("CHECK (a  > 0)", "check (A > 0) -- why"));
        assert!(same("lower(name)", "lower(name::character varying(20))"));
        assert!(same("x = 'a'::text[] AND y", "x = 'a' AND y"));
        assert!(same("t::timestamp with time zone < now()", "t < now()"));
    }

    #[test]
    fn meaning_is_one() {
        assert!(!same("CHECK (a > 0)", "CHECK (a >= 0)"));
        assert!(!same("date_trunc('day', t::date)", "date_trunc('day', t::timestamp)"));
        assert!(!same("'a b'", "'a  b'"));
        assert!(!same("f(a::pg_catalog.int4)", "f(b)"));
    }
}
