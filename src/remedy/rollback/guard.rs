//! What comes back only as far as the rows let it. A column comes back without values and a dropped table without
//! rows; a key over that column, or a foreign key into that table, would make the whole script fail where it meets
//! rows. Such a statement is tried, and where rows contradict it the script goes on with a warning.

use crate::diff::piece::{Piece, Verb, alter_table};
use crate::emit;
use crate::hash::HashSet;
use crate::ir::object::{Drop, ObjectKind, Rename};
use crate::ir::table::{AlterTable, ConstraintDef, ConstraintKind, TableAction};
use crate::ir::{DdlOp, DoBlock, Nested};
use crate::name::{Dialect, Ident, QName};
use crate::quote::quote_literal;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::text::Span;

/// What is known at a place of the script.
#[derive(Default)]
struct Known {
    /// Tables that the script has made, which are empty.
    made: HashSet<QName>,
    /// Columns without values.
    valueless: HashSet<(QName, Ident)>,
    /// Tables whose key may be missing.
    keyless: HashSet<QName>,
    /// What the migration leaves behind for good.
    leaves: Leaves,
}

/// What a migration leaves behind that its way back does not undo, and that may then be in the way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Leaves {
    /// Rows, which may have nulls.
    pub(super) rows: bool,
    /// Objects that are not known.
    pub(super) objects: bool,
    /// Indexes that may be parts of others.
    pub(super) indexes: bool,
}

/// Rewrites statements that rows may contradict; also says what may be missing then.
pub(super) fn guard(pieces: Vec<Piece>, leaves: Leaves) -> (Vec<Piece>, Vec<String>) {
    let mut known = Known { leaves, ..Known::default() };
    let mut told = Vec::new();
    let mut guarded = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match known.judge(&piece) {
            Some((ops, text)) => {
                told.push(text);
                guarded.extend(ops.into_iter().map(|op| Piece { op, verb: Verb::Change, ..piece.clone() }));
            }
            None => guarded.push(piece.clone()),
        }
        known.follow(&piece);
    }
    (guarded, told)
}

impl Known {
    /// What to write in place of a statement, and what may be missing then.
    fn judge(&self, piece: &Piece) -> Option<(Vec<DdlOp>, String)> {
        if let DdlOp::Drop(drop) = &piece.op {
            return self.dropped(piece, drop);
        }
        let DdlOp::AlterTable(alter) = &piece.op else { return None };
        let [(action, _)] = alter.actions.as_slice() else { return None };
        let table = &alter.name;
        if self.made.contains(table) {
            return None;
        }
        let is_valueless = |column: &Ident| self.valueless.contains(&(table.clone(), column.clone()));
        match action {
            TableAction::AddConstraint(constraint) => {
                let name = called(constraint, table);
                match &constraint.kind {
                    ConstraintKind::PrimaryKey(key) if key.columns.iter().any(is_valueless) => {
                        let warning = format!("{name} is missing: its rows have no values");
                        let text = format!("{name}, if the table has rows: fill the column, then add it");
                        Some((vec![attempt(&piece.op, "not_null_violation", &warning)], text))
                    }
                    ConstraintKind::NotNull(column) if self.leaves.rows || is_valueless(column) => {
                        let warning =
                            format!("{table}.{column} stays without NOT NULL: there are rows without values");
                        let text = format!("NOT NULL of {table}.{column}, if there are rows without values");
                        Some((vec![attempt(&piece.op, "not_null_violation", &warning)], text))
                    }
                    ConstraintKind::ForeignKey(fk) if self.keyless.contains(&fk.table) => {
                        let warning = format!("{name} is missing: {} has no key", fk.table);
                        let text = format!("{name}, while {} has no key that it can refer to", fk.table);
                        Some((vec![attempt(&piece.op, "invalid_foreign_key", &warning)], text))
                    }
                    ConstraintKind::ForeignKey(fk)
                        if self.made.contains(&fk.table)
                            && !constraint.not_valid
                            && !fk.columns.iter().any(is_valueless) =>
                    {
                        let validate = TableAction::ValidateConstraint(constraint.name.clone()?);
                        let add = ConstraintDef { not_valid: true, ..(**constraint).clone() };
                        let op = |action| alter_table(alter.kind, table, action);
                        let warning = format!("{name} is not validated: rows that it refers to are lost");
                        let ops = vec![
                            op(TableAction::AddConstraint(Box::new(add))),
                            attempt(&op(validate), "foreign_key_violation", &warning),
                        ];
                        Some((
                            ops,
                            format!(
                                "validation of {name}, if rows refer to those of {} that are lost",
                                fk.table
                            ),
                        ))
                    }
                    _ => None,
                }
            }
            TableAction::NotNull { column, not_null: true } if self.leaves.rows && !is_valueless(column) => {
                let warning =
                    format!("{table}.{column} stays without NOT NULL: rows of the migration have no values");
                let text =
                    format!("NOT NULL of {table}.{column}, if rows that the migration added have no values");
                Some((vec![attempt(&piece.op, "not_null_violation", &warning)], text))
            }
            TableAction::NotNull { column, not_null: true } if is_valueless(column) => {
                let warning = format!("{table}.{column} stays without NOT NULL: its rows have no values");
                let text = format!(
                    "NOT NULL of {table}.{column}, if the table has rows: fill the column, then set it"
                );
                Some((vec![attempt(&piece.op, "not_null_violation", &warning)], text))
            }
            _ => None,
        }
    }

    /// What is dropped stays where something that is not known needs it.
    fn dropped(&self, piece: &Piece, drop: &Drop) -> Option<(Vec<DdlOp>, String)> {
        let is_leaving = match drop.kind {
            ObjectKind::Index => self.leaves.indexes,
            _ => self.leaves.objects,
        };
        if !is_leaving || drop.cascade || drop.concurrently {
            return None;
        }
        let warning = format!("{} stays: something else needs it", piece.on.key);
        let text = format!("{}, where something that is not known here needs it", piece.on.key);
        Some((vec![attempt(&piece.op, "dependent_objects_still_exist", &warning)], text))
    }

    /// Takes in what a statement does.
    fn follow(&mut self, piece: &Piece) {
        match &piece.op {
            DdlOp::CreateTable(table) if piece.on.part == Part::Whole => {
                self.made.extend(table.name.clone());
            }
            DdlOp::AlterTable(alter) => self.altered(alter),
            DdlOp::Rename(rename) => self.renamed(rename, piece),
            _ => {}
        }
    }

    fn altered(&mut self, alter: &AlterTable) {
        for (action, _) in &alter.actions {
            match action {
                TableAction::AddColumn { column, .. }
                    if column.default.is_none()
                        && column.identity.is_none()
                        && column.generated.is_none() =>
                {
                    self.valueless.insert((alter.name.clone(), column.name.clone()));
                }
                TableAction::AddConstraint(constraint) => {
                    if let ConstraintKind::PrimaryKey(key) = &constraint.kind
                        && !self.made.contains(&alter.name)
                        && key
                            .columns
                            .iter()
                            .any(|c| self.valueless.contains(&(alter.name.clone(), c.clone())))
                    {
                        self.keyless.insert(alter.name.clone());
                    }
                }
                _ => {}
            }
        }
    }

    fn renamed(&mut self, rename: &Rename, piece: &Piece) {
        let ObjectKey::Relation(relation) = &piece.on.key else { return };
        if let Part::Column(old) = &piece.on.part {
            if self.valueless.remove(&(relation.clone(), old.clone())) {
                self.valueless.insert((relation.clone(), rename.to.clone()));
            }
        } else if piece.on.part == Part::Whole {
            let new = relation.sibling(rename.to.clone());
            for names in [&mut self.made, &mut self.keyless] {
                if names.remove(relation) {
                    names.insert(new.clone());
                }
            }
            let columns: Vec<Ident> =
                self.valueless.iter().filter(|(t, _)| t == relation).map(|(_, c)| c.clone()).collect();
            for column in columns {
                self.valueless.remove(&(relation.clone(), column.clone()));
                self.valueless.insert((new.clone(), column));
            }
        }
    }
}

fn called(constraint: &ConstraintDef, table: &QName) -> String {
    match &constraint.name {
        Some(name) => format!("constraint {name} of {table}"),
        None => format!("a constraint of {table}"),
    }
}

/// A block that runs the statement and goes on if rows contradict it.
pub(super) fn attempt(op: &DdlOp, condition: &str, warning: &str) -> DdlOp {
    let warning = quote_literal(&warning.replace('%', "%%"));
    let statement = emit::sql(op, Dialect::PostgreSql);
    let body = format!(
        "\nBEGIN\n    {statement};\nEXCEPTION WHEN {condition} THEN\n    RAISE WARNING {warning};\nEND\n"
    );
    let nested = Nested { op: op.clone(), span: Span::default(), conditional: false, guarded: true };
    DdlOp::Do(DoBlock {
        language: Ident::new("plpgsql"),
        body,
        statements: vec![nested],
        unread: Vec::new(),
        raises: None,
    })
}
