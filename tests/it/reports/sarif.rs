//! SARIF: valid by the official schema, within GitHub's limits, and true.

use std::collections::BTreeSet;
use std::fs;

use boon::{Compiler, Schemas};
use checkrail::report::{Base, sarif};
use checkrail::review::Review;
use checkrail::review::model::SilencedBy;
use serde_json::Value;

use super::{example, hostile, places};
use crate::harness::repo;

/// The document, checked against the official schema.
#[track_caller]
pub fn valid(text: &str) -> Value {
    let schema = fs::read_to_string(repo("tests/schemas/sarif-2.1.0.json")).expect("the schema");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("sarif.json", serde_json::from_str(&schema).expect("JSON")).expect("a resource");
    let schema = compiler.compile("sarif.json", &mut schemas).expect("a schema");
    let document: Value = serde_json::from_str(text).expect("JSON");
    if let Err(error) = schemas.validate(&document, schema) {
        panic!("{error:#}");
    }
    document
}

fn render(review: &Review) -> Value {
    valid(&sarif::render(review, &Base::default()))
}

#[test]
fn the_schema_finds_mistakes() {
    let mut document = render(&example::review());
    document["runs"][0]["results"][0]["level"] = "fatal".into();
    let result = std::panic::catch_unwind(|| valid(&document.to_string()));
    assert!(result.is_err(), "a wrong level is refused");
}

#[test]
fn results_say_what_a_viewer_needs() {
    let document = render(&example::review());
    let run = &document["runs"][0];
    assert_eq!(
        (&run["columnKind"], &run["automationDetails"]["id"]),
        (&"unicodeCodePoints".into(), &"checkrail/".into())
    );
    let results = run["results"].as_array().expect("results");
    let levels: Vec<&str> = results.iter().filter_map(|r| r["level"].as_str()).collect();
    assert_eq!(levels, ["error", "warning", "warning", "note", "warning"], "worst first, silenced last");
    let first = &results[0];
    let physical = &first["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(physical["region"]["endColumn"], 29);
    let fix = &first["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(fix["deletedRegion"]["endColumn"], 29);
    assert!(
        fix["insertedContent"]["text"]
            .as_str()
            .is_some_and(|sql| sql.starts_with("CREATE INDEX CONCURRENTLY"))
    );
    let related: Vec<&str> = first["relatedLocations"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|l| l["message"]["text"].as_str())
        .collect();
    assert_eq!(
        related,
        [
            "create-index: SHARE on public.orders, scans public.orders",
            "the entry of the policy that asks for this"
        ]
    );
    // Rules are those of the results, each with help; results point to them.
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in results {
        let rule =
            &rules[usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("an index")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().is_some_and(|help| help.contains("## Why it hurts")));
    }
    let named: BTreeSet<&str> = results.iter().filter_map(|r| r["ruleId"].as_str()).collect();
    assert_eq!(rules.len(), named.len());
    // A statement that was not analysed is a notification.
    let told = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(told.as_array().map(Vec::len), Some(1));
    assert_eq!(told[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn silenced_findings_are_suppressed_results() {
    let mut review = example::review();
    let suppression = |review: &Review| {
        let document = render(review);
        let results = document["runs"][0]["results"].as_array().expect("results").clone();
        let (silenced, standing) = results.split_last().expect("results");
        assert!(standing.iter().all(|r| r["suppressions"] == serde_json::json!([])), "these stand");
        silenced["suppressions"][0].clone()
    };
    let external = suppression(&review);
    assert_eq!(
        (&external["kind"], &external["justification"]),
        (&"external".into(), &"the role has a lock_timeout".into())
    );
    assert_eq!(external["location"]["physicalLocation"]["region"]["startLine"], 12);
    review.report.silenced[0].by = SilencedBy::Comment;
    assert_eq!(suppression(&review)["kind"], "inSource");
    review.report.silenced.clear();
    assert_eq!(render(&review)["runs"][0]["results"][0].get("suppressions"), None);
}

#[test]
fn fingerprints_are_the_models_and_githubs() {
    let document = render(&example::review());
    let prints = &document["runs"][0]["results"][0]["partialFingerprints"];
    assert_eq!(prints["checkrailFinding/v1"], "0123456789abcdef");
    let line = prints["primaryLocationLineHash"].as_str().expect("a hash");
    assert!(line.ends_with(":1") && line.len() > 10, "{line}");
}

#[test]
fn paths_begin_at_the_root_of_the_repository() {
    let base = Base::new("/r".into(), "/r/backend".into());
    let text = sarif::render(&example::review(), &base);
    assert!(valid(&text)["runs"][0]["artifacts"].as_array().is_some_and(|all| !all.is_empty()));
    for place in places::sarif(&text) {
        assert!(place.starts_with("backend/"), "{place}");
    }
}

#[test]
fn what_github_refuses_is_left_out_and_counted() {
    let mut review = example::review();
    let finding = review.report.findings[1].clone();
    review.report.findings = vec![finding; sarif::MAX_RESULTS + 7];
    let document = render(&review);
    let run = &document["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(sarif::MAX_RESULTS));
    let told = run["invocations"][0]["toolExecutionNotifications"].as_array().expect("a list");
    let text = told.last().expect("told")["message"]["text"].as_str().expect("a text");
    assert!(text.starts_with("8 results left out"), "{text}");
}

#[test]
fn long_messages_are_cut() {
    let review = hostile(&"long ".repeat(20_000));
    let document = render(&review);
    for result in document["runs"][0]["results"].as_array().expect("results") {
        assert!(result["message"]["text"].as_str().is_some_and(|text| text.chars().count() <= 4000));
    }
}
