//! Functions, triggers and rules.

use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::ir::routine::{CreateFunction, CreateRule, CreateTrigger};
use crate::schema::model::Object;

use super::context::{Context, Target};
use super::query::Stage;

/// The body of a `LANGUAGE sql` function is analysed and rewritten when it is made; those of other languages
/// are only text.
pub(super) fn create_function(cx: &mut Context<'_>, function: &CreateFunction) {
    let checked = function.sql_body || cx.schema.session.check_function_bodies;
    if *function.language != *"sql" || !checked {
        return;
    }
    for query in &function.uses.queries {
        cx.query(query, Stage::Rewritten, None);
    }
    // Utility statements in the body are not analysed; which of them names a table is not known.
    let body = function.body.to_ascii_lowercase();
    let utility = ["truncate", "refresh"].iter().any(|verb| body.contains(verb));
    let changes = ["insert", "update", "delete", "merge"].iter().any(|verb| body.contains(verb));
    if utility && changes {
        cx.unsure(format!("which tables the body of {} changes row by row is not known", function.name));
    } else if !utility {
        for table in &function.uses.writes {
            cx.lock_named(table, ObjectKind::Table, LockMode::RowExclusive);
        }
    }
    if !function.uses.readable {
        cx.unsure(format!("the body of {} could not be read", function.name));
    }
}

/// Row triggers are copied to every partition.
pub(super) fn create_trigger(cx: &mut Context<'_>, trigger: &CreateTrigger) {
    match cx.target(&trigger.table) {
        Target::Known(Object::Table(table)) if table.is_partitioned() && trigger.for_each_row => {
            cx.lock_tree(table, LockMode::ShareRowExclusive);
        }
        Target::Known(object) => cx.lock_object(object, LockMode::ShareRowExclusive),
        Target::Unknown(name) => cx.lock(&name, ObjectKind::Table, LockMode::ShareRowExclusive),
        Target::Absent => return,
    }
    if let Some(from) = &trigger.from_table {
        cx.lock_named(from, ObjectKind::Table, LockMode::AccessShare);
    }
}

pub(super) fn create_rule(cx: &mut Context<'_>, rule: &CreateRule) {
    cx.lock_named(&rule.table, ObjectKind::Table, LockMode::AccessExclusive);
    if !rule.sql.trim_end_matches([';', ' ']).to_ascii_lowercase().ends_with("nothing") {
        cx.unsure("the tables that the rule's own statements name are locked too");
    }
}
