//! dbmate: `20240101_name.sql` with `-- migrate:up` and `-- migrate:down`, in the order of file names.
//!
//! The version is the run of digits a name begins with (`pkg/dbmate/db.go`). Each part is sent as one query, in
//! a transaction unless its line says `transaction:false`; a file may hold several pairs of parts, which run
//! one after the other (`pkg/dbmate/migration.go`).

use super::{Arranged, Draft, Section, lines_with_offsets};
use crate::source::layout::{Habit, Runner};
use crate::source::names::{Direction, after_version, sql_stem};
use crate::source::natural::digits;
use crate::source::tree::View;
use crate::text::{Span, offset};

pub(super) const HABIT: Habit =
    Habit::new(Runner::Single, "dbmate runs each migration in a transaction of its own");

const NO_TRANSACTION: Habit = Habit::new(
    Runner::MultiStatementQuery,
    "the script says transaction:false, so dbmate sends it as one query without opening a transaction",
);

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    for file in view.direct() {
        let version = digits(file.as_str());
        let Some(stem) = sql_stem(file.as_str()).filter(|_| !version.is_empty()) else { continue };
        arranged.drafts.push(Draft::new(version, after_version(stem, version), file, HABIT));
    }
    arranged.drafts.sort_by(|a, b| a.up.cmp(&b.up));
    arranged
}

/// Whether a script is written for dbmate.
pub(in crate::source) fn is_annotated(text: &str) -> bool {
    text.contains("migrate:") && directives(text).any(|d| d.direction == Direction::Up)
}

/// Every up part with the down part that follows it.
pub(super) fn sections(text: &str) -> (Vec<Section>, Option<&'static str>) {
    let found: Vec<Directive> = directives(text).collect();
    let mut parts: Vec<Section> = Vec::new();
    for (index, directive) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(text.len(), |next| next.start);
        let span = Span::new(offset(directive.start), offset(end));
        match (directive.direction, parts.last_mut()) {
            (Direction::Up, _) => parts.push(Section { up: span, habit: directive.habit, down: None }),
            (Direction::Down, Some(part)) if part.down.is_none() => part.down = Some((span, directive.habit)),
            (Direction::Down, _) => {}
        }
    }
    if parts.is_empty() {
        return (vec![Section::whole(text, HABIT)], Some("dbmate refuses a script without `-- migrate:up`"));
    }
    let first = found.first().map_or(0, |d| d.start);
    let early = text[..first].lines().any(|l| !l.trim().is_empty() && !l.trim_start().starts_with("--"));
    let warning = if early {
        Some("dbmate refuses statements before `-- migrate:up`")
    } else if parts.iter().any(|part| part.down.is_none()) {
        Some("dbmate refuses a script without `-- migrate:down`")
    } else {
        None
    };
    (parts, warning)
}

struct Directive {
    start: usize,
    direction: Direction,
    habit: Habit,
}

fn directives(text: &str) -> impl Iterator<Item = Directive> {
    lines_with_offsets(text).filter_map(|(start, line)| {
        let rest = line.strip_prefix("--")?.trim_start().strip_prefix("migrate:")?;
        let (direction, options) = match rest.strip_prefix("up") {
            Some(options) => (Direction::Up, options),
            None => (Direction::Down, rest.strip_prefix("down")?),
        };
        if !options.is_empty() && !options.starts_with(char::is_whitespace) {
            return None;
        }
        let opted_out = options.split_whitespace().rfind(|option| option.starts_with("transaction:"))
            == Some("transaction:false");
        Some(Directive { start, direction, habit: if opted_out { NO_TRANSACTION } else { HABIT } })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn parts_options_and_order() {
        let folder = Folder::new(&[
            (
                "db/migrations/20240102_b.sql",
                "-- migrate:up transaction:false\nb;\n\n-- migrate:down\nundo b;\n",
            ),
            (
                "db/migrations/20240101_a.sql",
                "-- about\n--migrate:up\na;\n-- migrate:down transaction:false\nundo a;\n",
            ),
            ("db/schema.sql", ""),
        ]);
        for name in ["db/migrations", "db"] {
            let loaded = folder.load(name);
            assert_eq!(loaded.set.layout.as_str(), "dbmate");
            assert_eq!(loaded.versions(), ["20240101", "20240102"]);
            assert_eq!(loaded.up(0), "--migrate:up\na;\n");
            assert_eq!(loaded.down(0), Some("-- migrate:down transaction:false\nundo a;\n"));
            assert_eq!(loaded.migration(0).runner, Runner::Single);
            assert_eq!(loaded.migration(0).down.unwrap().runner, Runner::MultiStatementQuery);
            assert_eq!(loaded.migration(1).runner, Runner::MultiStatementQuery);
            assert_eq!(loaded.set.warnings, []);
        }
    }

    #[test]
    fn several_pairs_become_several_migrations() {
        let text =
            "-- migrate:up\na;\n-- migrate:down\nb;\n-- migrate:up transaction:false\nc;\n-- migrate:down\n";
        let folder = Folder::new(&[("1_x.sql", text)]);
        let loaded = folder.load("");
        assert_eq!(loaded.versions(), ["1", "1"]);
        assert_eq!(loaded.up(1), "-- migrate:up transaction:false\nc;\n");
        assert_eq!(loaded.down(0), Some("-- migrate:down\nb;\n"));
    }

    #[test]
    fn what_dbmate_refuses_is_told() {
        let warning = |text| sections(text).1.unwrap_or("");
        assert!(warning("select 1;").contains("without `-- migrate:up`"));
        assert!(warning("-- migrate:up\n").contains("without `-- migrate:down`"));
        assert!(warning("x;\n-- migrate:up\n-- migrate:down\n").contains("before `-- migrate:up`"));
        assert!(!is_annotated("-- migrate:update\n -- migrate:up\n"));
    }
}
