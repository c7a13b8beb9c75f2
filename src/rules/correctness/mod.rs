//! Statements that fail, or that do not do what they seem to do.

use super::Rule;

pub mod database_drift;
pub mod disabled_trigger;
pub mod explicit_ids_behind_sequence;
pub mod failing_statement;
pub mod failure_depends_on_rows;
pub mod if_not_exists_hides_invalid_index;
pub mod if_not_exists_skips_change;
pub mod model_disagrees_with_catalog;
pub mod model_disagrees_with_server;
pub mod required_column_without_default;
pub mod server_refuses_statement;
pub mod statement_not_analysed;
pub mod syntax_error;
pub mod truncated_identifier;
pub mod unrepeatable_statement;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &database_drift::RULE,
    &disabled_trigger::RULE,
    &explicit_ids_behind_sequence::RULE,
    &failing_statement::RULE,
    &failure_depends_on_rows::RULE,
    &if_not_exists_hides_invalid_index::RULE,
    &if_not_exists_skips_change::RULE,
    &model_disagrees_with_catalog::RULE,
    &model_disagrees_with_server::RULE,
    &required_column_without_default::RULE,
    &server_refuses_statement::RULE,
    &statement_not_analysed::RULE,
    &syntax_error::RULE,
    &truncated_identifier::RULE,
    &unrepeatable_statement::RULE,
];
