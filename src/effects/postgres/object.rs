//! `DROP`, `COMMENT`, publications, statistics and owners.

use crate::effects::fact::{BreakKind, LossKind};
use crate::ir::data::LockMode;
use crate::ir::object::{AlterPublication, Comment, Drop, MembershipChange, ObjectKind, ObjectName, OwnerTo};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, TableKind};

use super::context::{Context, Target};
use super::{drop, types};

pub(super) fn drop(cx: &mut Context<'_>, drop: &Drop) {
    match drop.kind {
        ObjectKind::Index if drop.concurrently => {
            for object in &drop.objects {
                drop_index_concurrently(cx, &object.name);
            }
        }
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            for object in &drop.objects {
                drop_part(cx, drop, object);
            }
        }
        ObjectKind::Extension => drop_extension(cx, drop),
        ObjectKind::Server | ObjectKind::ForeignDataWrapper if drop.cascade => {
            drop_foreign_tables(cx, drop);
        }
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Index
        | ObjectKind::Sequence => drop_relations(cx, drop),
        _ => drop_others(cx, drop),
    }
}

fn drop_relations(cx: &mut Context<'_>, drop: &Drop) {
    let mut keys = Vec::new();
    for object in &drop.objects {
        match cx.target(&object.name) {
            Target::Known(_) => keys.push(ObjectKey::Relation(cx.schema.relation_name(&object.name))),
            Target::Absent => {}
            Target::Unknown(name) => {
                cx.lock(&name, drop.kind, LockMode::AccessExclusive);
                if drop.kind == ObjectKind::Index {
                    cx.unsure(format!("the table of {name} is not known; it is locked too"));
                    continue;
                }
                match drop.kind {
                    ObjectKind::Table => cx.lose(&name, LossKind::Table),
                    ObjectKind::Sequence => cx.lose(&name, LossKind::SequencePosition),
                    _ => {}
                }
                cx.breaks(&name, BreakKind::RelationGone { renamed_to: None });
            }
        }
    }
    drop::objects(cx, keys);
}

/// The index itself is locked for good only when nobody can use it any more.
fn drop_index_concurrently(cx: &mut Context<'_>, name: &QName) {
    cx.fx.waits_for_transactions = true;
    match cx.target(name) {
        Target::Known(Object::Index(index)) => {
            if let Some(on) = cx.schema.relation(&index.table) {
                cx.lock_object(on, LockMode::ShareUpdateExclusive);
            }
        }
        Target::Unknown(name) => {
            cx.unsure(format!(
                "the table of {name} is not known; it is locked in SHARE UPDATE EXCLUSIVE mode"
            ));
        }
        Target::Known(_) | Target::Absent => {}
    }
}

fn drop_part(cx: &mut Context<'_>, drop: &Drop, object: &ObjectName) {
    let Some(part) = &object.part else { return };
    let relation = match cx.target(&object.name) {
        Target::Known(relation) => relation,
        Target::Unknown(name) => return cx.lock(&name, ObjectKind::Table, LockMode::AccessExclusive),
        Target::Absent => return,
    };
    let relation_name = match relation {
        Object::Table(table) => table.name.clone(),
        Object::View(view) => view.name.clone(),
        _ => object.name.clone(),
    };
    // The server looks for it before it locks anything for good; without `IF EXISTS` it is there, or the
    // statement fails.
    if drop.if_exists && !has_part(relation, drop.kind, part) {
        if !(cx.schema.is_blind() || cx.schema.is_unknown(&relation_name)) {
            return;
        }
        cx.unsure(format!("whether {part} is there is not known"));
    }
    cx.lock_object(relation, LockMode::AccessExclusive);
    let Object::Table(table) = relation else { return };
    if drop.kind == ObjectKind::Trigger {
        drop::part(cx, &table.name, Part::Trigger(part.clone()));
    }
    if drop.kind == ObjectKind::Policy
        && table.row_security
        && table.policies.iter().any(|p| p.name == *part && p.permissive)
    {
        cx.breaks(&table.name, BreakKind::RowsHidden);
    }
}

fn has_part(relation: &Object, kind: ObjectKind, part: &Ident) -> bool {
    let (triggers, rules) = match relation {
        Object::Table(table) => (&table.triggers[..], &table.rules[..]),
        Object::View(view) => (&view.triggers[..], &view.rules[..]),
        _ => return false,
    };
    match (kind, relation) {
        (ObjectKind::Trigger, _) => triggers.iter().any(|t| t.def.name == *part),
        (ObjectKind::Rule, _) => rules.iter().any(|r| r.name == *part),
        (ObjectKind::Policy, Object::Table(table)) => table.policies.iter().any(|p| p.name == *part),
        _ => false,
    }
}

/// What an extension brought is not in the model, apart from the types of well-known ones.
fn drop_extension(cx: &mut Context<'_>, drop: &Drop) {
    for object in &drop.objects {
        let name = &object.name.name;
        cx.breaks(object, BreakKind::ObjectGone { renamed_to: None });
        if drop.cascade {
            cx.unsure(format!("what depends on extension {name} is known only in part"));
            drop::objects(cx, [ObjectKey::Extension(name.clone())]);
        }
    }
}

/// Foreign tables go with their server; which servers a wrapper has is not known.
fn drop_foreign_tables(cx: &mut Context<'_>, drop: &Drop) {
    if drop.kind == ObjectKind::Server {
        let key = |object: &ObjectName| ObjectKey::Other(ObjectKind::Server, object.name.name.to_string());
        return drop::objects(cx, drop.objects.iter().map(key));
    }
    let foreign = cx.schema.tables().filter(|t| matches!(t.kind, TableKind::Foreign(_)));
    let keys: Vec<_> = foreign.map(|t| ObjectKey::Relation(t.name.clone())).collect();
    if !keys.is_empty() {
        cx.unsure(
            "the servers of a foreign-data wrapper are not known; all foreign tables are taken for its",
        );
    }
    drop::objects(cx, keys);
}

fn drop_others(cx: &mut Context<'_>, drop: &Drop) {
    let mut keys = Vec::new();
    for object in &drop.objects {
        let found = keys_of(cx, drop.kind, object);
        if found.is_empty() && drop.cascade {
            cx.unsure(format!("what depends on {} {object} is not known", drop.kind));
        }
        keys.extend(found);
    }
    drop::objects(cx, keys);
}

fn keys_of(cx: &Context<'_>, kind: ObjectKind, object: &ObjectName) -> Vec<ObjectKey> {
    let name = &object.name;
    match kind {
        ObjectKind::Schema => vec![ObjectKey::Schema(name.name.clone())],
        ObjectKind::Type | ObjectKind::Domain | ObjectKind::CompositeType => {
            cx.schema.resolve_type(name).into_iter().collect()
        }
        ObjectKind::Statistics => vec![ObjectKey::Statistics(cx.schema.qualify(name))],
        kind if kind.is_routine() => {
            let named = cx.schema.functions_named(name).iter();
            match &object.args {
                None => named.cloned().collect(),
                Some(args) => {
                    let wanted = ObjectKey::function(name.clone(), args);
                    let same = |key: &&ObjectKey| match (key, &wanted) {
                        (ObjectKey::Function(_, a), ObjectKey::Function(_, b)) => a == b,
                        _ => false,
                    };
                    named.filter(same).cloned().collect()
                }
            }
        }
        _ => Vec::new(),
    }
}

/// Comments on relations and columns keep other changes of them away; those on parts of a table only read it.
pub(super) fn comment(cx: &mut Context<'_>, comment: &Comment) {
    let name = &comment.object.name;
    match comment.kind {
        ObjectKind::Column if types::is_composite(cx, name) => {
            types::lock_composite(cx, name, LockMode::ShareUpdateExclusive);
        }
        ObjectKind::Column => cx.lock_named(name, ObjectKind::Table, LockMode::ShareUpdateExclusive),
        ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule => {
            cx.lock_named(name, ObjectKind::Table, LockMode::AccessShare);
        }
        kind if kind.is_relation() && kind != ObjectKind::CompositeType => {
            cx.lock_named(name, kind, LockMode::ShareUpdateExclusive);
        }
        _ => {}
    }
}

/// `ALTER … OWNER TO` on objects that are no relations: only composite types are locked as if they were.
pub(super) fn owner_to(cx: &mut Context<'_>, owner: &OwnerTo) {
    if matches!(owner.kind, ObjectKind::Type | ObjectKind::CompositeType)
        && types::is_composite(cx, &owner.object.name)
    {
        types::lock_composite(cx, &owner.object.name, LockMode::AccessExclusive);
    }
}

/// Members of a publication; with a table its inheritance children, which it publishes too.
pub(super) fn publish(cx: &mut Context<'_>, tables: &[QName], only: &[QName]) {
    for name in tables {
        match cx.target(name) {
            Target::Known(Object::Table(table)) if !table.is_partitioned() && !only.contains(name) => {
                cx.lock_tree(table, LockMode::ShareUpdateExclusive);
            }
            Target::Known(object) => cx.lock_object(object, LockMode::ShareUpdateExclusive),
            Target::Unknown(name) => cx.lock(&name, ObjectKind::Table, LockMode::ShareUpdateExclusive),
            Target::Absent => {}
        }
    }
}

pub(super) fn alter_publication(cx: &mut Context<'_>, alter: &AlterPublication) {
    publish(cx, &alter.tables, &alter.only);
    let sets_tables = !alter.tables.is_empty() || !alter.schemas.is_empty();
    if alter.action == MembershipChange::Set && sets_tables {
        match cx.schema.get(&ObjectKey::Publication(alter.name.clone())) {
            Some(Object::Publication(publication)) => publish(cx, &publication.tables, &[]),
            _ => cx.unsure(format!("the tables that leave publication {} are not known", alter.name)),
        }
    }
}
