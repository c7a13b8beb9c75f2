//! What ends a run early, and with which exit code.

use std::io;

use crate::introspect;
use crate::parse::StackError;
use crate::shadow;
use crate::source::SourceError;

/// Findings at or above `--fail-on`.
pub const FINDINGS: u8 = 1;
/// Usage, configuration or policy error, or output that cannot be written.
pub const USAGE: u8 = 2;
/// Input missing, unreadable or not analysed.
pub const INPUT: u8 = 3;
/// A database cannot be reached, or a throw-away server failed.
pub const SERVER: u8 = 4;
/// A bug (`EX_SOFTWARE` of sysexits.h).
pub const INTERNAL: u8 = 70;

/// An error that ends the run.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command line, the configuration or the policy is wrong.
    #[error("{0}")]
    Usage(String),
    /// Input cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A database cannot be read.
    #[error(transparent)]
    Database(#[from] introspect::Error),
    /// A throw-away server is not there or failed.
    #[error(transparent)]
    Shadow(#[from] shadow::Error),
    /// Input was read and cannot be used.
    #[error("{0}")]
    Input(String),
    /// Output cannot be written.
    #[error("cannot write {path}: {}", reason(.error))]
    Write {
        /// Where.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The shadow server cannot be had, or failed.
    #[error("{0}")]
    Server(String),
    /// A panic, which the hook in [`super::crash`] has already reported.
    #[error("a bug in checkrail")]
    Panicked,
    /// A failure of the program itself.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

impl CliError {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Write { .. } => USAGE,
            Self::Source(error) if error.is_usage() => USAGE,
            Self::Source(_) | Self::Input(_) => INPUT,
            Self::Database(introspect::Error::Address(_)) => USAGE,
            Self::Database(_) | Self::Shadow(_) | Self::Server(_) => SERVER,
            Self::Panicked | Self::Internal(_) => INTERNAL,
        }
    }
}

impl From<StackError> for CliError {
    fn from(error: StackError) -> Self {
        match error {
            StackError::Panicked(_) => Self::Panicked,
            StackError::Spawn(_) => Self::Internal(error.into()),
        }
    }
}

/// The system's words, or better ones for what people meet.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
