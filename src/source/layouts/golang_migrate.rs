//! golang-migrate: `1_title.up.sql` and `1_title.down.sql`, ordered by number (`source/parse.go`).
//!
//! The PostgreSQL drivers hand the whole file to the server as one simple query, which for several statements
//! is an implicit transaction (`database/postgres/postgres.go`, `runStatement`). With `x-multi-statement=true`
//! in the database URL they split it instead; that is not visible in the files.

use super::{Arranged, Draft, ORPHAN};
use crate::source::layout::{Habit, Runner};
use crate::source::names::{Direction, up_down};
use crate::source::natural::numeric;
use crate::source::tree::View;

pub(super) const HABIT: Habit = Habit::new(
    Runner::MultiStatementQuery,
    "golang-migrate sends each file as one query, which is an implicit transaction when it holds several statements",
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
            None => {}
        }
    }
    arranged.pair_downs(&downs, ORPHAN);
    arranged.sort_by_version(numeric);
    arranged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn numeric_order_and_pairs() {
        let folder = Folder::new(&[
            ("10_j.up.sql", ""),
            ("2_b.up.sql", "b"),
            ("2_b.down.sql", "undo b"),
            ("000001_a.up.sql", ""),
            ("5_e.down.sql", ""),
            ("seed.sql", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "golang-migrate");
        assert_eq!(loaded.versions(), ["000001", "2", "10"]);
        assert_eq!(loaded.down(1), Some("undo b"));
        assert_eq!(loaded.down(0), None);
        assert_eq!(loaded.migration(0).runner, Runner::MultiStatementQuery);
        assert_eq!(loaded.skipped()[0], ("5_e.down.sql", "a down script without its up script"));
        assert_eq!(loaded.skipped()[1].0, "seed.sql");
    }
}
