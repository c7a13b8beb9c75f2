//! Runs the steps of `action.yml` as a runner does: expressions filled in, conditions evaluated, outputs handed on.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::{Job, Run, outputs, write};
use crate::harness::repo;

/// The action's file.
pub fn action() -> Value {
    let text = std::fs::read_to_string(repo("action.yml")).expect("action.yml");
    serde_yaml::from_str(&text).expect("YAML")
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is no text"))
}

/// How the job ended: the log, and what each step left.
pub struct Outcome {
    pub code: i32,
    pub log: String,
    pub outputs: BTreeMap<String, String>,
}

/// Runs the action with these inputs.
pub fn run(job: &Job, given: &[(&str, &str)]) -> Outcome {
    let action = action();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, input) in action["inputs"].as_mapping().expect("inputs") {
        values.insert(format!("inputs.{}", text(name)), text(&input["default"]).to_owned());
    }
    for (name, value) in given {
        let old = values.insert(format!("inputs.{name}"), (*value).to_owned());
        assert!(old.is_some(), "{name} is no input");
    }
    for (name, value) in [
        ("action_path", job.env["GITHUB_ACTION_PATH"].as_str()),
        ("action_ref", "main"),
        ("token", super::TOKEN),
    ] {
        values.insert(format!("github.{name}"), value.to_owned());
    }
    values.insert("github.action_repository".to_owned(), "o/checkrail".to_owned());
    let token = fill("${{ github.token }}", &values);
    values.insert("inputs.token".to_owned(), token);

    let mut outcome = Outcome { code: 0, log: String::new(), outputs: BTreeMap::new() };
    for step in action["runs"]["steps"].as_sequence().expect("steps") {
        if let Some(condition) = step["if"].as_str() {
            let (name, wanted) = condition
                .strip_prefix("${{ ")
                .and_then(|c| c.strip_suffix(" }}"))
                .and_then(|c| c.split_once(" == "))
                .expect("a condition this understands");
            if values[name] != wanted.trim_matches('\'') {
                continue;
            }
        }
        assert_eq!(step["shell"].as_str(), Some("bash"));
        let env = step["env"].as_mapping().expect("env").iter();
        let env: BTreeMap<String, String> =
            env.map(|(key, value)| (text(key).to_owned(), fill(text(value), &values))).collect();
        write(&job.path("output"), "");
        let Run { code, stdout, stderr } =
            job.bash(&["--noprofile", "--norc", "-eo", "pipefail", "-c", text(&step["run"])], &env);
        outcome.log.push_str(&stdout);
        outcome.log.push_str(&stderr);
        for (name, value) in outputs(&job.read("output")) {
            if let Some(id) = step["id"].as_str() {
                values.insert(format!("steps.{id}.outputs.{name}"), value);
            }
        }
        if code != 0 {
            outcome.code = code;
            break;
        }
    }
    for (name, output) in action["outputs"].as_mapping().expect("outputs") {
        outcome.outputs.insert(text(name).to_owned(), fill(text(&output["value"]), &values));
    }
    outcome
}

/// Fills `${{ … }}` in; what is not there is empty, as for a runner.
fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${{ ") {
        let (name, after) = after.split_once(" }}").expect("an end");
        out.push_str(before);
        out.push_str(values.get(name).map_or("", String::as_str));
        rest = after;
    }
    out + rest
}
