//! From drafts to migrations: reads the scripts and finds the parts of them that run.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::error::SourceError;
use super::input::Input;
use super::layout::Layout;
use super::layouts::{Arranged, Draft, default_habit, is_dbmate, is_goose, sections};
use super::names::{after_version, leading_version, sql_stem};
use super::set::{Down, Kind, Migration, MigrationSet, Warning};
use super::tree::View;
use crate::text::{SourceFile, SourceMap, Span, offset};

/// Turns paths of a folder into those that messages show.
pub(super) fn shown(view: &View<'_>, mut arranged: Arranged) -> Arranged {
    for entry in &mut arranged.skipped {
        entry.path = view.shown(&entry.path);
    }
    for entry in &mut arranged.warnings {
        entry.path = view.shown(&entry.path);
    }
    arranged
}

/// A set for a folder, without its migrations.
pub(super) fn empty_set(
    view: &View<'_>,
    layout: Layout,
    input: Input,
    mut arranged: Arranged,
) -> MigrationSet {
    arranged.skipped.sort();
    arranged.warnings.sort();
    MigrationSet {
        layout,
        input,
        root: view.root(),
        migrations: Vec::new(),
        skipped: arranged.skipped,
        warnings: arranged.warnings,
        dialect_hint: arranged.dialect,
    }
}

/// Reads the scripts of a draft and adds what they hold to the set.
pub(super) fn read_draft(
    view: &View<'_>,
    layout: Layout,
    draft: &Draft,
    path: &Utf8Path,
    set: &mut MigrationSet,
    map: &mut SourceMap,
) -> Result<(), SourceError> {
    let text = view.read(&draft.up)?;
    let down = match &draft.down {
        Some(file) => Some((view.shown(file), view.read(file)?)),
        None => None,
    };
    add_scripts(layout, draft, path, text, down, set, map);
    Ok(())
}

/// Adds the parts of a script that run, with the way back from the script itself or from a file of its own.
pub(super) fn add_scripts(
    layout: Layout,
    draft: &Draft,
    path: &Utf8Path,
    text: Arc<str>,
    down: Option<(Utf8PathBuf, Arc<str>)>,
    set: &mut MigrationSet,
    map: &mut SourceMap,
) {
    let (parts, warning) = sections(layout, draft.habit, &text);
    if let Some(message) = warning {
        set.warnings.push(Warning { path: path.to_owned(), message: message.to_owned() });
    }
    let up = map.add(SourceFile::new(path, text));
    let other_file = down.map(|(path, text)| {
        let runner =
            sections(layout, draft.habit, &text).0.first().map_or(draft.habit, |part| part.habit).runner;
        let span = Span::new(0, offset(text.len()));
        Down { file: map.add(SourceFile::new(path, text)), span, runner }
    });
    for part in parts {
        let same_file = part.down.map(|(span, habit)| Down { file: up, span, runner: habit.runner });
        set.migrations.push(Migration {
            version: draft.version.clone(),
            name: draft.name.clone(),
            kind: draft.kind,
            up,
            up_span: part.up,
            down: same_file.or(other_file),
            runner: part.habit.runner,
            transaction_reason: part.habit.reason,
        });
    }
}

/// The tool that a script's own annotations name.
pub(super) fn annotated(text: &str) -> Option<Layout> {
    if is_goose(text) {
        return Some(Layout::Goose);
    }
    is_dbmate(text).then_some(Layout::Dbmate)
}

/// Adds a text that belongs to no folder; annotations in it may still tell the tool.
pub(super) fn alone(
    layout: Option<Layout>,
    path: &Utf8Path,
    text: Arc<str>,
    set: &mut MigrationSet,
    map: &mut SourceMap,
) -> Layout {
    let layout = layout.or_else(|| annotated(&text)).unwrap_or(Layout::Plain);
    let name = path.file_name().unwrap_or(path.as_str());
    let stem = sql_stem(name).unwrap_or(name);
    let version = leading_version(stem);
    let draft = Draft {
        version: version.map(str::to_owned),
        name: version.map_or(stem, |v| after_version(stem, v)).to_owned(),
        kind: Kind::Versioned,
        up: path.to_owned(),
        down: None,
        habit: default_habit(layout),
    };
    add_scripts(layout, &draft, path, text, None, set, map);
    layout
}
