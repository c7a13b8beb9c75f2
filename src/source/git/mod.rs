//! Revisions: files as of a commit, and what changed since one. Everything is asked of the `git` command.

mod changes;
mod command;
mod revision;

pub use changes::changed_since;
pub(super) use revision::Revision;
