//! One way to look at a folder, whether it lies on disk or in a commit.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::decode::decode;
use super::disk::{self, Listing};
use super::error::SourceError;
use super::git::Revision;
use super::set::Skipped;

/// How many folders upwards evidence about a project is looked for.
const LEVELS_ABOVE: usize = 8;

/// A folder with the names of all files in it.
#[derive(Debug)]
pub(super) struct Tree {
    origin: Origin,
    listing: Listing,
}

#[derive(Debug)]
enum Origin {
    /// As it is shown, and with links resolved.
    Disk {
        root: Utf8PathBuf,
        real: Utf8PathBuf,
    },
    Commit(Box<Revision>),
}

impl Tree {
    /// Lists a folder on disk, down to `depth` levels.
    pub(super) fn disk(root: &Utf8Path, depth: Option<usize>) -> Result<Self, SourceError> {
        let listing = disk::list(root, depth)?;
        Ok(Self { origin: Origin::Disk { root: root.to_owned(), real: disk::real(root) }, listing })
    }

    /// A folder on disk whose names are not known, for a file that can be read all the same.
    pub(super) fn unlisted(root: &Utf8Path) -> Self {
        let origin = Origin::Disk { root: root.to_owned(), real: disk::real(root) };
        Self { origin, listing: Listing::default() }
    }

    /// Lists a folder of a commit; `dir` tells which repository.
    pub(super) fn commit(
        dir: &Utf8Path,
        revision: Revision,
        depth: Option<usize>,
    ) -> Result<Self, SourceError> {
        let listing = revision.list(dir, depth)?;
        Ok(Self { origin: Origin::Commit(Box::new(revision)), listing })
    }

    /// The whole folder.
    pub(super) fn view(&self) -> View<'_> {
        View { tree: self, base: Utf8PathBuf::new(), files: self.listing.files.clone() }
    }

    /// Entries that could not be followed, as messages show them.
    pub(super) fn dead_ends(&self) -> Vec<Skipped> {
        let shown = |s: &Skipped| Skipped { path: self.shown(&s.path), reason: s.reason.clone() };
        self.listing.skipped.iter().map(shown).collect()
    }

    /// A path below the folder as messages show it.
    pub(super) fn shown(&self, inside: &Utf8Path) -> Utf8PathBuf {
        match &self.origin {
            Origin::Disk { root, .. } if inside.as_str().is_empty() => root.clone(),
            Origin::Disk { root, .. } if root == "." => inside.to_owned(),
            Origin::Disk { root, .. } => root.join(inside),
            Origin::Commit(revision) => revision.shown(inside),
        }
    }

    /// The text of a file of the listing.
    pub(super) fn read(&self, inside: &Utf8Path) -> Result<Arc<str>, SourceError> {
        let shown = self.shown(inside);
        match &self.origin {
            Origin::Disk { .. } => disk::read_text(&shown),
            Origin::Commit(revision) => match revision.read(inside)? {
                Some(bytes) => decode(&shown, bytes),
                None => Err(SourceError::Missing { path: shown, near: Vec::new() }),
            },
        }
    }

    /// The full path of a folder below, for what its name tells.
    fn full(&self, inside: &Utf8Path) -> Utf8PathBuf {
        match &self.origin {
            Origin::Disk { real, .. } => real.join(inside),
            Origin::Commit(revision) => revision.prefix().join(inside),
        }
    }

    /// The text of `name` in a folder, if there is one that can be read.
    fn peek(&self, folder: &Utf8Path, name: &str) -> Option<Arc<str>> {
        let path = folder.join(name);
        match &self.origin {
            Origin::Disk { .. } if !path.is_file() => None,
            Origin::Disk { .. } => disk::read_text(&path).ok(),
            Origin::Commit(revision) => decode(&path, revision.read_from_top(&path).ok()??).ok(),
        }
    }

    /// Whether a folder is the top of a repository.
    fn is_top(&self, folder: &Utf8Path) -> bool {
        match &self.origin {
            Origin::Disk { .. } => folder.join(".git").exists(),
            Origin::Commit(_) => folder.as_str().is_empty(),
        }
    }
}

/// A folder of a [`Tree`] and the files below it.
#[derive(Clone, Debug)]
pub(super) struct View<'t> {
    pub(super) tree: &'t Tree,
    /// Relative to the tree; empty for the whole.
    base: Utf8PathBuf,
    /// Relative to `base`, sorted.
    pub(super) files: Vec<Utf8PathBuf>,
}

impl<'t> View<'t> {
    /// The part below a folder.
    pub(super) fn below(&self, folder: &Utf8Path) -> View<'t> {
        let files = self.files.iter().filter_map(|f| Some(f.strip_prefix(folder).ok()?.to_owned())).collect();
        View { tree: self.tree, base: self.base.join(folder), files }
    }

    /// Whether the folder holds a file.
    pub(super) fn has(&self, file: &str) -> bool {
        // The order of paths is not that of their texts: `a/x` comes before `a-b/x`.
        self.files.binary_search_by(|f| f.as_path().cmp(Utf8Path::new(file))).is_ok()
    }

    /// Files that lie in the folder itself.
    pub(super) fn direct(&self) -> impl Iterator<Item = &Utf8Path> {
        self.files.iter().filter(|f| is_direct(f)).map(Utf8PathBuf::as_path)
    }

    /// Sub-folders that directly hold a file called `name`.
    pub(super) fn folders_with(&self, name: &str) -> impl Iterator<Item = &Utf8Path> {
        self.files
            .iter()
            .filter(move |f| f.file_name() == Some(name) && f.components().count() == 2)
            .filter_map(|f| f.parent())
    }

    /// A path below the folder as messages show it; empty for the folder itself.
    pub(super) fn shown(&self, inside: &Utf8Path) -> Utf8PathBuf {
        self.tree.shown(&self.inside_tree(inside))
    }

    /// The folder itself as messages show it.
    pub(super) fn root(&self) -> Utf8PathBuf {
        self.shown(Utf8Path::new(""))
    }

    /// The full path of the folder, for what its name tells.
    pub(super) fn full(&self) -> Utf8PathBuf {
        self.tree.full(&self.base)
    }

    /// Whether the folder is the top of a repository.
    pub(super) fn is_repository(&self) -> bool {
        self.tree.is_top(&self.full())
    }

    /// The text of a file.
    pub(super) fn read(&self, inside: &Utf8Path) -> Result<Arc<str>, SourceError> {
        self.tree.read(&self.inside_tree(inside))
    }

    /// The text of a file if there is one that can be read.
    pub(super) fn peek(&self, inside: &str) -> Option<Arc<str>> {
        self.tree.peek(&self.full(), inside)
    }

    /// Texts of the files called `name` in this folder and those above it, nearest first, each with the number
    /// of levels it lies above. Looks no further than the top of the repository.
    pub(super) fn above(&self, name: &str) -> Vec<(usize, Arc<str>)> {
        let mut found = Vec::new();
        let mut folder = Some(self.full());
        for level in 0..=LEVELS_ABOVE {
            let Some(here) = folder else { break };
            found.extend(self.tree.peek(&here, name).map(|text| (level, text)));
            if self.tree.is_top(&here) {
                break;
            }
            folder = here.parent().map(Utf8Path::to_owned);
        }
        found
    }

    fn inside_tree(&self, inside: &Utf8Path) -> Utf8PathBuf {
        match (self.base.as_str(), inside.as_str()) {
            ("", _) => inside.to_owned(),
            (_, "") => self.base.clone(),
            _ => self.base.join(inside),
        }
    }
}

fn is_direct(file: &Utf8Path) -> bool {
    !file.as_str().contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn views_narrow_and_show_paths() {
        let folder = Folder::new(&[("a/b/1.sql", "x"), ("a/2.sql", ""), ("3.sql", "")]);
        let tree = Tree::disk(&folder.path(""), None).unwrap();
        let below = tree.view().below(Utf8Path::new("a"));
        assert_eq!(below.files, ["2.sql", "b/1.sql"]);
        assert_eq!(below.direct().collect::<Vec<_>>(), ["2.sql"]);
        assert!(below.has("b/1.sql") && !below.has("3.sql"));
        assert_eq!(below.shown(Utf8Path::new("b/1.sql")), folder.path("a/b/1.sql"));
        assert_eq!(below.root(), folder.path("a"));
        assert_eq!(&*below.read(Utf8Path::new("b/1.sql")).unwrap(), "x");
        assert_eq!(below.folders_with("1.sql").collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn files_are_found_whatever_their_names() {
        let names = ["a-b/x.sql", "a/x.sql", "a.sql", "a b/x.sql", "a/b/c.sql", "a/b.sql", "Z.sql"];
        let folder = Folder::new(&names.map(|name| (name, "")));
        let tree = Tree::disk(&folder.path(""), None).unwrap();
        let view = tree.view();
        for name in names {
            assert!(view.has(name), "{name}");
        }
        assert!(!view.has("a") && !view.has("x.sql"));
        assert!(view.below(Utf8Path::new("a")).has("b.sql"));
    }

    #[test]
    fn evidence_is_looked_for_up_to_the_top_of_the_repository() {
        let folder = Folder::new(&[
            ("Cargo.toml", "outside"),
            ("repo/.git/HEAD", ""),
            ("repo/Cargo.toml", "workspace"),
            ("repo/crates/a/Cargo.toml", "member"),
            ("repo/crates/a/migrations/1.sql", ""),
        ]);
        let tree = Tree::disk(&folder.path("repo/crates/a/migrations"), None).unwrap();
        let found = tree.view().above("Cargo.toml");
        let found: Vec<_> = found.iter().map(|(level, text)| (*level, &**text)).collect();
        assert_eq!(found, [(1, "member"), (3, "workspace")]);
    }

    #[test]
    fn commits_look_like_folders() {
        let folder = Folder::new(&[("go.mod", "m"), ("db/1.sql", "x"), ("db/b/2.sql", "")]);
        folder.git(&["init", "-q", "-b", "main"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "one"]);
        let top = folder.path("");
        let revision = Revision::open(&top, "main", Utf8Path::new("db")).unwrap();
        let tree = Tree::commit(&top, revision, None).unwrap();
        let view = tree.view();
        assert_eq!(view.files, ["1.sql", "b/2.sql"]);
        assert_eq!(view.shown(Utf8Path::new("1.sql")), "main:db/1.sql");
        assert_eq!(view.above("go.mod").len(), 1);
        assert_eq!(view.peek("1.sql").as_deref(), Some("x"));
    }
}
