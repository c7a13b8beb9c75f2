//! Where a migration tool looks for the way back of a migration.

use camino::{Utf8Path, Utf8PathBuf};

use crate::review::{model::Rollback, rollback_file_name};
use crate::source::{self, Layout, Migration};
use crate::text::{SourceMap, Span};

/// A place for a way back.
pub(super) enum Place {
    /// A file of its own.
    File(Utf8PathBuf),
    /// A section of the migration's file, which is this text; the part between the two is replaced.
    Section {
        path: Utf8PathBuf,
        text: String,
        /// What stands before and after the section's statements.
        around: (usize, usize),
        head: &'static str,
        taken: bool,
    },
}

impl Place {
    /// The place for a migration's way back, or why there is none.
    pub(super) fn of(layout: Layout, migration: &Migration, sources: &SourceMap) -> Result<Self, String> {
        let path = migration.path(sources);
        if !path.is_file() {
            return Err("it was not read from a file that can be written beside: use --out DIR".to_owned());
        }
        match layout {
            Layout::Goose => Ok(section(path, migration, sources, "-- +goose Down\n")),
            Layout::Dbmate => Ok(section(path, migration, sources, "-- migrate:down\n")),
            Layout::Refinery | Layout::Prisma | Layout::Supabase | Layout::Drizzle => {
                Err(format!("{layout} runs no way back: use --out DIR"))
            }
            Layout::Sqlx if !path.as_str().ends_with(".up.sql") && migration.down.is_none() => {
                Err("sqlx has a way back only for 1_name.up.sql: rename it first, or use --out DIR"
                    .to_owned())
            }
            _ if migration.down.is_some() => {
                let down = migration.down.map(|down| sources.path(down.file).to_owned());
                Ok(Self::File(down.unwrap_or_default()))
            }
            Layout::Sqitch => reverted(path).map(Self::File),
            Layout::Flyway if !path.file_name().is_some_and(|name| name.starts_with('V')) => {
                Err("flyway undoes versioned migrations only: use --out DIR".to_owned())
            }
            Layout::Plain | Layout::Sqlx | Layout::Diesel | Layout::GolangMigrate | Layout::Flyway => {
                let name = rollback_file_name(layout.as_str(), path.as_str());
                let file = name.file_name().unwrap_or("down.sql").to_owned();
                Ok(Self::File(path.with_file_name(file)))
            }
        }
    }

    /// Whether there is a way back that is not this one.
    pub(super) fn is_taken(&self, sql: &str) -> bool {
        match self {
            Self::File(path) => {
                path.exists()
                    && !source::read_text(path).is_ok_and(|text| *text == *sql || !has_statements(&text))
            }
            Self::Section { taken, .. } => *taken,
        }
    }

    /// The file with the way back in it.
    pub(super) fn filled(self, rollback: &Rollback) -> (Utf8PathBuf, String) {
        match self {
            Self::File(path) => (path, rollback.sql.clone()),
            Self::Section { path, text, around: (start, end), head, .. } => {
                let head = if head.contains("migrate") && !rollback.transaction {
                    "-- migrate:down transaction:false\n"
                } else {
                    head
                };
                let before = text.get(..start).unwrap_or(&text).trim_end();
                let after = text.get(end..).unwrap_or("");
                (path, format!("{before}\n\n{head}{}{after}", rollback.sql))
            }
        }
    }
}

/// The down section of a file that holds both ways; its head line is written anew.
fn section(path: &Utf8Path, migration: &Migration, sources: &SourceMap, head: &'static str) -> Place {
    let text = sources.file(migration.up).text.to_string();
    let (around, taken) = match migration.down {
        Some(down) => {
            let inside = down.span.slice(&text);
            let start = head_of(&text, down.span);
            ((start, down.span.end as usize), has_statements(inside))
        }
        None => ((text.len(), text.len()), false),
    };
    Place::Section { path: path.to_owned(), text, around, head, taken }
}

/// Where the line that opens a section begins; for some tools it is a part of the section.
fn head_of(text: &str, span: Span) -> usize {
    let start = span.start as usize;
    if text.get(start..).is_some_and(|rest| rest.starts_with("--") && rest.contains("migrate:down")) {
        return start;
    }
    let before = text.get(..start).unwrap_or("");
    before.trim_end_matches(['\n', '\r']).rfind('\n').map_or(0, |at| at + 1)
}

/// Whether a text has more than comments and white space.
fn has_statements(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with("--"))
}

/// `deploy/a/b.sql` to `revert/a/b.sql`.
fn reverted(path: &Utf8Path) -> Result<Utf8PathBuf, String> {
    let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
    let at = parts.iter().rposition(|part| *part == "deploy");
    let Some(at) = at else { return Err("it does not lie in a folder called deploy".to_owned()) };
    let parts = parts.iter().enumerate().map(|(i, part)| if i == at { "revert" } else { part });
    Ok(parts.collect())
}

/// Names of the scripts that keep data, beside that of the way back.
pub(super) fn keep_names(layout: &str, migration: &str, more: &str) -> (Utf8PathBuf, Utf8PathBuf) {
    let down = rollback_file_name(layout, migration);
    let stem = down.file_stem().unwrap_or("down");
    let stem = stem.strip_suffix(".down").unwrap_or(stem);
    let name = |what: &str| match (layout, down.parent()) {
        ("diesel" | "prisma" | "drizzle", Some(folder)) if stem == "down" => {
            folder.join(format!("{what}{more}.sql"))
        }
        _ => down.with_file_name(format!("{stem}.{what}{more}.sql")),
    };
    (name("before"), name("after"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_keep_data_stand_beside_the_way_back() {
        let names = |layout, path| {
            let (before, after) = keep_names(layout, path, "");
            (before.into_string(), after.into_string())
        };
        assert_eq!(names("sqlx", "m/1_a.up.sql"), ("1_a.before.sql".into(), "1_a.after.sql".into()));
        assert_eq!(names("diesel", "m/1_a/up.sql"), ("1_a/before.sql".into(), "1_a/after.sql".into()));
        assert_eq!(names("flyway", "m/V1__a.sql"), ("U1__a.before.sql".into(), "U1__a.after.sql".into()));
    }

    #[test]
    fn sqitch_reverts_beside_deploy() {
        assert_eq!(reverted(Utf8Path::new("p/deploy/a/b.sql")).expect("a place"), "p/revert/a/b.sql");
        assert!(reverted(Utf8Path::new("p/a.sql")).is_err());
    }
}
