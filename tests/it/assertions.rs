//! Assertions of a policy: what they judge, where they point, how they are silenced, and what is said of mistakes.

use checkrail::parse;
use checkrail::policy::{Policy, PolicyFile, packs};
use checkrail::review::{Report, examples};

use crate::support::review_sql;

/// The findings of a policy's assertions: `name at line: message`.
fn found(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| format!("{} at {}: {}", f.rule, f.line, f.message)).collect()
}

/// A policy of assertions alone.
fn policy(assertions: &str) -> Policy {
    let text = format!("version: 1\nextends: []\nunlisted: off\nassertions:\n{assertions}");
    Policy::parse("team.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
}

fn judge(assertions: &str, before: &str, sql: &str) -> Vec<String> {
    found(&review_sql(before, sql, &policy(assertions), 18))
}

fn mistake(assertion: &str) -> String {
    let text = format!("version: 1\nassertions:\n{assertion}");
    Policy::parse("team.yaml", &text).expect_err("must be refused").to_string()
}

const COMMENT: &str = "
  - name: table-without-comment
    for: table
    require: { comment: { exists: true } }
    message: '{table} has no comment'
";

#[test]
fn examples_of_the_shipped_packs_do_what_they_say() {
    let mut with_assertions = 0;
    for pack in packs() {
        let policy = Policy::pack(pack.name).expect("valid");
        let executed = parse::with_large_stack(|| examples::execute(&policy)).expect("a thread");
        assert!(executed.wrong.is_empty(), "{}", executed.wrong.join("\n"));
        with_assertions += usize::from(policy.assertions().count() > 0);
        for asserted in policy.assertions() {
            let examples = &asserted.assertion.examples;
            let shown = !examples.pass.is_empty() && !examples.fail.is_empty();
            assert!(shown, "{}: {} has no examples", pack.name, asserted.assertion.name);
        }
    }
    assert_eq!(with_assertions, 6);
}

#[test]
fn examples_that_lie_are_named() {
    let lying = "
  - name: a-b
    for: table
    require: { has_primary_key: true }
    message: '{table}'
    examples:
      pass: [CREATE TABLE t (a int), ALTER TABLE missing DROP COLUMN a, CREATE TABL t]
      fail: CREATE TABLE t (a int PRIMARY KEY)
";
    let policy = policy(lying);
    let executed = parse::with_large_stack(|| examples::execute(&policy)).expect("a thread");
    assert_eq!(executed.examples, 4);
    let wrong = executed.wrong.join("\n");
    for part in [
        "team.yaml:6: a-b: example 1 of `pass` is found: public.t; required: has_primary_key is true",
        "example 2 of `pass` fails on a server: relation \"missing\" does not exist",
        "example 3 of `pass`",
        "example 1 of `fail` is not found",
    ] {
        assert!(wrong.contains(part), "{part:?} is not in\n{wrong}");
    }
}

#[test]
fn what_was_there_is_not_judged_unless_it_is_what_changes() {
    let before = "CREATE TABLE old (id int); CREATE TABLE said (id int); COMMENT ON TABLE said IS 'x';";
    assert_eq!(judge(COMMENT, before, "ALTER TABLE old ADD COLUMN a int;"), Vec::<String>::new());
    let sql =
        "ALTER TABLE said ADD COLUMN b int;\nCOMMENT ON TABLE said IS NULL;\nCREATE TABLE new (id int);";
    assert_eq!(
        judge(COMMENT, before, sql),
        [
            "table-without-comment at 2: public.said has no comment",
            "table-without-comment at 3: public.new has no comment"
        ]
    );
    // It is judged as it is in the end, and one that is gone is not judged.
    let sql = "CREATE TABLE new (id int);\nCOMMENT ON TABLE new IS 'x';\nCREATE TABLE gone (id int);\nDROP TABLE gone;";
    assert_eq!(judge(COMMENT, "", sql), Vec::<String>::new());
    // Another name is no new table, and no new comment.
    assert_eq!(judge(COMMENT, before, "ALTER TABLE old RENAME TO older;"), Vec::<String>::new());
}

#[test]
fn names_are_judged_when_they_change() {
    let names = "
  - name: snake-case
    for: column
    require: { name: { matches: '^[a-z_]+$' } }
    message: '{name}'
  - name: table-in-plural
    for: table
    require: { name: { ends_with: s } }
    message: '{name}'
";
    let before = "CREATE TABLE orders (\"userId\" int, b int);";
    assert_eq!(judge(names, before, "ALTER TABLE orders ALTER b TYPE bigint;"), Vec::<String>::new());
    let sql = "ALTER TABLE orders RENAME b TO \"B\";\nALTER TABLE orders RENAME TO \"order\";";
    assert_eq!(judge(names, before, sql), ["snake-case at 1: B", "table-in-plural at 2: order"]);
}

#[test]
fn facts_that_rest_on_other_objects_change_with_them() {
    let indexed = "
  - name: tenant-without-index
    for: table
    where: { columns: { contains: tenant_id } }
    require: { indexes: { any: { columns: { any: tenant_id } } } }
    message: '{table}'
";
    let before =
        "CREATE TABLE t (tenant_id int); CREATE INDEX i ON t (tenant_id); CREATE TABLE u (tenant_id int);";
    assert_eq!(judge(indexed, before, "DROP INDEX i;"), ["tenant-without-index at 1: public.t"]);
    assert_eq!(judge(indexed, before, "ALTER TABLE u ADD COLUMN a int;"), Vec::<String>::new());
    let made =
        "CREATE TABLE v (tenant_id int);\nCREATE INDEX j ON v (tenant_id);\nCREATE TABLE w (tenant_id int);";
    assert_eq!(judge(indexed, before, made), ["tenant-without-index at 3: public.w"]);
}

#[test]
fn every_kind_of_subject_is_found() {
    let all = "
  - name: a-table
    for: table
    forbid: { partitioned: true, primary_key: [a, b] }
    message: '{table} {column_count} {primary_key}'
  - name: a-column
    for: column
    forbid: { type: 'numeric(10, 2)', in_table: { name: t } }
    message: '{table}.{name} {type} {precision} {scale} {default}'
  - name: a-index
    for: index
    where: { not: { constraint: { exists: true } } }
    forbid: { unique: true, partial: true, columns: { count: 2 } }
    message: '{name} {columns} {predicate} {method}'
  - name: a-constraint
    for: constraint
    forbid: { kind: foreign-key, on_delete: [cascade, set-null], references_table: { rls_enabled: false } }
    message: '{name} {references} {on_delete} {indexed}'
  - name: a-function
    for: function
    forbid: { all: [security_definer: true, search_path_set: false] }
    message: '{function} {language} {volatility} {arguments}'
  - name: a-policy
    for: policy
    forbid: { command: all, roles: { contains: PUBLIC }, using: { contains: owner } }
    message: '{name} {table} {permissive}'
  - name: a-role
    for: role
    forbid: { any: [superuser: true, bypassrls: true], login: true }
    message: '{name} {member_of}'
  - name: a-grant
    for: grant
    forbid: { privileges: { any: [INSERT, DELETE] }, grantable: true }
    message: '{grantee} {object} {object_kind} {privileges}'
  - name: a-statement
    for: statement
    forbid: { op: create-index, lock: { min: share }, in_transaction: false, concurrently: false }
    message: '{op} {table} {lock}'
";
    let before = "CREATE TABLE p (id int PRIMARY KEY); CREATE ROLE r;";
    let sql = "\
CREATE TABLE t (a int, b int, c numeric(10,2) DEFAULT 1, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
CREATE UNIQUE INDEX i ON p (id, (id + 1)) WHERE id > 5;
CREATE TABLE u (p_id int CONSTRAINT u_p REFERENCES p ON DELETE CASCADE);
CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT 1';
CREATE POLICY pol ON p USING (current_user = 'owner');
CREATE ROLE boss LOGIN BYPASSRLS IN ROLE r;
GRANT SELECT, INSERT ON p TO r WITH GRANT OPTION;
";
    assert_eq!(
        judge(all, before, sql),
        [
            "a-table at 1: public.t 3 a, b",
            "a-column at 1: public.t.c numeric(10,2) 10 2 1",
            "a-index at 2: i id, id + 1 id > 5 btree",
            "a-statement at 2: create-index public.p share",
            "a-constraint at 3: u_p public.p cascade false",
            "a-function at 4: public.f sql stable integer, text",
            "a-policy at 5: pol public.p true",
            "a-role at 6: boss r",
            "a-grant at 7: r public.p table INSERT, SELECT",
        ]
    );
}

#[test]
fn what_is_not_known_is_not_claimed() {
    let keys = "
  - name: a-key
    for: table
    require: { has_primary_key: true }
    message: '{table}'
";
    let sql = "CREATE TABLE known (a int);\nCREATE TABLE copied AS SELECT * FROM elsewhere.unknown;";
    assert_eq!(judge(keys, "CREATE EXTENSION unknown_one;", sql), ["a-key at 1: public.known"]);
}

#[test]
fn findings_are_silenced_and_scoped_as_those_of_rules() {
    let text = format!(
        "version: 1\nextends: []\nunlisted: off\nrules:\n  unused-suppression: on\n  unused-exception: on\n\
         assertions:{COMMENT}    scope: {{ exclude_objects: ['audit.*'] }}\n\
         exceptions:\n  - {{ rule: table-without-comment, object: public.b, reason: old }}\n"
    );
    let policy = Policy::parse("team.yaml", &text).unwrap_or_else(|error| panic!("{error}"));
    let sql = "\
-- checkrail: allow table-without-comment (soon)
CREATE TABLE a (id int);
CREATE TABLE b (id int);
CREATE TABLE audit.c (id int);
-- checkrail: allow table-without-coment (soon)
CREATE TABLE d (id int);";
    let report = review_sql("CREATE SCHEMA audit;", sql, &policy, 18);
    assert_eq!(
        found(&report),
        [
            "unused-suppression at 5: there is no rule \"table-without-coment\": did you mean \"table-without-comment\"?",
            "table-without-comment at 6: public.d has no comment",
        ]
    );
    assert_eq!(report.silenced.len(), 2);
    let finding = &report.findings[1];
    assert_eq!(finding.policy.as_deref(), Some("team.yaml:8"));
    assert_eq!(finding.object.as_deref(), Some("public.d"));
    assert_eq!(report.assertions[0].demand, "table: require comment exists");
}

#[test]
fn a_policy_settles_the_assertions_of_its_packs() {
    let text = "version: 1\nextends: [data-types]\nseverities: { advice: warning }\nrules:\n  uuid-as-text: off\n  instant-as-text: error\n";
    let policy = Policy::parse("team.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    let sql = "CREATE TABLE t (uuid text, made_at text, is_new integer);";
    let report = review_sql("", sql, &policy, 18);
    let by_name = |name: &str| {
        report.findings.iter().find(|f| f.rule == name).map(|f| (f.severity.as_str(), f.policy.as_deref()))
    };
    assert_eq!(by_name("uuid-as-text"), None);
    assert_eq!(by_name("instant-as-text"), Some(("error", Some("team.yaml:6"))));
    let place = by_name("flag-as-number").expect("found");
    assert!(place.0 == "warning" && place.1.is_some_and(|p| p.starts_with("pack:data-types:")), "{place:?}");
    let message = Policy::parse("t.yaml", "version: 1\nextends: [data-types]\nrules:\n  uuid-as-tex: off\n")
        .expect_err("refused")
        .to_string();
    assert_eq!(message, "t.yaml:4: unknown rule \"uuid-as-tex\": did you mean \"uuid-as-text\"?");
}

#[test]
fn mistakes_have_a_line_a_column_and_a_hint() {
    let of = |kind: &str, condition: &str| {
        mistake(&format!("  - name: a-b\n    for: {kind}\n    forbid: {condition}\n    message: x\n"))
    };
    for (kind, condition, wanted) in [
        (
            "table",
            "{ colums: 3 }",
            "team.yaml:5:15: assertions[0].forbid: a table has no fact \"colums\": did you mean \"columns\"?",
        ),
        (
            "column",
            "{ nullable: 'yes' }",
            "team.yaml:5:25: assertions[0].forbid.nullable: nullable takes true or false, not \"yes\"",
        ),
        ("column", "{ rls_enabled: true }", "that is a fact of a table, which `in_table` leads to"),
        ("constraint", "{ on_delete: cascad }", "not \"cascad\": did you mean \"cascade\"?"),
        ("column", "{ type: serial }", "ask for `type: integer` and `serial: true`"),
        ("column", "{ type: 'int not null' }", "\"int not null\" is no data type"),
        (
            "column",
            "{ name: { matches: '(a' } }",
            "team.yaml:5:32: assertions[0].forbid.name.matches: \"(a\" is no regular expression: unclosed group",
        ),
        ("column", "{ name: { min: 3 } }", "name has no test \"min\""),
        ("column", "{ name: 3 }", "name takes a text, not 3: quote it if it is a text"),
        ("column", "{ comment: ~ }", "for none write `exists: false`"),
        (
            "statement",
            "{ op: creat-index }",
            "there is no statement \"creat-index\": did you mean \"create-index\"?",
        ),
        ("policy", "{ roles: PUBLIC }", "roles is a list: write `contains: PUBLIC` or [PUBLIC]"),
        ("table", "{ name: a, name: b }", "duplicate"),
        ("table", "{ all: [] }", "the list is empty"),
        (
            "tabel",
            "{ name: a }",
            "team.yaml:4:10: assertions[0].for: unknown subject `tabel`: did you mean \"table\"?",
        ),
    ] {
        let message = of(kind, condition);
        assert!(message.contains(wanted), "{message}\nis not\n{wanted}");
    }
    let base = "  - name: a-b\n    for: table\n    forbid: { name: a }\n";
    for (rest, wanted) in [
        ("", "missing field `message`"),
        (
            "    message: '{nam} x'\n",
            "team.yaml:6:14: assertions[0].message: a table has no fact \"nam\" to show: did you mean \"name\"?",
        ),
        ("    message: 'a } b'\n", "a brace stands alone"),
        ("    message: x\n    severity: eror\n", "unknown severity `eror`: did you mean \"error\"?"),
        (
            "    message: x\n    refrence: x\n",
            "team.yaml:7:5: assertions[0]: unknown field `refrence`: did you mean \"reference\"?",
        ),
        ("    message: x\n    reference: wiki\n", "begin it with https://"),
    ] {
        let message = mistake(&format!("{base}{rest}"));
        assert!(message.contains(wanted), "{message}\nis not\n{wanted}");
    }
    assert!(
        mistake("  - name: drop-table\n    for: table\n").contains("\"drop-table\" is the name of a rule")
    );
    assert!(mistake("  - name: A b\n    for: table\n").contains("lower case with hyphens"));
    assert!(mistake("  - name: a\n    message: x\n").contains("missing field `for`: say what it judges"));
    assert!(mistake("  - name: a\n    for: table\n    message: x\n").contains("a demands nothing"));
    let twice = format!("{base}    message: x\n{base}    message: x\n");
    assert!(mistake(&twice).contains("there are two assertions \"a-b\""));
    // The order of keys does not matter.
    assert!(
        Policy::parse(
            "t",
            "version: 1\nassertions:\n- {message: x, forbid: {name: a}, for: table, name: a-b}\n"
        )
        .is_ok()
    );
}

#[test]
fn the_json_schema_takes_the_packs_and_refuses_what_the_reader_refuses() {
    let schema: serde_json::Value = serde_json::from_str(&PolicyFile::json_schema()).expect("JSON");
    let mut compiler = boon::Compiler::new();
    let mut schemas = boon::Schemas::new();
    compiler.add_resource("policy.json", schema).expect("added");
    let index = compiler.compile("policy.json", &mut schemas).expect("a valid schema");
    let valid = |yaml: &str| {
        let value: serde_json::Value = serde_yaml::from_str(yaml).expect("YAML");
        schemas.validate(&value, index).is_ok()
    };
    for pack in packs() {
        assert!(valid(pack.text), "{} does not fit the schema", pack.name);
    }
    let with = |rest: &str| {
        format!("version: 1\nassertions:\n- {{name: a-b, for: table, message: x, forbid: {rest}}}\n")
    };
    assert!(valid(&with("{name: a}")));
    assert!(valid(&with("{any: [{columns: {none: {type: money}}}, {not: {comment: {exists: true}}}]}")));
    for wrong in
        ["{nam: a}", "{name: 3}", "{rls_enabled: x}", "{columns: {any: {nam: x}}}", "{kind: orderly}", "{}"]
    {
        assert!(!valid(&with(wrong)), "{wrong} fits the schema");
        assert!(Policy::parse("t.yaml", &with(wrong)).is_err(), "{wrong} is read");
    }
}
