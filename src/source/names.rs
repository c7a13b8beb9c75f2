//! What file names tell: versions, directions, dialects.

use camino::Utf8Path;

use super::natural::digits;
use crate::name::Dialect;

/// Whether a name ends like a SQL script.
pub(super) fn is_sql(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or("");
    ["sql", "psql", "pgsql"].iter().any(|e| strip_extension(name, e).is_some())
}

/// The name without `.extension`, whose letters may be of any case; `None` when it ends otherwise.
pub(super) fn strip_extension<'a>(name: &'a str, extension: &str) -> Option<&'a str> {
    let dot = name.len().checked_sub(extension.len() + 1)?;
    let (stem, end) = (name.get(..dot)?, name.get(dot..)?);
    (end.starts_with('.') && end[1..].eq_ignore_ascii_case(extension) && !stem.is_empty()).then_some(stem)
}

/// The name of a SQL file without its extension.
pub(super) fn sql_stem(name: &str) -> Option<&str> {
    ["sql", "psql", "pgsql"].iter().find_map(|e| strip_extension(name, e))
}

/// `123_name.sql`: the version as written and the name.
pub(super) fn numbered(file: &str) -> Option<(&str, &str)> {
    let (version, rest) = sql_stem(file)?.split_once('_')?;
    (!version.is_empty() && digits(version) == version).then_some((version, rest))
}

/// `123_name.up.sql`, `123_name.down.sql`.
pub(super) fn up_down(file: &str) -> Option<(&str, &str, Direction)> {
    let (version, rest) = numbered(file)?;
    if let Some(name) = strip_extension(rest, "up") {
        return Some((version, name, Direction::Up));
    }
    Some((version, strip_extension(rest, "down")?, Direction::Down))
}

/// Whether a script applies or undoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// `V1.2__name.sql` and its relatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefixed<'a> {
    /// `V`, `U`, `R` or `B`.
    pub(super) prefix: char,
    /// As written; empty for `R`.
    pub(super) version: &'a str,
    /// What follows the two underscores.
    pub(super) name: &'a str,
}

/// Reads the naming that Flyway introduced and Refinery shares. The description may be missing (`V1.sql`).
pub(super) fn prefixed(file: &str) -> Option<Prefixed<'_>> {
    let stem = sql_stem(file)?;
    let prefix = stem.chars().next().filter(|c| matches!(c, 'V' | 'U' | 'R' | 'B'))?;
    let rest = &stem[1..];
    let (version, name) = rest.split_once("__").unwrap_or((rest, ""));
    let fits = if prefix == 'R' {
        version.is_empty() && !name.is_empty()
    } else {
        super::natural::is_dotted(version)
    };
    fits.then_some(Prefixed { prefix, version, name })
}

/// The same where another prefix than `V` was chosen for what has a version, or none at all: `1.2__name.sql`.
pub(super) fn versioned<'a>(file: &'a str, prefix: &str) -> Option<Prefixed<'a>> {
    let (version, name) = sql_stem(file)?.strip_prefix(prefix)?.split_once("__")?;
    let fits = super::natural::is_dotted(version) && !name.is_empty();
    fits.then_some(Prefixed { prefix: 'V', version, name })
}

/// The version that a name begins with: `001`, `v1.2.3`, `2024_01_31`.
pub(super) fn leading_version(stem: &str) -> Option<&str> {
    let start = usize::from(stem.starts_with(['v', 'V']));
    let text = &stem[start..];
    let first = digits(text);
    if first.is_empty() {
        return None;
    }
    if first.len() == 4 {
        let date = date_length(text);
        if date > 0 {
            return Some(&text[..date]);
        }
    }
    let mut end = first.len();
    while let Some(rest) = text[end..].strip_prefix('.') {
        let next = digits(rest).len();
        if next == 0 {
            break;
        }
        end += 1 + next;
    }
    Some(&text[..end])
}

/// The length of `YYYY-MM-DD` or `YYYY_MM_DD` at the start, else 0.
fn date_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let shape = bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(i, b)| match i {
            4 | 7 => matches!(b, b'-' | b'_') && *b == bytes[4],
            _ => b.is_ascii_digit(),
        })
        && bytes.get(10).is_none_or(|b| !b.is_ascii_digit());
    if shape { 10 } else { 0 }
}

/// What follows the version in a name, without the separator.
pub(super) fn after_version<'a>(stem: &'a str, version: &str) -> &'a str {
    let start = stem.find(version).map_or(0, |at| at + version.len());
    let rest = stem[start..].trim_start_matches(['_', '-', '.', ' ']);
    if rest.is_empty() { stem } else { rest }
}

/// The dialect that a folder's or a file's own name tells.
pub(super) fn dialect_word(word: &str) -> Option<Dialect> {
    match word.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" | "pg" | "psql" | "pgsql" | "cockroach" | "cockroachdb" | "yugabyte"
        | "yugabytedb" => Some(Dialect::PostgreSql),
        "mysql" | "mariadb" | "singlestore" => Some(Dialect::MySql),
        "sqlite" | "sqlite3" | "turso" | "libsql" => Some(Dialect::Sqlite),
        _ => None,
    }
}

/// Whether a folder is named after a database product, among them those that are not read.
pub(super) fn is_product(word: &str) -> bool {
    dialect_word(word).is_some()
        || matches!(
            word.to_ascii_lowercase().as_str(),
            "mssql" | "sqlserver" | "oracle" | "h2" | "hsqldb" | "derby" | "db2" | "clickhouse" | "spanner"
        )
}

/// The dialect that a path tells, from its end upwards.
pub(super) fn dialect_of_path(path: &Utf8Path) -> Option<Dialect> {
    let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
    parts.iter().rev().take(6).find_map(|part| part.split(['-', '_', '.']).find_map(dialect_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_extensions() {
        for name in ["a.sql", "A.SQL", "x.y.pgsql"] {
            assert!(is_sql(Utf8Path::new(name)), "{name}");
        }
        for name in [".sql", "sql", "a.sql.bak", "a.mysql", "é"] {
            assert!(!is_sql(Utf8Path::new(name)), "{name}");
        }
    }

    #[test]
    fn numbered_names() {
        assert_eq!(numbered("001_a_b.sql"), Some(("001", "a_b")));
        assert_eq!(numbered("1.2_a.sql"), None);
        assert_eq!(numbered("a_1.sql"), None);
        assert_eq!(up_down("1_a.up.sql"), Some(("1", "a", Direction::Up)));
        assert_eq!(up_down("1_a.down.sql"), Some(("1", "a", Direction::Down)));
        assert_eq!(up_down("1_a.sql"), None);
    }

    #[test]
    fn prefixed_names() {
        let some = |prefix, version, name| Some(Prefixed { prefix, version, name });
        assert_eq!(prefixed("V1.2__add-x.sql"), some('V', "1.2", "add-x"));
        assert_eq!(prefixed("V1_2__x.sql"), some('V', "1_2", "x"));
        assert_eq!(prefixed("V7.SQL"), some('V', "7", ""));
        assert_eq!(prefixed("R__views.sql"), some('R', "", "views"));
        for other in ["Views.sql", "R1__x.sql", "V__x.sql", "v1__x.sql", "V1__x.txt", "Users__a.sql"] {
            assert_eq!(prefixed(other), None, "{other}");
        }
    }

    #[test]
    fn names_with_another_prefix() {
        let some = |version, name| Some(Prefixed { prefix: 'V', version, name });
        assert_eq!(versioned("20240101__add-x.sql", ""), some("20240101", "add-x"));
        assert_eq!(versioned("1_2__x.sql", ""), some("1_2", "x"));
        assert_eq!(versioned("M3__x.sql", "M"), some("3", "x"));
        for (other, prefix) in
            [("1_x.sql", ""), ("R__x.sql", ""), ("V1__x.sql", ""), ("1__.sql", ""), ("3__x.sql", "M")]
        {
            assert_eq!(versioned(other, prefix), None, "{other}");
        }
    }

    #[test]
    fn versions_at_the_start_of_a_name() {
        let version = |stem| leading_version(stem);
        assert_eq!(version("001_x"), Some("001"));
        assert_eq!(version("1.2.3-x"), Some("1.2.3"));
        assert_eq!(version("001_2fa"), Some("001"));
        assert_eq!(version("v2_x"), Some("2"));
        assert_eq!(version("2024-01-31-x"), Some("2024-01-31"));
        assert_eq!(version("2024_01_31_10"), Some("2024_01_31"));
        assert_eq!(version("x1"), None);
        assert_eq!(version("1."), Some("1"));
        assert_eq!(after_version("001_x", "001"), "x");
        assert_eq!(after_version("001", "001"), "001");
    }

    #[test]
    fn dialects_in_paths() {
        assert_eq!(dialect_of_path(Utf8Path::new("/srv/db/sqlite/migrations")), Some(Dialect::Sqlite));
        assert_eq!(dialect_of_path(Utf8Path::new("db/migrations-postgres")), Some(Dialect::PostgreSql));
        assert_eq!(dialect_of_path(Utf8Path::new("db/migrations")), None);
        assert!(is_product("h2") && !is_product("common"));
    }
}
