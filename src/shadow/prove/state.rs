//! What a database is: its schema, read from its catalogs, and how that differs from another.

use std::collections::HashSet;

use crate::diff::residue::{self, Item, State};
use crate::introspect;
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;

use super::super::link::Link;
use super::super::run_error::RunError;

/// Reads the schema of the database behind a session that is in no transaction.
pub(super) async fn schema(link: &mut Link) -> Result<Schema, RunError> {
    let options = options(link);
    let live = introspect::read(link.connection(), &options).await;
    live.map(|live| live.schema).map_err(|error| failed(&error))
}

/// The same within the session's transaction.
pub(super) async fn schema_inside(link: &mut Link) -> Result<Schema, RunError> {
    let options = options(link);
    let live = introspect::read_inside(link.connection(), &options).await;
    live.map(|live| live.schema).map_err(|error| failed(&error))
}

fn options(link: &Link) -> introspect::Options {
    // The session's own user, and not the one that owns most: that may change with a migration.
    introspect::Options {
        migrator: Some(Ident::new(&link.user)),
        sizes: false,
        ..introspect::Options::default()
    }
}

fn failed(error: &introspect::Error) -> RunError {
    RunError::Setup { what: "read the catalogs".to_owned(), reason: error.to_string() }
}

/// How a database differs from what it was.
pub(super) fn compare(before: &Schema, now: &Schema) -> Vec<Item> {
    let mut keys: Vec<&ObjectKey> = before.objects().map(|(key, _)| key).collect();
    let known: HashSet<&ObjectKey> = keys.iter().copied().collect();
    keys.extend(now.objects().map(|(key, _)| key).filter(|key| !known.contains(key)));
    let lasting = |key: &&ObjectKey| key.namespace().is_none_or(|s| !s.starts_with("pg_temp"));
    let states: Vec<State<'_>> = keys
        .into_iter()
        .filter(lasting)
        .map(|key| State { key, before: before.get(key), now: now.get(key) })
        .collect();
    residue::compare(now, &states)
}
