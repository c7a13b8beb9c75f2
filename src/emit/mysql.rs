//! The actions of MySQL's `ALTER TABLE` where they differ from PostgreSQL's; what MySQL has no syntax for comes
//! in PostgreSQL's form.

use super::alter::action;
use super::column::default;
use super::line::Line;
use super::object::{ident, relation, type_name};
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::name::{Dialect, Ident};

/// The texts of the actions. A change of a column's type and the changes of its nullability, default and
/// `AUTO_INCREMENT` right behind it are one `MODIFY COLUMN`, which states the column anew.
pub(super) fn actions(list: &[&TableAction]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = list;
    while let [first, after @ ..] = rest {
        rest = after;
        if let TableAction::AlterType { column, data_type, collation, using: _ } = first {
            let restating = after.iter().take_while(|action| restates(action, column)).count();
            let (own, others) = after.split_at(restating);
            let line = Line::new("MODIFY COLUMN")
                .word(ident(column, Dialect::MySql))
                .word(type_name(data_type, Dialect::MySql))
                .clause("COLLATE", collation.as_ref().map(|name| relation(name, Dialect::MySql)));
            texts.push(own.iter().fold(line, |line, action| attribute(line, action)).done());
            rest = others;
        } else if primary_key_goes(first) {
            texts.push("DROP PRIMARY KEY".into());
        } else {
            texts.extend(action(first, ObjectKind::Table, Dialect::MySql));
        }
    }
    texts
}

/// Whether the action says something about the column that `MODIFY COLUMN` has a place for.
fn restates(action: &TableAction, of: &Ident) -> bool {
    matches!(action,
        TableAction::NotNull { column, .. }
        | TableAction::Default { column, .. }
        | TableAction::AddIdentity { column, .. } if column == of)
}

/// Adds what a restating action says. No default is what `MODIFY COLUMN` means by not naming one.
fn attribute(line: Line, action: &TableAction) -> Line {
    if let TableAction::NotNull { not_null, .. } = action {
        line.word(if *not_null { "NOT NULL" } else { "NULL" })
    } else if let TableAction::Default { default: Some(value), .. } = action {
        line.word(default(value, Dialect::MySql))
    } else {
        line.when(matches!(action, TableAction::AddIdentity { .. }), "AUTO_INCREMENT")
    }
}

/// The primary key is an index named `PRIMARY`, and its constraint has no other name.
fn primary_key_goes(action: &TableAction) -> bool {
    matches!(action, TableAction::DropConstraint { name, .. } if *name == "PRIMARY")
}
