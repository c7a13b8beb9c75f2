//! The file format of `tests/conformance/`: reading the cases and writing them back with new facts.
//!
//! A file is SQL. `-- base: NAME` names the schema before the cases that follow (`base/NAME.sql`), `-- # Title`
//! opens a section. A case is a header `--- id [flags]`, its statements of which the last is the one measured
//! and the others prepare for it, and what servers of which versions did, in lines that begin with `-->`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use checkrail::ir::Stmt;
use checkrail::ir::data::LockMode;
use checkrail::name::Dialect;
use checkrail::parse;
use checkrail::text::{FileId, Span, offset};

use crate::harness::repo;

/// One file of cases.
pub struct CaseFile {
    pub path: PathBuf,
    pub cases: Vec<Case>,
}

/// One statement with what comes before it and what was seen.
#[derive(Clone)]
pub struct Case {
    /// The lines between the last case and this one's header: sections, bases, remarks.
    pub preamble: String,
    /// The file's name without its ending.
    pub topic: String,
    pub section: String,
    pub base: String,
    pub id: String,
    pub flags: BTreeSet<String>,
    /// The statements as they stand in the file.
    pub text: String,
    pub observed: Vec<Observed>,
}

/// What servers of these versions did.
#[derive(Clone)]
pub struct Observed {
    pub versions: Vec<u16>,
    pub facts: Facts,
}

/// What one server did. Names are without their schema when it is `public`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The SQLSTATE of the error, if it failed.
    pub error: Option<String>,
    /// Relations that existed before, with what they are and the strongest mode.
    pub locks: BTreeMap<String, (&'static str, LockMode)>,
    pub rewrites: BTreeSet<String>,
    pub scans: BTreeSet<String>,
    /// Tables that were read but hold no rows, or were read in part: nothing said about them is wrong.
    pub maybe: BTreeSet<String>,
    /// Indexes, of those that existed, that were built.
    pub builds: BTreeSet<String>,
}

/// What the flags of a case mean.
pub const FLAGS: [(&str, &str); 5] = [
    ("documented", "a row of docs/locks.md"),
    ("outside", "measured outside a transaction, against blockers on tables: locks on indexes are not seen"),
    ("planner", "what is read depends on the plan, so reads are not compared"),
    (
        "partly",
        "effects say that they may be incomplete: they may miss facts, but claim nothing that was not seen",
    ),
    ("unforeseen", "the error depends on what the model does not hold"),
];

/// Kinds of relations as the files name them; tables have no word.
pub const KINDS: [&str; 7] = ["", "view", "matview", "index", "sequence", "foreign", "composite"];

/// Modes as the files name them.
pub const MODES: [(LockMode, &str); 8] = [
    (LockMode::AccessShare, "AS"),
    (LockMode::RowShare, "RS"),
    (LockMode::RowExclusive, "RX"),
    (LockMode::ShareUpdateExclusive, "SUX"),
    (LockMode::Share, "S"),
    (LockMode::ShareRowExclusive, "SRX"),
    (LockMode::Exclusive, "X"),
    (LockMode::AccessExclusive, "AX"),
];

/// The short name of a mode.
pub fn mode_code(mode: LockMode) -> &'static str {
    MODES.iter().find(|(m, _)| *m == mode).expect("all modes").1
}

impl Case {
    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    /// The statements: those that prepare, and the one measured.
    pub fn statements(&self) -> (Vec<String>, String) {
        let mut all: Vec<String> = split(&self.text);
        let last = all.pop().unwrap_or_else(|| panic!("{} has no statement", self.id));
        (all, last)
    }

    /// What a server of this version did, if that was measured.
    pub fn on(&self, version: u16) -> Option<&Facts> {
        self.observed.iter().find(|o| o.versions.contains(&version)).map(|o| &o.facts)
    }

    /// Puts the facts of one version in the place of those that were there.
    pub fn observe(&mut self, version: u16, facts: Facts) {
        for observed in &mut self.observed {
            observed.versions.retain(|v| *v != version);
        }
        self.observed.retain(|o| !o.versions.is_empty());
        match self.observed.iter_mut().find(|o| o.facts == facts) {
            Some(same) => same.versions.push(version),
            None => self.observed.push(Observed { versions: vec![version], facts }),
        }
        for observed in &mut self.observed {
            observed.versions.sort_unstable();
        }
        self.observed.sort_by(|a, b| a.versions.cmp(&b.versions));
    }
}

/// The statements of a text, as they are written.
pub fn split(text: &str) -> Vec<String> {
    let slice = |stmt: &Stmt| text[stmt.span.start as usize..stmt.span.end as usize].to_owned();
    parsed(text).iter().map(slice).collect()
}

/// The statements of a text, read as PostgreSQL. To be called on a large stack.
pub fn parsed(sql: &str) -> Vec<Stmt> {
    let span = Span::new(0, offset(sql.len()));
    parse::script(sql, span, FileId(0), Dialect::PostgreSql).statements
}

/// The statements that make a base schema.
pub fn base(name: &str) -> Vec<String> {
    let path = repo(&format!("tests/conformance/base/{name}.sql"));
    split(&fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

/// All files of cases, in the order of their names.
pub fn files() -> Vec<CaseFile> {
    let folder = fs::read_dir(repo("tests/conformance")).expect("tests/conformance");
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "sql"));
    paths.sort();
    paths.into_iter().map(read).collect()
}

/// All cases of all files.
pub fn cases() -> Vec<Case> {
    files().into_iter().flat_map(|file| file.cases).collect()
}

fn read(path: PathBuf) -> CaseFile {
    let topic = path.file_stem().and_then(|s| s.to_str()).expect("a name").to_owned();
    let text = fs::read_to_string(&path).expect("a readable file");
    let mut cases: Vec<Case> = Vec::new();
    let (mut preamble, mut base, mut section) = (String::new(), String::new(), String::new());
    // Inside a case: its last line was neither an observation nor the empty line after one.
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        let place = || format!("{}:{}", path.display(), at + 1);
        if let Some(header) = line.strip_prefix("--- ") {
            let mut words = header.split(' ').map(str::to_owned);
            let id = words.next().expect("an id");
            let flags: BTreeSet<String> = words.collect();
            let unknown = flags.iter().find(|flag| FLAGS.iter().all(|(known, _)| known != flag));
            assert!(unknown.is_none(), "{}: flag {unknown:?}", place());
            cases.push(Case {
                preamble: std::mem::take(&mut preamble),
                topic: topic.clone(),
                section: section.clone(),
                base: base.clone(),
                id,
                flags,
                text: String::new(),
                observed: Vec::new(),
            });
            open = true;
        } else if let Some(fact) = line.strip_prefix("-->") {
            let case = cases.last_mut().unwrap_or_else(|| panic!("{}: no case", place()));
            read_fact(case, fact).unwrap_or_else(|| panic!("{}: cannot read {line}", place()));
        } else if open && line.is_empty() {
            open = false;
        } else if open {
            let case = cases.last_mut().expect("a case");
            case.text.push_str(line);
            case.text.push('\n');
        } else {
            if let Some(name) = line.strip_prefix("-- base: ") {
                name.clone_into(&mut base);
            } else if let Some(title) = line.strip_prefix("-- # ") {
                title.clone_into(&mut section);
            }
            preamble.push_str(line);
            preamble.push('\n');
        }
    }
    CaseFile { path, cases }
}

/// One line of observations, without its arrow: versions and outcome, or a fact of the versions before.
fn read_fact(case: &mut Case, line: &str) -> Option<()> {
    let indent = line.len() - line.trim_start().len();
    let line = line.trim();
    if indent == 1 {
        let (versions, outcome) = line.split_once(' ')?;
        let error = match outcome.split_once(' ') {
            None if outcome == "ok" => None,
            Some(("error", sqlstate)) => Some(sqlstate.to_owned()),
            _ => return None,
        };
        let versions = versions.split(',').map(range).collect::<Option<Vec<_>>>()?.concat();
        case.observed.push(Observed { versions, facts: Facts { error, ..Facts::default() } });
        return Some(());
    }
    let facts = &mut case.observed.last_mut()?.facts;
    let (word, rest) = line.split_once(' ')?;
    let names = |list: &str| list.split(", ").map(str::to_owned).collect::<Vec<_>>();
    match word {
        "rewrite" => facts.rewrites.extend(names(rest)),
        "scan" => facts.scans.extend(names(rest)),
        "maybe" => facts.maybe.extend(names(rest)),
        "build" => facts.builds.extend(names(rest)),
        mode => {
            let mode = MODES.iter().find(|(_, code)| *code == mode)?.0;
            let kind = KINDS[1..].iter().find(|kind| rest.starts_with(&format!("{kind} ")));
            let kind = kind.copied().unwrap_or_default();
            let list = rest[kind.len()..].trim_start();
            facts.locks.extend(names(list).into_iter().map(|name| (name, (kind, mode))));
        }
    }
    Some(())
}

/// `13-17` or `18`.
fn range(text: &str) -> Option<Vec<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((first.parse().ok()?..=last.parse().ok()?).collect())
}

/// `13-17,18`.
pub fn ranges(versions: &[u16]) -> String {
    let mut groups: Vec<(u16, u16)> = Vec::new();
    for version in versions {
        match groups.last_mut() {
            Some((_, last)) if *last + 1 == *version => *last = *version,
            _ => groups.push((*version, *version)),
        }
    }
    let shown = |(a, b): &(u16, u16)| if a == b { a.to_string() } else { format!("{a}-{b}") };
    groups.iter().map(shown).collect::<Vec<_>>().join(",")
}

/// A file as it is written.
pub fn written(cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases {
        let flags = FLAGS.iter().map(|(flag, _)| *flag).filter(|flag| case.has(flag));
        let header: Vec<&str> = std::iter::once(case.id.as_str()).chain(flags).collect();
        let _ = write!(out, "{}--- {}\n{}", case.preamble, header.join(" "), case.text);
        for observed in &case.observed {
            let _ = writeln!(out, "{}", written_facts(&observed.versions, &observed.facts));
        }
        out.push('\n');
    }
    out
}

/// Writes a file anew.
pub fn write(file: &CaseFile) {
    fs::write(&file.path, written(&file.cases)).expect("written");
}

/// The lines of what servers of these versions did.
pub fn written_facts(versions: &[u16], facts: &Facts) -> String {
    let outcome = facts.error.as_ref().map_or_else(|| "ok".to_owned(), |e| format!("error {e}"));
    let mut lines = vec![format!("--> {} {outcome}", ranges(versions))];
    for (mode, code) in MODES.iter().rev() {
        for kind in KINDS {
            let of_both = facts.locks.iter().filter(|(_, lock)| **lock == (kind, *mode));
            let head = if kind.is_empty() { (*code).to_owned() } else { format!("{code} {kind}") };
            write_names(&mut lines, &head, of_both.map(|(name, _)| name));
        }
    }
    for (head, names) in [
        ("rewrite", &facts.rewrites),
        ("scan", &facts.scans),
        ("maybe", &facts.maybe),
        ("build", &facts.builds),
    ] {
        write_names(&mut lines, head, names.iter());
    }
    lines.join("\n")
}

/// One line of names, or as many as 100 columns need, each with its head.
fn write_names<'n>(lines: &mut Vec<String>, head: &str, names: impl Iterator<Item = &'n String>) {
    let mut line = String::new();
    for name in names {
        if !line.is_empty() && line.len() + name.len() > 98 {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            let _ = write!(line, "-->   {head} {name}");
        } else {
            let _ = write!(line, ", {name}");
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
}
