use super::repair;
use crate::name::Dialect;
use crate::parse::postgres::routine::{Body, BodyError, BodyKind as K, read_body};
use crate::parse::postgres::stack::with_large_stack;
use crate::parse::split::split;

/// Reads the body of the first statement of a text.
fn read(text: &str) -> Result<Option<Body>, BodyError> {
    let script = split(text, Dialect::PostgreSql);
    with_large_stack(|| read_body(text, script.tokens_of(&script.pieces[0]))).unwrap()
}

fn body(text: &str) -> Body {
    read(text).unwrap().unwrap()
}

/// Kind, text, and the source at the place of each statement.
fn listed(text: &str) -> Vec<(K, String, String)> {
    body(text).statements.into_iter().map(|s| (s.kind, s.sql, s.span.slice(text).to_owned())).collect()
}

/// Texts and flags (`c`onditional, `r`epeated, `g`uarded) of the statements that are no expressions.
fn flags(text: &str) -> Vec<(String, String)> {
    let statements = body(text).statements.into_iter().filter(|s| s.kind != K::Expression);
    let flag = |on: bool, c: char| if on { Some(c) } else { None };
    statements
        .map(|s| {
            let flags = [flag(s.conditional, 'c'), flag(s.repeated, 'r'), flag(s.guarded, 'g')];
            (s.sql, flags.iter().flatten().collect())
        })
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn kinds_and_places() {
    let text = "DO $$\nDECLARE x int := 5;\nBEGIN\n  ALTER TABLE a\n    ADD b int;\n  PERFORM f(x); perform f(x);\n  \
                EXECUTE 'DROP TABLE c';\n  EXECUTE format('DROP TABLE %I', x) USING 1;\n  SELECT 1 INTO x FROM t WHERE z;\n  \
                x := 3;\n  CALL p(1);\n  commit;\nEND $$;";
    let expected = [
        (K::Expression, "5", "5"),
        (K::Static, "ALTER TABLE a\n    ADD b int", "ALTER TABLE a\n    ADD b int"),
        (K::Perform, "SELECT f(x)", "PERFORM f(x)"),
        (K::Perform, "SELECT f(x)", "perform f(x)"),
        (K::Static, "DROP TABLE c", "EXECUTE 'DROP TABLE c'"),
        (K::Dynamic, "format('DROP TABLE %I', x)", "EXECUTE format('DROP TABLE %I', x)"),
        (K::Expression, "1", "1"),
        (K::Static, "SELECT 1        FROM t WHERE z", "SELECT 1 INTO x FROM t WHERE z"),
        (K::Assign, "x := 3", "x := 3"),
        (K::Call, "CALL p(1)", "CALL p(1)"),
        (K::Static, "COMMIT", "commit"),
    ];
    let expected = expected.map(|(kind, sql, source)| (kind, sql.to_owned(), source.to_owned()));
    assert_eq!(listed(text), expected);
    let body = body(text);
    assert!(body.runs && body.readable);
    assert_eq!((body.counts().statements, body.counts().known, body.counts().dynamic), (8, 7, 1));
    assert_eq!(body.statements[7].line, 9);
    assert!(body.span.slice(text).starts_with("\nDECLARE") && body.span.slice(text).ends_with("END "));
}

#[test]
fn conditions_loops_and_handlers() {
    let text = "DO $$ BEGIN
        A;
        IF x THEN B; ELSIF y THEN C; ELSE D; END IF;
        CASE x WHEN 1 THEN E; ELSE F; END CASE;
        FOR r IN SELECT 1 LOOP G; END LOOP;
        FOR r IN EXECUTE 'SELECT 2' LOOP H; END LOOP;
        WHILE x LOOP I; END LOOP;
        BEGIN J; EXCEPTION WHEN others THEN K; END;
        L;
        IF x THEN RETURN; END IF;
        M;
    END $$";
    let mut text = text.replace("r IN", "i IN");
    for name in 'A'..='M' {
        text = text.replace(&format!(" {name};"), &format!(" DROP TABLE {name};"));
    }
    let text = text.replace("BEGIN\n", "DECLARE i record; BEGIN\n");
    assert_eq!(
        flags(&text),
        pairs(&[
            ("DROP TABLE A", ""),
            ("DROP TABLE B", "c"),
            ("DROP TABLE C", "c"),
            ("DROP TABLE D", "c"),
            ("DROP TABLE E", "c"),
            ("DROP TABLE F", "c"),
            ("SELECT 1", ""),
            ("DROP TABLE G", "cr"),
            ("SELECT 2", ""),
            ("DROP TABLE H", "cr"),
            ("DROP TABLE I", "cr"),
            ("DROP TABLE J", "cg"),
            ("DROP TABLE K", "c"),
            ("DROP TABLE L", ""),
            ("DROP TABLE M", "c"),
        ])
    );
}

#[test]
fn case_values_are_expressions() {
    let text = "DO $$ BEGIN CASE a WHEN 1, f(2) THEN NULL; END CASE; END $$";
    assert_eq!(
        listed(text),
        [
            (K::Expression, "a".to_owned(), "a".to_owned()),
            (K::Expression, "(1, f(2))".to_owned(), "1, f(2)".to_owned())
        ]
    );
}

#[test]
fn trigger_functions_are_readable() {
    let text = "CREATE OR REPLACE FUNCTION s.f() RETURNS trigger AS $body$\nBEGIN\n  RAISE NOTICE '\"{}},[{}}';\n  \
                NEW.a := 1;\n  INSERT INTO log VALUES (TG_OP);\n  RETURN NEW;\nEND $body$ LANGUAGE plpgsql;";
    let kinds: Vec<K> = body(text).statements.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [K::Assign, K::Static]);
    assert!(!body(text).runs);
    assert_eq!(repair("[{}},{\"a{}}\":{}},{}},\n{}}]"), "[{},{\"a{}}\":{}},{},\n{}]");
}

/// Types that libpg_query cannot look up do not hide the body.
#[test]
fn unknown_types_are_no_obstacle() {
    for head in [
        "CREATE FUNCTION f(a app.status, b app.kind[] DEFAULT ARRAY[1, 2], VARIADIC c text[]) RETURNS app.status",
        "CREATE FUNCTION f(t.c%TYPE, a numeric(1, 2) = 1, OUT x app.y) RETURNS app.y",
        "CREATE FUNCTION f(a app.q, OUT x app.y, INOUT z int) RETURNS SETOF record",
        "CREATE FUNCTION f(a app.q, IN OUT z app.x) RETURNS SETOF app.x",
        "CREATE FUNCTION app.f(a refcursor) RETURNS TABLE (b app.x, \"C\" text[])",
        "CREATE PROCEDURE f(a app.status, INOUT b app.x)",
        "DO",
    ] {
        for declarations in [
            "",
            "DECLARE v app.x; w app.x[] := '{}'; r t%ROWTYPE; s t.c%TYPE NOT NULL DEFAULT 1; u CONSTANT app.x = 2;",
            "<<l>> DECLARE c CURSOR (k app.x, m int) FOR SELECT k; n\n text COLLATE \"C\"; o ALIAS FOR n; p refcursor;",
        ] {
            let extra = if declarations.contains("r t%") { "r.a := 1; SELECT 1, 2 INTO v, s;" } else { "" };
            let text =
                format!("{head} LANGUAGE plpgsql AS $$ {declarations}\nBEGIN {extra} DROP\n TABLE x; END $$");
            let text = if head == "DO" { text.replace(" AS $$", " $$") } else { text };
            let body = read(&text).unwrap_or_else(|e| panic!("{e}: {text}")).unwrap();
            let last = body.statements.iter().rfind(|s| s.kind == K::Static).unwrap();
            assert_eq!(last.sql, "DROP\n TABLE x");
            assert_eq!(last.span.slice(&text), "DROP\n TABLE x");
        }
    }
}

#[test]
fn placeholders_and_quoted_bodies() {
    let text = "CREATE FUNCTION f() RETURNS void LANGUAGE 'plpgsql' AS '\nBEGIN\n  EXECUTE ''DROP TABLE a'';\n  DROP TABLE \
                {{ .Ns }}.b;\nEND'";
    let expected = [
        (K::Static, "DROP TABLE a".to_owned(), "EXECUTE ''DROP TABLE a''".to_owned()),
        (K::Static, "DROP TABLE ____Ns___.b".to_owned(), "DROP TABLE {{ .Ns }}.b".to_owned()),
    ];
    assert_eq!(listed(text), expected);
    let text = "DO $bb$ BEGIN DROP TABLE {{a}}; PERFORM $b$b$b$; END $bb$";
    assert_eq!(listed(text)[0].2, "DROP TABLE {{a}}");
}

#[test]
fn errors_have_a_place() {
    let text = "SELECT 1;\nDO $$\nBEGIN\n  UPDATE t SET a = 1;\n  IF x THEN\n    UPDAT t;\n  END IF;\nEND $$";
    let script = split(text, Dialect::PostgreSql);
    let error =
        with_large_stack(|| read_body(text, script.tokens_of(&script.pieces[1]))).unwrap().unwrap_err();
    assert!(error.message.starts_with("syntax error"), "{error}");
    assert_eq!(&text[error.offset as usize..][..7], "UPDAT t");
    let error = read("DO $$ BEGIN x := 1; END $$").unwrap_err();
    assert_eq!(error.message, "\"x\" is not a known variable");
    let deep = format!("DO $$ {} DROP TABLE x; {} $$", "BEGIN ".repeat(500), "END; ".repeat(500));
    assert!(read(&deep).unwrap_err().message.contains("nest"));
}

#[test]
fn sql_bodies() {
    let text =
        "CREATE FUNCTION f() RETURNS int AS 'DELETE FROM a WHERE b = ''x''; -- c\nSELECT {{x}}' LANGUAGE sql";
    let found = body(text);
    assert_eq!(found.statements.iter().map(|s| s.line).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        listed(text),
        [
            (K::Static, "DELETE FROM a WHERE b = 'x'".to_owned(), "DELETE FROM a WHERE b = ''x''".to_owned()),
            (K::Static, "SELECT __x__".to_owned(), "SELECT {{x}}".to_owned())
        ]
    );
    let text = "CREATE PROCEDURE p() BEGIN ATOMIC DELETE FROM a; SELECT CASE WHEN b THEN 1 END; END";
    let sources: Vec<String> = listed(text).into_iter().map(|(_, _, source)| source).collect();
    assert_eq!(sources, ["DELETE FROM a", "SELECT CASE WHEN b THEN 1 END"]);
    assert_eq!(listed("CREATE FUNCTION f(a int) RETURNS int RETURN a + 1")[0].0, K::Expression);
}

#[test]
fn other_statements_and_languages() {
    assert_eq!(read("CREATE TABLE a (b int)"), Ok(None));
    assert_eq!(read("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'file', 'symbol'"), Ok(None));
    let python = body("DO LANGUAGE plpython3u $$ import this $$");
    assert_eq!(
        (python.language.as_str(), python.readable, python.statements.len()),
        ("plpython3u", false, 0)
    );
    assert!(!body("CREATE FUNCTION f() RETURNS int AS 'int4pl' LANGUAGE internal").readable);
}
