//! What the surroundings say about programs and folders.
//!
//! In: environment variables, through a function, so that this module reads none itself. Out: [`Places`].

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Where programs are looked for and files are put.
#[derive(Clone, Debug)]
pub struct Places {
    /// The folder of server programs that the user named (`PG_BINDIR`).
    pub bindir: Option<PathBuf>,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// The top of the file system below which packages install servers; tests have another.
    pub root: PathBuf,
    /// The folder for what outlives a run: fetched servers, template data folders. None where the user has no
    /// home; then nothing is kept.
    pub cache: Option<PathBuf>,
    /// The folder for what does not outlive a run.
    pub temp: PathBuf,
}

impl Places {
    /// What environment variables say; `variable` looks one up. An empty value counts as none.
    ///
    /// The cache is `CHECKRAIL_CACHE_DIR`, else `checkrail` in `XDG_CACHE_HOME`, else `~/.cache/checkrail`, else (where
    /// others may not enter the home folder of root, and the server runs as another) `/var/cache/checkrail`.
    pub fn from_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let absolute = |name: &str| get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = absolute("HOME").or_else(|| absolute("USERPROFILE"));
        let cache = get("CHECKRAIL_CACHE_DIR")
            .map(PathBuf::from)
            .or_else(|| absolute("XDG_CACHE_HOME").map(|path| path.join("checkrail")))
            .or_else(|| home.map(|home| below_home(&home)));
        Self {
            bindir: get("PG_BINDIR").map(PathBuf::from),
            path: get("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            root: PathBuf::from("/"),
            cache: cache.map(|path| std::path::absolute(&path).unwrap_or(path)),
            temp: temporary(absolute("TMPDIR")),
        }
    }

    /// A program on `PATH`.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        self.path.iter().filter(|folder| folder.is_absolute()).find_map(|folder| program_in(folder, name))
    }
}

/// A program in a folder, with the ending that the system wants.
pub(super) fn program_in(folder: &Path, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    endings.iter().map(|ending| folder.join(format!("{name}{ending}"))).find(|path| path.is_file())
}

/// Longest path of a Unix socket that every system takes (macOS has 104 bytes with the closing zero), without the
/// folder and socket names that we add.
const LONGEST_TEMP: usize = 103 - "/checkrail-pg-0123456789abcdef/.s.PGSQL.5432".len();

/// The folder for temporary files, unless a socket in it could not be named: then the system's own.
fn temporary(wanted: Option<PathBuf>) -> PathBuf {
    let path = wanted.unwrap_or_else(std::env::temp_dir);
    let text = path.to_string_lossy();
    // A comma would part the server's list of socket folders.
    let usable = text.len() <= LONGEST_TEMP && !text.contains([',', '"', '\n']);
    if usable || cfg!(windows) { path } else { PathBuf::from("/tmp") }
}

/// The cache of a user.
fn below_home(home: &Path) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // As root the server runs as another user, who must be able to enter the folder of its programs.
        let closed = fs::metadata(home).is_ok_and(|found| found.uid() == 0 && found.mode() & 0o001 == 0);
        if closed {
            return PathBuf::from("/var/cache/checkrail");
        }
    }
    home.join(".cache/checkrail")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(variables: &[(&str, &str)]) -> Places {
        Places::from_environment(&|name| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_cache_is_where_the_user_wants_it() {
        let cache = |variables: &[(&str, &str)]| places(variables).cache;
        assert_eq!(cache(&[]), None);
        assert_eq!(cache(&[("HOME", "/nonexistent")]), Some("/nonexistent/.cache/checkrail".into()));
        assert_eq!(cache(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")]), Some("/x/checkrail".into()));
        // The specification says to ignore relative ones.
        assert_eq!(cache(&[("HOME", "/h"), ("XDG_CACHE_HOME", "x")]), Some("/h/.cache/checkrail".into()));
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x"), ("CHECKRAIL_CACHE_DIR", "/c")]), Some("/c".into()));
        assert_eq!(cache(&[("CHECKRAIL_CACHE_DIR", "")]), None);
        assert!(cache(&[("CHECKRAIL_CACHE_DIR", "c")]).unwrap().is_absolute());
    }

    #[test]
    fn sockets_fit_into_the_temporary_folder() {
        let long = format!("/{}", "x".repeat(90));
        assert_eq!(places(&[("TMPDIR", &long)]).temp, Path::new("/tmp"));
        assert_eq!(places(&[("TMPDIR", "/a,b")]).temp, Path::new("/tmp"));
        assert_eq!(places(&[("TMPDIR", "/a b")]).temp, Path::new("/a b"));
    }
}
