//! Which migrations a database has had, by its migration tool's history table, and which it lacks.
//!
//! In: the history and the migrations of a folder. Out: [`Deployed`]. A migration that ran and is not in the folder,
//! or whose file has changed since, is named: the database and the folder tell different stories then.

use crate::introspect::history::{Applied, History, State, Tool};
use crate::source::{Kind, Migration, MigrationSet};
use crate::text::SourceMap;

/// How far a database has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// Migrations that ran, as indexes into the set.
    pub applied: Vec<usize>,
    /// Migrations that did not.
    pub pending: Vec<usize>,
    /// What ran and is not in the folder.
    pub missing: Vec<String>,
    /// Files that are not what ran.
    pub changed: Vec<String>,
    /// What was begun and not finished.
    pub failed: Vec<String>,
}

/// Compares a history with a folder.
#[must_use]
pub fn deployed(history: &History, set: &MigrationSet, map: &SourceMap) -> Deployed {
    let mut result = Deployed::default();
    let mut ran = vec![false; set.migrations.len()];
    let reached = history.applied.iter().filter(|a| counts_below(history.tool, a));
    for row in reached {
        for (index, migration) in set.migrations.iter().enumerate() {
            let below = match (&migration.version, &row.version) {
                (Some(mine), Some(theirs)) => parts(mine) <= parts(theirs),
                _ => false,
            };
            ran[index] |= below && migration.kind != Kind::Repeatable;
        }
    }
    for (place, row) in history.applied.iter().enumerate() {
        let found = (0..set.migrations.len()).find(|i| is(history.tool, row, place, *i, set, map));
        if row.state == State::Failed {
            result.failed.push(label(row, place));
        }
        let Some(index) = found else {
            // A baseline stands for files that may never have been here.
            if row.state != State::Baseline && !(history.tool == Tool::GolangMigrate && ran.contains(&true)) {
                result.missing.push(label(row, place));
            }
            continue;
        };
        let migration = &set.migrations[index];
        let fits = row.checksum.as_ref().is_none_or(|checksum| {
            let version = migration.version.as_deref().unwrap_or_default();
            checksum.fits(version, &migration.name, &map.file(migration.up).text)
        });
        // A repeatable migration that has changed runs again.
        let again = migration.kind == Kind::Repeatable && !fits;
        ran[index] |= row.state != State::Failed && !again;
        if !fits && !again {
            result.changed.push(migration.path(map).to_string());
        }
    }
    for (index, migration) in set.migrations.iter().enumerate() {
        // A baseline is for databases that have nothing yet.
        let passed = migration.kind == Kind::Baseline && !history.applied.is_empty();
        if ran[index] {
            result.applied.push(index);
        } else if !passed {
            result.pending.push(index);
        }
    }
    result
}

/// Whether a row says that everything up to its version ran.
fn counts_below(tool: Tool, row: &Applied) -> bool {
    match row.state {
        State::Baseline => true,
        // golang-migrate keeps the last version only; when it is dirty, that one did not finish, and is listed.
        State::Applied | State::Failed => tool == Tool::GolangMigrate && row.state == State::Applied,
    }
}

/// Whether a row is about a migration.
fn is(tool: Tool, row: &Applied, place: usize, index: usize, set: &MigrationSet, map: &SourceMap) -> bool {
    let migration = &set.migrations[index];
    match tool {
        Tool::Prisma => row.name.as_deref() == Some(folder(migration, map)),
        // It keeps nothing that names the file, and runs the journal in order.
        Tool::Drizzle => place == index,
        Tool::Flyway if row.version.is_none() => {
            migration.kind == Kind::Repeatable
                && row.name.as_deref() == Some(migration.name.replace('_', " ").as_str())
        }
        Tool::Sqitch => row.version == migration.version || row.version.as_ref() == Some(&migration.name),
        Tool::Refinery
        | Tool::Flyway
        | Tool::Sqlx
        | Tool::Diesel
        | Tool::Goose
        | Tool::GolangMigrate
        | Tool::Dbmate
        | Tool::Supabase => match (&row.version, &migration.version) {
            (Some(theirs), Some(mine)) => {
                parts(theirs) == parts(mine) && !matches!(migration.kind, Kind::Repeatable | Kind::Baseline)
            }
            _ => false,
        },
    }
}

/// The folder that a migration's script lies in: Prisma's name for it.
fn folder<'a>(migration: &Migration, map: &'a SourceMap) -> &'a str {
    migration.path(map).parent().and_then(|p| p.file_name()).unwrap_or_default()
}

/// A version as numbers, however many zeros it is written with; what is no number counts as its text.
fn parts(version: &str) -> Vec<(u128, String)> {
    let mut parts: Vec<(u128, String)> = version
        .split(['.', '_'])
        .map(|part| {
            let digits = part.replace('-', "");
            digits.parse().map_or_else(|_| (u128::MAX, part.to_owned()), |n| (n, String::new()))
        })
        .collect();
    while parts.len() > 1 && parts.last().is_some_and(|(n, text)| *n == 0 && text.is_empty()) {
        parts.pop();
    }
    parts
}

fn label(row: &Applied, place: usize) -> String {
    match (&row.version, &row.name) {
        (Some(version), Some(name)) if version != name => format!("{version} {name}"),
        (Some(text), _) | (None, Some(text)) => text.clone(),
        (None, None) => format!("number {}", place + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::introspect::history::checksum::Checksum;
    use crate::name::QName;
    use crate::source::{Input, Layout, Runner};
    use crate::text::{SourceFile, Span, offset};

    /// Files as `path version name`, with texts that are their names.
    fn folder_of(files: &[(&str, Option<&str>, &str, Kind)]) -> (MigrationSet, SourceMap) {
        let mut map = SourceMap::default();
        let migrations = files
            .iter()
            .map(|(path, version, name, kind)| Migration {
                version: version.map(str::to_owned),
                name: (*name).to_owned(),
                kind: *kind,
                up_span: Span::new(0, offset(name.len())),
                up: map.add(SourceFile::new(*path, *name)),
                down: None,
                runner: Runner::Single,
                transaction_reason: "",
            })
            .collect();
        let set = MigrationSet {
            layout: Layout::Plain,
            input: Input::Stdin,
            root: "m".into(),
            migrations,
            skipped: Vec::new(),
            warnings: Vec::new(),
            dialect_hint: None,
        };
        (set, map)
    }

    fn row(version: Option<&str>, name: Option<&str>, state: State) -> Applied {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Applied { version: own(version), name: own(name), checksum: None, state }
    }

    fn history(tool: Tool, applied: Vec<Applied>) -> History {
        History { tool, table: QName::qualified("public", "history"), applied }
    }

    const V: Kind = Kind::Versioned;

    #[test]
    fn versions_are_numbers() {
        let (set, map) = folder_of(&[("m/001_a.sql", Some("001"), "a", V), ("m/2_b.sql", Some("2"), "b", V)]);
        let found = deployed(
            &history(
                Tool::Dbmate,
                vec![row(Some("1"), None, State::Applied), row(Some("9"), None, State::Applied)],
            ),
            &set,
            &map,
        );
        assert_eq!((found.applied, found.pending, found.missing), (vec![0], vec![1], vec!["9".to_owned()]));
    }

    #[test]
    fn the_last_version_stands_for_all_before() {
        let files: Vec<_> = [("m/1.sql", "1"), ("m/2.sql", "2"), ("m/10.sql", "10")]
            .map(|(p, v)| (p, Some(v), "x", V))
            .into();
        let (set, map) = folder_of(&files);
        let found =
            deployed(&history(Tool::GolangMigrate, vec![row(Some("2"), None, State::Applied)]), &set, &map);
        assert_eq!((found.applied, found.pending), (vec![0, 1], vec![2]));
        let dirty =
            deployed(&history(Tool::GolangMigrate, vec![row(Some("2"), None, State::Failed)]), &set, &map);
        assert_eq!(dirty.failed, ["2"]);
    }

    #[test]
    fn flyway_has_baselines_and_repeatable_ones() {
        let (set, map) = folder_of(&[
            ("m/B2__all.sql", Some("2"), "all", Kind::Baseline),
            ("m/V1__a.sql", Some("1"), "a", V),
            ("m/V2.1__b.sql", Some("2.1"), "b", V),
            ("m/R__old_view.sql", None, "old_view", Kind::Repeatable),
            ("m/R__new_view.sql", None, "new_view", Kind::Repeatable),
        ]);
        let repeatable = |name: &str, text: &str| {
            let mut row = row(None, Some(name), State::Applied);
            // CRC-32 of the text, by way of the rule itself.
            row.checksum = (i32::MIN..=i32::MIN + 1).map(Checksum::Flyway).next().filter(|_| text.is_empty());
            row
        };
        let applied = vec![
            row(Some("1.0"), Some("<< Baseline >>"), State::Baseline),
            repeatable("old view", "as it is"),
            repeatable("new view", ""),
        ];
        let found = deployed(&history(Tool::Flyway, applied), &set, &map);
        assert_eq!((found.applied, found.pending), (vec![1, 3], vec![2, 4]));
        assert_eq!((found.missing, found.changed), (Vec::<String>::new(), Vec::<String>::new()));
    }

    #[test]
    fn changed_files_are_named() {
        let (set, map) = folder_of(&[("m/V1__a.sql", Some("1"), "a", V)]);
        let mut applied = row(Some("1"), Some("a"), State::Applied);
        applied.checksum = Some(Checksum::Refinery { hash: 1, wide: false });
        let found = deployed(&history(Tool::Refinery, vec![applied]), &set, &map);
        assert_eq!((found.applied, found.changed), (vec![0], vec!["m/V1__a.sql".to_owned()]));
    }

    #[test]
    fn prisma_goes_by_folders_and_drizzle_by_order() {
        let (set, map) = folder_of(&[
            ("m/2024_init/migration.sql", Some("2024"), "init", V),
            ("m/2025_more/migration.sql", Some("2025"), "more", V),
        ]);
        let found =
            deployed(&history(Tool::Prisma, vec![row(None, Some("2024_init"), State::Applied)]), &set, &map);
        assert_eq!((found.applied, found.pending), (vec![0], vec![1]));
        let found = deployed(&history(Tool::Drizzle, vec![row(None, None, State::Applied)]), &set, &map);
        assert_eq!((found.applied, found.pending), (vec![0], vec![1]));
    }
}
