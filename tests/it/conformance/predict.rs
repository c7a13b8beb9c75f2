//! What the model says that a case does, and how that differs from what was seen.

use std::collections::{BTreeMap, BTreeSet};

use checkrail::effects::analyse;
use checkrail::ir::object::ObjectKind;
use checkrail::ir::{DdlOp, Stmt};
use checkrail::name::{Dialect, QName, ServerVersion};
use checkrail::schema::{Coverage, Schema};

use super::suite::{self, Case, Facts, mode_code, parsed};

/// The schema that a base makes on a server of one version.
pub fn base(name: &str, version: u16) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    for sql in suite::base(name).iter().map(String::as_str).chain(["SET timezone = 'UTC'"]) {
        run(&mut schema, sql);
    }
    schema
}

/// Applies statements that the server accepts.
pub fn run(schema: &mut Schema, sql: &str) {
    for stmt in parsed(sql) {
        assert!(stmt.op.is_analysed(), "not read: {sql}");
        let errors = schema.apply(&stmt.op);
        assert!(errors.is_empty(), "{sql}: {errors:?}");
    }
}

/// The one statement of a text.
pub fn statement(sql: &str) -> Stmt {
    let mut all = parsed(sql);
    assert_eq!(all.len(), 1, "not one statement: {sql}");
    all.remove(0)
}

/// As the files name relations.
fn shown(name: &QName) -> String {
    if name.in_schema("public") { name.name.to_string() } else { name.to_string() }
}

fn kind_word(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::View => "view",
        ObjectKind::MaterializedView => "matview",
        ObjectKind::Index => "index",
        ObjectKind::Sequence => "sequence",
        ObjectKind::ForeignTable => "foreign",
        ObjectKind::CompositeType => "composite",
        _ => "",
    }
}

/// The differences between what a server did and what the model says, on the schema before the statement.
pub fn differences(case: &Case, op: &DdlOp, observed: &Facts, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    if matches!(op, DdlOp::Opaque(_)) {
        let refused = observed.error.as_deref() == Some("42601");
        return if refused { Vec::new() } else { vec!["not read".to_owned()] };
    }
    let effects = analyse(op, schema);
    let certain = schema.clone().apply(op);
    let outside = case.has("outside");
    match &observed.error {
        Some(sqlstate) => {
            let possible = effects.possible_errors.iter().any(|e| e.sqlstate == sqlstate);
            let refused = effects.no_transaction.is_some() && sqlstate == "25001";
            // The first error is the one that the server stops at.
            let first = certain.first().is_some_and(|e| e.sqlstate == sqlstate);
            let foreseen = first || refused || possible && certain.is_empty();
            if !foreseen && !case.has("unforeseen") {
                let mine: Vec<&str> = certain.iter().map(|e| e.sqlstate).collect();
                found.push(format!("error {sqlstate} is not foreseen: {mine:?}"));
            }
            return found;
        }
        None => {
            found.extend(certain.iter().map(|e| format!("error {} did not happen: {e}", e.sqlstate)));
            match (outside, effects.no_transaction) {
                (true, None) => found.push("can run in a transaction".to_owned()),
                (false, Some(_)) => found.push("cannot run in a transaction".to_owned()),
                _ => {}
            }
        }
    }
    let seen = |kind| !outside || matches!(kind, ObjectKind::Table | ObjectKind::MaterializedView);
    let mine: BTreeMap<String, _> = effects
        .locks
        .iter()
        .filter(|l| seen(l.kind))
        .map(|l| (shown(&l.relation), (kind_word(l.kind), l.mode)))
        .collect();
    let told = |(kind, mode)| format!("{} {kind}", mode_code(mode)).trim_end().to_owned();
    let partly = case.has("partly");
    if partly && effects.uncertain.is_empty() {
        found.push("is exact, but the case says partly".to_owned());
    }
    for (name, lock) in &observed.locks {
        match mine.get(name) {
            None if !partly => found.push(format!("{name}: {} is missing", told(*lock))),
            Some(other) if other != lock => {
                found.push(format!("{name}: {}, not {}", told(*lock), told(*other)));
            }
            _ => {}
        }
    }
    // What runs under a condition is foretold whether it holds or not. And not all locks of statements outside
    // transactions are seen, when a transaction of theirs ends early.
    let conditional = matches!(op, DdlOp::Do(block) if block.statements.iter().any(|n| n.conditional));
    for (name, lock) in mine.iter().filter(|(name, _)| !observed.locks.contains_key(*name)) {
        if !outside && !conditional {
            found.push(format!("{name}: {} was not seen", told(*lock)));
        }
    }
    let mut compare =
        |what: &str, mine: &BTreeSet<String>, theirs: &BTreeSet<String>, maybe: &BTreeSet<String>| {
            for name in theirs.iter().filter(|n| !partly && !mine.contains(*n)) {
                found.push(format!("{what} of {name} is missing"));
            }
            for name in mine.iter().filter(|n| !theirs.contains(*n) && !maybe.contains(*n)) {
                found.push(format!("{what} of {name} was not seen"));
            }
        };
    let none = BTreeSet::new();
    // An index that moves gets a new file as one that is built does.
    let is_index = |name: &QName| schema.index(name).is_some();
    let rewrites = effects.rewrites.iter().map(|r| &r.relation);
    let (moved, rewrites): (Vec<&QName>, Vec<&QName>) = rewrites.partition(|name| is_index(name));
    let rewrites = rewrites.into_iter().map(shown).collect();
    compare("rewrite", &rewrites, &observed.rewrites, &none);
    if !case.has("planner") {
        let scans = effects.scans.iter().map(|s| shown(&s.relation)).collect();
        compare("scan", &scans, &observed.scans, &observed.maybe);
    }
    let empties = matches!(op, DdlOp::Truncate(_)) || matches!(op, DdlOp::RefreshMatview(r) if !r.with_data);
    if !empties {
        let builds = effects
            .index_builds
            .iter()
            .filter_map(|b| Some(b.table.sibling(b.index.clone()?)))
            .filter(is_index)
            .chain(moved.into_iter().cloned())
            .map(|name| name.name.to_string())
            .collect();
        compare("build", &builds, &observed.builds, &none);
    }
    found
}
