//! `checkrail rules`.

use std::fmt::Write;

use camino::Utf8Path;
use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::name::Dialect;
use crate::policy::{Asserted, Policy, did_you_mean};
use crate::report::words;
use crate::rules::{OptionValue, Rule, registry};

use super::args::{Cli, ListFormat, RulesArgs};
use super::error::CliError;
use super::settings::load_policy;
use super::{output, term};

/// The heading of what the policy itself demands.
const ASSERTIONS: &str = "assertions";

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    category: &'static str,
    severity: Severity,
    confidence: Confidence,
    /// Its level in the policy asked for.
    level: &'static str,
    summary: String,
    dialects: Vec<&'static str>,
    also_known_as: Vec<Alias>,
    options: Vec<OptionEntry>,
}

#[derive(Serialize)]
struct Alias {
    tool: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct OptionEntry {
    name: &'static str,
    default: serde_json::Value,
    meaning: &'static str,
}

/// Lists the rules.
pub fn run(args: &RulesArgs, cli: &Cli) -> Result<u8, CliError> {
    let policy = match &args.policy {
        Some(name) => load_policy(name, Utf8Path::new(""))?,
        None => Policy::builtin_default(),
    };
    let text = match args.format {
        ListFormat::Text => match &args.tool {
            Some(tool) => names_in(tool)?,
            None => table(&policy, term::use_color(cli.color)),
        },
        ListFormat::Json => {
            let wanted = |rule: &&Rule| {
                let known =
                    |tool: &String| rule.also_known_as.iter().any(|(t, _)| t.eq_ignore_ascii_case(tool));
                args.tool.as_ref().is_none_or(known)
            };
            let mut entries: Vec<_> =
                registry::all().filter(wanted).map(|rule| entry(rule, &policy)).collect();
            if args.tool.is_none() {
                entries.extend(policy.assertions().map(|one| asserted(one, &policy)));
            }
            serde_json::to_string_pretty(&entries).map_err(anyhow::Error::from)? + "\n"
        }
    };
    output::print(&text)?;
    Ok(0)
}

/// `off`, or the severity of its findings.
fn level(rule: &Rule, policy: &Policy) -> &'static str {
    match policy.setting(rule.name) {
        Some(setting) if setting.enabled => policy.severity_of(rule).as_str(),
        _ => "off",
    }
}

fn table(policy: &Policy, color: bool) -> String {
    let (bold, plain) = if color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let width = registry::all().map(|r| r.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut category = None;
    for rule in registry::all() {
        if category != Some(rule.category) {
            let gap = if category.is_some() { "\n" } else { "" };
            let _ = writeln!(text, "{gap}{bold}{}{plain}", rule.category.name());
            category = Some(rule.category);
        }
        let _ = writeln!(text, "  {:width$}  {:7}  {}", rule.name, level(rule, policy), rule.summary());
    }
    let assertions = policy.assertions().count();
    if assertions > 0 {
        let width = policy.assertions().map(|a| a.assertion.name.len()).max().unwrap_or(0).max(width);
        let _ = writeln!(text, "\n{bold}{ASSERTIONS}{plain}");
        for one in policy.assertions() {
            let (name, what) = (&one.assertion.name, one.assertion.message.template());
            let _ = writeln!(text, "  {name:width$}  {:7}  {what}", assertion_level(one, policy));
        }
    }
    let count = registry::all().count();
    let _ = writeln!(
        text,
        "\n{count} rules{}, {} on in {}; `checkrail explain NAME` says more",
        if assertions > 0 {
            format!(" and {}", words::count(assertions, "assertion"))
        } else {
            String::new()
        },
        policy.enabled() + policy.assertions().filter(|a| a.setting.enabled).count(),
        policy.origin
    );
    text
}

/// What another tool calls the rules: its names, sorted, each with ours.
fn names_in(tool: &str) -> Result<String, CliError> {
    let tools = registry::other_tools();
    let Some(tool) = tools.iter().find(|t| t.eq_ignore_ascii_case(tool)) else {
        let hint = did_you_mean(tool, tools.iter().copied());
        let list = tools.join(", ");
        return Err(CliError::Usage(format!(
            "no names of {tool:?} are known{hint}; there are those of {list}"
        )));
    };
    let mut names: Vec<(&str, &str)> = registry::all()
        .flat_map(|r| r.also_known_as.iter().filter(|(t, _)| t == tool).map(|(_, name)| (*name, r.name)))
        .collect();
    names.sort_unstable();
    let width = names.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut previous = "";
    for (name, rule) in names {
        let shown = if name == previous { "" } else { name };
        let _ = writeln!(text, "{shown:width$}  {rule}");
        previous = name;
    }
    Ok(text)
}

/// `off`, or the severity of its findings.
fn assertion_level(one: &Asserted, policy: &Policy) -> &'static str {
    if one.setting.enabled { policy.severity(&one.setting, one.assertion.severity).as_str() } else { "off" }
}

fn asserted<'a>(one: &'a Asserted, policy: &Policy) -> Entry<'a> {
    Entry {
        name: &one.assertion.name,
        category: ASSERTIONS,
        severity: one.assertion.severity,
        confidence: Confidence::High,
        level: assertion_level(one, policy),
        summary: one.assertion.message.template(),
        dialects: Dialect::ALL.iter().map(|d| d.as_str()).collect(),
        also_known_as: Vec::new(),
        options: Vec::new(),
    }
}

fn entry(rule: &'static Rule, policy: &Policy) -> Entry<'static> {
    let default = |value: OptionValue| match value {
        OptionValue::Int(v) => v.into(),
        OptionValue::Bool(v) => v.into(),
        OptionValue::List(v) => v.into(),
    };
    Entry {
        name: rule.name,
        category: rule.category.name(),
        severity: rule.severity,
        confidence: rule.confidence,
        level: level(rule, policy),
        summary: rule.summary().to_owned(),
        dialects: rule.dialects.iter().map(|d| d.as_str()).collect(),
        also_known_as: rule.also_known_as.iter().map(|(tool, name)| Alias { tool, name }).collect(),
        options: rule
            .options
            .iter()
            .map(|o| OptionEntry { name: o.name, default: default(o.default), meaning: o.meaning })
            .collect(),
    }
}
