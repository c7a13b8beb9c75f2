//! The files of one commit, read through a single `git cat-file --batch`.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

use super::command::{commit, git, run, text, unavailable};
use crate::source::decode::MAX_BYTES;
use crate::source::disk::Listing;
use crate::source::error::SourceError;
use crate::source::set::Skipped;

/// A path in a commit.
#[derive(Debug)]
pub(in crate::source) struct Revision {
    /// The revision as it was given.
    rev: String,
    commit: String,
    /// From the top of the repository; empty for all of it.
    prefix: Utf8PathBuf,
    is_dir: bool,
    batch: RefCell<Batch>,
}

impl Revision {
    /// Finds `path` in `rev`, in the repository around `dir`.
    pub(in crate::source) fn open(dir: &Utf8Path, rev: &str, path: &Utf8Path) -> Result<Self, SourceError> {
        let commit = commit(dir, rev)?;
        let what = format!("{rev}:{path}");
        let below = if path.starts_with("./") || path.starts_with("../") || path == "." || path == ".." {
            text(&run(dir, &["rev-parse", "--show-prefix"], &what)?)
        } else {
            String::new()
        };
        let prefix = normalize(&Utf8Path::new(&below).join(path)).ok_or_else(|| SourceError::Git {
            what: what.clone(),
            message: "the path leads out of the repository".to_owned(),
        })?;
        let object = format!("{commit}:{prefix}");
        let kind = run(dir, &["cat-file", "-t", &object], &what).map_err(|error| match error {
            SourceError::Git { what, message } => {
                SourceError::Git { what, message: message.replace(&commit, rev) }
            }
            other => other,
        })?;
        let batch = RefCell::new(Batch::start(dir)?);
        Ok(Self { rev: rev.to_owned(), commit, prefix, is_dir: text(&kind) == "tree", batch })
    }

    /// Whether the path is a folder in that commit.
    pub(in crate::source) fn is_dir(&self) -> bool {
        self.is_dir
    }

    /// The path from the top of the repository.
    pub(in crate::source) fn prefix(&self) -> &Utf8Path {
        &self.prefix
    }

    /// The same commit, seen from a folder given from the top of the repository.
    pub(in crate::source) fn at(self, prefix: &Utf8Path) -> Self {
        Self { prefix: prefix.to_owned(), is_dir: true, ..self }
    }

    /// A path below this one as messages show it: `REV:path`.
    pub(in crate::source) fn shown(&self, inside: &Utf8Path) -> Utf8PathBuf {
        format!("{}:{}", self.rev, joined(&self.prefix, inside)).into()
    }

    /// Every file below the path, links and submodules apart.
    pub(in crate::source) fn list(
        &self,
        dir: &Utf8Path,
        depth: Option<usize>,
    ) -> Result<Listing, SourceError> {
        let tree = format!("{}:{}", self.commit, self.prefix);
        let output = run(
            dir,
            &["ls-tree", "-r", "-z", "--full-tree", &tree],
            &self.shown(Utf8Path::new("")).into_string(),
        )?;
        let mut listing = Listing::default();
        for record in output.split(|b| *b == 0) {
            let Ok(record) = std::str::from_utf8(record) else { continue };
            let Some((meta, name)) = record.split_once('\t') else { continue };
            let path = Utf8Path::new(name);
            let hidden =
                path.components().any(|c| c.as_str().starts_with('.') || c.as_str() == "node_modules");
            if hidden || depth.is_some_and(|depth| path.components().count() > depth) {
                continue;
            }
            let reason = match meta.split(' ').next() {
                Some("120000") => "a symbolic link, which is not followed in a revision",
                Some("160000") => "a submodule, which is not read",
                _ if name.contains('\n') => "its name holds a line break",
                _ => {
                    listing.files.push(path.to_owned());
                    continue;
                }
            };
            listing.skipped.push(Skipped { path: path.to_owned(), reason: reason.to_owned() });
        }
        listing.files.sort();
        listing.skipped.sort();
        Ok(listing)
    }

    /// The bytes of a file below the path; `None` when there is none.
    pub(in crate::source) fn read(&self, inside: &Utf8Path) -> Result<Option<Vec<u8>>, SourceError> {
        self.read_from_top(&joined(&self.prefix, inside))
    }

    /// The bytes of a file given from the top of the repository; `None` when there is none.
    pub(in crate::source) fn read_from_top(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, SourceError> {
        let shown = || Utf8PathBuf::from(format!("{}:{path}", self.rev));
        match self.batch.borrow_mut().get(&format!("{}:{path}", self.commit)) {
            Ok(Blob::Found(bytes)) => Ok(Some(bytes)),
            Ok(Blob::Missing) => Ok(None),
            Ok(Blob::TooLarge) => Err(SourceError::TooLarge { path: shown() }),
            Err(cause) => Err(SourceError::Io { path: shown(), cause }),
        }
    }
}

fn joined(prefix: &Utf8Path, inside: &Utf8Path) -> Utf8PathBuf {
    match (prefix.as_str(), inside.as_str()) {
        ("", _) => inside.to_owned(),
        (_, "") => prefix.to_owned(),
        _ => prefix.join(inside),
    }
}

/// The path without `.` and `..`; `None` when it leads out of the repository.
fn normalize(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.as_str().split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/").into())
}

enum Blob {
    Found(Vec<u8>),
    Missing,
    TooLarge,
}

/// A running `git cat-file --batch`: one request, one answer.
#[derive(Debug)]
struct Batch {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Batch {
    fn start(dir: &Utf8Path) -> Result<Self, SourceError> {
        let mut child = git(dir)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(unavailable)?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(|| unavailable(closed()))?;
        Ok(Self { child, requests, answers: BufReader::new(answers) })
    }

    fn get(&mut self, object: &str) -> io::Result<Blob> {
        let requests = self.requests.as_mut().ok_or_else(closed)?;
        writeln!(requests, "{object}")?;
        requests.flush()?;
        let mut header = String::new();
        if self.answers.read_line(&mut header)? == 0 {
            return Err(closed());
        }
        let mut words = header.trim_end().rsplit(' ');
        let (Some(size), Some(kind)) = (words.next(), words.next()) else { return Ok(Blob::Missing) };
        let Ok(size) = size.parse::<u64>() else { return Ok(Blob::Missing) };
        if size >= MAX_BYTES {
            // The rest of the answer stays unread, so this process is of no more use.
            self.requests = None;
            return Ok(Blob::TooLarge);
        }
        let mut bytes = Vec::new();
        (&mut self.answers).take(size).read_to_end(&mut bytes)?;
        self.answers.read_exact(&mut [0])?;
        Ok(if kind == "blob" { Blob::Found(bytes) } else { Blob::Missing })
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.requests = None;
        // An unread answer would keep the process waiting for a reader.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "git cat-file ended early")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    fn repository() -> Folder {
        let folder = Folder::new(&[
            ("db/m/1.sql", "one"),
            ("db/m/sub/2.sql", ""),
            ("db/.x.sql", ""),
            ("top.sql", "t"),
        ]);
        folder.git(&["init", "-q", "-b", "main"]);
        folder.git(&["add", "-f", "."]);
        folder.git(&["commit", "-qm", "one"]);
        folder.write("db/m/1.sql", "changed since");
        folder
    }

    #[test]
    fn files_are_read_as_they_were() {
        let folder = repository();
        let top = folder.path("");
        let revision = Revision::open(&top, "main", Utf8Path::new("db/")).unwrap();
        assert!(revision.is_dir());
        assert_eq!(revision.list(&top, None).unwrap().files, ["m/1.sql", "m/sub/2.sql"]);
        assert_eq!(revision.list(&top, Some(2)).unwrap().files, ["m/1.sql"]);
        assert_eq!(revision.read(Utf8Path::new("m/1.sql")).unwrap().unwrap(), b"one");
        assert_eq!(revision.read(Utf8Path::new("m/sub/2.sql")).unwrap().unwrap(), b"");
        assert!(revision.read(Utf8Path::new("m/none.sql")).unwrap().is_none());
        assert!(revision.read(Utf8Path::new("m")).unwrap().is_none());
        assert_eq!(revision.read_from_top(Utf8Path::new("top.sql")).unwrap().unwrap(), b"t");
        assert_eq!(revision.shown(Utf8Path::new("m/1.sql")), "main:db/m/1.sql");
    }

    #[test]
    fn paths_may_be_relative_to_the_working_directory() {
        let folder = repository();
        let below = folder.path("db");
        let revision = Revision::open(&below, "HEAD", Utf8Path::new("./m/1.sql")).unwrap();
        assert!(!revision.is_dir());
        assert_eq!(revision.prefix(), "db/m/1.sql");
        assert_eq!(Revision::open(&below, "HEAD", Utf8Path::new("../top.sql")).unwrap().prefix(), "top.sql");
        assert_eq!(Revision::open(&below, "HEAD", Utf8Path::new("")).unwrap().prefix(), "");
    }

    #[test]
    fn missing_paths_are_explained_in_gits_words() {
        let folder = repository();
        let error = Revision::open(&folder.path(""), "main", Utf8Path::new("nope")).unwrap_err().to_string();
        assert_eq!(error, "main:nope: git says: path 'nope' does not exist in 'main'");
        let error = Revision::open(&folder.path(""), "main", Utf8Path::new("../x")).unwrap_err().to_string();
        assert!(error.contains("leads out of the repository"), "{error}");
    }
}
