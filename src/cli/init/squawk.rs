//! From squawk's configuration to a policy.
//!
//! In: what `.squawk.toml` says. Out: the text of a policy, and what has no counterpart here.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::config::squawk::Squawk;
use crate::rules::{Category, Rule, registry};

const TOOL: &str = "squawk";

/// Names that stand for others: what squawk makes of old names and of names for several rules.
const GROUPS: &[(&str, &[&str])] = &[
    ("require-timeout-settings", &["require-lock-timeout", "require-statement-timeout"]),
    ("prefer-timestamp-tz", &["prefer-timestamptz"]),
    ("prefer-big-int", &["prefer-bigint-over-int", "prefer-bigint-over-smallint"]),
];

/// A policy, and what is left to say.
#[derive(Debug, Default)]
pub struct Moved {
    /// The text of the policy.
    pub policy: String,
    /// What has no counterpart, or only in part.
    pub notes: Vec<String>,
}

/// Writes the policy that does what the configuration says.
pub fn policy(squawk: &Squawk, path: &str) -> Moved {
    let mut moved = Moved::default();
    let mut off: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let excluded: Vec<&str> = squawk.excluded_rules.iter().flat_map(|name| expanded(name)).collect();
    for name in &squawk.excluded_rules {
        let rules: Vec<&Rule> = expanded(name).flat_map(|name| registry::counterparts(TOOL, name)).collect();
        if rules.is_empty() {
            moved.notes.push(format!("excluded_rules: {name} has no counterpart, and nothing to switch off"));
        }
        for rule in rules {
            let kept: Vec<&str> = names(rule).filter(|name| !excluded.contains(name)).collect();
            if rule.category == Category::Correctness {
                moved.notes.push(format!(
                    "excluded_rules: {name} is a case of {}, which stays on: it is about statements that fail",
                    rule.name
                ));
            } else if kept.is_empty() {
                off.entry(rule.name).or_default().push(name);
            } else {
                let kept = kept.join(" and ");
                let text =
                    format!("excluded_rules: {} stays on, because it is also squawk's {kept}", rule.name);
                moved.notes.push(text);
            }
        }
    }
    let mut on: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in &squawk.included_rules {
        let rules: Vec<&Rule> = expanded(name).flat_map(|name| registry::counterparts(TOOL, name)).collect();
        if rules.is_empty() {
            moved.notes.push(format!("included_rules: {name} has no counterpart"));
        }
        for rule in rules.into_iter().filter(|rule| !off.contains_key(rule.name)) {
            on.entry(rule.name).or_default().push(name);
        }
    }
    moved.notes.extend(squawk.others.iter().map(|key| format!("{key} has no counterpart")));
    moved.notes.dedup();
    let out = &mut moved.policy;
    let _ = writeln!(
        out,
        "# What {path} said, for checkrail; `checkrail policy check` checks it. docs/policies.md describes the format.\n\
         # The pack data-types has the rules of taste that squawk runs by default: extends: [default, data-types]\n\
         version: 1\n\
         description: What {path} said\n\
         extends: [default]"
    );
    if !squawk.excluded_paths.is_empty() {
        let globs: Vec<String> = squawk.excluded_paths.iter().map(|glob| quoted(glob)).collect();
        let _ = writeln!(out, "scope:\n  exclude_paths: [{}]", globs.join(", "));
    }
    if !(off.is_empty() && on.is_empty()) {
        out.push_str("rules:\n");
    }
    for (level, rules) in [("off", off), ("on", on)] {
        for (rule, mut names) in rules {
            names.dedup();
            let _ = writeln!(out, "  {rule}: {level} # {}", names.join(", "));
        }
    }
    moved
}

/// A name and those that it stands for.
fn expanded(name: &str) -> impl Iterator<Item = &str> {
    let more =
        GROUPS.iter().filter(move |(group, _)| *group == name).flat_map(|(_, names)| names.iter().copied());
    std::iter::once(name).chain(more)
}

/// What squawk calls a rule, without names for several.
fn names(rule: &Rule) -> impl Iterator<Item = &'static str> {
    let names = rule.also_known_as.iter().filter(|(tool, _)| *tool == TOOL).map(|(_, name)| *name);
    names.filter(|name| !GROUPS.iter().any(|(group, _)| group == name))
}

/// A text in YAML.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn moved(excluded: &[&str]) -> (Moved, Policy) {
        let squawk = Squawk {
            excluded_rules: excluded.iter().map(|name| (*name).to_owned()).collect(),
            excluded_paths: vec!["old/*.sql".to_owned()],
            ..Squawk::default()
        };
        let moved = policy(&squawk, ".squawk.toml");
        let policy = Policy::parse("p.yaml", &moved.policy).expect("a valid policy");
        (moved, policy)
    }

    #[test]
    fn rules_go_off_when_all_their_names_do() {
        let on = |policy: &Policy, rule: &str| policy.setting(rule).expect("known").enabled;
        let (moved_, policy) = moved(&["ban-drop-column", "adding-foreign-key-constraint"]);
        assert!(!on(&policy, "drop-column") && on(&policy, "validated-foreign-key"));
        assert_eq!(
            moved_.notes,
            [
                "excluded_rules: validated-foreign-key stays on, because it is also squawk's constraint-missing-not-valid"
            ]
        );
        let (_, policy) = moved(&["constraint-missing-not-valid", "adding-foreign-key-constraint"]);
        assert!(!on(&policy, "validated-foreign-key"));
        let (moved_, policy) = moved(&["require-timeout-settings"]);
        assert!(!on(&policy, "missing-lock-timeout") && moved_.notes.is_empty(), "{:?}", moved_.notes);
    }

    #[test]
    fn what_has_no_counterpart_is_said() {
        let (moved, policy) = moved(&["ban-unicorns", "syntax-error"]);
        assert!(moved.notes[0].contains("ban-unicorns has no counterpart"), "{:?}", moved.notes);
        assert!(moved.notes[1].contains("which stays on"), "{:?}", moved.notes);
        assert!(policy.setting("syntax-error").expect("known").enabled);
    }
}
