//! The lowering against the server's grammar.

mod access;
mod data;
mod expr;
mod object;
mod routine;
mod table;
mod view;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Context, lower};
use crate::ir::DdlOp;
use crate::name::Dialect;
use crate::parse::postgres::ffi;
use crate::parse::postgres::stack::with_large_stack;
use crate::parse::split::{Piece, split};

/// One statement of every form in the documentation.
const STATEMENTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/postgresql/statements.sql"));

/// Lowers every statement of a text, each parsed by itself.
pub(super) fn ops(text: &str) -> Vec<(String, DdlOp)> {
    with_large_stack(|| {
        let script = split(text, Dialect::PostgreSql);
        let lowered = script.pieces.iter().map(|piece| {
            let sql = piece.span.slice(text);
            let tree = ffi::parse(sql).unwrap_or_else(|e| panic!("{e}: {sql}"));
            assert_eq!(tree.stmts.len(), 1, "{sql}");
            let tokens = script.tokens_of(piece);
            let context = Context { text, tokens, span: piece.span, place: None };
            (sql.to_owned(), lower(&tree.stmts[0], &context))
        });
        lowered.collect()
    })
    .unwrap()
}

/// Lowers one statement.
pub(super) fn op(sql: &str) -> DdlOp {
    let mut ops = ops(sql);
    assert_eq!(ops.len(), 1, "{sql}");
    ops.remove(0).1
}

/// Lowers one statement and takes the payload of the variant it must be.
macro_rules! lowered {
    ($kind:ident, $sql:expr) => {
        match $crate::parse::postgres::lower::tests::op($sql) {
            $crate::ir::DdlOp::$kind(op) => op,
            other => panic!("{other:?}"),
        }
    };
}
pub(super) use lowered;

#[test]
fn every_documented_form_is_understood() {
    let ops = ops(STATEMENTS);
    assert!(ops.len() > 500, "{}", ops.len());
    for (sql, op) in ops {
        assert!(!matches!(op, DdlOp::Opaque(_)), "{sql}\n{op:?}");
        if let DdlOp::Do(block) = op {
            assert!(block.unread.len() <= 1, "{:?}", block.unread);
        }
    }
}

/// Statements with a few of their tokens repeated, left out or taken from elsewhere: whatever the grammar
/// accepts is lowered, and its expressions print as SQL that reads back.
#[test]
fn mutated_statements_are_lowered() {
    let script = split(STATEMENTS, Dialect::PostgreSql);
    let words =
        |piece: &Piece| -> Vec<&str> { script.tokens_of(piece).iter().map(|t| t.text(STATEMENTS)).collect() };
    let statements: Vec<Vec<&str>> = script.pieces.iter().map(words).collect();
    let tokens: Vec<&str> = statements.concat();
    let edit = (any::<Index>(), any::<Index>(), 0..4usize);
    let strategy = (any::<Index>(), prop::collection::vec(edit, 1..3));
    let run = || {
        let config = ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |((which, edits) in strategy)| {
            let mut words = which.get(&statements).clone();
            for (at, other, kind) in edits {
                let at = at.index(words.len() + 1);
                let from = other.index(tokens.len());
                let until = (from + kind).min(tokens.len());
                let until_here = (at + usize::from(kind > 1)).min(words.len());
                words.splice(at..until_here, tokens[from..until].iter().copied());
            }
            let sql = words.join(" ");
            let script = split(&sql, Dialect::PostgreSql);
            for piece in &script.pieces {
                if let Ok(tree) = ffi::parse(piece.span.slice(&sql)) && let [stmt] = &tree.stmts[..] {
                    let tokens = script.tokens_of(piece);
                    lower(stmt, &Context { text: &sql, tokens, span: piece.span, place: None });
                }
            }
        });
    };
    with_large_stack(run).unwrap();
}
