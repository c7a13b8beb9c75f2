//! `checkrail diff`.

use std::fmt::Write;
use std::str::FromStr;

use camino::Utf8PathBuf;
use clap::Args;

use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::report::{Format, Options};
use crate::review::compare::{Change, Comparison, compare};
use crate::review::{self, Reader, Request, Review, Wrapping};
use crate::schema::Schema;
use crate::source::{Kind, Migration, Runner};
use crate::text::{SourceFile, SourceMap, Span, offset};

use super::args::{self, Cli};
use super::database::DatabaseArgs;
use super::error::{CliError, FINDINGS};
use super::output;
use super::settings;
use super::state::{self, Asked};
use super::term;

const HELP: &str = "\
Examples:
  checkrail diff dump.sql migrations/                     what the migrations lack, or have on top
  checkrail diff git:main:db/migrations db/migrations --format sql
  checkrail diff env:DATABASE_URL migrations/             how a database differs from its migrations
  checkrail diff prod.json db/migrations --format terminal    the hazards on the way
  checkrail diff old.sql new.sql --rename public.users.mail=email

Exit codes:
  0   no difference
  1   differences
  2   wrong usage, configuration or policy; or an output cannot be written
  3   input missing or unreadable
  4   a database cannot be read";

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct DiffArgs {
    /// The schema before: a folder of migrations, a .sql file such as a pg_dump, a snapshot, a database
    /// (`postgres://…`, or `env:DATABASE_URL`), or `git:REV:PATH`.
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The schema after.
    #[arg(value_name = "TO")]
    pub to: String,
    /// Output.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", help = format_help())]
    pub formats: Vec<String>,
    /// Take an object or a column of FROM as one of TO under another name, as in `public.users.mail=email`.
    #[arg(long = "rename", value_name = "OLD=NEW")]
    pub renames: Vec<String>,
    /// Major version of the server [default: what FROM says, else 18].
    #[arg(long, value_name = "N")]
    pub server_version: Option<ServerVersion>,
    /// postgresql, mysql or sqlite [default: what the migration tool's files say, else postgresql].
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<Dialect>,
    /// Policy for a review of the SQL: a YAML file or the name of a shipped pack [default: default].
    #[arg(long, value_name = "FILE|PACK")]
    pub policy: Option<String>,
    /// How a database is read.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// Object by object.
    Text,
    /// The statements.
    Sql,
    /// A review of the statements.
    Review(Format),
}

impl FromStr for Output {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "sql" => Ok(Self::Sql),
            other => match other.parse() {
                Ok(format) => Ok(Self::Review(format)),
                Err(_) => {
                    let formats: Vec<_> = Format::ALL.iter().map(|f| f.as_str()).collect();
                    Err(format!("unknown format {text:?}: use text, sql, {}", formats.join(", ")))
                }
            },
        }
    }
}

/// The formats, for the help.
fn format_help() -> String {
    format!(
        "Output: text, sql, or a review of the SQL as {}; repeat it, with =FILE to write a file [default: text]",
        args::format_names()
    )
}

/// Compares two schemas.
pub fn run(args: &DiffArgs, cli: &Cli) -> Result<u8, CliError> {
    let targets = output::targets(&args.formats, Output::Text)?;
    let reviews = targets.iter().any(|t| matches!(t.format, Output::Review(_)));
    let (comparison, review) = parse::with_large_stack(|| make(args, cli, reviews))??;
    for note in &comparison.notes {
        term::note(note);
    }
    let options = Options { style: term::style(cli.color), base: output::base() };
    let (printed, files) = output::render(&targets, &options, |format, options| match (format, &review) {
        (Output::Text, _) => text(&comparison, options.style.color),
        (Output::Review(format), Some(review)) => format.render(review, options),
        (Output::Sql | Output::Review(_), _) => comparison.sql(args.dialect.unwrap_or_default()),
    });
    refuse_inputs(&files, args)?;
    output::write_files(&files)?;
    output::print(&printed)?;
    Ok(if comparison.is_empty() { 0 } else { FINDINGS })
}

/// An output that would overwrite what was compared is a slip of the hand.
fn refuse_inputs(files: &[(Utf8PathBuf, String)], args: &DiffArgs) -> Result<(), CliError> {
    let inputs: Vec<_> = [&args.from, &args.to]
        .into_iter()
        .filter_map(|p| Utf8PathBuf::from(p).canonicalize_utf8().ok())
        .collect();
    for (path, _) in files {
        if path.canonicalize_utf8().is_ok_and(|full| inputs.iter().any(|input| full.starts_with(input))) {
            return Err(CliError::Usage(format!("--format would overwrite the input {path}")));
        }
    }
    Ok(())
}

fn make(args: &DiffArgs, cli: &Cli, reviewed: bool) -> Result<(Comparison, Option<Review>), CliError> {
    let mut renames = Vec::new();
    for rename in &args.renames {
        let pair = rename.split_once('=').ok_or_else(|| {
            CliError::Usage(format!("--rename {rename}: write OLD=NEW, as in public.users.mail=email"))
        })?;
        renames.push((pair.0.to_owned(), pair.1.to_owned()));
    }
    let asked = Asked {
        version: args.server_version,
        dialect: args.dialect,
        migrator: None,
        layout: None,
        database: args.database.clone(),
    };
    // A server tells who runs the migrations.
    let ready = state::open_ready(&args.to, &args.database)?.map(|to| to.schema);
    let migrator = ready.as_ref().and_then(|to| to.migrator.clone());
    let from = state::open(&args.from, &Asked { migrator, ..asked.clone() })?;
    // Both are taken as schemas of one server.
    let to = match ready {
        Some(mut to) => {
            to.assume_version(from.version());
            to
        }
        None => {
            let migrator = from.migrator.clone();
            state::open(&args.to, &Asked { version: Some(from.version()), migrator, ..asked })?
        }
    };
    if from.dialect() != to.dialect() {
        return Err(CliError::Usage(format!(
            "{} is {} and {} is {}: they cannot be compared",
            args.from,
            from.dialect(),
            args.to,
            to.dialect()
        )));
    }
    let comparison =
        compare(&from, &to, &renames).map_err(|error| CliError::Usage(format!("--rename {error}")))?;
    let review = if reviewed { Some(review_of(&comparison, from, args, cli)?) } else { None };
    Ok((comparison, review))
}

/// Reviews the statements as a migration of the first schema.
fn review_of(comparison: &Comparison, from: Schema, args: &DiffArgs, cli: &Cli) -> Result<Review, CliError> {
    let policy = settings::policy(args.policy.as_deref(), cli)?;
    let dialect = from.dialect();
    let sql = comparison.sql(dialect);
    let mut sources = SourceMap::default();
    let migration = Migration {
        version: None,
        name: "diff".to_owned(),
        kind: Kind::Versioned,
        up_span: Span::new(0, offset(sql.len())),
        up: sources.add(SourceFile::new("diff.sql", sql)),
        down: None,
        runner: Runner::PerStatement,
        transaction_reason: "plain SQL",
    };
    let reader = Reader { dialect, wrapping: Wrapping::Auto };
    let migrations = vec![reader.migration(&migration, 0, &sources)];
    Ok(review::review(Request {
        proofs: None,
        schema_diff: true,
        review_rollbacks: false,
        queries: None,
        baseline: None,
        detail: true,
        trace: None,
        database: None,
        sources,
        schema: from,
        history: Vec::new(),
        migrations,
        one_change_set: true,
        policy: &policy,
        today: settings::today(),
        layout: "plain".to_owned(),
    }))
}

/// What differs, object by object.
fn text(comparison: &Comparison, color: bool) -> String {
    let paint = |code: &str, line: &str| {
        if color { format!("\x1b[{code}m{line}\x1b[0m\n") } else { format!("{line}\n") }
    };
    let mut out = String::new();
    for object in &comparison.objects {
        let sign = object.change.as_str();
        out.push_str(&paint("1", &format!("{} {}: {sign}", object.kind, object.name)));
        for line in object.text.lines().filter(|line| !line.starts_with("@@")) {
            match line.as_bytes().first() {
                Some(b'+') => out.push_str(&paint("32", line)),
                Some(b'-') => out.push_str(&paint("31", line)),
                _ => out.push_str(&paint("0", line)),
            }
        }
        out.push('\n');
    }
    let renamed = comparison.ops.iter().filter(|op| matches!(op, crate::ir::DdlOp::Rename(_))).count();
    if comparison.is_empty() {
        out.push_str("no difference\n");
    } else {
        let parts: Vec<String> = [
            (renamed, "renamed"),
            (comparison.count(Change::Added), "added"),
            (comparison.count(Change::Changed), "changed"),
            (comparison.count(Change::Dropped), "dropped"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        let _ = writeln!(out, "{}", parts.join(", "));
    }
    out
}
