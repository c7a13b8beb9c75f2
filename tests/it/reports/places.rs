//! Where each format says that findings are: `path:line:column rule`, sorted, with duplicates.

use serde_json::Value;

use super::xml::{self, Element};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list")).iter()
}

fn sorted(places: impl Iterator<Item = String>) -> Vec<String> {
    let mut places: Vec<String> = places.collect();
    places.sort();
    places
}

pub fn json(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let place =
        |f: &Value| format!("{}:{}:{} {}", text(&f["path"]), f["line"], f["column"], text(&f["rule"]));
    sorted(list(&report["findings"]).map(place))
}

/// The results that are not suppressed.
pub fn sarif(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let standing = |r: &&Value| r["suppressions"].as_array().is_none_or(Vec::is_empty);
    let place = |result: &Value| {
        let physical = &result["locations"][0]["physicalLocation"];
        let (uri, region) = (text(&physical["artifactLocation"]["uri"]), &physical["region"]);
        let (line, column) = (&region["startLine"], &region["startColumn"]);
        format!("{}:{line}:{column} {}", decoded(uri), text(&result["ruleId"]))
    };
    sorted(list(&report["runs"][0]["results"]).filter(standing).map(place))
}

pub fn gitlab(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let place = |issue: &Value| {
        let location = &issue["location"];
        let begin = &location["positions"]["begin"];
        assert_eq!(begin["line"], location["lines"]["begin"]);
        let path = text(&location["path"]);
        format!("{path}:{}:{} {}", begin["line"], begin["column"], text(&issue["check_name"]))
    };
    sorted(list(&report).map(place))
}

pub fn junit(report: &str) -> Vec<String> {
    let root = xml::parse(report);
    let mut places = Vec::new();
    for suite in &root.children {
        for case in &suite.children {
            let name = case.get("name").expect("a name");
            if case.children.is_empty() || name.starts_with("line ") {
                continue;
            }
            // `rule object (line:column)`
            let (rule, rest) = name.split_once(' ').expect("a rule");
            let at = rest.rsplit_once('(').expect("a place").1.trim_end_matches(')');
            places.push(format!("{}:{at} {rule}", suite.get("name").expect("a name")));
        }
    }
    sorted(places.into_iter())
}

pub fn terminal(report: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut rule = String::new();
    for line in report.lines() {
        let head = line.split_once(']').and_then(|(head, _)| head.split_once('['));
        if let Some((_, name)) = head.filter(|(level, _)| ["error", "warning", "advice"].contains(level)) {
            name.clone_into(&mut rule);
        } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
            places.push(format!("{place} {rule}"));
        }
    }
    sorted(places.into_iter())
}

/// The list of findings.
pub fn html(report: &str) -> Vec<String> {
    let root = xml::page(report);
    let folder = root.all().into_iter().find(|e| e.get("id") == Some("root")).map(Element::whole_text);
    let folder = folder.unwrap_or_default();
    let whole = |e: &Element, place: &str| {
        let apart = e.get("class").is_some_and(|c| c.ends_with(" apart"));
        if apart { place.to_owned() } else { format!("{folder}{place}") }
    };
    let mut places = Vec::new();
    for rule in root.classed("rules").into_iter().flat_map(|rules| rules.classed("rule")) {
        let name = rule.classed("name")[0].text.clone();
        for list in rule.classed("findings") {
            for item in &list.children {
                for one in item.classed("place") {
                    places.push(format!("{} {name}", whole(one, &one.whole_text())));
                }
                for file in item.classed("spots") {
                    let path = file.children[0].whole_text();
                    for spot in &file.children[1..] {
                        places.push(format!(
                            "{} {name}",
                            whole(file, &format!("{path}:{}", spot.whole_text()))
                        ));
                    }
                }
            }
        }
    }
    sorted(places.into_iter())
}

/// Comment and summary of a step.
pub fn markdown(report: &str) -> Vec<String> {
    let place = |line: &str| {
        let (rule, rest) = line.strip_prefix("- ")?.split_once("**")?.1.split_once("**")?;
        Some(format!("{} {rule}", rest.split('`').find(|part| part.contains(':'))?))
    };
    let (findings, _) = report.split_once("\n### What the statements do").unwrap_or((report, ""));
    sorted(findings.lines().filter_map(place))
}

/// An annotation of GitHub Actions.
#[derive(Debug)]
pub struct Annotation {
    pub level: String,
    pub place: Option<String>,
    pub message: String,
}

/// What the runner makes of a log.
pub fn github(log: &str) -> Vec<Annotation> {
    let command = |line: &str| {
        let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (level, properties) = head.split_once(' ').unwrap_or((head, ""));
        let property = |name: &str| {
            let value = properties.split(',').find_map(|p| p.strip_prefix(name)?.strip_prefix('='))?;
            Some(decoded(value))
        };
        let place = property("file").map(|file| {
            let part = |name| property(name).unwrap_or_else(|| panic!("no {name} in {line:?}"));
            let title = part("title");
            let rule = title.strip_prefix("checkrail: ").expect("a rule");
            format!("{file}:{}:{} {rule}", part("line"), part("col"))
        });
        Some(Annotation { level: level.to_owned(), place, message: decoded(data) })
    };
    log.lines().filter_map(command).collect()
}

/// `%3A` to `:`, and so on.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.filter(|_| *byte == b'%') {
            Some(code) => {
                out.push(code);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).expect("UTF-8")
}
