//! `checkrail rollback`: the way back of migrations, printed or written where the migration tool looks for it.
//!
//! In: migrations, as for `review`. Out: scripts on standard output, beside the migrations, or in a folder. What a
//! person wrote is never overwritten without being told to.

mod args;
mod place;

use camino::{Utf8Path, Utf8PathBuf};

use crate::finding::Severity;
use crate::parse;
use crate::remedy::rollback::Reversibility;
use crate::report::words;
use crate::review::model::{Finding, Rollback};
use crate::review::{Report, Review};
use crate::rules::reversibility::rollback_not_proven;
use crate::source::MigrationSet;

use super::args::Cli;
use super::error::{CliError, FINDINGS};
use super::rollbacks;
use super::settings::Settings;
use super::{output, review, term};

pub use self::args::RollbackArgs;
use self::place::Place;

/// Prints or writes ways back.
pub fn run(args: &RollbackArgs, cli: &Cli) -> Result<u8, CliError> {
    let settings = Settings::merge(&args.as_review(), cli)?;
    let (review, set) = parse::with_large_stack(|| review::make(&settings, true))??;
    let report = &review.report;
    if report.rollback.is_empty() {
        term::note("nothing to undo: the migrations change nothing that lasts");
        return Ok(0);
    }
    let mut files: Vec<(Utf8PathBuf, String)> = Vec::new();
    if args.write {
        files.extend(beside(args, &review, &set)?);
    }
    if let Some(folder) = &args.out {
        files.extend(in_folder(args, report, folder)?);
    }
    if args.write || args.out.is_some() {
        if let Some(folder) = &args.out {
            rollbacks::prepare(folder, &files)?;
        }
        output::write_files(&files)?;
        files.iter().for_each(|(path, _)| term::note(&format!("wrote {path}")));
        report.rollback.iter().for_each(told);
    } else {
        output::print(&printed(report))?;
    }
    Ok(exit_code(report))
}

/// Findings and losses of a script that went to a file.
fn told(rollback: &Rollback) {
    if rollback.proof.is_some() {
        term::note(&format!("{}: {}", rollback.path, words::proof(rollback)));
    }
    for finding in &rollback.findings {
        term::note(&format!("{}: {}", rollback.path, line(finding)));
    }
    if rollback.class == Reversibility::Irreversible {
        term::warn(&format!("{} cannot be undone in full: its script says what stays", rollback.path));
    }
}

/// The scripts beside their migrations, or in the migrations' own files where the tool keeps both in one.
fn beside(
    args: &RollbackArgs,
    review: &Review,
    set: &MigrationSet,
) -> Result<Vec<(Utf8PathBuf, String)>, CliError> {
    let mut files: Vec<(Utf8PathBuf, String)> = Vec::new();
    for rollback in &review.report.rollback {
        let mut of_file =
            set.migrations.iter().filter(|m| review.sources.path(m.up).as_str() == rollback.path);
        let (Some(migration), None) = (of_file.next(), of_file.next()) else {
            return Err(CliError::Usage(format!(
                "--write: {} holds several migrations, or is no file of a folder: use --out DIR",
                rollback.path
            )));
        };
        let place = Place::of(set.layout, migration, &review.sources)
            .map_err(|reason| CliError::Usage(format!("--write: {}: {reason}", rollback.path)))?;
        if place.is_taken(&rollback.sql) && !args.force {
            term::note(&format!("{} has a way back already: --force replaces it", rollback.path));
            continue;
        }
        let (path, text) = place.filled(rollback);
        files.push((path, text));
    }
    Ok(files)
}

/// The scripts and those that keep data, in a folder.
fn in_folder(
    args: &RollbackArgs,
    report: &Report,
    folder: &Utf8Path,
) -> Result<Vec<(Utf8PathBuf, String)>, CliError> {
    let mut files = rollbacks::named(report, folder, args.force, "--out")?;
    for rollback in &report.rollback {
        let Some(keep) = &rollback.keep else { continue };
        let names = |more: &str| place::keep_names(&report.layout, &rollback.path, more);
        let (before, after) = names("");
        let mut scripts = vec![(before, &keep.before), (after, &keep.after)];
        if let Some(keep) = &keep.in_place {
            let (before, after) = names("-in-place");
            scripts.extend([(before, &keep.before), (after, &keep.after)]);
        }
        for (name, text) in scripts {
            let path = folder.join(name);
            rollbacks::refuse(&path, text, args.force, "--out")?;
            files.push((path, text.clone()));
        }
    }
    Ok(files)
}

/// Everything as SQL text, in the order in which it would run: the last migration first.
fn printed(report: &Report) -> String {
    let mut out = String::new();
    for rollback in report.rollback.iter().rev() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&comment(&format!("way back of {}", rollback.path)));
        out.push_str(&comment(&words::proof(rollback)));
        for finding in &rollback.findings {
            out.push_str(&comment(&line(finding)));
        }
        if let Some(keep) = &rollback.keep {
            out.push_str(&comment("to lose nothing (--out DIR writes these as files):"));
            for text in [&keep.before, &keep.after] {
                for line in text.lines() {
                    out.push_str(&comment(&format!("  {}", line.trim_start_matches("-- "))));
                }
            }
        }
        out.push_str(&rollback.sql);
    }
    out
}

/// A finding in a script, as one line.
fn line(finding: &Finding) -> String {
    let Finding { severity, rule, line, message, .. } = finding;
    format!("{severity}[{rule}] line {line}: {message}")
}

/// A comment of exactly one line, whatever the text holds.
fn comment(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    format!("-- {text}\n")
}

/// 1 when something cannot be undone, or a script would fail.
fn exit_code(report: &Report) -> u8 {
    let contradicted = report.findings.iter().filter(|f| f.rule == rollback_not_proven::RULE.name);
    if contradicted.filter(|f| f.severity == Severity::Error).count() > 0 {
        return FINDINGS;
    }
    let bad = report.rollback.iter().any(|rollback| {
        rollback.class == Reversibility::Irreversible
            || rollback
                .findings
                .iter()
                .any(|f| f.severity == Severity::Error && f.rule == "failing-statement")
    });
    if bad { FINDINGS } else { 0 }
}
