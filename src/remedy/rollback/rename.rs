//! Renames and moves into another schema. In the journal they look like an object that is gone and another that
//! is made; the way back is the opposite rename, which also takes everything that names the object along.

use crate::diff::piece::{Phase, Piece, Target, Verb};
use crate::diff::routine_name;
use crate::ir::DdlOp;
use crate::ir::object::{ObjectKind, ObjectName, Rename, SetSchema};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Object};

use super::Back;

/// Adds the opposite of a rename. Returns whether the statement is one.
pub(super) fn undo(back: &mut Back<'_>) -> bool {
    let op = &back.step.stmt.op;
    match op {
        DdlOp::Rename(_) | DdlOp::SetSchema(_) => {
            one(back, op);
            true
        }
        DdlOp::Do(block) => {
            let is_rename = |op: &DdlOp| matches!(op, DdlOp::Rename(_) | DdlOp::SetSchema(_));
            if !block.statements.iter().any(|n| is_rename(&n.op)) {
                return false;
            }
            // What the block changes is known as a whole only. If it renames and does other things, it cannot
            // be told which of the objects are the renamed ones.
            if block.statements.iter().all(|n| is_rename(&n.op)) {
                for nested in block.statements.iter().rev() {
                    one(back, &nested.op);
                }
            } else {
                back.irreversible(
                    "the block renames objects and does other things as well: undo it by hand, last change first",
                    Vec::new(),
                );
            }
            true
        }
        _ => false,
    }
}

fn one(back: &mut Back<'_>, op: &DdlOp) {
    let opposite = match op {
        DdlOp::Rename(rename) => opposite_rename(back, rename),
        DdlOp::SetSchema(set) => opposite_move(back, set),
        _ => None,
    };
    let Some((op, on)) = opposite else { return };
    if let DdlOp::Rename(rename) = &op
        && rename.kind == ObjectKind::Role
    {
        back.note(
            "a password stored as an MD5 hash does not survive renaming the role",
            rename.to.to_string(),
        );
    }
    let piece = Piece { verb: Verb::Rename, ..Piece::make(Phase::Alter, on, op) };
    back.pieces.push(piece);
}

/// The object that is gone and the one that has come, of the kind that the statement names.
fn pair<'c>(
    changes: &'c [Change],
    kind: ObjectKind,
    old_name: &Ident,
    new_name: &Ident,
) -> Option<(&'c Change, &'c Change)> {
    let fits = |c: &Change, name: &Ident| {
        let object = c.before.as_deref().or(c.after.as_deref());
        own_name(&c.key) == Some(name)
            && object.is_some_and(|o| {
                !kind.is_relation() || o.kind().is_relation() || matches!(o, Object::Type(_))
            })
    };
    let gone = changes.iter().find(|c| c.after.is_none() && fits(c, old_name))?;
    let made = changes.iter().find(|c| {
        c.before.is_none()
            && fits(c, new_name)
            && std::mem::discriminant(&c.key) == std::mem::discriminant(&gone.key)
    })?;
    Some((gone, made))
}

fn own_name(key: &ObjectKey) -> Option<&Ident> {
    match key {
        ObjectKey::Relation(name)
        | ObjectKey::Type(name)
        | ObjectKey::Function(name, _)
        | ObjectKey::Statistics(name) => Some(&name.name),
        ObjectKey::Schema(name)
        | ObjectKey::Role(name)
        | ObjectKey::Extension(name)
        | ObjectKey::Publication(name) => Some(name),
        ObjectKey::DefaultAcl(..) | ObjectKey::Other(..) => None,
    }
}

/// The qualified name behind a key.
fn full_name(key: &ObjectKey) -> Option<QName> {
    match key {
        ObjectKey::Relation(name)
        | ObjectKey::Type(name)
        | ObjectKey::Function(name, _)
        | ObjectKey::Statistics(name) => Some(name.clone()),
        ObjectKey::Schema(name)
        | ObjectKey::Role(name)
        | ObjectKey::Extension(name)
        | ObjectKey::Publication(name) => Some(QName::bare(name.clone())),
        ObjectKey::DefaultAcl(..) | ObjectKey::Other(..) => None,
    }
}

fn object_name(written: &ObjectName, made: Option<&Change>, otherwise: QName) -> ObjectName {
    match made.and_then(|c| c.after.as_deref()) {
        Some(Object::Function(function)) => routine_name(function),
        _ => ObjectName {
            name: made.and_then(|c| full_name(&c.key)).unwrap_or(otherwise),
            args: written.args.clone(),
            ..ObjectName::of(QName::bare(""))
        },
    }
}

fn opposite_rename(back: &Back<'_>, rename: &Rename) -> Option<(DdlOp, Target)> {
    let changes = &back.step.changes;
    if let Some(part) = &rename.object.part {
        let (name, key) = owner_of_part(back, rename);
        // Nothing changed although the object is known: the statement did nothing (`IF EXISTS`).
        if changes.is_empty() && back.after.get(&key).is_some() {
            return None;
        }
        let op = DdlOp::Rename(Rename {
            object: ObjectName::part(name, rename.to.clone()),
            to: part.clone(),
            ..rename.clone()
        });
        let part = match rename.kind {
            ObjectKind::Column => Part::Column(rename.to.clone()),
            ObjectKind::Trigger => Part::Trigger(rename.to.clone()),
            ObjectKind::Policy => Part::Policy(rename.to.clone()),
            ObjectKind::Rule => Part::Rule(rename.to.clone()),
            _ => Part::Constraint(rename.to.clone()),
        };
        return Some((op, Target { key, part }));
    }
    // Operators and the like are known by their text only, and the new name is not part of it.
    if rename.object.text.is_some() {
        return None;
    }
    let pair = pair(changes, rename.kind, &rename.object.name.name, &rename.to);
    if pair.is_none() && rename.if_exists && changes.is_empty() && !may_exist(back, &rename.object.name) {
        return None;
    }
    let made = pair.map(|(_, made)| made);
    let object = object_name(&rename.object, made, rename.object.name.sibling(rename.to.clone()));
    let key = made.map_or_else(|| ObjectKey::Relation(object.name.clone()), |c| c.key.clone());
    let op = DdlOp::Rename(Rename { object, to: rename.object.name.name.clone(), ..rename.clone() });
    Some((op, Target::whole(key)))
}

/// Whether something of this name may have been renamed out of sight.
fn may_exist(back: &Back<'_>, name: &QName) -> bool {
    !matches!(back.after.existence(name), crate::schema::lookup::Existence::Missing)
}

/// The relation, domain or type that a renamed part belongs to.
fn owner_of_part(back: &Back<'_>, rename: &Rename) -> (QName, ObjectKey) {
    let written = &rename.object.name;
    let changed = back.step.changes.iter().find_map(|c| {
        let there = c.before.is_some() && c.after.is_some() && own_name(&c.key) == Some(&written.name);
        let name = full_name(&c.key)?;
        (there && written.schema.as_ref().is_none_or(|s| name.schema.as_ref() == Some(s)))
            .then(|| (name, c.key.clone()))
    });
    changed.unwrap_or_else(|| {
        let name = back.after.resolve_relation(written).unwrap_or_else(|| written.clone());
        (name.clone(), ObjectKey::Relation(name))
    })
}

fn opposite_move(back: &Back<'_>, set: &SetSchema) -> Option<(DdlOp, Target)> {
    let changes = &back.step.changes;
    let name = &set.object.name;
    if set.object.text.is_some() {
        return None;
    }
    let pair = pair(changes, set.kind, &name.name, &name.name);
    // The schema before: where the object was, where the statement says it is, or where the search path finds
    // what has no schema.
    let old = match (pair, &name.schema) {
        (Some((gone, _)), _) => full_name(&gone.key)?.schema?,
        (None, Some(schema)) => schema.clone(),
        (None, None) => back.after.qualify(name).schema?,
    };
    if old == set.schema || (pair.is_none() && set.if_exists && !may_exist(back, name)) {
        return None;
    }
    let made = pair.map(|(_, made)| made);
    let moved = QName { schema: Some(set.schema.clone()), name: name.name.clone() };
    let object = if set.kind == ObjectKind::Extension {
        set.object.clone()
    } else {
        object_name(&set.object, made, moved)
    };
    let key = made.map_or_else(|| ObjectKey::Relation(object.name.clone()), |c| c.key.clone());
    let op = DdlOp::SetSchema(SetSchema { object, schema: old, ..set.clone() });
    Some((op, Target::whole(key)))
}
