//! Why a database could not be read, and what to do about it. No message holds a password.

use crate::name::ServerVersion;

/// Why a database could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection string is not one. The text says what is wrong with it, without showing it.
    #[error("the connection string is not valid: {0}; write postgres://user@host:port/database")]
    Address(String),
    /// Nobody answers at the address, or the answer never comes.
    #[error("cannot reach {target}: {reason}; check host and port, and that the server accepts connections")]
    Unreachable {
        /// Where the server should be.
        target: String,
        /// What the system said.
        reason: String,
    },
    /// The server does not let us in.
    #[error(
        "{target} refuses the login: {reason}; check the user and its password (in the connection string, PGPASSWORD or ~/.pgpass) and pg_hba.conf"
    )]
    Login {
        /// Which server and database.
        target: String,
        /// What the server said.
        reason: String,
    },
    /// The database does not exist.
    #[error("{target}: {reason}; check the database's name in the connection string")]
    NoDatabase {
        /// Which server and database.
        target: String,
        /// What the server said.
        reason: String,
    },
    /// The server has no place for another connection, or is not ready for one.
    #[error("{target} takes no connection now: {reason}; try again later")]
    Busy {
        /// Which server and database.
        target: String,
        /// What the server said.
        reason: String,
    },
    /// Encryption was asked for or demanded and does not come about.
    #[error("no encrypted connection to {target}: {reason}; check sslmode and sslrootcert")]
    Tls {
        /// Which server and database.
        target: String,
        /// What went wrong.
        reason: String,
    },
    /// The server is of a version that was never measured.
    #[error(
        "the server's version {found} is not supported: checkrail reads PostgreSQL {} to {}",
        ServerVersion::OLDEST,
        ServerVersion::NEWEST
    )]
    Version {
        /// The server's own number, such as `120004`.
        found: i32,
    },
    /// A catalog that everything rests on may not be read.
    #[error("{what} may not be read: {reason}; grant the login SELECT on the system catalogs")]
    Privilege {
        /// What was read.
        what: &'static str,
        /// What the server said.
        reason: String,
    },
    /// A query took longer than the statement timeout.
    #[error(
        "reading {what} took longer than the statement timeout: {reason}; raise it with --statement-timeout"
    )]
    StatementTimeout {
        /// What was read.
        what: &'static str,
        /// What the server said.
        reason: String,
    },
    /// A definition could not be read because someone holds a lock on its relation.
    #[error(
        "reading {what} waited longer than the lock timeout: {reason}; someone holds an exclusive lock on a relation: try again later"
    )]
    LockTimeout {
        /// What was read.
        what: &'static str,
        /// What the server said.
        reason: String,
    },
    /// The connection broke, or the server answered what no server should.
    #[error("reading {what} failed: {reason}")]
    Read {
        /// What was read.
        what: &'static str,
        /// What the driver or the server said.
        reason: String,
    },
    /// This machine cannot do it.
    #[error("cannot start reading the database: {0}")]
    Internal(String),
}

/// The SQLSTATE and the words of an error that came from the server.
fn from_server(error: &sqlx::Error) -> Option<(String, String)> {
    let found = error.as_database_error()?;
    Some((found.code()?.into_owned(), found.message().to_owned()))
}

impl Error {
    /// An error while connecting.
    pub(super) fn connecting(target: String, error: &sqlx::Error) -> Self {
        let Some((code, reason)) = from_server(error) else {
            let reason = plain(error);
            return match error {
                sqlx::Error::Configuration(_) => Self::Address(reason),
                sqlx::Error::Tls(_) => Self::Tls { target, reason },
                _ => Self::Unreachable { target, reason },
            };
        };
        match code.as_str() {
            // Class 28 is invalid authorization, 42501 the lack of CONNECT on the database.
            "42501" => Self::Login { target, reason },
            code if code.starts_with("28") => Self::Login { target, reason },
            "3D000" => Self::NoDatabase { target, reason },
            // Too many connections, and the states of starting up and shutting down.
            "53300" | "57P01" | "57P02" | "57P03" => Self::Busy { target, reason },
            _ => Self::Unreachable { target, reason },
        }
    }

    /// An error while reading something.
    pub(super) fn reading(what: &'static str, error: &sqlx::Error) -> Self {
        let Some((code, reason)) = from_server(error) else {
            return Self::Read { what, reason: plain(error) };
        };
        match code.as_str() {
            "42501" => Self::Privilege { what, reason },
            "57014" => Self::StatementTimeout { what, reason },
            "55P03" => Self::LockTimeout { what, reason },
            _ => Self::Read { what, reason },
        }
    }

    /// Whether only this one thing could not be read.
    pub(super) fn is_partial(&self) -> bool {
        matches!(self, Self::Privilege { .. })
    }
}

/// The innermost words of an error: the outer ones only repeat what we say ourselves.
fn plain(error: &sqlx::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
