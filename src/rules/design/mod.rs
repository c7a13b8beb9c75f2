//! Keys, indexes, types.

use super::Rule;

pub mod duplicate_index;
pub mod foreign_key_type_mismatch;
pub mod missing_primary_key;
pub mod redundant_index;
pub mod unindexed_foreign_key;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &duplicate_index::RULE,
    &foreign_key_type_mismatch::RULE,
    &missing_primary_key::RULE,
    &redundant_index::RULE,
    &unindexed_foreign_key::RULE,
];
