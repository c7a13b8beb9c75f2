//! Flyway: `V1.2__name.sql`, undo `U1.2__name.sql`, repeatable `R__name.sql`, baseline `B1.2__name.sql`.
//!
//! Files are found at any depth. Versions compare part by part as numbers, `_` standing for `.`; repeatable
//! migrations run after all versioned ones, by description (`ResolvedMigrationComparator.java`,
//! `MigrationVersion.java`). A baseline is run instead of the versions up to its own, on a new database only.
//! A file `<script>.conf` may hold `executeInTransaction=` (`SqlScriptMetadata.java`). Callbacks are scripts
//! named after an event (`Event.java`).

use camino::Utf8Path;

use super::{Arranged, Draft};
use crate::source::layout::{Habit, Runner};
use crate::source::names::{prefixed, sql_stem};
use crate::source::natural::dotted;
use crate::source::set::Kind;
use crate::source::tree::View;

pub(super) const HABIT: Habit = Habit::new(
    Runner::SingleUnlessForbidden,
    "flyway runs each script in a transaction, unless it sees a statement that cannot run in one",
);

const SINGLE: Habit = Habit::new(Runner::Single, "the script's .conf file says executeInTransaction=true");

const PER_STATEMENT: Habit =
    Habit::new(Runner::PerStatement, "the script's .conf file says executeInTransaction=false");

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    let (mut undos, mut repeatables, mut baselines) = (Vec::new(), Vec::new(), Vec::new());
    for file in &view.files {
        let Some(name) = file.file_name() else { continue };
        if is_callback(name) {
            arranged.skip(file, "a flyway callback, which runs around migrations and not as one of them");
            continue;
        }
        let Some(parts) = prefixed(name) else { continue };
        let mut draft = Draft::new(&parts.version.replace('_', "."), parts.name, file, habit(view, file));
        match parts.prefix {
            'V' => arranged.drafts.push(draft),
            'U' => undos.push((parts.version, parts.name, file.as_path())),
            'B' => {
                draft.kind = Kind::Baseline;
                baselines.push(draft);
            }
            _ => {
                draft.kind = Kind::Repeatable;
                repeatables.push(draft);
            }
        }
    }
    arranged.pair_downs(&undos, "an undo script without a migration of its version");
    arranged.sort_by_version(dotted);
    place_baselines(&mut arranged, baselines);
    repeatables.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.up.cmp(&b.up)));
    arranged.drafts.extend(repeatables);
    arranged
}

/// The newest baseline opens the history when the versions it stands for are gone; otherwise those run.
fn place_baselines(arranged: &mut Arranged, mut baselines: Vec<Draft>) {
    let version = |d: &Draft| d.version.clone().unwrap_or_default();
    baselines.sort_by(|a, b| dotted(&version(a), &version(b)));
    let Some(newest) = baselines.pop() else { return };
    for older in baselines {
        arranged.skip(&older.up, format!("an older baseline than {}", newest.up));
    }
    let covered = |d: &Draft| dotted(&version(d), &version(&newest)).is_le();
    if arranged.drafts.iter().any(covered) {
        arranged.skip(
            &newest.up,
            "a baseline, which only a new database runs, in place of the versions it covers",
        );
    } else {
        arranged.drafts.insert(0, newest);
    }
}

fn habit(view: &View<'_>, file: &Utf8Path) -> Habit {
    let config = format!("{file}.conf");
    if !view.has(&config) {
        return HABIT;
    }
    let text = view.peek(&config).unwrap_or_default();
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "executeInTransaction").then(|| value.trim().to_ascii_lowercase())
    });
    match value.as_deref() {
        Some("true") => SINGLE,
        Some("false") => PER_STATEMENT,
        _ => HABIT,
    }
}

/// Whether a file is named after an event of Flyway, alone or followed by `__description`.
fn is_callback(file: &str) -> bool {
    let Some(stem) = sql_stem(file) else { return false };
    let event = stem.split("__").next().unwrap_or(stem);
    if matches!(event, "createSchema" | "beforeCreateSchema" | "beforeConnect" | "afterConnect") {
        return true;
    }
    let Some(rest) = event.strip_prefix("before").or_else(|| event.strip_prefix("after")) else {
        return false;
    };
    let rest = rest.strip_prefix("Each").unwrap_or(rest);
    let ends = ["Statement", "OperationFinish", "Applied", "Error"];
    let bare = ends.iter().rev().fold(rest, |name, end| name.strip_suffix(end).unwrap_or(name));
    let bare = bare.strip_suffix("Statement").unwrap_or(bare);
    matches!(
        bare,
        "Clean"
            | "Migrate"
            | "Undo"
            | "Validate"
            | "Baseline"
            | "Repair"
            | "Info"
            | "Repeatables"
            | "Versioned"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn versions_undo_repeatables_and_callbacks() {
        let folder = Folder::new(&[
            ("db/migration/V1__one.sql", "one"),
            ("db/migration/V1.10__c.sql", ""),
            ("db/migration/V1_2__b.sql", ""),
            ("db/migration/sub/V2__d.sql", ""),
            ("db/migration/U1__one.sql", "undo one"),
            ("db/migration/U9__gone.sql", ""),
            ("db/migration/R__views.sql", ""),
            ("db/migration/R__functions.sql", ""),
            ("db/migration/afterMigrate__grants.sql", ""),
        ]);
        let loaded = folder.load("db/migration");
        assert_eq!(loaded.set.layout.as_str(), "flyway");
        assert_eq!(
            loaded.order(),
            [
                "db/migration/V1__one.sql",
                "db/migration/V1_2__b.sql",
                "db/migration/V1.10__c.sql",
                "db/migration/sub/V2__d.sql",
                "db/migration/R__functions.sql",
                "db/migration/R__views.sql",
            ]
        );
        assert_eq!(loaded.versions(), ["1", "1.2", "1.10", "2", "-", "-"]);
        assert_eq!(loaded.down(0), Some("undo one"));
        assert_eq!(loaded.migration(5).kind, Kind::Repeatable);
        assert_eq!(loaded.migration(5).version, None);
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(skipped, ["db/migration/U9__gone.sql", "db/migration/afterMigrate__grants.sql"]);
    }

    #[test]
    fn script_configuration_decides_the_transaction() {
        let folder = Folder::new(&[
            ("sql/V1__a.sql", ""),
            ("sql/V2__b.sql", ""),
            ("sql/V2__b.sql.conf", "# why\nexecuteInTransaction = false\n"),
            ("sql/V3__c.sql", ""),
            ("sql/V3__c.sql.conf", "executeInTransaction=true"),
            ("flyway.conf", ""),
        ]);
        let loaded = folder.load("sql");
        let runners: Vec<_> = loaded.set.migrations.iter().map(|m| m.runner).collect();
        assert_eq!(runners, [Runner::SingleUnlessForbidden, Runner::PerStatement, Runner::Single]);
        assert!(loaded.migration(1).transaction_reason.contains("executeInTransaction=false"));
    }

    #[test]
    fn baselines_stand_for_versions_that_are_gone() {
        let folder = Folder::new(&[
            ("B5__all.sql", ""),
            ("B3__old.sql", ""),
            ("V6__six.sql", ""),
            ("flyway.toml", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.order(), ["B5__all.sql", "V6__six.sql"]);
        assert_eq!(loaded.migration(0).kind, Kind::Baseline);
        folder.write("V4__four.sql", "");
        let loaded = folder.load("");
        assert_eq!(loaded.order(), ["V4__four.sql", "V6__six.sql"]);
        assert_eq!(loaded.skipped().len(), 2);
    }

    #[test]
    fn callback_names() {
        for name in [
            "beforeMigrate.sql",
            "afterMigrate__x.sql",
            "afterEachMigrateStatementError.sql",
            "beforeRepeatables.sql",
            "afterVersioned.sql",
            "afterMigrateApplied.sql",
            "afterMigrateOperationFinish.sql",
            "createSchema.sql",
            "afterUndoError.sql",
        ] {
            assert!(is_callback(name), "{name}");
        }
        for name in ["after_party.sql", "before.sql", "V1__afterMigrate.sql", "afterparty.sql"] {
            assert!(!is_callback(name), "{name}");
        }
    }
}
