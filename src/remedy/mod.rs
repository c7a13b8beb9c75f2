//! Remedies: the safe way to do it and the way back. All are operations, printed by `emit` and planned again to
//! show that they are what they claim.

pub mod index;
pub mod rewrite;
pub mod rollback;
