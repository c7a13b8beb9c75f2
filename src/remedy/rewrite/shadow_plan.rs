//! The stages in which a second column takes a column's place.

use crate::ir::DdlOp;
use crate::ir::object::{Comment, ObjectKind, ObjectName};
use crate::ir::table::{ColumnDef, ConstraintDef, ConstraintKind, TableAction};
use crate::ir::types::{AlterSequence, SequenceOptions};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::{Constraint, Index};
use crate::text::Span;

use super::build::{
    add, alter, constraint, constraint_of, create_like, drop_constraint, drop_row_trigger, ident,
    is_not_null, rename_index, rename_part, row_trigger, using_index,
};
use super::case::{fresh, fresh_on};
use super::shadow::Shadow;
use super::shadow_parts::Temporary;
use super::{Stage, backfill, index};

/// All stages.
pub(super) fn stages(schema: &Schema, shadow: &Shadow<'_>) -> Option<Vec<Stage>> {
    let table = &shadow.table.name;
    // With an expression that may give null there is no telling by the value which rows are done.
    if shadow.using.is_some() && backfill::key(shadow.table).len() != 1 {
        return None;
    }
    let trigger = fresh(&["zz", &table.name, &shadow.new], "sync", |name| {
        shadow.table.triggers.iter().any(|t| t.def.name == *name)
            || !schema.functions_named(&table.sibling(name.clone())).is_empty()
    });
    let not_null = shadow
        .last
        .not_null
        .as_ref()
        .map(|_| fresh_on(schema, shadow.table, &[&table.name, &shadow.new], "present"));

    let mut begin = vec![alter(table, vec![add_column(shadow)])];
    begin.extend(row_trigger(table, &trigger, body(shadow)));
    let mut stages = vec![
        Stage::locked(format!("Add {} and keep it in step", shadow.new), begin),
        Stage::outside("Fill the existing rows in batches", Vec::new()).note(fill(shadow)),
    ];
    if !shadow.attached.indexes.is_empty() {
        let indexes = shadow.attached.indexes.iter().map(|i| create_like(&i.model, table, &i.name)).collect();
        stages.push(index::built("Build its indexes without blocking writes".into(), indexes));
    }
    stages.extend(prove(shadow, not_null.as_ref()));
    // One by one: each drop locks both tables. From here on the key to the new column does the work.
    stages.extend(shadow.attached.referencing.iter().map(|(child, key)| {
        let title = format!("Replace the foreign key {} of {child}", key.model.name);
        Stage::locked(
            title,
            vec![
                alter(child, vec![drop_constraint(&key.model.name)]),
                rename_part(ObjectKind::Constraint, child, &key.name, &key.model.name),
            ],
        )
    }));
    stages.push(swap(shadow, &trigger, not_null.as_ref()));
    Some(stages)
}

fn add_column(shadow: &Shadow<'_>) -> TableAction {
    TableAction::AddColumn {
        column: Box::new(ColumnDef {
            data_type: Some(shadow.data_type().clone()),
            collation: shadow.last.collation.clone(),
            compression: shadow.last.compression.clone(),
            ..ColumnDef::named(shadow.new.clone(), Span::default())
        }),
        if_not_exists: false,
    }
}

/// The trigger's body. When the type changes, code writes the old column until the swap. When the name changes,
/// old code writes one and new code the other.
fn body(shadow: &Shadow<'_>) -> String {
    let (old, new) = (ident(&shadow.old.name), ident(&shadow.new));
    let statements = if shadow.is_rename() {
        format!(
            "  IF TG_OP = 'INSERT' THEN
    IF NEW.{new} IS NULL THEN
      NEW.{new} := NEW.{old};
    ELSE
      NEW.{old} := NEW.{new};
    END IF;
  ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN
    NEW.{old} := NEW.{new};
  ELSE
    NEW.{new} := NEW.{old};
  END IF;"
        )
    } else {
        match &shadow.using {
            None => format!("  NEW.{new} := NEW.{old};"),
            Some(using) => {
                let table = ident(&shadow.table.name.name);
                format!("  NEW.{new} := (SELECT {} FROM (SELECT NEW.*) AS {table});", using.sql)
            }
        }
    };
    format!("\nBEGIN\n{statements}\n  RETURN NEW;\nEND\n")
}

fn fill(shadow: &Shadow<'_>) -> String {
    let (old, new) = (ident(&shadow.old.name), ident(&shadow.new));
    match &shadow.using {
        None => {
            let pending = format!("{new} IS NULL AND {old} IS NOT NULL");
            backfill::note(shadow.table, &format!("{new} = {old}"), &pending)
        }
        Some(using) => {
            backfill::note(shadow.table, &format!("{new} = ({})", using.sql), &format!("{new} IS NULL"))
        }
    }
}

/// Constraints on the new column, valid before the swap.
fn prove(shadow: &Shadow<'_>, not_null: Option<&Ident>) -> Vec<Stage> {
    let table = &shadow.table.name;
    let mut stages = Vec::new();
    let mut validations = Vec::new();
    let mut own = Vec::new();
    if let Some(name) = not_null {
        let kind = if shadow.named_not_null {
            ConstraintKind::NotNull(shadow.new.clone())
        } else {
            ConstraintKind::Check(is_not_null(&shadow.new))
        };
        own.push(add(ConstraintDef { not_valid: true, ..constraint(name, kind) }));
        validations.push(alter(table, vec![TableAction::ValidateConstraint(name.clone())]));
    }
    let foreign: Vec<(&QName, &Temporary<Constraint>)> = shadow
        .attached
        .constraints
        .iter()
        .map(|c| (table, c))
        .chain(shadow.attached.referencing.iter().map(|(child, c)| (child, c)))
        .collect();
    for (on, temporary) in &foreign {
        let def = ConstraintDef { not_valid: true, ..constraint_of(&temporary.model, &temporary.name) };
        match &temporary.model.kind {
            ConstraintKind::Check(_) => own.push(add(def)),
            _ => stages.push(Stage::locked(
                format!("Hold new rows to {}", temporary.name),
                vec![alter(on, vec![add(def)])],
            )),
        }
        if temporary.model.validated {
            validations.push(alter(on, vec![TableAction::ValidateConstraint(temporary.name.clone())]));
        }
    }
    if !own.is_empty() {
        stages.insert(0, Stage::locked("Hold new rows to the constraints", vec![alter(table, own)]));
    }
    if !validations.is_empty() {
        stages.push(Stage::open("Check the existing rows", validations));
    }
    stages
}

/// The short transaction: nothing in it reads rows.
fn swap(shadow: &Shadow<'_>, trigger: &Ident, not_null: Option<&Ident>) -> Stage {
    let table = &shadow.table.name;
    let mut ops: Vec<DdlOp> = drop_row_trigger(table, trigger).into();
    for sequence in &shadow.sequences {
        ops.push(DdlOp::AlterSequence(AlterSequence {
            name: sequence.clone(),
            if_exists: false,
            options: Box::new(SequenceOptions {
                owned_by: Some(Some((table.clone(), shadow.new.clone()))),
                ..SequenceOptions::default()
            }),
        }));
    }
    // Indexes and constraints of the table that name the column go with it.
    let name = shadow.old.name.clone();
    let own_keys = |c: &&Temporary<Constraint>| match &c.model.kind {
        // A foreign key to the column itself does not go without a word.
        ConstraintKind::ForeignKey(fk) => fk.table == *table,
        _ => false,
    };
    for key in shadow.attached.constraints.iter().filter(own_keys) {
        ops.push(alter(table, vec![drop_constraint(&key.model.name)]));
    }
    ops.push(alter(table, vec![TableAction::DropColumn { name, if_exists: false, cascade: false }]));
    if !shadow.is_rename() {
        ops.push(rename_part(ObjectKind::Column, table, &shadow.new, &shadow.last.name));
    }
    ops.extend(settle_column(shadow, not_null));
    ops.extend(settle_attached(shadow));
    let title = if shadow.is_rename() {
        format!(
            "When no code uses {} any more: drop it, and give {} what it had",
            shadow.old.name, shadow.new
        )
    } else {
        format!("Put {} in the place of {}", shadow.new, shadow.old.name)
    };
    let reason = format!("checkrail: allow drop-column ({} holds its values)", shadow.new);
    let mut stage = Stage::locked(title, ops);
    let drops = |op: &DdlOp| match op {
        DdlOp::AlterTable(alter) => {
            alter.actions.iter().any(|(a, _)| matches!(a, TableAction::DropColumn { .. }))
        }
        _ => false,
    };
    stage.comments.extend(stage.ops.iter().position(drops).map(|at| (at, reason)));
    if shadow.is_rename() { stage.later() } else { stage }
}

/// Default, `NOT NULL` and the settings of the column.
fn settle_column(shadow: &Shadow<'_>, not_null: Option<&Ident>) -> Vec<DdlOp> {
    let table = &shadow.table.name;
    let column = || shadow.last.name.clone();
    let mut actions = Vec::new();
    if let Some(default) = &shadow.last.default {
        actions.push(TableAction::Default { column: column(), default: Some(default.clone()) });
    }
    if not_null.is_some() && !shadow.named_not_null {
        actions.push(TableAction::NotNull { column: column(), not_null: true });
    }
    if let Some(storage) = &shadow.last.storage {
        actions.push(TableAction::SetStorage { column: column(), storage: storage.clone() });
    }
    if let Some(target) = shadow.last.statistics {
        actions.push(TableAction::SetStatistics { column: column(), target: Some(target) });
    }
    if !shadow.last.options.is_empty() {
        let set = shadow.last.options.clone();
        actions.push(TableAction::ColumnOptions { column: column(), set, reset: Vec::new() });
    }
    let mut ops = Vec::new();
    if !actions.is_empty() {
        ops.push(alter(table, actions));
    }
    if let Some(name) = not_null {
        let last = shadow.last.not_null.as_ref().and_then(|n| n.name.clone());
        match last {
            Some(last) if shadow.named_not_null => {
                ops.push(rename_part(ObjectKind::Constraint, table, name, &last));
            }
            _ if shadow.named_not_null => {}
            _ => ops.push(alter(table, vec![drop_constraint(name)])),
        }
    }
    if let Some(text) = &shadow.last.comment {
        let object = ObjectName::part(table.clone(), column());
        ops.push(comment(ObjectKind::Column, object, text));
    }
    ops
}

/// The old names for what was made anew.
fn settle_attached(shadow: &Shadow<'_>) -> Vec<DdlOp> {
    let table = &shadow.table.name;
    let mut ops = Vec::new();
    let key_of =
        |index: &Index| shadow.attached.keys.iter().find(|k| index.constraint.as_ref() == Some(&k.name));
    for index in &shadow.attached.indexes {
        if let Some(key) = key_of(&index.model) {
            let def = constraint_of(key, &key.name);
            ops.push(alter(table, vec![add(using_index(&def, &key.name, &index.name))]));
        } else {
            ops.push(rename_index(&table.sibling(index.name.clone()), &index.model.name.name));
        }
        if let Some(text) = &index.model.comment {
            ops.push(comment(ObjectKind::Index, ObjectName::of(index.model.name.clone()), text));
        }
    }
    for made in &shadow.attached.constraints {
        ops.push(rename_part(ObjectKind::Constraint, table, &made.name, &made.model.name));
    }
    let own = shadow.attached.constraints.iter().map(|c| (table, &c.model));
    let keys = shadow.attached.keys.iter().map(|c| (table, c));
    let others = shadow.attached.referencing.iter().map(|(child, c)| (child, &c.model));
    for (on, model) in own.chain(keys).chain(others) {
        if let Some(text) = &model.comment {
            let object = ObjectName::part(on.clone(), model.name.clone());
            ops.push(comment(ObjectKind::Constraint, object, text));
        }
    }
    ops
}

fn comment(kind: ObjectKind, object: ObjectName, text: &str) -> DdlOp {
    DdlOp::Comment(Comment { kind, object, text: Some(text.to_owned()) })
}
