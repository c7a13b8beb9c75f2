//! All rules.

use super::Rule;
use super::{
    access, compatibility, correctness, data_loss, design, hygiene, locking, partitioning, transactions,
};

/// Every rule, by category and name.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    [
        locking::RULES,
        partitioning::RULES,
        transactions::RULES,
        data_loss::RULES,
        compatibility::RULES,
        correctness::RULES,
        design::RULES,
        access::RULES,
        hygiene::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// A rule by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|r| r.name == name)
}
