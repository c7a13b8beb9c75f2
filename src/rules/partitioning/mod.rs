//! Partitioned tables.

use super::Rule;

pub mod concurrent_index_on_partitioned;
pub mod create_partition_of;
pub mod default_partition_scan;
pub mod non_concurrent_partition_detach;
pub mod partition_attach_scan;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &concurrent_index_on_partitioned::RULE,
    &create_partition_of::RULE,
    &default_partition_scan::RULE,
    &non_concurrent_partition_detach::RULE,
    &partition_attach_scan::RULE,
];
