//! What a statement does to a running server: locks, rewrites, scans, data loss, errors, broken code.
//!
//! In: one operation and the schema before it. Out: [`Effects`], facts without judgement. Every fact about
//! PostgreSQL is measured on 13–18; `tests/it/locktruth.rs` compares this module with those measurements.
//! What stands here never depends on who runs the statement or on the transaction around it; that is `plan`'s.

pub mod fact;

pub use fact::Effects;

/// What a statement does, given the schema as it is before it.
#[must_use]
pub fn analyse(_op: &crate::ir::DdlOp, _schema: &crate::schema::Schema) -> Effects {
    Effects::default()
}
