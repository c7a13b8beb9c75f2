//! `checkrail explain`.

use crate::policy::did_you_mean;
use crate::report;
use crate::rules::{Rule, registry};

use super::args::{Cli, ExplainArgs};
use super::error::CliError;
use super::{output, term};

/// Prints a rule's documentation.
pub fn run(args: &ExplainArgs, cli: &Cli) -> Result<u8, CliError> {
    let rule = find(&args.name)?;
    let marks = if term::use_color(cli.color) { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    output::print(&report::rule::explain(rule, marks))?;
    Ok(0)
}

/// A rule by its name, or by the name another tool has for it.
fn find(name: &str) -> Result<&'static Rule, CliError> {
    if let Some(rule) = registry::find(name) {
        return Ok(rule);
    }
    let known: Vec<_> = registry::all()
        .filter(|r| r.also_known_as.iter().any(|(_, n)| n.eq_ignore_ascii_case(name)))
        .collect();
    match known.as_slice() {
        [rule] => Ok(rule),
        [] => {
            let hint = did_you_mean(name, registry::all().map(|r| r.name));
            let end = if hint.is_empty() { "; " } else { " " };
            Err(CliError::Usage(format!("unknown rule {name:?}{hint}{end}`checkrail rules` lists all")))
        }
        many => {
            let names: Vec<_> = many.iter().map(|r| r.name).collect();
            Err(CliError::Usage(format!("{name:?} is covered by several rules: {}", names.join(", "))))
        }
    }
}
