//! Supabase: `supabase/migrations/<timestamp>_name.sql`, in the order of file names
//! (`apps/cli-go/pkg/migration/list.go`, which also leaves out a first `<timestamp>_init.sql` from before
//! 2021-12-09).
//!
//! The CLI sends a file's statements as one batch, together with the row that records it, so they share a
//! transaction. From 2.109 it sends statements that cannot run in a transaction by themselves, between
//! batches (supabase/cli pull request 5671); before that they failed. The version is read from the project's
//! `package.json`; without one, the current CLI is assumed.

use super::{Arranged, Draft};
use crate::name::Dialect;
use crate::source::layout::{Habit, Runner};
use crate::source::layouts::npm;
use crate::source::names::numbered;
use crate::source::natural::numeric;
use crate::source::tree::View;

pub(super) const HABIT: Habit = Habit::new(
    Runner::SplitAroundForbidden,
    "the supabase CLI (2.109 and later) runs each file in transactions, and statements that cannot run in one \
     by themselves between them",
);

const OLD: Habit = Habit::new(
    Runner::Single,
    "package.json asks for a supabase CLI older than 2.109, which runs each file as one batch in a transaction",
);

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged { dialect: Some(Dialect::PostgreSql), ..Arranged::default() };
    let habit = match npm::wanted_version(view, "supabase") {
        Some(version) if version < (2, 109) => OLD,
        _ => HABIT,
    };
    for file in view.direct() {
        let Some((version, name)) = numbered(file.as_str()) else { continue };
        let legacy = name == "init" && version.len() == 14 && numeric(version, "20211209000000").is_lt();
        if legacy && arranged.drafts.is_empty() {
            arranged.skip(file, "supabase leaves out an initial migration from before 2021-12-09");
            continue;
        }
        arranged.drafts.push(Draft::new(version, name, file, habit));
    }
    arranged.drafts.sort_by(|a, b| a.up.cmp(&b.up));
    arranged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn folder_name_order_and_dialect() {
        let folder = Folder::new(&[
            ("supabase/migrations/20240102000000_b.sql", ""),
            ("supabase/migrations/20240101000000_a.sql", ""),
            ("supabase/migrations/20200101000000_init.sql", ""),
            ("supabase/migrations/notes.sql", ""),
            ("supabase/seed.sql", ""),
            ("supabase/config.toml", "project_id = \"x\"\n"),
        ]);
        for name in ["supabase/migrations", "supabase", ""] {
            let loaded = folder.load(name);
            assert_eq!(loaded.set.layout.as_str(), "supabase", "{name}");
            assert_eq!(loaded.versions(), ["20240101000000", "20240102000000"]);
            assert_eq!(loaded.set.dialect_hint, Some(Dialect::PostgreSql));
            assert_eq!(loaded.set.root, folder.path("supabase/migrations"));
            assert_eq!(loaded.migration(0).runner, Runner::SplitAroundForbidden);
        }
        let loaded = folder.load("supabase");
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(
            skipped,
            [
                "supabase/migrations/20200101000000_init.sql",
                "supabase/migrations/notes.sql",
                "supabase/seed.sql"
            ]
        );
    }

    #[test]
    fn an_older_cli_runs_one_batch() {
        let folder = Folder::new(&[
            ("package.json", r#"{"devDependencies": {"supabase": "^2.30.4"}}"#),
            ("supabase/migrations/20240101000000_a.sql", ""),
        ]);
        assert_eq!(folder.load("supabase/migrations").migration(0).runner, Runner::Single);
    }
}
