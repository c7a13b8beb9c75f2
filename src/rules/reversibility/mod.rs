//! Hand-written ways back: down files, undo scripts, revert scripts.
//!
//! Beside the list of rules, this file holds what they share: how differences are told.

use super::Rule;
use crate::diff::residue::Item;

pub mod down_blocks_longer;
pub mod down_deletes_older_rows;
pub mod down_does_not_restore;
pub mod down_drops_older_object;
pub mod down_not_analysed;
pub mod down_renames_object;
pub mod down_reorders_columns;
pub mod empty_down;
pub mod failing_down;
pub mod rollback_not_proven;

/// The rules of this category.
pub static RULES: &[&Rule] = &[
    &down_blocks_longer::RULE,
    &down_deletes_older_rows::RULE,
    &down_does_not_restore::RULE,
    &down_drops_older_object::RULE,
    &down_not_analysed::RULE,
    &down_renames_object::RULE,
    &down_reorders_columns::RULE,
    &empty_down::RULE,
    &failing_down::RULE,
    &rollback_not_proven::RULE,
];

/// How many differences a message lists.
const LISTED: usize = 4;

/// Differences in one sentence.
fn listed(items: &[&Item]) -> String {
    let mut parts: Vec<&str> = items.iter().take(LISTED).map(|item| item.text.as_str()).collect();
    let more = items.len().saturating_sub(LISTED);
    let rest = format!("{more} more");
    if more > 0 {
        parts.push(&rest);
    }
    parts.join("; ")
}
