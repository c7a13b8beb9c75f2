//! Diesel: one folder per migration, `<version>_<name>/up.sql`, `down.sql` and `metadata.toml`.
//!
//! The version is the folder's name up to the first `_`, without `-`; versions compare as text
//! (`migrations_internals/src/lib.rs`). A `metadata.toml` that does not mention `run_in_transaction` turns the
//! transaction off, as the field's default in it is `false`; without the file it is on. A script without a
//! transaction is one `batch_execute`, so several statements share the server's implicit transaction, as the
//! documentation of `FileBasedMigrations` says.

use camino::Utf8Path;

use super::{Arranged, Draft};
use crate::source::layout::{Habit, Runner};
use crate::source::tree::View;

pub(super) const HABIT: Habit =
    Habit::new(Runner::Single, "diesel runs each migration in a transaction of its own");

const OPTED_OUT: Habit = Habit::new(
    Runner::MultiStatementQuery,
    "metadata.toml says run_in_transaction = false, so diesel sends the script as one query",
);

const OPTED_OUT_SILENTLY: Habit = Habit::new(
    Runner::MultiStatementQuery,
    "metadata.toml does not say run_in_transaction = true, so diesel sends the script as one query",
);

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    for folder in view.folders_with("up.sql") {
        let name = folder.as_str();
        let (version, rest) = name.split_once('_').unwrap_or((name, name));
        let mut draft =
            Draft::new(&version.replace('-', ""), rest, &folder.join("up.sql"), habit(view, folder));
        let down = folder.join("down.sql");
        draft.down = view.has(down.as_str()).then_some(down);
        arranged.drafts.push(draft);
    }
    arranged.sort_by_version(str::cmp);
    arranged
}

fn habit(view: &View<'_>, folder: &Utf8Path) -> Habit {
    let file = folder.join("metadata.toml");
    if !view.has(file.as_str()) {
        return HABIT;
    }
    let text = view.peek(file.as_str()).unwrap_or_default();
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        let value = value.split('#').next().unwrap_or(value);
        (key.trim().trim_matches('"') == "run_in_transaction").then(|| value.trim().to_owned())
    });
    match value.as_deref() {
        None => OPTED_OUT_SILENTLY,
        Some("false") => OPTED_OUT,
        // Anything but a boolean makes diesel ignore the file.
        Some(_) => HABIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn folders_order_and_metadata() {
        let folder = Folder::new(&[
            ("00000000000000_diesel_initial_setup/up.sql", "setup"),
            ("00000000000000_diesel_initial_setup/down.sql", "unset"),
            ("2020-01-02-030405_b/up.sql", ""),
            ("2020-01-02-030405_b/metadata.toml", "# x\nrun_in_transaction = false # why\n"),
            ("20190101000000_a/up.sql", ""),
            ("20190101000000_a/metadata.toml", "run_in_transaction = true\n"),
            ("2021-01-01-000000_c/up.sql", ""),
            ("2021-01-01-000000_c/metadata.toml", "\n"),
            ("2022-01-01-000000_d/down.sql", ""),
            (".gitkeep", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "diesel");
        assert_eq!(
            loaded.versions(),
            ["00000000000000", "20190101000000", "20200102030405", "20210101000000"]
        );
        assert_eq!(loaded.migration(0).name, "diesel_initial_setup");
        assert_eq!(loaded.down(0), Some("unset"));
        let runners: Vec<_> = loaded.set.migrations.iter().map(|m| m.runner).collect();
        let (single, query) = (Runner::Single, Runner::MultiStatementQuery);
        assert_eq!(runners, [single, single, query, query]);
        assert_eq!(loaded.skipped()[0].0, "2022-01-01-000000_d/down.sql");
    }
}
