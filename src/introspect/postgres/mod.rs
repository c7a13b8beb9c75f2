//! PostgreSQL 13 to 18: the catalogs, area by area.
//!
//! First all rows are fetched, one query an area; then the objects are made of them without any more I/O, each
//! area in a file of its own, and put into the schema in the order in which they were made.

mod access;
mod acl;
mod builder;
mod columns;
mod constraints;
mod extensions;
mod indexes;
mod other;
mod policies;
mod publications;
mod relations;
mod routines;
mod row;
mod rules;
mod schemas;
mod sequences;
mod server;
mod sizes;
mod statistics;
mod texts;
mod triggers;
mod types;
mod views;

use sqlx::postgres::PgConnection;

use crate::name::{Ident, ServerVersion};
use crate::parse;

use self::builder::Builder;
use self::row::Row;
use self::server::Server;
use super::{Error, Live, Options, connect};

/// One area of the catalogs.
struct Area {
    /// What it is, for messages.
    what: &'static str,
    /// The query for a version.
    sql: fn(ServerVersion) -> String,
    /// Makes objects, or parts of them, from the rows.
    build: fn(&mut Builder, &[Row]) -> Result<(), Error>,
    /// Columns that hold expressions, which are all parsed together.
    expressions: &'static [&'static str],
    /// Columns that hold types.
    types: &'static [&'static str],
}

/// The areas in the order in which they are built: what others are part of comes first.
const AREAS: &[Area] = &[
    extensions::MEMBERS,
    schemas::AREA,
    relations::AREA,
    relations::PARENTS,
    columns::AREA,
    constraints::AREA,
    indexes::AREA,
    sequences::AREA,
    views::AREA,
    triggers::AREA,
    rules::AREA,
    policies::AREA,
    types::AREA,
    types::CHECKS,
    routines::AREA,
    statistics::AREA,
    publications::AREA,
    extensions::AREA,
    access::ROLES,
    access::MEMBERSHIPS,
    access::SETTINGS,
    access::DEFAULTS,
    other::AREA,
];

/// Reads everything inside an open transaction.
pub(super) async fn read(connection: &mut PgConnection, options: &Options) -> Result<Live, Error> {
    let server = Server::read(connection).await?;
    let mut fetched = Vec::with_capacity(AREAS.len());
    let mut hidden = Vec::new();
    for area in AREAS {
        let sql = (area.sql)(server.version);
        let rows = match guarded(connection, area.what, sql).await {
            Ok(rows) => rows,
            Err(error) if error.is_partial() => {
                hidden.push(error.to_string());
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        fetched.push((area, rows));
    }
    let sizes = if options.sizes { sizes::read(connection, &mut hidden).await? } else { Vec::new() };
    let (server, migrator) = (&server, options.migrator.clone());
    let live = parse::with_large_stack(move || assemble(server, migrator, &fetched, &sizes, hidden));
    live.map_err(|error| Error::Internal(error.to_string()))?
}

/// Runs a query so that its failure does not end the transaction.
async fn guarded(connection: &mut PgConnection, what: &'static str, sql: String) -> Result<Vec<Row>, Error> {
    connect::run(connection, "SAVEPOINT area".to_owned()).await?;
    let rows = row::fetch(connection, what, sql).await;
    let after = if rows.is_ok() { "RELEASE area" } else { "ROLLBACK TO area" };
    match (rows, connect::run(connection, after.to_owned()).await) {
        (Ok(_), Err(error)) => Err(error),
        // What went wrong first says more.
        (rows, _) => rows,
    }
}

fn assemble(
    server: &Server,
    migrator: Option<Ident>,
    fetched: &[(&Area, Vec<Row>)],
    sizes: &[Row],
    hidden: Vec<String>,
) -> Result<Live, Error> {
    let tables = fetched.iter().find(|(area, _)| area.what == relations::AREA.what);
    let migrator = match (migrator, tables) {
        (Some(migrator), _) => migrator,
        (None, Some((_, rows))) => {
            relations::main_owner(rows)?.unwrap_or_else(|| server.database_owner.clone())
        }
        (None, None) => server.database_owner.clone(),
    };
    let mut builder = Builder::new(server, migrator, hidden);
    for (area, rows) in fetched {
        builder.texts.prepare(rows, area.expressions, area.types)?;
    }
    for (area, rows) in fetched {
        (area.build)(&mut builder, rows)?;
    }
    let sizes = sizes::build(&builder, server, sizes)?;
    Ok(builder.finish(server, sizes))
}
