//! What can go wrong while input is found and read. Every message says what, where, and what to do about it.

use camino::Utf8PathBuf;
use thiserror::Error;

/// Failure to find, read or select input. Paths are as the user would name them.
#[derive(Debug, Error)]
pub enum SourceError {
    /// Nothing exists at the path.
    #[error("{path}: no such file or folder{}", suggestion(.near))]
    Missing {
        /// The path that was given.
        path: Utf8PathBuf,
        /// Names in the same folder that are spelled alike.
        near: Vec<String>,
    },

    /// A folder exists but holds nothing that could be a migration.
    #[error("{path}: no migrations in this folder; looked for {looked_for}. Name the folder that holds them")]
    EmptyFolder {
        /// The folder.
        path: Utf8PathBuf,
        /// What would have counted, in words.
        looked_for: String,
    },

    /// The text is not UTF-8.
    #[error(
        "{path}:{line}: not valid UTF-8 (byte {offset} of the file); save the file as UTF-8, \
         for example with `iconv -f LATIN1 -t UTF-8`"
    )]
    NotUtf8 {
        /// The file.
        path: Utf8PathBuf,
        /// 1-based line of the first bad byte.
        line: u32,
        /// Offset of the first bad byte, from 0, byte order mark included.
        offset: u64,
    },

    /// The file starts with the byte order mark of UTF-16 or UTF-32.
    #[error("{path}: encoded as {encoding}, which no SQL front end reads; save the file as UTF-8")]
    WideText {
        /// The file.
        path: Utf8PathBuf,
        /// `UTF-16LE`, `UTF-16BE`, …
        encoding: &'static str,
    },

    /// The file holds a NUL byte, which SQL text cannot.
    #[error("{path}:{line}: a NUL byte (byte {offset} of the file), so this is not SQL text{hint}")]
    Binary {
        /// The file.
        path: Utf8PathBuf,
        /// 1-based line of the NUL byte.
        line: u32,
        /// Offset of the NUL byte, from 0.
        offset: u64,
        /// What the file probably is, with leading punctuation; may be empty.
        hint: &'static str,
    },

    /// The file is larger than positions can address.
    #[error(
        "{path}: larger than 1 GiB, the most that is read; split the file or dump the schema without its data"
    )]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
    },

    /// `--layout` names no layout.
    #[error("unknown layout {name:?}{}; layouts are {known}", suggestion(.near))]
    UnknownLayout {
        /// What was given.
        name: String,
        /// Layouts spelled alike.
        near: Vec<String>,
        /// All layout names, joined.
        known: String,
    },

    /// The file system refused.
    #[error("{path}: permission denied; make it readable for this user")]
    Permission {
        /// File or folder.
        path: Utf8PathBuf,
    },

    /// Any other failure of the file system.
    #[error("{path}: {cause}")]
    Io {
        /// File or folder.
        path: Utf8PathBuf,
        /// The system's own words.
        cause: std::io::Error,
    },

    /// `git` is needed and cannot be started.
    #[error("git cannot be started ({cause}); install it, or name files instead of a revision")]
    GitMissing {
        /// The system's own words.
        cause: std::io::Error,
    },

    /// `git` ran and refused.
    #[error("{what}: git says: {message}")]
    Git {
        /// What was asked of it.
        what: String,
        /// The first lines of its own message.
        message: String,
    },

    /// Several answers are equally good.
    #[error("{path}: {question}\n{}\n{advice}", indented(.candidates))]
    Ambiguous {
        /// The folder.
        path: Utf8PathBuf,
        /// What could not be decided.
        question: &'static str,
        /// The possible answers.
        candidates: Vec<String>,
        /// How to decide.
        advice: &'static str,
    },

    /// A tool's bookkeeping file cannot be understood.
    #[error("{path}:{line}: {message}")]
    Bookkeeping {
        /// The journal, plan or lock file.
        path: Utf8PathBuf,
        /// 1-based line.
        line: u32,
        /// What is wrong and what to do.
        message: String,
    },

    /// `--from` names no migration of the set.
    #[error("no migration has version {version:?}{}; versions run from {first} to {last}", suggestion(.near))]
    VersionNotFound {
        /// What was given.
        version: String,
        /// Versions and names spelled alike.
        near: Vec<String>,
        /// Oldest version of the set.
        first: String,
        /// Newest version of the set.
        last: String,
    },

    /// A file named for review is not part of the set.
    #[error("{path} is not one of the migrations in {root}{why}{}", suggestion(.near))]
    NotInSet {
        /// What was given.
        path: Utf8PathBuf,
        /// The set's folder.
        root: Utf8PathBuf,
        /// Why it was left out, with leading punctuation; empty for files that were never seen.
        why: String,
        /// Files of the set spelled alike.
        near: Vec<String>,
    },

    /// Options that exclude each other, or an option that cannot mean anything here.
    #[error("{0}")]
    Contradictory(String),

    /// The source is a URL of a live database.
    #[error(
        "{scheme} URLs are no source of migrations, and only PostgreSQL databases can be read as --schema; \
         give a schema dump (`pg_dump --schema-only`) or a folder of migrations"
    )]
    LiveDatabase {
        /// Only the scheme: a URL may hold a password.
        scheme: String,
    },

    /// A snapshot was given where migrations are needed.
    #[error("{path}: a snapshot describes a schema and holds no migrations; give a .sql file or a folder")]
    SnapshotGiven {
        /// The file.
        path: Utf8PathBuf,
    },
}

impl SourceError {
    /// Whether the request is wrong, rather than the input: the right answer is another command line.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        match self {
            Self::UnknownLayout { .. }
            | Self::Ambiguous { .. }
            | Self::VersionNotFound { .. }
            | Self::NotInSet { .. }
            | Self::Contradictory(_)
            | Self::LiveDatabase { .. }
            | Self::SnapshotGiven { .. } => true,
            Self::Missing { .. }
            | Self::EmptyFolder { .. }
            | Self::NotUtf8 { .. }
            | Self::WideText { .. }
            | Self::Binary { .. }
            | Self::TooLarge { .. }
            | Self::Permission { .. }
            | Self::Io { .. }
            | Self::GitMissing { .. }
            | Self::Git { .. }
            | Self::Bookkeeping { .. } => false,
        }
    }

    /// Sorts a failure of the file system into the kinds users meet.
    pub(super) fn io(path: impl Into<Utf8PathBuf>, cause: std::io::Error) -> Self {
        let path = path.into();
        match cause.kind() {
            std::io::ErrorKind::NotFound => Self::Missing { path, near: Vec::new() },
            std::io::ErrorKind::PermissionDenied => Self::Permission { path },
            _ => Self::Io { path, cause },
        }
    }
}

/// `; did you mean a or b?`, or nothing.
fn suggestion(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// Up to three of `known` that are spelled like `word`, nearest first.
pub(super) fn near_misses<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (strsim::jaro_winkler(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_where_and_what_to_do() {
        let missing = SourceError::Missing { path: "db/migration".into(), near: vec!["migrations".into()] };
        assert_eq!(missing.to_string(), "db/migration: no such file or folder; did you mean migrations?");
        let text = SourceError::NotUtf8 { path: "a.sql".into(), line: 3, offset: 41 }.to_string();
        assert!(text.starts_with("a.sql:3: not valid UTF-8 (byte 41 of the file); save"), "{text}");
        assert!(!missing.is_usage());
        let ambiguous = SourceError::Ambiguous {
            path: ".".into(),
            question: "which folder?",
            candidates: vec!["a".into(), "b".into()],
            advice: "name one",
        };
        assert_eq!(ambiguous.to_string(), ".: which folder?\n  a\n  b\nname one");
        assert!(ambiguous.is_usage());
    }

    #[test]
    fn file_system_errors_are_sorted() {
        use std::io::{Error, ErrorKind};
        let denied = SourceError::io("x", Error::from(ErrorKind::PermissionDenied));
        assert!(matches!(denied, SourceError::Permission { .. }));
        assert_eq!(denied.to_string(), "x: permission denied; make it readable for this user");
        assert!(matches!(
            SourceError::io("x", Error::from(ErrorKind::NotFound)),
            SourceError::Missing { .. }
        ));
        assert!(matches!(SourceError::io("x", Error::from(ErrorKind::Interrupted)), SourceError::Io { .. }));
    }

    #[test]
    fn near_misses_are_close_and_ordered() {
        let known = ["goose", "golang-migrate", "flyway", "dbmate"];
        assert_eq!(near_misses("gose", known), ["goose"]);
        assert_eq!(near_misses("Fly-way", known), ["flyway"]);
        assert!(near_misses("zzz", known).is_empty());
    }
}
