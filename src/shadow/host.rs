//! The server of a run: one of ours, or one that the user gave.

use sqlx::postgres::PgConnectOptions;

use super::Error;
use super::prepared::Prepared;
use super::server::{SUPERUSER, Server};

/// A server on which databases are made for a run, and are gone with this value.
#[derive(Debug)]
pub enum Host {
    /// A throw-away server: everything on it is ours, roles too.
    Own(Server),
    /// A server that the user prepared: only the databases made through this value are ours.
    Given(Box<Prepared>),
}

impl Host {
    /// Major version: 17.
    pub fn major(&self) -> u16 {
        match self {
            Self::Own(server) => server.major(),
            Self::Given(prepared) => prepared.major(),
        }
    }

    /// What the server says about itself: `17.10`.
    pub fn version(&self) -> &str {
        match self {
            Self::Own(server) => &server.binaries().version,
            Self::Given(prepared) => prepared.version(),
        }
    }

    /// How to connect to a database made here.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        match self {
            Self::Own(server) => server.options(database),
            Self::Given(prepared) => prepared.options(database),
        }
    }

    /// How to connect to a database that is there for no purpose of ours: the server's own, or the one of the URL.
    pub fn home(&self) -> PgConnectOptions {
        match self {
            Self::Own(server) => server.options(SUPERUSER),
            Self::Given(prepared) => prepared.home(),
        }
    }

    /// Makes a database, empty or as a copy of another made here that has no sessions, and returns its name.
    ///
    /// # Errors
    /// The server's.
    pub fn create_database(&self, template: Option<&str>) -> Result<String, Error> {
        match self {
            Self::Own(server) => server.create_next_database(template),
            Self::Given(prepared) => prepared.create_database(template),
        }
    }

    /// Drops a database made here, ending its sessions.
    ///
    /// # Errors
    /// The server's.
    pub fn drop_database(&self, name: &str) -> Result<(), Error> {
        match self {
            Self::Own(server) => server.drop_database(name),
            Self::Given(prepared) => prepared.drop_database(name),
        }
    }

    /// The end of the server's log where it is ours, for messages when it is gone.
    pub fn log_tail(&self) -> Option<String> {
        match self {
            Self::Own(server) => Some(server.log_tail()),
            Self::Given(_) => None,
        }
    }
}
