//! From a schema to the file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diff::piece::{Phase, Piece};
use crate::diff::{self, Transition};
use crate::emit;
use crate::ir::DdlOp;
use crate::name::{Ident, QName};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Index, Object, Use};
use crate::schema::sizes::Sizes;
use crate::schema::{Coverage, Schema};

use super::file::{Entry, Facts, File, Statement, Unknown, VERSION};
use crate::schema::normal::{normal, same};

use super::{Snapshot, read};

/// What makes one object.
#[derive(Default)]
struct Made {
    create: Vec<DdlOp>,
    after: Vec<DdlOp>,
}

pub(super) fn file(snapshot: &Snapshot) -> File {
    let schema = &snapshot.schema;
    let mut file = File {
        version: VERSION,
        dialect: schema.dialect(),
        server_version: schema.version().major(),
        complete: schema.coverage == Coverage::Complete,
        migrator: schema.migrator.clone(),
        objects: Vec::new(),
        unknown: Unknown {
            anything: schema.is_blind(),
            relations: schema
                .unknown_relations()
                .into_iter()
                .map(|n| (n.schema.as_deref().unwrap_or_default().to_owned(), n.name.to_string()))
                .collect(),
        },
        hidden: snapshot.hidden.clone(),
        sizes: (!schema.sizes.is_empty()).then(|| Sizes::clone(&schema.sizes)),
    };
    let (keys, objects): (Vec<_>, Vec<_>) = entries(schema).into_iter().unzip();
    file.objects = objects;
    find_paths(&mut file, schema, &keys);
    // What comes with something else (the index of a constraint, the sequence of an identity column) is not said
    // twice. A schema is listed to say that it is there.
    file.objects.retain(|e| e.kind == "schema" || !e.is_implied());
    file
}

/// Notes the search path with which an object reads back as it is, for those that do not with `public` alone:
/// texts of expressions and queries are kept as they were written.
fn find_paths(file: &mut File, schema: &Schema, keys: &[&ObjectKey]) {
    for attempt in 0..PATHS {
        let Ok(again) = read::schema(file, &mut Vec::new()) else { return };
        let mut done = true;
        let mut reworded: Option<Schema> = None;
        for (key, entry) in keys.iter().zip(&mut file.objects) {
            match (schema.get(key), again.get(key)) {
                (Some(a), Some(b)) if same(a, b) => {
                    if matches!(a, Object::View(_)) && a != b {
                        reworded
                            .get_or_insert_with(|| schema.clone())
                            .put((*key).clone(), again.get_arc(key).cloned());
                    }
                }
                (Some(Object::Index(a)), Some(Object::Index(b))) if a.labels != b.labels => {
                    entry.facts.labels.clone_from(&a.labels);
                    done = false;
                }
                (Some(object), _) => {
                    entry.search_path = path(key, object, attempt);
                    done = false;
                }
                (None, _) => {}
            }
        }
        if done {
            if let Some(schema) = reworded {
                reword(file, &schema, keys);
            }
            return;
        }
    }
}

/// Prints views as a reader of the file would: where `*` was written out, their columns need no list.
fn reword(file: &mut File, schema: &Schema, keys: &[&ObjectKey]) {
    let printed: BTreeMap<&ObjectKey, Entry> = entries(schema).into_iter().collect();
    for (key, entry) in keys.iter().zip(&mut file.objects) {
        if entry.kind.ends_with("view")
            && let Some(again) = printed.get(key)
        {
            entry.create.clone_from(&again.create);
        }
    }
}

/// How many search paths are tried, `public` alone as the last again.
const PATHS: u8 = 5;

/// The search path of an attempt to read an object.
fn path(key: &ObjectKey, object: &Object, attempt: u8) -> Option<Vec<Ident>> {
    let public = Ident::new("public");
    let mut path: Vec<Ident> = match attempt {
        // As `pg_dump` and introspection have it: every name is qualified.
        0 => return Some(Vec::new()),
        1 | 2 => key.namespace().cloned().into_iter().collect(),
        // Its own schema has a relation of the same name as one that it reads.
        3 => Vec::new(),
        _ => return None,
    };
    if attempt == 2 || attempt == 3 {
        let uses: &[Use] = match object {
            Object::View(view) => &view.uses,
            Object::Function(function) => &function.uses,
            _ => &[],
        };
        let policies = match object {
            Object::Table(table) => table.policies.as_slice(),
            _ => &[],
        };
        for used in uses.iter().chain(policies.iter().flat_map(|p| &p.uses)) {
            path.extend(used.relation.schema.clone().filter(|s| !path.contains(s)));
        }
    }
    path.extend(key.namespace().cloned().filter(|own| !path.contains(own)));
    if !path.contains(&public) {
        path.push(public);
    }
    Some(path)
}

fn entries(schema: &Schema) -> Vec<(&ObjectKey, Entry)> {
    let empty = Schema::new(schema.dialect(), schema.version());
    let mut objects: Vec<(&ObjectKey, Cow<'_, Object>)> = schema
        .objects()
        .filter(|(key, _)| key.namespace().is_none_or(|n| *n != "pg_temp"))
        .map(|(key, object)| (key, normal(object)))
        .collect();
    objects.sort_by(|a, b| a.0.cmp(b.0));
    let transitions: Vec<Transition<'_>> = objects
        .iter()
        .map(|(key, object)| Transition { key, from: empty.get(key), to: Some(object), rebuild: false })
        .collect();
    let pieces = diff::plan(schema, &transitions);
    let order = order(&objects, &pieces);
    let mut made: BTreeMap<&ObjectKey, Made> = BTreeMap::new();
    for piece in &pieces {
        let entry = made.entry(&piece.on.key).or_default();
        let list = if piece.phase == Phase::Create { &mut entry.create } else { &mut entry.after };
        list.push(piece.op.clone());
    }
    let print = |ops: Vec<DdlOp>| -> Vec<Statement> {
        diff::merge(ops).iter().map(|op| Statement::new(&emit::sql(op, schema.dialect()))).collect()
    };
    order
        .into_iter()
        .map(|(key, object)| {
            let made = made.remove(key).unwrap_or_default();
            let entry = Entry {
                kind: object.kind().to_string(),
                name: key.to_string(),
                search_path: None,
                create: print(made.create),
                after: print(made.after),
                facts: facts(object),
            };
            (key, entry)
        })
        .collect()
}

/// The objects in the order in which they are made.
fn order<'a, 's>(
    objects: &'a [(&'s ObjectKey, Cow<'s, Object>)],
    pieces: &[Piece],
) -> Vec<(&'s ObjectKey, &'a Object)> {
    let mut place: BTreeMap<&ObjectKey, usize> = BTreeMap::new();
    for (i, piece) in pieces.iter().enumerate() {
        if piece.phase == Phase::Create {
            place.entry(&piece.on.key).or_insert(i);
        }
    }
    // What is made late comes before what is attached to it.
    let mut parents: BTreeMap<&QName, usize> = BTreeMap::new();
    for (key, object) in objects {
        if let (Object::Index(Index { parent: Some(parent), .. }), Some(i)) = (&**object, place.get(key)) {
            parents.entry(parent).and_modify(|first| *first = (*first).min(*i)).or_insert(*i);
        }
    }
    let place = |key: &ObjectKey| match (place.get(key), key) {
        (Some(i), _) => (*i, 1),
        (None, ObjectKey::Relation(name)) => (parents.get(name).copied().unwrap_or(usize::MAX), 0),
        // What has no statement of its own to make it (the index of a constraint) follows at the end, by name.
        (None, _) => (usize::MAX, 0),
    };
    let mut order: Vec<(&ObjectKey, &Object)> =
        objects.iter().map(|(key, object)| (*key, &**object)).collect();
    order.sort_by_key(|(key, _)| place(key));
    order
}

fn facts(object: &Object) -> Facts {
    let mut facts = Facts::default();
    match object {
        Object::Index(index) => facts.invalid = !index.valid,
        Object::Table(table) => facts.columns_unknown = !table.columns_known,
        Object::Role(role) => facts.password = role.options.password,
        _ => {}
    }
    facts
}
