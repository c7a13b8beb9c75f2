//! Differences between states of objects, as operations.
//!
//! In: objects of the schema model. Out: [`DdlOp`]s that make one, change one into another, or drop one. The
//! rollback of a statement and the comparison of two schemas both come from here.

use crate::ir::DdlOp;
use crate::schema::model::Object;

/// The statements that make an object as it is, with everything that hangs on it: constraints, triggers,
/// policies, comments, privileges, owner. Parts that live in other objects (a constraint's index, an identity
/// column's sequence) come with the object that owns them.
#[must_use]
pub fn definition(_object: &Object) -> Vec<DdlOp> {
    Vec::new()
}
