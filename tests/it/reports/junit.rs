//! JUnit: XML that the schema of Jenkins' xUnit plugin accepts, which of the common ones is the strictest about
//! attributes that we write.

use checkrail::report::{Base, junit};

use super::xml::{self, Element};
use super::{example, hostile};

/// What an element may hold: (name, attributes, of these required, children).
const SCHEMA: &[(&str, &[&str], &[&str], &[&str])] = &[
    ("testsuites", &["name", "time", "tests", "failures", "errors"], &[], &["testsuite"]),
    (
        "testsuite",
        &[
            "name",
            "tests",
            "failures",
            "errors",
            "skipped",
            "time",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
        ],
        &["name", "tests", "failures", "errors"],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    (
        "testcase",
        &["name", "time", "classname", "group"],
        &["name"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["type", "message"], &[], &[]),
    ("error", &["type", "message"], &[], &[]),
    ("skipped", &["type", "message"], &[], &[]),
];

/// The document, checked.
#[track_caller]
pub fn valid(text: &str) -> Element {
    let root = xml::parse(text);
    assert_eq!(root.name, "testsuites");
    check(&root);
    for suite in &root.children {
        let count =
            |kind: &str| suite.children.iter().flat_map(|c| &c.children).filter(|e| e.name == kind).count();
        let number = |name: &str| suite.get(name).and_then(|n| n.parse::<usize>().ok());
        assert_eq!(number("tests"), Some(suite.children.len()));
        assert_eq!(number("failures"), Some(count("failure")));
        assert_eq!(number("skipped"), Some(count("skipped")));
    }
    root
}

fn check(element: &Element) {
    let (_, allowed, required, children) =
        SCHEMA.iter().find(|row| row.0 == element.name).unwrap_or_else(|| panic!("{}", element.name));
    for (key, _) in &element.attributes {
        assert!(allowed.contains(&key.as_str()), "{key} in {}", element.name);
    }
    for key in *required {
        assert!(element.get(key).is_some(), "no {key} in {}", element.name);
    }
    if !children.is_empty() {
        assert_eq!(element.text.trim(), "", "text in {}", element.name);
    }
    for child in &element.children {
        assert!(children.contains(&child.name.as_str()), "{} in {}", child.name, element.name);
        check(child);
    }
}

#[test]
fn junit_format() {
    let text = junit::render(&example::review(), &Base::default());
    valid(&text);
    insta::assert_snapshot!("junit", text);
}

#[test]
fn characters_that_xml_lacks_do_not_reach_it() {
    let text = "\u{0}\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff}<a b='\"'>&amp;]]></testsuite>\r\n";
    valid(&junit::render(&hostile(text), &Base::default()));
}
