//! Whole statements of both dialects: what comes out, where it says it stands, and that nothing panics.

mod facts;
mod mysql;
mod rejected;
mod sqlite;

use super::lower_statement;
use crate::emit;
use crate::ir::{DdlOp, Opaque, OpaqueReason};
use crate::name::Dialect;

/// The operations of a statement, printed: short, and it proves that they say all there is to say.
fn shown(text: &str, dialect: Dialect) -> String {
    emit::script(&lower_statement(text, dialect, 0), dialect)
}

/// Each statement gives its text, and that text gives the same operations again.
fn check(cases: &[(&str, &str)], dialect: Dialect) {
    for (text, expected) in cases {
        let shown = shown(text, dialect);
        assert_eq!(shown, *expected, "{text}");
        let again: Vec<DdlOp> = lower_statement(&shown, dialect, 0);
        assert_eq!(emit::script(&again, dialect), shown, "{text}");
    }
}

/// The only operation of a statement.
fn one(text: &str, dialect: Dialect) -> DdlOp {
    let mut ops = lower_statement(text, dialect, 0);
    assert_eq!(ops.len(), 1, "{text}: {ops:?}");
    ops.remove(0)
}

/// The verb, the object and the reason of a statement that is not read.
fn opaque(text: &str, dialect: Dialect) -> (String, String, String) {
    let DdlOp::Opaque(Opaque { verb, object, reason }) = one(text, dialect) else {
        panic!("{text} was read")
    };
    let reason = match reason {
        OpaqueReason::Syntax { message, at } => format!("{message} at {at:?}"),
        OpaqueReason::Unsupported(message) | OpaqueReason::ClientCommand(message) => message,
    };
    (verb, object.map_or(String::new(), |name| name.to_string()), reason)
}
