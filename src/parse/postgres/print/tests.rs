//! The printer against the parser: what is printed must parse to the tree that was printed.

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::expr;
use crate::parse::postgres::ffi;
use crate::parse::postgres::stack::with_large_stack;

/// The one column of a `SELECT`.
fn column(select: &str) -> Result<pb::Node, String> {
    let tree = ffi::parse(select).map_err(|e| format!("{e}: {select}"))?;
    let [pb::RawStmt { stmt: Some(stmt), .. }] = &tree.stmts[..] else {
        return Err("not one statement".into());
    };
    let Some(NodeEnum::SelectStmt(select)) = &stmt.node else { return Err("no SELECT".into()) };
    let [pb::Node { node: Some(NodeEnum::ResTarget(target)) }] = &select.target_list[..] else {
        return Err("not one column".into());
    };
    target.val.as_deref().cloned().ok_or_else(|| "no value".into())
}

/// A tree as text, without places, without the sizes of arrays (the server ignores them), and without
/// `pg_catalog` in front of types, which is how the keywords of the built-in types differ from their names.
fn canonical(node: &pb::Node) -> String {
    let text =
        format!("{node:?}").replace("Node { node: Some(String(String { sval: \"pg_catalog\" })) }, ", "");
    let mut out = String::new();
    let mut rest = text.as_str();
    let marks = ["location: ", "list_start: ", "list_end: ", "ival: -1"];
    while let Some((at, mark)) = marks.iter().filter_map(|m| rest.find(m).map(|at| (at, *m))).min() {
        out.push_str(&rest[..at]);
        rest = rest[at + mark.len()..].trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
    }
    out.push_str(rest);
    let mut parts = out.split("array_bounds: [");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let end = part.find(']').unwrap_or(0);
        out.push_str("bounds ");
        out.push_str(&part[..end].matches("Integer(").count().to_string());
        out.push_str(&part[end..]);
    }
    out
}

/// Checks that a printed expression parses to the same tree. The parser's stack must be there.
pub(crate) fn assert_round_trip(node: &pb::Node, sql: &str) {
    // The grammar knows these only in a few places.
    if sql == "DEFAULT" || sql.starts_with("CURRENT OF ") {
        return;
    }
    let again = column(&format!("SELECT {sql}")).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(canonical(&again), canonical(node), "{sql}");
    assert_eq!(expr(&again).as_deref(), Ok(sql), "printing is not stable");
}

/// Prints one expression and checks that it reads back.
fn print(sql: &str) -> String {
    let node = column(&format!("SELECT {sql}")).unwrap();
    let printed = expr(&node).unwrap_or_else(|e| panic!("{e}: {sql}"));
    assert_round_trip(&node, &printed);
    printed
}

#[test]
fn expressions_read_back() {
    with_large_stack(|| {
        let fixture =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/postgresql/expressions.txt"));
        let mut count = 0;
        for line in fixture.lines().filter(|l| !l.is_empty() && !l.starts_with("--")) {
            let (source, expected) = line.split_once(" --> ").unwrap_or((line, line));
            assert_eq!(print(source), expected);
            count += 1;
        }
        assert!(count > 150, "{count}");
    })
    .unwrap();
}

#[test]
fn every_keyword_reads_back_as_a_name() {
    with_large_stack(|| {
        let list =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/postgresql/keywords.txt"));
        for word in list.split_whitespace() {
            let name = crate::quote::quote_ident(word);
            let column = print(&format!(
                "\"{word}\".\"{word}\"(\"{word}\", (\"{word}\").\"{word}\", \"{word}\" => 1)::\"{word}\""
            ));
            for form in [
                "\"{}\"",
                "\"{}\"()",
                "\"{}\"(a, b)",
                "f(\"{}\" => 1)",
                "\"{}\" + \"{}\"",
                "\"{}\".a",
                "a COLLATE \"{}\"",
            ] {
                print(&form.replace("{}", word));
            }
            assert!(column.contains(&*name), "{column}");
            let label = crate::quote::quote_label(word);
            assert!(
                ffi::parse(&format!("SELECT 1 AS {label} FROM {name}.{name} AS {name}")).is_ok(),
                "{word}"
            );
        }
    })
    .unwrap();
}

#[test]
fn deep_trees_are_printed() {
    with_large_stack(|| {
        // Compared as text: printing the trees themselves would need a larger stack than printing SQL does.
        let check = |sql: &str| {
            let node = column(&format!("SELECT {sql}")).unwrap();
            assert_eq!(expr(&node).as_deref(), Ok(sql));
        };
        check(&format!("'a'{}", " || 'a'".repeat(1000)));
        check(&format!("{}1{}", "f(".repeat(1000), ")".repeat(1000)));
        check(&format!("{}1{}", "a || (b || ".repeat(300), ")".repeat(300)));
        check(&format!("{}1{}", "CASE WHEN true THEN ".repeat(300), " END".repeat(300)));
    })
    .unwrap();
}
