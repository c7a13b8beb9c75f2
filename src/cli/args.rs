//! Arguments as clap reads them.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::FailOn;
use crate::name::{Dialect, ServerVersion};
use crate::report::Format;

use super::baseline::BaselineArgs;
use super::database::DatabaseArgs;
use super::diff::DiffArgs;
use super::schema::SchemaCommand;
use super::shadow::ShadowCommand;
use super::shell::{CompletionsArgs, ManArgs};
use super::snapshot::SnapshotArgs;
use super::verify::{ShadowArgs, VerifyArgs};

const EXIT_CODES: &str = "\
Exit codes:
  0   no finding at or above --fail-on
  1   findings at or above --fail-on
  2   wrong usage, configuration or policy; or an output cannot be written
  3   input missing or unreadable; with --require-coverage, a statement not analysed
  4   a database cannot be reached, or a throw-away server failed
  70  a bug in checkrail";

const REVIEW_HELP: &str = "\
Examples:
  checkrail review migrations/                     the whole history, each migration by itself
  checkrail review migrations/ --since main        what this branch adds, deployed together
  checkrail review migrations/ --last 1 -v         the newest migration, every lock it takes
  checkrail review migrations/ --baseline known.json --write-baseline    accept what is there now
  checkrail review change.sql --schema dump.sql    one file against a schema dump
  checkrail review change.sql --schema env:DATABASE_URL    and against the database itself, read only
  checkrail review migrations/ --format terminal --format markdown=comment.md

Exit codes:
  0   no finding at or above --fail-on
  1   findings at or above --fail-on
  2   wrong usage, configuration or policy; or an output cannot be written
  3   input missing or unreadable; with --require-coverage, a statement not analysed
  4   no database or shadow server, or it failed
  70  a bug in checkrail";

/// Reviews database schema migrations: what each statement will do, whether policy allows it, the safe way and
/// the way back.
#[derive(Debug, Parser)]
#[command(
    name = "checkrail",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = EXIT_CODES
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Color::Auto,
        value_name = "WHEN",
        help_heading = "Everywhere",
        display_order = 900
    )]
    pub color: Color,
    /// Configuration file instead of the checkrail.yaml found upwards.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "CHECKRAIL_CONFIG",
        hide_env_values = true,
        help_heading = "Everywhere",
        display_order = 901
    )]
    pub config: Option<Utf8PathBuf>,
    /// Ignore configuration files.
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Everywhere", display_order = 902)]
    pub no_config: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    // No doc comments here: clap would print them under every command.
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review migrations: findings, locks and work per statement, the way back.
    Review(Box<ReviewArgs>),
    /// Compare two schemas: what differs, the SQL between them, its hazards.
    Diff(DiffArgs),
    /// Write a schema, and the sizes of its relations, to a file that a review can use.
    Snapshot(SnapshotArgs),
    /// A schema as SQL and as a picture.
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Review migrations and run them on a throw-away server: what it really does, against the prediction.
    Verify(Box<VerifyArgs>),
    /// Write the way back: safe to run, with what it cannot restore and what keeps the data.
    Rollback(Box<super::rollback::RollbackArgs>),
    /// Rewrite migrations so that they hold up nobody: as a patch, or as files in the migration tool's form.
    Rewrite(Box<super::rewrite::RewriteArgs>),
    /// Write checkrail.yaml and a workflow for this project.
    Init(super::init::InitArgs),
    /// Propose indexes that are missing, with scripts that build them while their tables are in use.
    Index(Box<super::index::IndexArgs>),
    /// List the rules and their levels.
    Rules(RulesArgs),
    /// Explain a rule, also by the name another tool has for it, or an assertion of the policy.
    Explain(ExplainArgs),
    /// Check policy files, list the shipped packs, print the JSON Schema.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Throw-away PostgreSQL servers: fetch, list, run.
    #[command(subcommand)]
    Shadow(ShadowCommand),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Print or write the manual pages.
    Man(ManArgs),
}

/// What migrations run on: the server, and the tool that runs them.
#[derive(Clone, Debug, Args)]
pub struct GroundArgs {
    /// Major version of the server [default: what --schema says, else 18].
    #[arg(long, value_name = "N", help_heading = "What it runs on")]
    pub server_version: Option<ServerVersion>,
    /// postgresql, mysql or sqlite [default: what the migration tool's files say, else postgresql].
    #[arg(long, value_name = "NAME", help_heading = "What it runs on")]
    pub dialect: Option<Dialect>,
    /// Migration tool whose layout the folder has [default: detected].
    #[arg(long, value_name = "NAME", help_heading = "What it runs on")]
    pub layout: Option<String>,
    /// Put every file in one transaction, or no file, instead of what the tool does [default: auto].
    #[arg(long, value_enum, value_name = "HOW", help_heading = "What it runs on")]
    pub transaction: Option<TransactionArg>,
}

/// Arguments of `review`.
#[derive(Debug, Args)]
#[command(after_help = REVIEW_HELP)]
pub struct ReviewArgs {
    /// Migrations: a folder, .sql files, `-` for standard input, or `git:REV:PATH`.
    #[arg(value_name = "SRC")]
    pub sources: Vec<String>,

    /// Review what changed since a git revision; the rest is context.
    #[arg(long, value_name = "REV", group = "selection", help_heading = "What is under review")]
    pub since: Option<String>,
    /// Review the last N migrations; the rest is context.
    #[arg(long, value_name = "N", group = "selection", help_heading = "What is under review")]
    pub last: Option<usize>,
    /// Review this version and later ones; the rest is context.
    #[arg(long, value_name = "VERSION", group = "selection", help_heading = "What is under review")]
    pub from: Option<String>,
    /// Review what the database has not had, by its migration tool's history table; the database is --schema, else
    /// DATABASE_URL.
    #[arg(long, group = "selection", help_heading = "What is under review")]
    pub pending: bool,

    /// The schema before the first migration: a folder, a .sql file such as a pg_dump, a snapshot, a database
    /// (`postgres://…`, or `env:DATABASE_URL` for the one in that variable or in .env), or `git:REV:PATH`.
    #[arg(long, value_name = "SRC", help_heading = "What it runs on")]
    pub schema: Option<String>,
    /// Take the sizes of tables from this snapshot or database [default: those of --schema].
    #[arg(long, value_name = "SNAPSHOT", help_heading = "What it runs on")]
    pub stats: Option<String>,
    /// Queries of the application, to be held against what changes: a folder or a file of SQL (sqlc's too), .sqlx, an
    /// export of pg_stat_statements as CSV or JSON. Repeat it.
    #[arg(long, value_name = "DIR|FILE", help_heading = "What it runs on")]
    pub queries: Vec<Utf8PathBuf>,
    /// The server and the tool.
    #[command(flatten)]
    pub ground: GroundArgs,

    /// How a database is read.
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// Policy: a YAML file or the name of a shipped pack [default: default].
    #[arg(long, value_name = "FILE|PACK", help_heading = "Verdict")]
    pub policy: Option<String>,
    /// Exit with 1 on findings of this severity: error, warning, advice or never [default: error].
    #[arg(long, value_name = "SEVERITY", help_heading = "Verdict")]
    pub fail_on: Option<FailOn>,
    /// Exit with 3 when a statement could not be analysed.
    #[arg(long, help_heading = "Verdict")]
    pub require_coverage: bool,
    #[command(flatten)]
    pub baseline: BaselineArgs,

    /// Run the migrations on a throw-away server too, and compare.
    #[arg(long, help_heading = "Throw-away server")]
    pub verify: bool,
    /// Run the way back of each migration on a throw-away server, and compare the database with what it was before.
    #[arg(long, help_heading = "Throw-away server")]
    pub prove: bool,
    #[command(flatten)]
    pub shadow: ShadowArgs,

    /// Output.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", help = format_help(), help_heading = "Output")]
    pub formats: Vec<String>,
    /// Write rollback scripts into a folder, named as the layout names its down scripts.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rollback_dir: Option<Utf8PathBuf>,
    /// Show findings and the summary only.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Show every statement with all its locks.
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// Say how long it took; a terminal is always told.
    #[arg(long, help_heading = "Output")]
    pub timing: bool,
}

impl ReviewArgs {
    /// A review that another command makes for itself: nothing of it is shown.
    pub(super) fn silent(sources: Vec<String>, ground: GroundArgs, database: DatabaseArgs) -> Self {
        Self {
            sources,
            since: None,
            last: None,
            from: None,
            pending: false,
            schema: None,
            stats: None,
            queries: Vec::new(),
            ground,
            database,
            policy: None,
            fail_on: None,
            require_coverage: false,
            baseline: BaselineArgs::default(),
            verify: false,
            prove: false,
            shadow: ShadowArgs {
                shadow_url: None,
                stub_roles: false,
                skip_missing_extensions: false,
                shadow_timeout: 60,
            },
            formats: Vec::new(),
            rollback_dir: None,
            quiet: true,
            verbose: false,
            timing: false,
        }
    }
}

/// The formats, for the help.
fn format_help() -> String {
    format!("Output: {}; repeat it, with =FILE to write a file [default: terminal]", format_names())
}

/// `terminal, markdown or json`.
pub fn format_names() -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    match names.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// How the runner wraps a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TransactionArg {
    // `Auto`: as the layout's tool does; a plain file runs as psql would. `Always`: every file in one
    // transaction. `Never`: every statement by itself.
    Auto,
    Always,
    Never,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Show the levels of this policy: a YAML file or the name of a shipped pack [default: default].
    #[arg(long, value_name = "FILE|PACK")]
    pub policy: Option<String>,
    /// List what another tool calls the rules: squawk, eugene, atlas, strong_migrations, …
    #[arg(long, value_name = "NAME")]
    pub tool: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ListFormat::Text, value_name = "FORMAT")]
    pub format: ListFormat,
}

/// How lists are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    Text,
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The rule's name, what another tool calls it, or an assertion's name.
    pub name: String,
    /// The policy that has the assertion: a YAML file or the name of a shipped pack [default: that of the configuration].
    #[arg(long, value_name = "FILE|PACK")]
    pub policy: Option<String>,
}

/// Commands on policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check a policy, and execute the examples of its assertions.
    Check {
        /// The file, or the name of a shipped pack.
        #[arg(value_name = "FILE|PACK")]
        policy: String,
    },
    /// List the shipped packs.
    List,
    /// Print the JSON Schema of policy files.
    Schema,
}
