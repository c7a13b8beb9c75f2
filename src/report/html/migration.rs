//! One migration as the page shows it.

use std::collections::HashMap;

use serde::Serialize;

use crate::report::words;
use crate::review::detail::Changed;
use crate::review::model::{Down, DownVerdict, Migration, Proof, Report, Rewrite, Rollback};
use crate::text::{SourceFile, SourceMap};

use super::finding::FindingView;
use super::listing::{self, Piece};
use super::sides;
use super::timeline::{Timeline, timeline};
use super::{Generosity, highlight};

/// A migration.
#[derive(Clone, Debug, Serialize)]
pub(super) struct MigrationView {
    pub(super) id: usize,
    /// The path below the folder of all migrations.
    pub(super) name: String,
    version: Option<String>,
    transaction: String,
    statements: String,
    unread: usize,
    pub(super) quiet: bool,
    /// `error`, `warning`, `advice` or nothing: the worst finding.
    pub(super) worst: &'static str,
    pub(super) counts: String,
    /// Whether findings are shown without reasons, and scripts and diffs not at all.
    short: bool,
    /// Whether its SQL is left out, and with it the findings in it.
    bare: bool,
    timeline: Option<Timeline>,
    pieces: Vec<Piece>,
    /// The way back's own file, where something was found in it.
    down_pieces: Vec<Piece>,
    rewrites: Vec<RewriteView>,
    more_rewrites: usize,
    rollback: Option<RollbackView>,
    down: Option<DownView>,
    diff: Option<DiffView>,
    /// Tables in the diagram.
    pub(super) tables: Vec<usize>,
}

/// A safe rewrite.
#[derive(Clone, Debug, Serialize)]
struct RewriteView {
    id: usize,
    line: u32,
    summary: String,
    before: String,
    stages: Vec<StageView>,
}

#[derive(Clone, Debug, Serialize)]
struct StageView {
    title: String,
    transaction: bool,
    later: bool,
    html: String,
}

/// A generated way back.
#[derive(Clone, Debug, Serialize)]
struct RollbackView {
    class: &'static str,
    meaning: &'static str,
    /// `yes`, `no` or `untried`.
    proven: &'static str,
    /// How it was tried.
    proof: Vec<String>,
    transaction: bool,
    html: String,
    keep: Vec<String>,
    keep_before: String,
    keep_after: String,
    findings: Vec<FindingView>,
}

/// A hand-written way back.
#[derive(Clone, Debug, Serialize)]
struct DownView {
    place: String,
    good: bool,
    verdict: &'static str,
    /// Where it was tried.
    server: Option<String>,
    differences: Vec<String>,
}

/// A schema diff.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DiffView {
    added: usize,
    removed: usize,
    html: String,
}

impl DiffView {
    pub(super) fn new(diff: &str, most: usize) -> Self {
        let (added, removed) = sides::changed(diff);
        Self { added, removed, html: sides::unified(diff, most) }
    }
}

/// Files by their paths.
pub(super) fn files(sources: &SourceMap) -> HashMap<&str, &SourceFile> {
    sources.iter().map(|(_, file)| (file.path.as_str(), file)).collect()
}

/// What a migration's view is made from, besides the migration.
pub(super) struct Around<'a> {
    pub(super) report: &'a Report,
    pub(super) files: &'a HashMap<&'a str, &'a SourceFile>,
    pub(super) findings: &'a [FindingView],
    /// Findings and rewrites by their files.
    pub(super) places: &'a Places<'a>,
    /// The folder of all migrations.
    pub(super) root: &'a str,
    pub(super) generosity: &'a Generosity,
}

/// Numbers of findings and rewrites by the file that they are about.
#[derive(Debug, Default)]
pub(super) struct Places<'a> {
    findings: HashMap<&'a str, Vec<usize>>,
    rewrites: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Places<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut places = Self::default();
        for (i, finding) in report.findings.iter().enumerate() {
            places.findings.entry(&finding.path).or_default().push(i);
        }
        for (i, rewrite) in report.rewrites.iter().enumerate() {
            places.rewrites.entry(&rewrite.path).or_default().push(i);
        }
        places
    }
}

impl Around<'_> {
    fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.get(path).copied()
    }

    /// The findings in a file; they lead to those rewrites only that are shown.
    fn findings_in(&self, path: &str) -> Vec<FindingView> {
        let rewrites = self.places.rewrites.get(path).map_or(&[][..], Vec::as_slice);
        let shown = &rewrites[..rewrites.len().min(self.generosity.rewrites)];
        let findings = self.places.findings.get(path).into_iter().flatten();
        let mut here: Vec<FindingView> =
            findings.map(|i| &self.findings[*i]).filter(|view| view.placed).cloned().collect();
        for view in &mut here {
            view.rewrite = view.rewrite.filter(|i| shown.contains(i));
        }
        here
    }
}

/// A migration; `changed` is there where a picture was asked for.
pub(super) fn view(
    id: usize,
    migration: &Migration,
    changed: Option<&Changed>,
    around: &Around<'_>,
) -> MigrationView {
    let generosity = around.generosity;
    let findings = around.findings_in(&migration.path);
    let down_path = migration.down.as_ref().map(|d| d.path.as_str()).filter(|p| *p != migration.path);
    let down_findings = down_path.map_or_else(Vec::new, |path| around.findings_in(path));
    let quiet = findings.is_empty() && down_findings.is_empty();
    let listing = |path: &str, migration: Option<&Migration>, findings: &[FindingView]| {
        let file = around.file(path).filter(|_| generosity.sql);
        file.map_or_else(Vec::new, |file| listing::listing(file, migration, findings, generosity))
    };
    let all = findings.iter().chain(&down_findings);
    let worst = all.clone().map(|f| f.level).max();
    let unread = migration.statements.iter().filter(|s| !s.analysed).count();
    let rollback = around.report.rollback.iter().find(|r| r.path == migration.path);
    let rewrites = around.places.rewrites.get(migration.path.as_str()).map_or(&[][..], Vec::as_slice);
    let rewrites: Vec<(usize, &Rewrite)> =
        rewrites.iter().map(|i| (*i, &around.report.rewrites[*i])).collect();
    let name = migration.path.strip_prefix(around.root).unwrap_or(&migration.path);
    MigrationView {
        id,
        name: name.to_owned(),
        version: migration.version.clone(),
        transaction: format!("{}: {}", words::transaction(migration), migration.transaction_reason),
        statements: words::count(migration.statements.len(), "statement"),
        unread,
        quiet,
        worst: worst.map_or("", super::finding::name),
        counts: counts(all),
        short: generosity.short,
        bare: !generosity.sql,
        timeline: timeline(migration, generosity),
        pieces: listing(&migration.path, Some(migration), &findings),
        down_pieces: if down_findings.is_empty() {
            Vec::new()
        } else {
            listing(down_path.unwrap_or_default(), None, &down_findings)
        },
        more_rewrites: rewrites.len().saturating_sub(generosity.rewrites),
        rewrites: rewrites
            .into_iter()
            .take(generosity.rewrites)
            .map(|(i, r)| rewrite(i, r, around))
            .collect(),
        rollback: rollback.map(|r| rollback_view(r, generosity)),
        down: migration.down.as_ref().map(|d| down(d, around.root)),
        diff: changed.and_then(|c| Some(DiffView::new(c.schema_diff.as_deref()?, generosity.diff))),
        tables: changed.map_or_else(Vec::new, |c| c.tables.clone()),
    }
}

/// `1 error, 2 warnings`.
fn counts<'a>(findings: impl Iterator<Item = &'a FindingView> + Clone) -> String {
    let parts: Vec<String> = [
        crate::finding::Severity::Error,
        crate::finding::Severity::Warning,
        crate::finding::Severity::Advice,
    ]
    .into_iter()
    .filter_map(|level| {
        let count = findings.clone().filter(|f| f.level == level).count();
        (count > 0).then(|| words::count(count, super::finding::name(level)))
    })
    .collect();
    parts.join(", ")
}

fn rewrite(id: usize, rewrite: &Rewrite, around: &Around<'_>) -> RewriteView {
    let migration = around.report.migrations.iter().find(|m| m.path == rewrite.path);
    let statement = migration.and_then(|m| m.statements.get(rewrite.statement));
    let text = |first: u32, last: u32| {
        let file = around.file(&rewrite.path);
        let lines: Vec<&str> =
            file.map_or_else(Vec::new, |f| (first..=last).map(|l| f.line_text(l)).collect());
        lines.join("\n")
    };
    let before = statement.map_or_else(String::new, |s| text(s.line, s.end_line.min(s.line + 60)));
    let sql: Vec<&str> = rewrite.stages.iter().map(|s| s.sql.as_str()).collect();
    let (before, after) = sides::side_by_side(&before, &sql);
    let stages = rewrite.stages.iter().zip(after);
    RewriteView {
        id,
        line: rewrite.line,
        summary: rewrite.summary.clone(),
        before,
        stages: stages
            .map(|(stage, html)| StageView {
                title: stage.title.clone(),
                transaction: stage.transaction,
                later: stage.later,
                html: html.trim_end().to_owned(),
            })
            .collect(),
    }
}

fn rollback_view(rollback: &Rollback, generosity: &Generosity) -> RollbackView {
    use crate::remedy::rollback::Reversibility;
    let findings = rollback.findings.iter().map(|f| FindingView::new(0, f, "")).collect();
    RollbackView {
        class: rollback.class.as_str(),
        meaning: match rollback.class {
            Reversibility::Exact => "restores the schema, and no data is lost",
            Reversibility::Lossy => {
                "restores the structure; the comments in the script say what does not come back"
            }
            Reversibility::Irreversible => "cannot be undone in full; the comments in the script say why",
            Reversibility::NoneNeeded => "there is nothing to undo",
        },
        proven: match rollback.proven {
            Some(true) => "yes",
            Some(false) => "no",
            None => "untried",
        },
        proof: rollback.proof.as_ref().map_or_else(Vec::new, proof),
        transaction: rollback.transaction,
        html: listing::plain(&rollback.sql, generosity.scripts),
        keep: rollback.keep.as_ref().map_or_else(Vec::new, |k| k.what.clone()),
        keep_before: rollback.keep.as_ref().map_or_else(String::new, |k| highlight::html(&k.before)),
        keep_after: rollback.keep.as_ref().map_or_else(String::new, |k| highlight::html(&k.after)),
        findings,
    }
}

/// What a server made of a way back, in words.
fn proof(proof: &Proof) -> Vec<String> {
    let mut lines = Vec::new();
    match &proof.not_tried {
        Some(reason) => lines.push(format!("not tried: {reason}")),
        None => {
            let rows = match proof.filled {
                0 => String::new(),
                n => format!(", with rows in {}", words::count(n, "table")),
            };
            lines.push(format!("tried on PostgreSQL {}{rows}", proof.server));
        }
    }
    lines.extend(proof.contradictions.iter().map(|c| format!("it does not do what it says: {c}")));
    let declared = proof.differences.iter().filter(|d| !proof.contradictions.contains(d));
    lines.extend(declared.map(|d| format!("as it says: {d}")));
    lines.extend(proof.without_rows.iter().map(|w| format!("{} had no rows: {}", w.table, w.reason)));
    lines
}

fn down(down: &Down, root: &str) -> DownView {
    let (good, verdict) = match down.verdict {
        DownVerdict::Restores => (true, "restores the schema"),
        DownVerdict::Reorders => (true, "restores all but the order of columns"),
        DownVerdict::Renames => (true, "restores all but names"),
        DownVerdict::Differs => (false, "does not restore the schema"),
        DownVerdict::Fails => (false, "fails"),
        DownVerdict::Empty => (false, "does nothing"),
        DownVerdict::Irreversible => (true, "says that there is no way back"),
        DownVerdict::NothingToDo => (true, "has nothing to do"),
        DownVerdict::Unknown => (false, "is not known in full"),
    };
    DownView {
        place: format!("{}:{}", down.path.strip_prefix(root).unwrap_or(&down.path), down.line),
        good,
        verdict,
        server: down.observed.as_ref().map(|o| o.server.clone()),
        differences: down
            .differences
            .iter()
            .chain(down.observed.iter().flat_map(|o| &o.data))
            .cloned()
            .collect(),
    }
}
