//! Refinery, the Rust crate: `V1__name.sql`, and `U2__name.sql` for migrations that may come out of order.
//!
//! Files are found at any depth and must match `^([U|V])(\d+(?:\.\d+)?)__(\w+)\.sql$`; both prefixes share one
//! sequence of numbers (`refinery_core/src/util.rs`, `runner.rs`). A `U` file is not a way back: it differs from
//! `V` only in being accepted below the newest applied version (`traits/mod.rs`, `verify_migrations`).

use super::{Arranged, Draft};
use crate::source::layout::{Habit, Runner};
use crate::source::names::prefixed;
use crate::source::natural::dotted;
use crate::source::set::Kind;
use crate::source::tree::View;

pub(super) const HABIT: Habit =
    Habit::new(Runner::Single, "refinery runs each migration in a transaction of its own");

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    for file in &view.files {
        let Some(parts) = file.file_name().and_then(prefixed) else { continue };
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if !matches!(parts.prefix, 'V' | 'U') || parts.name.is_empty() || !parts.name.chars().all(word) {
            continue;
        }
        let mut draft = Draft::new(parts.version, parts.name, file, HABIT);
        if parts.prefix == 'U' {
            draft.kind = Kind::OutOfOrder;
        }
        arranged.drafts.push(draft);
    }
    arranged.sort_by_version(dotted);
    arranged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn both_prefixes_share_one_order() {
        let folder = Folder::new(&[
            ("Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n"),
            ("migrations/V10__ten.sql", ""),
            ("migrations/V2__two.sql", ""),
            ("migrations/U3__three.sql", ""),
            ("migrations/more/V1__one.sql", ""),
            ("migrations/V4__with-dash.sql", ""),
        ]);
        let loaded = folder.load("migrations");
        assert_eq!(loaded.set.layout.as_str(), "refinery");
        assert_eq!(
            loaded.order(),
            [
                "migrations/more/V1__one.sql",
                "migrations/V2__two.sql",
                "migrations/U3__three.sql",
                "migrations/V10__ten.sql"
            ]
        );
        assert_eq!(loaded.migration(2).kind, Kind::OutOfOrder);
        assert_eq!(loaded.migration(0).runner, Runner::Single);
        assert!(loaded.migration(2).down.is_none());
        assert_eq!(loaded.skipped()[0].0, "migrations/V4__with-dash.sql");
    }
}
