//! Live databases: catalogs to [`Schema`].
//!
//! In: a [`Target`] or a connection. Out: a [`Live`]: the schema as replaying its DDL would give it, the sizes of
//! its relations, and what the login may not see. One read-only transaction, a constant number of queries however
//! many objects there are, and a short time limit on everything that could wait.

mod connect;
mod error;
pub mod history;
mod postgres;
mod target;

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;

use crate::name::{Ident, ServerVersion};
use crate::schema::Schema;
use crate::schema::sizes::Sizes;

pub use self::error::Error;
pub use self::target::Target;

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Longest time to wait for a connection.
    pub connect_timeout: Duration,
    /// Longest time of one query; zero is no limit.
    pub statement_timeout: Duration,
    /// Longest time to wait for a lock: definitions are read under the weakest one. Zero is no limit.
    pub lock_timeout: Duration,
    /// The role that runs the migrations: what it owns has no owner in the schema, as in a replay. Without it,
    /// the one that owns a migration tool's table, else most relations, which is right where one role runs them all.
    pub migrator: Option<Ident>,
    /// Whether sizes are read, which looks at a file for each relation.
    pub sizes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(2),
            migrator: None,
            sizes: true,
        }
    }
}

/// A database as it is.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its schema, with the sizes of its relations. It is complete: what is not in it does not exist, unless a
    /// part of the catalogs is hidden.
    pub schema: Schema,
    /// The sizes of its relations and how they are used; the schema's own.
    pub sizes: Arc<Sizes>,
    /// What the login may not see, one sentence each; empty when it sees everything.
    pub hidden: Vec<String>,
    /// The server's version.
    pub version: ServerVersion,
    /// The role that was taken for the one that runs the migrations.
    pub migrator: Ident,
}

/// Reads a database, over a connection of its own.
///
/// # Errors
/// Every [`Error`].
pub fn introspect(target: &Target, options: &Options) -> Result<Live, Error> {
    on_runtime(async {
        let mut connection = connect::connect(target, options).await?;
        let live = read(&mut connection, options).await;
        // Whatever happens to the goodbye, what was read is read.
        let _ = connection.close().await;
        live
    })
}

/// Waits for something that talks to a server.
fn on_runtime<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Internal(error.to_string()))?;
    runtime.block_on(work)
}

/// The same inside the transaction that is open on the connection, which sees what it has changed itself; it goes on
/// as it was, its settings too.
///
/// # Errors
/// Every [`Error`] but those of connecting.
pub async fn read_inside(connection: &mut PgConnection, options: &Options) -> Result<Live, Error> {
    connect::begin_inside(connection, options).await?;
    let live = postgres::read(connection, options).await;
    let ended = connect::end_inside(connection).await;
    let live = live?;
    ended?;
    Ok(live)
}

/// Reads the database at the other end of a connection, in a transaction of its own, which is closed at the end.
///
/// # Errors
/// Every [`Error`] but those of connecting.
pub async fn read(connection: &mut PgConnection, options: &Options) -> Result<Live, Error> {
    connect::begin(connection, options).await?;
    let live = postgres::read(connection, options).await;
    let ended = connect::end(connection).await;
    let live = live?;
    ended?;
    Ok(live)
}
