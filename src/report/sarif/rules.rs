//! The rules of a SARIF file: those that have results, with their documentation.

use crate::finding::{Confidence, Severity};
use crate::report::rule::{explain, page};
use crate::review::model::Assertion;
use crate::rules::{self, Category, registry};

use super::level;
use super::model::{Configuration, Help, Message, Rule, RuleProperties};
use crate::report::visible::cut;

/// GitHub shows no more of a rule's descriptions.
const MAX_DESCRIPTION: usize = 1024;

/// A rule or an assertion by its name, as in the results.
pub(super) fn rule(name: &str, assertions: &[Assertion]) -> Rule {
    let assertion = || assertions.iter().find(|assertion| assertion.name == name);
    match registry::find(name) {
        Some(rule) => known(rule),
        None if let Some(assertion) = assertion() => asserted(assertion),
        // A finding of no rule of ours cannot be made; its name is still shown.
        None => Rule {
            id: name.to_owned(),
            short_description: Message { text: name.to_owned() },
            full_description: None,
            help: None,
            help_uri: None,
            default_configuration: Configuration { level: level(Severity::Warning) },
            properties: properties(None, Severity::Warning, Confidence::Medium),
        },
    }
}

fn known(rule: &'static rules::Rule) -> Rule {
    Rule {
        id: rule.name.to_owned(),
        short_description: Message { text: cut(rule.summary(), MAX_DESCRIPTION) },
        full_description: Some(Message { text: cut(&paragraphs(rule.docs), MAX_DESCRIPTION) }),
        help: Some(Help { text: explain(rule, ("", "")), markdown: page(rule) }),
        help_uri: None,
        default_configuration: Configuration { level: level(rule.severity) },
        properties: properties(Some(rule.category), rule.severity, rule.confidence),
    }
}

/// A demand of the policy.
fn asserted(assertion: &Assertion) -> Rule {
    let text = format!("{}. Asked for by {}.", assertion.demand, assertion.policy);
    let mut properties = properties(None, assertion.severity, Confidence::High);
    properties.tags.push("policy");
    Rule {
        id: assertion.name.clone(),
        short_description: Message { text: cut(&assertion.message, MAX_DESCRIPTION) },
        full_description: Some(Message { text: cut(&text, MAX_DESCRIPTION) }),
        help: Some(Help {
            markdown: format!("`{}`\n\nAsked for by `{}`.", assertion.demand, assertion.policy),
            text,
        }),
        help_uri: assertion.reference.clone(),
        default_configuration: Configuration { level: level(assertion.severity) },
        properties,
    }
}

/// What is flagged and why, without the examples.
fn paragraphs(docs: &str) -> String {
    let mut out = String::new();
    for section in ["What it flags", "Why it hurts"] {
        let Some((_, body)) = docs.split_once(&format!("## {section}\n")) else { continue };
        let body = body.split("## ").next().unwrap_or("");
        let words = body.split("```").next().unwrap_or("").split_whitespace();
        for word in words {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

fn properties(category: Option<Category>, severity: Severity, confidence: Confidence) -> RuleProperties {
    let access = category == Some(Category::Access);
    let mut tags = vec!["database", "migration", "sql"];
    tags.extend(category.map(Category::name));
    if access {
        tags.push("security");
    }
    RuleProperties {
        tags,
        precision: match confidence {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        },
        problem_severity: match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "recommendation",
        },
        // On GitHub's scale: over 7 is high, 4 to 7 medium, below low.
        security_severity: access.then_some(match severity {
            Severity::Error => "8.0",
            Severity::Warning => "5.5",
            Severity::Advice => "3.0",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_help_and_fits() {
        for one in registry::all() {
            let rule = rule(one.name, &[]);
            assert!(!rule.short_description.text.is_empty(), "{}", one.name);
            let full = &rule.full_description.as_ref().expect("a description").text;
            assert!(full.len() > 40 && full.chars().count() <= MAX_DESCRIPTION, "{}: {full}", one.name);
            let help = rule.help.as_ref().expect("help");
            assert!(
                help.markdown.contains("## Why it hurts") && help.text.contains(one.name),
                "{}",
                one.name
            );
            let security = rule.properties.tags.contains(&"security");
            assert_eq!(security, one.category == Category::Access, "{}", one.name);
            assert_eq!(security, rule.properties.security_severity.is_some(), "{}", one.name);
        }
    }
}
