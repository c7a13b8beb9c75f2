//! Arguments of `checkrail rollback`.

use camino::Utf8PathBuf;
use clap::Args;

use super::super::args::{GroundArgs, ReviewArgs};
use super::super::database::DatabaseArgs;
use super::super::verify::ShadowArgs;

const HELP: &str = "\
Examples:
  checkrail rollback migrations/ --last 1              print how to undo the newest migration
  checkrail rollback migrations/ --last 1 --write      write it where the migration tool looks for it
  checkrail rollback migrations/ --since main --out d  into a folder, with scripts that keep the data
  checkrail rollback migrations/ --last 1 --prove      try it first, on a throw-away server

Exit codes:
  0   written or printed; with --prove, proven
  1   something cannot be undone, or a server does not confirm what a script claims
  2   wrong usage or configuration; or an output cannot be written
  3   input missing or unreadable
  4   no server, or it failed
  70  a bug in checkrail";

/// Arguments of `rollback`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct RollbackArgs {
    /// Migrations: a folder, .sql files, `-` for standard input, or `git:REV:PATH`.
    #[arg(value_name = "SRC")]
    pub sources: Vec<String>,

    /// Undo what changed since a git revision; the rest is context.
    #[arg(long, value_name = "REV", group = "selection", help_heading = "What to undo")]
    pub since: Option<String>,
    /// Undo the last N migrations; the rest is context.
    #[arg(long, value_name = "N", group = "selection", help_heading = "What to undo")]
    pub last: Option<usize>,
    /// Undo this version and later ones; the rest is context.
    #[arg(long, value_name = "VERSION", group = "selection", help_heading = "What to undo")]
    pub from: Option<String>,

    /// The schema before the first migration: a folder, a .sql file such as a pg_dump, a snapshot, a database
    /// (`postgres://…`, or `env:DATABASE_URL` for the one in that variable or in .env), or `git:REV:PATH`.
    #[arg(long, value_name = "SRC", help_heading = "What it runs on")]
    pub schema: Option<String>,
    /// The server and the tool.
    #[command(flatten)]
    pub ground: GroundArgs,
    /// Policy for the review of the scripts: a YAML file or the name of a shipped pack [default: default].
    #[arg(long, value_name = "FILE|PACK", help_heading = "What it runs on")]
    pub policy: Option<String>,

    /// How a database is read.
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// Run each script on a throw-away server, right after its migration, and compare the database with what it was
    /// before.
    #[arg(long, help_heading = "Throw-away server")]
    pub prove: bool,
    /// How that server is made.
    #[command(flatten)]
    pub shadow: ShadowArgs,

    /// Write each script where the migration tool looks for it; what is there is left alone.
    #[arg(long, help_heading = "Output")]
    pub write: bool,
    /// Write the scripts into a folder, with those that keep data before and put it back after.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<Utf8PathBuf>,
    /// Replace files and down sections that are there.
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

impl RollbackArgs {
    /// The same as arguments of a review, which reads the migrations.
    pub(super) fn as_review(&self) -> ReviewArgs {
        ReviewArgs {
            since: self.since.clone(),
            last: self.last,
            from: self.from.clone(),
            schema: self.schema.clone(),
            policy: self.policy.clone(),
            prove: self.prove,
            shadow: self.shadow.clone(),
            ..ReviewArgs::silent(self.sources.clone(), self.ground.clone(), self.database.clone())
        }
    }
}
