//! All rules.

use super::Rule;
use super::locking;

/// Every rule, in the order of their folders and names.
#[must_use]
pub fn all() -> Vec<&'static Rule> {
    [locking::RULES].concat()
}

/// A rule by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().into_iter().find(|r| r.name == name)
}
