//! Differences on the model alone: what they make is what was wanted.

use crate::emit;
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, ExprFacts, Query, QueryFacts};
use crate::name::{Dialect, QName, ServerVersion};
use crate::parse;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::{Coverage, Schema};
use crate::text::{FileId, Span, offset};

use super::{Transition, between, definition, merge, plan};

/// The state after some SQL, run from an empty database.
fn schema(sql: &str) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::default());
    schema.coverage = Coverage::Complete;
    run(&mut schema, sql);
    schema.reset_session();
    schema
}

/// Runs SQL, all of which has to be understood and to succeed.
fn run(schema: &mut Schema, sql: &str) {
    let span = Span::new(0, offset(sql.len()));
    let parsed = parse::with_large_stack(|| parse::script(sql, span, FileId(0), Dialect::PostgreSql));
    for stmt in parsed.expect("a thread").statements {
        let text = stmt.span.slice(sql);
        assert!(stmt.op.is_analysed(), "not analysed: {text}");
        let errors = schema.apply(&stmt.op);
        assert!(errors.is_empty(), "{errors:?} in {text}\n{sql}");
    }
}

fn relation(name: &str) -> ObjectKey {
    ObjectKey::Relation(QName::qualified("public", name))
}

fn sql(ops: &[DdlOp]) -> String {
    emit::script(ops, Dialect::PostgreSql)
}

/// From one schema to another, all objects at once.
fn whole(from: &Schema, to: &Schema) -> Vec<DdlOp> {
    let mut keys: Vec<&ObjectKey> = from.objects().map(|(k, _)| k).collect();
    keys.extend(to.objects().map(|(k, _)| k).filter(|k| from.get(k).is_none()));
    let transitions: Vec<Transition<'_>> = keys
        .into_iter()
        .map(|key| Transition { key, from: from.get(key), to: to.get(key), rebuild: false })
        .collect();
    merge(plan(to, &transitions).into_iter().map(|p| p.op))
}

/// An object with its parts in the order of their names: they may be made in another order.
fn normal(object: &Object) -> Object {
    let mut object = object.clone();
    if let Object::View(view) = &mut object {
        // Stars are written out in the text only.
        view.query = Query::from(QueryFacts { sql: view.query.sql.clone(), ..QueryFacts::default() });
    }
    if let Object::Table(table) = &mut object {
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        table.triggers.sort_by(|a, b| a.def.name.cmp(&b.def.name));
        table.policies.sort_by(|a, b| a.name.cmp(&b.name));
    }
    object
}

/// What differs between two schemas.
fn differences(a: &Schema, b: &Schema) -> Vec<String> {
    let mut names: Vec<String> = a
        .objects()
        .filter(|(key, object)| b.get(key).map(normal) != Some(normal(object)))
        .map(|(key, object)| format!("{key}: {object:#?}\nis not {:#?}", b.get(key)))
        .collect();
    names.extend(b.objects().filter(|(key, _)| a.get(key).is_none()).map(|(key, _)| format!("{key} is new")));
    names
}

/// The schemas of the rollback cases: something of everything.
fn samples() -> Vec<(&'static str, String)> {
    let text = include_str!("../../tests/fixtures/postgresql/rollback.sql");
    text.split("--- ")
        .filter(|part| !part.starts_with("up\n"))
        .filter_map(|part| part.split_once('\n'))
        .map(|(name, before)| (name, format!("CREATE ROLE app;\nCREATE ROLE reader;\n{before}")))
        .collect()
}

#[test]
fn definitions_make_what_they_define() {
    let samples = samples();
    assert!(samples.len() > 60);
    // The names in a view's text mean what the search path of its maker says, which a definition does not set.
    for (name, before) in samples.into_iter().filter(|(name, _)| !name.starts_with("search-path")) {
        let wanted = schema(&before);
        let mut made = schema("");
        let ops = whole(&made, &wanted);
        run(&mut made, &sql(&ops));
        let differences = differences(&wanted, &made);
        assert!(differences.is_empty(), "{name}:\n{}\n{}", differences.join("\n"), sql(&ops));
    }
}

#[test]
fn what_is_defined_can_be_dropped() {
    for (name, before) in samples() {
        let full = schema(&before);
        let empty = schema("");
        let ops = whole(&full, &empty);
        let mut left = schema(&before);
        run(&mut left, &sql(&ops));
        let differences = differences(&empty, &left);
        assert!(differences.is_empty(), "{name}:\n{}\n{}", differences.join("\n"), sql(&ops));
    }
}

#[test]
fn a_table_and_its_changes() {
    let old = schema(
        "CREATE TABLE t (a int, b varchar(10) NOT NULL DEFAULT 'x', c text, CONSTRAINT ok CHECK (a > 0));
         GRANT SELECT ON t TO PUBLIC;",
    );
    let new = schema(
        "CREATE TABLE t (a bigint NOT NULL, b varchar(10), d date, CONSTRAINT ok CHECK (a > 1), PRIMARY KEY (a));
         COMMENT ON COLUMN t.d IS 'day'; ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
    );
    let key = relation("t");
    let ops = between(&key, old.get(&key), new.get(&key));
    insta::assert_snapshot!(sql(&ops), @r#"
    ALTER TABLE public.t
        DROP CONSTRAINT ok,
        DROP COLUMN c;
    REVOKE SELECT ON TABLE public.t FROM PUBLIC;
    ALTER TABLE public.t
        ALTER COLUMN a TYPE bigint,
        ALTER COLUMN a SET NOT NULL,
        ALTER COLUMN b DROP DEFAULT,
        ALTER COLUMN b DROP NOT NULL,
        ADD COLUMN d date;
    COMMENT ON COLUMN public.t.d IS 'day';
    ALTER TABLE public.t
        ADD CONSTRAINT ok CHECK (a > 1),
        ADD CONSTRAINT t_pkey PRIMARY KEY (a),
        ENABLE ROW LEVEL SECURITY;
    "#);
    assert!(between(&key, new.get(&key), new.get(&key)).is_empty());
    insta::assert_snapshot!(sql(&definition(&key, new.get(&key).expect("the table"))), @r#"
    CREATE TABLE public.t (
        a bigint NOT NULL,
        b character varying(10),
        d date,
        CONSTRAINT ok CHECK (a > 1),
        CONSTRAINT t_pkey PRIMARY KEY (a)
    );
    COMMENT ON COLUMN public.t.d IS 'day';
    ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
    "#);
}

#[test]
fn views_are_replaced_where_the_server_allows_it() {
    let table = "CREATE TABLE t (a int, b int, c int);";
    let view = |query: &str| {
        let schema = schema(&format!("{table} CREATE VIEW v AS {query};"));
        schema.get(&relation("v")).cloned().expect("the view")
    };
    let verbs = |from: &str, to: &str| -> Vec<String> {
        let ops = between(&relation("v"), Some(&view(from)), Some(&view(to)));
        ops.iter().map(|op| op.kind().into_owned()).collect()
    };
    assert_eq!(verbs("SELECT a FROM t", "SELECT a FROM t WHERE b > 0"), ["create-view"]);
    assert_eq!(verbs("SELECT a FROM t", "SELECT a, b FROM t"), ["create-view"]);
    assert_eq!(verbs("SELECT a, b FROM t", "SELECT a FROM t"), ["drop-view", "create-view"]);
    assert_eq!(verbs("SELECT a FROM t", "SELECT b FROM t"), ["drop-view", "create-view"]);
}

#[test]
fn dependents_go_first_and_come_last() {
    let full = schema(
        "CREATE TYPE e AS ENUM ('x');
         CREATE TABLE a (id int PRIMARY KEY, v e);
         CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
         ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (id) REFERENCES b;
         CREATE VIEW v AS SELECT id FROM a;
         CREATE VIEW w AS SELECT id FROM v;
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();",
    );
    let empty = schema("");
    let kinds = |ops: Vec<DdlOp>| -> Vec<String> {
        ops.iter()
            .filter_map(|op| emit::sql(op, Dialect::PostgreSql).lines().next().map(str::to_owned))
            .collect()
    };
    insta::assert_snapshot!(kinds(whole(&empty, &full)).join("\n"), @r#"
    CREATE TYPE public.e AS ENUM ('x')
    CREATE TABLE public.a (
    CREATE TABLE public.b (
    CREATE FUNCTION public.f()
    CREATE VIEW public.v AS
    CREATE VIEW public.w AS
    ALTER TABLE public.a ADD CONSTRAINT a_b FOREIGN KEY (id) REFERENCES public.b (id)
    CREATE TRIGGER t
    ALTER TABLE public.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.a (id)
    "#);
    insta::assert_snapshot!(kinds(whole(&full, &empty)).join("\n"), @r#"
    DROP VIEW public.w
    DROP VIEW public.v
    ALTER TABLE public.b DROP CONSTRAINT b_a_id_fkey
    ALTER TABLE public.a DROP CONSTRAINT a_b
    DROP TABLE public.b
    DROP TABLE public.a
    DROP FUNCTION public.f()
    DROP TYPE public.e
    "#);
}

#[test]
fn actions_are_merged_only_in_the_order_of_the_server() {
    let t = schema("CREATE TABLE t (a int, b int);");
    let key = relation("t");
    let table = |change: &dyn Fn(&mut crate::schema::model::Table)| match t.get(&key) {
        Some(Object::Table(table)) => {
            let mut table = table.clone();
            change(&mut table);
            Object::Table(table)
        }
        _ => panic!("no table"),
    };
    let with = table(&|t| {
        t.columns[0].default = Some(Expr::from(ExprFacts { sql: "1".into(), ..ExprFacts::default() }));
    });
    let without = table(&|_| {});
    let there = between(&key, Some(&without), Some(&with));
    let back = between(&key, Some(&with), Some(&without));
    // Set and dropped again: in one statement the server would drop first.
    assert_eq!(merge(there.clone().into_iter().chain(back.clone())).len(), 2);
    assert_eq!(merge(back.into_iter().chain(there)).len(), 1);
}

/// What is made in the same script is to get no privileges of it.
#[test]
fn new_default_privileges_come_last_and_old_ones_go_first() {
    let with = schema(
        "CREATE ROLE o;
         ALTER DEFAULT PRIVILEGES FOR ROLE o REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
         ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO o;
         CREATE TABLE t (id int);",
    );
    let without = schema("CREATE ROLE o; CREATE TABLE u (id int);");
    for (from, to, first, last) in
        [(&without, &with, "DROP TABLE", "ALTER DEFAULT"), (&with, &without, "ALTER DEFAULT", "CREATE TABLE")]
    {
        let text = sql(&whole(from, to));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with(first), "{text}");
        let at = |word: &str| lines.iter().position(|line| line.starts_with(word));
        assert_eq!(lines.iter().filter(|line| line.starts_with("ALTER DEFAULT")).count(), 2, "{text}");
        let ends = |word: &str| lines.iter().rposition(|line| line.starts_with(word));
        assert!(at(last) >= ends("CREATE TABLE"), "{text}");
    }
}
