//! Statements that fail, or that do not do what they seem to do.

use super::Rule;

pub mod failing_statement;
pub mod if_not_exists_hides_invalid_index;
pub mod required_column_without_default;
pub mod statement_not_analysed;
pub mod syntax_error;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &failing_statement::RULE,
    &if_not_exists_hides_invalid_index::RULE,
    &required_column_without_default::RULE,
    &statement_not_analysed::RULE,
    &syntax_error::RULE,
];
