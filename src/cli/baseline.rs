//! `--baseline`: the file of known findings, read before a review and written after it.

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use crate::config::ConfigFile;
use crate::engine::baseline::{Baseline, Entry};
use crate::report::Base;
use crate::source::{self, Selection};
use crate::text::SourceMap;

use super::error::CliError;
use super::settings::Settings;
use super::{output, term};

/// Known findings.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Verdict")]
pub struct BaselineArgs {
    /// Silence the findings that this file lists; those that it lists and are gone are findings.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<Utf8PathBuf>,
    /// Write the file anew, with all that is found now.
    #[arg(long)]
    pub write_baseline: bool,
}

/// The baseline that a review is to use.
#[derive(Clone, Debug)]
pub struct Asked {
    path: Utf8PathBuf,
    write: bool,
}

/// What the command line asks for, else the configuration, whose paths are relative to `folder`.
///
/// # Errors
/// When a baseline is to be written, and none is named.
pub fn asked(args: &BaselineArgs, config: &ConfigFile, folder: &Utf8Path) -> Result<Option<Asked>, CliError> {
    let named = config.baseline.as_ref().map(|path| folder.join(path));
    match args.baseline.clone().or(named) {
        Some(path) => Ok(Some(Asked { path, write: args.write_baseline })),
        None if args.write_baseline => Err(CliError::Usage(
            "--write-baseline: no file is named: give --baseline FILE, or set `baseline` in checkrail.yaml"
                .to_owned(),
        )),
        None => Ok(None),
    }
}

/// Reads the baseline for a review of these files.
///
/// # Errors
/// A file that is not there or is no baseline.
pub fn read(asked: &Asked, settings: &Settings, sources: &SourceMap) -> Result<Baseline, CliError> {
    let origin = asked.path.to_string();
    let entries = if asked.write && !asked.path.exists() {
        Vec::new()
    } else {
        let text = source::read_text(&asked.path)
            .map_err(|e| CliError::Usage(format!("{e}; --write-baseline writes it")))?;
        Baseline::parse(&origin, &text).map_err(|e| CliError::Usage(e.to_string()))?
    };
    let base = output::base();
    let revisions: Vec<&str> = settings.sources.iter().filter_map(|src| revision(src)).collect();
    let path = |shown: &str| in_repository(shown, &revisions, &base);
    let paths = sources.iter().map(|(id, file)| (id, path(file.path.as_str()))).collect();
    let root = output::repository().map_or_else(Utf8PathBuf::new, |(root, _)| root);
    let named = entries.iter().map(|(entry, _): &(Entry, usize)| entry.path.clone());
    Ok(Baseline {
        origin,
        elsewhere: named.filter(|path| root.join(path).is_file()).collect(),
        entries,
        paths,
        whole: matches!(settings.selection, Selection::All) && !settings.pending && !settings.names_files(),
        adopt: asked.write,
    })
}

/// The file to write, if it is to be written and is not what it was.
pub fn renewed(asked: &Asked, entries: &[Entry]) -> Option<(Utf8PathBuf, String)> {
    if !asked.write {
        return None;
    }
    let text = Baseline::print(entries);
    let before = source::read_text(&asked.path).ok();
    let known: Vec<Entry> = before
        .as_deref()
        .and_then(|text| Baseline::parse("", text).ok())
        .map_or_else(Vec::new, |known| known.into_iter().map(|(entry, _)| entry).collect());
    let added = entries.iter().filter(|entry| !known.contains(entry)).count();
    let gone = known.iter().filter(|entry| !entries.contains(entry)).count();
    let count = match entries.len() {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    if before.as_deref() == Some(text.as_str()) {
        term::note(&format!("{} is up to date: {count}", asked.path));
        return None;
    }
    term::note(&format!("wrote {}: {count}, {added} added, {gone} removed", asked.path));
    Some((asked.path.clone(), text))
}

/// `main` of `git:main:migrations`.
fn revision(src: &str) -> Option<&str> {
    src.strip_prefix("git:")?.split_once(':').map(|(rev, _)| rev)
}

/// A path of the review as one from the root of the repository, whatever revision it was read from.
fn in_repository(shown: &str, revisions: &[&str], base: &Base) -> String {
    let inside = revisions.iter().find_map(|rev| shown.strip_prefix(rev)?.strip_prefix(':'));
    inside.map_or_else(|| base.path(shown), str::to_owned)
}
