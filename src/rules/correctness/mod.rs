//! Statements that fail, or that do not do what they seem to do.

use super::Rule;

pub mod database_drift;
pub mod failing_statement;
pub mod if_not_exists_hides_invalid_index;
pub mod model_disagrees_with_catalog;
pub mod model_disagrees_with_server;
pub mod required_column_without_default;
pub mod server_refuses_statement;
pub mod statement_not_analysed;
pub mod syntax_error;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &database_drift::RULE,
    &failing_statement::RULE,
    &if_not_exists_hides_invalid_index::RULE,
    &model_disagrees_with_catalog::RULE,
    &model_disagrees_with_server::RULE,
    &required_column_without_default::RULE,
    &server_refuses_statement::RULE,
    &statement_not_analysed::RULE,
    &syntax_error::RULE,
];
