//! Which migrations are under review; the others are the history that gives them context.

use camino::{Utf8Path, Utf8PathBuf};

use super::disk;
use super::error::{SourceError, near_misses};
use super::git::changed_since;
use super::input::Input;
use super::natural::{dotted, is_dotted};
use super::set::{Kind, Migration, MigrationSet};
use crate::text::SourceMap;

/// What the user wants reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everything; there is no history.
    All,
    /// The last so many migrations in running order, repeatable ones apart.
    Last(usize),
    /// The migration with this version and all later ones, repeatable ones apart.
    From(String),
    /// What was added or changed since the branch left this revision.
    Since(String),
    /// These files, or the migrations in these folders.
    Files(Vec<Utf8PathBuf>),
}

impl Selection {
    /// The selection that the options of a command make; at most one of them may be given.
    ///
    /// # Errors
    /// [`SourceError::Contradictory`] when several are given, or a number of migrations that selects nothing.
    pub fn from_options(
        last: Option<usize>,
        from: Option<&str>,
        since: Option<&str>,
        files: &[Utf8PathBuf],
    ) -> Result<Self, SourceError> {
        let given: Vec<&str> = [
            ("--last", last.is_some()),
            ("--from", from.is_some()),
            ("--since", since.is_some()),
            ("naming files", !files.is_empty()),
        ]
        .iter()
        .filter_map(|(option, is_given)| is_given.then_some(*option))
        .collect();
        if given.len() > 1 {
            return Err(SourceError::Contradictory(format!(
                "{} each select what to review; use one of them",
                given.join(" and ")
            )));
        }
        if last == Some(0) {
            return Err(SourceError::Contradictory("--last 0 selects nothing; give 1 or more".to_owned()));
        }
        Ok(match (last, from, since) {
            (Some(count), ..) => Self::Last(count),
            (_, Some(version), _) => Self::From(version.to_owned()),
            (_, _, Some(rev)) => Self::Since(rev.to_owned()),
            _ if files.is_empty() => Self::All,
            _ => Self::Files(files.to_vec()),
        })
    }
}

/// A set divided in two; both lists hold indexes into [`MigrationSet::migrations`] in running order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Replayed first, to know the schema; not reported on.
    pub history: Vec<usize>,
    /// What is reviewed. Empty when nothing changed.
    pub under_review: Vec<usize>,
}

/// Divides a set. Repeatable migrations run again only when they change, so they are under review when they
/// are selected by change or by name, and history otherwise.
///
/// # Errors
/// [`SourceError::VersionNotFound`], [`SourceError::NotInSet`], git's errors for [`Selection::Since`], and
/// [`SourceError::Contradictory`] where a selection by change is asked of a source that is not a folder on disk.
pub fn select(set: &MigrationSet, map: &SourceMap, selection: &Selection) -> Result<Selected, SourceError> {
    let once = |index: &usize| set.migrations[*index].kind != Kind::Repeatable;
    let all = 0..set.migrations.len();
    let chosen: Vec<usize> = match selection {
        Selection::All => all.clone().collect(),
        Selection::Last(count) => {
            let ordered: Vec<usize> = all.clone().filter(once).collect();
            ordered[ordered.len().saturating_sub(*count)..].to_vec()
        }
        Selection::From(version) => {
            let start = position(set, map, version)?;
            all.clone().filter(|index| *index >= start).filter(once).collect()
        }
        Selection::Since(rev) => changed(set, map, rev)?,
        Selection::Files(files) => named(set, map, files)?,
    };
    let history = all.filter(|index| chosen.binary_search(index).is_err()).collect();
    Ok(Selected { history, under_review: chosen })
}

/// The first migration that a version, a name or a file name means.
fn position(set: &MigrationSet, map: &SourceMap, wanted: &str) -> Result<usize, SourceError> {
    let by_version = |m: &Migration| {
        m.version.as_deref().is_some_and(|version| {
            version == wanted || (is_dotted(version) && is_dotted(wanted) && dotted(version, wanted).is_eq())
        })
    };
    let by_label = |m: &Migration| labels(m, map).iter().any(|label| label == wanted);
    let found =
        set.migrations.iter().position(by_version).or_else(|| set.migrations.iter().position(by_label));
    found.ok_or_else(|| {
        let versions: Vec<&str> = set.migrations.iter().filter_map(|m| m.version.as_deref()).collect();
        let known: Vec<String> =
            set.migrations.iter().flat_map(|m| m.version.clone().into_iter().chain(labels(m, map))).collect();
        SourceError::VersionNotFound {
            version: wanted.to_owned(),
            near: near_misses(wanted, known.iter().map(String::as_str)),
            first: (*versions.first().unwrap_or(&"none")).to_owned(),
            last: (*versions.last().unwrap_or(&"none")).to_owned(),
        }
    })
}

/// Other ways to call a migration: its name, its file, its folder.
fn labels(migration: &Migration, map: &SourceMap) -> Vec<String> {
    let path = migration.path(map);
    let folder = match path.file_name() {
        Some("up.sql" | "migration.sql") => path.parent().and_then(Utf8Path::file_name),
        _ => None,
    };
    [path.file_name(), path.file_stem(), folder, Some(migration.name.as_str())]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}

fn changed(set: &MigrationSet, map: &SourceMap, rev: &str) -> Result<Vec<usize>, SourceError> {
    match &set.input {
        Input::Dir(_) | Input::File(_) => {}
        Input::Git { .. } | Input::Stdin | Input::Snapshot(_) => {
            return Err(SourceError::Contradictory(
                "--since compares the working tree with a revision, so the source must be files on disk"
                    .to_owned(),
            ));
        }
    }
    let changed = changed_since(rev, &set.root)?;
    let is_changed = |index: &usize| changed.contains(set.migrations[*index].path(map));
    Ok((0..set.migrations.len()).filter(is_changed).collect())
}

fn named(set: &MigrationSet, map: &SourceMap, files: &[Utf8PathBuf]) -> Result<Vec<usize>, SourceError> {
    let paths = |m: &Migration| {
        [Some(m.path(map)), m.down.map(|down| map.path(down.file))]
            .into_iter()
            .flatten()
            .map(Utf8Path::to_owned)
    };
    let mut chosen = Vec::new();
    for file in files {
        let wanted = disk::tidy(file);
        let mut hits: Vec<usize> = indexes(set, |m| paths(m).any(|path| path.starts_with(&wanted)));
        if hits.is_empty() {
            let real = disk::real(&wanted);
            hits = indexes(set, |m| paths(m).any(|path| disk::real(&path).starts_with(&real)));
        }
        if hits.is_empty() {
            let known: Vec<String> =
                set.migrations.iter().flat_map(|m| paths(m).map(Utf8PathBuf::into_string)).collect();
            let skipped = set.skipped.iter().find(|s| s.path == wanted);
            return Err(SourceError::NotInSet {
                why: skipped.map(|s| format!(": {}", s.reason)).unwrap_or_default(),
                near: near_misses(wanted.as_str(), known.iter().map(String::as_str)),
                path: wanted,
                root: set.root.clone(),
            });
        }
        chosen.extend(hits);
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

fn indexes(set: &MigrationSet, test: impl Fn(&Migration) -> bool) -> Vec<usize> {
    set.migrations.iter().enumerate().filter(|(_, m)| test(m)).map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::{Folder, Loaded};

    fn flyway() -> (Folder, Loaded) {
        let folder = Folder::new(&[
            ("db/migration/V1__a.sql", ""),
            ("db/migration/V2__b.sql", ""),
            ("db/migration/V10__c.sql", ""),
            ("db/migration/U2__b.sql", ""),
            ("db/migration/R__v.sql", ""),
            ("db/migration/afterMigrate.sql", ""),
        ]);
        let loaded = folder.load("db/migration");
        (folder, loaded)
    }

    fn reviewed(loaded: &Loaded, selection: &Selection) -> Vec<usize> {
        let selected = select(&loaded.set, &loaded.map, selection).unwrap();
        let mut all = [selected.history.clone(), selected.under_review.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..loaded.set.migrations.len()).collect::<Vec<_>>());
        selected.under_review
    }

    fn refusal(loaded: &Loaded, selection: &Selection) -> String {
        select(&loaded.set, &loaded.map, selection).unwrap_err().to_string()
    }

    #[test]
    fn all_last_and_from() {
        let (_folder, loaded) = flyway();
        assert_eq!(reviewed(&loaded, &Selection::All), [0, 1, 2, 3]);
        assert_eq!(reviewed(&loaded, &Selection::Last(1)), [2]);
        assert_eq!(reviewed(&loaded, &Selection::Last(99)), [0, 1, 2]);
        for version in ["2", "02", "2.0", "V2__b", "V2__b.sql", "b"] {
            assert_eq!(reviewed(&loaded, &Selection::From(version.into())), [1, 2], "{version}");
        }
    }

    #[test]
    fn unknown_versions_get_near_misses_and_the_range() {
        let (_folder, loaded) = flyway();
        let error = refusal(&loaded, &Selection::From("V2__bb".into()));
        assert!(error.contains("did you mean V2__b"), "{error}");
        assert!(error.contains("versions run from 1 to 10"), "{error}");
    }

    #[test]
    fn files_and_folders_name_migrations() {
        let (folder, loaded) = flyway();
        let file = |name: &str| Selection::Files(vec![folder.path(name)]);
        assert_eq!(reviewed(&loaded, &file("db/migration/V10__c.sql")), [2]);
        assert_eq!(reviewed(&loaded, &file("db/migration/U2__b.sql")), [1]);
        assert_eq!(reviewed(&loaded, &file("db/migration/R__v.sql")), [3]);
        assert_eq!(reviewed(&loaded, &file("db/migration")), [0, 1, 2, 3]);
        assert_eq!(reviewed(&loaded, &file("db/../db/migration/V1__a.sql")), [0]);
        let error = refusal(&loaded, &file("db/migration/V3__a.sql"));
        assert!(error.contains("is not one of the migrations in") && error.contains("V1__a.sql"), "{error}");
        let error = refusal(&loaded, &file("db/migration/afterMigrate.sql"));
        assert!(error.contains(": a flyway callback, which runs around migrations"), "{error}");
    }

    #[test]
    fn since_a_revision() {
        let (folder, _) = flyway();
        folder.git(&["init", "-q", "-b", "main"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "one"]);
        folder.write("db/migration/R__v.sql", "changed");
        folder.write("db/migration/U2__b.sql", "only the way back changed");
        folder.write("db/migration/V3__new.sql", "untracked");
        let loaded = folder.load("");
        let chosen = reviewed(&loaded, &Selection::Since("main".into()));
        let names: Vec<_> = chosen.iter().map(|i| loaded.set.migrations[*i].name.as_str()).collect();
        assert_eq!(names, ["new", "v"]);
        let error = refusal(&loaded, &Selection::Since("nope".into()));
        assert!(error.contains("bad revision 'nope'"), "{error}");
        let mut other = folder.load("");
        other.set.input = Input::Stdin;
        assert!(refusal(&other, &Selection::Since("main".into())).contains("files on disk"));
    }

    #[test]
    fn options_exclude_each_other() {
        let none: &[Utf8PathBuf] = &[];
        assert_eq!(Selection::from_options(None, None, None, none).unwrap(), Selection::All);
        assert_eq!(Selection::from_options(Some(2), None, None, none).unwrap(), Selection::Last(2));
        assert_eq!(
            Selection::from_options(None, Some("3"), None, none).unwrap(),
            Selection::From("3".into())
        );
        assert_eq!(
            Selection::from_options(None, None, Some("main"), none).unwrap(),
            Selection::Since("main".into())
        );
        let error = Selection::from_options(Some(1), None, Some("main"), none).unwrap_err().to_string();
        assert_eq!(error, "--last and --since each select what to review; use one of them");
        let error = Selection::from_options(Some(0), None, None, none).unwrap_err().to_string();
        assert!(error.contains("--last 0 selects nothing"), "{error}");
    }
}
