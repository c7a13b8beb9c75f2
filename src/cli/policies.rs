//! `checkrail policy`.

use std::fmt::Write;

use camino::Utf8Path;

use crate::parse;
use crate::policy::{PolicyFile, packs};
use crate::report::words;
use crate::review::examples;

use super::error::CliError;
use super::output;
use super::settings::load_policy;

/// Checks a policy: that it can be read, and that the examples of its assertions do what they say.
pub fn check(name: &str) -> Result<u8, CliError> {
    let policy = load_policy(name, Utf8Path::new(""))?;
    let executed = parse::with_large_stack(|| examples::execute(&policy)).map_err(anyhow::Error::from)?;
    if !executed.wrong.is_empty() {
        return Err(CliError::Usage(executed.wrong.join("\n")));
    }
    let mut text =
        format!("{name}: valid, {} rules on, {} exceptions", policy.enabled(), policy.exceptions.len());
    let assertions = policy.assertions().count();
    if assertions > 0 {
        let examples = words::count(executed.examples, "example");
        let _ = write!(text, ", {}, {examples} executed", words::count(assertions, "assertion"));
    }
    text.push('\n');
    if !executed.without.is_empty() {
        let _ = writeln!(text, "without an example: {}", executed.without.join(", "));
    }
    output::print(&text)?;
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
