//! Packing a release, and getting the program from one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;

use super::{Job, Run, write};
use crate::harness::{repo, scrubbed};

const TARGET: &str = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-gnu" };

/// A program that stands for this build: packing the build itself, with all it knows for debugging, takes long.
fn stand_in(job: &Job) -> PathBuf {
    let path = job.path("build/checkrail");
    write(&path, &format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_checkrail")));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    path
}

/// A release of this build in a folder, as GitHub serves it.
fn release(job: &Job, tag: &str) -> String {
    let target = format!("{}-{TARGET}", std::env::consts::ARCH);
    let folder = job.path(&format!("server/o/checkrail/releases/download/{tag}"));
    let mut command = scrubbed("bash");
    command.arg(repo("scripts/package.sh")).arg(stand_in(job)).args([tag, &target]).arg(&folder);
    let archive = Run::of(&mut command).ends(0).stdout.trim().to_owned();
    assert_eq!(archive, format!("checkrail-{tag}-{target}.tar.gz"));
    let sums = Run::of(scrubbed("sha256sum").current_dir(&folder).arg(&archive)).ends(0).stdout;
    write(&folder.join("SHA256SUMS"), &sums);
    archive
}

fn job() -> Job {
    let job = Job::on(&[("a.sql", "SELECT 1;\n")]).checked_out("push", "refs/heads/main", &json!({}));
    let server = format!("file://{}", job.path("server").display());
    job.with("GITHUB_SERVER_URL", &server)
        .with("ACTION_REPOSITORY", "o/checkrail")
        .with("ACTION_PATH", "/nonexistent")
}

#[test]
fn a_release_has_all_that_packages_install() {
    let job = job();
    let archive = release(&job, "v9.9.9");
    let path = job.path("server/o/checkrail/releases/download/v9.9.9").join(&archive);
    let listed = Run::of(scrubbed("tar").arg("-tzf").arg(path)).ends(0).stdout;
    let top = archive.trim_end_matches(".tar.gz");
    for file in [
        "checkrail",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "completions/checkrail.bash",
        "completions/_checkrail",
        "completions/checkrail.fish",
        "completions/_checkrail.ps1",
        "man/man1/checkrail.1",
        "man/man1/checkrail-review.1",
    ] {
        assert!(listed.lines().any(|l| l == format!("{top}/{file}")), "{file}: {listed}");
    }
}

#[test]
fn the_program_comes_from_a_release() {
    let job = job();
    release(&job, "v9.9.9");
    // Named by the input, with or without v, or by the action's tag.
    for (key, value) in [("INPUT_VERSION", "9.9.9"), ("INPUT_VERSION", "v9.9.9"), ("ACTION_REF", "v9.9.9")] {
        write(&job.path("output"), "");
        let env = [(key.to_owned(), value.to_owned())].into();
        let run = job.bash(&[repo("scripts/ci/install.sh").to_str().expect("UTF-8")], &env).ends(0);
        assert!(run.stderr.contains("checkrail 0."), "{}", run.stderr);
        let program = job.outputs()["path"].clone();
        assert!(Run::of(scrubbed(program).arg("--version")).ends(0).stdout.starts_with("checkrail "));
    }
}

#[test]
fn a_release_that_is_not_what_it_says_is_refused() {
    let job = job().with("INPUT_VERSION", "9.9.9");
    let archive = release(&job, "v9.9.9");
    let folder = job.path("server/o/checkrail/releases/download/v9.9.9");
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).expect("sums");
    let refused = |sums: &str, message: &str| {
        fs::write(folder.join("SHA256SUMS"), sums).expect("written");
        let run = job.run("install.sh").ends(2);
        assert!(run.stdout.contains(message) || run.stderr.contains(message), "{}{}", run.stdout, run.stderr);
        assert!(!job.outputs().contains_key("path"));
    };
    refused(&format!("{}{}", "0".repeat(64), &sums[64..]), "is not what its checksum says");
    refused(&sums.replace(&archive, "other.tar.gz"), "has no checksum");
    fs::remove_file(folder.join("SHA256SUMS")).expect("removed");
    let run = job.run("install.sh").ends(2);
    assert!(run.stdout.contains("release v9.9.9 cannot be had from o/checkrail"), "{}", run.stdout);
    let job = job.with("INPUT_VERSION", "1.0/../../x y");
    assert!(job.run("install.sh").ends(2).stdout.contains("is no version"));
}

#[test]
fn release_notes_are_a_section_of_the_changelog() {
    let notes = |version: &str| Run::of(scrubbed("bash").arg(repo("scripts/release-notes.sh")).arg(version));
    let text = notes("Unreleased").ends(0).stdout;
    assert!(text.contains("### Added") && !text.contains("## ["), "{text}");
    assert!(notes("9.9.9").ends(1).stderr.contains("no section [9.9.9]"));
}
