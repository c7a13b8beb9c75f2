//! `checkrail shadow`: throw-away servers, where they come from and whether they are there.

use std::fmt::Write;
use std::io;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;
use std::{env, thread};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde::Serialize;

use crate::name::ServerVersion;
use crate::shadow::binaries::{self, Binaries};
use crate::shadow::server::{Options, Server};
use crate::shadow::{Error, Places, install, prepared};

use super::args::ListFormat;
use super::error::{CliError, SERVER};
use super::{output, term};

/// Commands on throw-away servers.
#[derive(Debug, Subcommand)]
pub enum ShadowCommand {
    /// Fetch server programs into the cache, through the npm of this machine.
    Install(InstallArgs),
    /// Show which servers are here.
    Status(StatusArgs),
    /// Run a throw-away server, print its URL, and keep it until Ctrl-C.
    Serve(ServeArgs),
    /// Drop the databases of a run that was killed; started by checkrail itself.
    #[command(hide = true)]
    Keep,
}

/// Arguments of `shadow install`.
#[derive(Debug, Args)]
pub struct InstallArgs {
    /// Major versions: 17, or 13,15, or all.
    #[arg(long, value_name = "LIST", required = true)]
    pub pg: Majors,
    /// Fetch the newest offered version even where a server of that major version is here.
    #[arg(long)]
    pub again: bool,
}

/// Arguments of `shadow status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Only these major versions, and exit with 4 when one is missing: 17, or 13,15, or all.
    #[arg(long, value_name = "LIST")]
    pub pg: Option<Majors>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ListFormat::Text, value_name = "FORMAT")]
    pub format: ListFormat,
    /// The same as `--format json`.
    #[arg(long, hide = true)]
    pub json: bool,
}

/// Arguments of `shadow serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Major version [default: the newest that is here].
    #[arg(long, value_name = "N")]
    pub pg: Option<ServerVersion>,
}

/// Major versions as a user lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Majors(Vec<u16>);

/// All that are supported.
const ALL: RangeInclusive<u16> = ServerVersion::OLDEST.major()..=ServerVersion::NEWEST.major();

impl FromStr for Majors {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self(ALL.collect()));
        }
        let one = |part: &str| part.trim().parse::<ServerVersion>().map(ServerVersion::major);
        let mut majors = text.split(',').map(one).collect::<Result<Vec<_>, _>>()?;
        majors.sort_unstable();
        majors.dedup();
        Ok(Self(majors))
    }
}

/// Runs one of the commands.
pub fn run(command: &ShadowCommand) -> Result<u8, CliError> {
    match command {
        ShadowCommand::Install(args) => fetch(args),
        ShadowCommand::Status(args) => status(args),
        ShadowCommand::Serve(args) => serve(args),
        ShadowCommand::Keep => {
            prepared::keep(io::stdin().lock())?;
            Ok(0)
        }
    }
}

/// Where programs and folders are, by our environment.
pub fn places() -> Places {
    Places::from_environment(&|name| env::var_os(name))
}

fn fetch(args: &InstallArgs) -> Result<u8, CliError> {
    let places = places();
    let here = binaries::all(&places)?;
    let mut failed = false;
    for &major in &args.pg.0 {
        let found = here.iter().find(|b| b.major == major).filter(|_| !args.again);
        if let Some(found) = found {
            output::print(&format!("PostgreSQL {} is here: {}\n", found.version, found.folder.display()))?;
            continue;
        }
        let spinner = ProgressBar::new_spinner().with_message(format!("fetching PostgreSQL {major}"));
        spinner.enable_steady_tick(Duration::from_millis(100));
        let outcome = install::install(&places, major);
        spinner.finish_and_clear();
        match outcome {
            Ok(new) => {
                output::print(&format!("PostgreSQL {} installed: {}\n", new.version, new.folder.display()))?;
            }
            // These hold for the other versions as well.
            Err(error @ (Error::NoNpm { .. } | Error::NoCache | Error::NoPackage { .. })) => {
                return Err(error.into());
            }
            Err(error) => {
                term::error(&error.to_string());
                failed = true;
            }
        }
    }
    Ok(if failed { SERVER } else { 0 })
}

/// What `status --format json` prints.
#[derive(Serialize)]
struct Status {
    /// The folder of fetched servers and of templates.
    cache: Option<String>,
    servers: Vec<Entry>,
    /// Major versions that no server here has.
    missing: Vec<u16>,
}

#[derive(Serialize)]
struct Entry {
    major: u16,
    version: String,
    folder: String,
    /// `PG_BINDIR`, `pg_config`, `PATH`, `package` or `checkrail`.
    origin: &'static str,
    /// Whether it is the one that is taken for its major version.
    chosen: bool,
}

fn status(args: &StatusArgs) -> Result<u8, CliError> {
    let places = places();
    let majors: Vec<u16> = args.pg.as_ref().map_or_else(|| ALL.collect(), |majors| majors.0.clone());
    let found = binaries::all(&places)?;
    let of = |major: u16| found.iter().filter(move |b| b.major == major);
    let entry = |(index, binaries): (usize, &Binaries)| Entry {
        major: binaries.major,
        version: binaries.version.clone(),
        folder: binaries.folder.display().to_string(),
        origin: binaries.origin.as_str(),
        chosen: index == 0,
    };
    let status = Status {
        cache: places.cache.as_ref().map(|path| path.display().to_string()),
        servers: majors.iter().flat_map(|&major| of(major).enumerate().map(entry)).collect(),
        missing: majors.iter().copied().filter(|&major| of(major).next().is_none()).collect(),
    };
    let text = if args.json || args.format == ListFormat::Json {
        serde_json::to_string_pretty(&status).map_err(anyhow::Error::from)? + "\n"
    } else {
        table(&status, &majors)
    };
    output::print(&text)?;
    match status.missing.first() {
        Some(&major) if args.pg.is_some() => Err(Error::NoServer { major: Some(major) }.into()),
        _ => Ok(0),
    }
}

fn table(status: &Status, majors: &[u16]) -> String {
    let width = status.servers.iter().map(|entry| entry.version.len()).max().unwrap_or(0);
    let mut text = String::new();
    for &major in majors {
        let mut servers = status.servers.iter().filter(|entry| entry.major == major).peekable();
        if servers.peek().is_none() {
            let _ = writeln!(text, "{major}  not here");
        }
        for Entry { version, folder, origin, chosen, .. } in servers {
            let also = if *chosen { "" } else { ", not used" };
            let _ = writeln!(text, "{major}  {version:width$}  {folder} ({origin}{also})");
        }
    }
    let cache = status.cache.as_deref().unwrap_or("none: set CHECKRAIL_CACHE_DIR");
    let _ = writeln!(text, "\ncache: {cache}");
    if !status.missing.is_empty() {
        let list: Vec<_> = status.missing.iter().map(u16::to_string).collect();
        let _ = writeln!(text, "to fetch what is missing: checkrail shadow install --pg {}", list.join(","));
    }
    text
}

fn serve(args: &ServeArgs) -> Result<u8, CliError> {
    let server = Server::start(&Options::new(places(), args.pg.map(ServerVersion::major)))?;
    output::print(&format!("{}\n", server.url("postgres")))?;
    term::note(&format!(
        "PostgreSQL {} runs until Ctrl-C, and leaves nothing behind",
        server.binaries().version
    ));
    // The keeper process cleans up, however this one ends.
    while !server.has_ended() {
        thread::sleep(Duration::from_millis(100));
    }
    Err(Error::Ended { log: server.log_tail() }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_versions_are_read() {
        let read = |text: &str| text.parse::<Majors>().map(|majors| majors.0);
        assert_eq!(read("17"), Ok(vec![17]));
        assert_eq!(read("15, 13,15"), Ok(vec![13, 15]));
        assert_eq!(read("all"), Ok(vec![13, 14, 15, 16, 17, 18]));
        assert!(read("12").unwrap_err().contains("use 13 to 18"));
        assert!(read("13,").is_err() && read("").is_err() && read("any").is_err());
    }
}
