//! `checkrail explain`.

use std::fmt::Write;

use crate::policy::did_you_mean;
use crate::rules::{OptionValue, Rule, registry};

use super::args::{Cli, ExplainArgs};
use super::error::CliError;
use super::{output, term};

/// Prints a rule's documentation.
pub fn run(args: &ExplainArgs, cli: &Cli) -> Result<u8, CliError> {
    let rule = find(&args.name)?;
    let (bold, plain) = if term::use_color(cli.color) { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let mut text = format!("{bold}{}{plain} ({}, {:?})\n\n", rule.name, rule.severity, rule.category);
    for line in rule.docs.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match line.strip_prefix("## ") {
            Some(title) => {
                let _ = writeln!(text, "{bold}{title}{plain}");
            }
            // The word after ```sql tells the tests what a block is for; readers see plain fences.
            None if line.starts_with("```sql") => text.push_str("```sql\n"),
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    if !rule.options.is_empty() {
        let _ = writeln!(text, "\n{bold}Options{plain}");
        for option in rule.options {
            let default = match option.default {
                OptionValue::Int(v) => v.to_string(),
                OptionValue::Bool(v) => v.to_string(),
                OptionValue::List(v) => format!("[{}]", v.join(", ")),
            };
            let _ = writeln!(text, "- {} (default {default}): {}", option.name, option.meaning);
        }
    }
    if !rule.also_known_as.is_empty() {
        let names: Vec<String> = rule.also_known_as.iter().map(|(t, n)| format!("{t} {n}")).collect();
        let _ = writeln!(text, "\nElsewhere: {}", names.join(", "));
    }
    output::print(&text)?;
    Ok(0)
}

fn find(name: &str) -> Result<&'static Rule, CliError> {
    if let Some(rule) = registry::find(name) {
        return Ok(rule);
    }
    let known: Vec<_> = registry::all().filter(|r| r.also_known_as.iter().any(|(_, n)| *n == name)).collect();
    match known.as_slice() {
        [rule] => Ok(rule),
        [] => {
            let hint = did_you_mean(name, registry::all().map(|r| r.name));
            Err(CliError::Usage(format!("unknown rule {name:?}{hint}; `checkrail rules` lists them")))
        }
        many => {
            let names: Vec<_> = many.iter().map(|r| r.name).collect();
            Err(CliError::Usage(format!("{name:?} is covered by several rules: {}", names.join(", "))))
        }
    }
}
