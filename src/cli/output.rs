//! Writing results: to standard output, or to files that are whole or not there at all.

use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use crate::report::Format;

use super::error::CliError;

/// One `--format`.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// The file; standard output without.
    pub path: Option<Utf8PathBuf>,
}

/// Reads `--format` arguments; without any, the terminal's format.
///
/// # Errors
/// An unknown format, an empty file name, two formats for one place.
pub fn targets(formats: &[String]) -> Result<Vec<Target>, CliError> {
    if formats.is_empty() {
        return Ok(vec![Target { format: Format::Terminal, path: None }]);
    }
    let mut targets: Vec<Target> = Vec::new();
    for text in formats {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => {
                return Err(CliError::Usage(format!("--format {text}: the file name after = is empty")));
            }
            Some((name, path)) => (name, Some(Utf8PathBuf::from(path))),
            None => (text.as_str(), None),
        };
        let format: Format = name.parse().map_err(CliError::Usage)?;
        if targets.iter().any(|t| t.path == path) {
            let place = path.map_or("standard output".to_owned(), |p| p.to_string());
            return Err(CliError::Usage(format!(
                "two formats for {place}: give one of them a file, as {name}=FILE"
            )));
        }
        targets.push(Target { format, path });
    }
    Ok(targets)
}

/// Writes text to standard output.
///
/// # Errors
/// When it cannot be written.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| CliError::Write { path: "standard output".to_owned(), error })
}

/// Writes a file: first beside its place, then renamed into it.
///
/// # Errors
/// When it cannot be written; nothing is left half-written.
pub fn write_file(path: &Utf8Path, text: &str) -> Result<(), CliError> {
    let fail = |error| CliError::Write { path: path.to_string(), error };
    let name = path.file_name().unwrap_or("output");
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let result = std::fs::write(&temporary, text).and_then(|()| std::fs::rename(&temporary, path));
    if result.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    result.map_err(fail)
}

/// Makes a folder and its parents.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(path: &Utf8Path) -> Result<(), CliError> {
    std::fs::create_dir_all(path).map_err(|error| CliError::Write { path: path.to_string(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        let list = |items: &[&str]| targets(&items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&[]).expect("default")[0].format, Format::Terminal);
        assert_eq!(list(&["json=a.json", "terminal"]).expect("two").len(), 2);
        assert!(list(&["json", "markdown"]).is_err());
        assert!(list(&["json="]).is_err());
        assert!(list(&["jsn"]).is_err());
    }
}
