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

/// The rules that do what another tool has under this name, whatever its capitals.
#[must_use]
pub fn known_elsewhere_as(name: &str) -> Vec<&'static Rule> {
    all().filter(|r| r.also_known_as.iter().any(|(_, n)| n.eq_ignore_ascii_case(name))).collect()
}

/// The rules that do what a tool has under this name.
#[must_use]
pub fn counterparts(tool: &str, name: &str) -> Vec<&'static Rule> {
    let is = |(t, n): &(&str, &str)| *t == tool && n.eq_ignore_ascii_case(name);
    all().filter(|rule| rule.also_known_as.iter().any(is)).collect()
}

/// The other tools whose names are known, sorted.
#[must_use]
pub fn other_tools() -> Vec<&'static str> {
    let mut tools: Vec<&str> = all().flat_map(|r| r.also_known_as.iter().map(|(tool, _)| *tool)).collect();
    tools.sort_unstable();
    tools.dedup();
    tools
}
