//! Prisma Migrate: `<timestamp>_name/migration.sql`, folders in the order of their names, and
//! `migration_lock.toml` with the provider. A `down.sql` beside the script is the documented place for a
//! hand-written way back.
//!
//! On PostgreSQL the schema engine sends the whole script as one simple query; from 7.4 it splits the script
//! and sends each statement by itself, so that nothing holds them together
//! (prisma/prisma-engines pull requests 5767 and 5799; `flavour/postgres/connector/native/mod.rs`,
//! `apply_migration_script`). The version is read from the project's `package.json`.

use camino::Utf8Path;

use super::{Arranged, Draft, folder_version, npm};
use crate::name::Dialect;
use crate::source::layout::{Habit, Runner};
use crate::source::names::dialect_word;
use crate::source::tree::View;

pub(super) const HABIT: Habit = Habit::new(
    Runner::MultiStatementQuery,
    "prisma (before 7.4) sends each script as one query, which is an implicit transaction when it holds several \
     statements",
);

const SPLIT: Habit = Habit::new(
    Runner::PerStatement,
    "package.json asks for prisma 7.4 or later, which sends each statement by itself",
);

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged { dialect: provider(view), ..Arranged::default() };
    let habit = match npm::wanted_version(view, "prisma") {
        Some(version) if version >= (7, 4) => SPLIT,
        _ => HABIT,
    };
    for folder in view.folders_with("migration.sql") {
        let (version, name) = folder_version(folder);
        let mut draft = Draft::new(version, name, &folder.join("migration.sql"), habit);
        let down = folder.join("down.sql");
        draft.down = view.has(down.as_str()).then_some(down);
        arranged.drafts.push(draft);
    }
    arranged.drafts.sort_by(|a, b| a.up.parent().cmp(&b.up.parent()));
    arranged
}

/// `provider = "postgresql"` of the lock file.
fn provider(view: &View<'_>) -> Option<Dialect> {
    let lock = Utf8Path::new("migration_lock.toml");
    if !view.has(lock.as_str()) {
        return None;
    }
    view.peek(lock.as_str())?.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        if key.trim() != "provider" {
            return None;
        }
        dialect_word(value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn folders_lock_file_and_down() {
        let folder = Folder::new(&[
            ("migration_lock.toml", "# do not edit\nprovider = \"mysql\"\n"),
            ("20240102000000_b/migration.sql", "b"),
            ("20240102000000_b/down.sql", "undo b"),
            ("0_init/migration.sql", "init"),
            ("20240103000000_empty/README.md", ""),
            ("seed.sql", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "prisma");
        assert_eq!(loaded.versions(), ["0", "20240102000000"]);
        assert_eq!(loaded.migration(0).name, "init");
        assert_eq!(loaded.down(1), Some("undo b"));
        assert_eq!(loaded.set.dialect_hint, Some(Dialect::MySql));
        assert_eq!(loaded.migration(1).runner, Runner::MultiStatementQuery);
        assert_eq!(loaded.skipped()[0].0, "seed.sql");
    }

    #[test]
    fn newer_engines_split_scripts() {
        let folder = Folder::new(&[
            ("package.json", r#"{"devDependencies": {"prisma": "^7.4.1"}}"#),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\""),
            ("prisma/migrations/1_a/migration.sql", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.migration(0).runner, Runner::PerStatement);
        assert_eq!(loaded.set.root, folder.path("prisma/migrations"));
        folder.write("package.json", r#"{"dependencies": {"prisma": "6.2.0"}}"#);
        assert_eq!(folder.load("").migration(0).runner, Runner::MultiStatementQuery);
    }
}
