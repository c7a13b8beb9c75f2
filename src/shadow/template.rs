//! Data folders for new servers: what `initdb` makes takes half a second, so it is kept in the cache and copied.
//!
//! A kept template carries a seal, the number of its files and bytes. A template that does not fit its seal is made
//! anew, and so is one from which a server does not start. A cache that cannot be written costs time and is no error.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use super::Error;
use super::account::Account;
use super::binaries::Binaries;
use super::places::Places;
use super::scratch::{Scratch, abandoned};

/// Names and passwords as a socket in a private folder allows; small log files, which make the copy smaller; no
/// sync, because nothing survives the machine.
const INITDB: &[&str] =
    &["-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C", "--wal-segsize=1"];

/// Counts up when templates are kept in another way.
const FORMAT: u32 = 1;

/// Templates that no server has used for so long are removed.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Prefix of unfinished folders in the cache.
pub(super) const UNFINISHED: &str = "unfinished-";

/// Where the data folder of a server comes from.
pub(super) struct Template<'a> {
    binaries: &'a Binaries,
    account: Account,
    /// Where it is kept; nowhere without a cache.
    kept: Option<PathBuf>,
}

impl<'a> Template<'a> {
    pub(super) fn new(binaries: &'a Binaries, account: Account, places: &Places) -> Self {
        let mut key = DefaultHasher::new();
        let machine = (std::env::consts::OS, std::env::consts::ARCH);
        (FORMAT, &binaries.version, INITDB, machine, account).hash(&mut key);
        let name = format!("{}-{:016x}", binaries.major, key.finish());
        let kept = places.cache.as_ref().map(|cache| cache.join("templates").join(name));
        Self { binaries, account, kept }
    }

    /// Makes the data folder from the kept template; false where there is none that is whole.
    pub(super) fn copy_to(&self, data: &Path) -> Result<bool, Error> {
        let Some(kept) = &self.kept else { return Ok(false) };
        let Ok(seal) = fs::read_to_string(kept.join("seal")) else { return Ok(false) };
        let copied = copy_folder(&kept.join("data"), data, self.account);
        if copied.as_ref().is_ok_and(|copied| copied.seal() == seal) {
            // When it was last used, for `remove_old`.
            let _ = File::options()
                .append(true)
                .open(kept.join("seal"))
                .and_then(|seal| seal.set_modified(SystemTime::now()));
            return Ok(true);
        }
        // A full disk is no fault of the template's, and initdb would fill it no less.
        if copied.is_err_and(|error| error.kind() == io::ErrorKind::StorageFull) {
            return Err(full(data));
        }
        self.forget();
        if data.exists() {
            fs::remove_dir_all(data).map_err(Error::file("remove", data))?;
        }
        Ok(false)
    }

    /// Makes the data folder by `initdb`, and keeps a copy where that is possible.
    pub(super) fn create(&self, data: &Path, folder: &Path) -> Result<(), Error> {
        let program = self.binaries.program("initdb");
        let mut initdb = super::server::command(&program);
        initdb.args(INITDB).arg("-D").arg(data).stdin(Stdio::null());
        self.account.run(&mut initdb, folder);
        let output = initdb
            .output()
            .map_err(|source| Error::Program { program: program.display().to_string(), source })?;
        if !output.status.success() {
            let log = String::from_utf8_lossy(&output.stderr);
            return Err(if log.contains("No space left on device") {
                full(data)
            } else {
                Error::Initdb { log: brief(&log) }
            });
        }
        if let Some(kept) = &self.kept {
            let _ = keep(kept, data);
        }
        Ok(())
    }

    /// Removes the kept template.
    pub(super) fn forget(&self) {
        let Some(kept) = &self.kept else { return };
        // Moved away first: another may be copying, or be putting a new one in its place.
        if let Some(cache) = kept.parent()
            && let Ok(bin) = Scratch::new(cache, UNFINISHED)
        {
            let _ = fs::rename(kept, bin.path().join("old"));
        }
    }
}

fn full(data: &Path) -> Error {
    Error::Full { folder: data.ancestors().nth(2).unwrap_or(data).to_owned(), variable: "TMPDIR" }
}

/// The lines of initdb's messages that tell.
fn brief(log: &str) -> String {
    let tells = |line: &&str| {
        ["error:", "FATAL:", "PANIC:", "hint:", "cannot"].iter().any(|word| line.contains(word))
    };
    let told: Vec<_> = log.lines().filter(tells).take(6).collect();
    if told.is_empty() { log.trim().to_owned() } else { told.join("\n") }
}

/// Keeps a copy of a data folder. Others may be doing the same: who renames first wins, and nobody sees half a copy.
fn keep(kept: &Path, data: &Path) -> io::Result<()> {
    let Some(parent) = kept.parent() else { return Ok(()) };
    fs::create_dir_all(parent)?;
    drop(abandoned(parent, UNFINISHED));
    remove_old(parent);
    let unfinished = Scratch::new(parent, UNFINISHED)?;
    let template = unfinished.path().join("template");
    fs::create_dir(&template)?;
    let copied = copy_folder(data, &template.join("data"), Account::Own)?;
    fs::write(template.join("seal"), copied.seal())?;
    fs::rename(&template, kept)
}

fn remove_old(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let used = fs::metadata(entry.path().join("seal")).and_then(|seal| seal.modified());
        let age = used.ok().and_then(|used| used.elapsed().ok());
        if age.is_some_and(|age| age > KEPT) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// What was copied.
#[derive(Default)]
struct Copied {
    files: u64,
    bytes: u64,
}

impl Copied {
    fn seal(&self) -> String {
        format!("{} files, {} bytes\n", self.files, self.bytes)
    }
}

/// Copies a folder of plain files and folders with their modes, which the server checks, and gives it to `account`.
fn copy_folder(from: &Path, to: &Path, account: Account) -> io::Result<Copied> {
    fn walk(from: &Path, to: &Path, account: Account, copied: &mut Copied) -> io::Result<()> {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &target, account, copied)?;
            } else {
                copied.bytes += fs::copy(entry.path(), &target)?;
                copied.files += 1;
                account.own(&target).map_err(io::Error::other)?;
            }
        }
        fs::set_permissions(to, fs::metadata(from)?.permissions())?;
        account.own(to).map_err(io::Error::other)
    }
    let mut copied = Copied::default();
    walk(from, to, account, &mut copied)?;
    Ok(copied)
}
