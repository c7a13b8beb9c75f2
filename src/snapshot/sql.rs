//! A schema as a script that makes it again.
//!
//! In: a snapshot. Out: the statements of its file, in the file's order, with the search path that each needs and
//! with remarks on what no statement can say. The same schema gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::ir::access::Grantee;
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident};
use crate::quote::quote_ident;
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::{Schema, Session};

use super::file::{Entry, Facts, File, Statement};
use super::{Snapshot, write};

/// Which statements a script has besides those that make objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Roles: they belong to the whole server, and one that is there already cannot be made again.
    pub roles: bool,
}

pub(super) fn script(snapshot: &Snapshot, parts: Parts) -> String {
    let file = write::file(snapshot);
    let schema = &snapshot.schema;
    let used = |e: &&Entry| e.kind == "role" && (schema.sizes.is_empty() || is_used(schema, &e.name));
    let roles: Vec<&Entry> = file.objects.iter().filter(used).filter(|_| parts.roles).collect();
    let objects: Vec<&Entry> = file.objects.iter().filter(|e| e.kind != "role").collect();
    let mut out = Script { text: head(&file, snapshot, parts), path: None };
    if schema.dialect() == Dialect::PostgreSql {
        if objects.iter().any(|e| e.kind == "function" || e.kind == "procedure") {
            out.text.push_str("\n-- Bodies may name what is made later.\nSET check_function_bodies = off;\n");
        }
        if !file.objects.iter().any(|e| e.kind == "schema" && e.name == "public") {
            out.text.push_str("\nDROP SCHEMA public;\n");
        }
        out.path = Some(Vec::new());
    }
    for entry in roles.iter().chain(&objects) {
        out.statements(entry, &entry.create, true);
    }
    if roles.iter().chain(&objects).any(|e| !e.after.is_empty()) {
        out.text.push_str("\n-- What may refer to any of them.\n");
    }
    for entry in roles.iter().chain(&objects) {
        out.statements(entry, &entry.after, false);
    }
    out.text
}

/// The text so far.
struct Script {
    text: String,
    /// The search path in force, empty before the first one is set; `None` where there is none.
    path: Option<Vec<Ident>>,
}

impl Script {
    fn statements(&mut self, entry: &Entry, statements: &[Statement], first: bool) {
        let remarks = if first { remarks(&entry.facts) } else { Vec::new() };
        if statements.is_empty() && remarks.is_empty() {
            return;
        }
        self.text.push('\n');
        if let Some(current) = &self.path {
            let path = entry.search_path.clone().unwrap_or_else(|| Session::default().search_path);
            let path = if path.is_empty() { vec![Ident::new("")] } else { path };
            if *current != path {
                // An empty path is written as a schema that cannot exist.
                let names: Vec<String> = path
                    .iter()
                    .map(|s| if s.is_empty() { "''".to_owned() } else { quote_ident(s).into_owned() })
                    .collect();
                let _ = writeln!(self.text, "SET search_path = {};", names.join(", "));
                self.path = Some(path);
            }
        }
        for remark in remarks {
            let _ = writeln!(self.text, "-- {} {}: {remark}", entry.kind, line(&entry.name));
        }
        for statement in statements {
            let text = statement.text();
            self.text.push_str(&text);
            self.text.push_str(if text.starts_with("--") { "\n" } else { ";\n" });
        }
    }
}

/// What the statements do not say, as comments.
fn head(file: &File, snapshot: &Snapshot, parts: Parts) -> String {
    let schema = &snapshot.schema;
    let version = match schema.dialect() {
        Dialect::PostgreSql => format!(" {}", file.server_version),
        _ => String::new(),
    };
    let counts = counts(schema, parts);
    let mut text = format!("-- Schema of {}{version}: {counts}\n", file.dialect);
    let mut remark = |what: String| {
        let _ = writeln!(text, "-- {}", line(&what));
    };
    for hidden in &file.hidden {
        remark(format!("made without sight of {hidden}"));
    }
    if file.unknown.anything {
        remark("incomplete: statements that could not be read may have changed anything".to_owned());
    }
    for (namespace, name) in &file.unknown.relations {
        let dot = if namespace.is_empty() { "" } else { "." };
        remark(format!("not certain, a statement that could not be read touched it: {namespace}{dot}{name}"));
    }
    let untyped = snapshot.untyped();
    if !untyped.is_empty() {
        remark(format!("incomplete: the types of these columns are not known: {}", untyped.join(", ")));
    }
    let made: BTreeSet<Ident> = schema
        .objects()
        .filter_map(|(key, _)| match key {
            ObjectKey::Role(name) if parts.roles => Some(name.clone()),
            _ => None,
        })
        .collect();
    let needed: Vec<String> =
        roles(schema).into_iter().filter(|r| !made.contains(r)).map(|r| r.to_string()).collect();
    if !needed.is_empty() {
        remark(format!("roles that have to be there: {}", needed.join(", ")));
    }
    text
}

/// `12 tables, 1 view`.
fn counts(schema: &Schema, parts: Parts) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (key, object) in schema.objects() {
        let counted = match object {
            Object::Role(_) => parts.roles,
            Object::Schema(_) | Object::DefaultAcl(_) | Object::Other(_) => false,
            _ => true,
        };
        if counted && key.namespace().is_none_or(|n| *n != "pg_temp") {
            *counts.entry(object.kind().to_string()).or_default() += 1;
        }
    }
    let first = ["table", "view", "index"];
    let rank = |kind: &str| first.iter().position(|f| *f == kind).unwrap_or(first.len());
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| (rank(&a.0), &a.0).cmp(&(rank(&b.0), &b.0)));
    let plural = |kind: &str| match kind {
        "index" => "indexes".to_owned(),
        "statistics" => kind.to_owned(),
        kind => format!("{kind}s"),
    };
    let parts: Vec<String> = counts
        .iter()
        .map(|(kind, n)| if *n == 1 { format!("1 {kind}") } else { format!("{n} {}", plural(kind)) })
        .collect();
    if parts.is_empty() { "empty".to_owned() } else { parts.join(", ") }
}

fn remarks(facts: &Facts) -> Vec<&'static str> {
    let mut remarks = Vec::new();
    if facts.invalid {
        remarks.push("it is not valid where it was read");
    }
    if facts.columns_unknown {
        remarks.push("some of its columns may be missing here");
    }
    if facts.password == Some(true) {
        remarks.push("it has a password, which stands nowhere");
    }
    remarks
}

/// A text that cannot end the comment that it stands in.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Columns of tables that were made from queries whose types the model does not tell; the statements that make them
/// do not run.
pub(super) fn untyped(schema: &Schema) -> Vec<String> {
    let unknown = TypeName::builtin("unknown");
    let tables = schema.tables().filter(|t| !t.name.in_schema("pg_temp"));
    let columns = tables.flat_map(|t| t.columns.iter().map(move |c| (t, c)));
    let untyped = columns.filter(|(_, c)| c.data_type.name == unknown.name);
    let mut names: Vec<String> = untyped.map(|(t, c)| format!("{}.{}", t.name, c.name)).collect();
    names.sort();
    names
}

fn is_used(schema: &Schema, role: &str) -> bool {
    schema.is_role_used(&Ident::new(role))
}

/// Roles that own something or are named in privileges and policies.
fn roles(schema: &Schema) -> BTreeSet<Ident> {
    let mut found = BTreeSet::new();
    for (key, object) in schema.objects() {
        found.extend(object.owner().cloned());
        if let ObjectKey::DefaultAcl(Some(role), _, _) = key {
            found.insert(role.clone());
        }
        let mut add = |acl: &Acl| {
            found.extend(acl.items().filter_map(|(_, grantee, _)| named(grantee)));
            found.extend(acl.onward.keys().cloned());
        };
        match object {
            Object::Schema(o) => add(&o.acl),
            Object::Table(o) => {
                add(&o.acl);
                o.columns.iter().for_each(|c| add(&c.acl));
                found.extend(o.policies.iter().flat_map(|p| &p.roles).filter_map(named));
            }
            Object::View(o) => {
                add(&o.acl);
                o.columns.iter().for_each(|c| add(&c.acl));
            }
            Object::Sequence(o) => add(&o.acl),
            Object::Type(o) => add(&o.acl),
            Object::Function(o) => add(&o.acl),
            Object::DefaultAcl(o) => add(&o.acl),
            Object::Other(o) => add(&o.acl),
            Object::Index(_)
            | Object::Role(_)
            | Object::Extension(_)
            | Object::Publication(_)
            | Object::Statistics(_) => {}
        }
    }
    found
}

fn named(grantee: &Grantee) -> Option<Ident> {
    match grantee {
        Grantee::Role(name) => Some(name.clone()),
        _ => None,
    }
}
