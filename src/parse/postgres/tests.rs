//! Inputs that try to break the parser rather than the grammar.

use proptest::prelude::*;

use super::SyntaxError;
use super::ffi::{parse, parse_plpgsql_json};
use super::routine::read_body;
use super::stack::with_large_stack;
use crate::name::Dialect;
use crate::parse::lexer::{Lexer, TokenKind};
use crate::parse::split::{Piece, PieceKind, split};

/// Parses each text and drops its tree; whether each was accepted.
fn accepted(texts: Vec<String>) -> Vec<bool> {
    let parse = move || texts.iter().map(|sql| parse(sql).is_ok()).collect();
    with_large_stack(parse).unwrap()
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("SELECT {}{inner}{}", open.repeat(depth), close.repeat(depth))
}

const FIXTURE: &str = include_str!("../testdata/statements.sql");

#[test]
fn the_splitter_agrees_with_the_grammar() {
    let script = split(FIXTURE, Dialect::PostgreSql);
    assert!(script.pieces.iter().all(|piece| piece.kind == PieceKind::Sql));
    let (whole, single) = with_large_stack(|| {
        let single = |piece: &Piece| parse(piece.span.slice(FIXTURE)).map(|tree| tree.stmts.len());
        let single: Result<Vec<usize>, SyntaxError> = script.pieces.iter().map(single).collect();
        (parse(FIXTURE).map(|tree| tree.stmts.len()), single)
    })
    .unwrap();
    assert_eq!(whole, Ok(script.pieces.len()));
    assert_eq!(single, Ok(vec![1; script.pieces.len()]));
}

#[test]
fn the_lexer_agrees_with_the_scanner() {
    let numbers =
        " 1..2 0x1F 1_000.5e-3 .5 a$1 $1 $x$ $$ $x$ a@-1 a=-1 +-+1 <*-/*c*/ a<--b\n 'x'\n--y\n'z' \"q\"";
    let text = format!("{FIXTURE};{numbers}");
    let theirs: Vec<(i32, i32)> =
        pg_query::scan(&text).unwrap().tokens.iter().map(|token| (token.start, token.end)).collect();
    let ours = Lexer::new(&text, Dialect::PostgreSql).filter(|t| t.kind != TokenKind::Whitespace);
    let ours: Vec<(i32, i32)> =
        ours.map(|t| (t.span.start.try_into().unwrap(), t.span.end.try_into().unwrap())).collect();
    let differs = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    assert_eq!((differs, ours.len()), (None, theirs.len()));
}

#[test]
fn deep_nesting_is_parsed_or_refused() {
    let refused = vec![
        nested("(", "1", ")", 20_000),
        nested("CASE WHEN true THEN ", "1", " END", 10_000),
        nested("(SELECT ", "1", ")", 20_000),
        nested("ARRAY[", "1", "]", 20_000),
        nested("f(", "1", ")", 20_000),
        nested("NOT ", "true", "", 20_000),
        format!("SELECT 'a'{}", "||'a'".repeat(20_000)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(20_000)),
        format!("SELECT 1 FROM a{}", " JOIN a ON true".repeat(20_000)),
    ];
    assert_eq!(accepted(refused), [false; 9]);
    let deepest = vec![
        format!("SELECT 'a'{}", "||'a'".repeat(4_900)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(4_900)),
        format!("SELECT 1 FROM a{}", " JOIN a ON true".repeat(4_900)),
        format!("SELECT 1{}", "::int".repeat(4_900)),
        nested("CASE WHEN true THEN ", "1", " END", 1_600),
        nested("EXISTS (SELECT ", "1", ")", 1_500),
        nested("f(", "1", ")", 4_900),
    ];
    assert_eq!(accepted(deepest), [true; 7]);
}

#[test]
fn long_statements_are_parsed() {
    let rows = vec!["(1, 'some text of a row', 2.5, NULL)"; 280_000].join(",");
    let insert = format!("INSERT INTO t VALUES {rows}");
    assert!(insert.len() > 10_000_000);
    assert_eq!(accepted(vec![insert, format!("SELECT '{}'", "x".repeat(20_000_000))]), [true, true]);
}

#[test]
fn deep_bodies_are_read_or_refused() {
    let texts = ["BEGIN ", "IF x THEN ", "LOOP "].map(|open| {
        let close = match open {
            "BEGIN " => "END; ",
            "LOOP " => "END LOOP; ",
            _ => "END IF; ",
        };
        format!("DO $$ BEGIN {}{}{} END $$", open.repeat(5_000), "NULL; ", close.repeat(5_000))
    });
    let results = with_large_stack(|| texts.each_ref().map(|sql| parse_plpgsql_json(sql).is_ok()));
    assert!(results.is_ok());
    let chain =
        format!("DO $$ BEGIN IF a THEN NULL; {} END IF; END $$", "ELSIF a THEN DROP TABLE b; ".repeat(5_000));
    let script = split(&chain, Dialect::PostgreSql);
    let body = with_large_stack(|| read_body(&chain, &script.tokens)).unwrap();
    assert_eq!(body.unwrap().unwrap().counts().known, 5_000);
}

/// Statements put together from parts of routines, mostly wrong.
fn routine() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "BEGIN ",
        "END",
        "; ",
        "DECLARE ",
        "x ",
        "x.y ",
        "int ",
        "record ",
        "t%ROWTYPE ",
        "s.t ",
        "[] ",
        ":= ",
        "1 ",
        "IF ",
        "THEN ",
        "ELSE ",
        "ELSIF ",
        "END IF",
        "LOOP ",
        "END LOOP",
        "FOR ",
        "IN ",
        "WHILE ",
        "EXIT ",
        "RETURN ",
        "NEXT ",
        "QUERY ",
        "RAISE ",
        "NOTICE ",
        "'%' ",
        ", ",
        "EXCEPTION ",
        "WHEN ",
        "others ",
        "EXECUTE ",
        "'DROP TABLE a' ",
        "USING ",
        "INTO ",
        "STRICT ",
        "PERFORM ",
        "f(x) ",
        "CALL ",
        "CURSOR ",
        "OPEN ",
        "FETCH ",
        "CLOSE ",
        "MOVE ",
        "SELECT 1 ",
        "UPDATE t SET a = 1 ",
        "CASE ",
        "END CASE",
        "GET DIAGNOSTICS ",
        "= ROW_COUNT",
        "<<l>> ",
        "COMMIT",
        "TG_OP ",
        "NEW ",
        "''",
        "\\",
        "{{ x }}",
        "$1 ",
        "\n",
        "ALIAS FOR ",
        "CONSTANT ",
        "NULL",
        "FOREACH ",
        "ARRAY ",
        "ü ",
        "(",
        ")",
        "ASSERT ",
        "--",
        "refcursor ",
    ]);
    let body = prop::collection::vec(part, 0..30).prop_map(|parts| parts.concat());
    let head = prop::sample::select(vec![
        "DO $$ BEGIN ? END $$",
        "DO $$ ? $$",
        "DO '?'",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN ? END $$",
        "CREATE FUNCTION f(x s.t, VARIADIC y a[]) RETURNS SETOF s.t LANGUAGE plpgsql AS $$ BEGIN ?; END $$",
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE x CURSOR FOR SELECT 1; BEGIN ?; END $$",
        "CREATE PROCEDURE f(? int) LANGUAGE plpgsql AS $$ BEGIN END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS '?'",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ?; END",
        "?",
    ]);
    (head, body).prop_map(|(head, body)| head.replace('?', &body))
}

/// Nothing aborts, and every statement of a body lies inside it.
#[test]
fn any_text_is_read_or_refused() {
    let text = prop_oneof![8 => routine(), 1 => any::<String>()];
    let run = || {
        proptest!(|(text in text)| {
            let script = split(&text, Dialect::PostgreSql);
            for piece in &script.pieces {
                drop(parse(piece.span.slice(&text)));
                if let Ok(Some(body)) = read_body(&text, script.tokens_of(piece)) {
                    for statement in body.statements {
                        prop_assert!(piece.span.start <= statement.span.start);
                        prop_assert!(statement.span.start <= statement.span.end);
                        prop_assert!(statement.span.end <= piece.span.end);
                        prop_assert!(text.is_char_boundary(statement.span.start as usize));
                        prop_assert!(text.is_char_boundary(statement.span.end as usize));
                    }
                }
            }
        });
    };
    with_large_stack(run).unwrap();
}
