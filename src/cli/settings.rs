//! Command line and configuration file merged into what a review needs.

use camino::{Utf8Path, Utf8PathBuf};

use crate::config::{ConfigFile, FailOn};
use crate::name::{Dialect, ServerVersion};
use crate::policy::{Policy, packs};
use crate::report::Format;
use crate::source::{self, Layout, Selection};

use super::args::{Cli, ReviewArgs, TransactionArg};
use super::baseline;
use super::database::DatabaseArgs;
use super::error::CliError;
use super::output::{self, Target};
use super::verify::ShadowArgs;

/// Everything a review needs to know.
#[derive(Debug)]
pub struct Settings {
    pub sources: Vec<String>,
    pub schema: Option<String>,
    pub stats: Option<String>,
    /// Where the application's queries are.
    pub queries: Vec<Utf8PathBuf>,
    pub database: DatabaseArgs,
    /// Where the user has named one.
    pub server_version: Option<ServerVersion>,
    pub dialect: Option<Dialect>,
    pub layout: Option<Layout>,
    pub transaction: TransactionArg,
    pub policy: Policy,
    pub selection: Selection,
    /// Review what the database's history table lacks.
    pub pending: bool,
    pub fail_on: FailOn,
    pub require_coverage: bool,
    /// Known findings.
    pub baseline: Option<baseline::Asked>,
    pub targets: Vec<Target<Format>>,
    pub quiet: bool,
    /// How a throw-away server is made, where one is wanted.
    pub shadow: ShadowArgs,
    /// Run the migrations there, and compare with the prediction.
    pub verify: bool,
    /// Run their ways back there too.
    pub prove: bool,
}

impl Settings {
    /// Merges the command line over the configuration file over the defaults.
    pub fn merge(args: &ReviewArgs, cli: &Cli) -> Result<Self, CliError> {
        let (config, folder) = load_config(cli)?;
        let usage = CliError::Usage;
        let relative = |src: &String| {
            // A path in the file is relative to the file; a revision, a URL and standard input are not paths.
            let is_path =
                !(src == "-" || src.starts_with("git:") || src.starts_with("env:") || src.contains("://"));
            if is_path { folder.join(src).to_string() } else { src.clone() }
        };
        let sources = if args.sources.is_empty() {
            config.migrations.iter().map(relative).collect()
        } else {
            args.sources.clone()
        };
        if sources.is_empty() {
            return Err(usage(
                "no migrations named: give a folder or files, as in `checkrail review migrations/`, or set \
                 `migrations` in checkrail.yaml"
                    .to_owned(),
            ));
        }
        let ground = &args.ground;
        let dialect = match &config.dialect {
            Some(text) if ground.dialect.is_none() => Some(text.parse().map_err(usage)?),
            _ => ground.dialect,
        };
        let server_version = match (ground.server_version, config.server_version) {
            (Some(version), _) => Some(version),
            (None, Some(major)) => Some(ServerVersion::new(major).map_err(usage)?),
            (None, None) => None,
        };
        let layout = match ground.layout.as_ref().or(config.layout.as_ref()) {
            Some(name) => Some(name.parse::<Layout>()?),
            None => None,
        };
        let transaction = match (ground.transaction, config.transaction.as_deref()) {
            (Some(how), _) => how,
            (None, None | Some("auto")) => TransactionArg::Auto,
            (None, Some("always")) => TransactionArg::Always,
            (None, Some("never")) => TransactionArg::Never,
            (None, Some(other)) => {
                return Err(usage(format!("transaction: {other:?} is not known: use auto, always or never")));
            }
        };
        let policy = choose_policy(args.policy.as_deref(), &config, &folder)?;
        Ok(Self {
            schema: args.schema.clone().or_else(|| config.schema.as_ref().map(relative)),
            stats: args.stats.clone(),
            queries: args.queries.clone(),
            sources,
            server_version,
            dialect,
            layout,
            transaction,
            policy,
            selection: selection(args)?,
            pending: args.pending,
            fail_on: args.fail_on.or(config.fail_on).unwrap_or_default(),
            database: args.database.clone(),
            require_coverage: args.require_coverage || config.require_coverage.unwrap_or(false),
            baseline: baseline::asked(&args.baseline, &config, &folder)?,
            targets: output::targets(&args.formats, Format::Terminal)?,
            quiet: args.quiet,
            shadow: args.shadow.clone(),
            verify: args.verify,
            prove: args.prove,
        })
    }
}

impl Settings {
    /// Whether single files are named, and not a folder or a revision with all there is.
    pub fn names_files(&self) -> bool {
        let is_file = |src: &String| {
            src == "-" || Utf8Path::new(src).extension().is_some_and(|e| e.eq_ignore_ascii_case("sql"))
        };
        self.sources.len() > 1 || self.sources.iter().any(is_file)
    }
}

/// Today, for exceptions that expire.
pub fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

fn selection(args: &ReviewArgs) -> Result<Selection, CliError> {
    Ok(match (&args.since, args.last, &args.from) {
        (Some(rev), _, _) => Selection::Since(rev.clone()),
        (_, Some(0), _) => {
            return Err(CliError::Usage("--last 0 reviews nothing: give 1 or more".to_owned()));
        }
        (_, Some(n), _) => Selection::Last(n),
        (_, _, Some(version)) => Selection::From(version.clone()),
        _ => Selection::All,
    })
}

/// The policy in force: that of the command line, else the configuration's, else the default.
///
/// # Errors
/// A configuration or a policy that is wrong.
pub fn policy(named: Option<&str>, cli: &Cli) -> Result<Policy, CliError> {
    let (config, folder) = load_config(cli)?;
    choose_policy(named, &config, &folder)
}

fn choose_policy(named: Option<&str>, config: &ConfigFile, folder: &Utf8Path) -> Result<Policy, CliError> {
    match (named, &config.policy) {
        (Some(name), _) => load_policy(name, Utf8Path::new("")),
        (None, Some(name)) => load_policy(name, folder),
        (None, None) => Ok(Policy::builtin_default()),
    }
}

/// A pack by its name, or a file by its path relative to `folder`.
pub fn load_policy(name: &str, folder: &Utf8Path) -> Result<Policy, CliError> {
    if packs().iter().any(|p| p.name == name) {
        return Policy::pack(name).map_err(CliError::Usage);
    }
    let path = folder.join(name);
    let looks_like_a_file = name.contains(['/', '.']);
    if !looks_like_a_file && !path.is_file() {
        return Policy::pack(name)
            .map_err(|e| CliError::Usage(format!("{e}; a policy file is named with its path")));
    }
    let text = source::read_text(&path).map_err(|e| CliError::Usage(e.to_string()))?;
    Policy::parse_file(&path, &text).map_err(|e| CliError::Usage(e.to_string()))
}

/// The configuration and the folder that its paths are relative to.
fn load_config(cli: &Cli) -> Result<(ConfigFile, Utf8PathBuf), CliError> {
    if cli.no_config {
        return Ok((ConfigFile::default(), Utf8PathBuf::new()));
    }
    let path = match &cli.config {
        Some(path) => Some(path.clone()),
        None => discover(),
    };
    let Some(path) = path else { return Ok((ConfigFile::default(), Utf8PathBuf::new())) };
    let text = source::read_text(&path).map_err(|e| CliError::Usage(e.to_string()))?;
    let config = ConfigFile::parse(path.as_str(), &text).map_err(|e| CliError::Usage(e.to_string()))?;
    Ok((config, path.parent().map(Utf8Path::to_owned).unwrap_or_default()))
}

/// `checkrail.yaml` in the working directory or above it, up to the root of the repository. The path is
/// relative, so that messages show short paths.
fn discover() -> Option<Utf8PathBuf> {
    let mut folder = Utf8PathBuf::from_path_buf(std::env::current_dir().ok()?).ok()?;
    let mut relative = Utf8PathBuf::new();
    loop {
        if folder.join("checkrail.yaml").is_file() {
            return Some(relative.join("checkrail.yaml"));
        }
        if folder.join(".git").exists() {
            return None;
        }
        folder = folder.parent()?.to_owned();
        relative.push("..");
    }
}
