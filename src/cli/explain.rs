//! `checkrail explain`.

use crate::policy::did_you_mean;
use crate::report;
use crate::rules::{Rule, registry};

use super::args::{Cli, ExplainArgs};
use super::error::CliError;
use super::{output, term};

/// Prints a rule's documentation.
pub fn run(args: &ExplainArgs, cli: &Cli) -> Result<u8, CliError> {
    let rules = find(&args.name)?;
    let [rule] = rules.as_slice() else {
        output::print(&report::rule::several(&args.name, &rules))?;
        return Ok(0);
    };
    let marks = if term::use_color(cli.color) { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    output::print(&report::rule::explain(rule, marks))?;
    Ok(0)
}

/// The rule of this name, or those that do what another tool has under it.
fn find(name: &str) -> Result<Vec<&'static Rule>, CliError> {
    if let Some(rule) = registry::find(name) {
        return Ok(vec![rule]);
    }
    let known = registry::known_elsewhere_as(name);
    if known.is_empty() {
        let hint = did_you_mean(name, registry::all().map(|r| r.name));
        let end = if hint.is_empty() { "; " } else { " " };
        return Err(CliError::Usage(format!("unknown rule {name:?}{hint}{end}`checkrail rules` lists all")));
    }
    Ok(known)
}
