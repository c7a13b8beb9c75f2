//! What each statement does: locks and work, by migration.

use std::fmt::Write;

use crate::review::model::{Migration, Report, Statement};

use super::wrap::indented;
use super::{Style, words};
use crate::report::visible::visible;

/// With more migrations than this the list is left to `--verbose`.
const MAX_MIGRATIONS: usize = 20;
/// The column of work begins here at the latest.
const MAX_LOCK_WIDTH: usize = 60;

/// Writes the list.
pub(super) fn write(report: &Report, style: Style, out: &mut String) {
    let shown = |s: &&Statement| style.verbose || words::is_notable(s);
    let listed: Vec<(&Migration, Vec<&Statement>)> = report
        .migrations
        .iter()
        .map(|m| (m, m.statements.iter().filter(shown).collect::<Vec<_>>()))
        .filter(|(_, statements)| !statements.is_empty())
        .collect();
    if listed.len() > MAX_MIGRATIONS && !style.verbose {
        let statements = listed.iter().map(|(_, s)| s.len()).sum();
        let statements = words::count(statements, "statement");
        let migrations = words::count(listed.len(), "migration");
        let line = format!("{statements} in {migrations} lock or change relations: -v lists them");
        let _ = writeln!(out, "{}", indented(&line, style.limit(), 2));
        return;
    }
    let (bold, plain) = if style.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    for (migration, statements) in listed {
        let path = visible(&migration.path);
        let reason = if style.verbose {
            format!(" ({})", visible(&migration.transaction_reason))
        } else {
            String::new()
        };
        let line = indented(&format!("{path}: {}{reason}", words::transaction(migration)), style.limit(), 2);
        let rest = line.strip_prefix(&path).unwrap_or(&line);
        let _ = writeln!(out, "{bold}{path}{plain}{rest}");
        table(&statements, style, out);
        out.push('\n');
    }
}

fn table(statements: &[&Statement], style: Style, out: &mut String) {
    let rows: Vec<(u32, &str, String, String)> = statements
        .iter()
        .map(|s| (s.line, s.kind.as_str(), lock(s), visible(&words::work(s).join("; "))))
        .collect();
    let lines = rows.iter().map(|r| r.0.to_string().len()).max().unwrap_or(0);
    let kinds = rows.iter().map(|r| r.1.len()).max().unwrap_or(0);
    let locks = rows.iter().map(|r| r.2.chars().count()).max().unwrap_or(0).min(MAX_LOCK_WIDTH);
    for ((line, kind, lock, work), statement) in rows.iter().zip(statements) {
        let row = format!("  {line:>lines$}  {kind:kinds$}  {lock:locks$}  {work}");
        let row = row.trim_end();
        if row.chars().count() <= style.limit() {
            let _ = writeln!(out, "{row}");
        } else {
            // Below each other where they do not fit side by side.
            let _ = writeln!(out, "  {line:>lines$}  {kind}");
            for part in [lock, work].into_iter().filter(|part| !part.is_empty()) {
                let _ = writeln!(out, "{:1$}{2}", "", lines + 4, indented(part, style.limit(), lines + 4));
            }
        }
        if style.verbose {
            details(statement, lines + 4, style, out);
        }
    }
}

fn lock(statement: &Statement) -> String {
    match words::strongest_lock(statement) {
        None => String::new(),
        Some((lock, 0)) => format!("{} on {}{}", lock.mode, visible(&lock.relation), words::size(lock)),
        Some((lock, more)) => {
            format!("{} on {}{} and {more} more", lock.mode, visible(&lock.relation), words::size(lock))
        }
    }
}

/// All locks, and what is not certain.
fn details(statement: &Statement, indent: usize, style: Style, out: &mut String) {
    let mut line = |text: &str| {
        let _ = writeln!(out, "{:indent$}  {}", "", indented(text, style.limit(), indent + 4));
    };
    let modes = statement.locks.iter().map(|l| l.mode.len()).max().unwrap_or(0);
    for lock in &statement.locks {
        let age = if lock.preexisting { "" } else { ", new" };
        let relation = visible(&lock.relation);
        line(&format!("{:modes$}  {relation} ({}{age}){}", lock.mode, lock.kind, words::size(lock)));
    }
    for error in &statement.possible_errors {
        line(&format!("may fail: {} ({})", visible(&error.message), error.sqlstate));
    }
    match (&statement.observed, &statement.not_run) {
        (Some(observed), _) => {
            let what = match (&observed.error, &observed.differences[..]) {
                (Some(error), _) => format!("refused: {} ({})", visible(&error.message), error.sqlstate),
                (None, []) => "as predicted".to_owned(),
                (None, differences) => visible(&differences.join("; ")),
            };
            line(&format!("observed: {what}"));
        }
        (None, Some(reason)) => line(&format!("not observed: {}", visible(reason))),
        (None, None) => {}
    }
    for reason in &statement.uncertain {
        line(&format!("not certain: {}", visible(reason)));
    }
}
