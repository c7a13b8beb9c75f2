//! What is written reads back as it was.

use super::*;
use crate::ir::DdlOp;
use crate::name::{Dialect, QName, ServerVersion};
use crate::parse;
use crate::schema::Coverage;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::normal::same;
use crate::schema::sizes::{RelationSize, Sizes};

/// The state after some SQL, all of which has to be understood and to succeed.
fn schema(sql: &str) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::default());
    schema.coverage = Coverage::Complete;
    let ops = parse::with_large_stack(|| parse::exact(sql, Dialect::PostgreSql)).expect("a thread");
    for op in ops {
        if let DdlOp::Set(set) = &op
            && set.name == *"search_path"
        {
            schema.session.search_path = set.values.iter().map(|v| v.as_str().into()).collect();
            continue;
        }
        let errors = schema.apply(&op);
        assert!(errors.is_empty(), "{errors:?} in {sql}");
    }
    schema.reset_session();
    schema
}

fn snapshot(schema: Schema) -> Snapshot {
    Snapshot { schema, hidden: Vec::new() }
}

fn read(text: &str) -> Result<Snapshot, Error> {
    parse::with_large_stack(|| Snapshot::from_json(text)).expect("a thread")
}

fn write(snapshot: &Snapshot) -> String {
    parse::with_large_stack(|| snapshot.to_json()).expect("a thread")
}

/// Writes and reads; what comes back is the same, and is written as the same bytes. Returns the text.
fn round_trip(before: Schema) -> String {
    let before = snapshot(before);
    let text = write(&before);
    let after = read(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let mut wrong: Vec<String> = Vec::new();
    for (key, object) in before.schema.objects() {
        match after.schema.get(key) {
            Some(again) if same(object, again) => {}
            Some(again) => wrong.push(format!("{key}: {object:#?}\nbecame {again:#?}")),
            None => wrong.push(format!("{key} is gone")),
        }
    }
    let new = after.schema.objects().filter(|(key, _)| before.schema.get(key).is_none());
    wrong.extend(new.map(|(key, _)| format!("{key} is new")));
    assert!(wrong.is_empty(), "{}\n{text}", wrong.join("\n"));
    assert_eq!(write(&after), text, "bytes are stable");
    assert_eq!(after.schema.coverage, before.schema.coverage);
    text
}

#[test]
fn every_fixture_comes_back() {
    let text = include_str!("../../tests/fixtures/postgresql/rollback.sql");
    let mut count = 0;
    for part in text.split("--- ").filter(|part| !part.starts_with("up\n")) {
        let Some((_, before)) = part.split_once('\n') else { continue };
        round_trip(schema(&format!("CREATE ROLE app;\nCREATE ROLE reader;\n{before}")));
        count += 1;
    }
    assert!(count > 60, "{count}");
}

#[test]
fn a_new_object_adds_lines_in_one_place() {
    let before =
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, a int REFERENCES a);
        CREATE INDEX ON c (a); CREATE VIEW v AS SELECT id FROM c;";
    let old = round_trip(schema(before));
    let new = round_trip(schema(&format!("{before} CREATE TABLE b (x int);")));
    let removed = similar::TextDiff::from_lines(&old, &new);
    let removed = removed.iter_all_changes().filter(|c| c.tag() == similar::ChangeTag::Delete).count();
    assert_eq!(removed, 0, "{old}\n{new}");
}

#[test]
fn names_mean_what_they_meant() {
    let text = round_trip(schema(
        "CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TABLE t (other text);
         SET search_path = app, public; CREATE VIEW app.v AS SELECT id FROM t;",
    ));
    assert!(text.contains("FROM app.t") && !text.contains("search_path"), "{text}");
    let again = read(&text).expect("a snapshot").schema;
    let Some(Object::View(view)) = again.get(&ObjectKey::Relation(QName::qualified("app", "v"))) else {
        panic!("no view in {text}")
    };
    assert_eq!(view.uses[0].relation, QName::qualified("app", "t"));
}

#[test]
fn what_has_no_sql_is_kept() {
    let mut before = schema(
        "CREATE ROLE app PASSWORD 'x'; CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b);
         ALTER TABLE t RENAME b TO c; DROP SCHEMA IF EXISTS nothing;",
    );
    let index = ObjectKey::Relation(QName::qualified("public", "i"));
    before.update(&index, |object| {
        if let Object::Index(index) = object {
            index.valid = false;
        }
    });
    before.mark_unknown(QName::qualified("public", "t"));
    let text = round_trip(before);
    let after = read(&text).expect("a snapshot").schema;
    assert!(after.is_unknown(&QName::qualified("public", "t")) && !after.is_blind());
    assert!(!text.contains("'x'"), "no password: {text}");
}

#[test]
fn a_database_without_public_has_none() {
    let after = read(&round_trip(schema("DROP SCHEMA public; CREATE SCHEMA app;"))).expect("a snapshot");
    assert!(after.schema.get(&ObjectKey::Schema("public".into())).is_none());
}

#[test]
fn placeholders_are_text() {
    let text =
        round_trip(schema("CREATE TABLE t (a text DEFAULT '${x} {{y}}'); COMMENT ON TABLE t IS ':z %(w)s';"));
    assert!(text.contains("${x} {{y}}"), "{text}");
}

#[test]
fn sizes_and_hidden_parts_come_along() {
    let mut before = snapshot(schema("CREATE TABLE t (a int)"));
    before.hidden.push("roles".into());
    let mut sizes = Sizes::default();
    let size = RelationSize { rows: Some(5), bytes: 8192, ..RelationSize::default() };
    sizes.relations.insert(QName::qualified("public", "t"), size);
    before.schema.sizes = std::sync::Arc::new(sizes);
    let after = read(&write(&before)).expect("a snapshot");
    assert_eq!((after.schema.sizes, after.hidden), (before.schema.sizes, before.hidden));
}

#[test]
fn what_is_no_snapshot_is_refused() {
    for (text, message) in [
        ("{", "not a snapshot of checkrail: EOF"),
        ("{}", "missing field `version`"),
        (r#"{"version": 2, "new": true}"#, "format 2"),
        (
            r#"{"version":1,"dialect":"postgresql","server_version":9,"complete":true,"objects":[]}"#,
            "9 is not supported",
        ),
        (
            r#"{"version":1,"dialect":"postgresql","server_version":18,"complete":true,
                "objects":[{"kind":"index","name":"public.i","create":["CREATE INDEX i ON public.t (a)"]}]}"#,
            "index public.i: schema \"public\" does not exist",
        ),
        (
            r#"{"version":1,"dialect":"postgresql","server_version":18,"complete":true,
                "objects":[{"kind":"table","name":"public.t","create":["CREATE TABEL t ()"]}]}"#,
            "table public.t: it cannot be read: CREATE TABEL",
        ),
    ] {
        let error = read(text).expect_err(text).to_string();
        assert!(error.contains(message), "{error}");
    }
}
