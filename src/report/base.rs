//! Paths as continuous integration wants them: from the root of the repository, with `/`.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// Where the paths of a review are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The root of the repository and the folder below it that paths are relative to; `None` where paths are to be
    /// taken as they are.
    at: Option<(Utf8PathBuf, Utf8PathBuf)>,
}

impl Base {
    /// Paths relative to `working`, which lies in the repository at `root`. Both are absolute; otherwise paths stay as
    /// they are.
    #[must_use]
    pub fn new(root: &Utf8Path, working: &Utf8Path) -> Self {
        let below = working.strip_prefix(root).ok();
        Self { at: below.map(|below| (root.to_owned(), below.to_owned())) }
    }

    /// A path of the review as one from the root. What is no path (standard input, a revision) and what lies outside
    /// stays as it is.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        if path.starts_with('<') || path.starts_with("git:") {
            return path.to_owned();
        }
        let path = Utf8Path::new(path);
        let joined = match &self.at {
            _ if path.is_absolute() => {
                let inside = self.at.as_ref().and_then(|(root, _)| path.strip_prefix(root).ok());
                inside.unwrap_or(path).to_owned()
            }
            Some((_, below)) => below.join(path),
            None => path.to_owned(),
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in joined.components() {
            match part {
                Utf8Component::CurDir => {}
                Utf8Component::ParentDir if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                Utf8Component::RootDir => parts.push(""),
                other => parts.push(other.as_str()),
            }
        }
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root() {
        let base = Base::new(Utf8Path::new("/r"), Utf8Path::new("/r/backend/db"));
        for (path, wanted) in [
            ("m/1.sql", "backend/db/m/1.sql"),
            ("./m/1.sql", "backend/db/m/1.sql"),
            ("../m/1.sql", "backend/m/1.sql"),
            ("../../../x.sql", "../x.sql"),
            ("/r/m/1.sql", "m/1.sql"),
            ("/elsewhere/1.sql", "/elsewhere/1.sql"),
            ("<stdin>", "<stdin>"),
            ("git:HEAD:m/1.sql", "git:HEAD:m/1.sql"),
        ] {
            assert_eq!(base.path(path), wanted, "{path}");
        }
        assert_eq!(Base::default().path("./m//1.sql"), "m/1.sql");
        assert_eq!(Base::new(Utf8Path::new("/r"), Utf8Path::new("/s")), Base::default());
    }
}
