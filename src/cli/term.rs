//! The terminal: colours, width, messages.

use std::io::{IsTerminal, Write};

use crate::report::terminal::Style;

use super::args::Color;

/// Narrower terminals are drawn for as if they had this width.
const MIN_WIDTH: usize = 40;

/// Prints an error for the user.
pub fn error(message: &str) {
    let mut out = anstream::stderr();
    let _ = writeln!(out, "checkrail: error: {message}");
}

/// Prints a warning for the user.
pub fn warn(message: &str) {
    let mut out = anstream::stderr();
    let _ = writeln!(out, "checkrail: warning: {message}");
}

/// Prints what the user should know and need not act on.
pub fn note(message: &str) {
    let mut out = anstream::stderr();
    let _ = writeln!(out, "checkrail: note: {message}");
}

/// Prints what the user may want to do next.
pub fn hint(message: &str) {
    let mut out = anstream::stderr();
    let _ = writeln!(out, "checkrail: hint: {message}");
}

/// Whether standard output is a terminal.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether to use colours for standard output: the option, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE,
/// then whether it is a terminal.
pub fn use_color(color: Color) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) => false,
        Color::Auto => set("FORCE_COLOR") || set("CLICOLOR_FORCE") || stdout_is_terminal(),
    }
}

/// The style for reports on standard output. Prose is broken into lines on a terminal only: programs look for whole
/// sentences.
pub fn style(color: Color) -> Style {
    let terminal = stdout_is_terminal();
    let told = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = told.or_else(|| asked().filter(|_| terminal)).map(|width: usize| width.max(MIN_WIDTH));
    Style { color: use_color(color), width, fold: terminal, ..Style::default() }
}
