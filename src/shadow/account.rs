//! Who runs the server: the user, or for root, whom PostgreSQL refuses, a user without privileges.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Error;
use super::binaries::Binaries;

/// The account that owns a server's files and processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Account {
    /// Whoever we are.
    Own,
    /// Another, because we are root.
    Other {
        /// Its name.
        name: &'static str,
        /// Its user id.
        uid: u32,
        /// Its group id.
        gid: u32,
    },
}

impl Account {
    /// `fresh` is a folder that this process has just made, so its owner is who we are.
    #[cfg(unix)]
    pub(super) fn for_owner_of(fresh: &Path) -> Result<Self, Error> {
        use std::os::unix::fs::MetadataExt;
        let owner = std::fs::metadata(fresh).map_err(Error::file("read", fresh))?.uid();
        if owner != 0 {
            return Ok(Self::Own);
        }
        for name in ["postgres", "nobody"] {
            if let (Some(uid), Some(gid)) = (id("-u", name)?, id("-g", name)?) {
                return Ok(Self::Other { name, uid, gid });
            }
        }
        Err(Error::NoAccount)
    }

    #[cfg(not(unix))]
    pub(super) fn for_owner_of(_: &Path) -> Result<Self, Error> {
        Err(Error::NotUnix)
    }

    /// Whether the account can enter a folder of ours: for another user, when all above it are open to all.
    pub(super) fn may_enter(self, folder: &Path) -> bool {
        #[cfg(unix)]
        if let Self::Other { .. } = self {
            use std::os::unix::fs::MetadataExt;
            let open = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.mode() & 0o001 != 0);
            return folder.ancestors().filter(|path| !path.as_os_str().is_empty()).all(open);
        }
        let _ = folder;
        true
    }

    /// Gives the account a file or folder.
    pub(super) fn own(self, path: &Path) -> Result<(), Error> {
        #[cfg(unix)]
        if let Self::Other { uid, gid, .. } = self {
            return std::os::unix::fs::lchown(path, Some(uid), Some(gid))
                .map_err(Error::file("change the owner of", path));
        }
        let _ = path;
        Ok(())
    }

    /// Makes a command run as this account, in a folder that it may enter.
    pub(super) fn run(self, command: &mut Command, folder: &Path) {
        command.current_dir(folder);
        #[cfg(unix)]
        if let Self::Other { uid, gid, .. } = self {
            use std::os::unix::process::CommandExt;
            // This also drops root's supplementary groups.
            command.uid(uid).gid(gid);
        }
    }

    /// Checks that the account gets at the server's programs, which may lie below a closed folder.
    pub(super) fn reaches(self, binaries: &Binaries, folder: &Path) -> Result<(), Error> {
        let Self::Other { name: user, .. } = self else { return Ok(()) };
        let program = binaries.program("postgres");
        let mut command = Command::new(&program);
        command.arg("--version").stdin(Stdio::null());
        self.run(&mut command, folder);
        let reason = match command.output() {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        Err(Error::Unreachable { user, program, reason })
    }
}

/// A user's number, or none where the user does not exist.
#[cfg(unix)]
fn id(option: &str, user: &str) -> Result<Option<u32>, Error> {
    let output = Command::new("id").args([option, user]).stdin(Stdio::null()).output();
    let output = output.map_err(|source| Error::Program { program: "id".to_owned(), source })?;
    let text = String::from_utf8_lossy(&output.stdout);
    // macOS prints the number of `nobody` as -2.
    let number = text.trim().parse::<i64>().ok();
    Ok(number.and_then(|n| u32::try_from(n).or_else(|_| i32::try_from(n).map(i32::cast_unsigned)).ok()))
}
