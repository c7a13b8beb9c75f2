//! Sentences that several formats share.

use std::fmt::Write;
use std::time::Duration;

use crate::finding::work::size_text;
use crate::ir::data::LockMode;
use crate::plan::TransactionMode;
use crate::remedy::rollback::Reversibility;
use crate::review::model::{
    Database, DownVerdict, Finding, Lock, Migration, Proof, Report, Rollback, Size, Statement, Verdict,
    Verification,
};

/// `1 error`, `2 errors`.
#[must_use]
pub fn count(n: usize, noun: &str) -> String {
    let plural = if n == 1 || noun == "advice" {
        noun.to_owned()
    } else if let Some(stem) = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
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
    let counts = [(s.errors, "error"), (s.warnings, "warning"), (s.advice, "advice")];
    let parts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(*n, noun)).collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// How much was read.
pub(super) fn coverage(report: &Report) -> String {
    let s = &report.summary;
    let migrations = count(s.migrations, "migration");
    let mut text = match (s.statements, s.not_analysed) {
        (0, _) => format!("no statement in {migrations}"),
        (1, 0) => format!("the only statement in {migrations} analysed"),
        (n, 0) => format!("all {n} statements in {migrations} analysed"),
        (n, unread) => format!("{} of {n} statements in {migrations} analysed, {unread} not", s.analysed),
    };
    if s.silenced > 0 {
        text = format!("{text}; {}", silenced(report));
    }
    if s.history > 0 {
        text = format!("{text}; {} replayed", count(s.history, "earlier migration"));
    }
    if let Some(run) = &report.verification {
        text = format!("{text}; {}", observed(run));
    }
    text
}

/// `3 findings silenced, 2 of them by the baseline`.
pub(super) fn silenced(report: &Report) -> String {
    let s = &report.summary;
    let all = format!("{} silenced", count(s.silenced, "finding"));
    match s.in_baseline {
        0 => all,
        n if n == s.silenced => format!("{all} by the baseline"),
        n => format!("{all}, {n} of them by the baseline"),
    }
}

/// What a server has confirmed.
fn observed(run: &Verification) -> String {
    let total = run.observed + run.not_run;
    let many = if run.not_run == 0 { "all".to_owned() } else { format!("{} of {total}", run.observed) };
    let all = run.agreement;
    let tallies =
        [all.locks, all.rewrites, all.scans, all.index_builds, all.relations, all.errors, all.catalog];
    let agrees = run.refused == 0 && tallies.iter().all(|t| t.compared == t.equal);
    let asked = match run.asked_version {
        Some(asked) => format!(" and not {asked} as wanted"),
        None => String::new(),
    };
    format!(
        "{many} observed on PostgreSQL {}{asked}{}",
        run.server,
        if agrees { " as predicted" } else { "" }
    )
}

/// `12 ms`, `1.4 s`, `3 min 5 s`.
pub(super) fn duration(took: Duration) -> String {
    match took.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        ms @ 1000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        ms => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// What the review is about: server, layout, policy.
pub(super) fn subject(report: &Report) -> String {
    let policy = report.policy.strip_prefix("pack:").unwrap_or(&report.policy);
    let version = report.server_version.map_or_else(String::new, |version| format!(" {version}"));
    format!("{}{version}, layout {}, policy {policy}", report.dialect, report.layout)
}

/// Whether a finding is about no text: one about an entry of the policy, or about what is missing.
pub(super) fn is_placeless(finding: &Finding) -> bool {
    (finding.line, finding.column) == (finding.end_line, finding.end_column)
}

/// The file's name; where that says nothing (`up.sql`), with its folder.
pub(super) fn short_path(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let tail = match name {
        "up.sql" | "down.sql" | "migration.sql" => {
            path.rsplitn(3, '/').take(2).map(|part| part.len() + 1).sum::<usize>() - 1
        }
        _ => name.len(),
    };
    path.get(path.len() - tail..).unwrap_or(path)
}

/// How a migration's statements are grouped.
pub(super) const fn transaction(migration: &Migration) -> &'static str {
    match migration.transaction {
        TransactionMode::Single => "one transaction",
        TransactionMode::None => "each statement by itself",
        TransactionMode::Explicit => "transactions of its own",
    }
}

/// `2 exact, 1 lossy`; empty when nothing needs a way back.
pub(super) fn rollbacks(report: &Report) -> String {
    let count = |class| report.rollback.iter().filter(|r| r.class == class).count();
    let parts: Vec<String> = [Reversibility::Exact, Reversibility::Lossy, Reversibility::Irreversible]
        .into_iter()
        .filter(|class| count(*class) > 0)
        .map(|class| format!("{} {}", count(class), class.as_str()))
        .collect();
    let mut text = parts.join(", ");
    let proof = proofs(report);
    if !proof.is_empty() {
        let _ = write!(text, "; {proof}");
    }
    text
}

/// `all proven on PostgreSQL 18.4`, with the tables that had no rows; empty when nothing was tried.
fn proofs(report: &Report) -> String {
    let tried: Vec<(&Rollback, &Proof)> =
        report.rollback.iter().filter_map(|r| Some((r, r.proof.as_ref()?))).collect();
    let Some((_, first)) = tried.first() else { return String::new() };
    let count = |proven| tried.iter().filter(|(r, _)| r.proven == proven).count();
    let (proven, contradicted, not_tried) = (count(Some(true)), count(Some(false)), count(None));
    let many = match tried.len() {
        all if proven == all => "all".to_owned(),
        all => format!("{proven} of {all}"),
    };
    let mut text = format!("{many} proven on PostgreSQL {}", first.server);
    if contradicted > 0 {
        let _ = write!(text, ", {contradicted} contradicted");
    }
    if not_tried > 0 {
        let _ = write!(text, ", {not_tried} not tried because the migration fails");
    }
    let mut empty: Vec<&str> = Vec::new();
    for without in tried.iter().flat_map(|(_, proof)| &proof.without_rows) {
        if !empty.contains(&without.table.as_str()) {
            empty.push(&without.table);
        }
    }
    if !empty.is_empty() {
        let _ = write!(text, "; without rows in {}", listed(&empty));
    }
    text
}

/// The first few of many names.
fn listed(names: &[&str]) -> String {
    const MOST: usize = 5;
    let mut shown = names[..names.len().min(MOST)].join(", ");
    if names.len() > MOST {
        let _ = write!(shown, " and {} more", names.len() - MOST);
    }
    shown
}

/// How a way back stands up to a server: `proven on PostgreSQL 18.4, with rows in 2 tables`.
#[must_use]
pub fn proof(rollback: &Rollback) -> String {
    let Some(proof) = &rollback.proof else { return "checked on the model".to_owned() };
    if let Some(reason) = &proof.not_tried {
        return format!("not tried on PostgreSQL {}: {reason}", proof.server);
    }
    if rollback.proven == Some(false) {
        return format!("not proven on PostgreSQL {}: {}", proof.server, proof.contradictions.join("; "));
    }
    let mut text = format!("proven on PostgreSQL {}", proof.server);
    if proof.filled > 0 {
        let _ = write!(text, ", with rows in {}", count(proof.filled, "table"));
    }
    if !proof.without_rows.is_empty() {
        let reasons = proof.without_rows.iter().map(|w| format!("{} ({})", w.table, w.reason));
        let reasons: Vec<String> = reasons.collect();
        let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
        let _ = write!(text, ", without rows in {}", listed(&reasons));
    }
    text
}

/// `2 restore the schema, 1 fails`; empty without hand-written ways back.
pub(super) fn downs(report: &Report) -> String {
    const WORDS: &[(DownVerdict, &str, &str)] = &[
        (DownVerdict::Restores, "restores the schema", "restore the schema"),
        (DownVerdict::NothingToDo, "has nothing to do", "have nothing to do"),
        (
            DownVerdict::Reorders,
            "restores all but the order of columns",
            "restore all but the order of columns",
        ),
        (DownVerdict::Renames, "restores all but names", "restore all but names"),
        (DownVerdict::Irreversible, "says there is no way back", "say there is no way back"),
        (DownVerdict::Differs, "does not restore the schema", "do not restore the schema"),
        (DownVerdict::Fails, "fails", "fail"),
        (DownVerdict::Empty, "does nothing", "do nothing"),
        (DownVerdict::Unknown, "is not known in full", "are not known in full"),
    ];
    let mut parts = Vec::new();
    for (verdict, one, many) in WORDS {
        let downs = report.migrations.iter().filter_map(|m| m.down.as_ref());
        match downs.filter(|d| d.verdict == *verdict).count() {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    parts.join(", ")
}

/// The strongest lock on a relation that existed before, with the number of further ones.
pub(super) fn strongest_lock(statement: &Statement) -> Option<(&Lock, usize)> {
    let locks: Vec<_> = statement.locks.iter().filter(|l| l.preexisting).collect();
    // Of equally strong locks the table's own comes first, then those on its indexes and sequences.
    let strongest = locks.iter().rev().max_by_key(|l| (strength(l.mode), l.kind.ends_with("table")))?;
    Some((strongest, locks.len() - 1))
}

/// How the database stands to the folder, one sentence each; the first is no complaint, the others are.
pub(super) fn database(database: &Database) -> Vec<String> {
    let all = database.applied + database.pending;
    let mut lines = vec![match &database.history {
        Some(table) => format!(
            "{} of {all} migrations have run, says {table}; {} under review",
            database.applied, database.pending
        ),
        None => "no history table: every migration is under review".to_owned(),
    }];
    for (what, names) in [
        ("ran, and is not in the folder", &database.missing),
        ("changed since it ran", &database.changed),
        ("begun, and not finished", &database.failed),
    ] {
        if !names.is_empty() {
            lines.push(format!("{what}: {}", names.join(", ")));
        }
    }
    if !database.drift.is_empty() {
        let objects: Vec<String> =
            database.drift.iter().map(|d| format!("{} {} {}", d.kind, d.name, d.change)).collect();
        lines.push(format!("drift, the database is not what its migrations make: {}", objects.join(", ")));
    }
    lines
}

/// ` (≈ 1.2 M rows, 340 MB)` behind the name of a relation whose size is known; empty for others.
pub(super) fn size(lock: &Lock) -> String {
    lock.size.as_ref().map_or_else(String::new, |size| format!(" ({})", bare_size(size)))
}

/// `≈ 1.2 M rows, 340 MB`.
pub(super) fn bare_size(size: &Size) -> String {
    size_text(size.rows, size.bytes)
}

/// The lock's place in the order of modes.
fn strength(mode: &str) -> Option<LockMode> {
    const MODES: [LockMode; 8] = [
        LockMode::AccessShare,
        LockMode::RowShare,
        LockMode::RowExclusive,
        LockMode::ShareUpdateExclusive,
        LockMode::Share,
        LockMode::ShareRowExclusive,
        LockMode::Exclusive,
        LockMode::AccessExclusive,
    ];
    MODES.into_iter().find(|m| m.name() == mode)
}

/// Whether a statement does more than read or write rows.
pub(super) fn is_notable(statement: &Statement) -> bool {
    let strong = |(lock, _): (&Lock, usize)| strength(lock.mode) > Some(LockMode::RowExclusive);
    strongest_lock(statement).is_some_and(strong) || !work(statement).is_empty()
}

/// What a statement does besides locking: rewrites, scans, losses.
pub(super) fn work(statement: &Statement) -> Vec<String> {
    let mut parts = Vec::new();
    if !statement.rewrites.is_empty() {
        parts.push(format!("rewrites {}", list(&statement.rewrites)));
    }
    let scans: Vec<_> = statement.scans.iter().filter(|s| !statement.rewrites.contains(s)).cloned().collect();
    if !scans.is_empty() {
        parts.push(format!("scans {}", list(&scans)));
    }
    if !statement.data_loss.is_empty() {
        let verb = match statement.kind.as_str() {
            "update" => "overwrites rows of",
            "delete" | "truncate" => "deletes rows of",
            _ => "loses",
        };
        parts.push(format!("{verb} {}", list(&statement.data_loss)));
    }
    if let Some(error) = &statement.certain_error {
        parts.push(format!("fails: {}", error.message));
    }
    if !statement.analysed {
        parts.push("not analysed".to_owned());
    }
    parts
}

/// The first three, and how many more.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_nouns_agree() {
        assert_eq!(count(1, "error"), "1 error");
        assert_eq!(count(2, "policy"), "2 policies");
        assert_eq!(count(2, "foreign key"), "2 foreign keys");
        assert_eq!(count(3, "advice"), "3 advice");
    }

    #[test]
    fn durations_are_short() {
        for (ms, text) in [(7, "7 ms"), (1_450, "1.4 s"), (59_999, "59.9 s"), (185_000, "3 min 5 s")] {
            assert_eq!(duration(Duration::from_millis(ms)), text);
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].iter().map(|s| (*s).to_owned()).collect();
        assert_eq!(list(&names[..3]), "a, b, c");
        assert_eq!(list(&names), "a, b, c and 2 more");
    }

    #[test]
    fn modes_are_ordered() {
        assert!(strength("ACCESS EXCLUSIVE") > strength("SHARE"));
        assert!(strength("SHARE") > strength("ROW EXCLUSIVE"));
    }

    #[test]
    fn sizes_are_short() {
        for (rows, bytes, text) in [
            (Some(0), 0, " (≈ 0 rows, 0 bytes)"),
            (Some(1), 8192, " (≈ 1 row, 8 kB)"),
            (Some(950), 9_000, " (≈ 950 rows, 8.7 kB)"),
            (Some(1_234_567), 356_515_840, " (≈ 1.2 M rows, 340 MB)"),
            (Some(45_000_000), 3 << 40, " (≈ 45 M rows, 3 TB)"),
            (None, 16384, " (never analysed, 16 kB)"),
        ] {
            let lock = Lock {
                relation: "public.t".into(),
                kind: "table".into(),
                mode: "SHARE",
                preexisting: true,
                held_until_commit: false,
                size: Some(Size { rows, bytes, index_bytes: 0 }),
            };
            assert_eq!(size(&lock), text);
        }
    }
}
