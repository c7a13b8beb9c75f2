//! Functions and what their bodies name, triggers, rules, `DO` blocks.

use super::{lowered, ops};
use crate::ir::DdlOp;
use crate::ir::routine::{ArgMode, BodyUses, TriggerTiming, Volatility};
use crate::name::QName;

fn names(names: &[QName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// What a PL/pgSQL body names: relations read, relations written, functions.
fn uses(body: &str) -> BodyUses {
    lowered!(CreateFunction, &format!("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $fn${body}$fn$"))
        .uses
}

fn read(uses: &BodyUses) -> Vec<String> {
    uses.queries.iter().flat_map(|q| q.relations()).map(ToString::to_string).collect()
}

fn called(uses: &BodyUses) -> Vec<String> {
    uses.queries.iter().flat_map(|q| names(&q.functions)).collect()
}

fn texts(uses: &BodyUses) -> Vec<&str> {
    uses.queries.iter().map(|q| q.sql.as_str()).collect()
}

#[test]
fn functions() {
    let f = lowered!(
        CreateFunction,
        "CREATE OR REPLACE FUNCTION s.f(a int = 1, OUT b text, INOUT c s.t, VARIADIC d int[]) RETURNS SETOF record \
         LANGUAGE 'SQL' STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 ROWS 10 SUPPORT s.sup \
         SET search_path TO a, 'b c' SET x FROM CURRENT AS 'SELECT 1'"
    );
    assert!(f.or_replace && f.strict && f.security_definer && f.leakproof && !f.window && !f.sql_body);
    assert_eq!((f.volatility, f.language.as_str()), (Volatility::Stable, "sql"));
    let modes: Vec<ArgMode> = f.args.iter().map(|a| a.mode).collect();
    assert_eq!(modes, [ArgMode::In, ArgMode::Out, ArgMode::InOut, ArgMode::Variadic]);
    assert_eq!(f.args[0].default.as_ref().unwrap().sql, "1");
    assert_eq!(
        (f.cost.as_deref(), f.rows.as_deref(), f.parallel.as_deref()),
        (Some("5"), Some("10"), Some("safe"))
    );
    assert_eq!(f.config, [("search_path".into(), Some("a, 'b c'".into())), ("x".into(), None)]);
    assert_eq!(f.support, Some(QName::qualified("s", "sup")));
    let f = lowered!(
        CreateFunction,
        "CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE c AS 'lib', 'sym'"
    );
    assert_eq!((f.args.len(), f.args[0].mode, f.body.as_str()), (2, ArgMode::Table, "lib, sym"));
    assert!(f.returns.unwrap().setof && !f.uses.readable);
    let f = lowered!(AlterFunction, "ALTER PROCEDURE p(int) SECURITY INVOKER RESET ALL SET a = 1 IMMUTABLE");
    assert_eq!((f.security_definer, f.volatility), (Some(false), Some(Volatility::Immutable)));
    assert_eq!((f.reset, f.set), (vec!["*".to_owned()], vec![("a".to_owned(), Some("1".to_owned()))]));
}

#[test]
fn bodies_in_sql() {
    let f = lowered!(
        CreateFunction,
        "CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS $$ INSERT INTO a SELECT g($1) FROM b; \n SELECT x FROM c $$"
    );
    assert!(f.uses.readable);
    assert_eq!(texts(&f.uses), ["INSERT INTO a SELECT g($1) FROM b", "SELECT x FROM c"]);
    assert_eq!((read(&f.uses), names(&f.uses.writes)), (vec!["b".into(), "c".into()], vec!["a".to_owned()]));
    let f = lowered!(CreateFunction, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELEC 1'");
    assert!(!f.uses.readable);

    let f = lowered!(
        CreateFunction,
        "CREATE FUNCTION f(a int) RETURNS int IMMUTABLE RETURN g(a) + (SELECT 1 FROM t)"
    );
    assert!(f.sql_body && f.language == "sql");
    assert_eq!(f.body, "RETURN g(a) + (SELECT 1 FROM t)");
    assert_eq!((read(&f.uses), called(&f.uses)), (vec!["t".into()], vec!["g".to_owned()]));
    let f = lowered!(
        CreateFunction,
        "CREATE PROCEDURE p() BEGIN ATOMIC DELETE FROM t; INSERT INTO u VALUES (CASE WHEN true THEN 1 END); END"
    );
    assert_eq!(f.body, "BEGIN ATOMIC DELETE FROM t; INSERT INTO u VALUES (CASE WHEN true THEN 1 END); END");
    assert_eq!(texts(&f.uses), ["DELETE FROM t", "INSERT INTO u VALUES (CASE WHEN true THEN 1 END)"]);
    assert_eq!(names(&f.uses.writes), ["t", "u"]);
}

#[test]
fn queries_of_a_plpgsql_body() {
    let u = uses(
        "#variable_conflict use_column
        DECLARE n int := f1(); r t1%ROWTYPE; c CURSOR (k int) FOR SELECT * FROM t2 WHERE id = k; d date DEFAULT now();
        BEGIN
          <<outer>>
          FOR r IN SELECT a, b FROM t3 WHERE x LOOP
            UPDATE t4 SET a = r.a WHERE id = r.id RETURNING b INTO STRICT r.x, n;
            CONTINUE outer WHEN f2(r.a);
          END LOOP;
          SELECT count(*), max(y) INTO n, r.arr[1] FROM t5 JOIN t6 USING (id);
          IF EXISTS (SELECT 1 FROM t7) AND CASE WHEN n = 1 THEN true ELSE f3(n) END THEN
            PERFORM f4(n) FROM t8;
          ELSIF n > 0 THEN NULL;
          ELSE RAISE EXCEPTION 'no % in %', f5(n), (SELECT z FROM t9) USING ERRCODE = 'x';
          END IF;
          n := (SELECT max(q) FROM t10); r.arr[f6(1)] = 5;
          RETURN QUERY SELECT * FROM t11;
        EXCEPTION WHEN unique_violation OR others THEN
          INSERT INTO t12 (a) VALUES (f7());
          CASE n WHEN f8() THEN DELETE FROM t13; ELSE END CASE;
          RETURN f9(n);
        END",
    );
    assert!(u.readable);
    assert_eq!(u.dynamic, 0);
    let mut seen = read(&u);
    seen.sort_by_key(|name| name[1..].parse::<u32>().unwrap());
    assert_eq!(seen, ["t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t13"]);
    assert_eq!(names(&u.writes), ["t4", "t12", "t13"]);
    let mut functions: Vec<String> = called(&u).into_iter().filter(|f| f.starts_with('f')).collect();
    functions.sort();
    functions.dedup();
    assert_eq!(functions, ["f1", "f2", "f3", "f4", "f5", "f7", "f8", "f9"]);
}

#[test]
fn text_made_at_run_time_is_counted() {
    let u = uses(
        "BEGIN EXECUTE 'DELETE FROM ' || x; EXECUTE format('TRUNCATE %I.%I', 's', 't'); \
         FOR r IN EXECUTE q USING f(1) LOOP NULL; END LOOP; OPEN c FOR EXECUTE 'SELECT 1 FROM ' || t; \
         RETURN QUERY EXECUTE 'SELECT * FROM u'; END",
    );
    assert_eq!((u.dynamic, u.readable), (3, true));
    assert_eq!((names(&u.writes), read(&u)), (vec!["s.t".to_owned()], vec!["u".to_owned()]));
}

#[test]
fn statements_that_change_objects_are_looked_into() {
    let u = uses(
        "BEGIN REFRESH MATERIALIZED VIEW m; CREATE TEMP TABLE x AS SELECT * FROM a; COPY b FROM '/f'; \
         CALL s.p((SELECT 1 FROM c)); ALTER TABLE d ADD e int; FOR i IN 1..f(2) BY 3 LOOP NULL; END LOOP; \
         FOREACH v IN ARRAY g(z) LOOP NULL; END LOOP; FOR v IN c LOOP NULL; END LOOP; END",
    );
    assert!(u.readable);
    assert_eq!(names(&u.writes), ["m", "b"]);
    assert_eq!(
        (read(&u), called(&u)),
        (vec!["a".into(), "c".into()], vec!["s.p".into(), "f".into(), "g".to_owned()])
    );
}

#[test]
fn broken_bodies_end() {
    for body in
        ["", "BEGIN", "IF IF IF", "DECLARE", "FOR", "BEGIN SELECT (((; END", "a.b[", "<<", "END", "EXECUTE"]
    {
        let u = uses(body);
        assert_eq!(u.writes, []);
    }
    assert!(!uses("BEGIN DELETE FRM t; SELECT f(1) INTO x; END").readable);
    // The rest is still listed.
    assert_eq!(called(&uses("BEGIN DELETE FRM t; SELECT f(1) INTO x; END")), ["f"]);
}

#[test]
fn triggers_and_rules() {
    let t = lowered!(
        CreateTrigger,
        "CREATE OR REPLACE TRIGGER g BEFORE INSERT OR UPDATE OF a, \"B\" ON s.t FOR EACH ROW \
         WHEN (NEW.a IS DISTINCT FROM OLD.a) EXECUTE FUNCTION s.f('x', 1)"
    );
    assert!(t.or_replace && t.for_each_row && t.events.insert && t.events.update && !t.events.delete);
    assert_eq!((t.timing, t.update_columns.len()), (TriggerTiming::Before, 2));
    assert_eq!((t.when.unwrap().sql.as_str(), t.args.len()), ("new.a IS DISTINCT FROM old.a", 2));
    let t = lowered!(
        CreateTrigger,
        "CREATE CONSTRAINT TRIGGER g AFTER DELETE ON t FROM u DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f()"
    );
    assert!(t.constraint && t.deferrable && t.initially_deferred && t.timing == TriggerTiming::After);
    assert_eq!(t.from_table, Some(QName::bare("u")));
    let t = lowered!(
        CreateTrigger,
        "CREATE TRIGGER g AFTER TRUNCATE ON t REFERENCING OLD TABLE AS o NEW TABLE n EXECUTE FUNCTION f()"
    );
    assert_eq!(
        (t.old_table.as_deref(), t.new_table.as_deref(), t.for_each_row),
        (Some("o"), Some("n"), false)
    );
    let r =
        lowered!(CreateRule, "CREATE RULE r AS ON UPDATE TO s.v DO INSTEAD (DELETE FROM a; DELETE FROM b)");
    assert_eq!((r.event, r.instead, r.table.to_string().as_str()), ("UPDATE", true, "s.v"));
}

#[test]
fn do_blocks_hold_statements() {
    let file = "SELECT 1;\nDO $$\nDECLARE x bool; z int;\nBEGIN\n  IF x THEN\n    ALTER TABLE t\n      ADD COLUMN a int,\n      DROP b;\n  END IF;\n  \
                EXECUTE 'DROP TABLE u; TRUNCATE v';\n  EXECUTE 'DROP ' || y;\n  PERFORM f(1);\n  z := 1;\n\
                EXCEPTION WHEN others THEN NULL;\nEND $$;";
    let DdlOp::Do(block) = ops(file).remove(1).1 else { panic!() };
    let [alter, drop, truncate, perform] = &block.statements[..] else { panic!("{block:?}") };
    assert_eq!(block.language, "plpgsql");
    assert!(alter.conditional && alter.guarded);
    let DdlOp::AlterTable(op) = &alter.op else { panic!() };
    let actions: Vec<&str> = op.actions.iter().map(|(_, span)| span.slice(file)).collect();
    assert_eq!(actions, ["ADD COLUMN a int", "DROP b"]);
    assert!(matches!(&drop.op, DdlOp::Drop(_)) && matches!(&truncate.op, DdlOp::Truncate(_)));
    assert!(matches!(&perform.op, DdlOp::Select(_)));
    // What is not written as it runs has the place of the statement that runs it.
    assert!(drop.span.slice(file).contains("DROP TABLE u"), "{}", drop.span.slice(file));
    assert_eq!(block.unread, ["the text of EXECUTE 'DROP ' || y is not known"]);
    let block = lowered!(Do, "DO LANGUAGE plpython3u 'x'");
    assert_eq!((block.statements.len(), block.unread.len(), block.body.as_str()), (0, 1, "x"));
}
