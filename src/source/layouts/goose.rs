//! goose: `001_name.sql` with `-- +goose Up`, `-- +goose Down` and `-- +goose NO TRANSACTION`.
//!
//! Only files in the folder itself count; the version is the number before the first `_` and at least 1
//! (`migration.go`, `NumericComponent`). Annotations start in the first column and their words may be of any
//! case; `StatementBegin` and `StatementEnd` only help goose's own splitter (`internal/sqlparser/parser.go`).

use super::{Arranged, Draft, Section, lines_with_offsets};
use crate::source::layout::{Habit, Runner};
use crate::source::names::numbered;
use crate::source::natural::numeric;
use crate::source::tree::View;
use crate::text::{Span, offset};

pub(super) const HABIT: Habit =
    Habit::new(Runner::Single, "goose runs each migration in a transaction of its own");

const NO_TRANSACTION: Habit = Habit::new(
    Runner::PerStatement,
    "the script says `-- +goose NO TRANSACTION`, so goose sends each statement by itself",
);

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    for file in view.direct() {
        let Some((version, name)) = numbered(file.as_str()) else { continue };
        if numeric(version, "0").is_eq() {
            arranged.skip(file, "goose wants versions greater than zero");
        } else {
            arranged.drafts.push(Draft::new(version, name, file, HABIT));
        }
    }
    arranged.sort_by_version(numeric);
    arranged
}

/// Whether a script is written for goose.
pub(in crate::source) fn is_annotated(text: &str) -> bool {
    text.contains("+goose") && annotations(text).any(|(_, _, word)| word.eq_ignore_ascii_case("up"))
}

/// The part after `Up` and the part after `Down`.
pub(super) fn sections(text: &str) -> (Vec<Section>, Option<&'static str>) {
    let (mut up, mut down, mut habit) = (None, None, HABIT);
    for (start, after, word) in annotations(text) {
        match word.to_ascii_lowercase().as_str() {
            "up" if up.is_none() => up = Some(after),
            "down" if down.is_none() => down = Some((start, after)),
            "no transaction" => habit = NO_TRANSACTION,
            _ => {}
        }
    }
    let Some(up) = up else {
        return (vec![Section::whole(text, habit)], Some("goose refuses a script without `-- +goose Up`"));
    };
    let end = down.map_or(text.len(), |(start, _)| start);
    let span = |from: usize, to: usize| Span::new(offset(from), offset(to.max(from)));
    let down = down.map(|(_, after)| (span(after, text.len()), habit));
    let warning = (end < up).then_some("goose wants `-- +goose Up` before `-- +goose Down`");
    (vec![Section { up: span(up, end), habit, down }], warning)
}

/// Annotation lines: where they start, where the next line starts, and what they say.
fn annotations(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    lines_with_offsets(text).filter_map(|(start, line)| {
        let (before, word) = line.strip_prefix("--")?.split_once("+goose")?;
        if !before.chars().all(|c| c == ' ' || c == '\t' || c == '-') {
            return None;
        }
        let rest = &text[start + line.len()..];
        let after =
            text.len() - rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest).len();
        Some((start, after, word.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn up_and_down_share_a_file() {
        let folder = Folder::new(&[
            ("2_b.sql", "-- +goose Up\r\nselect 1;\r\n-- +goose Down\r\nselect 2;\r\n"),
            (
                "10_c.sql",
                "-- +goose NO TRANSACTION\n-- +goose up\n-- +goose StatementBegin\nx;\n-- +goose StatementEnd\n",
            ),
            ("00_zero.sql", "-- +goose Up\n"),
            ("3_code.go", "package migrations"),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "goose");
        assert_eq!(loaded.versions(), ["2", "10"]);
        assert_eq!(loaded.up(0), "select 1;\r\n");
        assert_eq!(loaded.down(0), Some("select 2;\r\n"));
        assert_eq!(loaded.migration(0).runner, Runner::Single);
        assert_eq!(loaded.up(1), "-- +goose StatementBegin\nx;\n-- +goose StatementEnd\n");
        assert_eq!(loaded.migration(1).runner, Runner::PerStatement);
        assert_eq!(loaded.down(1), None);
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(skipped, ["00_zero.sql", "3_code.go"]);
    }

    #[test]
    fn misplaced_annotations_are_told() {
        let (parts, warning) = sections("select 1;");
        assert_eq!(parts[0].up, Span::new(0, 9));
        assert!(warning.unwrap().contains("without `-- +goose Up`"));
        let (parts, warning) = sections("-- +goose Down\nb\n-- +goose Up\na\n");
        assert!(parts[0].up.start <= parts[0].up.end);
        assert!(warning.unwrap().contains("before `-- +goose Down`"));
        assert!(!is_annotated("select '-- +goose Up';\n  -- about +goose Up\n"));
    }
}
