//! Which files a branch adds or changes.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::command::{commit, run, text};
use crate::source::error::SourceError;

/// Files below `root` that were added, changed or renamed since the branch left `rev`, committed or not,
/// untracked ones included unless git ignores them. Paths begin with `root` as it was given.
///
/// The point of comparison is the merge base of `rev` and `HEAD`, so that work which others have added to
/// `rev` in the meantime does not count.
///
/// # Errors
/// [`SourceError::GitMissing`], [`SourceError::Git`] with git's own message, [`SourceError::Contradictory`]
/// for a range of revisions.
pub fn changed_since(rev: &str, root: &Utf8Path) -> Result<BTreeSet<Utf8PathBuf>, SourceError> {
    let dir = if root.as_str().is_empty() { Utf8Path::new(".") } else { root };
    let base = merge_base(dir, rev)?;
    let what = format!("changes since {rev:?}");
    let diff = [
        "diff",
        "--name-only",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--relative",
        "--diff-filter=d",
        &base,
        "--",
        ".",
    ];
    let changed = run(dir, &diff, &what)?;
    let untracked = run(dir, &["ls-files", "--others", "--exclude-standard", "-z", "--", "."], &what)?;
    Ok(changed
        .split(|b| *b == 0)
        .chain(untracked.split(|b| *b == 0))
        .filter_map(|name| std::str::from_utf8(name).ok())
        .filter(|name| !name.is_empty())
        .map(|name| if root.as_str().is_empty() || root == "." { name.into() } else { root.join(name) })
        .collect())
}

fn merge_base(dir: &Utf8Path, rev: &str) -> Result<String, SourceError> {
    let target = commit(dir, rev)?;
    let head = commit(dir, "HEAD")?;
    let what = format!("common ancestor of {rev:?} and HEAD");
    run(dir, &["merge-base", &target, &head], &what).map(|hash| text(&hash)).map_err(|error| match error {
        // merge-base says nothing at all when there is none, which is what a shallow clone looks like.
        SourceError::Git { what, .. } => SourceError::Git {
            what,
            message: "there is none; in a shallow clone, fetch more history (`git fetch --unshallow`)"
                .to_owned(),
        },
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    fn names(folder: &Folder, rev: &str, root: &str) -> Vec<String> {
        let root = folder.path(root);
        let changed = changed_since(rev, &root).unwrap();
        changed.iter().map(|p| p.strip_prefix(&root).unwrap().to_string()).collect()
    }

    #[test]
    fn counts_from_the_merge_base_and_sees_untracked_files() {
        let folder =
            Folder::new(&[("m/1.sql", "a"), ("m/2.sql", "b"), ("m/3.sql", "c"), (".gitignore", "*.log\n")]);
        folder.git(&["init", "-q", "-b", "main"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "one"]);
        folder.git(&["checkout", "-q", "-b", "work"]);
        folder.write("m/2.sql", "changed");
        folder.write("m/4 ü.sql", "new");
        folder.git(&["rm", "-q", "m/3.sql"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "two"]);
        folder.git(&["checkout", "-q", "main"]);
        folder.write("m/9.sql", "of somebody else");
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "three"]);
        folder.git(&["checkout", "-q", "work"]);
        folder.write("m/5.sql", "untracked");
        folder.write("m/x.log", "ignored");
        folder.write("outside.sql", "");
        assert_eq!(names(&folder, "main", "m"), ["2.sql", "4 ü.sql", "5.sql"]);
        assert_eq!(names(&folder, "HEAD", "m"), ["5.sql"]);
    }

    #[test]
    fn unrelated_histories_are_explained() {
        let folder = Folder::new(&[("1.sql", "a")]);
        folder.git(&["init", "-q", "-b", "main"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "one"]);
        folder.git(&["checkout", "-q", "--orphan", "other"]);
        folder.git(&["commit", "-qm", "two"]);
        let error = changed_since("main", &folder.path("")).unwrap_err().to_string();
        assert!(error.contains("--unshallow"), "{error}");
    }
}
