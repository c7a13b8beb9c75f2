//! Keys, indexes, types.

use super::Rule;

pub mod autovacuum_disabled;
pub mod cascading_foreign_key;
pub mod char_type;
pub mod duplicate_index;
pub mod enum_type;
pub mod enum_value_without_position;
pub mod float_for_money;
pub mod foreign_key_type_mismatch;
pub mod integer_primary_key;
pub mod json_type;
pub mod limited_varchar;
pub mod missing_primary_key;
pub mod money_type;
pub mod quoted_identifier;
pub mod redundant_index;
pub mod reg_type_column;
pub mod repeating_columns;
pub mod rounded_timestamp;
pub mod serial_type;
pub mod timestamp_without_time_zone;
pub mod unindexed_foreign_key;
pub mod unlogged_table;
pub mod unnamed_constraint;
pub mod unqualified_name;
pub mod volatile_check;
pub mod wide_index;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &autovacuum_disabled::RULE,
    &cascading_foreign_key::RULE,
    &char_type::RULE,
    &duplicate_index::RULE,
    &enum_type::RULE,
    &enum_value_without_position::RULE,
    &float_for_money::RULE,
    &foreign_key_type_mismatch::RULE,
    &integer_primary_key::RULE,
    &json_type::RULE,
    &limited_varchar::RULE,
    &missing_primary_key::RULE,
    &money_type::RULE,
    &quoted_identifier::RULE,
    &redundant_index::RULE,
    &reg_type_column::RULE,
    &repeating_columns::RULE,
    &rounded_timestamp::RULE,
    &serial_type::RULE,
    &timestamp_without_time_zone::RULE,
    &unindexed_foreign_key::RULE,
    &unlogged_table::RULE,
    &unnamed_constraint::RULE,
    &unqualified_name::RULE,
    &volatile_check::RULE,
    &wide_index::RULE,
];
