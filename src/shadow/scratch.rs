//! Folders for a while: private, removed with their owner, and found again when the owner was killed.
//!
//! A guard process waits at a pipe whose other end is ours and removes the folder when that closes: on Ctrl-C and
//! SIGKILL too. Should it be killed as well: the folder holds a file that its owner keeps locked, the system lets go
//! of the lock however the owner ends, so a folder whose lock is free belongs to nobody, and the next run removes it.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The locked file in each folder.
const LOCK: &str = "owner.lock";

/// A folder younger than this may be between being made and being locked.
const SETTLED: Duration = Duration::from_mins(1);

/// The guard: a line on its input means that it is not wanted any more, the end of the input that we are gone.
/// Programs of ours may still write into the folder for a moment, so it may take several tries.
const GUARD: &str = r#"
cd / || exit
read -r _ && exit
for _ in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$0"
  sleep 1
  [ -e "$0" ] || exit
done
"#;

/// A folder of our own, removed on drop.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
    /// Held for its lock.
    _lock: File,
    guard: Option<Child>,
}

impl Scratch {
    /// Makes an empty folder in `parent` that only this user may enter.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn new(parent: &Path, prefix: &str) -> io::Result<Self> {
        let path = parent.join(format!("{prefix}{:016x}", random()));
        // The guard comes first: we may be killed at any moment. Nobody else has a folder of this name.
        let guard = guard(&path);
        let made = private_folder(&path);
        let is_made = made.is_ok();
        let locked = made.and_then(|()| File::create_new(path.join(LOCK))).and_then(|file| {
            // A file system without locks: nobody will take the folder for stale then.
            match file.try_lock() {
                Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(file),
                Err(fs::TryLockError::WouldBlock) => Err(ErrorKind::ResourceBusy.into()),
            }
        });
        match locked {
            Ok(lock) => Ok(Self { path, _lock: lock, guard }),
            Err(error) => {
                if is_made {
                    let _ = fs::remove_dir_all(&path);
                }
                release(guard);
                Err(error)
            }
        }
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the guard: from here on, another process removes the folder when we are gone.
    pub(super) fn hand_over(&mut self) {
        release(self.guard.take());
    }
}

/// Ends a guard without any removal.
fn release(guard: Option<Child>) {
    if let Some(mut guard) = guard {
        if let Some(pipe) = &mut guard.stdin {
            let _ = pipe.write_all(b"\n");
        }
        let _ = guard.wait();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Whatever this leaves, `abandoned` finds.
        let _ = fs::remove_dir_all(&self.path);
        self.hand_over();
    }
}

/// Starts the guard of a folder. A system without a shell has none.
fn guard(path: &Path) -> Option<Child> {
    if cfg!(not(unix)) {
        return None;
    }
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD]).arg(path);
    guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A process group of its own: Ctrl-C is for us.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut guard, 0);
    guard.spawn().ok()
}

/// Folders in `parent` whose owners are gone. The caller removes them; each is locked while its value lives, and
/// removed when that is dropped.
pub(super) fn abandoned(parent: &Path, prefix: &str) -> Vec<Scratch> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix)))
        .filter_map(|entry| claim(entry.path()))
        .collect()
}

fn claim(path: PathBuf) -> Option<Scratch> {
    // A link is not ours, wherever it leads.
    if !fs::symlink_metadata(&path).ok()?.is_dir() {
        return None;
    }
    let lock = File::open(path.join(LOCK)).ok()?;
    let age = lock.metadata().ok()?.modified().ok()?.elapsed().ok()?;
    // `then` and not `then_some`: a value made in vain would be dropped, and the folder with it.
    (age > SETTLED && lock.try_lock().is_ok()).then(|| Scratch { path, _lock: lock, guard: None })
}

/// A number that nobody else comes up with at the same time. Not a secret.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn only_folders_without_an_owner_are_abandoned() {
        let top = tempfile::tempdir().unwrap();
        let owned = Scratch::new(top.path(), "s-").unwrap();
        let left = Scratch::new(top.path(), "s-").unwrap();
        let left_path = left.path().to_owned();
        for folder in [&owned, &left] {
            let old = SystemTime::now() - SETTLED * 2;
            File::options().write(true).open(folder.path().join(LOCK)).unwrap().set_modified(old).unwrap();
        }
        let Scratch { _lock: lock, .. } = &left;
        lock.unlock().unwrap();
        fs::create_dir(top.path().join("s-without-lock")).unwrap();
        fs::create_dir(top.path().join("another")).unwrap();

        let found = abandoned(top.path(), "s-");
        assert_eq!(found.iter().map(Scratch::path).collect::<Vec<_>>(), [left_path.as_path()]);
        // Claimed by one sweep, it is no longer free for the next.
        assert!(abandoned(top.path(), "s-").is_empty());
        drop(found);
        assert!(!left_path.exists());
        assert!(owned.path().exists());
    }

    #[test]
    fn a_new_folder_is_left_alone_before_its_lock() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir(top.path().join("s-1")).unwrap();
        File::create(top.path().join("s-1").join(LOCK)).unwrap();
        assert!(abandoned(top.path(), "s-").is_empty());
    }
}
