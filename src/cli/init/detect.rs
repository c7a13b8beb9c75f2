//! What a project says about itself: its pipelines, its server.
//!
//! In: files of the repository. Out: guesses that the written files say the reason of.

use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;

use crate::name::ServerVersion;
use crate::source;

/// Where pipelines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    Github,
    Gitlab,
    None,
}

/// The system of a repository: by its files, else by where it was cloned from.
pub fn ci(root: &Utf8Path) -> Ci {
    if root.join(".github/workflows").is_dir() {
        return Ci::Github;
    }
    if root.join(".gitlab-ci.yml").is_file() {
        return Ci::Gitlab;
    }
    let remotes = source::read_text(&root.join(".git/config")).unwrap_or_default().to_ascii_lowercase();
    let addresses = || remotes.lines().filter_map(|line| line.trim().strip_prefix("url"));
    if root.join(".github").is_dir() || addresses().any(|url| url.contains("github")) {
        Ci::Github
    } else if addresses().any(|url| url.contains("gitlab")) {
        Ci::Gitlab
    } else {
        Ci::None
    }
}

/// Files that name the image of the server that a project runs on.
const IMAGES: [&str; 9] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "docker-compose.dev.yml",
    "docker/docker-compose.yml",
    ".devcontainer/docker-compose.yml",
    ".gitlab-ci.yml",
    "supabase/config.toml",
];

/// The major version of PostgreSQL that the project names, and the file that does.
pub fn server_version(folders: &[&Utf8Path]) -> Option<(ServerVersion, Utf8PathBuf)> {
    folders.iter().find_map(|folder| {
        let workflows = folder.join(".github/workflows");
        let mut files: Vec<Utf8PathBuf> = IMAGES.iter().map(|name| folder.join(name)).collect();
        let listed = workflows.read_dir_utf8().into_iter().flatten().flatten();
        let mut listed: Vec<Utf8PathBuf> = listed.map(|entry| entry.path().to_owned()).collect();
        listed.sort();
        files.extend(listed);
        files.into_iter().filter(|file| file.is_file()).find_map(|file| {
            let text = source::read_text(&file).ok()?;
            Some((text.lines().find_map(named_version)?, file))
        })
    })
}

/// `16` of `image: postgres:16.3-alpine` and of `major_version = 15`.
fn named_version(line: &str) -> Option<ServerVersion> {
    let line = line.trim();
    let number = if let Some(value) = line.strip_prefix("major_version") {
        value.trim_start().strip_prefix('=')?.trim()
    } else {
        let image =
            line.trim_start_matches("- ").strip_prefix("image:").or_else(|| line.strip_prefix("- "))?;
        let image = image.trim().trim_matches(['"', '\'']);
        let (name, tag) = image.rsplit_once(':')?;
        let name = name.rsplit('/').next().unwrap_or(name);
        if !matches!(name, "postgres" | "postgis" | "timescaledb" | "pgvector") {
            return None;
        }
        tag.strip_prefix("pg").or_else(|| tag.split_once("-pg").map(|(_, pg)| pg)).unwrap_or(tag)
    };
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let major = number.get(..digits)?.parse().ok()?;
    ServerVersion::new(major).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_images() {
        let major = |line: &str| named_version(line).map(ServerVersion::major);
        for (line, wanted) in [
            ("    image: postgres:16.3-alpine", Some(16)),
            ("  - image: \"docker.io/library/postgres:15\"", Some(15)),
            ("  - postgres:14", Some(14)),
            ("image: timescale/timescaledb:2.17.2-pg17", Some(17)),
            ("image: pgvector/pgvector:pg16", Some(16)),
            ("image: postgis/postgis:17-3.5", Some(17)),
            ("major_version = 15", Some(15)),
            ("image: postgres:latest", None),
            ("image: postgres:${PG}", None),
            ("image: redis:7", None),
            ("image: postgres:9.6", None),
        ] {
            assert_eq!(major(line), wanted, "{line}");
        }
    }
}
