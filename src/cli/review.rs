//! `checkrail review`.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};

use crate::name::ServerVersion;
use crate::parse;
use crate::report::{self, Format};
use crate::review::queries::Queries;
use crate::review::{self, ParsedMigration, Reader, Report, Request, Review, Wrapping};
use crate::schema::{Coverage, Schema};
use crate::shadow::Trace;
use crate::source::{self, LoadOptions, MigrationSet, Selection};
use crate::text::SourceMap;

use super::args::{Cli, ReviewArgs, TransactionArg};
use super::error::{CliError, FINDINGS, INPUT};
use super::settings::{Settings, today};
use super::state::{self, Asked};
use super::verify::{Shadow, Work};
use super::{base, baseline, output, pending, rollbacks, term};

/// Reviews migrations.
pub fn run(args: &ReviewArgs, cli: &Cli) -> Result<u8, CliError> {
    run_with(args, &Settings::merge(args, cli)?, cli)
}

/// The same with settings that a command has changed.
pub fn run_with(args: &ReviewArgs, settings: &Settings, cli: &Cli) -> Result<u8, CliError> {
    let began = Instant::now();
    // One thread with a large stack for everything: deeply nested SQL makes deeply nested trees.
    // The program ends with the report; the system takes its memory back at once, piece by piece it takes long.
    let review = ManuallyDrop::new(parse::with_large_stack(|| make(settings, false))??.0);
    tell_queries(&review.report);
    let mut options = report::Options { style: term::style(cli.color), base: output::base() };
    options.style.quiet = args.quiet;
    options.style.verbose = args.verbose;
    // Not where a program reads it: there the same input gives the same bytes.
    options.style.took = (args.timing || term::stdout_is_terminal()).then(|| began.elapsed());
    // Everything is rendered before anything is written: a failure leaves no half of the reports.
    let (printed, mut files) =
        output::render(&settings.targets, &options, |format, options| format.render(&review, options));
    files.extend(settings.baseline.as_ref().and_then(|asked| baseline::renewed(asked, &review.baseline)));
    refuse_inputs(&files, &review.sources)?;
    if let Some(folder) = &args.rollback_dir {
        files.extend(rollbacks::files(&review.report, folder)?);
        rollbacks::prepare(folder, &files)?;
    }
    output::write_files(&files)?;
    output::print(&printed)?;
    Ok(exit_code(&review.report, settings, args.fail_on.is_some()))
}

/// An output that would overwrite a migration is a slip of the hand.
fn refuse_inputs(files: &[(Utf8PathBuf, String)], sources: &SourceMap) -> Result<(), CliError> {
    for (path, _) in files {
        let Ok(full) = path.canonicalize_utf8() else { continue };
        let inputs = sources.iter().filter(|(_, f)| f.path.file_name() == full.file_name());
        if inputs.into_iter().any(|(_, f)| f.path.canonicalize_utf8().is_ok_and(|p| p == full)) {
            return Err(CliError::Usage(format!("an output would overwrite the input {path}")));
        }
    }
    Ok(())
}

/// `asked`: whether the command line says what findings lead to 1.
fn exit_code(report: &Report, settings: &Settings, asked: bool) -> u8 {
    let unread = report.summary.not_analysed;
    if settings.require_coverage && unread > 0 {
        let statements = if unread == 1 { "1 statement was" } else { &format!("{unread} statements were") };
        term::error(&format!("{statements} not analysed, and --require-coverage asks for all"));
        return INPUT;
    }
    // Who asks for SARIF and nothing else hands it to something that judges it, and that runs only after a success.
    if !asked && settings.targets.iter().all(|t| t.format == Format::Sarif) {
        return 0;
    }
    if report.findings.iter().any(|f| settings.fail_on.reached_by(f.severity)) { FINDINGS } else { 0 }
}

/// Reads and reviews migrations; `rollbacks`: the generated ways back are reviewed too.
pub(super) fn make(settings: &Settings, rollbacks: bool) -> Result<(Review, MigrationSet), CliError> {
    let Gathered { request, set } = gather(settings)?;
    let baseline = match &settings.baseline {
        Some(asked) if !rollbacks => Some(baseline::read(asked, settings, &request.sources)?),
        _ => None,
    };
    let review = review::review(Request { review_rollbacks: rollbacks, baseline, ..request });
    Ok((review, set))
}

/// What a review needs, read and parsed.
pub(super) struct Gathered<'a> {
    /// For the review.
    pub(super) request: Request<'a>,
    /// The migrations as they were found.
    pub(super) set: MigrationSet,
}

/// Reads and parses migrations, and what they run on.
pub(super) fn gather(settings: &Settings) -> Result<Gathered<'_>, CliError> {
    let mut sources = SourceMap::default();
    let options = LoadOptions { layout: settings.layout, dialect: settings.dialect };
    if settings.sources == ["-"] && std::io::stdin().is_terminal() {
        term::note("reading SQL from the terminal, until Ctrl-D");
    }
    let mut set = load(&settings.sources, &options, &mut sources)?;
    let mut pending = None;
    if settings.pending {
        let asked = pending::ask(settings)?;
        // Files are named alike by several tools; the database knows whose they are.
        if let Some(layout) = asked.layout(&set).filter(|_| settings.layout.is_none()) {
            let mut anew = SourceMap::default();
            let options = LoadOptions { layout: Some(layout), ..options };
            if let Ok(found) = load(&settings.sources, &options, &mut anew) {
                (set, sources) = (found, anew);
            }
        }
        pending = Some(asked.divide(&set, &sources)?);
    }
    let named_files = settings.names_files();
    for warning in &set.warnings {
        term::warn(&format!("{}: {}", warning.path, warning.message));
    }
    if !settings.quiet {
        skipped(&set);
    }
    state::tell_code(&set, &sources);
    let selected = match &pending {
        Some(pending) => pending.selected.clone(),
        None => source::select(&set, &sources, &settings.selection)?,
    };
    let dialect = settings.dialect.or(set.dialect_hint).unwrap_or_default();
    let wrapping = match settings.transaction {
        TransactionArg::Auto => Wrapping::Auto,
        TransactionArg::Always => Wrapping::Always,
        TransactionArg::Never => Wrapping::Never,
    };
    let reader = Reader { dialect, wrapping };

    let history = selected.history.iter();
    let mut history: Vec<ParsedMigration> =
        history.map(|i| reader.migration(&set.migrations[*i], *i, &sources)).collect();
    let migrations = selected.under_review.iter();
    let migrations: Vec<ParsedMigration> =
        migrations.map(|i| reader.reviewed(&set.migrations[*i], *i, &sources)).collect();

    let before = match &pending {
        Some(pending) => Some(pending.src.clone()),
        None => settings.schema.clone(),
    };
    let mut stands = None;
    let ready = if let Some(pending) = pending {
        let own = base::bookkeeping(set.layout, reader, &mut SourceMap::default());
        let drift = pending::drift(&history, own.as_ref(), &pending.schema, reader);
        stands = Some((pending.database, drift));
        // The database has them.
        history.clear();
        Some(pending.schema)
    } else {
        before
            .as_deref()
            .map(|src| state::open_ready(src, &settings.database))
            .transpose()?
            .flatten()
            .map(|ready| ready.schema)
    };
    // What runs on the database is to run on a server of its version.
    let wanted = settings.server_version.or(ready.as_ref().map(Schema::version));
    let mut version = wanted;
    let mut shadow = None;
    if settings.verify || settings.prove {
        let started = Shadow::start(&settings.shadow, dialect, wanted, before.as_deref())?;
        version = Some(started.version(wanted)?);
        shadow = Some(started);
    }

    let database = settings.database.clone();
    let asked = Asked { version, dialect: Some(dialect), migrator: None, layout: None, database };
    let is_ready = ready.is_some();
    let mut schema = match (ready, &before) {
        (Some(mut schema), _) => {
            schema.assume_version(version.unwrap_or_default());
            schema
        }
        (None, Some(src)) => state::open(src, &asked)?,
        (None, None) => {
            let mut schema = Schema::new(dialect, version.unwrap_or_default());
            if !named_files && set.code(&sources).is_empty() {
                // The history of the project from its beginning: what is not here does not exist.
                schema.coverage = Coverage::Complete;
            }
            schema
        }
    };
    let layout = set.layout.to_string();
    let (mut trace, mut proofs) = (None, None);
    if let Some(shadow) = shadow {
        let mut base_sources = SourceMap::default();
        let mut base = match &before {
            Some(src) => base::scripts(src, is_ready, &schema, reader, &mut base_sources)?,
            None => Vec::new(),
        };
        if let Some(table) = base::bookkeeping(set.layout, reader, &mut base_sources).filter(|_| !named_files)
        {
            schema = base::replayed(&table, schema);
            base.push(table);
        }
        let work = Work {
            dialect,
            base: (&base, &base_sources),
            history: &history,
            reviewed: &migrations,
            sources: &sources,
        };
        let wanted = wanted.map(ServerVersion::major);
        if settings.verify {
            let run = shadow.trace(&settings.shadow, &work)?;
            trace = Some(Trace { asked: wanted.filter(|wanted| *wanted != run.major), ..run });
        }
        if settings.prove {
            proofs = Some(shadow.prove(&settings.shadow, &work, schema.clone(), &layout)?);
        }
    }
    if let Some(src) = &settings.stats {
        schema.sizes = Arc::new(state::sizes(src, &asked.database)?);
    }
    if selected.under_review.is_empty() {
        if settings.pending {
            term::note("nothing is pending");
        } else {
            term::warn("nothing to review: no migration is selected");
        }
    }
    let one_change_set = named_files || settings.pending || !matches!(settings.selection, Selection::All);
    let queries = queries(settings, one_change_set || migrations.len() == 1, &mut sources)?;
    let request = Request {
        sources,
        schema,
        history,
        migrations,
        one_change_set,
        policy: &settings.policy,
        today: today(),
        layout,
        trace,
        database: stands,
        proofs,
        schema_diff: settings.targets.iter().any(|t| t.format != Format::Terminal),
        review_rollbacks: false,
        queries,
        baseline: None,
        detail: settings.targets.iter().any(|t| t.format.shows_detail()),
    };
    Ok(Gathered { request, set })
}

/// The application's queries, where they are given.
fn queries(
    settings: &Settings,
    one_change_set: bool,
    sources: &mut SourceMap,
) -> Result<Option<Queries>, CliError> {
    if settings.queries.is_empty() {
        return Ok(None);
    }
    if !one_change_set {
        return Err(CliError::Usage(
            "--queries needs to know what is deployed together: select it with --since, --last, --from or --pending, or name \
             the file"
                .to_owned(),
        ));
    }
    let mut texts = Vec::new();
    for path in &settings.queries {
        texts.extend(source::queries(path, sources)?);
    }
    Ok(Some(review::queries::read(&texts, sources)))
}

/// What became of the application's queries.
fn tell_queries(report: &Report) {
    let Some(counts) = &report.queries else { return };
    let unread = if counts.unread > 0 {
        format!("; {} texts could not be read", counts.unread)
    } else {
        String::new()
    };
    term::note(&format!(
        "queries: {} read, {} failing afterwards, {} losing their index, {} not judged because they name what the schema before \
         does not have{unread}",
        counts.read, counts.failing, counts.losing_index, counts.unresolved
    ));
}

/// Files that take no part, one line for each reason.
fn skipped(set: &MigrationSet) {
    let mut reasons: BTreeMap<&str, Vec<&Utf8Path>> = BTreeMap::new();
    for file in set.skipped.iter().filter(|f| f.path.extension() == Some("sql")) {
        reasons.entry(&file.reason).or_default().push(&file.path);
    }
    for (reason, paths) in reasons {
        let what = match paths.as_slice() {
            [path] => format!("{path} is"),
            [path, other] => format!("{path} and {other} are"),
            paths => format!("{} and {} more files are", paths[0], paths.len() - 1),
        };
        term::note(&format!("{what} left out: {reason}"));
    }
}

fn load(srcs: &[String], options: &LoadOptions, sources: &mut SourceMap) -> Result<MigrationSet, CliError> {
    Ok(match srcs {
        [one] => source::load(one, options, sources)?,
        many => source::load_files(many, options, sources)?,
    })
}
