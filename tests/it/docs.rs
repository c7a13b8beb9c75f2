//! The documentation of every rule is executed: flagged SQL is flagged, accepted SQL is not.

use checkrail::policy::Policy;
use checkrail::rules::{Check, Rule, registry};

use crate::support::{review_down, review_sql};

/// The SQL blocks of a rule's documentation by the word after the fence, with their line in it.
fn blocks(rule: &Rule) -> Vec<(&'static str, usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, String)> = None;
    for (number, line) in rule.docs.lines().enumerate() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let kind = match info.split_whitespace().nth(1) {
                    Some("before") => "before",
                    Some("flagged") => "flagged",
                    Some("accepted") => "accepted",
                    _ => "other",
                };
                open = Some((kind, number + 1, String::new()));
            }
            (Some(_), Some(_)) => {
                if let Some((kind, line, text)) = open.take() {
                    found.push((kind_of(kind), line, text));
                }
            }
            (Some((_, _, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{}: a code block is not closed", rule.name);
    found
}

fn kind_of(kind: &str) -> &'static str {
    match kind {
        "before" => "before",
        "flagged" => "flagged",
        "accepted" => "accepted",
        _ => "other",
    }
}

#[test]
fn documented_sql_behaves_as_documented() {
    let policy = Policy::bare("test");
    let mut wrong = Vec::new();
    for rule in registry::all() {
        let blocks = blocks(rule);
        let before: String =
            blocks.iter().filter(|(k, _, _)| *k == "before").map(|(_, _, t)| t.as_str()).collect();
        let mut flagged = 0;
        for (kind, line, text) in &blocks {
            let wants = match *kind {
                "flagged" => true,
                "accepted" => false,
                _ => continue,
            };
            flagged += usize::from(wants);
            let report = if matches!(rule.check, Check::Down(_)) {
                let (up, down) = text.split_once("-- down\n").expect("an up part and a down part");
                review_down(&before, up, down, &policy, 17)
            } else {
                review_sql(&before, text, &policy, 17)
            };
            let found = report.findings.iter().filter(|f| f.rule == rule.name).count();
            if (found > 0) != wants {
                let others: Vec<_> = report.findings.iter().map(|f| f.rule.as_str()).collect();
                wrong.push(format!(
                    "{}: block at documentation line {line} ({kind}) gives {found} findings; all: {others:?}\n{text}",
                    rule.name
                ));
            }
            let may_fail =
                matches!(rule.name, "syntax-error" | "statement-not-analysed" | "failing-statement");
            if report.summary.not_analysed > 0 && !may_fail {
                wrong.push(format!("{}: block at line {line} is not analysed:\n{text}", rule.name));
            }
        }
        if flagged == 0 && !matches!(rule.check, Check::Engine) {
            wrong.push(format!("{}: no flagged block", rule.name));
        }
    }
    assert!(wrong.is_empty(), "{} blocks differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn documentation_has_its_sections() {
    for rule in registry::all() {
        for section in ["## What it flags", "## Why it hurts", "## Safe rewrite", "## References"] {
            assert!(rule.docs.contains(section), "{}: no section {section:?}", rule.name);
        }
        assert!(rule.summary().ends_with('.'), "{}: the summary is a sentence", rule.name);
    }
}
