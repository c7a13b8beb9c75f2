//! Shadow servers: throw-away PostgreSQL servers on which migrations run for real.
//!
//! In: parsed migrations and a server. Out: what the server did for each statement ([`Trace`]), and where that
//! differs from the prediction ([`compare`]). Nothing here is ever run on a database of the user's: it all happens
//! in databases that are made for the purpose and dropped afterwards.

pub mod compare;
mod run_error;
mod flow;
mod front;
mod link;
pub mod observation;
mod place;
mod runner;
mod trace;
mod twin;
mod wants;

pub use run_error::RunError;
pub use observation::{Observed, Seen, Trace};
pub use runner::{Options, Progress, Report, Script, run};
