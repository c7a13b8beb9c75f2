//! Writing results: to standard output, or to files that are whole or not there at all.
//!
//! In: `--format` arguments and finished texts. Out: bytes in their places. Nothing is rendered here.

use std::borrow::Cow;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::str::FromStr;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::report::terminal::Style;
use crate::report::{Base, Format, Options};

use super::error::CliError;
use super::term;

/// GitHub's limit for the page of a step.
const STEP_SUMMARY_MAX: usize = 1 << 20;

/// One `--format`.
#[derive(Clone, Debug, PartialEq)]
pub struct Target<F> {
    /// The format.
    pub format: F,
    /// The file; standard output without.
    pub path: Option<Utf8PathBuf>,
}

/// Reads `--format` arguments; without any, the usual one for standard output.
///
/// # Errors
/// An unknown format, an empty file name, two formats for one place.
pub fn targets<F: FromStr<Err = String>>(formats: &[String], usual: F) -> Result<Vec<Target<F>>, CliError> {
    if formats.is_empty() {
        return Ok(vec![Target { format: usual, path: None }]);
    }
    let mut targets: Vec<Target<F>> = Vec::new();
    for text in formats {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => {
                return Err(CliError::Usage(format!("--format {text}: the file name after = is empty")));
            }
            Some((name, path)) => (name, Some(Utf8PathBuf::from(path))),
            None => (text.as_str(), step_summary().filter(|_| text == Format::GithubSummary.as_str())),
        };
        let format: F = name.parse().map_err(CliError::Usage)?;
        if targets.iter().any(|t| same_place(t.path.as_deref(), path.as_deref())) {
            let message = match path {
                Some(path) => format!("two formats for {path}: give each a file of its own"),
                None => format!("two formats for standard output: give one of them a file, as {name}=FILE"),
            };
            return Err(CliError::Usage(message));
        }
        targets.push(Target { format, path });
    }
    Ok(targets)
}

/// Renders what goes to standard output, and what goes to files, which have no colours and no width.
pub fn render<F: Copy>(
    targets: &[Target<F>],
    options: &Options,
    render: impl Fn(F, &Options) -> String,
) -> (String, Vec<(Utf8PathBuf, String)>) {
    let style = Style { quiet: options.style.quiet, verbose: options.style.verbose, ..Style::default() };
    let plain = Options { style, ..options.clone() };
    let mut printed = String::new();
    let mut files = Vec::new();
    for target in targets {
        match &target.path {
            None => printed = render(target.format, options),
            Some(path) => files.push((path.clone(), render(target.format, &plain))),
        }
    }
    (printed, files)
}

/// The repository around the working directory; paths stay as they are where there is none.
pub fn base() -> Base {
    repository().map_or_else(Base::default, |(root, working)| Base::new(&root, &working))
}

/// The root of the repository around the working directory, and the working directory.
pub fn repository() -> Option<(Utf8PathBuf, Utf8PathBuf)> {
    let working = Utf8PathBuf::from_path_buf(std::env::current_dir().ok()?).ok()?;
    let root = working.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
    Some((root, working))
}

/// The file that GitHub Actions shows as the page of a step. It is added to, never replaced.
fn step_summary() -> Option<Utf8PathBuf> {
    std::env::var("GITHUB_STEP_SUMMARY").ok().filter(|path| !path.is_empty()).map(Utf8PathBuf::from)
}

/// Whether two outputs are one file, however it is written.
fn same_place(a: Option<&Utf8Path>, b: Option<&Utf8Path>) -> bool {
    let parts = |path: &Utf8Path| {
        let parts = path.components().filter(|part| *part != Utf8Component::CurDir);
        parts.map(|part| part.to_string()).collect::<Vec<_>>()
    };
    a.map(parts) == b.map(parts)
}

/// Writes text to standard output. A reader that went away (`| head`) is no error: the run goes on to its own
/// exit code.
///
/// # Errors
/// When it cannot be written.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CliError::Write { path: "standard output".to_owned(), error })
        }
        _ => Ok(()),
    }
}

/// Makes a folder, and those above it, unless it is there.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(path: &Utf8Path) -> Result<(), CliError> {
    fs::create_dir_all(path).map_err(|error| CliError::Write { path: path.to_string(), error })
}

/// Whether a folder has nothing in it.
pub fn is_empty(path: &Utf8Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// Writes files: each is first written beside its place; when all of them could be, they are renamed.
///
/// # Errors
/// When one cannot be written; then none is left behind, in whole or in part.
pub fn write_files(files: &[(Utf8PathBuf, String)]) -> Result<(), CliError> {
    let mut staged = Vec::with_capacity(files.len());
    for (path, text) in files {
        match Staged::new(path, text) {
            Ok(file) => staged.push(file),
            Err(error) => return Err(CliError::Write { path: path.to_string(), error }),
        }
    }
    for file in &mut staged {
        file.commit().map_err(|error| CliError::Write { path: file.place.to_string(), error })?;
    }
    Ok(())
}

/// A file on its way to its place; dropped before that, it leaves nothing.
struct Staged<'a> {
    place: Utf8PathBuf,
    temporary: Option<Utf8PathBuf>,
    text: Cow<'a, str>,
}

impl<'a> Staged<'a> {
    fn new(path: &Utf8Path, text: &'a str) -> io::Result<Self> {
        let existing = path.metadata().ok();
        let mut text = Cow::Borrowed(text);
        if existing.as_ref().is_some_and(fs::Metadata::is_file)
            && same_place(step_summary().as_deref(), Some(path))
        {
            let before = fs::read_to_string(path)?;
            if !before.is_empty() {
                text = Cow::Owned(format!("{}\n\n{text}", before.trim_end()));
            }
            if text.len() > STEP_SUMMARY_MAX {
                term::warn(&format!("{path} is over 1 MiB now, and GitHub will not show it"));
            }
        }
        // `/dev/null`, a pipe: nothing to keep whole, and never to be replaced by a file.
        if existing.as_ref().is_some_and(|m| !m.is_file() && !m.is_dir()) {
            return Ok(Self { place: path.to_owned(), temporary: None, text });
        }
        if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(ErrorKind::IsADirectory.into());
        }
        // Behind a link, the file it points to is replaced and not the link.
        let place = if existing.is_some() { path.canonicalize_utf8()? } else { path.to_owned() };
        let name = place.file_name().ok_or(ErrorKind::IsADirectory)?;
        let temporary = place.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let mut file = fs::File::create_new(&temporary)?;
        let staged = Self { place, temporary: Some(temporary), text };
        file.write_all(staged.text.as_bytes())?;
        if let Some(existing) = existing {
            file.set_permissions(existing.permissions())?;
        }
        Ok(staged)
    }

    fn commit(&mut self) -> io::Result<()> {
        match &self.temporary {
            Some(temporary) => fs::rename(temporary, &self.place)?,
            None => fs::OpenOptions::new().write(true).open(&self.place)?.write_all(self.text.as_bytes())?,
        }
        self.temporary = None;
        Ok(())
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        let list = |items: &[&str]| {
            targets(&items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(), Format::Terminal)
        };
        assert_eq!(list(&[]).expect("default")[0].format, Format::Terminal);
        assert_eq!(list(&["json=a.json", "terminal"]).expect("two").len(), 2);
        assert!(list(&["json", "markdown"]).is_err());
        assert!(list(&["json=a", "markdown=./a"]).is_err());
        assert!(list(&["json="]).is_err());
        assert!(list(&["jsn"]).is_err());
    }
}
