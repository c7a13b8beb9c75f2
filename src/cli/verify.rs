//! `checkrail verify`, and `--verify` of other commands: migrations on a throw-away server.
//!
//! In: parsed migrations with their sources. Out: the trace of a run, or why there is none. A server of the user's
//! is touched only where `--shadow-url` names it, and left as it was.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::ir::Stmt;
use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::plan::{Replay, Wrap};
use crate::review::ParsedMigration;
use crate::review::proposals::{Proposal, Scripted, proposals};
use crate::schema::{Coverage, Schema};
use crate::shadow::host::Host;
use crate::shadow::prepared::Prepared;
use crate::shadow::prove::{Case, Kind, Proofs, Way, prove};
use crate::shadow::server::{self, Server};
use crate::shadow::{self, Progress, RunError, Script, Trace};
use crate::text::{SourceFile, SourceMap};

use super::args::{Cli, ReviewArgs};
use super::error::CliError;
use super::settings::Settings;
use super::{database, review, term};

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(
    after_help = HELP,
    mut_arg("verify", |arg| arg.hide(true)),
    mut_arg("prove", |arg| arg.hide(true).conflicts_with("no_prove"))
)]
pub struct VerifyArgs {
    /// Leave out the ways back, which are run too and compared with what the database was before.
    #[arg(long, help_heading = "Throw-away server")]
    pub no_prove: bool,
    #[command(flatten)]
    pub review: ReviewArgs,
}

const HELP: &str = "\
Examples:
  checkrail verify migrations/                       every migration, on an empty throw-away server
  checkrail verify migrations/ --since main          run the history, watch what this branch adds
  checkrail verify migrations/ --server-version 15   on PostgreSQL 15
  checkrail verify migrations/ --shadow-url postgres://postgres@localhost:5433/postgres

Exit codes:
  0   no finding at or above --fail-on
  1   findings at or above --fail-on, among them statements that the server refuses
  2   wrong usage, configuration or policy; or an output cannot be written
  3   input missing or unreadable; with --require-coverage, a statement not analysed
  4   no server, or it failed
  70  a bug in checkrail";

/// How the throw-away server is made, for every command that uses one.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Throw-away server")]
pub struct ShadowArgs {
    /// Run on this prepared server, in databases that are made for it and dropped [default: a server of its own].
    #[arg(long, value_name = "URL", env = "CHECKRAIL_SHADOW_URL", hide_env_values = true)]
    pub shadow_url: Option<String>,
    /// Make roles that the server lacks, without login.
    #[arg(long)]
    pub stub_roles: bool,
    /// Leave out CREATE EXTENSION of extensions that the server lacks; what needs them is not verified.
    #[arg(long)]
    pub skip_missing_extensions: bool,
    /// What one statement may take there.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub shadow_timeout: u64,
}

impl ShadowArgs {
    fn options(&self) -> shadow::Options {
        shadow::Options {
            stub_roles: self.stub_roles,
            skip_missing_extensions: self.skip_missing_extensions,
            timeout: Duration::from_secs(self.shadow_timeout),
        }
    }
}

/// Reviews migrations and runs them.
pub fn run(args: &VerifyArgs, cli: &Cli) -> Result<u8, CliError> {
    let mut settings = Settings::merge(&args.review, cli)?;
    settings.verify = true;
    settings.prove |= !args.no_prove;
    review::run_with(&args.review, &settings, cli)
}

/// A server to run on.
pub struct Shadow(Host);

impl Shadow {
    /// Starts a server, or takes the one that is named. `wanted` is the major version that the user asked for,
    /// `schema` the source of the schema before the migrations, which may be a database.
    ///
    /// # Errors
    /// When there is no server to start, or it does not; when the one that is named cannot be reached, or is the
    /// database that `schema` names.
    pub fn start(
        args: &ShadowArgs,
        dialect: Dialect,
        wanted: Option<ServerVersion>,
        schema: Option<&str>,
    ) -> Result<Self, CliError> {
        if dialect != Dialect::PostgreSql {
            return Err(CliError::Usage(format!("--verify runs on PostgreSQL only, and this is {dialect}")));
        }
        if let Some(url) = &args.shadow_url {
            let target = schema.map(database::url).transpose()?.flatten();
            let keeper = std::env::current_exe().ok().map(|program| {
                let mut command = Command::new(program);
                command.args(["shadow", "keep"]);
                command
            });
            return Ok(Self(Host::Given(Box::new(Prepared::open(url, target.as_deref(), keeper)?))));
        }
        let options = |major: Option<ServerVersion>| {
            server::Options::new(super::shadow::places(), major.map(ServerVersion::major))
        };
        let started = match Server::start(&options(wanted)) {
            Err(shadow::Error::NoServer { .. }) if wanted.is_some() => Server::start(&options(None)),
            other => other,
        };
        Ok(Self(Host::Own(started?)))
    }

    /// The major version that predictions are to be made for, with a word where it is not the one wanted.
    ///
    /// # Errors
    /// When the server is of a version that is not known.
    pub fn version(&self, wanted: Option<ServerVersion>) -> Result<ServerVersion, CliError> {
        let version = ServerVersion::new(self.0.major()).map_err(CliError::Server)?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != version) {
            term::warn(&format!(
                "verified and reviewed for PostgreSQL {version}: that is the shadow server's version, and not {wanted} \
                 as wanted"
            ));
        }
        Ok(version)
    }

    /// Runs migrations in order, and watches those under review.
    ///
    /// # Errors
    /// When the server cannot be used or fails.
    pub fn trace(&self, args: &ShadowArgs, work: &Work<'_>) -> Result<Trace, CliError> {
        let scripts = work.scripts();
        let result =
            with_bar("", scripts.len(), |report| shadow::run(&self.0, &scripts, &args.options(), report));
        let mut trace = result?;
        tell_base(&mut trace, work.base.0.len(), &scripts);
        rebase(&mut trace, work.base.0, work.dialect);
        tell_lacking(&trace.stubbed_roles, &trace.skipped_extensions);
        Ok(trace)
    }

    /// Runs migrations in order, and after each of those under review its ways back. `schema` is the one before the
    /// first of the history.
    ///
    /// # Errors
    /// When the server cannot be used or fails.
    pub fn prove(
        &self,
        args: &ShadowArgs,
        work: &Work<'_>,
        schema: Schema,
        layout: &str,
    ) -> Result<Proofs, CliError> {
        let proposals = proposals(schema, work.history, work.reviewed, layout, work.sources);
        let context = work.base.0.len() + work.history.len();
        let mut cases: Vec<Case<'_>> = Vec::with_capacity(context + proposals.len());
        for (index, mut up) in work.scripts().into_iter().enumerate() {
            up.traced = false;
            let reviewed = index.checked_sub(context);
            let ways = reviewed.and_then(|i| Some(work.ways(work.reviewed.get(i)?, proposals.get(i)?)));
            cases.push(Case { up, ways });
        }
        let proofs =
            with_bar("ways back: ", cases.len(), |report| prove(&self.0, &cases, &args.options(), report))?;
        tell_lacking(&proofs.stubbed_roles, &proofs.skipped_extensions);
        Ok(proofs)
    }
}

/// Runs something with a bar, which is drawn on a terminal only.
fn with_bar<T>(
    what: &str,
    total: usize,
    run: impl FnOnce(shadow::Report<'_>) -> Result<T, RunError>,
) -> Result<T, CliError> {
    let bar = ProgressBar::new(total as u64).with_style(style());
    let mut report = |progress: Progress<'_>| {
        bar.set_position(progress.done as u64);
        bar.set_message(format!("{what}{}", progress.path));
    };
    let result = run(&mut report);
    bar.finish_and_clear();
    result.map_err(|e| CliError::Server(e.to_string()))
}

fn tell_lacking(roles: &[String], extensions: &[String]) {
    for role in roles {
        term::note(&format!("role {role} was made on the shadow server, without login"));
    }
    for extension in extensions {
        term::warn(&format!("not verified: what needs extension {extension}, which the shadow server lacks"));
    }
}

/// What runs on a server.
pub struct Work<'a> {
    /// The dialect.
    pub dialect: Dialect,
    /// What makes the schema before the first migration, with its sources.
    pub base: (&'a [ParsedMigration], &'a SourceMap),
    /// Migrations that give context.
    pub history: &'a [ParsedMigration],
    /// Migrations under review.
    pub reviewed: &'a [ParsedMigration],
    /// The sources of both.
    pub sources: &'a SourceMap,
}

impl<'a> Work<'a> {
    /// Everything in the order in which it runs; what is under review is watched.
    fn scripts(&self) -> Vec<Script<'a>> {
        let before = self.base.0.len();
        let context = before + self.history.len();
        let base = self.base.0.iter().map(|m| (m, self.base.1));
        let all = base.chain(self.history.iter().chain(self.reviewed).map(|m| (m, self.sources)));
        all.enumerate()
            .map(|(index, (migration, sources))| {
                let file = sources.file(migration.info.file);
                let text = parse::neutral(&file.text, migration.info.span, self.dialect);
                let (traced, before) = (index >= context, index < before);
                Script { traced, before, ..script(index, file, text, migration.wrap, &migration.statements) }
            })
            .collect()
    }

    /// The ways back of a migration under review.
    fn ways(&self, migration: &'a ParsedMigration, proposal: &'a Proposal) -> Vec<Way<'a>> {
        let generated = |scripted: &'a Scripted| {
            let Scripted { file, wrap, statements } = scripted;
            script(0, file, file.text.to_string(), *wrap, statements)
        };
        let mut ways = Vec::new();
        if let Some(down) = &proposal.down {
            ways.push(Way { kind: Kind::Generated, before: None, down: generated(down), after: None });
            if let Some((before, after)) = &proposal.keep {
                let (before, after) = (Some(generated(before)), Some(generated(after)));
                ways.push(Way { kind: Kind::Keeping, before, down: generated(down), after });
            }
        }
        if let Some(down) = &migration.down {
            let file = self.sources.file(down.info.file);
            let text = parse::neutral(&file.text, down.info.span, self.dialect);
            let down = script(0, file, text, down.wrap, &down.statements);
            ways.push(Way { kind: Kind::Written, before: None, down, after: None });
        }
        ways
    }
}

fn script<'a>(
    index: usize,
    file: &'a SourceFile,
    text: String,
    wrap: Wrap,
    statements: &'a [Stmt],
) -> Script<'a> {
    let name = file.path.file_stem().unwrap_or_default().to_owned();
    Script { index, file, text, name, wrap, statements, traced: false, before: false }
}

/// Errors of the schema before the first migration are no findings: it is not under review. The rest is numbered
/// from the first migration.
fn tell_base(trace: &mut Trace, base: usize, scripts: &[Script<'_>]) {
    let (refused, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut trace.history_errors).into_iter().partition(|e| e.script < base);
    if let Some(first) = refused.first() {
        let more = match refused.len() - 1 {
            0 => String::new(),
            n => format!(" ({n} more such statements)"),
        };
        let place = scripts.get(first.script).map_or_else(String::new, |s| s.place(first.statement));
        term::warn(&format!("{place}: the shadow server refuses it: {}{more}", first.error.message));
    }
    trace.history_errors = rest;
    for error in &mut trace.history_errors {
        error.script -= base;
    }
}

/// Numbers what was undone from the first migration. Where the server refused a part of the schema before it, that
/// schema is what the rest makes.
fn rebase(trace: &mut Trace, base: &[ParsedMigration], dialect: Dialect) {
    let (refused, rest): (BTreeSet<_>, BTreeSet<_>) =
        std::mem::take(&mut trace.undone).into_iter().partition(|(script, _)| *script < base.len());
    trace.undone = rest.into_iter().map(|(script, place)| (script - base.len(), place)).collect();
    if refused.is_empty() {
        return;
    }
    let version = ServerVersion::new(trace.major).unwrap_or_default();
    let mut schema = Schema::new(dialect, version);
    schema.coverage = Coverage::Complete;
    let mut replay = Replay::new(schema);
    for (index, script) in base.iter().enumerate() {
        let all = script.statements.iter().enumerate();
        let done = all.filter(|(place, _)| !refused.contains(&(index, *place)));
        replay.history(script.wrap, done.map(|(_, stmt)| stmt));
    }
    let mut schema = replay.into_schema();
    schema.reset_session();
    trace.base = Some(schema);
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
