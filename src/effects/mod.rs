//! What a statement does to a running server: locks, rewrites, scans, data loss, errors, broken code.
//!
//! In: one operation and the schema before it. Out: [`Effects`], facts without judgement. Every fact about
//! PostgreSQL is measured on 13–18; `tests/conformance/` holds the measurements, and
//! `tests/it/conformance/` compares this module with them and measures again.
//! What stands here never depends on who runs the statement or on the transaction around it; that is `plan`'s.

pub mod fact;
mod generic;
mod postgres;

pub use fact::Effects;

use crate::ir::DdlOp;
use crate::name::Dialect;
use crate::schema::Schema;

/// What a statement does, given the schema as it is before it. The server's version and dialect are the
/// schema's.
#[must_use]
pub fn analyse(op: &DdlOp, schema: &Schema) -> Effects {
    match schema.dialect() {
        Dialect::PostgreSql => postgres::analyse(op, schema),
        Dialect::MySql | Dialect::Sqlite => generic::analyse(op, schema),
    }
}
