//! Two schemas compared: what differs object by object, and the statements that lead from one to the other.
//!
//! In: two schemas, and which old names the user says are which new ones. Out: [`Comparison`]. A rename is never
//! guessed: what looks like one is a note.

use std::collections::BTreeSet;

use similar::TextDiff;

use crate::diff::{self, Difference};
use crate::emit;
use crate::ir::DdlOp;
use crate::ir::data::SetVariable;
use crate::name::{Dialect, Ident, QName};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::{is_bookkeeping, is_in_bookkeeping};
use crate::schema::model::{Column, Object, Table};
use crate::schema::normal::normal;

use super::renames;

/// What leads from one schema to another.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The objects that differ, by kind and name.
    pub objects: Vec<Differing>,
    /// The statements, in an order in which they can run; renames first.
    pub ops: Vec<DdlOp>,
    /// What the user should know: candidates for renames, what was left out.
    pub notes: Vec<String>,
    /// How many objects differ and were left out.
    pub left_out: usize,
}

/// One object that differs.
#[derive(Clone, Debug)]
pub struct Differing {
    /// Which object.
    pub key: ObjectKey,
    /// What it is: `table`, `view`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How it differs.
    pub change: Change,
    /// Its definition before and after as a unified diff without a header; empty when SQL cannot show it.
    pub text: String,
}

/// How an object differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the second schema has it.
    Added,
    /// Both have it.
    Changed,
    /// Only the first schema has it.
    Dropped,
}

impl Change {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Dropped => "dropped",
        }
    }
}

impl Comparison {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.ops.is_empty()
    }

    /// How many objects differ in this way.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        self.objects.iter().filter(|o| o.change == change).count()
    }

    /// The statements as a script.
    #[must_use]
    pub fn sql(&self, dialect: Dialect) -> String {
        emit::script(&self.ops, dialect)
    }
}

/// Compares two schemas. `renamed` holds pairs of an old and a new name, as SQL writes them.
///
/// # Errors
/// A sentence about a pair that does not fit the schemas.
pub fn compare(from: &Schema, to: &Schema, renamed: &[(String, String)]) -> Result<Comparison, String> {
    let mut result = Comparison::default();
    let mut start = from.clone();
    for (old, new) in renamed {
        let op = renames::operation(&start, to, old, new)?;
        if let Some(error) = start.apply(&op).into_iter().next() {
            return Err(format!("{old}={new}: {}", error.message));
        }
        start.take_changes();
        result.ops.push(op);
    }
    let mut differences = diff::differences(&start, to);
    let all = differences.len();
    leave_out(&start, to, &mut differences, &mut result.notes);
    result.left_out = all - differences.len();
    differences.sort_by(|a, b| a.key.cmp(&b.key));
    let ops = diff::merge(diff::along(&start, to, &differences).into_iter().map(|p| p.op));
    result.ops.extend(settings(&differences, &ops));
    result.ops.extend(ops);
    result.objects = differences.iter().map(differing).collect();
    for object in &result.objects {
        if object.change == Change::Changed && object.text.is_empty() {
            result.notes.push(format!("{} {} differs in what SQL does not show", object.kind, object.name));
        }
    }
    result.notes.extend(column_orders(&differences));
    result.notes.extend(renames::candidates(&differences));
    Ok(result)
}

/// The statements that make a schema from nothing, on a server of its own: with its roles, and with the migration
/// tool's tables.
#[must_use]
pub fn making(schema: &Schema) -> Vec<DdlOp> {
    let empty = Schema::new(schema.dialect(), schema.version());
    let mut differences = diff::differences(&empty, schema);
    differences.retain(|d| d.key.namespace().is_none_or(|n| !n.starts_with("pg_temp")));
    differences.sort_by(|a, b| a.key.cmp(&b.key));
    let ops = diff::merge(diff::along(&empty, schema, &differences).into_iter().map(|p| p.op));
    let mut all = settings(&differences, &ops);
    all.extend(ops);
    all
}

/// Takes out what is not part of the schema that migrations make: temporary objects, the migration tool's own
/// tables, roles where only one side knows any, and roles of a database's server that the database does not use.
fn leave_out(from: &Schema, to: &Schema, differences: &mut Vec<Difference>, notes: &mut Vec<String>) {
    let is_role = |key: &ObjectKey| matches!(key, ObjectKey::Role(_));
    let roles = |schema: &Schema| schema.objects().any(|(key, _)| is_role(key));
    let no_roles = roles(from) != roles(to);
    // Roles belong to the whole server. Only what was read from a database has sizes.
    let foreign = |difference: &Difference| {
        let (here, there) = match (&difference.from, &difference.to) {
            (Some(_), None) => (from, to),
            (None, Some(_)) => (to, from),
            _ => return false,
        };
        let ObjectKey::Role(role) = &difference.key else { return false };
        !here.sizes.is_empty() && there.sizes.is_empty() && !here.is_role_used(role)
    };
    let mut tables: BTreeSet<String> = BTreeSet::new();
    let mut own: BTreeSet<QName> = BTreeSet::new();
    for difference in &*differences {
        if let (ObjectKey::Relation(name), Some(Object::Table(_))) =
            (&difference.key, difference.from.as_deref().or(difference.to.as_deref()))
            && (is_bookkeeping(&name.name) || is_in_bookkeeping(&difference.key))
        {
            tables.insert(name.to_string());
            own.insert(name.clone());
        }
    }
    let (mut left_roles, mut foreign_roles) = (0, 0);
    differences.retain(|d| {
        let object = d.from.as_deref().or(d.to.as_deref());
        let of_tool = match (&d.key, object) {
            (key, _) if is_in_bookkeeping(key) => true,
            (ObjectKey::Relation(name), _) if own.contains(name) => true,
            (_, Some(Object::Index(index))) => own.contains(&index.table),
            (_, Some(Object::Sequence(sequence))) => {
                sequence.owned_by.as_ref().is_some_and(|(table, _)| own.contains(table))
            }
            _ => false,
        };
        let role = no_roles && is_role(&d.key);
        left_roles += usize::from(role);
        let foreign = !role && foreign(d);
        foreign_roles += usize::from(foreign);
        let temporary = d.key.namespace().is_some_and(|n| n.starts_with("pg_temp"));
        !(of_tool || role || foreign || temporary)
    });
    if !tables.is_empty() {
        let names: Vec<String> = tables.into_iter().collect();
        notes.push(format!("left out as the migration tool's own: {}", names.join(", ")));
    }
    if foreign_roles > 0 {
        let roles = if foreign_roles == 1 { "1 role" } else { &format!("{foreign_roles} roles") };
        notes.push(format!("left out: {roles} of the server that nothing in the database uses"));
    }
    if left_roles > 0 {
        notes.push(format!("roles are not compared ({left_roles}): only one side knows any"));
    }
}

/// The difference of one object.
fn differing(difference: &Difference) -> Differing {
    let object = difference.to.as_deref().or(difference.from.as_deref());
    let change = match (&difference.from, &difference.to) {
        (None, _) => Change::Added,
        (_, None) => Change::Dropped,
        _ => Change::Changed,
    };
    let before = difference.from.as_deref().map(|o| definition(&difference.key, o)).unwrap_or_default();
    let after = difference.to.as_deref().map(|o| definition(&difference.key, o)).unwrap_or_default();
    Differing {
        key: difference.key.clone(),
        kind: object.map_or_else(String::new, |o| o.kind().to_string()),
        name: difference.key.to_string(),
        change,
        text: TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).to_string(),
    }
}

/// An object as SQL, its parts in an order of their own.
pub(super) fn definition(key: &ObjectKey, object: &Object) -> String {
    emit::script(&diff::definition(key, &normal(object)), Dialect::PostgreSql)
}

/// Settings that the statements need: texts are kept as they were written, under a search path; bodies may name
/// what is made later.
fn settings(differences: &[Difference], ops: &[DdlOp]) -> Vec<DdlOp> {
    let mut path: Vec<Ident> = Vec::new();
    for difference in differences {
        match difference.to.as_deref() {
            Some(Object::View(view)) => {
                let bare = view.query.relations();
                let bare = bare.iter().filter(|r| r.schema.is_none());
                for name in bare {
                    let used = view.uses.iter().find(|u| u.relation.name == name.name);
                    path.extend(used.and_then(|u| u.relation.schema.clone()));
                }
            }
            Some(Object::Table(table)) => {
                for policy in &table.policies {
                    let bare = policy.using.iter().chain(&policy.check).flat_map(|e| &e.relations);
                    for name in bare.filter(|r| r.schema.is_none()) {
                        let used = policy.uses.iter().find(|u| u.relation.name == name.name);
                        path.extend(used.and_then(|u| u.relation.schema.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    path.sort();
    path.dedup();
    let set =
        |name: &str, values: Vec<String>| DdlOp::Set(SetVariable { name: name.into(), values, local: false });
    let mut settings = Vec::new();
    if !path.iter().all(|schema| *schema == *"public") {
        settings.push(set("search_path", path.iter().map(ToString::to_string).collect()));
    }
    if ops.iter().any(|op| matches!(op, DdlOp::CreateFunction(f) if f.language == *"sql")) {
        settings.push(set("check_function_bodies", vec!["off".to_owned()]));
    }
    settings
}

/// Tables whose columns are the same in another order, which no statement changes.
fn column_orders(differences: &[Difference]) -> Vec<String> {
    let both = differences.iter().filter_map(|d| match (d.from.as_deref()?, d.to.as_deref()?) {
        (Object::Table(from), Object::Table(to)) => Some((from, to)),
        _ => None,
    });
    let names = |of: &'_ Table, other: &Table| -> Vec<Ident> {
        let kept = |c: &&Column| other.column(&c.name).is_some();
        of.columns.iter().filter(kept).map(|c| c.name.clone()).collect()
    };
    both.filter(|(from, to)| names(from, to) != names(to, from))
        .map(|(_, to)| {
            format!("the columns of {} stand in another order, which no statement changes", to.name)
        })
        .collect()
}
