//! Drizzle: `meta/_journal.json` lists the scripts in running order (`drizzle-orm/src/migrator.ts`). From
//! version 1 there is no journal: each migration is a folder with `migration.sql` and `snapshot.json`, ordered
//! by folder name.
//!
//! `migrate()` runs every pending migration in one transaction (`pg-core/dialect.ts`, `migrate`).

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use super::{Arranged, Draft, folder_version};
use crate::name::Dialect;
use crate::source::error::SourceError;
use crate::source::layout::{Habit, Runner};
use crate::source::names::{after_version, dialect_word, is_sql, leading_version};
use crate::source::tree::View;
use crate::text::offset;

pub(super) const HABIT: Habit =
    Habit::new(Runner::Shared, "drizzle runs all pending migrations in one transaction");

const JOURNAL: &str = "meta/_journal.json";

#[derive(Deserialize)]
struct Journal {
    dialect: Option<String>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    tag: String,
}

#[derive(Deserialize)]
struct Snapshot {
    dialect: Option<String>,
}

pub(super) fn arrange(view: &View<'_>) -> Result<Arranged, SourceError> {
    if view.has(JOURNAL) { from_journal(view) } else { Ok(from_folders(view)) }
}

fn from_journal(view: &View<'_>) -> Result<Arranged, SourceError> {
    let path = Utf8Path::new(JOURNAL);
    let text = view.read(path)?;
    let journal: Journal = serde_json::from_str(&text).map_err(|error| SourceError::Bookkeeping {
        path: view.shown(path),
        line: offset(error.line()).max(1),
        message: format!("not a drizzle journal: {error}"),
    })?;
    let mut arranged = Arranged { dialect: dialect(journal.dialect.as_deref()), ..Arranged::default() };
    for entry in &journal.entries {
        let up = Utf8PathBuf::from(format!("{}.sql", entry.tag));
        if !view.has(up.as_str()) {
            return Err(SourceError::Bookkeeping {
                path: view.shown(path),
                line: line_of(&text, &entry.tag),
                message: format!(
                    "lists {:?}, but there is no {}; restore the file or remove the entry",
                    entry.tag,
                    view.shown(&up)
                ),
            });
        }
        let version = leading_version(&entry.tag).unwrap_or("");
        arranged.drafts.push(Draft::new(version, after_version(&entry.tag, version), &up, HABIT));
    }
    let listed: BTreeSet<Utf8PathBuf> = arranged.drafts.iter().map(|d| d.up.clone()).collect();
    for file in view.direct().filter(|f| is_sql(f) && !listed.contains(*f)) {
        arranged.skip(file, "meta/_journal.json does not list it, so drizzle does not run it");
    }
    Ok(arranged)
}

fn from_folders(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    for folder in view.folders_with("migration.sql") {
        let (version, name) = folder_version(folder);
        arranged.drafts.push(Draft::new(version, name, &folder.join("migration.sql"), HABIT));
        let snapshot = folder.join("snapshot.json");
        if arranged.dialect.is_none() && view.has(snapshot.as_str()) {
            arranged.dialect = view
                .peek(snapshot.as_str())
                .and_then(|text| serde_json::from_str::<Snapshot>(&text).ok())
                .and_then(|snapshot| dialect(snapshot.dialect.as_deref()));
        }
    }
    arranged.drafts.sort_by(|a, b| a.up.parent().cmp(&b.up.parent()));
    arranged
}

fn dialect(word: Option<&str>) -> Option<Dialect> {
    word.and_then(dialect_word)
}

/// The 1-based line on which a tag stands.
fn line_of(text: &str, tag: &str) -> u32 {
    let quoted = format!("\"{tag}\"");
    let at = text.find(&quoted).unwrap_or(0);
    offset(text[..at].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    const TWO: &str = r#"{"version": "7", "dialect": "sqlite",
"entries": [
  {"idx": 0, "when": 1, "tag": "0000_b", "breakpoints": true},
  {"idx": 1, "when": 2, "tag": "0001_a", "breakpoints": true}
]}"#;

    #[test]
    fn the_journal_gives_the_order() {
        let folder = Folder::new(&[
            ("drizzle/meta/_journal.json", TWO),
            (
                "drizzle/0000_b.sql",
                "create table a(b int);\n--> statement-breakpoint\ncreate table c(d int);",
            ),
            ("drizzle/0001_a.sql", ""),
            ("drizzle/0002_custom.sql", ""),
        ]);
        for name in ["drizzle", ""] {
            let loaded = folder.load(name);
            assert_eq!(loaded.set.layout.as_str(), "drizzle");
            assert_eq!(loaded.order(), ["drizzle/0000_b.sql", "drizzle/0001_a.sql"]);
            assert_eq!(loaded.versions(), ["0000", "0001"]);
            assert_eq!(loaded.migration(0).name, "b");
            assert_eq!(loaded.migration(0).runner, Runner::Shared);
            assert_eq!(loaded.set.dialect_hint, Some(Dialect::Sqlite));
            assert_eq!(loaded.skipped()[0].0, "drizzle/0002_custom.sql");
        }
    }

    #[test]
    fn a_broken_journal_is_placed() {
        let folder = Folder::new(&[("meta/_journal.json", TWO), ("0000_b.sql", "")]);
        let error = folder.try_load("", &crate::source::LoadOptions::default()).err().unwrap().to_string();
        assert!(error.contains("_journal.json:4: lists \"0001_a\""), "{error}");
        folder.write("meta/_journal.json", "{\n  \"entries\": [,]\n}");
        let error = folder.try_load("", &crate::source::LoadOptions::default()).err().unwrap().to_string();
        assert!(error.contains("_journal.json:2: not a drizzle journal"), "{error}");
    }

    #[test]
    fn folders_without_a_journal() {
        let folder = Folder::new(&[
            ("20240102000000_b/migration.sql", ""),
            ("20240102000000_b/snapshot.json", r#"{"dialect": "postgres"}"#),
            ("20240101000000_a/migration.sql", ""),
            ("20240101000000_a/snapshot.json", "{}"),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "drizzle");
        assert_eq!(loaded.versions(), ["20240101000000", "20240102000000"]);
        assert_eq!(loaded.set.dialect_hint, Some(Dialect::PostgreSql));
    }
}
