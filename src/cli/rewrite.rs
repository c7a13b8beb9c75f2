//! `checkrail rewrite`: migrations in the safe form, as a patch or as files.
//!
//! In: migrations, as for `review`. Out: a patch on standard output, or files beside the migrations or in a folder.
//! What is written was reviewed again, and compared: it leads to the same schema, or the difference is told.

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use crate::finding::Severity;
use crate::name::Dialect;
use crate::parse;
use crate::review::model::Finding;
use crate::review::staged::{self, Stage, Walk};
use crate::review::{self, ParsedMigration, Reader, Wrapping};
use crate::source::{Member, Migration, MigrationSet, Series};
use crate::text::{SourceFile, SourceMap};

use super::args::{Cli, GroundArgs, ReviewArgs};
use super::database::DatabaseArgs;
use super::error::{CliError, FINDINGS};
use super::review::{Gathered, gather};
use super::settings::Settings;
use super::{output, rollbacks, term};

const HELP: &str = "\
Examples:
  checkrail rewrite migrations/ --last 1              show the safe form of the newest migration as a patch
  checkrail rewrite migrations/ --last 1 --write      change it, and add the files it is divided into
  checkrail rewrite change.sql --schema dump.sql --out staged/   as scripts for psql

Exit codes:
  0   shown or written, and no error is left; or there was nothing to rewrite
  1   an error is left
  2   wrong usage or configuration; or an output cannot be written
  3   input missing or unreadable
  70  a bug in checkrail";

/// Arguments of `rewrite`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct RewriteArgs {
    /// Migrations: a folder, .sql files, `-` for standard input, or `git:REV:PATH`.
    #[arg(value_name = "SRC")]
    pub sources: Vec<String>,

    /// Rewrite what changed since a git revision; the rest is context.
    #[arg(long, value_name = "REV", group = "selection", help_heading = "What to rewrite")]
    pub since: Option<String>,
    /// Rewrite the last N migrations; the rest is context.
    #[arg(long, value_name = "N", group = "selection", help_heading = "What to rewrite")]
    pub last: Option<usize>,
    /// Rewrite this version and later ones; the rest is context.
    #[arg(long, value_name = "VERSION", group = "selection", help_heading = "What to rewrite")]
    pub from: Option<String>,

    /// The schema before the first migration: a folder, a .sql file such as a pg_dump, a snapshot, a database
    /// (`postgres://…`, or `env:DATABASE_URL` for the one in that variable or in .env), or `git:REV:PATH`.
    #[arg(long, value_name = "SRC", help_heading = "What it runs on")]
    pub schema: Option<String>,
    /// The server and the tool.
    #[command(flatten)]
    pub ground: GroundArgs,
    /// Policy: a YAML file or the name of a shipped pack [default: default].
    #[arg(long, value_name = "FILE|PACK", help_heading = "What it runs on")]
    pub policy: Option<String>,

    /// How a database is read.
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// Change the migrations, and add the files that they are divided into.
    #[arg(long, help_heading = "Output", conflicts_with = "out")]
    pub write: bool,
    /// Write everything into a folder, as scripts for psql.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<Utf8PathBuf>,
    /// Replace files in the folder.
    #[arg(long, help_heading = "Output", requires = "out")]
    pub force: bool,
}

impl RewriteArgs {
    /// The same as arguments of a review, which reads the migrations.
    fn as_review(&self) -> ReviewArgs {
        ReviewArgs {
            since: self.since.clone(),
            last: self.last,
            from: self.from.clone(),
            schema: self.schema.clone(),
            policy: self.policy.clone(),
            ..ReviewArgs::silent(self.sources.clone(), self.ground.clone(), self.database.clone())
        }
    }
}

/// A migration in its safe form.
struct Rewritten {
    path: Utf8PathBuf,
    /// For this deployment, and for a later one.
    now: Vec<Member>,
    later: Vec<Member>,
}

/// Shows or writes migrations in the safe form.
pub fn run(args: &RewriteArgs, cli: &Cli) -> Result<u8, CliError> {
    let settings = Settings::merge(&args.as_review(), cli)?;
    parse::with_large_stack(|| work(args, &settings))?
}

fn work(args: &RewriteArgs, settings: &Settings) -> Result<u8, CliError> {
    let Gathered { request, set } = gather(settings)?;
    if request.schema.dialect() != Dialect::PostgreSql {
        return Err(CliError::Usage("rewrite: safe forms are known for PostgreSQL only".to_owned()));
    }
    let mut walk = Walk::new(&request);
    let migrations = request.migrations.clone();
    let review = review::review(request);
    let (report, sources) = (&review.report, &review.sources);
    let mut all: Vec<Rewritten> = Vec::new();
    let mut left: Vec<Severity> = Vec::new();
    for (migration, facts) in migrations.iter().zip(&report.migrations) {
        let rewrites: Vec<_> = report.rewrites.iter().filter(|r| r.path == facts.path).collect();
        let rewritten = walk.stages(migration, sources, facts, &rewrites).and_then(|stages| match stages {
            Some(stages) => rewritten(args, &set, migration, &stages, sources).map(Some),
            None => Ok(None),
        });
        match rewritten {
            Ok(Some(rewritten)) => {
                left.extend(check(&walk, migration, sources, &rewritten));
                all.push(rewritten);
            }
            Ok(None) | Err(_) => {
                if let Err(reason) = rewritten {
                    term::warn(&format!("{} stays as it is: {reason}", facts.path));
                }
                left.extend(report.findings.iter().filter(|f| f.path == facts.path).map(|f| f.severity));
            }
        }
        walk.pass(migration);
    }
    if all.is_empty() {
        term::note("nothing to rewrite");
    } else {
        put_out(args, sources, &all)?;
    }
    Ok(if left.contains(&Severity::Error) { FINDINGS } else { 0 })
}

/// The files for the stages of a migration.
fn rewritten(
    args: &RewriteArgs,
    set: &MigrationSet,
    migration: &ParsedMigration,
    stages: &[Stage],
    sources: &SourceMap,
) -> Result<Rewritten, String> {
    let place = migration.info.index;
    let series = match &args.out {
        Some(folder) => Series::plain(&set.migrations[place], folder, sources),
        None => Series::of(set, place, sources)?,
    };
    let outside = series.outside();
    let now: Vec<Stage> = stages.iter().filter(|stage| !stage.later).cloned().collect();
    let later: Vec<Stage> = stages.iter().filter(|stage| stage.later).cloned().collect();
    let advice = |reason| format!("{reason}; --out DIR writes scripts for psql");
    let mut parts = staged::fitting(&now, outside).map_err(advice)?;
    let count = parts.len();
    parts.extend(staged::fitting(&later, outside).map_err(advice)?);
    let mut now = series.members(&parts).map_err(advice)?;
    let later = now.split_off(count);
    Ok(Rewritten { path: sources.path(migration.info.file).to_owned(), now, later })
}

/// Reviews the files and compares where they lead; tells what is left. Their severities come back.
fn check(
    walk: &Walk<'_>,
    migration: &ParsedMigration,
    sources: &SourceMap,
    rewritten: &Rewritten,
) -> Vec<Severity> {
    let mut sources = walk.sources(sources);
    let mut parse = |member| parsed(member, migration, &mut sources);
    let mut scripts: Vec<ParsedMigration> = rewritten.now.iter().map(&mut parse).collect();
    let later: Vec<ParsedMigration> = rewritten.later.iter().map(&mut parse).collect();
    let review = walk.review(&scripts, sources);
    let own: Vec<&Finding> = review
        .report
        .findings
        .iter()
        .filter(|f| rewritten.now.iter().any(|member| member.path.as_str() == f.path))
        .collect();
    let mut left: Vec<Severity> = own.iter().map(|f| f.severity).collect();
    scripts.extend(later);
    let difference = walk.difference(std::slice::from_ref(migration), &scripts);
    let same = match &difference {
        Ok(difference) if difference.is_empty() => "the same schema".to_owned(),
        Ok(difference) => {
            left.push(Severity::Warning);
            let names = difference.objects.iter().map(|object| format!("{} {}", object.kind, object.name));
            format!("another schema, in {}", names.collect::<Vec<_>>().join(", "))
        }
        Err(reason) => format!("it is not known which schema: {reason}"),
    };
    let files = match rewritten.now.len() {
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    let findings = match own.len() {
        0 => "no finding is left".to_owned(),
        1 => "1 finding is left".to_owned(),
        n => format!("{n} findings are left"),
    };
    term::note(&format!("{}: {files}; {findings}; leads to {same}", rewritten.path));
    for Finding { severity, rule, path, line, message, .. } in own {
        term::note(&format!("  {severity}[{rule}] {path}:{line}: {message}"));
    }
    for note in difference.iter().flat_map(|difference| &difference.notes) {
        term::note(&format!("  {note}"));
    }
    left
}

fn parsed(member: &Member, of: &ParsedMigration, sources: &mut SourceMap) -> ParsedMigration {
    let migration = Migration {
        version: member.version.clone(),
        name: String::new(),
        kind: crate::source::Kind::Versioned,
        up: sources.add(SourceFile::new(member.path.as_path(), member.text.as_str())),
        up_span: member.up_span,
        down: None,
        runner: member.runner,
        transaction_reason: of.wrap_reason,
    };
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    reader.migration(&migration, of.info.index, sources)
}

fn put_out(args: &RewriteArgs, sources: &SourceMap, all: &[Rewritten]) -> Result<(), CliError> {
    let old = |path: &Utf8Path| sources.iter().find(|(_, f)| f.path == path).map(|(_, f)| f.text.to_string());
    if !args.write && args.out.is_none() {
        let mut patch = String::new();
        for member in all.iter().flat_map(|r| &r.now) {
            for (path, text) in files(member) {
                patch.push_str(&staged::patch(path.as_str(), old(&path).as_deref(), &text));
            }
        }
        output::print(&patch)?;
        remind(all);
        return Ok(());
    }
    let mut written: Vec<(Utf8PathBuf, String)> = Vec::new();
    for rewritten in all {
        let later = rewritten.later.iter().filter(|_| args.out.is_some());
        for (path, text) in rewritten.now.iter().chain(later).flat_map(files) {
            let is_own = args.write && path == rewritten.path;
            // A file beside, such as metadata.toml, may be there already.
            if !is_own && path.extension() == Some("sql") {
                rollbacks::refuse(&path, &text, args.force, if args.write { "--write" } else { "--out" })?;
            }
            written.push((path, text));
        }
    }
    match &args.out {
        Some(folder) => rollbacks::prepare(folder, &written)?,
        None => {
            let folders = written.iter().filter_map(|(path, _)| path.parent());
            folders.filter(|folder| !folder.as_str().is_empty()).try_for_each(output::make_folder)?;
        }
    }
    output::write_files(&written)?;
    written.iter().for_each(|(path, _)| term::note(&format!("wrote {path}")));
    if args.write {
        remind(all);
        term::note("checkrail rollback --write --force writes the way back of each file");
    }
    Ok(())
}

/// What is not in the files.
fn remind(all: &[Rewritten]) {
    for rewritten in all {
        for member in &rewritten.later {
            term::note(&format!(
                "for a migration in a later deployment, after {}:\n{}",
                rewritten.path,
                member.up_span.slice(&member.text)
            ));
        }
    }
}

fn files(member: &Member) -> Vec<(Utf8PathBuf, String)> {
    let mut files = vec![(member.path.clone(), member.text.clone())];
    files.extend(member.beside.clone());
    files
}
