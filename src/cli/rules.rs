//! `checkrail rules`.

use std::fmt::Write;

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::rules::{Category, registry};

use super::args::{ListFormat, RulesArgs};
use super::error::CliError;
use super::output;

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    category: Category,
    severity: Severity,
    confidence: Confidence,
    summary: &'static str,
    dialects: Vec<&'static str>,
    also_known_as: Vec<String>,
    options: Vec<&'static str>,
}

/// Lists the rules.
pub fn run(args: &RulesArgs) -> Result<u8, CliError> {
    let rules: Vec<_> = registry::all().collect();
    let text = match args.format {
        ListFormat::Text => {
            let width = rules.iter().map(|r| r.name.len()).max().unwrap_or(0);
            let mut text = String::new();
            for rule in &rules {
                let _ =
                    writeln!(text, "{:width$}  {:7}  {}", rule.name, rule.severity.as_str(), rule.summary());
            }
            text
        }
        ListFormat::Json => {
            let entries: Vec<Entry> = rules
                .iter()
                .map(|rule| Entry {
                    name: rule.name,
                    category: rule.category,
                    severity: rule.severity,
                    confidence: rule.confidence,
                    summary: rule.summary(),
                    dialects: rule.dialects.iter().map(|d| d.as_str()).collect(),
                    also_known_as: rule.also_known_as.iter().map(|(t, n)| format!("{t}: {n}")).collect(),
                    options: rule.options.iter().map(|o| o.name).collect(),
                })
                .collect();
            serde_json::to_string_pretty(&entries).map_err(anyhow::Error::from)? + "\n"
        }
    };
    output::print(&text)?;
    Ok(0)
}
