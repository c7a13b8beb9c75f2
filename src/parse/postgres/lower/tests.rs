//! The lowering against the server's grammar.

mod access;
mod data;
mod expr;
mod object;
mod routine;
mod table;
mod view;

use super::{Context, lower};
use crate::ir::DdlOp;
use crate::name::Dialect;
use crate::parse::postgres::ffi;
use crate::parse::postgres::stack::with_large_stack;
use crate::parse::split::split;

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
    let fixture =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/postgresql/statements.sql"));
    let ops = ops(fixture);
    assert!(ops.len() > 500, "{}", ops.len());
    for (sql, op) in ops {
        assert!(!matches!(op, DdlOp::Opaque(_)), "{sql}\n{op:?}");
        if let DdlOp::Do(block) = op {
            assert!(block.unread.len() <= 1, "{:?}", block.unread);
        }
    }
}
