//! The house rules that the compiler does not know: a module imports only from lower layers, some crates and
//! keywords have one home, files stay small. `docs/architecture.md` has the reasons.

mod scan;
mod scan_test;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::harness::repo;
use scan::{Named, Scan, scan};

/// Modules with their layers, lowest first. A module imports only from strictly lower layers.
const LAYERS: &[(u8, &str)] = &[
    (0, "text"),
    (0, "name"),
    (0, "hash"),
    (0, "quote"),
    (1, "ir"),
    (2, "parse"),
    (2, "emit"),
    (3, "schema"),
    (4, "introspect"),
    (4, "source"),
    (4, "diff"),
    (4, "effects"),
    (5, "plan"),
    (5, "snapshot"),
    (6, "finding"),
    (7, "rules"),
    (7, "policy"),
    (8, "engine"),
    (9, "remedy"),
    (9, "shadow"),
    (10, "review"),
    (11, "report"),
    (11, "config"),
    (12, "cli"),
];

/// Imports within one layer that are allowed all the same: (from, to, why). Only from a later row of `LAYERS`
/// to an earlier one, so that there is still one direction.
const WITHIN_LAYER: &[(&str, &str, &str)] = &[
    ("quote", "name", "a qualified name is quoted part by part"),
    ("quote", "hash", "keywords are looked up for every identifier"),
    ("policy", "rules", "a policy is checked against the registry of rules when it is read"),
];

/// What only some places may name: (paths or macros or keyword, modules or files below `src/`, why).
const HOMES: &[(&[&str], &[&str], &str)] = &[
    (&["pg_query", "prost", "sqlparser"], &["parse"], "nothing above `parse` sees a parser's tree"),
    (&["petgraph"], &["schema"], "the graph is asked through `schema`"),
    (
        &["sqlx", "tokio", "refinery", "refinery_core"],
        &["introspect", "shadow"],
        "only these talk to servers",
    ),
    (
        &["std::fs", "ignore"],
        &["source", "shadow", "cli"],
        "`source` reads, `cli` writes, `shadow` owns its servers' folders; the core works on values",
    ),
    (
        &["serde_yaml", "yaml_serde"],
        &["policy", "config"],
        "YAML is the format of policies and configuration",
    ),
    (
        &["schemars"],
        &[
            "schema/sizes.rs",
            "engine/baseline.rs",
            "snapshot",
            "finding",
            "plan",
            "remedy",
            "policy",
            "review",
            "report",
            "config",
        ],
        "schemas describe the policy, the configuration, baselines, snapshots and the JSON report with the types they show",
    ),
    (&["similar"], &["remedy", "review", "report"], "diffs are shown to people"),
    (&["annotate_snippets", "minijinja"], &["report"], "only reports know formats"),
    (
        &["clap", "clap_complete", "clap_mangen", "anyhow", "anstream", "indicatif"],
        &["cli", "main.rs"],
        "the core knows neither arguments nor terminals, and its errors have types",
    ),
    (
        &["println!", "print!", "eprintln!", "eprint!"],
        &["cli", "main.rs"],
        "modules return what they have to say, `cli` prints it",
    ),
    (&["unsafe"], &["parse/postgres/ffi.rs"], "one small file to audit"),
];

/// Lines a source file may have; good ones have about 250.
const MAX_LINES: usize = 800;

#[test]
fn imports_follow_the_layers() {
    let files = rust_files("src");
    assert!(files.iter().any(|(path, _)| path == "lib.rs"), "src/lib.rs was not found");
    assert_none(&violations(&files));
}

#[test]
fn files_are_small() {
    let files: Vec<_> = ["src", "tests", "benches"]
        .into_iter()
        .flat_map(|top| rust_files(top).into_iter().map(move |(path, text)| (format!("{top}/{path}"), text)))
        .collect();
    assert_none(&too_long(&files));
}

#[test]
fn the_tables_are_sound() {
    assert!(LAYERS.is_sorted_by_key(|(layer, _)| *layer), "LAYERS is not in order");
    let names: BTreeSet<_> = LAYERS.iter().map(|(_, name)| name).collect();
    assert_eq!(names.len(), LAYERS.len(), "a module is listed twice");
    for (from, to, reason) in WITHIN_LAYER {
        let row = |name: &str| LAYERS.iter().position(|(_, module)| *module == name).expect(name);
        assert_eq!(LAYERS[row(from)].0, LAYERS[row(to)].0, "{from} and {to} are of different layers");
        assert!(row(from) > row(to), "{from} stands before {to}, so {from} may not import it");
        assert!(!reason.is_empty(), "{from} → {to} needs a reason");
    }
    for (_, places, _) in HOMES {
        for place in *places {
            let known = is_rust(place) || names.contains(place);
            assert!(known, "{place} is neither a file nor a module of the table");
        }
    }
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} found:\n{}\n", complaints.len(), complaints.join("\n"));
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

/// All Rust files below a folder, sorted: path from that folder, with `/`, and content.
fn rust_files(top: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, prefix: &str, out: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let entry = entry.expect("directory entry");
            let path = format!("{prefix}{}", entry.file_name().to_str().expect("UTF-8 file name"));
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), out);
            } else if is_rust(&path) {
                out.push((path, fs::read_to_string(entry.path()).expect("source file")));
            }
        }
    }
    let mut out = Vec::new();
    walk(&repo(top), "", &mut out);
    out.sort();
    out
}

/// Everything in the files of `src/` that breaks the tables, as `src/file:line: sentence`.
fn violations(files: &[(String, String)]) -> Vec<String> {
    let scans: Vec<_> = files
        .iter()
        .map(|(path, text)| {
            let module = module_path(path);
            let scanned = scan(text, &module);
            (path.as_str(), module, scanned)
        })
        .collect();
    let test_modules: BTreeSet<_> = scans.iter().flat_map(|(.., scan)| scan.test_modules.clone()).collect();
    let macros: BTreeSet<_> = scans.iter().flat_map(|(.., scan)| scan.macro_definitions.clone()).collect();
    let rule_files: BTreeSet<_> =
        files.iter().map(|(path, _)| path).filter(|path| is_rule(path)).cloned().collect();

    let mut out = Vec::new();
    for (path, module, scan) in &scans {
        let is_test = (1..=module.len()).any(|end| test_modules.contains(&module[..end].join("::")));
        if is_test {
            continue;
        }
        let mut complain = |line, sentence| out.push(format!("src/{path}:{line}: {sentence}"));
        if let Some(top) = module.first().filter(|top| layer(top).is_none()) {
            complain(1, format!("module `{top}` has no row in LAYERS (tests/it/layers.rs)"));
            continue;
        }
        for named in &scan.paths {
            if let Some(sentence) = layer_breach(module, named, &macros) {
                complain(named.line, sentence);
            }
            if let Some(sentence) = rule_breach(path, named, &rule_files) {
                complain(named.line, sentence);
            }
        }
        for (line, what, places, reason) in homeless(path, scan) {
            complain(line, format!("`{what}` may be named only in {}: {reason}", places.join(", ")));
        }
    }
    out
}

/// `schema/mod.rs` is `["schema"]`, `schema/apply.rs` is `["schema", "apply"]`, `lib.rs` and `main.rs` are `[]`.
fn module_path(path: &str) -> Vec<&str> {
    let stem = path.trim_end_matches(".rs");
    match stem {
        "lib" | "main" => Vec::new(),
        _ => stem.strip_suffix("/mod").unwrap_or(stem).split('/').collect(),
    }
}

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(_, name)| *name == module).map(|(layer, _)| *layer)
}

/// What is wrong with naming a path of this crate in a module; the crate root may name all.
fn layer_breach(module: &[&str], named: &Named, macros: &BTreeSet<String>) -> Option<String> {
    let from = *module.first()?;
    let mut segments = named.text.split("::");
    if segments.next() != Some("crate") {
        return None;
    }
    let to = match segments.next() {
        None | Some("*") => return Some("imports the crate root as a whole: name the modules".into()),
        Some(to) if to == from || macros.contains(to) => return None,
        Some(to) => to,
    };
    let Some(upper) = layer(to) else {
        return Some(format!("`{}` is in no module of LAYERS (tests/it/layers.rs)", named.text));
    };
    let lower = layer(from)?;
    let allowed = upper < lower || WITHIN_LAYER.iter().any(|&(f, t, _)| (f, t) == (from, to));
    (!allowed).then(|| {
        let relation = if upper == lower { "the same layer" } else { "a higher layer" };
        format!("`{from}` (layer {lower}) may not import `{}`, which is of {relation} ({upper})", named.text)
    })
}

/// `rules/<category>/<rule>.rs`.
fn is_rule(path: &str) -> bool {
    path.starts_with("rules/") && path.matches('/').count() == 2 && !path.ends_with("/mod.rs")
}

/// A rule that reaches into another rule: shared facts belong to `plan` or `schema`.
fn rule_breach(path: &str, named: &Named, rule_files: &BTreeSet<String>) -> Option<String> {
    let mut segments = named.text.strip_prefix("crate::rules::")?.split("::");
    let other = format!("rules/{}/{}.rs", segments.next()?, segments.next()?);
    (is_rule(path) && other != path && rule_files.contains(&other)).then(|| {
        format!("a rule may not use another rule (src/{other}): shared facts belong to `plan` or `schema`")
    })
}

type Home = (usize, &'static str, &'static [&'static str], &'static str);

/// Names used outside their homes.
fn homeless(path: &str, scan: &Scan) -> Vec<Home> {
    let module = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let mut out = Vec::new();
    for &(names, places, reason) in HOMES {
        if places.iter().any(|&place| place == path || place == module) {
            continue;
        }
        for &name in names {
            let lines: Vec<_> = if name == "unsafe" {
                scan.unsafe_lines.clone()
            } else if let Some(name) = name.strip_suffix('!') {
                scan.macro_calls.iter().filter(|call| call.text == name).map(|call| call.line).collect()
            } else {
                let inside = |text: &str| {
                    text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
                };
                scan.paths.iter().filter(|path| inside(&path.text)).map(|path| path.line).collect()
            };
            out.extend(lines.into_iter().map(|line| (line, name, places, reason)));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn too_long(files: &[(String, String)]) -> Vec<String> {
    files
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| {
            format!(
                "{path}:{}: the file has {lines} lines, over {MAX_LINES}: split it where it has a seam",
                MAX_LINES + 1
            )
        })
        .collect()
}
