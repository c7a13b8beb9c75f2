//! Effects against measurements: what each statement of two fixtures did on PostgreSQL 13–18 and what
//! `effects` says it does. Not one difference is allowed.
//!
//! `locktruth.json` compares everything. `locktruth_more.json` has many more statements on a richer schema;
//! where the effects themselves say that they may be incomplete, they must still claim nothing that was not
//! seen, and where the planner chooses what to read, reads are not compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use checkrail::effects::fact::ErrorCondition;
use checkrail::effects::{Effects, analyse};
use checkrail::ir::data::LockMode;
use checkrail::ir::object::ObjectKind;
use checkrail::ir::{DdlOp, Stmt};
use checkrail::name::{Dialect, QName, ServerVersion};
use checkrail::parse;
use checkrail::schema::{Coverage, Schema};
use checkrail::text::{FileId, Span, offset};
use serde::Deserialize;

use crate::harness::repo;

#[derive(Deserialize)]
struct Fixture {
    /// The schema before every statement.
    base: Vec<String>,
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    id: String,
    sql: String,
    #[serde(default)]
    setup: Vec<String>,
    /// Measured outside a transaction: locks on indexes could not be seen.
    #[serde(default)]
    lockstep: bool,
    /// What is read depends on the plan.
    #[serde(default)]
    planner: bool,
    results: Vec<Observed>,
}

/// What servers of these versions did.
#[derive(Deserialize)]
struct Observed {
    versions: Vec<u16>,
    /// `ok`, or a SQLSTATE.
    status: String,
    /// Relation to kind and strongest mode: `r AX`.
    locks: BTreeMap<String, String>,
    #[serde(default)]
    rewrites: Vec<String>,
    #[serde(default)]
    scans: Vec<String>,
    /// Tables that were scanned but hold no rows, or were read in part: no statement about them is wrong.
    #[serde(default)]
    maybe: Vec<String>,
    /// Indexes, of those that existed, that were built.
    #[serde(default)]
    builds: Vec<String>,
}

fn parsed(sql: &str) -> Vec<Stmt> {
    let span = Span::new(0, offset(sql.len()));
    parse::script(sql, span, FileId(0), Dialect::PostgreSql).statements
}

fn base(fixture: &Fixture, version: u16) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    for sql in fixture.base.iter().map(String::as_str).chain(["SET timezone = 'UTC'"]) {
        run(&mut schema, sql);
    }
    schema
}

fn run(schema: &mut Schema, sql: &str) {
    for stmt in parsed(sql) {
        assert!(stmt.op.is_analysed(), "not read: {sql}");
        let errors = schema.apply(&stmt.op);
        assert!(errors.is_empty(), "{sql}: {errors:?}");
    }
}

const MODES: [(LockMode, &str); 8] = [
    (LockMode::AccessShare, "AS"),
    (LockMode::RowShare, "RS"),
    (LockMode::RowExclusive, "RX"),
    (LockMode::ShareUpdateExclusive, "SUX"),
    (LockMode::Share, "S"),
    (LockMode::ShareRowExclusive, "SRX"),
    (LockMode::Exclusive, "X"),
    (LockMode::AccessExclusive, "AX"),
];

fn lock_code(kind: ObjectKind, mode: LockMode) -> String {
    let kind = match kind {
        ObjectKind::View => "v",
        ObjectKind::MaterializedView => "m",
        ObjectKind::Index => "i",
        ObjectKind::Sequence => "S",
        ObjectKind::ForeignTable => "f",
        ObjectKind::CompositeType => "c",
        _ => "r",
    };
    let mode = MODES.iter().find(|(m, _)| *m == mode).expect("all modes").1;
    format!("{kind} {mode}")
}

/// Partitioned relations are of the same kind as others here.
fn observed_code(code: &str) -> String {
    code.replace("p ", "r ").replace("I ", "i ")
}

fn locks(effects: &Effects, lockstep: bool) -> BTreeMap<String, String> {
    let seen = |kind| !lockstep || matches!(kind, ObjectKind::Table | ObjectKind::MaterializedView);
    effects
        .locks
        .iter()
        .filter(|l| seen(l.kind))
        .map(|l| (shown(&l.relation), lock_code(l.kind, l.mode)))
        .collect()
}

/// As the fixtures name relations: without the schema when it is `public`.
fn shown(name: &QName) -> String {
    if name.in_schema("public") { name.name.to_string() } else { name.to_string() }
}

fn names<'a>(relations: impl Iterator<Item = &'a QName>) -> Vec<String> {
    let mut names: Vec<String> = relations.map(shown).collect();
    names.sort();
    names.dedup();
    names
}

/// The differences between what a server did and what the effects say.
fn differences(statement: &Statement, observed: &Observed, schema: &Schema, strict: bool) -> Vec<String> {
    let mut found = Vec::new();
    let [stmt] = &parsed(&statement.sql)[..] else { return vec!["not one statement".to_owned()] };
    let op = &stmt.op;
    if matches!(op, DdlOp::Opaque(_)) {
        let refused = observed.status == "42601";
        return if refused { Vec::new() } else { vec!["not read".to_owned()] };
    }
    let effects = analyse(op, schema);
    let exact = strict || effects.uncertain.is_empty();
    if observed.status != "ok" {
        let foreseen = effects.possible_errors.iter().any(|e| e.sqlstate == observed.status);
        let certain = schema.clone().apply(op).iter().any(|e| e.sqlstate == observed.status);
        if strict && !foreseen && !certain {
            found.push(format!("error {} is not foreseen", observed.status));
        }
        if !strict {
            return found;
        }
    } else if statement.lockstep && effects.no_transaction.is_none() {
        found.push("can run in a transaction".to_owned());
    } else if !statement.lockstep && effects.no_transaction.is_some() {
        found.push("cannot run in a transaction".to_owned());
    }
    let mine = locks(&effects, statement.lockstep);
    let theirs: BTreeMap<String, String> =
        observed.locks.iter().map(|(name, code)| (name.clone(), observed_code(code))).collect();
    for (name, code) in &theirs {
        match mine.get(name) {
            None if exact => found.push(format!("{name}: {code} is missing")),
            Some(other) if other != code => found.push(format!("{name}: {code}, not {other}")),
            _ => {}
        }
    }
    // What runs under a condition is foretold whether it holds or not. And not all locks of statements outside
    // transactions are seen, when a transaction of theirs ends early.
    let conditional = matches!(op, DdlOp::Do(block) if block.statements.iter().any(|n| n.conditional));
    for (name, code) in mine.iter().filter(|(name, _)| !theirs.contains_key(*name)) {
        if strict || !statement.lockstep && !conditional {
            found.push(format!("{name}: {code} was not seen"));
        }
    }
    if observed.status != "ok" {
        return found;
    }
    let mut compare = |what: &str, mine: &[String], theirs: &[String], maybe: &[String]| {
        for name in theirs.iter().filter(|n| exact && !mine.contains(n)) {
            found.push(format!("{what} of {name} is missing"));
        }
        for name in mine.iter().filter(|n| !theirs.contains(n) && !maybe.contains(n)) {
            found.push(format!("{what} of {name} was not seen"));
        }
    };
    compare("rewrite", &names(effects.rewrites.iter().map(|r| &r.relation)), &observed.rewrites, &[]);
    if !statement.planner {
        let scans = names(effects.scans.iter().map(|s| &s.relation));
        compare("scan", &scans, &observed.scans, &observed.maybe);
    }
    let empties = matches!(op, DdlOp::Truncate(_)) || matches!(op, DdlOp::RefreshMatview(r) if !r.with_data);
    if !empties {
        let mut builds: Vec<String> = effects
            .index_builds
            .iter()
            .filter_map(|b| Some(b.table.sibling(b.index.clone()?)))
            .filter(|name| schema.index(name).is_some())
            .map(|name| name.name.to_string())
            .collect();
        builds.sort();
        builds.dedup();
        compare("build", &builds, &observed.builds, &[]);
    }
    found
}

fn check(path: &str, strict: bool) {
    let text = std::fs::read_to_string(repo(path)).expect("the fixture");
    let fixture: Fixture = serde_json::from_str(&text).expect("valid JSON");
    let mut report = String::new();
    let (mut compared, mut differ) = (0, 0);
    for version in 13..=18 {
        let base = base(&fixture, version);
        for statement in &fixture.statements {
            let Some(observed) = statement.results.iter().find(|r| r.versions.contains(&version)) else {
                continue;
            };
            let mut schema = base.clone();
            statement.setup.iter().for_each(|sql| run(&mut schema, sql));
            let found = differences(statement, observed, &schema, strict);
            compared += 1;
            if !found.is_empty() {
                differ += 1;
                writeln!(report, "{version} {}: {}", statement.id, statement.sql).expect("a string");
                for line in found {
                    writeln!(report, "      {line}").expect("a string");
                }
            }
        }
    }
    assert!(compared > 900, "only {compared} compared");
    assert!(differ == 0, "{differ} of {compared} differ:\n{report}");
}

#[test]
fn effects_agree_with_the_reference_measurements() {
    parse::with_large_stack(|| check("tests/fixtures/postgresql/locktruth.json", true)).expect("a thread");
}

#[test]
fn effects_agree_with_further_measurements() {
    parse::with_large_stack(|| check("tests/fixtures/postgresql/locktruth_more.json", false))
        .expect("a thread");
}

#[test]
fn conditions_of_errors_are_told_apart() {
    let text =
        std::fs::read_to_string(repo("tests/fixtures/postgresql/locktruth.json")).expect("the fixture");
    let fixture: Fixture = serde_json::from_str(&text).expect("valid JSON");
    let condition = |sql: &str, sqlstate: &str| {
        let schema = base(&fixture, 17);
        let effects = analyse(&parsed(sql)[0].op, &schema);
        effects.possible_errors.iter().find(|e| e.sqlstate == sqlstate).map(|e| e.when)
    };
    parse::with_large_stack(|| {
        let any_row = condition("ALTER TABLE parent ADD COLUMN c int NOT NULL", "23502");
        assert_eq!(any_row, Some(ErrorCondition::AnyRow));
        for (sql, sqlstate) in [
            ("ALTER TABLE parent ALTER COLUMN n SET NOT NULL", "23502"),
            ("ALTER TABLE parent ADD CHECK (n > 5)", "23514"),
            ("ALTER TABLE parent ADD UNIQUE (n)", "23505"),
            ("CREATE UNIQUE INDEX ON parent (n)", "23505"),
            ("ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id)", "23503"),
            ("ALTER TABLE nopk ADD EXCLUDE USING gist (r WITH &&)", "23P01"),
            ("ALTER TABLE part ATTACH PARTITION part_3_src FOR VALUES FROM (2000) TO (3000)", "23514"),
            ("ALTER TABLE parent ALTER COLUMN n TYPE smallint", "22003"),
            ("ALTER TABLE parent ALTER COLUMN doc TYPE int USING doc::int", "22P02"),
            ("ALTER TABLE parent ALTER COLUMN status TYPE varchar(5)", "22001"),
        ] {
            assert_eq!(condition(sql, sqlstate), Some(ErrorCondition::RowValues), "{sql}");
        }
    })
    .expect("a thread");
}
