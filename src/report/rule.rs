//! A rule's documentation as text: for `checkrail explain`, and as the generated pages of `docs/rules/`.

use std::fmt::Write;

use crate::rules::{OptionValue, Rule, registry};

/// The page `docs/rules/<name>.md`, with a final line break.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let mut out = format!("# {}\n\n", rule.name);
    body(rule, &mut out);
    let _ = writeln!(
        out,
        "\n## Defaults\n\nCategory {}, severity {}, confidence {}. Dialects: {}.",
        rule.category.name(),
        rule.severity,
        rule.confidence.as_str(),
        dialects(rule)
    );
    options(rule, "\n### Options\n\n", &mut out);
    if !rule.also_known_as.is_empty() {
        let names: Vec<String> = rule.also_known_as.iter().map(|(t, n)| format!("{t} `{n}`")).collect();
        let _ = writeln!(out, "\nIn other tools: {}.", names.join(", "));
    }
    let _ = writeln!(
        out,
        "\nSilence one finding with `-- checkrail: allow {} (reason)` above the statement.",
        rule.name
    );
    out
}

/// The page `docs/rules/README.md`: every rule by category.
#[must_use]
pub fn index() -> String {
    let mut out = String::from(
        "# Rules\n\nGenerated from the rules' own documentation; `checkrail explain NAME` prints the same text. \
         [Policies](../policies.md) switch rules on and off.\n",
    );
    let mut category = None;
    for rule in registry::all() {
        if category != Some(rule.category) {
            category = Some(rule.category);
            let _ =
                writeln!(out, "\n## {}\n\n| rule | severity | what |\n|---|---|---|", rule.category.name());
        }
        let (name, what) = (rule.name, rule.summary().replace('|', "\\|"));
        let _ = writeln!(out, "| [{name}]({name}.md) | {} | {what} |", rule.severity);
    }
    out
}

/// The text of `checkrail explain`; `bold` and `plain` switch headings.
#[must_use]
pub fn explain(rule: &Rule, (bold, plain): (&str, &str)) -> String {
    let mut text = String::new();
    body(rule, &mut text);
    let mut out = format!("{bold}{}{plain} ({}, {})\n\n", rule.name, rule.category.name(), rule.severity);
    for line in text.lines() {
        match line.strip_prefix("## ") {
            Some(title) => {
                let _ = writeln!(out, "{bold}{title}{plain}");
            }
            None => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    options(rule, &format!("\n{bold}Options{plain}\n"), &mut out);
    if !rule.also_known_as.is_empty() {
        let names: Vec<String> = rule.also_known_as.iter().map(|(t, n)| format!("{t} {n}")).collect();
        let _ = writeln!(out, "\n{bold}In other tools{plain}\n{}", names.join(", "));
    }
    out
}

/// Which rules do what another tool has under one name.
#[must_use]
pub fn several(name: &str, rules: &[&Rule]) -> String {
    let mut tools: Vec<&str> = rules
        .iter()
        .flat_map(|r| {
            r.also_known_as.iter().filter(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(tool, _)| *tool)
        })
        .collect();
    tools.sort_unstable();
    tools.dedup();
    let width = rules.iter().map(|r| r.name.len()).max().unwrap_or(0);
    let mut out = format!("{name} ({}) is covered by {} rules:\n\n", tools.join(", "), rules.len());
    for rule in rules {
        let _ = writeln!(out, "  {:width$}  {}", rule.name, rule.summary());
    }
    out
}

/// The documentation without the space that doc comments begin with, and with plain code fences: the word after
/// `sql` tells the tests what a block is for, and readers are told in words.
fn body(rule: &Rule, out: &mut String) {
    let mut previous = "";
    let mut given = false;
    let several = rule.docs.matches("```sql flagged").count() > 1;
    for line in rule.docs.trim_end().lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if let Some(kind) = line.strip_prefix("```sql") {
            if previous == "```" {
                out.push('\n');
            }
            match kind.trim() {
                "before" if !given => out.push_str("On this schema:\n\n"),
                "flagged" if given && several => out.push_str("these are flagged, each by itself:\n\n"),
                "flagged" if given => out.push_str("this is flagged:\n\n"),
                _ => {}
            }
            given = kind.trim() == "before";
            out.push_str("```sql");
        } else {
            out.push_str(line);
        }
        out.push('\n');
        previous = line;
    }
}

fn options(rule: &Rule, title: &str, out: &mut String) {
    if rule.options.is_empty() {
        return;
    }
    out.push_str(title);
    for option in rule.options {
        let default = match option.default {
            OptionValue::Int(v) => v.to_string(),
            OptionValue::Bool(v) => v.to_string(),
            OptionValue::List(v) => format!("[{}]", v.join(", ")),
        };
        let _ = writeln!(out, "- `{}` (default {default}): {}", option.name, option.meaning);
    }
}

fn dialects(rule: &Rule) -> String {
    rule.dialects.iter().map(|d| d.as_str()).collect::<Vec<_>>().join(", ")
}
