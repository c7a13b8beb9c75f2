//! Keys, indexes, types.

use super::Rule;

pub mod char_type;
pub mod duplicate_index;
pub mod float_for_money;
pub mod foreign_key_type_mismatch;
pub mod integer_primary_key;
pub mod json_type;
pub mod missing_primary_key;
pub mod money_type;
pub mod redundant_index;
pub mod repeating_columns;
pub mod timestamp_without_time_zone;
pub mod unindexed_foreign_key;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &char_type::RULE,
    &duplicate_index::RULE,
    &float_for_money::RULE,
    &foreign_key_type_mismatch::RULE,
    &integer_primary_key::RULE,
    &json_type::RULE,
    &missing_primary_key::RULE,
    &money_type::RULE,
    &redundant_index::RULE,
    &repeating_columns::RULE,
    &timestamp_without_time_zone::RULE,
    &unindexed_foreign_key::RULE,
];
