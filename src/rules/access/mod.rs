//! Roles, grants, row-level security.

use super::Rule;

pub mod cluster_wide_change;
pub mod drop_role;
pub mod grant_all;
pub mod grant_to_public;
pub mod policy_always_true;
pub mod replace_resets_options;
pub mod rls_without_policy;
pub mod security_definer_search_path;
pub mod unknown_role;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &cluster_wide_change::RULE,
    &drop_role::RULE,
    &grant_all::RULE,
    &grant_to_public::RULE,
    &policy_always_true::RULE,
    &replace_resets_options::RULE,
    &rls_without_policy::RULE,
    &security_definer_search_path::RULE,
    &unknown_role::RULE,
];
