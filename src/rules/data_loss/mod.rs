//! Lost data and changes that cannot be undone.

use super::Rule;

pub mod cascading_drop;
pub mod delete_without_where;
pub mod drop_column;
pub mod drop_constraint;
pub mod drop_database;
pub mod drop_not_null;
pub mod drop_schema;
pub mod drop_sequence;
pub mod drop_table;
pub mod narrowing_type_change;
pub mod truncate;
pub mod update_without_where;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &cascading_drop::RULE,
    &delete_without_where::RULE,
    &drop_column::RULE,
    &drop_constraint::RULE,
    &drop_database::RULE,
    &drop_not_null::RULE,
    &drop_schema::RULE,
    &drop_sequence::RULE,
    &drop_table::RULE,
    &narrowing_type_change::RULE,
    &truncate::RULE,
    &update_without_where::RULE,
];
