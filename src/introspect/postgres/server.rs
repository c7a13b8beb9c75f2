//! The server, the database and the login.

use sqlx::postgres::PgConnection;

use crate::introspect::Error;
use crate::name::{Ident, ServerVersion};

use super::row;

/// What is known before any catalog is read.
pub(super) struct Server {
    /// Its version.
    pub(super) version: ServerVersion,
    /// The owner of the database.
    pub(super) database_owner: Ident,
    /// The role that initdb made: it owns what no one made.
    pub(super) bootstrap: Ident,
    /// The time of the snapshot, in RFC 3339.
    pub(super) now: String,
    /// Since when the counters count.
    pub(super) counters_since: Option<String>,
}

/// UTC in RFC 3339, as all times here.
pub(super) fn rfc3339(expression: &str) -> String {
    format!("to_char({expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
}

impl Server {
    /// Asks the server.
    pub(super) async fn read(connection: &mut PgConnection) -> Result<Self, Error> {
        let sql = format!(
            "SELECT current_setting('server_version_num')::int4 AS version,
                    pg_get_userbyid(d.datdba)::text AS owner,
                    pg_get_userbyid(10)::text AS bootstrap,
                    {} AS now,
                    {} AS since
             FROM pg_database d WHERE d.datname = current_database()",
            rfc3339("now()"),
            rfc3339("pg_stat_get_db_stat_reset_time(d.oid)"),
        );
        let rows = row::fetch(connection, "the server's version", sql).await?;
        let Some(row) = rows.first() else {
            let reason = "it does not know its own database".to_owned();
            return Err(Error::Read { what: "the server's version", reason });
        };
        let found: i32 = row.get("version")?;
        let major = u16::try_from(found / 10_000).unwrap_or_default();
        Ok(Self {
            version: ServerVersion::new(major).map_err(|_| Error::Version { found })?,
            database_owner: row.ident("owner")?,
            bootstrap: row.ident("bootstrap")?,
            now: row.text("now")?.to_owned(),
            counters_since: row.owned("since")?,
        })
    }
}
