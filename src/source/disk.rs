//! The file system: the only calls to `std::fs` and to the `ignore` walker.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;

use super::decode::{MAX_BYTES, decode};
use super::error::{SourceError, near_misses};
use super::set::Skipped;

/// How far below a folder files are looked for. Deep enough for any real project, and an end to whatever
/// symbolic links lead to.
const MAX_DEPTH: usize = 16;

/// Files below a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Paths relative to the folder, with `/`, sorted.
    pub(super) files: Vec<Utf8PathBuf>,
    /// Entries that could not be followed, relative to the folder.
    pub(super) skipped: Vec<Skipped>,
}

/// The text of a file: UTF-8, without a byte order mark.
///
/// # Errors
/// Everything that [`SourceError`] knows about a single file.
pub fn read_text(path: &Utf8Path) -> Result<Arc<str>, SourceError> {
    decode(path, read_bytes(path)?)
}

/// The bytes of a file, a pipe or a device, up to the size limit.
fn read_bytes(path: &Utf8Path) -> Result<Vec<u8>, SourceError> {
    let fail = |cause| SourceError::io(path, cause);
    let file = File::open(path).map_err(|cause| missing(path, cause))?;
    let size = file.metadata().map_err(fail)?.len();
    if size >= MAX_BYTES {
        return Err(SourceError::TooLarge { path: path.to_owned() });
    }
    read_limited(file, size).map_err(fail)
}

/// Reads until the end or the size limit; what reached the limit is refused by [`decode`].
pub(super) fn read_limited(reader: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(MAX_BYTES)).unwrap_or(0));
    reader.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether the path is a folder; it must exist.
pub(super) fn is_dir(path: &Utf8Path) -> Result<bool, SourceError> {
    fs::metadata(path).map(|m| m.is_dir()).map_err(|cause| missing(path, cause))
}

/// An error for a path, with names spelled alike when it does not exist.
fn missing(path: &Utf8Path, cause: io::Error) -> SourceError {
    if cause.kind() != io::ErrorKind::NotFound {
        return SourceError::io(path, cause);
    }
    let parent = path.parent().filter(|p| !p.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let names: Vec<String> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let near = near_misses(path.file_name().unwrap_or(""), names.iter().map(String::as_str));
    SourceError::Missing { path: path.to_owned(), near }
}

/// A path as messages show it: without `./`, and relative when it lies below the working directory.
pub(super) fn tidy(path: &Utf8Path) -> Utf8PathBuf {
    let here = std::env::current_dir().ok().and_then(|dir| Utf8PathBuf::from_path_buf(dir).ok());
    let path = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let clean: Utf8PathBuf = path.components().filter(|c| c.as_str() != ".").collect();
    if clean.as_str().is_empty() { ".".into() } else { clean }
}

/// The path with symbolic links resolved, or as it is when it cannot be.
pub(super) fn real(path: &Utf8Path) -> Utf8PathBuf {
    path.canonicalize_utf8().or_else(|_| camino::absolute_utf8(path)).unwrap_or_else(|_| path.to_owned())
}

/// Every file below `root`, in one pass. Hidden entries and installed packages are left out; ignore files are
/// not consulted, because whoever names a folder means all of it; symbolic links are followed, loops are not.
pub(super) fn list(root: &Utf8Path, depth: Option<usize>) -> Result<Listing, SourceError> {
    let mut listing = Listing::default();
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
        .max_depth(Some(depth.unwrap_or(MAX_DEPTH)))
        .filter_entry(|entry| entry.depth() == 0 || !is_package_folder(entry.path()))
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                if entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                    listing.add(root, entry.path());
                }
            }
            Err(error) => listing.skipped.push(unreadable(root, &error)?),
        }
    }
    listing.files.sort();
    listing.skipped.sort();
    Ok(listing)
}

/// The files below a folder, hidden ones among them; packages and what git keeps are left out. What cannot be
/// followed is left out too.
pub(super) fn list_hidden(root: &Utf8Path) -> Result<Vec<Utf8PathBuf>, SourceError> {
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(false)
        .follow_links(true)
        .max_depth(Some(MAX_DEPTH))
        .filter_entry(|entry| {
            let is_git = entry.file_name() == ".git";
            entry.depth() == 0 || !(is_git || is_package_folder(entry.path()))
        })
        .build();
    let mut listing = Listing::default();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| !kind.is_dir()) => {
                listing.add(root, entry.path());
            }
            Ok(_) => {}
            Err(error) => listing.skipped.push(unreadable(root, &error)?),
        }
    }
    listing.files.sort();
    Ok(listing.files)
}

impl Listing {
    fn add(&mut self, root: &Utf8Path, path: &Path) {
        match Utf8Path::from_path(path) {
            Some(path) => self.files.push(relative(root, path)),
            None => self.skipped.push(Skipped {
                path: relative(root, Utf8Path::new(&path.to_string_lossy())),
                reason: "its name is not UTF-8".to_owned(),
            }),
        }
    }
}

fn relative(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside.components().map(|c| c.as_str()).collect::<Vec<_>>().join("/").into()
}

/// Folders that package managers and build tools fill: their migrations belong to somebody else.
fn is_package_folder(path: &Path) -> bool {
    let marker = match path.file_name().and_then(|name| name.to_str()) {
        Some("node_modules") => return path.is_dir(),
        Some("target") => "CACHEDIR.TAG",
        Some("vendor") => return path.join("modules.txt").exists() || path.join("autoload.php").exists(),
        Some("venv" | "env") => "pyvenv.cfg",
        _ => return false,
    };
    path.join(marker).exists()
}

/// A dead end becomes a skipped entry; a folder that may not be read is an error, for it may hold migrations.
fn unreadable(root: &Utf8Path, error: &ignore::Error) -> Result<Skipped, SourceError> {
    let (path, cause) = unwrap_walk_error(root, error);
    let reason = match cause {
        WalkFailure::Loop => "a symbolic link to a folder above it",
        WalkFailure::Io(io::ErrorKind::NotFound) => "a broken symbolic link",
        WalkFailure::Io(kind) => return Err(SourceError::io(path, io::Error::from(kind))),
        WalkFailure::Other => {
            return Err(SourceError::Io { path, cause: io::Error::other(error.to_string()) });
        }
    };
    Ok(Skipped { path: relative(root, &path), reason: reason.to_owned() })
}

enum WalkFailure {
    Loop,
    Io(io::ErrorKind),
    Other,
}

fn unwrap_walk_error(root: &Utf8Path, mut error: &ignore::Error) -> (Utf8PathBuf, WalkFailure) {
    let mut place = root.to_owned();
    loop {
        match error {
            ignore::Error::WithPath { path, err } => {
                place = path.to_string_lossy().into_owned().into();
                error = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error = err,
            ignore::Error::Loop { child, .. } => {
                return (child.to_string_lossy().into_owned().into(), WalkFailure::Loop);
            }
            ignore::Error::Io(cause) => return (place, WalkFailure::Io(cause.kind())),
            _ => return (place, WalkFailure::Other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn listing_leaves_out_hidden_files_and_installed_packages() {
        let folder = Folder::new(&[
            ("b/2.sql", ""),
            ("a.sql", ""),
            (".hidden.sql", ""),
            (".git/x.sql", ""),
            (".gitignore", "a.sql"),
            ("node_modules/p/m.sql", ""),
            ("target/CACHEDIR.TAG", ""),
            ("target/x.sql", ""),
            ("vendor/suppliers.sql", ""),
        ]);
        let listing = list(&folder.path(""), None).unwrap();
        assert_eq!(listing.files, ["a.sql", "b/2.sql", "vendor/suppliers.sql"]);
        assert_eq!(list(&folder.path(""), Some(1)).unwrap().files, ["a.sql"]);
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_are_followed_and_loops_reported() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new(&[("m/1.sql", ""), ("elsewhere/2.sql", "")]);
        symlink(folder.path("m"), folder.path("m/again")).unwrap();
        symlink(folder.path("elsewhere"), folder.path("m/more")).unwrap();
        symlink(folder.path("nowhere"), folder.path("m/dead.sql")).unwrap();
        let listing = list(&folder.path("m"), None).unwrap();
        assert_eq!(listing.files, ["1.sql", "more/2.sql"]);
        let reasons: Vec<_> = listing.skipped.iter().map(|s| (s.path.as_str(), s.reason.as_str())).collect();
        assert_eq!(
            reasons,
            [("again", "a symbolic link to a folder above it"), ("dead.sql", "a broken symbolic link")]
        );
    }

    #[test]
    fn huge_files_are_refused_before_they_are_read() {
        let folder = Folder::new(&[("a.sql", "")]);
        let path = folder.path("a.sql");
        File::options().write(true).open(&path).unwrap().set_len(MAX_BYTES).unwrap();
        let error = read_text(&path).unwrap_err();
        assert!(matches!(error, SourceError::TooLarge { .. }), "{error}");
    }

    #[test]
    fn paths_are_shown_as_users_write_them() {
        let here = Utf8PathBuf::from_path_buf(std::env::current_dir().unwrap()).unwrap();
        assert_eq!(tidy(Utf8Path::new("./db//migrations/")), "db/migrations");
        assert_eq!(tidy(&here.join("src/lib.rs")), "src/lib.rs");
        assert_eq!(tidy(&here), ".");
        assert_eq!(tidy(Utf8Path::new("../x")), "../x");
    }
}
