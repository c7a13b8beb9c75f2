//! `checkrail review`.

use camino::Utf8Path;

use crate::name::ServerVersion;
use crate::parse;
use crate::report::Format;
use crate::review::{self, ParsedMigration, Reader, Report, Request, Review, Wrapping};
use crate::schema::{Coverage, Schema};
use crate::source::{self, LoadOptions, MigrationSet, Selection};
use crate::text::SourceMap;

use super::args::{Cli, ReviewArgs, TransactionArg};
use super::error::{CliError, FINDINGS, INPUT};
use super::output;
use super::settings::Settings;
use super::term;

/// Reviews migrations.
pub fn run(args: &ReviewArgs, cli: &Cli) -> Result<u8, CliError> {
    let settings = Settings::merge(args, cli)?;
    // One thread with a large stack for everything: deeply nested SQL makes deeply nested trees.
    let review = parse::with_large_stack(|| make(&settings)).map_err(anyhow::Error::from)??;
    if let Some(folder) = &args.rollback_dir {
        write_rollbacks(&review.report, folder)?;
    }
    let mut style = term::style(cli.color);
    style.quiet = args.quiet;
    style.verbose = args.verbose;
    // Everything is rendered before anything is written: a failure leaves no half of the reports.
    let rendered: Vec<(Option<&Utf8Path>, String)> = settings
        .targets
        .iter()
        .map(|t| {
            let mut style = style;
            style.color &= t.path.is_none() && t.format == Format::Terminal;
            (t.path.as_deref(), t.format.render(&review, style))
        })
        .collect();
    for (path, text) in &rendered {
        if let Some(path) = path {
            output::write_file(path, text)?;
        }
    }
    for (path, text) in &rendered {
        if path.is_none() {
            output::print(text)?;
        }
    }
    Ok(exit_code(&review.report, &settings))
}

fn exit_code(report: &Report, settings: &Settings) -> u8 {
    if settings.require_coverage && report.summary.not_analysed > 0 {
        term::error(&format!("{} statements were not analysed", report.summary.not_analysed));
        return INPUT;
    }
    if report.findings.iter().any(|f| settings.fail_on.reached_by(f.severity)) { FINDINGS } else { 0 }
}

fn make(settings: &Settings) -> Result<Review, CliError> {
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: settings.layout, dialect: settings.dialect };
    let set = load(&settings.sources, &options, &mut sources)?;
    let named_files = settings.sources.len() > 1 || settings.sources.iter().any(|s| is_single_file(s));
    for warning in &set.warnings {
        term::warn(&format!("{}: {}", warning.path, warning.message));
    }
    let selected = source::select(&set, &sources, &settings.selection)?;
    let dialect = settings.dialect.or(set.dialect_hint).unwrap_or_default();
    let wrapping = match settings.transaction {
        TransactionArg::Auto => Wrapping::Auto,
        TransactionArg::Always => Wrapping::Always,
        TransactionArg::Never => Wrapping::Never,
    };
    let reader = Reader { dialect, wrapping };

    let mut schema = Schema::new(dialect, settings.server_version);
    if let Some(src) = &settings.schema {
        schema = base_schema(src, settings.server_version, &reader)?;
    } else if !named_files {
        // The history of the project from its beginning: what is not here does not exist.
        schema.coverage = Coverage::Complete;
    }
    let parse_all = |indexes: &[usize], sources: &SourceMap| -> Vec<ParsedMigration> {
        indexes.iter().map(|i| reader.migration(&set.migrations[*i], *i, sources)).collect()
    };
    let history = parse_all(&selected.history, &sources);
    let migrations = parse_all(&selected.under_review, &sources);
    let one_change_set = named_files || !matches!(settings.selection, Selection::All);
    let layout = set.layout.to_string();
    Ok(review::review(Request {
        sources,
        schema,
        history,
        migrations,
        one_change_set,
        policy: &settings.policy,
        today: jiff::Zoned::now().date(),
        layout,
    }))
}

fn load(srcs: &[String], options: &LoadOptions, sources: &mut SourceMap) -> Result<MigrationSet, CliError> {
    Ok(match srcs {
        [one] => source::load(one, options, sources)?,
        many => source::load_files(many, options, sources)?,
    })
}

fn is_single_file(src: &str) -> bool {
    src == "-" || Utf8Path::new(src).extension().is_some_and(|e| e.eq_ignore_ascii_case("sql"))
}

/// The schema before the first migration, replayed from DDL. It is complete: the user says that this is it.
fn base_schema(src: &str, version: ServerVersion, reader: &Reader) -> Result<Schema, CliError> {
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: None, dialect: Some(reader.dialect) };
    let set = source::load(src, &options, &mut sources)?;
    let mut replay = crate::plan::Replay::new(Schema::new(reader.dialect, version));
    for (index, migration) in set.migrations.iter().enumerate() {
        let parsed = reader.migration(migration, index, &sources);
        replay.history(parsed.wrap, parsed.statements.iter());
    }
    let mut schema = replay.into_schema();
    schema.coverage = Coverage::Complete;
    schema.reset_session();
    Ok(schema)
}

fn write_rollbacks(report: &Report, folder: &Utf8Path) -> Result<(), CliError> {
    output::make_folder(folder)?;
    for rollback in &report.rollback {
        let path = folder.join(review::rollback_file_name(&report.layout, &rollback.path));
        if let Some(parent) = path.parent() {
            output::make_folder(parent)?;
        }
        output::write_file(&path, &rollback.sql)?;
    }
    Ok(())
}
