//! Changes that break running code.

use super::Rule;

pub mod rename_column;
pub mod rename_table;

/// The rules of this category.
pub static RULES: &[&Rule] = &[&rename_column::RULE, &rename_table::RULE];
