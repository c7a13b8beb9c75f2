//! `checkrail schema erd`: every format draws the same tables and references, and is whole.

use std::fs;

use super::xml;
use crate::harness::{checkrail, repo};

fn erd(args: &[&str]) -> String {
    let shop = "migrations-examples/postgresql/shop/migrations";
    let output =
        checkrail().current_dir(repo(".")).args(["schema", "erd", shop]).args(args).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Tables and references.
fn counts(format: &str, text: &str) -> (usize, usize) {
    let lines = |is: &dyn Fn(&str) -> bool| text.lines().filter(|l| is(l)).count();
    match format {
        "svg" => {
            // Styles are no XML of ours to read.
            let (head, rest) = text.split_once("<style>").expect("styles");
            let rest = rest.split_once("</style>").expect("an end").1;
            let root = xml::parse(&format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{head}{rest}"));
            assert_eq!(root.get("xmlns"), Some("http://www.w3.org/2000/svg"));
            (root.classed("t").len(), root.classed("e").len())
        }
        "html" => {
            let root = xml::page(text);
            (root.classed("t").len(), root.classed("e").len())
        }
        "mermaid" => {
            assert!(text.starts_with("erDiagram\n"), "{text}");
            assert_eq!(lines(&|l| l.ends_with('{')), lines(&|l| l.trim() == "}"));
            (lines(&|l| l.ends_with('{')), lines(&|l| l.contains("--") && l.contains("\" : \"")))
        }
        "dot" => {
            assert!(text.starts_with("digraph schema {\n") && text.ends_with("}\n"), "{text}");
            (lines(&|l| l.contains(" [label=<<table")), lines(&|l| l.contains(" -> ")))
        }
        _ => unreachable!(),
    }
}

#[test]
fn formats_draw_the_same() {
    for format in ["svg", "mermaid", "dot", "html"] {
        assert_eq!(counts(format, &erd(&["--format", format])), (16, 20), "{format}");
        let near = erd(&["--format", format, "--table", "app.refunds", "--depth", "1"]);
        assert_eq!(counts(format, &near), (2, 1), "{format}");
        let far = erd(&["--format", format, "--table", "app.refunds", "--depth", "2"]);
        assert_eq!(counts(format, &far), (3, 2), "{format}");
        assert_eq!(erd(&["--format", format]), erd(&["--format", format]), "the same bytes");
    }
}

#[test]
fn the_name_of_a_file_says_its_format() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, format) in [("a.svg", "svg"), ("a.html", "html"), ("a.mmd", "mermaid"), ("a.dot", "dot")] {
        let file = folder.path().join(name);
        assert_eq!(erd(&["-o", file.to_str().expect("UTF-8")]), "");
        assert_eq!(fs::read_to_string(&file).expect(name), erd(&["--format", format]), "{name}");
    }
}

#[test]
fn a_table_that_is_not_there_is_an_error() {
    let shop = repo("migrations-examples/postgresql/shop/migrations");
    let output =
        checkrail().args(["schema", "erd"]).arg(shop).args(["--table", "ordres"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ordres"));
}
