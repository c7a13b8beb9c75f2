//! One spelling for texts that mean the same.

use crate::ir::expr::{Expr, ExprShape, Query};
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, TokenKind};

/// What is compared of a text, and what is shown of it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) shown: String,
    norm: String,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.norm == other.norm
    }
}

impl Value {
    /// A word or a name, compared as it is.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        let shown = text.into();
        Self { norm: shown.clone(), shown }
    }

    /// A text that is SQL, compared without regard to its spelling.
    pub(super) fn sql(text: &str) -> Self {
        Self { shown: body(text), norm: statement(text) }
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

/// A statement with comments and white space gone and words in lower case.
fn statement(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    for token in Lexer::new(sql, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()) {
        let text = token.text(sql);
        match token.kind {
            TokenKind::Ident => out.push_str(&text.to_lowercase()),
            TokenKind::DollarString => out.push_str(&body(text)),
            _ => out.push_str(text),
        }
        out.push(' ');
    }
    out
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
