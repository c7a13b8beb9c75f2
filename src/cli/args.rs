//! Arguments as clap reads them.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::FailOn;
use crate::name::{Dialect, ServerVersion};

/// Reviews database schema migrations: what each statement will do, whether policy allows it, the safe way and
/// the way back.
#[derive(Debug, Parser)]
#[command(
    name = "checkrail",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Configuration file instead of the checkrail.yaml found upwards.
    #[arg(long, global = true, value_name = "FILE", env = "CHECKRAIL_CONFIG")]
    pub config: Option<Utf8PathBuf>,
    /// Ignore configuration files.
    #[arg(long, global = true, conflicts_with = "config")]
    pub no_config: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review migrations.
    Review(Box<ReviewArgs>),
    /// List the rules.
    Rules(RulesArgs),
    /// Explain a rule.
    Explain(ExplainArgs),
    /// Check, list and describe policies.
    #[command(subcommand)]
    Policy(PolicyCommand),
}

/// Arguments of `review`.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// Migrations: a folder, .sql files, `-` for standard input, or `git:REV:PATH`.
    #[arg(value_name = "SRC")]
    pub sources: Vec<String>,
    /// The schema before the first migration: a folder, a .sql file (a pg_dump, for example), or `git:REV:PATH`.
    #[arg(long, value_name = "SRC")]
    pub schema: Option<String>,
    /// Major version of the server [default: 18].
    #[arg(long, value_name = "N")]
    pub server_version: Option<ServerVersion>,
    /// Dialect [default: postgresql, or what the migration tool's files say].
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<Dialect>,
    /// Migration layout instead of the detected one.
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// How the runner wraps a file into a transaction [default: auto, as the layout's tool does].
    #[arg(long, value_enum, value_name = "HOW")]
    pub transaction: Option<TransactionArg>,
    /// Policy: a YAML file or the name of a shipped pack [default: default].
    #[arg(long, value_name = "FILE|PACK")]
    pub policy: Option<String>,
    /// Review what changed since a git revision; the rest is context.
    #[arg(long, value_name = "REV", group = "selection")]
    pub since: Option<String>,
    /// Review the last N migrations; the rest is context.
    #[arg(long, value_name = "N", group = "selection")]
    pub last: Option<usize>,
    /// Review this version and later ones; the rest is context.
    #[arg(long, value_name = "VERSION", group = "selection")]
    pub from: Option<String>,
    /// Fail on findings of this severity: error, warning, advice or never [default: error].
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Fail when a statement could not be analysed.
    #[arg(long)]
    pub require_coverage: bool,
    /// Write rollback scripts into a folder, in the layout's own form.
    #[arg(long, value_name = "DIR")]
    pub rollback_dir: Option<Utf8PathBuf>,
    /// Output format: terminal, markdown or json; repeat it, with =FILE to write a file.
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    pub formats: Vec<String>,
    /// Show findings and the summary only.
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show every statement.
    #[arg(short, long)]
    pub verbose: bool,
}

/// How the runner wraps a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TransactionArg {
    /// As the layout's tool does; a plain file runs as psql would.
    Auto,
    /// Every file in one transaction.
    Always,
    /// Every statement by itself.
    Never,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Output format.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// How lists are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table.
    Text,
    /// JSON.
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The rule's name, or what another tool calls it.
    pub name: String,
}

/// Commands on policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check a policy file.
    Check {
        /// The file.
        path: Utf8PathBuf,
    },
    /// List the shipped packs.
    List,
    /// Print the JSON Schema of policy files.
    Schema,
}
