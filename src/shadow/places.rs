//! What the surroundings say about programs and folders.
//!
//! In: environment variables, through a function, so that this module reads none itself. Out: [`Places`].

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    /// A folder in memory, to be preferred where it has room: a busy disk makes a server wait ten times as long. None
    /// where the user named the folder for temporary files.
    pub memory: Option<PathBuf>,
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
            .or_else(|| home.filter(|home| home.is_dir()).map(|home| below_home(&home)));
        Self {
            bindir: get("PG_BINDIR").map(PathBuf::from),
            path: get("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            root: PathBuf::from("/"),
            cache: cache.map(|path| std::path::absolute(&path).unwrap_or(path)),
            memory: absolute("TMPDIR").is_none().then(|| PathBuf::from("/dev/shm")),
            temp: temporary(absolute("TMPDIR")),
        }
    }

    /// Where to put a server's data: in memory where there is plenty, else with other temporary files.
    pub fn for_data(&self) -> &Path {
        self.memory.as_deref().filter(|folder| has_room(folder)).unwrap_or(&self.temp)
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

/// Kibibytes that a folder in memory must have free: a new server takes 30 MB, the log that it writes ahead up to
/// 256 MB, and migrations may bring data.
const ROOM: u64 = 2 << 20;

/// Whether a folder in memory has room, and the system as much memory again. What a container gives is too small.
fn has_room(folder: &Path) -> bool {
    let available = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| available(&text));
    if memory.is_none_or(|kibibytes| kibibytes < 2 * ROOM) {
        return false;
    }
    let output = Command::new("df").arg("-Pk").arg(folder).env("LC_ALL", "C").stdin(Stdio::null()).output();
    output.is_ok_and(|output| {
        room_told(&String::from_utf8_lossy(&output.stdout)).is_some_and(|room| room >= ROOM)
    })
}

/// The kibibytes that `df -Pk` says are free on a file system in memory.
fn room_told(text: &str) -> Option<u64> {
    let mut fields = text.lines().nth(1)?.split_whitespace();
    (fields.next()? == "tmpfs").then_some(())?;
    fields.nth(2)?.parse().ok()
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
        let home = tempfile::tempdir().unwrap();
        let home = home.path().to_str().unwrap();
        // A home that is not there is not made.
        assert_eq!(cache(&[("HOME", &format!("{home}/absent"))]), None);
        let below = Some(Path::new(home).join(".cache/checkrail"));
        assert_eq!(cache(&[("HOME", home)]), below);
        assert_eq!(cache(&[("HOME", home), ("XDG_CACHE_HOME", "/x")]), Some("/x/checkrail".into()));
        // The specification says to ignore relative ones.
        assert_eq!(cache(&[("HOME", home), ("XDG_CACHE_HOME", "x")]), below);
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x"), ("CHECKRAIL_CACHE_DIR", "/c")]), Some("/c".into()));
        assert_eq!(cache(&[("CHECKRAIL_CACHE_DIR", "")]), None);
        assert!(cache(&[("CHECKRAIL_CACHE_DIR", "c")]).unwrap().is_absolute());
    }

    #[test]
    fn room_in_memory_is_read() {
        let told = |line: &str| {
            room_told(&format!("Filesystem 1024-blocks Used Available Capacity Mounted on\n{line}\n"))
        };
        assert_eq!(told("tmpfs 24684572 15000 24669572 1% /dev/shm"), Some(24_669_572));
        assert_eq!(told("/dev/vda 24684572 15000 24669572 1% /"), None);
        assert_eq!(told("shm 65536 0 65536 0% /dev/shm"), None);
        assert_eq!(room_told(""), None);
        assert!(!has_room(Path::new("/nonexistent")));
        assert_eq!(places(&[("TMPDIR", "/t")]).memory, None);
        assert!(places(&[]).memory.is_some());
    }

    #[test]
    fn sockets_fit_into_the_temporary_folder() {
        let long = format!("/{}", "x".repeat(90));
        assert_eq!(places(&[("TMPDIR", &long)]).temp, Path::new("/tmp"));
        assert_eq!(places(&[("TMPDIR", "/a,b")]).temp, Path::new("/tmp"));
        assert_eq!(places(&[("TMPDIR", "/a b")]).temp, Path::new("/a b"));
    }
}
