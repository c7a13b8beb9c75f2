//! Expressions and types as the server prints them, read by the front end: all that one query gave at once, and
//! the same text only once.

use std::collections::HashMap;

use crate::introspect::Error;
use crate::ir::expr::{Expr, ExprFacts};
use crate::ir::types::TypeName;
use crate::parse::postgres::piece;

use super::row::Row;

/// What was read so far, by text.
#[derive(Default)]
pub(super) struct Texts {
    expressions: HashMap<String, Expr>,
    types: HashMap<String, TypeName>,
    /// Texts that could not be read.
    pub(super) unread: Vec<String>,
}

impl Texts {
    /// Reads the expressions and types in these columns of rows.
    pub(super) fn prepare(
        &mut self,
        rows: &[Row],
        expressions: &[&'static str],
        types: &[&'static str],
    ) -> Result<(), Error> {
        let mut wanted: Vec<&str> = Vec::new();
        let mut wanted_types: Vec<&str> = Vec::new();
        for row in rows {
            for column in expressions {
                wanted.extend(row.maybe(column)?.filter(|text| !self.expressions.contains_key(*text)));
            }
            for column in types {
                wanted_types.extend(row.maybe(column)?.filter(|text| !self.types.contains_key(*text)));
            }
        }
        self.read_expressions(wanted);
        self.read_types(wanted_types);
        Ok(())
    }

    fn read_expressions(&mut self, mut texts: Vec<&str>) {
        texts.sort_unstable();
        texts.dedup();
        for (text, read) in texts.iter().zip(piece::expressions(&texts)) {
            let expr = read.unwrap_or_else(|_| {
                self.unread.push((*text).to_owned());
                Expr::from(ExprFacts { sql: (*text).to_owned(), ..ExprFacts::default() })
            });
            self.expressions.insert((*text).to_owned(), expr);
        }
    }

    fn read_types(&mut self, mut texts: Vec<&str>) {
        texts.sort_unstable();
        texts.dedup();
        let casts: Vec<String> = texts.iter().map(|text| format!("NULL::{text}")).collect();
        let casts: Vec<&str> = casts.iter().map(String::as_str).collect();
        for (text, read) in texts.iter().zip(piece::expressions(&casts)) {
            let found = read.ok().and_then(|expr| expr.into_inner().types.into_iter().next());
            let ty = found.unwrap_or_else(|| {
                self.unread.push((*text).to_owned());
                TypeName::builtin(text)
            });
            self.types.insert((*text).to_owned(), ty);
        }
    }

    /// An expression.
    pub(super) fn expr(&mut self, text: &str) -> Expr {
        if !self.expressions.contains_key(text) {
            self.read_expressions(vec![text]);
        }
        self.expressions.get(text).cloned().unwrap_or_default()
    }

    /// A type.
    pub(super) fn data_type(&mut self, text: &str) -> TypeName {
        if !self.types.contains_key(text) {
            self.read_types(vec![text]);
        }
        self.types.get(text).cloned().unwrap_or_else(|| TypeName::builtin(text))
    }
}
