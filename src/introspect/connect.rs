//! One read-only connection with timeouts.
//!
//! Nothing of the session outlives its transaction, so that a connection pooler between us and the server hands
//! no setting of ours to anyone else.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

use super::{Error, Options, Target};

/// Connects; nothing is read yet.
pub(super) async fn connect(target: &Target, options: &Options) -> Result<PgConnection, Error> {
    let plain = target
        .options()
        .clone()
        .application_name("checkrail")
        .statement_cache_capacity(0)
        .disable_statement_logging();
    // Also what is sent outside our transaction can write nothing.
    let guarded = plain.clone().options([("default_transaction_read_only", "on")]);
    match attempt(&guarded, options.connect_timeout).await {
        // Poolers refuse options that they do not know.
        Err(Some(error)) if error.to_string().contains("startup parameter") => {
            attempt(&plain, options.connect_timeout).await
        }
        other => other,
    }
    .map_err(|error| match error {
        Some(error) => Error::connecting(target.to_string(), &error),
        None => Error::Unreachable {
            target: target.to_string(),
            reason: format!("no answer within {}", seconds(options.connect_timeout)),
        },
    })
}

/// Connects; without an error the time is up.
async fn attempt(options: &PgConnectOptions, limit: Duration) -> Result<PgConnection, Option<sqlx::Error>> {
    match tokio::time::timeout(limit, PgConnection::connect_with(options)).await {
        Ok(connected) => connected.map_err(Some),
        Err(_) => Err(None),
    }
}

/// Begins the transaction in which everything is read: one snapshot, no writes, time limits, and settings that
/// make the server's texts the same wherever they come from.
pub(super) async fn begin(connection: &mut PgConnection, options: &Options) -> Result<(), Error> {
    let sql = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
         SET LOCAL default_transaction_read_only = on;
         {}",
        settings(options)
    );
    run(connection, sql).await
}

/// Ends the transaction.
pub(super) async fn end(connection: &mut PgConnection) -> Result<(), Error> {
    run(connection, "ROLLBACK".to_owned()).await
}

/// The same within an open transaction: settings last until [`end_inside`].
pub(super) async fn begin_inside(connection: &mut PgConnection, options: &Options) -> Result<(), Error> {
    run(connection, format!("SAVEPOINT checkrail_read; {}", settings(options))).await
}

/// Back to where [`begin_inside`] found the transaction.
pub(super) async fn end_inside(connection: &mut PgConnection) -> Result<(), Error> {
    run(connection, "ROLLBACK TO SAVEPOINT checkrail_read; RELEASE SAVEPOINT checkrail_read".to_owned()).await
}

fn settings(options: &Options) -> String {
    format!(
        "SET LOCAL statement_timeout = {};
         SET LOCAL lock_timeout = {};
         SET LOCAL search_path = '';
         SET LOCAL quote_all_identifiers = off;
         SET LOCAL DateStyle = 'ISO, YMD';
         SET LOCAL IntervalStyle = 'postgres';
         SET LOCAL TimeZone = 'UTC';
         SET LOCAL bytea_output = 'hex';
         SET LOCAL extra_float_digits = 1;
         SET LOCAL jit = off",
        options.statement_timeout.as_millis(),
        options.lock_timeout.as_millis(),
    )
}

/// Runs statements that give no rows.
pub(super) async fn run(connection: &mut PgConnection, sql: String) -> Result<(), Error> {
    let sql = sqlx::AssertSqlSafe(sql);
    match sqlx::raw_sql(sql).execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::reading("the session", &error)),
    }
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if (seconds - 1.0).abs() < f64::EPSILON { "1 second".to_owned() } else { format!("{seconds} seconds") }
}
