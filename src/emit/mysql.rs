//! The actions of MySQL's `ALTER TABLE` where they differ from PostgreSQL's; what MySQL has no syntax for comes
//! in PostgreSQL's form.

use super::alter::action;
use super::column::default;
use super::line::Line;
use super::object::{ident, relation, split_type};
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::name::{Dialect, Ident};

/// The statements, each a list of actions: one, unless constraints go and foreign keys come. MariaDB (10.11
/// measured) keeps a foreign key that is dropped by `DROP CONSTRAINT` when the same statement adds another.
pub(super) fn statements(list: &[&TableAction]) -> Vec<Vec<String>> {
    let drops = |action: &TableAction| {
        matches!(action, TableAction::DropConstraint { .. }) && !primary_key_goes(action)
    };
    let adds = |action: &TableAction| matches!(action, TableAction::AddConstraint(def) if matches!(def.kind, ConstraintKind::ForeignKey(_)));
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, action) in list.iter().enumerate() {
        let current = &list[start..at];
        if drops(action) && current.iter().any(|a| adds(a))
            || adds(action) && current.iter().any(|a| drops(a))
        {
            parts.push(actions(current));
            start = at;
        }
    }
    parts.push(actions(&list[start..]));
    parts
}

/// The texts of the actions. A change of a column's type and the changes of its nullability, default and
/// `AUTO_INCREMENT` right behind it are one `MODIFY COLUMN`, which states the column anew.
fn actions(list: &[&TableAction]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = list;
    while let [first, after @ ..] = rest {
        rest = after;
        if let TableAction::AlterType { column, data_type, collation, using: _ } = first {
            let restating = after.iter().take_while(|action| restates(action, column)).count();
            let (own, others) = after.split_at(restating);
            let (data_type, attributes) = split_type(data_type, Dialect::MySql);
            let line = Line::new("MODIFY COLUMN")
                .word(ident(column, Dialect::MySql))
                .word(data_type)
                .clause("COLLATE", collation.as_ref().map(|name| relation(name, Dialect::MySql)));
            let line = own.iter().fold(line, |line, action| attribute(line, action));
            texts.push(line.word(attributes).done());
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
