//! Columns that come back without values. `NOT NULL` without a default would make the whole script fail on a
//! table with rows; so the column comes back first, and `NOT NULL` where nothing contradicts it.

use crate::diff::piece::{Piece, Verb, alter_table};
use crate::ir::DdlOp;
use crate::ir::table::{AlterTable, ColumnDef, ConstraintKind, TableAction};
use crate::schema::dependency::Part;

use super::Back;
use super::guard::attempt;

/// Splits `NOT NULL` off the columns that are added to tables which may have rows.
pub(super) fn split_not_null(back: &mut Back<'_>) {
    if back.pieces.iter().all(|piece| valueless(piece).is_none()) {
        return;
    }
    let pieces = std::mem::take(&mut back.pieces);
    for piece in pieces {
        let Some((table, def)) = valueless(&piece) else {
            back.pieces.push(piece);
            continue;
        };
        let name = format!("{}.{}", table.name, def.name);
        let (plain, required) = relaxed(table, def);
        back.lossy(
            format!("NOT NULL of {name}, if the table has rows: fill the column, then set it"),
            vec![piece.on.clone()],
        );
        let warning = format!("{name} stays without NOT NULL: its rows have no values");
        let op = attempt(&required, "not_null_violation", &warning);
        let again = Piece { op, verb: Verb::Change, ..piece.clone() };
        back.pieces.push(Piece { op: plain, ..piece });
        back.pieces.push(again);
    }
}

/// A column that is added with `NOT NULL` and nothing to put into it.
fn valueless(piece: &Piece) -> Option<(&AlterTable, &ColumnDef)> {
    let (DdlOp::AlterTable(alter), Verb::Make, Part::Column(_)) = (&piece.op, piece.verb, &piece.on.part)
    else {
        return None;
    };
    let [(TableAction::AddColumn { column, .. }, _)] = alter.actions.as_slice() else { return None };
    let empty = column.not_null
        && column.default.is_none()
        && column.identity.is_none()
        && column.generated.is_none();
    empty.then_some((alter, column))
}

/// The same column without `NOT NULL`, and the statement that sets it.
fn relaxed(alter: &AlterTable, def: &ColumnDef) -> (DdlOp, DdlOp) {
    let is_not_null = |kind: &ConstraintKind| matches!(kind, ConstraintKind::NotNull(_));
    let named = def.constraints.iter().find(|c| is_not_null(&c.kind)).cloned();
    let mut column = ColumnDef { not_null: false, ..def.clone() };
    column.constraints.retain(|c| !is_not_null(&c.kind));
    let add = TableAction::AddColumn { column: Box::new(column), if_not_exists: false };
    let set = match named {
        Some(constraint) => TableAction::AddConstraint(Box::new(constraint)),
        None => TableAction::NotNull { column: def.name.clone(), not_null: true },
    };
    let op = |action| alter_table(alter.kind, &alter.name, action);
    (op(add), op(set))
}
