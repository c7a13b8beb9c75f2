//! The plan: statements in order, each with its effects, the transaction around it, and what it holds locked.
//!
//! In: migrations (parsed) and the schema before the first. Out: [`Step`]s, one at a time: [`Replay::prepare`]
//! looks at a statement with the schema as it is before it, the caller judges, [`Replay::commit`] applies it.
//! So rules see the true state before every statement without a copy of the schema for each.

mod deferred;
mod replay;
mod rows;
pub mod step;
#[cfg(test)]
mod tests;
mod transaction;
mod trial;

pub use deferred::PendingCheck;
pub use replay::Replay;
pub use step::{HeldLock, Lifetime, MigrationInfo, Step, TransactionMode, TransactionScope};
pub use transaction::Wrap;
pub use trial::Trial;
