//! New migrations after all others of a folder, and their way back in the tool's own form.
//!
//! In: a folder's migrations, what the new one is called, and the time. Out: a [`Series`], and for each of its files
//! the one that undoes it.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Member, Series, later, stem};
use crate::source::layout::Layout;
use crate::source::layouts::default_habit;
use crate::source::natural::digits;
use crate::source::set::{Kind, MigrationSet};
use crate::text::SourceMap;

impl Series {
    /// The place after all others. `now` is the time as `YYYYMMDDHHMMSS`, for tools whose versions are times.
    ///
    /// # Errors
    /// Why the layout has no way to add files.
    pub fn after(set: &MigrationSet, name: &str, now: &str, sources: &SourceMap) -> Result<Self, String> {
        let versioned = |k: &usize| set.migrations[*k].kind != Kind::Repeatable;
        let Some(last) = (0..set.migrations.len()).rev().find(versioned) else {
            return Ok(Self::first(set.layout, &set.root, name, now));
        };
        let series = Self::of(set, last, sources)?;
        let Some(old) = series.version.clone() else {
            let path = series.path.with_file_name(format!("{name}.sql"));
            if path.exists_in(set, sources) {
                return Err(format!("there is a file {path} already"));
            }
            return Ok(Self { path, next: None, down: None, ..series });
        };
        let version = next_version(&old, now)
            .ok_or_else(|| format!("it is not known which version comes after {old}"))?;
        let renamed = |file: &str, end: &str| match series.layout {
            Layout::Flyway | Layout::Refinery => format!("V{version}__{name}{end}"),
            _ => {
                let at = file.find(old.as_str()).unwrap_or(0);
                let sep = file[at + old.len().min(file.len() - at)..].chars().next();
                let sep = sep.filter(|c| matches!(c, '_' | '-' | '.' | ' ')).unwrap_or('_');
                format!("{}{version}{sep}{name}{end}", &file[..at])
            }
        };
        let file = series.path.file_name().unwrap_or("migration.sql").to_owned();
        let folder = series.path.parent().unwrap_or(Utf8Path::new("")).to_owned();
        let path = if matches!(series.layout, Layout::Diesel | Layout::Prisma) {
            folder.with_file_name(renamed(folder.file_name().unwrap_or(""), "")).join(file)
        } else {
            folder.join(renamed(&file, stem(&file).1))
        };
        Ok(Self { path, version: Some(version), next: None, down: None, ..series })
    }

    /// The first migration of a folder.
    #[must_use]
    pub fn first(layout: Layout, root: &Utf8Path, name: &str, now: &str) -> Self {
        let version = match layout {
            Layout::Flyway | Layout::Refinery => "1".to_owned(),
            Layout::GolangMigrate => "000001".to_owned(),
            Layout::Plain => "001".to_owned(),
            _ => now.to_owned(),
        };
        let file = match layout {
            Layout::Flyway | Layout::Refinery => format!("V{version}__{name}.sql"),
            Layout::Diesel => format!("{version}_{name}/up.sql"),
            Layout::Prisma => format!("{version}_{name}/migration.sql"),
            Layout::GolangMigrate => format!("{version}_{name}.up.sql"),
            _ => format!("{version}_{name}.sql"),
        };
        Self {
            layout,
            runner: default_habit(layout).runner,
            path: root.join(file),
            version: Some(version),
            next: None,
            down: None,
        }
    }

    /// Gives a file of the series its way back: in a file of its own, which comes back, or in its down section.
    /// Nothing where the tool knows none.
    pub fn undo(
        &self,
        member: &mut Member,
        statements: &[String],
        transaction: bool,
    ) -> Option<(Utf8PathBuf, String)> {
        let body: String = statements.iter().flat_map(|s| [s, ";\n"]).collect();
        let file = member.path.file_name()?;
        match self.layout {
            Layout::Goose => {
                for statement in statements {
                    member.text.push_str(statement);
                    member.text.push_str(";\n");
                }
                None
            }
            Layout::Dbmate => {
                let head =
                    if transaction { "-- migrate:down\n" } else { "-- migrate:down transaction:false\n" };
                let at = member.text.rfind("-- migrate:down")?;
                member.text.truncate(at);
                member.text.push_str(head);
                member.text.push_str(&body);
                None
            }
            Layout::Diesel => Some((member.path.with_file_name("down.sql"), body)),
            Layout::Sqlx | Layout::GolangMigrate | Layout::Plain => {
                let name = file.strip_suffix(".up.sql")?;
                let head =
                    if self.layout == Layout::Sqlx && !transaction { "-- no-transaction\n" } else { "" };
                Some((member.path.with_file_name(format!("{name}.down.sql")), format!("{head}{body}")))
            }
            Layout::Flyway
            | Layout::Refinery
            | Layout::Prisma
            | Layout::Supabase
            | Layout::Drizzle
            | Layout::Sqitch => None,
        }
    }
}

/// Whether a path is one of the set's files.
trait InSet {
    fn exists_in(&self, set: &MigrationSet, sources: &SourceMap) -> bool;
}

impl InSet for Utf8PathBuf {
    fn exists_in(&self, set: &MigrationSet, sources: &SourceMap) -> bool {
        set.migrations.iter().any(|m| m.path(sources) == self)
    }
}

/// The version after another one: the time where versions are times, else the next number.
fn next_version(old: &str, now: &str) -> Option<String> {
    let next = later(old, 1);
    let dashed =
        |t: &str| Some(format!("{}-{}-{}-{}", t.get(..4)?, t.get(4..6)?, t.get(6..8)?, t.get(8..14)?));
    let bare = old.replace('-', "");
    if digits(&bare) != bare || bare.len() != 14 {
        return next;
    }
    let time = if old.contains('-') { dashed(now)? } else { now.to_owned() };
    if time.as_str() > old { Some(time) } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::series::Part;
    use crate::source::testing::Folder;

    const NOW: &str = "20261121065500";

    /// The new file, and its way back.
    fn added(files: &[(&str, &str)]) -> (String, String, Option<(String, String)>) {
        let folder = Folder::new(files);
        let loaded = folder.load("m");
        let series = Series::after(&loaded.set, "add_indexes", NOW, &loaded.map).expect("a place");
        let part = Part {
            remarks: Vec::new(),
            transaction: false,
            statements: vec!["up".into()],
            notes: Vec::new(),
        };
        let mut member = series.members(&[part]).expect("files").swap_remove(0);
        let down = series.undo(&mut member, &["down".into()], false);
        let inside = |path: Utf8PathBuf| path.strip_prefix(folder.path("m")).expect("inside").to_string();
        (inside(member.path), member.text, down.map(|(path, text)| (inside(path), text)))
    }

    #[test]
    fn each_layout_has_its_names() {
        let path = |files: &[(&str, &str)]| added(files).0;
        assert_eq!(
            path(&[("m/V1__x.sql", "a"), ("m/V2__y.sql", "a"), ("flyway.conf", "")]),
            "V3__add_indexes.sql"
        );
        assert_eq!(path(&[("m/20240101000000_x.sql", "a")]), "20261121065500_add_indexes.sql");
        assert_eq!(path(&[("m/001_x.sql", "a"), ("m/002_y.sql", "a")]), "003_add_indexes.sql");
        assert_eq!(path(&[("m/20990101000000_x.up.sql", "a")]), "20990101000001_add_indexes.up.sql");
        let diesel = [("m/2024-01-01-000000_x/up.sql", "a"), ("m/2024-01-01-000000_x/down.sql", "b")];
        assert_eq!(path(&diesel), "2026-11-21-065500_add_indexes/up.sql");
        let prisma = [
            ("m/20240101000000_x/migration.sql", "a"),
            ("m/migration_lock.toml", "provider = \"postgresql\""),
        ];
        assert_eq!(path(&prisma), "20261121065500_add_indexes/migration.sql");
    }

    #[test]
    fn the_way_back_stands_where_the_tool_looks() {
        let sqlx = [("m/20240101000000_x.up.sql", "a"), ("m/20240101000000_x.down.sql", "b")];
        let (_, _, down) = added(&sqlx);
        assert_eq!(down.expect("a file").0, "20261121065500_add_indexes.down.sql");
        let (_, text, down) = added(&[("m/20240101000000_x.sql", "-- +goose Up\na;\n-- +goose Down\nb;\n")]);
        assert_eq!(text, "-- +goose NO TRANSACTION\n-- +goose Up\nup;\n\n-- +goose Down\ndown;\n");
        assert!(down.is_none());
        let (_, text, _) = added(&[("m/20240101000000_x.sql", "-- migrate:up\na;\n-- migrate:down\nb;\n")]);
        assert_eq!(
            text,
            "-- migrate:up transaction:false\nup;\n\n-- migrate:down transaction:false\ndown;\n"
        );
    }
}
