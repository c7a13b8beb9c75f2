//! Suppression comments, policy exceptions and baselines. The engine reports these itself.

use super::Rule;

pub mod expired_exception;
pub mod malformed_suppression;
pub mod stale_baseline_entry;
pub mod unused_exception;
pub mod unused_suppression;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &expired_exception::RULE,
    &malformed_suppression::RULE,
    &stale_baseline_entry::RULE,
    &unused_exception::RULE,
    &unused_suppression::RULE,
];
