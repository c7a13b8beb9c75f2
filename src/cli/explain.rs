//! `checkrail explain`.

use crate::policy::did_you_mean;
use crate::report;
use crate::rules::{Rule, registry};

use super::args::{Cli, ExplainArgs};
use super::error::CliError;
use super::{output, settings, term};

/// Prints the documentation of a rule, or what an assertion of the policy demands.
pub fn run(args: &ExplainArgs, cli: &Cli) -> Result<u8, CliError> {
    let marks = if term::use_color(cli.color) { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let text = match find(&args.name).as_slice() {
        [rule] => report::rule::explain(rule, marks),
        [] => assertion(args, cli, marks)?,
        several => report::rule::several(&args.name, several),
    };
    output::print(&text)?;
    Ok(0)
}

/// The rule of this name, or those that do what another tool has under it.
fn find(name: &str) -> Vec<&'static Rule> {
    match registry::find(name) {
        Some(rule) => vec![rule],
        None => registry::known_elsewhere_as(name),
    }
}

fn assertion(args: &ExplainArgs, cli: &Cli, marks: (&str, &str)) -> Result<String, CliError> {
    let policy = settings::policy(args.policy.as_deref(), cli)?;
    if let Some(asserted) = policy.assertion(&args.name) {
        return Ok(report::assertion::explain(&asserted.assertion, marks));
    }
    let hint = did_you_mean(&args.name, policy.names());
    let end = if hint.is_empty() { "; " } else { " " };
    Err(CliError::Usage(format!("unknown rule {:?}{hint}{end}`checkrail rules` lists all", args.name)))
}
