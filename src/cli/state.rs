//! A `SRC` as the schema it stands for: SQL that is replayed, or a snapshot or a database that is read.

use crate::name::{Dialect, Ident, ServerVersion};
use crate::plan::Replay;
use crate::review::{Reader, Wrapping};
use crate::schema::sizes::Sizes;
use crate::schema::{Coverage, Schema};
use crate::snapshot::Snapshot;
use crate::source::{self, Layout, LoadOptions, MigrationSet};
use crate::text::SourceMap;

use super::database::{self, DatabaseArgs};
use super::error::CliError;
use super::term;

/// What the user said about a source.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The server version; without it, that of a snapshot, else the newest.
    pub version: Option<ServerVersion>,
    /// The dialect.
    pub dialect: Option<Dialect>,
    /// The role that runs the migrations, where it is known.
    pub migrator: Option<Ident>,
    /// The layout of a folder.
    pub layout: Option<Layout>,
    /// How a database is read.
    pub database: DatabaseArgs,
}

/// Reads a source. It is taken as the whole database. Run it with a large stack.
///
/// # Errors
/// What cannot be read.
pub fn open(src: &str, asked: &Asked) -> Result<Schema, CliError> {
    Ok(open_whole(src, asked)?.schema)
}

/// The same, with what the reader of the database was not allowed to see.
///
/// # Errors
/// What cannot be read.
pub fn open_whole(src: &str, asked: &Asked) -> Result<Snapshot, CliError> {
    if let Some(mut snapshot) = open_ready(src, &asked.database)? {
        if let Some(version) = asked.version {
            snapshot.schema.assume_version(version);
        }
        return Ok(snapshot);
    }
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: asked.layout, dialect: asked.dialect };
    let set = source::load(src, &options, &mut sources)?;
    tell_code(&set, &sources);
    Ok(Snapshot { schema: replay(&set, &sources, asked), hidden: Vec::new() })
}

/// Reads a source that is a database or a snapshot; `None` for every other one.
///
/// # Errors
/// What cannot be read.
pub fn open_ready(src: &str, args: &DatabaseArgs) -> Result<Option<Snapshot>, CliError> {
    match database::target(src)? {
        Some(target) => {
            let live = database::read(&target, args)?;
            Ok(Some(Snapshot { schema: live.schema, hidden: live.hidden }))
        }
        None => open_snapshot(src),
    }
}

/// Reads a source that is a snapshot; `None` for every other one.
///
/// # Errors
/// What cannot be read, or is no snapshot.
pub fn open_snapshot(src: &str) -> Result<Option<Snapshot>, CliError> {
    let Some((path, text)) = source::snapshot_text(src)? else { return Ok(None) };
    let snapshot = Snapshot::from_json(&text).map_err(|error| CliError::Input(format!("{path}: {error}")))?;
    for hidden in &snapshot.hidden {
        term::note(&format!("{path} was made without sight of {hidden}"));
    }
    Ok(Some(snapshot))
}

/// The sizes of a source that is a snapshot or a database.
///
/// # Errors
/// What cannot be read, or has no sizes.
pub fn sizes(src: &str, args: &DatabaseArgs) -> Result<Sizes, CliError> {
    let usage = |what: &str| CliError::Usage(format!("--stats {src}: {what}"));
    let snapshot = open_ready(src, args)?.ok_or_else(|| {
        usage(
            "neither a database nor a snapshot: make one with `checkrail snapshot postgres://… -o FILE.json`",
        )
    })?;
    if snapshot.schema.sizes.is_empty() {
        return Err(usage("the snapshot has no sizes: it was not made from a database"));
    }
    Ok(Sizes::clone(&snapshot.schema.sizes))
}

/// The schema that migrations make on an empty database.
pub fn replay(set: &MigrationSet, sources: &SourceMap, asked: &Asked) -> Schema {
    let dialect = asked.dialect.or(set.dialect_hint).unwrap_or_default();
    let reader = Reader { dialect, wrapping: Wrapping::Auto };
    let mut empty = Schema::new(dialect, asked.version.unwrap_or_default());
    empty.migrator.clone_from(&asked.migrator);
    let mut replay = Replay::new(empty);
    for (index, migration) in set.migrations.iter().enumerate() {
        let parsed = reader.migration(migration, index, sources);
        replay.history(parsed.wrap, parsed.statements.iter());
    }
    let mut schema = replay.into_schema();
    if set.code(sources).is_empty() {
        schema.coverage = Coverage::Complete;
    }
    schema.reset_session();
    schema
}

/// Says what is not known where some migrations are not in SQL.
pub fn tell_code(set: &MigrationSet, sources: &SourceMap) {
    let what = match set.code(sources).as_slice() {
        [] => return,
        [path] => format!("{path} is no SQL"),
        [path, other] => format!("{path} and {other} are no SQL"),
        [path, others @ ..] => format!("{path} and {} more migrations are no SQL", others.len()),
    };
    term::note(&format!(
        "{what}: what they make is not known, and objects that seem to be missing may exist"
    ));
}
