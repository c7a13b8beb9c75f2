//! Sentences that several formats share.

use crate::review::model::{Report, Statement, Verdict};

/// `1 error`, `2 errors`.
pub(super) fn count(n: usize, noun: &str) -> String {
    let plural = if n == 1 || noun == "advice" {
        noun.to_owned()
    } else if let Some(stem) = noun.strip_suffix('y') {
        format!("{stem}ies")
    } else {
        format!("{noun}s")
    };
    format!("{n} {plural}")
}

/// The verdict in a few words.
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "pass with warnings",
        Verdict::Block => "blocked",
    }
}

/// Errors, warnings, advice in one phrase.
pub(super) fn findings(report: &Report) -> String {
    let s = &report.summary;
    format!("{}, {}, {}", count(s.errors, "error"), count(s.warnings, "warning"), count(s.advice, "advice"))
}

/// How much was read.
pub(super) fn coverage(report: &Report) -> String {
    let s = &report.summary;
    let mut text = format!(
        "{} in {}, {} analysed",
        count(s.statements, "statement"),
        count(s.migrations, "migration"),
        s.analysed
    );
    if s.not_analysed > 0 {
        text.push_str(&format!(", {} not analysed", s.not_analysed));
    }
    if s.silenced > 0 {
        text.push_str(&format!(", {} silenced", count(s.silenced, "finding")));
    }
    if s.history > 0 {
        text.push_str(&format!(", {} replayed before", count(s.history, "migration")));
    }
    text
}

/// The strongest lock on a relation that existed before, with the number of further relations.
pub(super) fn strongest_lock(statement: &Statement) -> Option<(&'static str, &str, usize)> {
    const ORDER: [&str; 8] = [
        "ACCESS SHARE",
        "ROW SHARE",
        "ROW EXCLUSIVE",
        "SHARE UPDATE EXCLUSIVE",
        "SHARE",
        "SHARE ROW EXCLUSIVE",
        "EXCLUSIVE",
        "ACCESS EXCLUSIVE",
    ];
    let rank = |mode: &str| ORDER.iter().position(|m| *m == mode).unwrap_or(0);
    let locks: Vec<_> = statement.locks.iter().filter(|l| l.preexisting).collect();
    // Of equally strong locks the table's own comes first, then those on its indexes and sequences.
    let strongest = locks.iter().rev().max_by_key(|l| (rank(l.mode), l.kind.ends_with("table")))?;
    Some((strongest.mode, &strongest.relation, locks.len() - 1))
}

/// What a statement does besides locking: rewrites, scans, losses.
pub(super) fn work(statement: &Statement) -> String {
    let mut parts = Vec::new();
    if !statement.rewrites.is_empty() {
        parts.push(format!("rewrites {}", statement.rewrites.join(", ")));
    }
    let scans: Vec<_> = statement.scans.iter().filter(|s| !statement.rewrites.contains(s)).cloned().collect();
    if !scans.is_empty() {
        parts.push(format!("scans {}", scans.join(", ")));
    }
    if !statement.data_loss.is_empty() {
        parts.push(format!("loses {}", statement.data_loss.join(", ")));
    }
    if let Some(error) = &statement.certain_error {
        parts.push(format!("fails: {}", error.message));
    }
    if !statement.analysed {
        parts.push("not analysed".to_owned());
    }
    parts.join("; ")
}
