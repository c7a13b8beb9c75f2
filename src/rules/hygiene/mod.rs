//! Suppression comments and policy exceptions. The engine reports these itself.

use super::Rule;

pub mod expired_exception;
pub mod malformed_suppression;
pub mod unused_exception;
pub mod unused_suppression;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &expired_exception::RULE,
    &malformed_suppression::RULE,
    &unused_exception::RULE,
    &unused_suppression::RULE,
];
