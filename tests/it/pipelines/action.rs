//! The action: its file is true to its scripts, and it does what it says.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use super::emulator::{self, action, text};
use super::{Job, TOKEN};
use crate::harness::repo;

/// Names after a prefix in a text, each once.
fn named(source: &str, prefix: &str) -> BTreeSet<String> {
    let name =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
    source.split(prefix).skip(1).map(name).collect()
}

#[test]
fn inputs_and_outputs_are_those_of_the_scripts() {
    let source = std::fs::read_to_string(repo("action.yml")).expect("action.yml");
    let action = action();
    let keys = |section: &str| -> BTreeSet<String> {
        let section = action[section].as_mapping().expect(section);
        section
            .iter()
            .inspect(|(key, value)| assert!(value["description"].is_string(), "{key:?}"))
            .map(|(key, _)| text(key).to_owned())
            .collect()
    };
    assert_eq!(named(&source, "inputs."), keys("inputs"), "inputs that are used, and declared");

    let mut made = BTreeSet::new();
    for step in action["runs"]["steps"].as_sequence().expect("steps") {
        let run = text(&step["run"]);
        assert!(!run.contains("${{"), "{run}: an expression would be read by the shell");
        let env: BTreeSet<String> =
            step["env"].as_mapping().expect("env").keys().map(|k| text(k).to_owned()).collect();
        let Some(path) = run.strip_prefix("\"$GITHUB_ACTION_PATH/").and_then(|r| r.strip_suffix('"')) else {
            assert_eq!((run, env.len()), ("exit \"$CODE\"", 1));
            continue;
        };
        let script = std::fs::read_to_string(repo(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mode = std::fs::metadata(repo(path)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{path} can be run");
        let shared = std::fs::read_to_string(repo("scripts/ci/lib.sh")).expect("lib.sh");
        for name in &env {
            let used = [&script, &shared]
                .iter()
                .any(|s| s.contains(&format!("${{{name}")) || s.contains(&format!("${name}")));
            assert!(used, "{path} does not use {name}");
        }
        let wanted = named(&script, "${INPUT_").into_iter().map(|n| format!("INPUT_{n}"));
        for name in wanted {
            assert!(env.contains(&name), "{path} is not given {name}");
        }
        if let Some(id) = step["id"].as_str() {
            for name in script.lines().filter_map(|l| l.trim().strip_prefix("output ")?.split(' ').next()) {
                made.insert(format!("{id}.outputs.{name}"));
            }
        }
    }
    // Those of a loop.
    for name in ["verdict", "errors", "warnings", "advice", "migrations"] {
        made.insert(format!("review.outputs.{name}"));
    }
    made.remove("review.outputs.\"${field#summary.}\"");
    let used: BTreeSet<String> = named(&source.replace(".outputs.", "~outputs~"), "steps.")
        .into_iter()
        .flat_map(|id| {
            let prefix = format!("steps.{id}.outputs.");
            named(&source, &prefix)
                .into_iter()
                .map(move |name| format!("{id}.outputs.{name}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(used, made);
}

const GITHUB: &str =
    "case $* in *' user') exit 1 ;; *'--method GET'*) echo '[]' ;; *) echo '{\"id\":\"1\"}' ;; esac";

#[test]
fn the_action_reviews_a_pull_request() {
    let job = Job::pull_request().program("gh", GITHUB);
    let program = env!("CARGO_BIN_EXE_checkrail");
    let outcome = emulator::run(&job, &[("migrations", "db/m"), ("binary", program), ("sarif", "true")]);
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    assert_eq!((outcome.outputs["verdict"].as_str(), outcome.outputs["exit-code"].as_str()), ("block", "1"));
    assert!(outcome.log.contains("::error file=db/m/2_b.sql"), "{}", outcome.log);
    let asked = job.read("asked");
    assert!(
        asked.contains("code-scanning/sarifs")
            && asked.contains("POST")
            && asked.contains("issues/7/comments"),
        "{asked}"
    );
    assert!(job.read("summary.md").contains("Migration review"));
    assert!(!outcome.log.contains(TOKEN));
}

#[test]
fn the_action_can_do_less() {
    let job = Job::pull_request().program("gh", GITHUB);
    let inputs = [
        ("migrations", "db/m"),
        ("binary", env!("CARGO_BIN_EXE_checkrail")),
        ("comment", "false"),
        ("annotations", "false"),
        ("fail-on", "never"),
    ];
    let outcome = emulator::run(&job, &inputs);
    assert_eq!((outcome.code, outcome.outputs["errors"].as_str()), (0, "1"), "{}", outcome.log);
    assert!(!job.path("asked").exists(), "nothing is asked of GitHub");
    let json = std::fs::read_to_string(&outcome.outputs["json"]).expect("a file");
    assert!(json.contains("\"verdict\": \"block\""));
}

#[test]
fn the_action_ends_where_there_is_no_review() {
    let job = Job::pull_request().program("gh", GITHUB);
    let outcome =
        emulator::run(&job, &[("migrations", "absent"), ("binary", env!("CARGO_BIN_EXE_checkrail"))]);
    assert_eq!(outcome.code, 3, "{}", outcome.log);
    let outcome = emulator::run(&job, &[("binary", "no-such-program-anywhere")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    assert!(outcome.log.contains("which is no program"), "{}", outcome.log);
}
