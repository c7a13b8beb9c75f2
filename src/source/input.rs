//! What a `SRC` argument means, before anything is read.

use camino::{Utf8Path, Utf8PathBuf};

use super::disk;
use super::error::SourceError;

/// A parsed `SRC` argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file of SQL.
    File(Utf8PathBuf),
    /// A folder.
    Dir(Utf8PathBuf),
    /// Standard input, written `-`.
    Stdin,
    /// A file or folder as of a git revision, written `git:REV:PATH`.
    Git {
        /// Anything that names a commit.
        rev: String,
        /// Relative to the top of the repository, or to the working directory when it starts with `./`; empty
        /// for everything.
        path: Utf8PathBuf,
    },
    /// A schema snapshot in JSON.
    Snapshot(Utf8PathBuf),
}

impl Input {
    /// Tells what `src` is; looks at the file system only to tell a file from a folder.
    ///
    /// # Errors
    /// [`SourceError::Missing`], [`SourceError::Permission`], [`SourceError::LiveDatabase`] for database URLs,
    /// [`SourceError::Contradictory`] for a git source without a path and for an empty one.
    pub fn parse(src: &str) -> Result<Self, SourceError> {
        if src.is_empty() {
            return Err(SourceError::Contradictory(
                "the source is empty; name a .sql file, a folder or -".to_owned(),
            ));
        }
        if src == "-" {
            return Ok(Self::Stdin);
        }
        if let Some(scheme) = database_scheme(src) {
            return Err(SourceError::LiveDatabase { scheme });
        }
        if let Some(rest) = src.strip_prefix("git:") {
            let Some((rev, path)) = rest.split_once(':').filter(|(rev, _)| !rev.is_empty()) else {
                return Err(SourceError::Contradictory(format!(
                    "{src:?} is not complete: write git:REVISION:PATH, for example git:main:db/migrations"
                )));
            };
            return Ok(Self::Git { rev: rev.to_owned(), path: path.into() });
        }
        let path = disk::tidy(Utf8Path::new(src));
        if disk::is_dir(&path)? {
            return Ok(Self::Dir(path));
        }
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            return Ok(Self::Snapshot(path));
        }
        Ok(Self::File(path))
    }
}

/// The scheme of a database URL: `postgres://…`, `sqlite:…`, a JDBC URL.
fn database_scheme(src: &str) -> Option<String> {
    const URLS: [&str; 9] = [
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "sqlserver",
        "mssql",
        "cockroachdb",
        "oracle",
        "mongodb",
    ];
    let (scheme, rest) = src.split_once(':')?;
    let lower = scheme.to_ascii_lowercase();
    let known = match lower.as_str() {
        "sqlite" | "sqlite3" | "jdbc" => true,
        other => rest.starts_with("//") && URLS.contains(&other),
    };
    known.then_some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn every_form_is_recognised() {
        let folder = Folder::new(&[("a.sql", ""), ("s.json", "{}"), ("m/1.sql", "")]);
        let at = |name: &str| folder.path(name);
        assert_eq!(Input::parse("-").unwrap(), Input::Stdin);
        assert_eq!(Input::parse(at("a.sql").as_str()).unwrap(), Input::File(at("a.sql")));
        assert_eq!(Input::parse(at("m").as_str()).unwrap(), Input::Dir(at("m")));
        assert_eq!(Input::parse(at("s.json").as_str()).unwrap(), Input::Snapshot(at("s.json")));
        assert_eq!(
            Input::parse("git:HEAD~2:db/m").unwrap(),
            Input::Git { rev: "HEAD~2".into(), path: "db/m".into() }
        );
        assert_eq!(Input::parse("git:main:").unwrap(), Input::Git { rev: "main".into(), path: "".into() });
    }

    #[test]
    fn incomplete_git_sources_are_explained() {
        assert!(Input::parse("").unwrap_err().to_string().contains("the source is empty"));
        for src in ["git:main", "git::x"] {
            let error = Input::parse(src).unwrap_err().to_string();
            assert!(error.contains("git:REVISION:PATH"), "{error}");
        }
    }

    #[test]
    fn database_urls_are_refused_without_their_password() {
        for src in ["postgres://u:secret@h/db", "PostgreSQL://u:secret@h/db", "sqlite:secret.db"] {
            let error = Input::parse(src).unwrap_err();
            assert!(matches!(error, SourceError::LiveDatabase { .. }), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
            assert!(error.to_string().contains("only PostgreSQL databases can be read as --schema"));
        }
    }

    #[test]
    fn missing_paths_get_a_suggestion() {
        let folder = Folder::new(&[("migrations/1.sql", "")]);
        let error = Input::parse(folder.path("migration").as_str()).unwrap_err().to_string();
        assert!(error.ends_with("/migration: no such file or folder; did you mean migrations?"), "{error}");
    }
}
