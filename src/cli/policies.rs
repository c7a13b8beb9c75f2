//! `checkrail policy`.

use std::fmt::Write;

use camino::Utf8Path;

use crate::policy::{Policy, PolicyFile, packs};
use crate::source;

use super::error::CliError;
use super::output;

/// Checks a policy file.
pub fn check(path: &Utf8Path) -> Result<u8, CliError> {
    let text = source::read_text(path)?;
    let policy = Policy::parse_file(path, &text).map_err(|e| CliError::Usage(e.to_string()))?;
    let exceptions = policy.exceptions.len();
    output::print(&format!("{path}: valid, {} rules on, {exceptions} exceptions\n", policy.enabled()))?;
    Ok(0)
}

/// Lists the shipped packs.
pub fn list() -> Result<u8, CliError> {
    let mut text = String::new();
    for pack in packs() {
        let _ = writeln!(text, "{:16}  {}", pack.name, pack.description());
    }
    output::print(&text)?;
    Ok(0)
}

/// Prints the JSON Schema of policy files.
pub fn schema() -> Result<u8, CliError> {
    output::print(&PolicyFile::json_schema())?;
    Ok(0)
}
