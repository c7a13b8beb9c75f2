//! Databases on a throw-away server.
//!
//! In: how to connect, and a name. Out: databases, made from a template where that is wanted.

use std::path::Path;
use std::thread;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};

use crate::quote::quote_ident;

use super::Error;
use super::server::{SUPERUSER, Server};

impl Server {
    /// How to connect to one of its databases, as superuser.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.socket_folder())
            .port(5432)
            .username(SUPERUSER)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .application_name("checkrail")
    }

    /// A connection string for one of its databases, as superuser. It holds no secret.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}@localhost:5432/{}?host={}&sslmode=disable",
            percent_encoded(database),
            percent_encoded(&self.socket_folder().to_string_lossy())
        )
    }

    /// Makes a database, from a template or empty. The template may have no sessions.
    ///
    /// # Errors
    /// The server's.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), Error> {
        block_on(async { create(&mut connect(&self.options(SUPERUSER)).await?, name, template).await })
    }

    /// Makes a database with a name that no other has, and returns the name.
    ///
    /// # Errors
    /// The server's.
    pub fn create_next_database(&self, template: Option<&str>) -> Result<String, Error> {
        let name = format!("shadow_{}", self.count());
        self.create_database(&name, template).map(|()| name)
    }

    /// Drops a database, ending its sessions.
    ///
    /// # Errors
    /// The server's.
    pub fn drop_database(&self, name: &str) -> Result<(), Error> {
        block_on(async { remove(&mut connect(&self.options(SUPERUSER)).await?, name).await })
    }
}

/// Opens a connection.
///
/// # Errors
/// The driver's or the server's, which name no password.
pub async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    let what = || match options.get_socket() {
        Some(socket) => format!("cannot connect to the server in {}", socket.display()),
        None => format!("cannot connect to {}:{}", options.get_host(), options.get_port()),
    };
    options.connect().await.map_err(|source| Error::Sql { what: what(), source })
}

/// Makes a database through a connection to another, from a template or empty. The template may have no sessions.
///
/// # Errors
/// The server's.
pub async fn create(connection: &mut PgConnection, name: &str, template: Option<&str>) -> Result<(), Error> {
    let sql = format!(
        "CREATE DATABASE {} TEMPLATE {}",
        quote_ident(name),
        quote_ident(template.unwrap_or("template0"))
    );
    execute(connection, sql, || format!("cannot make database {name:?}")).await
}

/// Drops a database through a connection to another, ending its sessions. Nothing happens where it is not there.
///
/// # Errors
/// The server's.
pub async fn remove(connection: &mut PgConnection, name: &str) -> Result<(), Error> {
    let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_ident(name));
    execute(connection, sql, || format!("cannot drop database {name:?}")).await
}

async fn execute(
    connection: &mut PgConnection,
    sql: String,
    what: impl FnOnce() -> String,
) -> Result<(), Error> {
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await;
    done.map(drop).map_err(|source| Error::Sql { what: what(), source })
}

/// Runs a future to its end, also from within a runtime: on a thread of its own.
pub(super) fn block_on<T: Send>(future: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(Error::file("make a runtime in", Path::new("this process")))?.block_on(future)
    };
    thread::scope(|scope| match scope.spawn(run).join() {
        Ok(outcome) => outcome,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// All but letters, digits and `-._~` as `%XX`.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
