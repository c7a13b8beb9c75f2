//! One statement of a difference, with what it makes, changes or removes.

use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, TableAction};
use crate::name::QName;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::text::Span;

/// What a statement is about: an object, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The object.
    pub key: ObjectKey,
    /// The part; [`Part::Whole`] for the object itself.
    pub part: Part,
}

impl Target {
    /// A whole object.
    #[must_use]
    pub fn whole(key: ObjectKey) -> Self {
        Self { key, part: Part::Whole }
    }

    /// Whether `other` is this target or a part of it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.key == other.key && (self.part == Part::Whole || self.part == other.part)
    }
}

/// What a statement does to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It does not exist before and does after.
    Make,
    /// It exists before and after.
    Change,
    /// It exists before and not after.
    Remove,
    /// It goes on under another name; the target is the old one.
    Rename,
}

/// When a statement runs within a difference, as far as dependencies between objects leave it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Parts of objects that stay are removed.
    Early,
    /// Objects are dropped.
    Drop,
    /// Objects are made.
    Create,
    /// Objects that stay are changed.
    Alter,
    /// What may refer to anything: foreign keys, triggers, policies, ownership of sequences, partitions.
    Late,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The statement.
    pub op: DdlOp,
    /// What it is about.
    pub on: Target,
    /// What it does to that.
    pub verb: Verb,
    /// When it runs.
    pub phase: Phase,
    /// Objects that have to be there when it runs, besides the target's own.
    pub needs: Vec<ObjectKey>,
    /// Objects that the target needed before and may no longer need after it.
    pub frees: Vec<ObjectKey>,
}

impl Piece {
    /// A statement that makes something.
    #[must_use]
    pub fn make(phase: Phase, on: Target, op: DdlOp) -> Self {
        Self { op, on, verb: Verb::Make, phase, needs: Vec::new(), frees: Vec::new() }
    }

    /// A statement that changes something.
    #[must_use]
    pub fn change(phase: Phase, on: Target, op: DdlOp) -> Self {
        Self { verb: Verb::Change, ..Self::make(phase, on, op) }
    }

    /// A statement that removes something.
    #[must_use]
    pub fn remove(phase: Phase, on: Target, op: DdlOp) -> Self {
        Self { verb: Verb::Remove, ..Self::make(phase, on, op) }
    }
}

/// `ALTER … name action`.
#[must_use]
pub fn alter_table(kind: ObjectKind, name: &QName, action: TableAction) -> DdlOp {
    DdlOp::AlterTable(AlterTable {
        kind,
        name: name.clone(),
        if_exists: false,
        only: false,
        actions: vec![(action, Span::default())],
    })
}
