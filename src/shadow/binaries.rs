//! Server programs on this machine.
//!
//! In: [`Places`]. Out: [`Binaries`], in the order in which they are chosen: the folder that the user named, the one
//! that `pg_config` names, `PATH`, the usual folders of packages, the cache that `checkrail shadow install` fills.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;
use super::places::{Places, program_in};

/// A folder of server programs that run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder of `postgres` and `initdb`.
    pub folder: PathBuf,
    /// Major version: 17.
    pub major: u16,
    /// What the server says about itself: `17.10`, `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
    /// How it was found.
    pub origin: Origin,
}

/// How server programs were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The user named the folder.
    Bindir,
    /// `pg_config` on `PATH` named it.
    PgConfig,
    /// They are on `PATH`.
    Path,
    /// Where packages put them.
    Package,
    /// Fetched by `checkrail shadow install`.
    Cache,
}

impl Origin {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bindir => "PG_BINDIR",
            Self::PgConfig => "pg_config",
            Self::Path => "PATH",
            Self::Package => "package",
            Self::Cache => "checkrail",
        }
    }
}

impl Binaries {
    /// The path of one of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        program_in(&self.folder, name).unwrap_or_else(|| self.folder.join(name))
    }

    /// Whether another server is a better choice when any major will do.
    fn rank(&self) -> (bool, u16) {
        (self.origin == Origin::Bindir, self.major)
    }
}

/// Where packages put servers, below the root of the file system. `*` stands for the rest of a name.
const USUAL: &[&str] = &[
    "usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
    "usr/pgsql-*/bin",                                   // RPM
    "usr/lib/postgresql*/bin",                           // SUSE, Gentoo
    "usr/libexec/postgresql*",                           // Alpine
    "opt/homebrew/opt/postgresql@*/bin",                 // Homebrew
    "usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
    "home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",    // Homebrew on Linux
    "Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
    "Library/PostgreSQL/*/bin",                          // EDB on macOS
    "opt/PostgreSQL/*/bin",                              // EDB on Linux
    "usr/local/pgsql/bin",                               // make install
];

/// Every server found, in order of choice; of two paths to one server the first.
///
/// # Errors
/// When the folder that the user named has no server.
pub fn all(places: &Places) -> Result<Vec<Binaries>, Error> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (folder, origin) in candidates(places) {
        let Some(program) = complete(&folder) else { continue };
        if seen.insert(fs::canonicalize(&program).unwrap_or(program)) {
            found.extend(probe(folder, origin));
        }
    }
    match &places.bindir {
        Some(folder) if !found.iter().any(|b| b.origin == Origin::Bindir) => {
            Err(Error::NotBinaries { folder: folder.clone() })
        }
        _ => Ok(found),
    }
}

/// The server to use for a major version; without one, the folder that the user named or else the newest server.
///
/// # Errors
/// When there is none, with what to do.
pub fn find(places: &Places, major: Option<u16>) -> Result<Binaries, Error> {
    let mut found = all(places)?.into_iter();
    let choice = match major {
        Some(major) => found.find(|binaries| binaries.major == major),
        // The first of the best.
        None => found.rev().max_by_key(Binaries::rank),
    };
    choice.ok_or(Error::NoServer { major })
}

/// The server that is nearest to a major version: that one, else the next newer, else the newest. The caller tells
/// the user when it is another.
///
/// # Errors
/// When there is no server at all.
pub fn nearest(places: &Places, major: u16) -> Result<Binaries, Error> {
    let distance = |binaries: &Binaries| match binaries.major.checked_sub(major) {
        Some(newer) => (false, newer),
        None => (true, major - binaries.major),
    };
    all(places)?.into_iter().min_by_key(distance).ok_or(Error::NoServer { major: Some(major) })
}

/// The folder in the cache that holds fetched servers, one folder for each.
pub(super) fn fetched(cache: &Path) -> PathBuf {
    cache.join("postgresql")
}

/// Folders to look into, best first.
fn candidates(places: &Places) -> Vec<(PathBuf, Origin)> {
    let mut folders = Vec::new();
    let mut add = |origin, list: Vec<PathBuf>| folders.extend(list.into_iter().map(|path| (path, origin)));
    add(Origin::Bindir, places.bindir.iter().cloned().collect());
    add(Origin::PgConfig, pg_config(places).into_iter().collect());
    add(Origin::Path, places.path.clone());
    add(Origin::Package, USUAL.iter().flat_map(|pattern| matching(&places.root, pattern)).collect());
    if let Some(cache) = &places.cache {
        add(Origin::Cache, matching(&fetched(cache), "*/native/bin"));
    }
    folders
}

/// Paths below `top` that fit a pattern with at most one `*`, newest version first.
fn matching(top: &Path, pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![top.join(pattern)] };
    let (folder, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = fs::read_dir(top.join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with(prefix) && !name[prefix.len()..].starts_with('.'))
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(numbers(name)));
    names.into_iter().map(|name| top.join(folder).join(name + after)).collect()
}

/// The numbers in a text, for comparing versions.
pub(super) fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// What `pg_config --bindir` prints.
fn pg_config(places: &Places) -> Option<PathBuf> {
    let output =
        Command::new(places.program("pg_config")?).arg("--bindir").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let folder = PathBuf::from(text.trim_end());
    folder.is_absolute().then_some(folder)
}

/// The `postgres` program of a folder that has all that is needed.
fn complete(folder: &Path) -> Option<PathBuf> {
    program_in(folder, "initdb").and_then(|_| program_in(folder, "postgres"))
}

/// Asks a server for its version; none when it does not run.
pub(super) fn probe(folder: PathBuf, origin: Origin) -> Option<Binaries> {
    let output = Command::new(complete(&folder)?).arg("--version").stdin(Stdio::null()).output().ok()?;
    let (major, version) = version(&String::from_utf8_lossy(&output.stdout))?;
    output.status.success().then_some(Binaries { folder, major, version, origin })
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is major 15 and the text after the product's name.
fn version(text: &str) -> Option<(u16, String)> {
    let version = text.split_once(')')?.1.trim();
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((digits.parse().ok()?, version.to_owned()))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A machine with server programs that only know their version.
    struct Machine(tempfile::TempDir);

    impl Machine {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn server(&self, folder: &str, version: &str) -> PathBuf {
            let folder = self.0.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            self.script(&folder.join("postgres"), &format!("echo 'postgres (PostgreSQL) {version}'"));
            self.script(&folder.join("initdb"), "true");
            folder
        }

        fn script(&self, path: &Path, text: &str) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }

        fn places(&self) -> Places {
            let top = self.0.path();
            Places {
                bindir: None,
                path: vec![top.join("path")],
                root: top.to_owned(),
                cache: Some(top.join("cache")),
                temp: top.to_owned(),
                memory: None,
            }
        }
    }

    #[test]
    fn versions_are_read() {
        let read = |text| version(text).map(|(major, text)| format!("{major}: {text}"));
        assert_eq!(read("postgres (PostgreSQL) 17.10\n").as_deref(), Some("17: 17.10"));
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(read(debian).as_deref(), Some("15: 15.18 (Debian 15.18-0+deb12u1)"));
        assert_eq!(read("postgres (PostgreSQL) 19devel").as_deref(), Some("19: 19devel"));
        assert_eq!(read("something else"), None);
        assert_eq!(read("postgres (PostgreSQL) unknown"), None);
    }

    #[test]
    fn servers_are_found_in_order_of_choice() {
        let machine = Machine::new();
        machine.server("cache/postgresql/18.4.0-beta.17/native/bin", "18.4");
        machine.server("cache/postgresql/18.10.0-beta.1/native/bin", "18.10");
        machine.server("usr/lib/postgresql/9/bin", "9.6");
        machine.server("usr/lib/postgresql/15/bin", "15.1");
        machine.server("usr/pgsql-16/bin", "16.2");
        machine.server("opt/homebrew/opt/postgresql@14/bin", "14.1");
        let on_path = machine.server("path", "13.5");
        let configured = machine.server("elsewhere", "15.9");
        machine.script(&on_path.join("pg_config"), &format!("echo {}", configured.display()));
        machine.script(&machine.0.path().join("usr/lib/postgresql/17/bin/postgres"), "echo no initdb here");

        let found = all(&machine.places()).unwrap();
        let told: Vec<_> = found.iter().map(|b| (b.version.as_str(), b.origin.as_str())).collect();
        assert_eq!(
            told,
            [
                ("15.9", "pg_config"),
                ("13.5", "PATH"),
                ("15.1", "package"),
                ("9.6", "package"),
                ("16.2", "package"),
                ("14.1", "package"),
                ("18.10", "checkrail"),
                ("18.4", "checkrail"),
            ]
        );
        let version = |major| find(&machine.places(), major).map(|b| b.version);
        assert_eq!(version(Some(15)).unwrap(), "15.9");
        assert_eq!(version(None).unwrap(), "18.10");
        let near = |major| nearest(&machine.places(), major).unwrap().major;
        assert_eq!([near(13), near(17), near(19), near(10)], [13, 18, 18, 13]);

        let places = Places { bindir: Some(configured), ..machine.places() };
        assert_eq!(find(&places, None).unwrap().origin, Origin::Bindir);
        assert_eq!(find(&places, Some(16)).unwrap().origin, Origin::Package);
    }

    #[test]
    fn one_server_behind_two_paths_is_one() {
        let machine = Machine::new();
        let real = machine.server("usr/lib/postgresql/15/bin", "15.1");
        let linked = machine.0.path().join("path");
        fs::create_dir_all(&linked).unwrap();
        for program in ["postgres", "initdb"] {
            std::os::unix::fs::symlink(real.join(program), linked.join(program)).unwrap();
        }
        let found = all(&machine.places()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].origin, Origin::Path);
    }

    #[test]
    fn what_is_missing_is_said_with_what_to_do() {
        let machine = Machine::new();
        let message = find(&machine.places(), Some(17)).unwrap_err().to_string();
        assert!(message.starts_with("no PostgreSQL 17 server was found; `checkrail shadow install --pg 17`"));
        let message = find(&machine.places(), None).unwrap_err().to_string();
        assert!(message.starts_with("no PostgreSQL server was found; `checkrail shadow install --pg 18`"));
        assert!(nearest(&machine.places(), 17).is_err());

        machine.server("usr/lib/postgresql/17/bin", "17.1");
        let wrong = Places { bindir: Some("/nonexistent".into()), ..machine.places() };
        let message = find(&wrong, Some(17)).unwrap_err().to_string();
        assert!(message.contains("PG_BINDIR is /nonexistent"), "{message}");
    }

    #[test]
    fn programs_that_do_not_run_are_no_servers() {
        let machine = Machine::new();
        let folder = machine.server("path", "15.1");
        machine.script(&folder.join("postgres"), "echo 'postgres (PostgreSQL) 15.1'; exit 1");
        assert_eq!(all(&machine.places()).unwrap(), []);
    }
}
