//! Live databases as the command line names them.

use std::env;
use std::time::Duration;

use camino::Utf8PathBuf;
use clap::Args;

use crate::introspect::{self, Live, Options, Target};
use crate::source;

use super::error::CliError;
use super::term;

/// How a database is read. Every command that takes one has these.
#[derive(Clone, Debug, Default, Args)]
pub struct DatabaseArgs {
    /// Longest time in seconds to wait for a connection to a database [default: 10].
    #[arg(long, value_name = "SECONDS", help_heading = "Reading a database")]
    pub connect_timeout: Option<u32>,
    /// Longest time in seconds of one catalog query; 0 is no limit [default: 30].
    #[arg(long, value_name = "SECONDS", help_heading = "Reading a database")]
    pub statement_timeout: Option<u32>,
    /// Longest time in seconds to wait for a lock; 0 is no limit [default: 2].
    #[arg(long, value_name = "SECONDS", help_heading = "Reading a database")]
    pub lock_timeout: Option<u32>,
    /// The role that runs the migrations; what it owns counts as theirs [default: who owns the
    /// migration tool's table, else most tables].
    #[arg(long, value_name = "ROLE", help_heading = "Reading a database")]
    pub migrator: Option<String>,
}

impl DatabaseArgs {
    /// As introspection takes them.
    pub fn options(&self) -> Options {
        let usual = Options::default();
        let time = |given: Option<u32>, usual| given.map_or(usual, |s| Duration::from_secs(s.into()));
        Options {
            connect_timeout: time(self.connect_timeout, usual.connect_timeout),
            statement_timeout: time(self.statement_timeout, usual.statement_timeout),
            lock_timeout: time(self.lock_timeout, usual.lock_timeout),
            migrator: self.migrator.as_deref().map(Into::into),
            sizes: true,
        }
    }
}

/// The database that a source names: a connection string, or `env:NAME` for one in a variable, so that no password
/// stands on a command line or in a configuration file. `None` for every other source.
///
/// # Errors
/// A connection string that is none, a variable that is not set.
pub fn target(src: &str) -> Result<Option<Target>, CliError> {
    Ok(match url(src)? {
        Some(url) => Some(Target::parse(&url)?),
        None => None,
    })
}

/// The connection string that a source is or names, which may hold a password; `None` for every other source.
///
/// # Errors
/// A variable that is not set.
pub fn url(src: &str) -> Result<Option<String>, CliError> {
    if Target::is_url(src) {
        return Ok(Some(src.to_owned()));
    }
    let Some(name) = src.strip_prefix("env:") else { return Ok(None) };
    let value = variable(name).ok_or_else(|| {
        let place = if name == "DATABASE_URL" { ", nor is there a .env file that sets it" } else { "" };
        CliError::Usage(format!("{src}: the variable {name} is not set{place}"))
    })?;
    Ok(Some(value))
}

/// A variable of the environment; `DATABASE_URL` also from the `.env` file in the working directory or the nearest
/// folder above that has one, as sqlx, diesel and their like do.
fn variable(name: &str) -> Option<String> {
    match env::var(name).ok().filter(|value| !value.is_empty()) {
        None if name == "DATABASE_URL" => dotenv(),
        value => value,
    }
}

fn dotenv() -> Option<String> {
    let mut folder = Utf8PathBuf::from_path_buf(env::current_dir().ok()?).ok()?;
    loop {
        let file = folder.join(".env");
        if file.is_file() {
            return Target::in_dotenv(&source::read_text(&file).ok()?);
        }
        if !folder.pop() {
            return None;
        }
    }
}

/// The source that stands for the usual database, when there is one.
pub fn usual() -> Option<String> {
    variable("DATABASE_URL").map(|_| "env:DATABASE_URL".to_owned())
}

/// Reads a database, and says what could not be seen of it.
///
/// # Errors
/// What keeps it from being read.
pub fn read(target: &Target, args: &DatabaseArgs) -> Result<Live, CliError> {
    let live = introspect::introspect(target, &args.options())?;
    for hidden in &live.hidden {
        term::note(&format!("{target}: not visible to this login: {hidden}"));
    }
    Ok(live)
}
