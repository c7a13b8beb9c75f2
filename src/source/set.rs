//! The result of reading a source: migrations in the order their tool runs them.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::input::Input;
use super::layout::{Layout, Runner};
use super::layouts::code_migration;
use crate::name::Dialect;
use crate::text::{FileId, SourceMap, Span};

/// Everything that one source holds.
#[derive(Clone, Debug)]
pub struct MigrationSet {
    /// The layout that was forced or recognised.
    pub layout: Layout,
    /// The source as it was given; for several files named together, the folder they share.
    pub input: Input,
    /// The folder the migrations were found in; it may lie below the folder that was given.
    pub root: Utf8PathBuf,
    /// In the order the tool runs them on an empty database.
    pub migrations: Vec<Migration>,
    /// Files that were seen and do not take part, with the reason, sorted by path.
    pub skipped: Vec<Skipped>,
    /// What the migration tool itself would complain about, sorted by path.
    pub warnings: Vec<Warning>,
    /// The dialect that bookkeeping files or names tell; the user's own choice goes before it.
    pub dialect_hint: Option<Dialect>,
}

impl MigrationSet {
    /// Migrations in another language than SQL, which the tool runs too: they lie beside those in SQL. With them the
    /// history is not known in full.
    #[must_use]
    pub fn code(&self, map: &SourceMap) -> Vec<&Utf8Path> {
        let folders: BTreeSet<_> = self.migrations.iter().map(|m| m.path(map).parent()).collect();
        let paths = self.skipped.iter().map(|skipped| skipped.path.as_path());
        paths.filter(|path| code_migration(path).is_some() && folders.contains(&path.parent())).collect()
    }
}

/// One step of the schema's history.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The tool's version as written in the name (`1.2`, `001`, `20240101120000`); a Sqitch change's own name.
    pub version: Option<String>,
    /// What the migration is called, without version and extension.
    pub name: String,
    /// When it runs.
    pub kind: Kind,
    /// The file with the script that is applied.
    pub up: FileId,
    /// The part of the file that is applied; the whole file when up and down have files of their own.
    pub up_span: Span,
    /// The hand-written way back, if there is one.
    pub down: Option<Down>,
    /// How the tool runs the script.
    pub runner: Runner,
    /// Why [`runner`](Self::runner) is what it is, fit to follow "because".
    pub transaction_reason: &'static str,
}

impl Migration {
    /// The part of the text that is applied.
    #[must_use]
    pub fn up_text<'a>(&self, map: &'a SourceMap) -> &'a str {
        self.up_span.slice(&map.file(self.up).text)
    }

    /// The file that holds the up script.
    #[must_use]
    pub fn path<'a>(&self, map: &'a SourceMap) -> &'a Utf8Path {
        map.path(self.up)
    }
}

/// A hand-written down script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Down {
    /// Its file; the up script's own file for tools that keep both in one.
    pub file: FileId,
    /// The part of the file that undoes the migration.
    pub span: Span,
    /// How the tool runs it.
    pub runner: Runner,
}

/// When a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Once, in the order of versions.
    Versioned,
    /// Once, wherever the history stands: Refinery's `U` files.
    OutOfOrder,
    /// After all versioned ones and again whenever it changes: Flyway's `R` files.
    Repeatable,
    /// In place of all versions up to its own, on a new database: Flyway's `B` files.
    Baseline,
}

/// A file that was seen and does not take part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file.
    pub path: Utf8PathBuf,
    /// Why, as a lowercase fragment.
    pub reason: String,
}

/// Something that the migration tool would refuse or stumble over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The file.
    pub path: Utf8PathBuf,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
}
