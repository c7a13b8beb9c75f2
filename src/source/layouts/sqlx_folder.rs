//! sqlx, the Rust crate: `1_name.sql`, or `1_name.up.sql` with `1_name.down.sql`, ordered by number.
//!
//! Only files in the folder itself count. A script that begins with `-- no-transaction` is sent as it is,
//! which for a script of several statements still means the server's implicit transaction
//! (`sqlx-core/src/migrate/source.rs`, `sqlx-postgres/src/migrate.rs`).

use super::{Arranged, Draft, ORPHAN};
use crate::source::layout::{Habit, Runner};
use crate::source::names::{Direction, numbered, up_down};
use crate::source::natural::numeric;
use crate::source::tree::View;

pub(super) const HABIT: Habit =
    Habit::new(Runner::Single, "sqlx runs each migration in a transaction of its own");

const NO_TRANSACTION: Habit = Habit::new(
    Runner::MultiStatementQuery,
    "the script begins with `-- no-transaction`, so sqlx sends it as one query without opening a transaction",
);

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    let mut downs = Vec::new();
    for file in view.direct() {
        match up_down(file.as_str()) {
            Some((version, name, Direction::Up)) => {
                arranged.drafts.push(Draft::new(version, name, file, HABIT));
            }
            Some((version, name, Direction::Down)) => downs.push((version, name, file)),
            None => {
                if let Some((version, name)) = numbered(file.as_str()) {
                    arranged.drafts.push(Draft::new(version, name, file, HABIT));
                }
            }
        }
    }
    arranged.pair_downs(&downs, ORPHAN);
    arranged.sort_by_version(numeric);
    arranged
}

/// How sqlx runs a script.
pub(super) fn habit(text: &str) -> Habit {
    if opts_out(text) { NO_TRANSACTION } else { HABIT }
}

/// Whether a script asks to be run without a transaction.
pub(in crate::source) fn opts_out(text: &str) -> bool {
    text.starts_with("-- no-transaction")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    const CARGO: (&str, &str) = ("Cargo.toml", "[dependencies]\nsqlx = { version = \"0.8\" }\n");

    #[test]
    fn numeric_order_pairs_and_opt_out() {
        let folder = Folder::new(&[
            CARGO,
            ("migrations/10_c.up.sql", "-- no-transaction\ncreate index concurrently"),
            ("migrations/10_c.down.sql", "-- no-transaction\ndrop index concurrently"),
            ("migrations/2_b.up.sql", "b"),
            ("migrations/02_b.down.sql", "down b"),
            ("migrations/1_a.sql", "-- comment\n-- no-transaction\n"),
            ("migrations/7_z.down.sql", ""),
            ("migrations/sub/3_x.sql", ""),
        ]);
        let loaded = folder.load("migrations");
        assert_eq!(loaded.set.layout.as_str(), "sqlx");
        assert_eq!(loaded.versions(), ["1", "2", "10"]);
        let runners: Vec<_> = loaded.set.migrations.iter().map(|m| m.runner).collect();
        assert_eq!(runners, [Runner::Single, Runner::Single, Runner::MultiStatementQuery]);
        assert_eq!(loaded.down(1), Some("down b"));
        assert_eq!(loaded.migration(2).down.unwrap().runner, Runner::MultiStatementQuery);
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(skipped, ["migrations/7_z.down.sql", "migrations/sub/3_x.sql"]);
    }

    #[test]
    fn the_opt_out_alone_tells_the_tool() {
        let folder = Folder::new(&[("1_a.sql", "-- no-transaction\n"), ("2_b.sql", "")]);
        assert_eq!(folder.load("").set.layout.as_str(), "sqlx");
    }
}
