//! Throw-away PostgreSQL servers, to prove on a real server what the model predicts.
//!
//! In: which major version is wanted, and [`Places`], what the surroundings say about programs and folders. Out: a
//! running [`server::Server`] with databases, reachable through a Unix socket in a private folder and gone with all
//! its files when it is dropped, when it fails, on Ctrl-C and when its owner is killed; or an [`Error`] that says
//! what to do. A user's own database is never touched.
//!
//! [`binaries`] finds servers, [`install`] fetches them, [`server`] runs one, [`databases`] makes databases on it,
//! [`prepared`] does so on a server that the user gave by URL, and a [`host::Host`] is either of them.
//! [`run`] runs migrations there and says what the server did for each statement ([`Trace`]), and [`compare`] where
//! that differs from the prediction.
#![expect(
    clippy::disallowed_methods,
    reason = "the home of servers: it starts their programs, owns their folders and waits for them"
)]

pub mod binaries;
pub mod compare;
pub mod databases;
pub mod host;
pub mod install;
pub mod observation;
pub mod prepared;
pub mod prove;
pub mod server;

mod account;
mod error;
mod flow;
mod front;
mod link;
mod npm;
mod place;
mod places;
mod rows;
mod run_error;
mod runner;
mod scratch;
mod template;
mod trace;
mod twin;
mod wants;

pub use error::Error;
pub use observation::{Observed, Seen, Trace};
pub use places::Places;
pub use run_error::RunError;
pub use runner::{Options, Progress, Report, Script, run};
