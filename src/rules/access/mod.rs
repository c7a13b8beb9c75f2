//! Roles, grants, row-level security.

use super::Rule;

pub mod cluster_wide_change;
pub mod definer_function_public;
pub mod drop_role;
pub mod extension_in_public;
pub mod function_per_row_in_policy;
pub mod grant_all;
pub mod grant_option;
pub mod grant_to_public;
pub mod password_in_migration;
pub mod policy_always_true;
pub mod policy_without_rls;
pub mod powerful_role;
pub mod replace_resets_options;
pub mod rls_without_policy;
pub mod row_security_switched_off;
pub mod security_definer_search_path;
pub mod several_permissive_policies;
pub mod table_without_rls;
pub mod unknown_role;
pub mod view_bypasses_rls;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &cluster_wide_change::RULE,
    &definer_function_public::RULE,
    &drop_role::RULE,
    &extension_in_public::RULE,
    &function_per_row_in_policy::RULE,
    &grant_all::RULE,
    &grant_option::RULE,
    &grant_to_public::RULE,
    &password_in_migration::RULE,
    &policy_always_true::RULE,
    &policy_without_rls::RULE,
    &powerful_role::RULE,
    &replace_resets_options::RULE,
    &rls_without_policy::RULE,
    &row_security_switched_off::RULE,
    &security_definer_search_path::RULE,
    &several_permissive_policies::RULE,
    &table_without_rls::RULE,
    &unknown_role::RULE,
    &view_bypasses_rls::RULE,
];
