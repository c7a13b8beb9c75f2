//! What ends a run on a shadow server early.

/// An error of the server or of the way to it; errors of statements are observations.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The server cannot be reached, or refuses the connection.
    #[error("cannot connect to the shadow server {server}: {reason}")]
    Connect {
        /// Where, without the password.
        server: String,
        /// What the driver or the server said.
        reason: String,
    },
    /// The server refuses what the tool itself needs.
    #[error("cannot {what} on the shadow server: {reason}")]
    Setup {
        /// What was tried.
        what: String,
        /// What the server said.
        reason: String,
    },
    /// The connection ended in the middle of a run.
    #[error("the shadow server went away at {place}: {reason}")]
    Gone {
        /// The statement being run, as `file:line`.
        place: String,
        /// What the driver or the server said.
        reason: String,
    },
    /// A statement took too long.
    #[error(
        "{place} did not finish within {seconds} s on the shadow server; --shadow-timeout SECONDS gives it more"
    )]
    Timeout {
        /// The statement, as `file:line`.
        place: String,
        /// The limit.
        seconds: u64,
    },
    /// A database cannot be made or dropped.
    #[error(transparent)]
    Server(#[from] super::Error),
    /// Another run uses the server.
    #[error("another checkrail uses the shadow server {server}: waited {seconds} s for it to end")]
    Busy {
        /// Where, without the password.
        server: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Ctrl-C.
    #[error("interrupted; nothing is left on the shadow server")]
    Interrupted,
    /// The asynchronous runtime or the migration runner failed.
    #[error("the shadow run failed: {0}")]
    Internal(String),
}
