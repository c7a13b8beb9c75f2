//! The files that take the place of one migration: names, versions, and how each tells its tool whether to open a
//! transaction.
//!
//! In: a migration of a set and the scripts that it is divided into. Out: [`Member`]s, which nobody has written yet.
//! Facts about the tools stand with their layouts; what is here is how to write what is read there.

mod addition;

use camino::{Utf8Path, Utf8PathBuf};

use super::layout::{Layout, Runner};
use super::layouts::default_habit;
use super::natural::{digits, dotted};
use super::set::{Migration, MigrationSet};
use crate::text::{SourceMap, Span, offset};

/// One script of a series.
#[derive(Clone, Debug)]
pub struct Part {
    /// Comment lines at its top, without the dashes.
    pub remarks: Vec<String>,
    /// Whether its statements are one transaction.
    pub transaction: bool,
    /// The statements, without semicolons.
    pub statements: Vec<String>,
    /// Comment lines at its end, without the dashes.
    pub notes: Vec<String>,
}

/// A file that is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Where.
    pub path: Utf8PathBuf,
    /// Its version.
    pub version: Option<String>,
    /// Its whole text.
    pub text: String,
    /// The part of the text that is applied.
    pub up_span: Span,
    /// How the tool will run it.
    pub runner: Runner,
    /// A file that the tool reads beside it.
    pub beside: Option<(Utf8PathBuf, String)>,
}

/// How a tool runs a script that must not be in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Each statement by itself.
    Statements,
    /// As one query, so that there can be only one statement.
    Alone,
    /// Alone, and only what the tool knows: `CREATE|DROP INDEX CONCURRENTLY`, `VACUUM` and the like.
    Known,
    /// Not at all.
    Never,
}

/// The place of a migration among the others, and how to write what takes its place.
#[derive(Clone, Debug)]
pub struct Series {
    layout: Layout,
    runner: Runner,
    path: Utf8PathBuf,
    version: Option<String>,
    /// The version of the migration that follows.
    next: Option<String>,
    /// The down section of the file, where both ways stand in one.
    down: Option<String>,
}

impl Series {
    /// The place of the migration with this index.
    ///
    /// # Errors
    /// Why the layout has no way to add files.
    pub fn of(set: &MigrationSet, index: usize, sources: &SourceMap) -> Result<Self, String> {
        let migration = &set.migrations[index];
        let path = migration.path(sources).to_owned();
        match set.layout {
            Layout::Drizzle => return Err("drizzle lists its migrations in a journal of its own".to_owned()),
            Layout::Sqitch => return Err("sqitch lists its changes in a plan of its own".to_owned()),
            _ => {}
        }
        if set.migrations.iter().filter(|m| m.up == migration.up).count() > 1 {
            return Err("the file holds several migrations".to_owned());
        }
        let next = set.migrations.get(index + 1..).and_then(|rest| {
            rest.iter().filter(|m| m.kind == migration.kind).find_map(|m| m.version.clone())
        });
        let down = migration
            .down
            .filter(|down| down.file == migration.up)
            .map(|down| section_body(down.span.slice(&sources.file(down.file).text)));
        let version = match set.layout {
            // Its version is what the folder says, without the dashes.
            Layout::Diesel => {
                path.parent().and_then(Utf8Path::file_name).and_then(|name| name.split_once('_'))
            }
            _ => None,
        };
        let version = version.map(|(written, _)| written.to_owned()).or_else(|| migration.version.clone());
        Ok(Self { layout: set.layout, runner: migration.runner, path, version, next, down })
    }

    /// A place in a folder of plain files, run as psql runs them.
    #[must_use]
    pub fn plain(migration: &Migration, folder: &Utf8Path, sources: &SourceMap) -> Self {
        let path = migration.path(sources);
        let name = match path.file_name() {
            // `2024_add/up.sql`: the folder says what it is.
            Some("up.sql" | "migration.sql") => {
                path.parent().and_then(Utf8Path::file_name).map(str::to_owned)
            }
            name => name.map(|name| stem(name).0.to_owned()),
        };
        Self {
            layout: Layout::Plain,
            runner: Runner::PerStatement,
            path: folder.join(format!("{}.sql", name.as_deref().unwrap_or("migration"))),
            version: None,
            next: None,
            down: None,
        }
    }

    /// How a script of the series runs that must not be in a transaction.
    #[must_use]
    pub fn outside(&self) -> Outside {
        match self.layout {
            Layout::Plain | Layout::Goose | Layout::Flyway => Outside::Statements,
            Layout::Sqlx | Layout::Diesel | Layout::Dbmate | Layout::GolangMigrate => Outside::Alone,
            Layout::Prisma if self.runner == Runner::PerStatement => Outside::Statements,
            Layout::Prisma => Outside::Alone,
            Layout::Supabase if self.runner == Runner::SplitAroundForbidden => Outside::Known,
            Layout::Supabase | Layout::Refinery | Layout::Drizzle | Layout::Sqitch => Outside::Never,
        }
    }

    /// The files for these scripts; the first one keeps the migration's name.
    ///
    /// # Errors
    /// What stands in the way, as a fragment of a sentence.
    pub fn members(&self, parts: &[Part]) -> Result<Vec<Member>, String> {
        let versions = self.versions(parts.len())?;
        let mut members = Vec::with_capacity(parts.len());
        for (index, (part, version)) in parts.iter().zip(versions).enumerate() {
            let path = self.path_of(index, parts.len(), version.as_deref());
            members.push(self.member(part, path, version, index + 1 == parts.len()));
        }
        Ok(members)
    }

    fn member(&self, part: &Part, path: Utf8PathBuf, version: Option<String>, last: bool) -> Member {
        let mut up = String::new();
        comments(&part.remarks, &mut up);
        let own_transactions = self.layout == Layout::Plain
            || (self.layout == Layout::Prisma && self.runner == Runner::PerStatement);
        let wrapped = part.transaction && own_transactions && part.statements.len() > 1;
        if wrapped {
            up.push_str("BEGIN;\n");
        }
        for statement in &part.statements {
            // goose cuts scripts at semicolons unless it is told not to.
            let whole = self.layout == Layout::Goose && statement.contains(';');
            if whole {
                up.push_str("-- +goose StatementBegin\n");
            }
            up.push_str(statement);
            up.push_str(";\n");
            if whole {
                up.push_str("-- +goose StatementEnd\n");
            }
        }
        if wrapped {
            up.push_str("COMMIT;\n");
        }
        comments(&part.notes, &mut up);
        let opening = self.opening(part.transaction);
        let end = opening.len() + up.len();
        let mut text = format!("{opening}{up}");
        if let Some(section) = self.down_section(last) {
            text.push_str(&section);
        }
        let beside = self.beside(&path, part.transaction);
        let runner = self.runner_of(part.transaction);
        Member { path, version, up_span: Span::new(0, offset(end)), text, runner, beside }
    }

    /// What a script opens with.
    fn opening(&self, transaction: bool) -> &'static str {
        match (self.layout, transaction) {
            (Layout::Goose, true) => "-- +goose Up\n",
            (Layout::Goose, false) => "-- +goose NO TRANSACTION\n-- +goose Up\n",
            (Layout::Dbmate, true) => "-- migrate:up\n",
            (Layout::Dbmate, false) => "-- migrate:up transaction:false\n",
            (Layout::Sqlx, false) => "-- no-transaction\n",
            _ => "",
        }
    }

    /// The way back stands in the last file: it undoes what all of them did, and runs first.
    fn down_section(&self, last: bool) -> Option<String> {
        let head = match self.layout {
            Layout::Goose => "-- +goose Down",
            Layout::Dbmate => "-- migrate:down",
            _ => return None,
        };
        let body = self.down.as_deref().filter(|_| last).unwrap_or("");
        Some(format!("\n{head}\n{body}"))
    }

    /// A file that tells the tool not to open a transaction.
    fn beside(&self, path: &Utf8Path, transaction: bool) -> Option<(Utf8PathBuf, String)> {
        match self.layout {
            Layout::Diesel => {
                // A file that is there may say otherwise.
                let text = format!("run_in_transaction = {transaction}\n");
                Some((path.with_file_name("metadata.toml"), text))
            }
            Layout::Flyway if !transaction => {
                Some((Utf8PathBuf::from(format!("{path}.conf")), "executeInTransaction=false\n".to_owned()))
            }
            _ => None,
        }
    }

    fn runner_of(&self, transaction: bool) -> Runner {
        match self.layout {
            Layout::Plain | Layout::GolangMigrate | Layout::Prisma | Layout::Supabase => self.runner,
            layout if transaction => default_habit(layout).runner,
            Layout::Goose | Layout::Flyway => Runner::PerStatement,
            _ => Runner::MultiStatementQuery,
        }
    }

    /// As many versions as there are files, all below that of the next migration.
    fn versions(&self, count: usize) -> Result<Vec<Option<String>>, String> {
        let Some(first) = &self.version else { return Ok(vec![None; count]) };
        let counted: Option<Vec<String>> = (0..count).map(|k| later(first, k)).collect();
        let fits = |versions: &[String]| match (&self.next, versions.last()) {
            (Some(next), Some(last)) => dotted(&last.replace('-', ""), next).is_lt(),
            _ => true,
        };
        let versions = match counted {
            Some(versions) if fits(&versions) => versions,
            // Between 5 and 6 there is room for 5.1.
            _ if self.layout == Layout::Flyway => {
                let name = |k| if k == 0 { first.clone() } else { format!("{first}.{k}") };
                (0..count).map(name).collect()
            }
            _ => {
                let next = self.next.as_deref().unwrap_or("the next one");
                return Err(format!("{count} versions from {first} on do not fit below {next}"));
            }
        };
        Ok(versions.into_iter().map(Some).collect())
    }

    fn path_of(&self, index: usize, count: usize, version: Option<&str>) -> Utf8PathBuf {
        if index == 0 {
            return self.path.clone();
        }
        let renamed = |name: &str, end: &str| {
            let name = match (&self.version, version) {
                (Some(old), Some(new)) => name.replacen(old.as_str(), new, 1),
                _ => name.to_owned(),
            };
            // As wide as the last one, so that names sort like numbers.
            let width = count.to_string().len();
            format!("{name}_stage_{:0width$}{end}", index + 1)
        };
        let file = self.path.file_name().unwrap_or("migration.sql");
        let folder = self.path.parent().unwrap_or(Utf8Path::new(""));
        if matches!(self.layout, Layout::Diesel | Layout::Prisma) {
            let name = folder.file_name().unwrap_or("migration");
            return folder.with_file_name(renamed(name, "")).join(file);
        }
        let (name, end) = stem(file);
        folder.join(renamed(name, end))
    }
}

fn comments(lines: &[String], out: &mut String) {
    for line in lines {
        out.push_str("-- ");
        out.push_str(&line.replace(['\n', '\r'], " "));
        out.push('\n');
    }
}

/// A file name and its extension, `.up.sql` being one.
fn stem(file: &str) -> (&str, &str) {
    let end = [".up.sql", ".sql"].into_iter().find(|end| file.ends_with(end)).unwrap_or("");
    file.split_at(file.len() - end.len())
}

/// The text of a section without the line that opens it, if the section has it.
fn section_body(section: &str) -> String {
    let first = section.lines().next().unwrap_or("");
    let is_head = first.starts_with("--") && (first.contains("migrate:down") || first.contains("+goose"));
    let body = if is_head { section.split_once('\n').map_or("", |(_, rest)| rest) } else { section };
    body.trim_start_matches('\n').to_owned()
}

/// The `k`th version after this one; times of day are counted in seconds. `None` when it does not fit.
fn later(version: &str, k: usize) -> Option<String> {
    let at = version.len() - version.chars().rev().take_while(char::is_ascii_digit).count();
    let (front, number) = version.split_at(at);
    if digits(number) != number || number.is_empty() {
        return None;
    }
    let value: u64 = number.parse().ok()?;
    let k = u64::try_from(k).ok()?;
    let is_time = number.len() == 14 || (number.len() == 6 && front.len() == 11);
    let value = if is_time {
        let (day, time) = (value / 1_000_000, value % 1_000_000);
        let seconds = time / 10_000 * 3600 + time / 100 % 100 * 60 + time % 100 + k;
        if seconds >= 24 * 3600 {
            return None;
        }
        day * 1_000_000 + seconds / 3600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60
    } else {
        value + k
    };
    let text = format!("{value:0width$}", width = number.len());
    Some(format!("{front}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    fn part(transaction: bool, statements: &[&str]) -> Part {
        let statements = statements.iter().map(|&s| s.to_owned()).collect();
        Part { remarks: vec!["why".to_owned()], transaction, statements, notes: Vec::new() }
    }

    fn members(files: &[(&str, &str)], index: usize, parts: &[Part]) -> Vec<(String, String, Runner)> {
        let folder = Folder::new(files);
        let loaded = folder.load("m");
        let series = Series::of(&loaded.set, index, &loaded.map).expect("a series");
        let members = series.members(parts).expect("files");
        members
            .into_iter()
            .map(|m| {
                let path = m.path.strip_prefix(folder.path("m")).expect("inside").to_string();
                (path, m.text, m.runner)
            })
            .collect()
    }

    #[test]
    fn versions_count_on() {
        assert_eq!(later("5", 2).as_deref(), Some("7"));
        assert_eq!(later("0009", 1).as_deref(), Some("0010"));
        assert_eq!(later("20240131235958", 1).as_deref(), Some("20240131235959"));
        assert_eq!(later("20240131105959", 1).as_deref(), Some("20240131110000"));
        assert_eq!(later("20240131235959", 1), None);
        assert_eq!(later("2024-01-31-105959", 1).as_deref(), Some("2024-01-31-110000"));
        assert_eq!(later("1.2", 1).as_deref(), Some("1.3"));
    }

    #[test]
    fn goose_marks_what_it_must_not_cut_and_keeps_the_way_back_last() {
        let file = "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n";
        let parts = [part(true, &["select 1"]), part(false, &["do $$ begin; end $$"])];
        let found = members(&[("m/20240101000000_a.sql", file)], 0, &parts);
        let expected = "-- +goose NO TRANSACTION\n-- +goose Up\n-- why\n-- +goose StatementBegin\n\
                        do $$ begin; end $$;\n-- +goose StatementEnd\n\n-- +goose Down\nselect 2;\n";
        assert_eq!(found[0].1, "-- +goose Up\n-- why\nselect 1;\n\n-- +goose Down\n");
        assert_eq!(found[1], ("20240101000001_a_stage_2.sql".into(), expected.into(), Runner::PerStatement));
    }

    #[test]
    fn folders_are_named_anew() {
        let parts = [part(true, &["a"]), part(false, &["b"])];
        let found = members(
            &[("m/2024-01-01-000000_x/up.sql", "a;b"), ("m/2024-01-01-000000_x/down.sql", "")],
            0,
            &parts,
        );
        assert_eq!(found[1].0, "2024-01-01-000001_x_stage_2/up.sql");
        assert_eq!(found[1].2, Runner::MultiStatementQuery);
    }

    #[test]
    fn flyway_finds_room_between_versions_and_others_say_that_there_is_none() {
        let parts = [part(true, &["a"]), part(true, &["b"])];
        let files = [("m/V1__x.sql", "a;b"), ("m/V2__y.sql", "c"), ("flyway.conf", "")];
        assert_eq!(members(&files, 0, &parts)[1].0, "V1.1__x_stage_2.sql");
        let folder = Folder::new(&[("m/001_x.up.sql", "a;b"), ("m/002_y.up.sql", "c")]);
        let loaded = folder.load("m");
        let series = Series::of(&loaded.set, 0, &loaded.map).expect("a series");
        let error = series.members(&parts).expect_err("no room");
        assert_eq!(error, "2 versions from 001 on do not fit below 002");
        let last = Series::of(&loaded.set, 1, &loaded.map).expect("a series");
        let second = last.members(&parts).expect("room").swap_remove(1);
        assert_eq!(second.path, folder.path("m/003_y_stage_2.up.sql"));
    }

    #[test]
    fn plain_files_say_begin_themselves() {
        let parts = [part(true, &["a", "b"]), part(false, &["c", "d"])];
        let found = members(&[("m/1_x.sql", "a;b;c;d")], 0, &parts);
        assert_eq!(found[0].1, "-- why\nBEGIN;\na;\nb;\nCOMMIT;\n");
        assert_eq!(found[1].1, "-- why\nc;\nd;\n");
    }
}
