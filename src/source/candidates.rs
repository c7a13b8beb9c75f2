//! The migration folder inside a larger one, for users who name a project instead.
//!
//! A sub-folder is a candidate when its name says so (`migrations`, `db_migration`, `drizzle`; a database
//! product at the top or in such a folder) or a bookkeeping file marks it, and when it holds scripts itself.
//! Folders for tests and examples count only when there is no SQL elsewhere.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::detect::detect;
use super::error::SourceError;
use super::layout::Layout;
use super::names::{dialect_of_path, is_product, is_sql};
use super::tree::View;
use crate::name::Dialect;

/// Files that mark the folder they lie in, or below, as a tool's own.
const MARKERS: [&str; 3] = ["sqitch.plan", "migration_lock.toml", "meta/_journal.json"];

/// The one sub-folder that holds migrations, if there is one; several are an error that lists them.
pub(super) fn find(view: &View<'_>, dialect: Option<Dialect>) -> Result<Option<Utf8PathBuf>, SourceError> {
    let mut found: Vec<Utf8PathBuf> = Vec::new();
    for folder in folders(view) {
        if found.iter().any(|above| folder.starts_with(above)) {
            continue;
        }
        if is_candidate(view, &folder) {
            found.push(folder);
        }
    }
    let real: Vec<&Utf8PathBuf> = found.iter().filter(|f| !is_for_tests(f)).collect();
    let elsewhere = view.files.iter().any(|f| is_sql(f) && !is_for_tests(f));
    let mut choice: Vec<&Utf8PathBuf> =
        if real.is_empty() && !elsewhere { found.iter().collect() } else { real };
    if choice.len() > 1 && dialect.is_some() {
        let fitting: Vec<&Utf8PathBuf> =
            choice.iter().copied().filter(|f| dialect_of_path(f) == dialect).collect();
        if fitting.len() == 1 {
            choice = fitting;
        }
    }
    match choice.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        many => Err(SourceError::Ambiguous {
            path: view.root(),
            question: "several folders hold migrations",
            candidates: listed(view, many.iter().map(|f| f.as_path())),
            advice: "name one of them",
        }),
    }
}

/// Refuses to mix all SQL of a repository, which nobody means, when it lies in several folders.
pub(super) fn refuse_mixture(view: &View<'_>) -> Result<(), SourceError> {
    let folders: BTreeSet<&Utf8Path> =
        view.files.iter().filter(|f| is_sql(f)).filter_map(|f| f.parent()).collect();
    if !view.is_repository() || folders.len() < 2 || folders.contains(Utf8Path::new("")) {
        return Ok(());
    }
    Err(SourceError::Ambiguous {
        path: view.root(),
        question: "no folder is recognised as holding the migrations, and there is SQL in several",
        candidates: listed(view, folders.into_iter()),
        advice: "name one of them, or read them all in the order of their paths with --layout plain",
    })
}

/// Folders as messages show them, not too many.
fn listed<'a>(view: &View<'_>, folders: impl Iterator<Item = &'a Utf8Path>) -> Vec<String> {
    const MOST: usize = 20;
    let mut lines: Vec<String> = folders.map(|f| view.shown(f).into_string()).collect();
    if lines.len() > MOST {
        let more = lines.len() - MOST;
        lines.truncate(MOST);
        lines.push(format!("… and {more} more"));
    }
    lines
}

/// Every folder above a file, outer ones first.
fn folders(view: &View<'_>) -> BTreeSet<Utf8PathBuf> {
    let takes_part = |f: &&Utf8PathBuf| is_sql(f) || MARKERS.iter().any(|marker| f.ends_with(marker));
    view.files
        .iter()
        .filter(takes_part)
        .flat_map(|f| f.ancestors().skip(1))
        .filter(|f| !f.as_str().is_empty())
        .map(Utf8Path::to_owned)
        .collect()
}

fn is_candidate(view: &View<'_>, folder: &Utf8Path) -> bool {
    let name = folder.file_name().unwrap_or("");
    let marked = MARKERS.iter().any(|marker| view.has(folder.join(marker).as_str()));
    let whole = view.full();
    let outer = folder.parent().and_then(Utf8Path::file_name).or_else(|| whole.file_name()).unwrap_or("");
    let nested = is_well_known(outer);
    let top = folder.parent().is_none_or(|p| p.as_str().is_empty());
    let known = is_well_known(name) || (is_product(name) && (nested || top));
    if !marked && !nested && !known {
        return false;
    }
    let below = view.below(folder);
    match detect(&below) {
        Ok(Some(Layout::Plain) | None) => !marked && known && below.direct().any(is_sql),
        // What cannot be decided there is told when the folder is opened.
        Ok(Some(_)) | Err(_) => true,
    }
}

/// Whether a folder's name says that it holds migrations.
pub(super) fn is_well_known(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "drizzle"
        || name == "migrate"
        || name.split(['-', '_', '.']).any(|word| matches!(word, "migration" | "migrations" | "dbmigrations"))
            && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a file lies in a sub-folder that is a migration folder of its own by name.
pub(super) fn is_below_another(file: &Utf8Path) -> bool {
    file.parent().is_some_and(|folder| folder.components().any(|c| is_well_known(c.as_str())))
}

fn is_for_tests(folder: &Utf8Path) -> bool {
    folder.components().any(|c| {
        let name = c.as_str().to_ascii_lowercase();
        name.split(['-', '_', '.']).any(|word| {
            matches!(
                word,
                "test"
                    | "tests"
                    | "testing"
                    | "testdata"
                    | "example"
                    | "examples"
                    | "fixture"
                    | "fixtures"
                    | "spec"
                    | "docs"
                    | "sample"
                    | "samples"
                    | "template"
                    | "templates"
                    | "mock"
                    | "mocks"
                    | "bench"
                    | "benches"
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LoadOptions;
    use crate::source::testing::Folder;

    fn opened(files: &[&str], dialect: Option<Dialect>) -> Result<String, String> {
        let files: Vec<_> = files.iter().map(|name| (*name, "")).collect();
        let folder = Folder::new(&files);
        let loaded = folder.try_load("", &LoadOptions { dialect, ..LoadOptions::default() });
        let inside =
            |path: &str| path.replace(folder.path("").as_str(), "").trim_start_matches('/').to_owned();
        loaded.map(|l| inside(l.set.root.as_str())).map_err(|e| inside(&e.to_string()))
    }

    #[test]
    fn one_well_known_folder_is_entered() {
        assert_eq!(
            opened(&["schema.sql", "db/migrations/1_a.sql", "src/main.rs"], None).unwrap(),
            "db/migrations"
        );
        assert_eq!(opened(&["a/migrations/1.sql", "tests/migrations/1.sql"], None).unwrap(), "a/migrations");
        assert_eq!(
            opened(&["src/main/resources/db/migration/V1__a.sql"], None).unwrap(),
            "src/main/resources/db/migration"
        );
        assert_eq!(opened(&["pg/sqitch.plan"], None).unwrap_err().lines().count(), 1);
        assert_eq!(
            opened(&["hasura/migrations/default/1_a/up.sql"], None).unwrap(),
            "hasura/migrations/default"
        );
    }

    #[test]
    fn tests_are_not_taken_for_the_real_thing() {
        assert_eq!(opened(&["tests/migrations/1.sql"], None).unwrap(), "tests/migrations");
        assert_eq!(opened(&["tests/migrations/1.sql", "sql/a.sql"], None).unwrap(), "");
        assert_eq!(opened(&["sql/a.sql", "src/db/psql/b.sql"], None).unwrap(), "");
    }

    #[test]
    fn a_repository_without_a_migration_folder_is_not_mixed() {
        let error = opened(&[".git/HEAD", "a/x.sql", "b/y.sql"], None).unwrap_err();
        assert!(error.contains("there is SQL in several") && error.contains("--layout plain"), "{error}");
        assert_eq!(opened(&[".git/HEAD", "a/x.sql", "a/y.sql"], None).unwrap(), "");
        assert_eq!(opened(&[".git/HEAD", "x.sql", "b/y.sql"], None).unwrap(), "");
        let many: Vec<String> =
            (0..30).map(|i| format!("d{i}/x.sql")).chain([".git/HEAD".to_owned()]).collect();
        let error = opened(&many.iter().map(String::as_str).collect::<Vec<_>>(), None).unwrap_err();
        assert!(error.contains("… and 10 more"), "{error}");
    }

    #[test]
    fn several_are_listed() {
        let error = opened(&["a/migrations/1.sql", "b/migrations/1.sql"], None).unwrap_err();
        assert!(error.contains("several folders hold migrations"), "{error}");
        assert!(error.contains("a/migrations\n") && error.contains("b/migrations\n"), "{error}");
    }

    #[test]
    fn the_dialect_chooses_between_products() {
        let files = ["migrations/postgres/1.sql", "migrations/sqlite/1.sql", "migrations/README.md"];
        assert!(opened(&files, None).unwrap_err().contains("migrations/sqlite"));
        assert_eq!(opened(&files, Some(Dialect::Sqlite)).unwrap(), "migrations/sqlite");
        let files = ["db/migration/mysql/V1__a.sql", "db/migration/postgresql/V1__a.sql"];
        assert_eq!(opened(&files, Some(Dialect::PostgreSql)).unwrap(), "db/migration/postgresql");
    }

    #[test]
    fn folder_names() {
        for name in ["migrations", "db_migrations", "SQL-Migrations", "drizzle"] {
            assert!(is_well_known(name), "{name}");
        }
        for name in ["immigration", "20240101_drop_migrations", "db"] {
            assert!(!is_well_known(name), "{name}");
        }
    }
}
