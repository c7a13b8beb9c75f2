//! What is not read is said, with its place, and costs nothing else. Nothing panics.

use proptest::prelude::*;

use super::{lower_statement, opaque, shown};
use crate::ir::table::TableAction;
use crate::ir::{DdlOp, Opaque, OpaqueReason};
use crate::name::Dialect;

#[test]
fn reasons_and_places() {
    let cases = [
        (
            "CREATE TABLE a (b int c int)",
            "CREATE TABLE",
            "a",
            "expected a column option, found c at Some(22)",
        ),
        ("CREATE TABLE a (b int", "CREATE TABLE", "a", "this parenthesis is not closed at Some(15)"),
        (
            "CREATE TABLE a (b int,)",
            "CREATE TABLE",
            "a",
            "expected a column or a constraint, found the end at Some(22)",
        ),
        ("CREATE TABLE", "CREATE TABLE", "", "expected a name, found the end at Some(12)"),
        ("ALTER TABLE a", "ALTER TABLE", "a", "expected an action, found the end at Some(13)"),
        ("FROB x", "FROB", "", "unknown statement frob at Some(0)"),
        (
            "CREATE DEFINER=`a`@`b` TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @a = 1",
            "CREATE TRIGGER",
            "g",
            "CREATE TRIGGER is not modelled",
        ),
        (
            "CREATE PROCEDURE IF NOT EXISTS s.p() BEGIN SELECT 1; END",
            "CREATE PROCEDURE",
            "s.p",
            "CREATE PROCEDURE is not modelled",
        ),
        ("GRANT ALL ON d.* TO a", "GRANT", "", "GRANT is not modelled"),
        ("DROP USER a", "DROP USER", "a", "DROP USER is not modelled"),
        ("UPDATE t SET a = = 1", "UPDATE", "", "Expected: an expression, found: = at Some(17)"),
    ];
    for (text, verb, object, reason) in cases {
        let expected = (verb.to_owned(), object.to_owned(), reason.to_owned());
        assert_eq!(opaque(text, Dialect::MySql), expected, "{text}");
    }
    let (verb, object, _) = opaque("CREATE VIRTUAL TABLE f USING fts5(a, content='x')", Dialect::Sqlite);
    assert_eq!((verb.as_str(), object.as_str()), ("CREATE TABLE", "f"));
}

#[test]
fn an_action_that_is_not_read_leaves_the_others() {
    let text = "ALTER TABLE t ADD a int, FROBNICATE, DROP b";
    let ops = lower_statement(text, Dialect::MySql, 100);
    let [DdlOp::AlterTable(first), DdlOp::Opaque(opaque), DdlOp::AlterTable(last)] = ops.as_slice() else {
        panic!("{ops:?}");
    };
    assert!(matches!(first.actions[0].0, TableAction::AddColumn { .. }));
    assert!(matches!(last.actions[0].0, TableAction::DropColumn { .. }));
    // Places are those of the file.
    assert_eq!((first.actions[0].1.start, first.actions[0].1.end), (114, 123));
    let expected = Opaque {
        verb: "ALTER TABLE".into(),
        object: Some(crate::name::QName::bare("t")),
        reason: OpaqueReason::Syntax {
            message: "expected an action of ALTER TABLE, found FROBNICATE".into(),
            at: Some(125),
        },
    };
    assert_eq!(*opaque, expected);
}

#[test]
fn several_statements_under_another_delimiter() {
    let text = "CREATE TABLE a (b int); ; DROP TABLE c";
    assert_eq!(shown(text, Dialect::Sqlite), "CREATE TABLE a (\n    b int\n);\nDROP TABLE c;\n");
    assert!(lower_statement(" /* nothing */ ", Dialect::MySql, 0).is_empty());
}

#[test]
fn depth_and_length_have_limits() {
    for text in [
        format!("SELECT {}", "f(".repeat(20_000)),
        format!("SELECT {}1", "NOT ".repeat(20_000)),
        format!("UPDATE t SET a = {}", vec!["'a'"; 20_000].join("||")),
        format!("CREATE TABLE t (a int CHECK ({}a{}))", "(".repeat(20_000), ")".repeat(20_000)),
    ] {
        let ops = lower_statement(&text, Dialect::Sqlite, 0);
        assert!(matches!(ops.as_slice(), [DdlOp::Opaque(_)]), "{ops:?}");
    }
}

/// Words and marks of the grammars, to be thrown together.
const PIECES: &[&str] = &[
    "CREATE",
    "TABLE",
    "ALTER",
    "DROP",
    "INDEX",
    "VIEW",
    "UNIQUE",
    "PRIMARY",
    "KEY",
    "FOREIGN",
    "REFERENCES",
    "ADD",
    "COLUMN",
    "MODIFY",
    "CHANGE",
    "RENAME",
    "TO",
    "AS",
    "SELECT",
    "FROM",
    "WHERE",
    "INSERT",
    "INTO",
    "VALUES",
    "UPDATE",
    "SET",
    "DELETE",
    "DEFAULT",
    "NOT",
    "NULL",
    "CHECK",
    "CONSTRAINT",
    "ON",
    "IF",
    "EXISTS",
    "LIKE",
    "GENERATED",
    "ALWAYS",
    "COMMENT",
    "COLLATE",
    "t",
    "a",
    "b",
    "`x`",
    "\"y\"",
    "[z]",
    "'s'",
    "'",
    "\"",
    "`",
    "1",
    "2.5",
    "(",
    ")",
    "(",
    ")",
    ",",
    ";",
    ".",
    "=",
    "@@",
    "@v",
    "-",
    "+",
    "||",
    "/*!40101",
    "*/",
    "/*",
    "--",
    "\n",
    "int",
    "varchar",
    "unsigned",
    "enum",
    "USE",
    "PRAGMA",
    "BEGIN",
    "END",
    "WITH",
    "LOCK",
    "TABLES",
    "é",
    "\u{0}",
    "\\",
    "::",
    "FIRST",
    "AFTER",
    "PARTITION",
    "BY",
    "USING",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_panics(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
        mysql in any::<bool>(),
        base in 0_u32..1_000_000,
    ) {
        let text = pieces.join(" ");
        let dialect = if mysql { Dialect::MySql } else { Dialect::Sqlite };
        for op in lower_statement(&text, dialect, base) {
            if let DdlOp::Opaque(Opaque { reason: OpaqueReason::Syntax { at: Some(at), .. }, .. }) = op {
                let end = base + u32::try_from(text.len()).unwrap();
                prop_assert!((base..=end).contains(&at), "{at} is not in {base}..={end}: {text}");
            }
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,200}", mysql in any::<bool>()) {
        let dialect = if mysql { Dialect::MySql } else { Dialect::Sqlite };
        let _ = lower_statement(&text, dialect, 0);
    }
}
