//! Locks, scans and rewrites on relations that are in use.

use super::Rule;

pub mod non_concurrent_index;

/// The rules of this category.
pub static RULES: &[&Rule] = &[&non_concurrent_index::RULE];
