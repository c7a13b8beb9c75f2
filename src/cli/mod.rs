//! The command line: arguments, the terminal, one file for each command, exit codes.
//!
//! In: the process's arguments and environment. Out: text on standard output and in files, messages on standard
//! error, an exit code. The only module that prints, and the only one that writes files; it decides nothing about
//! SQL.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge of the program: it reads the environment, writes outputs and knows today's date"
)]

mod args;
mod base;
mod baseline;
mod crash;
mod database;
mod diff;
mod error;
mod explain;
mod index;
mod init;
mod output;
mod pending;
mod policies;
mod review;
mod rewrite;
mod rollback;
mod rollbacks;
mod rules;
mod schema;
mod settings;
mod shadow;
mod shell;
mod snapshot;
mod state;
mod term;
mod verify;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use camino::Utf8Path;
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use self::args::{Cli, Command, PolicyCommand};
use self::error::CliError;

/// Runs the program and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    crash::install();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version to stdout with code 0, usage errors to stderr with code 2.
            let code = error.exit_code();
            let _ = error.print();
            if let Some(hint) = forgotten_command(&error) {
                term::hint(&hint);
            }
            return ExitCode::from(u8::try_from(code).unwrap_or(error::USAGE));
        }
    };
    // The hook has told the user of a panic; what is left is the exit code.
    let result = catch_unwind(AssertUnwindSafe(|| run(&cli))).unwrap_or(Err(CliError::Panicked));
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            match &error {
                CliError::Panicked => {}
                CliError::Internal(cause) => term::error(&crash::report(&format!("{cause:#}"), None)),
                error => term::error(&error.to_string()),
            }
            ExitCode::from(error.code())
        }
    }
}

fn run(cli: &Cli) -> Result<u8, CliError> {
    match &cli.command {
        Command::Review(args) => review::run(args, cli),
        Command::Diff(args) => diff::run(args, cli),
        Command::Snapshot(args) => snapshot::run(args),
        Command::Schema(command) => schema::run(command),
        Command::Verify(args) => verify::run(args, cli),
        Command::Rollback(args) => rollback::run(args, cli),
        Command::Rewrite(args) => rewrite::run(args, cli),
        Command::Init(args) => init::run(args),
        Command::Index(args) => index::run(args),
        Command::Rules(args) => rules::run(args, cli),
        Command::Explain(args) => explain::run(args, cli),
        Command::Policy(PolicyCommand::Check { policy }) => policies::check(policy),
        Command::Policy(PolicyCommand::List) => policies::list(),
        Command::Policy(PolicyCommand::Schema) => policies::schema(),
        Command::Shadow(command) => shadow::run(command),
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => shell::man(args),
    }
}

/// `checkrail migrations/`: the command is missing.
fn forgotten_command(error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let is_input = word.contains(['/', '.']) || Utf8Path::new(word).exists();
    is_input.then(|| format!("to review it: checkrail review {word}"))
}
