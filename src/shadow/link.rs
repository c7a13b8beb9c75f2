//! One connection to a shadow server.
//!
//! Everything goes through the simple query protocol: user SQL is sent as it is written, and nothing is left
//! prepared that `DISCARD ALL` would take away.

use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

use crate::name::{Ident, QName};

use super::observation::SeenError;
use super::run_error::RunError;
use crate::introspect::{self, Live};

/// Why a statement did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused it.
    Refused(SeenError),
    /// The connection is gone.
    Gone(String),
}

impl Failure {
    /// As the failure of something that the tool itself does.
    pub(super) fn during(self, what: &str) -> RunError {
        let reason = match self {
            Self::Refused(error) => error.message,
            Self::Gone(reason) => reason,
        };
        RunError::Setup { what: what.to_owned(), reason }
    }
}

/// A connection.
pub(super) struct Link {
    connection: PgConnection,
    /// Whom it is logged in as.
    pub(super) user: String,
    /// The server process behind it.
    pub(super) pid: i32,
}

impl Link {
    pub(super) async fn open(options: &PgConnectOptions) -> Result<Self, RunError> {
        let refused = |reason: String| RunError::Connect { server: place_of(options), reason };
        let mut connection = options.connect().await.map_err(|e| refused(reason(&e)))?;
        let row = connection.fetch_one(sqlx::raw_sql("SELECT pg_catalog.pg_backend_pid()::text")).await;
        let pid = row.and_then(|row| row.try_get::<String, _>(0)).map_err(|e| refused(reason(&e)))?;
        let pid = pid.parse().map_err(|_| refused(format!("the server's process id is {pid:?}")))?;
        Ok(Self { connection, user: options.get_username().to_owned(), pid })
    }

    /// Runs SQL; rows are thrown away.
    pub(super) async fn run(&mut self, sql: &str) -> Result<(), Failure> {
        if sql.contains('\0') {
            return Err(Failure::Refused(SeenError {
                sqlstate: "22021".to_owned(),
                message: "invalid byte sequence: 0x00".to_owned(),
                detail: None,
                table: None,
            }));
        }
        let text = AssertSqlSafe(sql.to_owned());
        self.connection.execute(sqlx::raw_sql(text)).await.map(|_| ()).map_err(failure)
    }

    /// Runs SQL and returns the first column of the last row as text; empty for NULL and for no row.
    pub(super) async fn text(&mut self, sql: &str) -> Result<String, Failure> {
        Ok(self.texts(sql).await?.pop().unwrap_or_default())
    }

    /// Runs SQL and returns the first column of every row as text; empty for NULL.
    pub(super) async fn texts(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        let text = AssertSqlSafe(sql.to_owned());
        let rows = self.connection.fetch_all(sqlx::raw_sql(text)).await.map_err(failure)?;
        let value = |row: &sqlx::postgres::PgRow| row.try_get::<Option<String>, _>(0);
        rows.iter().map(value).map(|v| v.map(Option::unwrap_or_default).map_err(failure)).collect()
    }

    /// Runs SQL and returns all rows, whose columns must be texts.
    pub(super) async fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Failure> {
        let text = AssertSqlSafe(sql.to_owned());
        let rows = self.connection.fetch_all(sqlx::raw_sql(text)).await.map_err(failure)?;
        let row = |row: &sqlx::postgres::PgRow| {
            (0..row.len()).map(|at| row.try_get::<Option<String>, _>(at).map_err(failure)).collect()
        };
        rows.iter().map(row).collect()
    }

    /// Runs `COPY … FROM STDIN` with its data.
    pub(super) async fn copy_in(&mut self, sql: &str, data: &str) -> Result<(), Failure> {
        let mut copy = self.connection.copy_in_raw(sql).await.map_err(failure)?;
        if let Err(error) = copy.send(data.as_bytes()).await {
            return Err(failure(error));
        }
        copy.finish().await.map(|_| ()).map_err(failure)
    }

    /// The connection itself, to read catalogs over it.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Reads the schema of the database.
    pub(super) async fn schema(&mut self, migrator: &str) -> Result<Live, introspect::Error> {
        let options =
            introspect::Options { migrator: Some(migrator.into()), ..introspect::Options::default() };
        introspect::read(&mut self.connection, &options).await
    }

    /// Ends the connection and waits until the server's process is on its way out.
    pub(super) async fn close(self) {
        let _ = self.connection.close().await;
    }
}

/// A server's address without the password.
pub(super) fn place_of(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => format!("{}:{}", folder.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn failure(error: sqlx::Error) -> Failure {
    let gone = |code: &str| code.starts_with("57P") || code.starts_with("08");
    match &error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default().into_owned();
            if gone(&code) {
                return Failure::Gone(database.message().to_owned());
            }
            let server = database.try_downcast_ref::<PgDatabaseError>();
            let detail = server.and_then(PgDatabaseError::detail);
            let table =
                server.and_then(|e| Some(QName::qualified(Ident::new(e.schema()?), Ident::new(e.table()?))));
            Failure::Refused(SeenError {
                sqlstate: code,
                message: database.message().to_owned(),
                detail: detail.map(str::to_owned),
                table,
            })
        }
        _ => Failure::Gone(reason(&error)),
    }
}

/// The reason without what the driver puts around it.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Tls(error) => error.to_string(),
        other => other.to_string(),
    }
}
