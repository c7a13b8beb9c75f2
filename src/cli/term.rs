//! The terminal: colours, width, messages.

use std::io::{IsTerminal, Write};

use crate::report::terminal::Style;

use super::args::Color;

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

/// The style for reports on standard output.
pub fn style(color: Color) -> Style {
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40);
    Style { color: use_color(color), width, quiet: false, verbose: false }
}
