//! Making a script safe for tables in use.
//!
//! On tables that were there before, indexes are built `CONCURRENTLY`, and keys from such indexes; foreign keys
//! and checks are added `NOT VALID` and validated by a statement of their own, so that the long part runs under
//! a lock that lets others read and write. Such statements cannot or should not share a transaction with the
//! rest. They move to the end, and indexes that are dropped `CONCURRENTLY` to the beginning, as far as nothing
//! in between has to do with them; so the rest stays together.

use crate::diff::piece::{Phase, Piece, Target, Verb};
use crate::hash::HashSet;
use crate::ir::DdlOp;
use crate::ir::index::{CreateIndex, IndexKey};
use crate::ir::object::{Drop, ObjectKind};
use crate::ir::table::{ConstraintDef, ConstraintKind, KeyConstraint, TableAction};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;

/// One statement of the script.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) piece: Piece,
    /// Whether it has to run by itself, outside a transaction.
    pub(super) alone: bool,
    /// Whether it runs better at the end, or (false) at the beginning.
    moves: Option<bool>,
}

impl Line {
    fn plain(piece: Piece) -> Self {
        Self { piece, alone: false, moves: None }
    }
}

/// What is known of the tables.
pub(super) struct Tables<'a> {
    /// Ordinary tables and materialized views in use, by their present names.
    pub(super) standing: &'a HashSet<QName>,
    /// Indexes that the migration made without blocking.
    pub(super) concurrent: &'a HashSet<ObjectKey>,
    /// Whether all has to be done in one transaction, however long that blocks.
    pub(super) blocking: bool,
}

/// Rewrites the statements and moves those that cannot share a transaction.
pub(super) fn make_safe(pieces: Vec<Piece>, tables: &Tables<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // What the script itself makes nobody uses yet.
    let made: HashSet<ObjectKey> = pieces
        .iter()
        .filter(|p| p.verb == Verb::Make && p.on.part == Part::Whole)
        .map(|p| p.on.key.clone())
        .collect();
    let in_use = |name: &QName| {
        !tables.blocking
            && tables.standing.contains(name)
            && !made.contains(&ObjectKey::Relation(name.clone()))
    };
    for piece in pieces {
        match &piece.op {
            DdlOp::Drop(drop) if drop.kind == ObjectKind::Index && tables.blocking => {
                let op = DdlOp::Drop(Drop { concurrently: false, ..drop.clone() });
                lines.push(Line::plain(Piece { op, ..piece }));
            }
            DdlOp::CreateIndex(create) if in_use(&create.table) => {
                let op = CreateIndex { concurrently: true, ..(**create).clone() };
                let piece = Piece { op: DdlOp::CreateIndex(Box::new(op)), ..piece };
                lines.push(Line { piece, alone: true, moves: Some(true) });
            }
            DdlOp::Drop(drop)
                if drop.kind == ObjectKind::Index
                    && (drop.concurrently || tables.concurrent.contains(&piece.on.key)) =>
            {
                let op = DdlOp::Drop(Drop { concurrently: true, ..drop.clone() });
                lines.push(Line { piece: Piece { op, ..piece }, alone: true, moves: Some(false) });
            }
            DdlOp::AlterTable(alter) if in_use(&alter.name) => match alter.actions.as_slice() {
                [(TableAction::AddConstraint(def), _)] => {
                    lines.extend(add_constraint(&piece, &alter.name, def));
                }
                [(TableAction::ValidateConstraint(_), _)] => {
                    lines.push(Line { piece, alone: true, moves: Some(true) });
                }
                _ => lines.push(Line::plain(piece)),
            },
            _ => {
                let alone = piece.op.transaction_refusal().is_some() || drops_subscription(&piece.op);
                lines.push(Line { alone, ..Line::plain(piece) });
            }
        }
    }
    arrange(lines)
}

/// With a replication slot on the other side, which `DROP SUBSCRIPTION` drops too.
fn drops_subscription(op: &DdlOp) -> bool {
    matches!(op, DdlOp::Drop(drop) if drop.kind == ObjectKind::Subscription)
}

/// The stages in which a constraint is added to a table in use.
fn add_constraint(piece: &Piece, table: &QName, def: &ConstraintDef) -> Vec<Line> {
    let alter = |action| crate::diff::piece::alter_table(ObjectKind::Table, table, action);
    let Some(name) = &def.name else { return vec![Line::plain(piece.clone())] };
    match &def.kind {
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) if !def.not_valid && def.enforced => {
            let quick = ConstraintDef { not_valid: true, ..def.clone() };
            let op = alter(TableAction::AddConstraint(Box::new(quick)));
            let validate = Piece::change(
                Phase::Late,
                piece.on.clone(),
                alter(TableAction::ValidateConstraint(name.clone())),
            );
            vec![
                Line::plain(Piece { op, ..piece.clone() }),
                Line { piece: validate, alone: true, moves: Some(true) },
            ]
        }
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if !key.without_overlaps => {
            let primary = matches!(def.kind, ConstraintKind::PrimaryKey(_));
            let index = unique_index(table, name, key);
            let attached = KeyConstraint { using_index: Some(name.clone()), ..KeyConstraint::default() };
            let kind =
                if primary { ConstraintKind::PrimaryKey(attached) } else { ConstraintKind::Unique(attached) };
            let op = alter(TableAction::AddConstraint(Box::new(ConstraintDef { kind, ..def.clone() })));
            let on = Target::whole(ObjectKey::Relation(table.sibling(name.clone())));
            let mut build = Piece::make(Phase::Create, on, DdlOp::CreateIndex(Box::new(index)));
            build.needs.clone_from(&piece.needs);
            build.needs.push(piece.on.key.clone());
            // The index must be there, so both stay where the constraint was.
            vec![Line { piece: build, alone: true, moves: None }, Line::plain(Piece { op, ..piece.clone() })]
        }
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::NotNull(_)
        | ConstraintKind::Exclude(_) => vec![Line::plain(piece.clone())],
    }
}

fn unique_index(table: &QName, name: &Ident, key: &KeyConstraint) -> CreateIndex {
    CreateIndex {
        name: Some(name.clone()),
        table: table.clone(),
        only: false,
        unique: true,
        concurrently: true,
        if_not_exists: false,
        method: Ident::new("btree"),
        keys: key.columns.iter().cloned().map(IndexKey::column).collect(),
        include: key.include.clone(),
        predicate: None,
        nulls_not_distinct: key.nulls_not_distinct,
        options: key.options.clone(),
        tablespace: key.tablespace.clone(),
    }
}

/// Moves lines outwards, each as far as it gets.
fn arrange(lines: Vec<Line>) -> Vec<Line> {
    let mut first: Vec<Line> = Vec::new();
    let mut middle: Vec<Line> = Vec::new();
    for line in lines {
        let passes =
            line.moves == Some(false) && middle.iter().all(|other| !related(&line.piece, &other.piece));
        if passes { first.push(line) } else { middle.push(line) }
    }
    let mut last: Vec<Line> = Vec::new();
    let mut stays: Vec<Line> = Vec::new();
    for line in middle.into_iter().rev() {
        let passes =
            line.moves == Some(true) && stays.iter().all(|other| !related(&line.piece, &other.piece));
        if passes { last.push(line) } else { stays.push(line) }
    }
    first.extend(stays.into_iter().rev());
    first.extend(last.into_iter().rev());
    first
}

/// Whether two statements may have to keep their order.
fn related(moving: &Piece, other: &Piece) -> bool {
    let tables = |p: &Piece| -> Vec<ObjectKey> {
        match &p.op {
            DdlOp::CreateIndex(create) => vec![p.on.key.clone(), ObjectKey::Relation(create.table.clone())],
            _ => vec![p.on.key.clone()],
        }
    };
    let mine = tables(moving);
    let shares = mine.contains(&other.on.key);
    let foreign_key = matches!(&other.op, DdlOp::AlterTable(a)
        if a.actions.iter().any(|(action, _)| matches!(action,
            TableAction::AddConstraint(def) if matches!(def.kind, ConstraintKind::ForeignKey(_)))));
    // The index of a constraint goes with it.
    let own_constraint = match (&moving.on.key, &other.on.part) {
        (ObjectKey::Relation(index), Part::Constraint(name)) => index.name == *name,
        _ => false,
    };
    other.on == moving.on
        || own_constraint
        || other.needs.contains(&moving.on.key)
        // Names may mean something else on the other side of a rename.
        || other.verb == Verb::Rename
        // A foreign key may rest on a unique index of the table it refers to.
        || (foreign_key && other.needs.iter().any(|k| mine.contains(k)))
        || (moving.verb == Verb::Remove && other.frees.iter().any(|k| mine.contains(k)))
        // The columns of an index have to be there.
        || (shares && moving.verb != Verb::Remove && other.on.part == Part::Whole && other.verb == Verb::Remove)
}
