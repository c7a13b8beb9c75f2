use proptest::prelude::*;

use super::{PieceKind as K, Place, Script, split};
use crate::name::Dialect::{self, MySql, PostgreSql, Sqlite};
use crate::parse::lexer::Construct;
use crate::text::{Span, offset};

fn pieces(text: &str, dialect: Dialect) -> Vec<(K, &str)> {
    split(text, dialect).pieces.iter().map(|p| (p.kind, p.span.slice(text))).collect()
}

/// Texts of the pieces, all of which must be statements.
fn statements(text: &str, dialect: Dialect) -> Vec<&str> {
    let pieces = pieces(text, dialect);
    assert!(pieces.iter().all(|(kind, _)| *kind == K::Sql), "{pieces:?}");
    pieces.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn semicolons_end_statements() {
    let text = " SELECT 1;;\nSELECT ';', $$;$$, \";\" /* ; */ -- ;\n;SELECT 2";
    assert_eq!(statements(text, PostgreSql), ["SELECT 1", "SELECT ';', $$;$$, \";\"", "SELECT 2"]);
    let script = split(text, PostgreSql);
    assert_eq!(script.empty.len(), 1);
    let terminated: Vec<bool> = script.pieces.iter().map(|p| p.terminated).collect();
    assert_eq!(terminated, [true, true, false]);
    assert!(split(" -- only a comment\n", PostgreSql).pieces.is_empty());
}

#[test]
fn a_forgotten_parenthesis_costs_one_statement() {
    assert_eq!(
        statements("CREATE TABLE a (b int; DROP TABLE c;", PostgreSql),
        ["CREATE TABLE a (b int", "DROP TABLE c"]
    );
}

#[test]
fn semicolons_inside_rules_and_atomic_bodies() {
    let rule = "CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b)";
    let function = "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE a WHEN 1 THEN CASE WHEN true \
                    THEN 2 END END AS end, x.case FROM x; SELECT 2; END";
    let text = format!("{rule};{function};BEGIN; COMMIT; END;");
    assert_eq!(statements(&text, PostgreSql), [rule, function, "BEGIN", "COMMIT", "END"]);
    assert_eq!(
        statements("CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC END; SELECT 1", PostgreSql).len(),
        2
    );
    assert_eq!(statements("CREATE TABLE begin (atomic int); SELECT 1;", PostgreSql).len(), 2);
}

#[test]
fn psql_commands() {
    let text = "\\restrict abc\nSELECT 1 \\gset pre_\nSELECT 2\\;SELECT 3;\n\\set x 'a\\\\b' \\\\ SELECT 4;\n\\if :x\n";
    assert_eq!(
        pieces(text, PostgreSql),
        [
            (K::PsqlMeta, "\\restrict abc"),
            (K::Sql, "SELECT 1"),
            (K::PsqlMeta, "\\gset pre_"),
            (K::Sql, "SELECT 2"),
            (K::Sql, "SELECT 3"),
            (K::PsqlMeta, "\\set x 'a\\\\b' \\\\"),
            (K::Sql, "SELECT 4"),
            (K::PsqlMeta, "\\if :x"),
        ]
    );
    assert!(split(text, PostgreSql).pieces[1].terminated);
    let interrupted = split("SELECT 1\n\\echo hi\n;", PostgreSql);
    assert!(!interrupted.pieces[0].terminated);
    assert_eq!(interrupted.empty.len(), 1);
}

#[test]
fn copy_data_reach_to_their_end_mark() {
    let text = "COPY a (b) FROM stdin; -- note\n  it's\t1\n\\.5\n\\.\n\nCOPY c FROM STDIN WITH (FORMAT csv);\r\n\"\r\n\\.\r\nSELECT 1;";
    assert_eq!(
        pieces(text, PostgreSql),
        [
            (K::Sql, "COPY a (b) FROM stdin"),
            (K::CopyData, "  it's\t1\n\\.5\n\\."),
            (K::Sql, "COPY c FROM STDIN WITH (FORMAT csv)"),
            (K::CopyData, "\"\r\n\\."),
            (K::Sql, "SELECT 1"),
        ]
    );
    assert_eq!(
        pieces("\\copy a from stdin\n1\n\\.\nSELECT 1;", PostgreSql)[1..],
        [(K::CopyData, "1\n\\."), (K::Sql, "SELECT 1")]
    );
    assert_eq!(
        statements("COPY a FROM stdin;\nDROP TABLE b;", PostgreSql),
        ["COPY a FROM stdin", "DROP TABLE b"]
    );
    assert_eq!(
        pieces("COPY a FROM stdin; SELECT 1;\n1\n\\.\n", PostgreSql)[1..],
        [(K::Sql, "SELECT 1"), (K::CopyData, "1\n\\.")]
    );
    assert_eq!(pieces("COPY (SELECT 1 FROM stdin) TO stdout; SELECT 1;", PostgreSql).len(), 2);
}

#[test]
fn unterminated_constructs_are_named_and_placed() {
    for (text, what, at) in [
        ("SELECT 'a; b", Construct::String, 7),
        ("SELECT $x$ a; $$", Construct::DollarString, 7),
        ("/* a; ", Construct::BlockComment, 0),
        ("SELECT \"a", Construct::QuotedIdent, 7),
    ] {
        let script = split(&format!("SELECT 1;{text}"), PostgreSql);
        assert_eq!(script.pieces.len(), 2, "{text}");
        assert_eq!(script.pieces[1].kind, K::Unterminated { what, at: at + 9 });
    }
    let script = split("/*!40101 SET a = 1;", MySql);
    assert_eq!(script.pieces.len(), 1);
}

#[test]
fn mysql_delimiters_and_bodies() {
    let text = "DELIMITER $$\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END$$\n\
                delimiter ;\nSELECT 1;\nsource x.sql\nuse db\nuse db2;\nSELECT 2\\G\n";
    assert_eq!(
        pieces(text, MySql),
        [
            (K::ClientCommand, "DELIMITER $$"),
            (K::Sql, "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END"),
            (K::ClientCommand, "delimiter ;"),
            (K::Sql, "SELECT 1"),
            (K::ClientCommand, "source x.sql"),
            (K::ClientCommand, "use db"),
            (K::Sql, "use db2"),
            (K::Sql, "SELECT 2"),
        ]
    );
    let body = "CREATE DEFINER=`root`@`%` PROCEDURE p(a int)\nBEGIN\n IF a > 1 THEN SELECT IF(a, 1, 2); ELSEIF a THEN \
                SELECT CASE a WHEN 1 THEN 2 END; END IF;\n WHILE a DO SET a = a - 1; END WHILE;\n l: LOOP LEAVE l; END \
                LOOP l;\n REPEAT SET a = 1; UNTIL a END REPEAT;\n CASE a WHEN 1 THEN SELECT REPEAT('x', 2); END CASE;\nEND";
    let text = format!("{body};\nBEGIN;\nINSERT INTO t VALUES (1);\nCOMMIT;");
    assert_eq!(statements(&text, MySql), [body, "BEGIN", "INSERT INTO t VALUES (1)", "COMMIT"]);
    let trigger = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.x THEN SET NEW.y = 1; END IF";
    assert_eq!(statements(&format!("{trigger};SELECT 1;"), MySql), [trigger, "SELECT 1"]);
    assert_eq!(
        statements("/*!40000 ALTER TABLE a DISABLE KEYS */; SELECT 1", MySql),
        ["/*!40000 ALTER TABLE a DISABLE KEYS */", "SELECT 1"]
    );
}

#[test]
fn sqlite_triggers_and_dot_commands() {
    let trigger = "CREATE TEMP TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET c = CASE d WHEN 1 THEN 2 END; DELETE FROM e; END";
    let text = format!(".mode csv\n{trigger};\nSELECT [;], `;`;\n.read x.sql\n");
    assert_eq!(
        pieces(&text, Sqlite),
        [
            (K::ClientCommand, ".mode csv"),
            (K::Sql, trigger),
            (K::Sql, "SELECT [;], `;`"),
            (K::ClientCommand, ".read x.sql"),
        ]
    );
}

#[test]
fn comments_belong_to_statements() {
    let text = "-- a\n/* b */ SELECT 1 -- c\n + 2 /* d */; -- e\n-- f\n{{ if x }} SELECT 2; {{ end }}\n-- g";
    let script = split(text, PostgreSql);
    let of = |index: usize| -> Vec<(&str, Place)> {
        script.comments_of(&script.pieces[index]).iter().map(|c| (c.span.slice(text), c.place)).collect()
    };
    assert_eq!(
        of(0),
        [
            ("-- a", Place::Before),
            ("/* b */", Place::Before),
            ("-- c", Place::Inside),
            ("/* d */", Place::After),
            ("-- e", Place::After)
        ]
    );
    assert_eq!(of(1), [("-- f", Place::Before), ("{{ if x }}", Place::Before)]);
    let rest: Vec<&str> = script.trailing_comments().iter().map(|c| c.span.slice(text)).collect();
    assert_eq!(rest, ["{{ end }}", "-- g"]);
}

/// Checks that pieces are ordered and disjoint and that everything is accounted for.
fn check(text: &str, script: &Script) -> Result<(), TestCaseError> {
    let mut covered: Vec<Span> = script.pieces.iter().map(|p| p.span).collect();
    prop_assert!(covered.windows(2).all(|w| w[0].end <= w[1].start));
    prop_assert!(covered.iter().all(|s| s.start < s.end));
    covered.extend(script.pieces.iter().filter_map(|p| p.terminator));
    covered.extend(&script.empty);
    let inside = |s: Span| script.pieces.iter().any(|p| p.span.start <= s.start && s.end <= p.span.end);
    covered.extend(script.comments.iter().map(|c| c.span).filter(|s| !inside(*s)));
    covered.sort();
    covered.push(Span::new(offset(text.len()), offset(text.len())));
    let mut at = 0;
    for span in covered {
        prop_assert!(at <= span.start, "overlap at {at}: {span:?}");
        let gap = Span::new(at, span.start).slice(text);
        let blank = |c: char| c.is_ascii_whitespace() || c == '\u{b}' || c == '\u{feff}';
        prop_assert!(gap.chars().all(blank), "{gap:?} is lost");
        at = span.end;
    }
    for piece in &script.pieces {
        let tokens = script.tokens_of(piece);
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            prop_assert_eq!(Span::new(first.span.start, last.span.end), piece.span);
        }
    }
    let tokens: usize = script.pieces.iter().map(|p| p.tokens.len()).sum();
    prop_assert_eq!(tokens, script.tokens.len());
    Ok(())
}

fn sqlish() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "$$",
        "/*",
        "*/",
        "/*!",
        "--",
        "#",
        "\n",
        "\n",
        " ",
        " ",
        ";",
        ";",
        "\\",
        "\\g",
        "\\.",
        "\\;",
        "COPY a FROM stdin",
        "\\copy a from stdin",
        "DELIMITER //\n",
        "DELIMITER ;\n",
        "//",
        "CREATE ",
        "FUNCTION ",
        "TRIGGER ",
        "RULE ",
        "BEGIN ",
        "ATOMIC ",
        "CASE ",
        "END",
        "IF ",
        "(",
        ")",
        "a",
        "1",
        ".read",
        "{{if}}",
        "{{x}}",
        "ü",
        "\0",
        "\r",
        "use x",
        ",",
    ]);
    prop::collection::vec(part, 0..50).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn everything_is_accounted_for(text in prop_oneof![4 => sqlish(), 1 => any::<String>()]) {
        for dialect in [PostgreSql, MySql, Sqlite] {
            check(&text, &split(&text, dialect))?;
        }
    }
}
