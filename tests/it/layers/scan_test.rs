//! The scanner and the checks themselves, on small files.

use super::scan::scan;
use super::{MAX_LINES, too_long, violations};

/// `line path` of everything that a file of module `rules::locks::example` names.
fn paths(source: &str) -> Vec<String> {
    let found = scan(source, &["rules", "locks", "example"]);
    found.paths.iter().map(|named| format!("{} {}", named.line, named.text)).collect()
}

fn check(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect();
    violations(&files)
}

#[test]
fn use_trees_are_expanded() {
    let source = "\
use crate::schema::Table;
use crate::{
    ir::{self, DdlOp as Op},
    plan::*,
};
pub use ::std::{fs, io::{Read as _, Write}};
use serde_yaml as yaml;
extern crate rayon;
";
    assert_eq!(
        paths(source),
        [
            "1 crate::schema::Table",
            "3 crate::ir",
            "3 crate::ir::DdlOp",
            "4 crate::plan::*",
            "6 std::fs",
            "6 std::io::Read",
            "6 std::io::Write",
            "7 serde_yaml",
            "8 rayon",
        ]
    );
}

#[test]
fn paths_in_code_are_found() {
    let source = "\
fn f(a: &crate::ir::DdlOp) -> Vec<crate::text::Span> {
    let x = <crate::plan::Step as Clone>::clone(a.b::<u8>());
    for _ in 0..crate::name::MAX {}
    match x { y::<z::W>::V => ::std::fs::read(\"\") }
    #[derive(schemars::JsonSchema)] struct S;
}
";
    let found = paths(source);
    for expected in [
        "1 crate::ir::DdlOp",
        "1 crate::text::Span",
        "2 crate::plan::Step",
        "3 crate::name::MAX",
        "4 z::W",
        "4 std::fs::read",
        "5 schemars::JsonSchema",
    ] {
        assert!(found.iter().any(|path| path == expected), "{expected} is not among {found:?}");
    }
    assert!(!found.iter().any(|path| path.ends_with(" b") || path.ends_with(" clone")), "{found:?}");
}

#[test]
fn self_and_super_are_resolved() {
    let source = "\
use self::helper::a;
use super::shared::b;
use super::super::registry::c;
use super::super::super::cli::d;
mod inner {
    use super::e;
    mod deeper {
        use super::super::super::f;
    }
    use super::super::g;
}
use super::{h, super::{super::engine::i}};
";
    assert_eq!(
        paths(source),
        [
            "1 crate::rules::locks::example::helper::a",
            "2 crate::rules::locks::shared::b",
            "3 crate::rules::registry::c",
            "4 crate::cli::d",
            "6 crate::rules::locks::example::e",
            "8 crate::rules::locks::f",
            "10 crate::rules::locks::g",
            "12 crate::rules::locks::h",
            "12 crate::engine::i",
        ]
    );
}

#[test]
fn comments_and_literals_are_no_code() {
    let source = r###"
// crate::a::b println!()
/* crate::a /* nested crate::b */ unsafe crate::c */
/// use crate::d;
const S: &str = "crate::e \" println!() ";
const R: &str = r#"crate::f " unsafe "#; const B: &[u8] = b"crate::g"; const C: char = '"';
const Q: [char; 2] = ['\'', '\u{22}']; const L: &'static str = br##"crate::h "# "##;
use crate::ir::Real;
"###;
    let found = scan(source, &["rules"]);
    assert_eq!(found.paths.len(), 1, "{found:?}");
    assert_eq!((found.paths[0].line, found.paths[0].text.as_str()), (8, "crate::ir::Real"));
    assert!(found.macro_calls.is_empty() && found.unsafe_lines.is_empty(), "{found:?}");
}

#[test]
fn macros_and_unsafe_are_found_with_their_lines() {
    let source = "\
fn f<'a>(x: &'a u8) {
    println!(\"x\");
    std::eprintln!(\"y\");
    if print != 3 { unsafe { g() } }
}
macro_rules! rule { ($x:ident) => { $crate::rules::Rule } }
";
    let found = scan(source, &["rules"]);
    let calls: Vec<_> = found.macro_calls.iter().map(|call| (call.line, call.text.as_str())).collect();
    assert_eq!(calls, [(2, "println"), (3, "eprintln")]);
    assert_eq!(found.unsafe_lines, [4]);
    assert_eq!(found.macro_definitions, ["rule"]);
    assert_eq!(found.paths.last().unwrap().text, "crate::rules::Rule");
}

#[test]
fn test_items_are_left_out_and_nothing_after_them() {
    let source = "\
#[cfg(test)]
use crate::{cli::a, engine::b};
#[cfg(test)]
#[allow(dead_code)]
pub(crate) fn helper(x: [u8; 2]) -> crate::cli::C { crate::cli::d() }
#[cfg(test)]
mod tests { use crate::cli::e; fn f() { if x { crate::cli::g() } } }
#[cfg(test)]
mod testing;
use crate::ir::Kept;
";
    let found = scan(source, &["plan"]);
    assert_eq!(found.paths.len(), 1, "{found:?}");
    assert_eq!(found.paths[0].text, "crate::ir::Kept");
    assert_eq!(found.test_modules, ["plan::testing"]);
}

#[test]
fn upward_and_sideways_imports_are_refused() {
    let complaints = check(&[
        ("lib.rs", "pub mod cli; pub mod schema; use schema::Schema;"),
        ("schema/mod.rs", "use crate::ir::DdlOp;\nuse crate::schema::apply;\n"),
        ("schema/apply.rs", "use crate::name::Ident;\nuse crate::plan::Step;\n"),
        ("source/git.rs", "\nuse super::super::diff::diff;"),
        ("cli/mod.rs", "use crate::{engine, report};"),
        ("text.rs", "use crate::*;\nuse super::name;"),
        ("name.rs", "use crate::nowhere::X;"),
    ]);
    assert_eq!(
        complaints,
        [
            "src/schema/apply.rs:2: `schema` (layer 3) may not import `crate::plan::Step`, which is of a higher layer (5)",
            "src/source/git.rs:2: `source` (layer 4) may not import `crate::diff::diff`, which is of the same layer (4)",
            "src/text.rs:1: imports the crate root as a whole: name the modules",
            "src/text.rs:2: `text` (layer 0) may not import `crate::name`, which is of the same layer (0)",
            "src/name.rs:1: `crate::nowhere::X` is in no module of LAYERS (tests/it/layers.rs)",
        ]
    );
}

#[test]
fn modules_without_a_layer_are_refused_unless_they_are_tests() {
    let text = "use crate::cli::run;";
    assert_eq!(
        check(&[("lib.rs", "mod testing;"), ("testing/mod.rs", text)]),
        ["src/testing/mod.rs:1: module `testing` has no row in LAYERS (tests/it/layers.rs)"]
    );
    assert!(check(&[("lib.rs", "#[cfg(test)]\nmod testing;"), ("testing/mod.rs", text)]).is_empty());
    assert!(
        check(&[("testing/mod.rs", "#![cfg(test)]\nuse crate::cli::run;"), ("testing/more.rs", text)])
            .is_empty()
    );
}

#[test]
fn names_outside_their_home_are_refused() {
    for (path, text, what) in [
        ("rules/locks/a.rs", "use sqlparser::ast::{Statement, Expr};", "sqlparser"),
        ("emit/mod.rs", "fn f() { pg_query::quote() }", "pg_query"),
        ("plan/mod.rs", "use petgraph::graph::DiGraph;", "petgraph"),
        ("engine/mod.rs", "use tokio;", "tokio"),
        ("config/mod.rs", "use std::{fs, io};", "std::fs"),
        ("config/mod.rs", "ignore::Walk::new(x)", "ignore"),
        ("report/json.rs", "fn f() -> serde_yaml::Value {}", "serde_yaml"),
        ("ir/mod.rs", "#[derive(Clone, schemars::JsonSchema)] struct A;", "schemars"),
        ("rules/mod.rs", "use minijinja::Environment;", "minijinja"),
        ("diff/mod.rs", "extern crate similar;", "similar"),
        ("review/mod.rs", "use minijinja as m;", "minijinja"),
        ("source/mod.rs", "use anyhow::Result;", "anyhow"),
        ("report/terminal.rs", "fn f() { println!() }", "println!"),
        ("parse/postgres/mod.rs", "fn f() { unsafe {} }", "unsafe"),
    ] {
        let complaints = check(&[(path, text)]);
        let start = format!("src/{path}:1: `{what}` may be named only in ");
        assert!(complaints.len() == 1 && complaints[0].starts_with(&start), "{path} {text}: {complaints:?}");
    }
}

#[test]
fn names_at_home_are_fine() {
    let complaints = check(&[
        ("main.rs", "fn main() { eprintln!(\"{}\", anyhow::Error::msg(\"x\")) }"),
        ("cli/mod.rs", "use clap::Parser; use std::fs; fn f() { println!() }"),
        ("parse/postgres/ffi.rs", "use pg_query::NodeEnum; fn f() { unsafe {} }"),
        ("parse/sqlite.rs", "use sqlparser::ast; use similar_name::x; fn f(ignore: bool) { std::fsx::y() }"),
        ("rules/mod.rs", "macro_rules! rule { () => {} }\npub(crate) use rule;"),
        ("rules/locks/a.rs", "use crate::rule; use crate::rules::Rule; use super::super::Check;"),
    ]);
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
fn a_rule_may_not_use_another_rule() {
    let complaints = check(&[
        ("rules/locks/mod.rs", "use crate::rules::locks::a::RULE;"),
        ("rules/locks/a.rs", "use crate::rules::locks::a::x;"),
        ("rules/locks/b.rs", "use super::a::helper;"),
    ]);
    assert_eq!(
        complaints,
        ["src/rules/locks/b.rs:1: a rule may not use another rule (src/rules/locks/a.rs): \
          shared facts belong to `plan` or `schema`"]
    );
}

#[test]
fn long_files_are_refused() {
    let file = |lines| ("src/x.rs".to_owned(), "x\n".repeat(lines));
    assert!(too_long(&[file(MAX_LINES)]).is_empty());
    assert_eq!(
        too_long(&[file(MAX_LINES + 5)]),
        ["src/x.rs:801: the file has 805 lines, over 800: split it where it has a seam"]
    );
}

#[test]
fn the_scanner_survives_text_that_is_no_rust() {
    for source in [
        "use",
        "use {",
        "use a::{b",
        "'",
        "\"",
        "r#\"",
        "/* /*",
        "}}}",
        "#[cfg(test)]",
        "mod x {",
        "a::",
        "é'é",
        "b'",
    ] {
        scan(source, &["ir"]);
    }
}
