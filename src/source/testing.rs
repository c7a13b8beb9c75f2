//! Temporary folders and repositories for the tests of this module.

use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::error::SourceError;
use super::load::{LoadOptions, load};
use super::set::{Migration, MigrationSet};
use crate::text::SourceMap;

/// A folder that goes away with the value.
pub(super) struct Folder {
    dir: TempDir,
}

impl Folder {
    /// Creates files with the given names and texts.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { dir: TempDir::new().unwrap() };
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The absolute path of something inside; `""` is the folder itself.
    pub(super) fn path(&self, name: &str) -> Utf8PathBuf {
        let root = Utf8Path::from_path(self.dir.path()).unwrap();
        if name.is_empty() { root.to_owned() } else { root.join(name) }
    }

    /// Runs git in the folder and returns what it printed.
    pub(super) fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.dir.path())
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(args)
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Loads something inside with everything recognised.
    pub(super) fn load(&self, name: &str) -> Loaded {
        self.try_load(name, &LoadOptions::default()).unwrap()
    }

    pub(super) fn try_load(&self, name: &str, opts: &LoadOptions) -> Result<Loaded, SourceError> {
        let mut map = SourceMap::default();
        let set = load(self.path(name).as_str(), opts, &mut map)?;
        Ok(Loaded { set, map, root: self.path("") })
    }
}

/// A set with the texts it points into.
pub(super) struct Loaded {
    pub(super) set: MigrationSet,
    pub(super) map: SourceMap,
    root: Utf8PathBuf,
}

impl Loaded {
    /// Paths of the up scripts in order, relative to the folder.
    pub(super) fn order(&self) -> Vec<&str> {
        self.set.migrations.iter().map(|m| self.inside(m.path(&self.map))).collect()
    }

    /// Versions in order.
    pub(super) fn versions(&self) -> Vec<&str> {
        self.set.migrations.iter().map(|m| m.version.as_deref().unwrap_or("-")).collect()
    }

    /// Skipped files with their reasons.
    pub(super) fn skipped(&self) -> Vec<(&str, &str)> {
        self.set.skipped.iter().map(|s| (self.inside(&s.path), s.reason.as_str())).collect()
    }

    /// The text of a migration's down script.
    pub(super) fn down(&self, index: usize) -> Option<&str> {
        let down = self.migration(index).down?;
        Some(down.span.slice(&self.map.file(down.file).text))
    }

    pub(super) fn up(&self, index: usize) -> &str {
        self.migration(index).up_text(&self.map)
    }

    pub(super) fn migration(&self, index: usize) -> &Migration {
        &self.set.migrations[index]
    }

    fn inside<'a>(&self, path: &'a Utf8Path) -> &'a str {
        path.strip_prefix(&self.root).unwrap_or(path).as_str()
    }
}
