//! Running `git` so that it reads the repository around a folder, and nothing else: no pager, no lock files, no
//! external diff, none of the variables that a hook hands down.

use std::io;
use std::process::{Command, Stdio};

use camino::Utf8Path;

use crate::source::error::SourceError;

/// `git` prepared to work on the repository around `dir`.
pub(super) fn git(dir: &Utf8Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").arg("--no-optional-locks").arg("-C").arg(dir.as_std_path());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// What `git` prints. `what` introduces its message when it refuses.
pub(super) fn run(dir: &Utf8Path, args: &[&str], what: &str) -> Result<Vec<u8>, SourceError> {
    let output = git(dir).args(args).output().map_err(unavailable)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(SourceError::Git { what: what.to_owned(), message: brief(&output.stderr) })
}

pub(super) fn unavailable(cause: io::Error) -> SourceError {
    SourceError::GitMissing { cause }
}

/// The line of git's message that tells, without its `fatal: `.
fn brief(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told =
        |line: &str| line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: ")).map(str::to_owned);
    lines()
        .find_map(told)
        .or_else(|| lines().next().map(str::to_owned))
        .unwrap_or_else(|| "nothing".to_owned())
}

/// The commit that `rev` names, as a full hash.
pub(super) fn commit(dir: &Utf8Path, rev: &str) -> Result<String, SourceError> {
    let what = format!("revision {rev:?}");
    let spec = format!("{rev}^{{commit}}");
    if let Ok(hash) = run(dir, &["rev-parse", "--verify", "--quiet", "--end-of-options", &spec], &what) {
        return Ok(text(&hash));
    }
    // rev-parse only says "needed a single revision"; rev-list says what is wrong with it.
    run(dir, &["rev-list", "--max-count=1", "--end-of-options", rev, "--"], &what)?;
    Err(SourceError::Contradictory(format!("{what}: name one commit, branch or tag, not a range")))
}

/// Output as text without its line break.
pub(super) fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn bad_revisions_are_explained_in_gits_words() {
        let folder = Folder::new(&[("a.sql", "")]);
        folder.git(&["init", "-q"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "one"]);
        assert_eq!(commit(&folder.path(""), "HEAD").unwrap().len(), 40);
        let error = commit(&folder.path(""), "nope").unwrap_err().to_string();
        assert_eq!(error, "revision \"nope\": git says: bad revision 'nope'");
        let error = commit(&folder.path(""), "--all").unwrap_err().to_string();
        assert!(error.contains("bad revision '--all'"), "{error}");
        let error = commit(&folder.path(""), "HEAD..HEAD").unwrap_err().to_string();
        assert!(error.contains("not a range"), "{error}");
    }

    #[test]
    fn folders_outside_a_repository_are_told() {
        let folder = Folder::new(&[("a.sql", "")]);
        let error = commit(&folder.path(""), "HEAD").unwrap_err().to_string();
        assert!(error.contains("not a git repository"), "{error}");
    }
}
