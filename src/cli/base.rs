//! The schema before the first migration, as scripts for a throw-away server.
//!
//! In: where the schema comes from, and the schema. Out: parsed scripts that make it there. Of a database only its
//! definitions are used: nothing runs on it.

use crate::emit;
use crate::plan::Replay;
use crate::review::compare::making;
use crate::review::{ParsedMigration, Reader};
use crate::schema::Schema;
use crate::source::{self, Layout, LoadOptions};
use crate::text::{SourceFile, SourceMap, Span, offset};

use super::database;
use super::error::CliError;

/// The scripts that make the schema before the first migration: those of the source, or, where it has none, the
/// statements that make `schema`. `is_ready`: the source is a database or a snapshot.
///
/// # Errors
/// What cannot be read.
pub fn scripts(
    src: &str,
    is_ready: bool,
    schema: &Schema,
    reader: Reader,
    sources: &mut SourceMap,
) -> Result<Vec<ParsedMigration>, CliError> {
    // A connection string may hold a password.
    let database = database::target(src)?.map(|target| target.to_string());
    if let Some(name) = database.or_else(|| is_ready.then(|| src.to_owned())) {
        return Ok(vec![made(&name, schema, reader, sources)]);
    }
    let options = LoadOptions { layout: None, dialect: Some(reader.dialect) };
    let set = source::load(src, &options, sources)?;
    Ok(set.migrations.iter().enumerate().map(|(i, m)| reader.migration(m, i, sources)).collect())
}

/// The statements that make a schema, as a script under the name of what it was read from.
fn made(name: &str, schema: &Schema, reader: Reader, sources: &mut SourceMap) -> ParsedMigration {
    let sql = emit::script(&making(schema), schema.dialect());
    let script = generated(name, &sql, source::Runner::PerStatement, sources);
    reader.migration(&script, 0, sources)
}

/// The table that the migration tool itself has made.
#[must_use]
pub fn bookkeeping(layout: Layout, reader: Reader, sources: &mut SourceMap) -> Option<ParsedMigration> {
    let sql = layout.bookkeeping()?;
    let script = generated(&format!("the table of {layout}"), sql, source::Runner::Single, sources);
    Some(reader.migration(&script, 0, sources))
}

/// SQL that stands in no file.
fn generated(name: &str, sql: &str, runner: source::Runner, sources: &mut SourceMap) -> source::Migration {
    source::Migration {
        version: None,
        name: String::new(),
        kind: source::Kind::Versioned,
        up: sources.add(SourceFile::new(name, sql)),
        up_span: Span::new(0, offset(sql.len())),
        down: None,
        runner,
        transaction_reason: "it stands in no file",
    }
}

/// A schema after a script.
#[must_use]
pub fn replayed(script: &ParsedMigration, schema: Schema) -> Schema {
    let mut replay = Replay::new(schema);
    replay.history(script.wrap, script.statements.iter());
    let mut schema = replay.into_schema();
    schema.reset_session();
    schema
}
