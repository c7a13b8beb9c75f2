//! Changes that break running code.

use super::Rule;

pub mod broken_query;
pub mod drop_extension;
pub mod drop_function;
pub mod drop_primary_key;
pub mod drop_type;
pub mod drop_view;
pub mod query_loses_index;
pub mod rename_column;
pub mod rename_enum_value;
pub mod rename_object;
pub mod rename_table;
pub mod required_column_loses_default;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &broken_query::RULE,
    &drop_extension::RULE,
    &drop_function::RULE,
    &drop_primary_key::RULE,
    &drop_type::RULE,
    &drop_view::RULE,
    &query_loses_index::RULE,
    &rename_column::RULE,
    &rename_enum_value::RULE,
    &rename_object::RULE,
    &rename_table::RULE,
    &required_column_loses_default::RULE,
];
