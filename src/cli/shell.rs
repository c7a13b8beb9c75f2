//! `checkrail completions` and `checkrail man`: what packages install beside the program, made from its arguments.

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Cli;
use super::error::CliError;
use super::{output, term};

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

const COMPLETIONS_HELP: &str = "\
Examples:
  checkrail completions bash > ~/.local/share/bash-completion/completions/checkrail
  checkrail completions zsh > ~/.zfunc/_checkrail
  checkrail completions fish > ~/.config/fish/completions/checkrail.fish";

/// Arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = MAN_HELP)]
pub struct ManArgs {
    /// Write a page for each command into this folder, instead of printing the first one.
    #[arg(long, value_name = "DIR")]
    pub out: Option<Utf8PathBuf>,
}

const MAN_HELP: &str = "\
Examples:
  checkrail man | man -l -
  checkrail man --out ~/.local/share/man/man1";

/// Prints completions for a shell.
pub fn completions(args: &CompletionsArgs) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "checkrail", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}

/// Prints the manual page, or writes those of all commands.
pub fn man(args: &ManArgs) -> Result<u8, CliError> {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = &args.out else {
        output::print(&page(&command)?)?;
        return Ok(0);
    };
    let mut pages = Vec::new();
    collect(&command, folder, &mut pages)?;
    std::fs::create_dir_all(folder).map_err(|error| CliError::Write { path: folder.to_string(), error })?;
    output::write_files(&pages)?;
    term::note(&format!("wrote {} pages into {folder}", pages.len()));
    Ok(0)
}

/// `checkrail.1`, `checkrail-review.1`, `checkrail-policy-check.1`, …
fn collect(
    command: &Command,
    folder: &Utf8Path,
    pages: &mut Vec<(Utf8PathBuf, String)>,
) -> Result<(), CliError> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    pages.push((folder.join(format!("{name}.1")), page(command)?));
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        collect(sub, folder, pages)?;
    }
    Ok(())
}

fn page(command: &Command) -> Result<String, CliError> {
    let mut page = Vec::new();
    // Without a date: the same program makes the same page.
    let source = format!("checkrail {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone())
        .date("")
        .source(source)
        .manual("checkrail")
        .render(&mut page)
        .map_err(anyhow::Error::from)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
