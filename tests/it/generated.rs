//! Files under `docs/` that are made from the code: JSON Schemas and a page for each rule. With `UPDATE=1` the
//! tests write them, without it they compare.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use checkrail::config::ConfigFile;
use checkrail::engine::baseline::Baseline;
use checkrail::policy::{Policy, PolicyFile, packs};
use checkrail::report;
use checkrail::rules::registry;
use checkrail::snapshot;

use crate::harness::repo;

/// The files of one folder, by name.
fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        registry::all().map(|rule| (format!("{}.md", rule.name), report::rule::page(rule))).collect();
    pages.insert("README.md".to_owned(), report::rule::index());
    pages
}

/// The vocabulary of assertions.
#[test]
fn fact_page_is_current() {
    let path = repo("docs/assertion-facts.md");
    let wanted = report::assertion::facts_page();
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        fs::write(&path, &wanted).expect("written");
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present == wanted,
        "docs/assertion-facts.md is not what the code makes (UPDATE=1 cargo test generated)"
    );
}

fn schemas() -> BTreeMap<String, String> {
    [
        ("report.schema.json", report::json::schema()),
        ("policy.schema.json", PolicyFile::json_schema()),
        ("config.schema.json", ConfigFile::json_schema()),
        ("baseline.schema.json", Baseline::json_schema()),
        ("snapshot.schema.json", snapshot::json_schema()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

#[test]
fn rule_pages_are_current() {
    check("docs/rules", &pages());
}

#[test]
fn json_schemas_are_current() {
    check("docs/schema", &schemas());
}

#[test]
fn json_schemas_describe_every_key() {
    for (name, text) in schemas() {
        let schema: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let properties = schema["properties"].as_object().expect("an object");
        for (key, property) in properties {
            let described = property["description"].is_string() || property["$ref"].is_string();
            assert!(described, "{name}: {key} has no description");
        }
    }
}

/// Every YAML example in the documentation is valid, and those that quote a shipped file quote it whole.
#[test]
fn documented_yaml_is_valid() {
    let mut policies = 0;
    for page in ["docs/policies.md", "docs/assertions.md", "docs/adoption.md", "README.md"] {
        let text = fs::read_to_string(repo(page)).expect(page);
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().expect("a block");
            if block.lines().any(|l| l.starts_with("version:")) {
                policies += 1;
                if let Err(error) = Policy::parse(page, block) {
                    panic!("{error}\n{block}");
                }
            } else if block.starts_with("- uses:") {
                // Steps of a workflow, not a file of ours.
                let steps: Vec<serde_json::Value> = serde_yaml::from_str(block).expect(page);
                assert!(steps.iter().all(|s| s["uses"].is_string()), "{block}");
            } else if let Err(error) = ConfigFile::parse(page, block) {
                panic!("{error}\n{block}");
            }
        }
    }
    assert!(policies >= 2, "{policies} policies");
    let page = fs::read_to_string(repo("docs/policies.md")).expect("docs/policies.md");
    let strict = fs::read_to_string(repo("policies/normalization.yaml")).expect("policies/strict.yaml");
    assert!(page.contains(&strict), "docs/policies.md quotes policies/strict.yaml");
    for pack in packs() {
        let row = format!("| [{0}](../policies/{0}.yaml) |", pack.name);
        assert!(page.contains(&row), "docs/policies.md has no row for {}", pack.name);
    }
}

/// The folder holds these files and no others.
fn check(folder: &str, wanted: &BTreeMap<String, String>) {
    let folder = repo(folder);
    let update = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    if update {
        fs::create_dir_all(&folder).expect("a folder");
    }
    let mut stale = Vec::new();
    for (name, text) in wanted {
        let path = folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|present| present == *text) {
            continue;
        }
        if update {
            fs::write(&path, text).expect("written");
        } else {
            stale.push(path);
        }
    }
    let present = fs::read_dir(&folder).into_iter().flatten().flatten();
    let extra: Vec<PathBuf> =
        present.map(|e| e.path()).filter(|p| p.file_name().is_some_and(|n| !known(wanted, n))).collect();
    for path in extra {
        if update {
            fs::remove_file(&path).expect("removed");
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "not what the code makes (UPDATE=1 cargo test generated): {stale:#?}");
}

fn known(wanted: &BTreeMap<String, String>, name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| wanted.contains_key(name))
}
