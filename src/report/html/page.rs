//! The page of a review as data.

use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::finding::Severity;
use crate::hash::{HashMap, HashSet};
use crate::report::erd::Columns;
use crate::report::words;
use crate::review::Review;
use crate::review::model::{Report, Silenced, Summary, Verdict};

use super::finding::{self, FindingView};
use super::migration::{self, Around, DiffView, MigrationView, Places};
use super::{Frame, Generosity, LEVELS, MAX_BYTES, diagram, fill, glossary, sides, timeline};

#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    frame: Frame,
    verdict: &'static str,
    verdict_class: &'static str,
    findings_line: String,
    coverage: String,
    subject: String,
    summary: &'a Summary,
    blocked_for_long: usize,
    rollbacks: String,
    downs: String,
    /// The worst findings.
    first: Vec<FindingView>,
    /// The folder of all migrations, which their names and places are below.
    root: &'a str,
    rules: Vec<RuleView>,
    silenced: Vec<SilencedView>,
    runs: Vec<Run>,
    loud: usize,
    quiet: usize,
    /// How many with findings are shown in short.
    short: usize,
    /// How many of them without their SQL.
    bare: usize,
    database: Vec<String>,
    drift: Vec<(String, String)>,
    verification: Option<VerificationView>,
    schema_diff: Option<DiffView>,
    diagram: Option<Drawn>,
    modes: Vec<glossary::Mode>,
}

/// The diagram, rendered: the rest of the page is filled twice.
#[derive(Debug, Serialize)]
struct Drawn {
    html: String,
    count: String,
    references: String,
}

impl Drawn {
    fn new(diagram: diagram::Diagram) -> Self {
        let (count, references) = (diagram.count.clone(), diagram.references.clone());
        Self { html: fill("drawn.html", Value::from(Serde(diagram))), count, references }
    }
}

/// The findings of one rule.
#[derive(Debug, Serialize)]
struct RuleView {
    rule: String,
    severity: &'static str,
    count: usize,
    open: bool,
    /// Where findings do not say it themselves.
    why: String,
    help: String,
    says: Vec<Saying>,
}

/// The findings of a rule that say the same.
#[derive(Debug, Serialize)]
struct Saying {
    message: String,
    single: bool,
    files: Vec<Spots>,
}

/// Those in one file.
#[derive(Debug, Serialize)]
struct Spots {
    name: String,
    apart: bool,
    findings: Vec<FindingView>,
}

#[derive(Debug, Serialize)]
struct SilencedView {
    severity: &'static str,
    rule: String,
    place: String,
    message: String,
    reason: String,
    by: String,
}

/// Migrations one after the other: one with findings, or all without up to the next with some.
#[derive(Debug, Serialize)]
struct Run {
    quiet: bool,
    title: String,
    migrations: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct VerificationView {
    server: String,
    lines: Vec<String>,
    /// What was compared: name, how many agree, of how many.
    tallies: Vec<(&'static str, usize, usize)>,
}

/// The page's data; migrations are rendered already, as many in full as there is room for.
pub(super) fn of(review: &Review) -> Page<'_> {
    let report = &review.report;
    let root = root(report);
    let mut findings: Vec<FindingView> =
        report.findings.iter().enumerate().map(|(i, f)| FindingView::new(i, f, root)).collect();
    place(review, &mut findings);
    let detail = review.detail.as_ref();
    let mut worst: Vec<&FindingView> = findings.iter().filter(|f| f.level > Severity::Advice).collect();
    worst.sort_by_key(|f| (std::cmp::Reverse(f.level), f.id));
    // Few findings need no choice.
    let first = if findings.len() > 8 { worst.into_iter().take(5).cloned().collect() } else { Vec::new() };
    // One migration's changes are shown with it.
    let whole_diff =
        report.schema_diff.as_deref().filter(|_| report.migrations.len() != 1 || detail.is_none());
    let mut page = Page {
        frame: Frame::new(format!("Migration review: {}", words::verdict(report.verdict))),
        verdict: words::verdict(report.verdict),
        verdict_class: match report.verdict {
            Verdict::Pass => "pass",
            Verdict::Warn => "warn",
            Verdict::Block => "block",
        },
        findings_line: words::findings(report),
        coverage: words::coverage(report),
        subject: words::subject(report),
        summary: &report.summary,
        blocked_for_long: report.migrations.iter().map(timeline::blocks_for_long).sum(),
        rollbacks: words::rollbacks(report),
        downs: words::downs(report),
        first,
        root,
        rules: Vec::new(),
        silenced: silenced(report),
        runs: Vec::new(),
        loud: 0,
        quiet: 0,
        short: 0,
        bare: 0,
        database: report.database.as_ref().map_or_else(Vec::new, words::database),
        drift: report.database.as_ref().map_or_else(Vec::new, |d| {
            let diffs = d.drift.iter();
            diffs.map(|d| (format!("{} {}", d.kind, d.name), sides::unified(&d.diff, 300))).collect()
        }),
        verification: verification(report),
        schema_diff: whole_diff.map(|diff| DiffView::new(diff, 300)),
        diagram: detail
            .filter(|d| !d.picture.tables.is_empty())
            .map(|d| Drawn::new(diagram::diagram(&d.picture, Some(report), Columns::Auto))),
        modes: if report.dialect == "postgresql" { glossary::modes() } else { Vec::new() },
    };
    page.rules = rules(&findings, true);
    // Lists of migrations come on top.
    let lists: usize = report.migrations.iter().map(|m| m.path.len() + 120).sum();
    let rest = fill("page.html", Value::from(Serde(&page))).len() + lists;
    let parts = migrations(review, &findings, MAX_BYTES.saturating_sub(rest));
    let bare = |p: &&Part| p.bare && !p.view.quiet;
    for part in parts.iter().filter(bare) {
        let migration = &report.migrations[part.view.id];
        let down = migration.down.as_ref().map(|d| d.path.as_str());
        for (view, finding) in findings.iter_mut().zip(&report.findings) {
            if view.placed && (finding.path == migration.path || down == Some(finding.path.as_str())) {
                (view.placed, view.bare) = (false, true);
            }
        }
    }
    page.bare = parts.iter().filter(bare).count();
    page.short = parts.iter().filter(|p| p.short && !p.view.quiet).count();
    page.quiet = parts.iter().filter(|p| p.view.quiet).count();
    page.loud = parts.len() - page.quiet;
    page.rules = rules(&findings, page.short > 0);
    page.runs = runs(parts);
    page
}

/// A migration and its part of the page.
#[derive(Debug, Serialize)]
struct Part {
    html: String,
    #[serde(flatten)]
    view: Entry,
    #[serde(skip)]
    short: bool,
    #[serde(skip)]
    bare: bool,
}

/// What lists say about a migration.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    id: usize,
    name: String,
    /// The name without what all names have: number, ending.
    label: String,
    worst: &'static str,
    quiet: bool,
}

/// All migrations: in short, and as far as there is room in full, the latest first.
fn migrations(review: &Review, findings: &[FindingView], room: usize) -> Vec<Part> {
    let report = &review.report;
    let detail = review.detail.as_ref();
    let files = migration::files(&review.sources);
    let places = Places::of(report);
    let root = root(report);
    let loud = report.migrations.len();
    let render = |i: usize, generosity: &Generosity| -> Part {
        let around = Around { report, files: &files, findings, places: &places, root, generosity };
        let changed = detail.and_then(|d| d.migrations.get(i));
        let view: MigrationView = migration::view(i, &report.migrations[i], changed, &around);
        let entry = Entry {
            id: i,
            name: view.name.clone(),
            label: label(&view.name),
            worst: view.worst,
            quiet: view.quiet,
        };
        let data = One { m: view, open: loud <= 12 };
        let html = fill("one.html", Value::from(Serde(data)));
        Part { html, view: entry, short: generosity.short, bare: !generosity.sql }
    };
    let [full, .., short, bare] = &LEVELS;
    let count = report.migrations.len();
    let size: usize = review.sources.iter().map(|(_, f)| f.text.len()).sum();
    // Where everything fits for sure, nothing is rendered twice.
    if size * 6 + findings.len() * 2500 + count * 4000 < room {
        return (0..count).map(|i| render(i, full)).collect();
    }
    let mut parts: Vec<Part> = (0..count).map(|i| render(i, short)).collect();
    let mut used: usize = parts.iter().map(|p| p.html.len()).sum();
    for (i, part) in parts.iter_mut().enumerate() {
        if used <= room {
            break;
        }
        used -= part.html.len();
        *part = render(i, bare);
        used += part.html.len();
    }
    let mut room = room.saturating_sub(used);
    let mut misses = 0;
    for i in (0..count).rev() {
        let better = LEVELS[..LEVELS.len() - 2].iter().find_map(|level| {
            let part = render(i, level);
            (part.html.len() <= parts[i].html.len() + room).then_some(part)
        });
        match better {
            Some(part) => {
                room -= part.html.len().saturating_sub(parts[i].html.len());
                parts[i] = part;
            }
            None => misses += 1,
        }
        if misses > 5 {
            break;
        }
    }
    parts
}

/// What one migration is rendered from.
#[derive(Debug, Serialize)]
struct One {
    m: MigrationView,
    open: bool,
}

/// Notes which findings stand in a listing.
fn place(review: &Review, findings: &mut [FindingView]) {
    let report = &review.report;
    let filled = review.sources.iter().filter(|(_, file)| !file.text.is_empty());
    let filled: HashSet<&str> = filled.map(|(_, file)| file.path.as_str()).collect();
    let mut listed: HashSet<&str> = HashSet::default();
    for migration in &report.migrations {
        let down = migration.down.as_ref().map(|d| d.path.as_str());
        listed.extend(
            [Some(migration.path.as_str()), down].into_iter().flatten().filter(|p| filled.contains(p)),
        );
    }
    for (view, finding) in findings.iter_mut().zip(&report.findings) {
        view.placed = !words::is_placeless(finding) && listed.contains(finding.path.as_str());
    }
}

/// Findings by rule, the worst first; with `reasons`, why and what to do stand with the rule too.
fn rules(findings: &[FindingView], reasons: bool) -> Vec<RuleView> {
    let mut rules: Vec<RuleView> = Vec::new();
    // A long list has its messages once.
    let mut known: HashMap<(usize, &str), usize> = HashMap::default();
    for view in findings {
        let severity = finding::name(view.level);
        let at = rules.iter().position(|r| r.rule == view.rule && r.severity == severity);
        let at = at.unwrap_or_else(|| {
            let (why, help) = if reasons { view.reasons() } else { ("", "") };
            rules.push(RuleView {
                rule: view.rule.clone(),
                severity,
                count: 0,
                open: false,
                why: why.to_owned(),
                help: help.to_owned(),
                says: Vec::new(),
            });
            rules.len() - 1
        });
        rules[at].count += 1;
        let says = &mut rules[at].says;
        // What is explained here stands alone.
        let explained = !view.placed && !view.bare;
        let of = if explained { None } else { known.get(&(at, view.message.as_str())).copied() };
        let of = of.unwrap_or_else(|| {
            says.push(Saying { message: view.message.clone(), single: true, files: Vec::new() });
            if !explained {
                known.insert((at, &view.message), says.len() - 1);
            }
            says.len() - 1
        });
        let saying = &mut says[of];
        saying.single = saying.files.is_empty();
        match saying.files.last_mut().filter(|f| f.name == view.file) {
            Some(file) => file.findings.push(view.clone()),
            None => saying.files.push(Spots {
                name: view.file.clone(),
                apart: view.apart,
                findings: vec![view.clone()],
            }),
        }
    }
    let rank = |r: &RuleView| Some(r.says.first()?.files.first()?.findings.first()?.level);
    rules.sort_by(|a, b| rank(b).cmp(&rank(a)).then(b.count.cmp(&a.count)).then(a.rule.cmp(&b.rule)));
    for rule in &mut rules {
        rule.open = rule.count <= 6 || findings.len() <= 60;
    }
    rules
}

/// The folder that all migrations are in, with its slash; empty where there is none.
fn root(report: &Report) -> &str {
    let mut paths = report.migrations.iter().map(|m| m.path.as_str());
    let Some(first) = paths.next() else { return "" };
    let mut root = first.rfind('/').map_or("", |end| &first[..=end]);
    for path in paths {
        while !path.starts_with(root) {
            let end = root[..root.len() - 1].rfind('/').map_or(0, |end| end + 1);
            root = &root[..end];
        }
    }
    root
}

/// `20240108090000_create_roles.up.sql` is `create roles` to who looks for it in a list.
fn label(name: &str) -> String {
    let mut label = name;
    for ending in [".sql", ".up", "/migration", "/up"] {
        label = label.strip_suffix(ending).unwrap_or(label);
    }
    let number = label.find(|c: char| !c.is_ascii_digit() && !"-_.".contains(c)).unwrap_or(0);
    let label = &label[number..];
    if label.len() < 4 || label.starts_with('/') { name.to_owned() } else { label.replace('_', " ") }
}

fn silenced(report: &Report) -> Vec<SilencedView> {
    let view = |s: &Silenced| SilencedView {
        severity: finding::name(s.severity),
        rule: s.rule.clone(),
        place: format!("{}:{}:{}", s.path, s.line, s.column),
        message: s.message.clone(),
        reason: s.reason.clone(),
        by: s.place.clone(),
    };
    report.silenced.iter().map(view).collect()
}

fn runs(parts: Vec<Part>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for part in parts {
        match runs.last_mut() {
            Some(run) if run.quiet && part.view.quiet => run.migrations.push(part),
            _ => runs.push(Run { quiet: part.view.quiet, title: String::new(), migrations: vec![part] }),
        }
    }
    for run in runs.iter_mut().filter(|r| r.quiet) {
        let count = words::count(run.migrations.len(), "migration");
        let names = match run.migrations.as_slice() {
            [one] => one.view.name.clone(),
            [first, .., last] => format!("{} … {}", first.view.name, last.view.name),
            [] => String::new(),
        };
        run.title = format!("{count} without findings: {names}");
    }
    runs
}

fn verification(report: &Report) -> Option<VerificationView> {
    let run = report.verification.as_ref()?;
    let mut lines = vec![format!("{} ran", words::count(run.observed, "statement"))];
    let mut add = |count: usize, what: &str| {
        if count > 0 {
            lines.push(format!("{} {what}", words::count(count, "statement")));
        }
    };
    add(run.refused, "refused by the server");
    add(run.not_run, "not run");
    add(run.history_refused, "of the history refused");
    if let Some(asked) = run.asked_version {
        lines.push(format!("PostgreSQL {asked} was asked for"));
    }
    if !run.stubbed_roles.is_empty() {
        lines.push(format!("roles made for the run: {}", run.stubbed_roles.join(", ")));
    }
    if !run.skipped_extensions.is_empty() {
        lines.push(format!("extensions left out: {}", run.skipped_extensions.join(", ")));
    }
    let all = &run.agreement;
    let tallies = [
        ("locks", all.locks),
        ("rewrites", all.rewrites),
        ("full reads", all.scans),
        ("index builds", all.index_builds),
        ("relations made and dropped", all.relations),
        ("errors", all.errors),
    ];
    let tallies = tallies.map(|(name, t)| (name, t.equal, t.compared)).to_vec();
    Some(VerificationView { server: run.server.clone(), lines, tallies })
}
