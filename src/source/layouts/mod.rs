//! One file per migration tool: which files it takes, in which order, and how it runs them.
//!
//! Every tool answers twice. [`arrange`] works on names and bookkeeping files only and gives [`Draft`]s in
//! running order; [`sections`] looks into one script for annotations and gives the parts that run.

mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod npm;
mod plain;
mod prisma;
mod refinery_folder;
mod sqitch;
mod sqlx_folder;
mod supabase;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::error::SourceError;
use super::layout::{Habit, Layout};
use super::names::{dialect_of_path, is_sql, leading_version};
use super::natural::{digits, natural_path};
use super::set::{Kind, Skipped, Warning};
use super::tree::View;
use super::variants;
use crate::name::Dialect;
use crate::text::{Span, offset};

pub(super) use dbmate::is_annotated as is_dbmate;
pub(super) use flyway::goes_without_prefix;
pub(super) use goose::is_annotated as is_goose;
pub(super) use sqlx_folder::opts_out as is_sqlx;

/// A migration known by its files, before they are read.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) version: Option<String>,
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Relative to the folder.
    pub(super) up: Utf8PathBuf,
    /// A separate file with the way back.
    pub(super) down: Option<Utf8PathBuf>,
    pub(super) habit: Habit,
}

impl Draft {
    fn new(version: &str, name: &str, up: &Utf8Path, habit: Habit) -> Self {
        let version = (!version.is_empty()).then(|| version.to_owned());
        Self { version, name: name.to_owned(), kind: Kind::Versioned, up: up.to_owned(), down: None, habit }
    }
}

/// What a layout makes of a folder. Paths are relative to the folder.
#[derive(Debug, Default)]
pub(super) struct Arranged {
    /// In running order.
    pub(super) drafts: Vec<Draft>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) warnings: Vec<Warning>,
    pub(super) dialect: Option<Dialect>,
}

impl Arranged {
    fn skip(&mut self, path: &Utf8Path, reason: impl Into<String>) {
        self.skipped.push(Skipped { path: path.to_owned(), reason: reason.into() });
    }

    fn warn(&mut self, path: &Utf8Path, message: impl Into<String>) {
        self.warnings.push(Warning { path: path.to_owned(), message: message.into() });
    }

    /// Sorts by a comparison of versions; equal ones by path.
    fn sort_by_version(&mut self, compare: impl Fn(&str, &str) -> Ordering) {
        let version = |draft: &Draft| draft.version.clone().unwrap_or_default();
        self.drafts
            .sort_by(|a, b| compare(&version(a), &version(b)).then_with(|| natural_path(&a.up, &b.up)));
    }

    /// Gives each down script (version, name, path) to the draft with an equal version, before all to one of the
    /// same name; the rest are skipped for `reason`.
    fn pair_downs(&mut self, downs: &[(&str, &str, &Utf8Path)], reason: &str) {
        let mut same_version: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, draft) in self.drafts.iter().enumerate() {
            same_version.entry(canonical(draft.version.as_deref().unwrap_or(""))).or_default().push(index);
        }
        let mut unnamed = Vec::new();
        for by_name in [true, false] {
            let turn = if by_name { downs.to_vec() } else { std::mem::take(&mut unnamed) };
            for (version, name, path) in turn {
                let fits = |d: &Draft| d.down.is_none() && (!by_name || d.name == name);
                let found = same_version
                    .get(&canonical(version))
                    .and_then(|same| same.iter().copied().find(|index| fits(&self.drafts[*index])));
                match found {
                    Some(index) => self.drafts[index].down = Some(path.to_owned()),
                    None if by_name => unnamed.push((version, name, path)),
                    None => self.skip(path, reason),
                }
            }
        }
    }
}

/// Why a down script without its up script takes no part.
const ORPHAN: &str = "a down script without its up script";

/// The migrations of a folder in the order `layout` runs them; none is a valid answer. `wanted` chooses between
/// variants of a script for different databases.
pub(super) fn arrange(
    layout: Layout,
    view: &View<'_>,
    wanted: Option<Dialect>,
) -> Result<Arranged, SourceError> {
    let mut arranged = match layout {
        Layout::Plain => plain::arrange(view),
        Layout::Refinery => refinery_folder::arrange(view),
        Layout::Flyway => flyway::arrange(view),
        Layout::Sqlx => sqlx_folder::arrange(view),
        Layout::Diesel => diesel::arrange(view),
        Layout::GolangMigrate => golang_migrate::arrange(view),
        Layout::Goose => goose::arrange(view),
        Layout::Dbmate => dbmate::arrange(view),
        Layout::Prisma => prisma::arrange(view),
        Layout::Supabase => supabase::arrange(view),
        Layout::Drizzle => drizzle::arrange(view)?,
        Layout::Sqitch => sqitch::arrange(view)?,
    };
    arranged.dialect = arranged.dialect.or_else(|| dialect_of_folders(view, &arranged));
    let dialect = wanted.or(arranged.dialect).unwrap_or_default();
    variants::choose(&mut arranged, dialect);
    note_leftovers(layout, view, &mut arranged);
    if accepts_a_version_once(layout) {
        note_duplicates(layout, &mut arranged);
    }
    Ok(arranged)
}

/// The dialect that the folder's own path tells, or the one sub-folder that everything lies in.
fn dialect_of_folders(view: &View<'_>, arranged: &Arranged) -> Option<Dialect> {
    let below = |draft: &Draft| draft.up.parent().and_then(dialect_of_path);
    let first = arranged.drafts.first().and_then(below);
    let agreed = first.filter(|_| arranged.drafts.iter().all(|draft| below(draft) == first));
    agreed.or_else(|| dialect_of_path(&view.full()))
}

/// Every SQL script and every migration in another language that took no part is told.
fn note_leftovers(layout: Layout, view: &View<'_>, arranged: &mut Arranged) {
    let used: BTreeSet<Utf8PathBuf> = arranged
        .drafts
        .iter()
        .flat_map(|d| [Some(d.up.clone()), d.down.clone()])
        .flatten()
        .chain(arranged.skipped.iter().map(|s| s.path.clone()))
        .collect();
    for file in view.files.iter().filter(|f| !used.contains(*f)) {
        if is_sql(file) {
            arranged.skip(file, format!("{layout} does not take it: it takes {}", layout.holds()));
        } else if let Some(language) = code_migration(file) {
            arranged
                .skip(file, format!("a migration written in {language}; the SQL it runs is not analysed"));
        }
    }
}

/// The language of a file that is named like a migration.
pub(super) fn code_migration(file: &Utf8Path) -> Option<&'static str> {
    let stem = file.file_stem()?;
    let named = leading_version(stem).is_some_and(|version| version.len() > 3 || stem.contains('_'));
    let prefixed = stem.contains("__") && stem.starts_with(['V', 'U', 'R', 'B']);
    if !named && !prefixed {
        return None;
    }
    Some(match file.extension()? {
        "rs" => "Rust",
        "go" => "Go",
        "java" => "Java",
        "kt" => "Kotlin",
        "js" | "mjs" | "cjs" => "JavaScript",
        "ts" => "TypeScript",
        "py" => "Python",
        "rb" => "Ruby",
        "php" => "PHP",
        "exs" => "Elixir",
        _ => return None,
    })
}

fn accepts_a_version_once(layout: Layout) -> bool {
    match layout {
        Layout::Refinery
        | Layout::Flyway
        | Layout::Sqlx
        | Layout::Diesel
        | Layout::GolangMigrate
        | Layout::Goose
        | Layout::Dbmate
        | Layout::Supabase => true,
        Layout::Plain | Layout::Prisma | Layout::Drizzle | Layout::Sqitch => false,
    }
}

fn note_duplicates(layout: Layout, arranged: &mut Arranged) {
    let mut first: BTreeMap<String, Utf8PathBuf> = BTreeMap::new();
    let mut found = Vec::new();
    for draft in arranged.drafts.iter().filter(|d| d.kind != Kind::Baseline) {
        let Some(version) = &draft.version else { continue };
        let key = canonical(version);
        match first.get(&key) {
            Some(other) => found.push((
                draft.up.clone(),
                format!("version {version} is also that of {other}; {layout} accepts a version once"),
            )),
            None => {
                first.insert(key, draft.up.clone());
            }
        }
    }
    for (path, message) in found {
        arranged.warn(&path, message);
    }
}

/// One spelling for versions that are equal part by part: `1`, `01` and `1.0`.
fn canonical(version: &str) -> String {
    let parts: Vec<&str> = version.split(['.', '_']).map(|part| part.trim_start_matches('0')).collect();
    parts.join(".").trim_end_matches('.').to_owned()
}

/// A part of a script that runs by itself, and the part that undoes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) up: Span,
    pub(super) habit: Habit,
    pub(super) down: Option<(Span, Habit)>,
}

impl Section {
    fn whole(text: &str, habit: Habit) -> Self {
        Self { up: Span::new(0, offset(text.len())), habit, down: None }
    }
}

/// The parts of a script that run, in order, and what the tool would complain about.
pub(super) fn sections(layout: Layout, habit: Habit, text: &str) -> (Vec<Section>, Option<&'static str>) {
    match layout {
        Layout::Goose => goose::sections(text),
        Layout::Dbmate => dbmate::sections(text),
        Layout::Sqlx => (vec![Section::whole(text, sqlx_folder::habit(text))], None),
        _ => (vec![Section::whole(text, habit)], None),
    }
}

/// How a layout runs a script when nothing says otherwise.
pub(super) const fn default_habit(layout: Layout) -> Habit {
    match layout {
        Layout::Plain => plain::HABIT,
        Layout::Refinery => refinery_folder::HABIT,
        Layout::Flyway => flyway::HABIT,
        Layout::Sqlx => sqlx_folder::HABIT,
        Layout::Diesel => diesel::HABIT,
        Layout::GolangMigrate => golang_migrate::HABIT,
        Layout::Goose => goose::HABIT,
        Layout::Dbmate => dbmate::HABIT,
        Layout::Prisma => prisma::HABIT,
        Layout::Supabase => supabase::HABIT,
        Layout::Drizzle => drizzle::HABIT,
        Layout::Sqitch => sqitch::HABIT,
    }
}

/// The folder name `<version>_<name>` of a migration that is a folder.
fn folder_version(folder: &Utf8Path) -> (&str, &str) {
    let name = folder.file_name().unwrap_or("");
    match name.split_once('_') {
        Some((version, rest)) if !version.is_empty() && digits(version) == version => (version, rest),
        _ => ("", name),
    }
}

/// Lines of a text with the offset of their first byte; line breaks are left out.
fn lines_with_offsets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::load::LoadOptions;
    use crate::source::testing::Folder;

    #[test]
    fn leftovers_and_code_are_told() {
        let folder = Folder::new(&[
            ("V1__a.sql", ""),
            ("V2__b.rs", ""),
            ("notes.sql", ""),
            ("README.md", ""),
            ("mod.rs", ""),
        ]);
        let opts = LoadOptions { layout: Some(Layout::Refinery), ..LoadOptions::default() };
        let loaded = folder.try_load("", &opts).unwrap();
        assert_eq!(
            loaded.skipped(),
            [
                ("V2__b.rs", "a migration written in Rust; the SQL it runs is not analysed"),
                ("notes.sql", "refinery does not take it: it takes V1__name.sql files"),
            ]
        );
    }

    #[test]
    fn duplicate_versions_are_told_where_the_tool_refuses_them() {
        let folder = Folder::new(&[("V1__a.sql", ""), ("V1.0__b.sql", ""), ("V10__c.sql", "")]);
        let opts = LoadOptions { layout: Some(Layout::Flyway), ..LoadOptions::default() };
        let loaded = folder.try_load("", &opts).unwrap();
        assert_eq!(loaded.set.warnings.len(), 1);
        assert!(loaded.set.warnings[0].message.starts_with("version 1 is also that of V1.0__b.sql; flyway"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_parts_inside_it(
            lines in proptest::collection::vec(
                proptest::prop_oneof![
                    "\\PC{0,12}",
                    "-- \\+goose (Up|Down|NO TRANSACTION|StatementBegin|\\PC{0,4})",
                    "--[ ]?migrate:(up|down)( transaction:(false|true))?",
                ],
                0..8,
            ),
            end in "(\n|\r\n|\r)",
        ) {
            let text = lines.join(&end);
            for layout in Layout::all() {
                let (parts, _) = sections(*layout, default_habit(*layout), &text);
                proptest::prop_assert!(!parts.is_empty());
                for span in parts.iter().flat_map(|p| [Some(p.up), p.down.map(|(span, _)| span)]).flatten() {
                    proptest::prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
                }
            }
        }

        #[test]
        fn any_name_is_read_without_trouble(
            name in "([VURBv]?[0-9]{0,3}[_.-]{0,2}\\PC{0,6}(_|-|\\.)?(down|up|rollback)?(\\.sql)?)|\\PC{0,12}",
            other in "\\PC{0,8}",
        ) {
            use crate::source::{names, natural};
            let stem = names::sql_stem(&name).unwrap_or(&name);
            if let Some(version) = leading_version(stem) {
                proptest::prop_assert!(!names::after_version(stem, version).is_empty());
            }
            names::prefixed(&name);
            names::up_down(&name);
            code_migration(Utf8Path::new(&name));
            proptest::prop_assert_eq!(natural::natural(&name, &other), natural::natural(&other, &name).reverse());
        }
    }

    #[test]
    fn lines_keep_their_offsets() {
        let lines: Vec<_> = lines_with_offsets("a\r\n\nbc").collect();
        assert_eq!(lines, [(0, "a"), (3, ""), (4, "bc")]);
    }
}
