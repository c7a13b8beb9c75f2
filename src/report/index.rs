//! Missing indexes, as a script for psql and as JSON.
//!
//! In: [`Proposals`]. Out: text. The script can be run as it is; what is not to be run is in comments.

use serde::Serialize;

use crate::emit;
use crate::finding::work::{bytes_text, pace_text, size_text};
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::name::{Dialect, Ident, QName, ServerVersion};
use crate::remedy::index::{Covered, Proposal, Proposals, Reason};
use crate::remedy::rewrite::Stage;

/// The way there as a script.
#[must_use]
pub fn script(proposals: &Proposals) -> String {
    let mut out = String::new();
    for proposal in &proposals.indexes {
        remarks(proposal).iter().for_each(|line| comment(line, &mut out));
        for (stage, locks) in proposal.stages.iter().zip(&proposal.locks) {
            out.push('\n');
            comment(&format!("{}. {}", stage.title, locks_text(locks)), &mut out);
            out.push_str(&runnable(stage));
        }
        out.push('\n');
        comment("The way back, or checkrail index --drop:", &mut out);
        for line in
            proposal.drop.iter().flat_map(|s| runnable(s).lines().map(str::to_owned).collect::<Vec<_>>())
        {
            comment(line.trim_start_matches("-- "), &mut out);
        }
        out.push('\n');
    }
    out.push_str(&left_out(proposals));
    out
}

/// The way back as a script, last first.
#[must_use]
pub fn drop_script(proposals: &Proposals) -> String {
    let mut out = String::new();
    for proposal in proposals.indexes.iter().rev() {
        for stage in &proposal.drop {
            comment(&format!("{}: {}", proposal.name, stage.title), &mut out);
            out.push_str(&runnable(stage));
        }
    }
    out
}

/// What is known of a proposal, one line each: what and why, how big, what to mind.
#[must_use]
pub fn remarks(proposal: &Proposal) -> Vec<String> {
    let create = emit::sql(&DdlOp::CreateIndex(Box::new(proposal.create.clone())), Dialect::PostgreSql);
    let mut lines = vec![format!("{create}, {}", why(&proposal.reason, &proposal.table))];
    lines.push(match &proposal.size {
        Some(size) => format!(
            "{} {}; the build reads it twice, {}",
            proposal.table,
            size_text(size.rows, size.bytes),
            pace_text(size.bytes.saturating_mul(2))
        ),
        None => format!(
            "the size of {} is not known: name a database or a snapshot of one, also with --stats",
            proposal.table
        ),
    });
    if let Some(bytes) = proposal.index_bytes {
        lines.push(format!("the index takes {} at most; equal values are stored once", bytes_text(bytes)));
    }
    if let Some(size) = &proposal.size
        && size.writes() > 0
    {
        let (inserted, updated, deleted) = (size.inserted, size.updated, size.deleted);
        lines.push(format!(
            "every insert writes to it from then on: {inserted} rows were inserted, {updated} updated and {deleted} deleted so far"
        ));
    }
    lines.push(
        "a build waits for transactions that began before it, and cannot run inside one; a lock_timeout ends it too"
            .to_owned(),
    );
    if let Some(name) = &proposal.replaces {
        lines
            .push(format!("{name} is there and not valid, left of a build that failed: it is dropped first"));
    }
    if !proposal.adopted.is_empty() {
        lines.push(format!(
            "part of it from then on, and gone with it on the way back, which builds it again: {}",
            list(&proposal.adopted)
        ));
    }
    lines
}

/// What is not built, as comments.
fn left_out(proposals: &Proposals) -> String {
    let mut out = String::new();
    let asked = |c: &&Covered| matches!(c.reason, Reason::Asked(_));
    for covered in proposals.covered.iter().filter(asked) {
        comment(&covered_text(covered), &mut out);
    }
    let served = proposals.covered.iter().filter(|c| !asked(c)).count();
    if served > 0 {
        let keys = if served == 1 { "foreign key has" } else { "foreign keys have" };
        comment(&format!("{served} {keys} an index already"), &mut out);
    }
    for name in &proposals.invalid {
        comment(
            &format!("{name} is not valid: it is left of a build that failed, or still being built"),
            &mut out,
        );
    }
    out
}

/// What covers an index that was wanted.
#[must_use]
pub fn covered_text(covered: &Covered) -> String {
    let wanted = match &covered.reason {
        Reason::Asked(text) => text.clone(),
        Reason::ForeignKey { constraint, .. } => format!("foreign key {constraint} of {}", covered.table),
    };
    format!("{wanted}: not needed, {} {}", covered.by, covered.how)
}

/// Why an index is wanted.
fn why(reason: &Reason, table: &QName) -> String {
    match reason {
        Reason::Asked(_) => "as asked for".to_owned(),
        Reason::ForeignKey { constraint, references, .. } => format!(
            "for the foreign key {constraint}: without it, deleting from {references} reads all of {table} for every row"
        ),
    }
}

/// What was asked for, or the foreign key, in a few words.
#[must_use]
pub fn wanted(reason: &Reason) -> String {
    match reason {
        Reason::Asked(text) => text.clone(),
        Reason::ForeignKey { constraint, .. } => format!("foreign key {constraint}"),
    }
}

fn locks_text(locks: &[(QName, LockMode)]) -> String {
    if locks.is_empty() {
        return "It locks nothing that others use".to_owned();
    }
    let mut modes: Vec<LockMode> = locks.iter().map(|(_, mode)| *mode).collect();
    modes.sort_unstable();
    modes.dedup();
    let parts = modes.iter().rev().map(|mode| {
        let on: Vec<QName> = locks.iter().filter(|(_, m)| m == mode).map(|(r, _)| r.clone()).collect();
        format!("{} on {}", mode.name(), list(&on))
    });
    let meaning = match modes.last() {
        Some(LockMode::AccessExclusive) => "; what needs these waits, briefly",
        Some(LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive) => "; writes wait, briefly",
        _ => "; reads and writes go on",
    };
    format!("Locks: {}{meaning}", parts.collect::<Vec<_>>().join(", "))
}

fn list(names: &[QName]) -> String {
    let shown: Vec<String> = names.iter().take(4).map(ToString::to_string).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn runnable(stage: &Stage) -> String {
    let sql = stage.sql();
    if stage.transaction && stage.ops.len() > 1 { format!("BEGIN;\n{sql}COMMIT;\n") } else { sql }
}

fn comment(line: &str, out: &mut String) {
    out.push_str("-- ");
    out.push_str(&line.replace(['\n', '\r'], " "));
    out.push('\n');
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    server_version: u16,
    indexes: Vec<Entry<'a>>,
    covered: Vec<CoveredEntry<'a>>,
    refused: Vec<RefusedEntry<'a>>,
    invalid: Vec<String>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: String,
    table: String,
    wanted: Wanted<'a>,
    sql: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index_bytes_at_most: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    notes: Vec<String>,
    stages: Vec<StageEntry<'a>>,
    drop: Vec<StageEntry<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Wanted<'a> {
    Asked { text: &'a str },
    ForeignKey { constraint: &'a str, columns: Vec<&'a str>, references: String },
}

#[derive(Serialize)]
struct StageEntry<'a> {
    title: &'a str,
    transaction: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locks: Vec<LockEntry>,
    sql: String,
}

#[derive(Serialize)]
struct LockEntry {
    relation: String,
    mode: &'static str,
}

#[derive(Serialize)]
struct CoveredEntry<'a> {
    table: String,
    wanted: Wanted<'a>,
    by: String,
    how: &'a str,
}

#[derive(Serialize)]
struct RefusedEntry<'a> {
    wanted: Wanted<'a>,
    why: &'a str,
}

/// Everything as JSON.
#[must_use]
pub fn json(proposals: &Proposals, server: ServerVersion) -> String {
    let document = Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        server_version: server.major(),
        indexes: proposals.indexes.iter().map(entry).collect(),
        covered: proposals
            .covered
            .iter()
            .map(|c| CoveredEntry {
                table: c.table.to_string(),
                wanted: wanted_entry(&c.reason),
                by: c.by.to_string(),
                how: &c.how,
            })
            .collect(),
        refused: proposals
            .refused
            .iter()
            .map(|r| RefusedEntry { wanted: wanted_entry(&r.reason), why: &r.why })
            .collect(),
        invalid: proposals.invalid.iter().map(ToString::to_string).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn entry(proposal: &Proposal) -> Entry<'_> {
    Entry {
        name: proposal.name.to_string(),
        table: proposal.table.to_string(),
        wanted: wanted_entry(&proposal.reason),
        sql: emit::sql(&DdlOp::CreateIndex(Box::new(proposal.create.clone())), Dialect::PostgreSql),
        rows: proposal.size.as_ref().and_then(|s| s.rows),
        bytes: proposal.size.as_ref().map(|s| s.bytes),
        index_bytes_at_most: proposal.index_bytes,
        replaces: proposal.replaces.as_ref().map(ToString::to_string),
        notes: remarks(proposal).split_off(1),
        stages: proposal.stages.iter().zip(&proposal.locks).map(|(s, l)| stage(s, l)).collect(),
        drop: proposal.drop.iter().map(|s| stage(s, &[])).collect(),
    }
}

fn stage<'a>(stage: &'a Stage, locks: &[(QName, LockMode)]) -> StageEntry<'a> {
    let locks =
        locks.iter().map(|(r, mode)| LockEntry { relation: r.to_string(), mode: mode.name() }).collect();
    StageEntry { title: &stage.title, transaction: stage.transaction, locks, sql: stage.sql() }
}

fn wanted_entry(reason: &Reason) -> Wanted<'_> {
    match reason {
        Reason::Asked(text) => Wanted::Asked { text },
        Reason::ForeignKey { constraint, columns, references } => Wanted::ForeignKey {
            constraint,
            columns: columns.iter().map(Ident::as_str).collect(),
            references: references.to_string(),
        },
    }
}
