//! What ends a run early, and with which exit code.

use std::io;

use crate::source::SourceError;

/// Findings at or above `--fail-on`.
pub const FINDINGS: u8 = 1;
/// Usage, configuration or policy error.
pub const USAGE: u8 = 2;
/// Input missing, unreadable or not analysed.
pub const INPUT: u8 = 3;

/// An error that ends the run.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command line, the configuration or the policy is wrong.
    #[error("{0}")]
    Usage(String),
    /// Input cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Input was read but cannot be used.
    #[error("{0}")]
    Input(String),
    /// Output cannot be written.
    #[error("cannot write {path}: {error}")]
    Write {
        /// Where.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A failure of the program itself.
    #[error("internal error: {0:#}; please report it")]
    Internal(#[from] anyhow::Error),
}

impl CliError {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Source(error) if error.is_usage() => USAGE,
            Self::Source(_) | Self::Input(_) => INPUT,
            Self::Write { .. } => USAGE,
            Self::Internal(_) => 70,
        }
    }

    /// Whether the reader of standard output went away, which is no error.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
