//! The command line: arguments, the terminal, one file for each command, exit codes.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge of the program: it reads the environment, writes outputs and knows today's date"
)]

mod args;
mod error;
mod explain;
mod output;
mod policies;
mod review;
mod rules;
mod settings;
mod term;

use std::process::ExitCode;

use clap::Parser;

use self::args::{Cli, Command, PolicyCommand};
use self::error::CliError;

/// Runs the program and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version to stdout with code 0, usage errors to stderr with code 2.
            let code = error.exit_code();
            let _ = error.print();
            return ExitCode::from(u8::try_from(code).unwrap_or(2));
        }
    };
    match run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            term::error(&error.to_string());
            ExitCode::from(error.code())
        }
    }
}

fn run(cli: &Cli) -> Result<u8, CliError> {
    match &cli.command {
        Command::Review(args) => review::run(args, cli),
        Command::Rules(args) => rules::run(args),
        Command::Explain(args) => explain::run(args, cli),
        Command::Policy(PolicyCommand::Check { path }) => policies::check(path),
        Command::Policy(PolicyCommand::List) => policies::list(),
        Command::Policy(PolicyCommand::Schema) => policies::schema(),
    }
}
