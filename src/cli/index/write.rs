//! Proposed indexes as migrations in the form of their tool.

use camino::{Utf8Path, Utf8PathBuf};

use crate::emit;
use crate::ir::DdlOp;
use crate::ir::data::SetVariable;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::name::{Dialect, QName};
use crate::parse;
use crate::remedy::index::Proposals;
use crate::remedy::rewrite;
use crate::report::index as report;
use crate::review::staged::{self, Stage};
use crate::source::{self, Layout, LoadOptions, Outside, Part, Series};
use crate::text::SourceMap;

use super::IndexArgs;
use crate::cli::error::CliError;
use crate::cli::{output, rollbacks, term};

/// Adds migrations that build the indexes to a folder, with the way back where the tool has one.
///
/// # Errors
/// A source that is no folder, a tool that cannot run them, files that are there already.
pub fn write(proposals: &Proposals, folder: &str, args: &IndexArgs) -> Result<(), CliError> {
    if proposals.indexes.is_empty() {
        return Ok(());
    }
    let place = Utf8Path::new(folder);
    if args.into.is_none() && !place.is_dir() {
        return Err(CliError::Usage(format!(
            "--write: {folder:?} is not a folder of migrations: name one with --into DIR"
        )));
    }
    let now = jiff::Timestamp::now().strftime("%Y%m%d%H%M%S").to_string();
    let advice =
        |why: String| CliError::Usage(format!("{folder}: {why}; without --write there is a script for psql"));
    output::make_folder(place)?;
    let series = if args.into.is_some() && output::is_empty(place) {
        Series::first(Layout::Plain, place, &args.name, &now)
    } else {
        // What --layout says is about SRC.
        let said = args.source.layout.as_deref().filter(|_| args.into.is_none());
        let layout = said.map(str::parse::<Layout>).transpose()?;
        let mut sources = SourceMap::default();
        let set =
            source::load(folder, &LoadOptions { layout, dialect: Some(Dialect::PostgreSql) }, &mut sources)?;
        Series::after(&set, &args.name, &now, &sources).map_err(advice)?
    };
    let stages = stages(proposals, series.outside());
    let parts = staged::fitting(&stages, series.outside()).map_err(advice)?;
    let mut files: Vec<(Utf8PathBuf, String)> = Vec::new();
    let mut way_back = true;
    for (mut member, part) in series.members(&parts).map_err(advice)?.into_iter().zip(&parts) {
        let undo = undo(part);
        let transaction = !undo.iter().any(|op| op.transaction_refusal().is_some());
        let undo: Vec<String> = undo.iter().map(|op| emit::sql(op, Dialect::PostgreSql)).collect();
        let before = member.text.clone();
        let down = series.undo(&mut member, &undo, transaction);
        way_back &= down.is_some() || member.text != before;
        files.push((member.path, member.text));
        files.extend(member.beside);
        files.extend(down);
    }
    for (path, text) in &files {
        rollbacks::refuse(path, text, false, if args.into.is_some() { "--into" } else { "--write" })?;
    }
    let folders = files.iter().filter_map(|(path, _)| path.parent());
    folders.filter(|folder| !folder.as_str().is_empty()).try_for_each(output::make_folder)?;
    output::write_files(&files)?;
    files.iter().for_each(|(path, _)| term::note(&format!("wrote {path}")));
    if !way_back {
        term::note("the tool has no way back of its own; the script is:");
        term::note(&report::drop_script(proposals));
    }
    for proposal in proposals.indexes.iter().filter(|p| way_back && !p.adopted.is_empty()) {
        let names: Vec<String> = proposal.adopted.iter().map(QName::to_string).collect();
        term::warn(&format!(
            "the way back of {} drops {}, which were there before: `checkrail index --drop` has a script that builds \
             them again",
            proposal.name,
            names.join(", ")
        ));
    }
    Ok(())
}

/// The stages of all indexes, as few as the tool allows.
fn stages(proposals: &Proposals, outside: Outside) -> Vec<Stage> {
    let mut all: Vec<Stage> = Vec::new();
    for proposal in &proposals.indexes {
        let mut about = report::remarks(proposal).join("\n");
        for stage in &proposal.stages {
            let is_alone = stage.ops.iter().all(|op| !matches!(op, DdlOp::Set(_)));
            for mut next in divided(stage, outside) {
                if !about.is_empty() {
                    next.title = format!("{}\n{}", std::mem::take(&mut about), next.title);
                }
                match all.last_mut() {
                    Some(last)
                        if outside == Outside::Statements
                            && is_alone
                            && !next.transaction
                            && last.notes.len() > 1
                            && !last.transaction =>
                    {
                        last.title = format!("{}\n{}", last.title, next.title);
                        last.statements.append(&mut next.statements);
                        last.notes.append(&mut next.notes);
                    }
                    _ => all.push(next),
                }
            }
        }
    }
    all
}

/// A stage in as many scripts as the tool needs.
fn divided(stage: &rewrite::Stage, outside: Outside) -> Vec<Stage> {
    let say = |op: &DdlOp| emit::sql(op, Dialect::PostgreSql);
    let comments = |at: usize| {
        let own = stage.comments.iter().filter(move |(place, _)| *place == at);
        own.fold(String::new(), |all, (_, text)| all + "-- " + text + "\n")
    };
    let notes = stage.notes.iter().flat_map(|note| note.lines());
    let notes: Vec<String> = notes.map(|line| line.trim_start_matches("-- ").to_owned()).collect();
    let made = |title: String, transaction, statements, notes| Stage {
        title,
        notes,
        transaction,
        later: false,
        statements,
    };
    if stage.transaction || outside == Outside::Statements {
        let statements = stage.ops.iter().enumerate().map(|(at, op)| comments(at) + &say(op)).collect();
        return vec![made(stage.title.clone(), stage.transaction, statements, notes)];
    }
    let mut parts = Vec::new();
    let ops = stage.ops.iter().filter(|op| {
        // What a failed build left is dropped by hand: the tool runs one statement in a script.
        !matches!(op, DdlOp::Set(_) | DdlOp::Do(_) | DdlOp::Drop(_))
    });
    for op in ops {
        if op.transaction_refusal().is_some() {
            let name = match op {
                DdlOp::CreateIndex(create) => create.name.as_ref().map(|n| create.table.sibling(n.clone())),
                _ => None,
            };
            let mut title = stage.title.clone();
            if let Some(name) = name {
                let drop = say(&rewrite::drop_index(&name, true));
                title = format!("{title}\nWhen a build failed before, run this by hand first: {drop};");
            }
            parts.push(made(title, false, vec![say(op)], Vec::new()));
        } else {
            let limit = SetVariable { name: "lock_timeout".into(), values: vec!["2s".into()], local: true };
            parts.push(made(stage.title.clone(), true, vec![say(&DdlOp::Set(limit)), say(op)], Vec::new()));
        }
    }
    if let Some(last) = parts.last_mut() {
        last.notes = notes;
    }
    parts
}

/// What undoes a script, last first. Dropping the index of a partitioned table takes those of the partitions along.
fn undo(part: &Part) -> Vec<DdlOp> {
    let mut ops: Vec<DdlOp> = Vec::new();
    let mut strong = false;
    for statement in part.statements.iter().rev() {
        for op in parse::exact(statement, Dialect::PostgreSql) {
            let undo = match &op {
                DdlOp::CreateIndex(create) => {
                    let Some(name) = &create.name else { continue };
                    rewrite::drop_index(&create.table.sibling(name.clone()), create.concurrently)
                }
                DdlOp::AlterTable(alter)
                    if alter.kind == ObjectKind::Index
                        && matches!(alter.actions.as_slice(), [(TableAction::AttachPartition { .. }, _)]) =>
                {
                    rewrite::drop_index(&alter.name, false)
                }
                _ => continue,
            };
            strong |= undo.transaction_refusal().is_none();
            if !ops.contains(&undo) {
                ops.push(undo);
            }
        }
    }
    if strong {
        let limit = SetVariable { name: "lock_timeout".into(), values: vec!["2s".into()], local: true };
        ops.insert(0, DdlOp::Set(limit));
    }
    ops
}
