//! Roles, grants, row-level security.

use super::Rule;

pub mod grant_all;
pub mod grant_to_public;
pub mod policy_always_true;
pub mod rls_without_policy;
pub mod security_definer_search_path;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &grant_all::RULE,
    &grant_to_public::RULE,
    &policy_always_true::RULE,
    &rls_without_policy::RULE,
    &security_definer_search_path::RULE,
];
