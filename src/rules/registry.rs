//! All rules.

use super::Rule;
use super::{
    access, compatibility, correctness, data_loss, design, hygiene, locking, partitioning, reversibility,
    transactions,
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
        reversibility::RULES,
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
