//! Every rule file is registered under the name of its file, once.

use std::collections::BTreeSet;

use checkrail::rules::registry;

use crate::harness::repo;

#[test]
fn files_and_names_match() {
    let mut files = BTreeSet::new();
    for folder in std::fs::read_dir(repo("src/rules")).expect("src/rules").flatten() {
        if !folder.path().is_dir() {
            continue;
        }
        let category = folder.file_name().into_string().expect("UTF-8");
        for file in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            let name = file.file_name().into_string().expect("UTF-8");
            let stem = name.strip_suffix(".rs").expect("Rust files only");
            if stem != "mod" {
                files.insert((category.clone(), stem.replace('_', "-")));
            }
        }
    }
    let rules: BTreeSet<_> =
        registry::all().map(|rule| (rule.category.folder().to_owned(), rule.name.to_owned())).collect();
    assert_eq!(files, rules);
    assert_eq!(rules.len(), registry::all().count(), "a name is used twice");
}

#[test]
fn names_state_a_hazard() {
    for rule in registry::all() {
        let valid = rule.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(valid, "{}: kebab case without digits", rule.name);
        for prefix in ["no-", "ban-", "disallow-", "require-"] {
            assert!(!rule.name.starts_with(prefix), "{}: state the hazard, not the ban", rule.name);
        }
    }
}

/// `docs/hazards.md` maps hazards to rules: every name in its second column is a rule, and every rule is there.
#[test]
fn hazards_name_rules_and_all_of_them() {
    let text = std::fs::read_to_string(repo("docs/hazards.md")).expect("docs/hazards.md");
    let mut named = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').collect();
        let [_, hazard, rules, remarks, _] = cells.as_slice() else { continue };
        assert!(!hazard.trim().is_empty(), "{line}");
        let mut rules = rules.split('`').skip(1).step_by(2).peekable();
        assert!(rules.peek().is_some() || !remarks.trim().is_empty(), "neither a rule nor a reason: {line}");
        for name in rules {
            assert!(registry::find(name).is_some(), "{name} is no rule: {line}");
            named.insert(name.to_owned());
        }
    }
    let missing: Vec<_> =
        registry::all().map(|rule| rule.name).filter(|name| !named.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/hazards.md does not mention {missing:?}");
}
