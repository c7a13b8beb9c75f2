//! The other files: workflows, the GitLab template, the hook, the container.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;
use serde_yaml::Value;

use super::emulator::text;
use super::{Job, Run, commit, git, write};
use crate::harness::{repo, scrubbed};

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(repo(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn workflows_are_pinned_and_have_few_rights() {
    for entry in fs::read_dir(repo(".github/workflows")).expect("workflows") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let workflow = yaml(&format!(".github/workflows/{name}"));
        assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"), "{name}");
        for (job_name, job) in workflow["jobs"].as_mapping().expect("jobs") {
            assert!(job["timeout-minutes"].is_number() && job["runs-on"].is_string(), "{name}: {job_name:?}");
            for step in job["steps"].as_sequence().expect("steps") {
                if let Some(uses) = step["uses"].as_str().filter(|uses| *uses != "./") {
                    let revision = uses.split_once('@').expect("a revision").1;
                    assert!(
                        revision.len() == 40 && revision.chars().all(|c| c.is_ascii_hexdigit()),
                        "{name}: {uses}"
                    );
                }
                // Nothing that others choose (names of branches, titles) is put into a script as text.
                let run = step["run"].as_str().unwrap_or("");
                assert!(!run.contains("${{"), "{name}: {run}");
                for script in run
                    .split_whitespace()
                    .filter(|word| word.starts_with("scripts/") || word.contains("(scripts/"))
                {
                    let script = script.rsplit_once('(').map_or(script, |(_, script)| script);
                    assert!(repo(script).is_file(), "{name}: {script}");
                }
            }
        }
    }
}

#[test]
fn the_gitlab_template_does_what_it_declares() {
    let template = yaml(".gitlab/checkrail.yml");
    let job = &template["checkrail"];
    let script = text(&job["script"][0]);

    let place = Job::on(&[("m/1_a.sql", "CREATE TABLE t (a int);\n")]);
    let origin = place.path("origin");
    let base = git(&origin, &["rev-parse", "HEAD"]);
    write(&origin.join("m/2_b.sql"), "DROP TABLE t;\n");
    commit(&origin, "change");
    let path = std::env::var("PATH").expect("PATH");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_checkrail")).parent().expect("a folder");
    let mut command = scrubbed("sh");
    command.current_dir(&origin).args(["-ec", script]);
    command.env("PATH", format!("{}:{path}", bin.display()));
    for (key, value) in template["variables"].as_mapping().expect("variables") {
        command.env(text(key), text(value));
    }
    command.env("CHECKRAIL_MIGRATIONS", "m").env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base);
    let run = Run::of(&mut command).ends(1);
    assert!(run.stdout.contains("drop-table"), "{}", run.stdout);

    let artifacts = &job["artifacts"];
    let reports = artifacts["reports"].as_mapping().expect("reports").values();
    for file in artifacts["paths"].as_sequence().expect("paths").iter().chain(reports) {
        assert!(fs::metadata(origin.join(text(file))).expect("a file").len() > 10, "{file:?}");
    }
    let issues = fs::read_to_string(origin.join(text(&artifacts["reports"]["codequality"]))).expect("a file");
    let issues: serde_json::Value = serde_json::from_str(&issues).expect("JSON");
    assert_eq!(issues[0]["location"]["path"], "m/2_b.sql");
    let prints: BTreeSet<&str> =
        issues.as_array().expect("a list").iter().filter_map(|i| i["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.as_array().expect("a list").len(), "fingerprints are unique");
    assert!(issues.as_array().expect("a list").iter().all(|i| {
        ["info", "minor", "major", "critical", "blocker"].contains(&i["severity"].as_str().unwrap_or(""))
    }));
}

#[test]
fn the_hook_reviews_what_is_not_committed() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let job = Job::on(&[("m/1_a.sql", "CREATE TABLE t (a int);\n")]).checked_out(
        "push",
        "refs/heads/main",
        &json!({}),
    );
    let work = job.path("work");
    write(&work.join("m/2_b.sql"), "DROP TABLE t;\n");
    git(&work, &["add", "-A"]);
    for hook in hooks.as_sequence().expect("hooks") {
        for key in ["id", "name", "entry", "language", "files"] {
            assert!(hook[key].is_string(), "{key}");
        }
        let words: Vec<&str> = text(&hook["entry"]).split(' ').collect();
        assert_eq!(words[0], "checkrail");
        let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
        let run = Run::of(command.current_dir(&work).args(&words[1..]).arg("m")).ends(1);
        assert!(
            run.stdout.contains("m/2_b.sql:1:1") && run.stdout.contains("1 earlier migration replayed"),
            "{}",
            run.stdout
        );
    }
}

/// What a build in the container is given is all that the program is built from.
#[test]
fn the_container_has_what_the_build_needs_and_no_rights() {
    let dockerfile = fs::read_to_string(repo("Dockerfile")).expect("Dockerfile");
    let ignored = fs::read_to_string(repo(".dockerignore")).expect(".dockerignore");
    let kept: BTreeSet<&str> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    assert!(ignored.starts_with("*\n"));
    let copied = dockerfile
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|rest| !rest.starts_with("--from"));
    let copied: BTreeSet<&str> =
        copied.flat_map(|rest| rest.split(' ').take(rest.split(' ').count() - 1)).collect();
    assert_eq!(copied, kept, "what is copied, and what is not ignored");
    assert!(copied.iter().all(|path| repo(path).exists()));
    let user = dockerfile.lines().rev().find_map(|line| line.strip_prefix("USER ")).expect("a user");
    assert_ne!(user, "0");

    // Files that the program includes lie in what is copied.
    for text in ["policies/", "src/"] {
        assert!(copied.contains(text.trim_end_matches('/')), "{text}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    for path in &copied {
        let status = scrubbed("cp").arg("-r").arg(repo(path)).arg(folder.path()).status();
        assert!(status.expect("cp").success());
    }
    let mut command = std::process::Command::new(env!("CARGO"));
    command.current_dir(folder.path()).args([
        "metadata",
        "--no-deps",
        "--format-version=1",
        "--locked",
        "--offline",
    ]);
    Run::of(&mut command).ends(0);
}

#[test]
fn scripts_are_clean() {
    if scrubbed("shellcheck").arg("--version").output().is_err() {
        eprintln!("skipped: shellcheck is not installed");
        return;
    }
    let mut command = scrubbed("shellcheck");
    command.current_dir(repo(".")).arg("--external-sources");
    for folder in ["scripts", "scripts/ci"] {
        for entry in fs::read_dir(repo(folder)).expect("scripts") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|e| e == "sh") {
                command.arg(path);
            }
        }
    }
    Run::of(&mut command).ends(0);
    // And those that stand in the files of pipelines.
    let folder = tempfile::tempdir().expect("a folder");
    let script = text(&yaml(".gitlab/checkrail.yml")["checkrail"]["script"][0]).to_owned();
    // Arguments are meant to be split.
    write(&folder.path().join("gitlab.sh"), &format!("#!/bin/sh\n# shellcheck disable=SC2086\n{script}"));
    Run::of(scrubbed("shellcheck").arg(folder.path().join("gitlab.sh"))).ends(0);
}
