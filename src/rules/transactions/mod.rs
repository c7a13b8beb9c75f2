//! Transaction boundaries and timeouts.

use super::Rule;

pub mod backfill_in_ddl_transaction;
pub mod committing_call;
pub mod concurrent_in_transaction;
pub mod enum_value_in_same_transaction;
pub mod missing_lock_timeout;
pub mod multiple_tables_locked;
pub mod nested_transaction;
pub mod pending_trigger_events;
pub mod set_local_outside_transaction;
pub mod timeout_breaks_concurrent_build;
pub mod unclosed_transaction;
pub mod validate_in_same_transaction;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &backfill_in_ddl_transaction::RULE,
    &committing_call::RULE,
    &concurrent_in_transaction::RULE,
    &enum_value_in_same_transaction::RULE,
    &missing_lock_timeout::RULE,
    &multiple_tables_locked::RULE,
    &nested_transaction::RULE,
    &pending_trigger_events::RULE,
    &set_local_outside_transaction::RULE,
    &timeout_breaks_concurrent_build::RULE,
    &unclosed_transaction::RULE,
    &validate_in_same_transaction::RULE,
];
