//! Flyway: `V1.2__name.sql`, undo `U1.2__name.sql`, repeatable `R__name.sql`, baseline `B1.2__name.sql`.
//!
//! Files are found at any depth. Versions compare part by part as numbers, `_` standing for `.`; repeatable
//! migrations run after all versioned ones, by description (`ResolvedMigrationComparator.java`,
//! `MigrationVersion.java`). A baseline is run instead of the versions up to its own, on a new database only.
//! A file `<script>.conf` may hold `executeInTransaction=` (`SqlScriptMetadata.java`). Callbacks are scripts
//! named after an event (`Event.java`). The prefix `V` can be changed, and left out: what the project's configuration says
//! holds, else what the names say.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Arranged, Draft};
use crate::source::layout::{Habit, Runner};
use crate::source::names::{Prefixed, prefixed, sql_stem, versioned};
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

/// Where Flyway, and Spring Boot for it, keep their settings.
const CONFIGS: [&str; 7] = [
    "flyway.toml",
    "flyway.conf",
    "conf/flyway.toml",
    "conf/flyway.conf",
    "application.yml",
    "application.yaml",
    "application.properties",
];

/// Files that name Flyway in a project that uses it.
const BUILDS: [&str; 4] = ["build.gradle", "build.gradle.kts", "pom.xml", "package.json"];

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    let prefix = prefix(view);
    let places = locations(view);
    let (mut undos, mut repeatables, mut baselines) = (Vec::new(), Vec::new(), Vec::new());
    for file in &view.files {
        let Some(name) = file.file_name() else { continue };
        if is_callback(name) {
            arranged.skip(file, "a flyway callback, which runs around migrations and not as one of them");
            continue;
        }
        let Some(parts) = parts(name, &prefix) else { continue };
        if !is_in(view, file, &places) {
            arranged
                .skip(file, "the project's configuration does not list its folder under flyway's locations");
            continue;
        }
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

/// Reads a name, given the prefix of what has a version.
fn parts<'a>(name: &'a str, prefix: &str) -> Option<Prefixed<'a>> {
    match prefix {
        "V" => prefixed(name),
        other => prefixed(name).filter(|parts| parts.prefix != 'V').or_else(|| versioned(name, other)),
    }
}

/// Whether the scripts of a folder without `V` are Flyway's: its configuration says so, or all that have a version are
/// named `1__name.sql`, and repeatable scripts or the project around speak of Flyway.
pub(in crate::source) fn goes_without_prefix(view: &View<'_>) -> bool {
    let sql = || view.files.iter().filter_map(|f| f.file_name()).filter(|name| sql_stem(name).is_some());
    if !prefix(view).is_empty() || !sql().any(|name| versioned(name, "").is_some()) {
        return false;
    }
    let digit = |name: &&str| name.starts_with(|c: char| c.is_ascii_digit());
    let others = sql().filter(digit).any(|name| versioned(name, "").is_none());
    let repeatable = || sql().any(|name| prefixed(name).is_some_and(|parts| parts.prefix == 'R'));
    let named = || {
        let speaks = |text: &str| text.to_ascii_lowercase().contains("flyway");
        BUILDS.iter().any(|build| view.above(build).iter().any(|(_, text)| speaks(text)))
    };
    setting(view, "sqlmigrationprefix").is_some() || (!others && (repeatable() || named()))
}

/// The prefix of what has a version: that of the configuration; else none where no script has `V`.
fn prefix(view: &View<'_>) -> String {
    if let Some(prefix) = setting(view, "sqlmigrationprefix") {
        return prefix;
    }
    let names = || view.files.iter().filter_map(|f| f.file_name());
    let usual = names().any(|name| prefixed(name).is_some_and(|parts| parts.prefix != 'R'));
    let bare = !usual && names().any(|name| versioned(name, "").is_some());
    if bare { String::new() } else { "V".to_owned() }
}

/// The folders that the configuration lists, without their scheme; empty where it lists none, or not by name.
fn locations(view: &View<'_>) -> Vec<Utf8PathBuf> {
    let Some(list) = setting(view, "locations") else { return Vec::new() };
    let places: Vec<&str> = list
        .trim_matches(['[', ']'])
        .split(',')
        .map(|place| place.trim().trim_matches(['"', '\'']))
        .map(|place| place.split_once(':').map_or(place, |(_, path)| path).trim_matches('/'))
        .collect();
    let by_name = places.iter().all(|place| !place.is_empty() && !place.contains(['{', '*', '$', '?']));
    let places: Vec<Utf8PathBuf> = places.into_iter().map(Utf8PathBuf::from).collect();
    // A list that fits nothing here is about something else.
    let fits = by_name && view.files.iter().any(|file| is_in(view, file, &places));
    if fits { places } else { Vec::new() }
}

/// Whether a file lies below one of these folders, whatever lies above them.
fn is_in(view: &View<'_>, file: &Utf8Path, places: &[Utf8PathBuf]) -> bool {
    if places.is_empty() {
        return true;
    }
    let full = view.full().join(file);
    full.ancestors().skip(1).any(|folder| places.iter().any(|place| folder.ends_with(place)))
}

/// A setting of Flyway's nearest configuration, in whichever spelling: `flyway.sqlMigrationPrefix=`,
/// `spring.flyway.sql-migration-prefix=`, `sql-migration-prefix: ""` below `flyway:`.
fn setting(view: &View<'_>, key: &str) -> Option<String> {
    CONFIGS.iter().find_map(|name| view.above(name).iter().find_map(|(_, text)| value(text, key)))
}

/// The value of a key in a properties, YAML or TOML file, where it stands about Flyway.
fn value(text: &str, key: &str) -> Option<String> {
    // Indentation of the `flyway:` or `[flyway]` that the lines stand below.
    let mut below: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let section = line.trim_matches(['[', ']', ':']).rsplit('.').next() == Some("flyway");
        if section && (line.ends_with(':') || line.starts_with('[')) {
            below = Some(if line.starts_with('[') { 0 } else { indent + 1 });
            continue;
        }
        if line.starts_with('[') || below.is_some_and(|least| indent < least) {
            below = None;
        }
        let Some((name, value)) = line.split_once(['=', ':']) else { continue };
        let (path, name) = name.trim().rsplit_once('.').unwrap_or(("", name.trim()));
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        if (below.is_some() || path.ends_with("flyway")) && name.eq_ignore_ascii_case(key) {
            let value = value.trim().trim_matches(['"', '\'']);
            return (!value.contains("${")).then(|| value.to_owned());
        }
    }
    None
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
    use crate::source::layout::Layout;
    use crate::source::testing::Folder;

    #[test]
    fn the_prefix_may_be_left_out() {
        let names = ["all/20240102__b.sql", "all/20240101__a.sql", "all/R__views.sql"];
        let files = |more: &[(&'static str, &'static str)]| {
            names.iter().map(|name| (*name, "")).chain(more.iter().copied()).collect::<Vec<_>>()
        };
        let by_names = Folder::new(&files(&[]));
        let loaded = by_names.load("");
        assert_eq!(loaded.set.layout, Layout::Flyway);
        assert_eq!(loaded.order(), ["all/20240101__a.sql", "all/20240102__b.sql", "all/R__views.sql"]);
        // Numbers and two underscores alone are no evidence.
        let plain = Folder::new(&[("1__a.sql", ""), ("2__b.sql", "")]);
        assert_eq!(plain.load("").set.layout, Layout::Plain);
        let gradle = Folder::new(&[("m/1__a.sql", ""), ("build.gradle", "id 'org.flywaydb.flyway'")]);
        assert_eq!(gradle.load("m").set.layout, Layout::Flyway);
        // What has the prefix is what counts.
        let mixed =
            Folder::new(&[("V1__a.sql", ""), ("V2__b.sql", ""), ("V3__c.sql", ""), ("1__seed.sql", "")]);
        assert_eq!(mixed.load("").order(), ["V1__a.sql", "V2__b.sql", "V3__c.sql"]);
    }

    #[test]
    fn the_configuration_tells_prefix_and_locations() {
        let yaml = "spring:\n  flyway:\n    sql-migration-prefix: \"\"\n    locations: classpath:db/m/all,classpath:db/m/some\n";
        let folder = Folder::new(&[
            ("res/application.yml", yaml),
            ("res/db/m/all/1__a.sql", ""),
            ("res/db/m/some/2__b.sql", ""),
            ("res/db/m/test/2__b.sql", ""),
            ("res/db/m/all/V3__old.sql", ""),
        ]);
        let loaded = folder.load("res/db/m");
        assert_eq!(
            (loaded.set.layout, loaded.order()),
            (Layout::Flyway, vec!["res/db/m/all/1__a.sql", "res/db/m/some/2__b.sql"])
        );
        let skipped: Vec<&str> = loaded.set.skipped.iter().map(|s| s.reason.as_str()).collect();
        assert!(skipped.iter().any(|reason| reason.contains("flyway's locations")), "{skipped:?}");
        let value = |text: &str| value(text, "sqlmigrationprefix");
        assert_eq!(value("flyway.sqlMigrationPrefix=M\n").as_deref(), Some("M"));
        assert_eq!(value("[flyway]\nsqlMigrationPrefix = \"\"\n").as_deref(), Some(""));
        assert_eq!(value("spring.flyway.sql-migration-prefix=\n").as_deref(), Some(""));
        assert_eq!(value("other:\n  sql-migration-prefix: X\n"), None);
        assert_eq!(value("flyway:\n  url: x\nother:\n  sql-migration-prefix: X\n"), None);
        assert_eq!(value("flyway.sqlMigrationPrefix=${P}\n"), None);
    }

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
