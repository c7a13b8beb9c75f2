//! Sqitch: `sqitch.plan` lists the changes in running order; scripts are `deploy/<change>.sql` and
//! `revert/<change>.sql`, and `verify/` holds checks.
//!
//! A change that the plan names twice was reworked: its earlier script is kept as `<change>@<tag>.sql`, where
//! the tag lies between the two (`App/Sqitch/Plan.pm`, `Plan/Change.pm`). Scripts are fed to the database's own
//! client, `psql --set ON_ERROR_STOP=1` (`Engine/pg.pm`), so transactions are what the scripts write themselves.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Arranged, Draft};
use crate::name::Dialect;
use crate::source::error::SourceError;
use crate::source::layout::{Habit, Runner};
use crate::source::names::{dialect_word, is_sql};
use crate::source::tree::View;
use crate::text::offset;

pub(super) const HABIT: Habit = Habit::new(
    Runner::PerStatement,
    "sqitch feeds scripts to psql, so transactions are those that the script itself begins",
);

const PLAN: &str = "sqitch.plan";

/// A change of the plan.
struct Change<'a> {
    name: &'a str,
    line: u32,
    /// Tags set after it and before the change is named again.
    tags: Vec<&'a str>,
    reworked: bool,
}

pub(super) fn arrange(view: &View<'_>) -> Result<Arranged, SourceError> {
    let plan = Utf8Path::new(PLAN);
    if !view.has(PLAN) {
        return Ok(Arranged::default());
    }
    let text = view.read(plan)?;
    let mut arranged = Arranged { dialect: engine(view), ..Arranged::default() };
    for change in changes(&text) {
        let (stem, up) = script(view, "deploy", &change);
        if !view.has(up.as_str()) {
            return Err(SourceError::Bookkeeping {
                path: view.shown(plan),
                line: change.line,
                message: format!(
                    "plans {:?}, but there is no {}; restore the script or remove the line",
                    change.name,
                    view.shown(&up)
                ),
            });
        }
        let mut draft = Draft::new(&stem, change.name, &up, HABIT);
        let down = Utf8PathBuf::from(format!("revert/{stem}.sql"));
        draft.down = view.has(down.as_str()).then_some(down);
        arranged.drafts.push(draft);
    }
    let planned: BTreeSet<Utf8PathBuf> =
        arranged.drafts.iter().flat_map(|d| [Some(d.up.clone()), d.down.clone()]).flatten().collect();
    for file in view.files.iter().filter(|f| is_sql(f)) {
        if file.starts_with("verify") {
            arranged.skip(file, "a verify script, which checks a change and makes none");
        } else if !planned.contains(file) {
            arranged.skip(file, "sqitch.plan names no change that it belongs to");
        }
    }
    Ok(arranged)
}

/// The changes in order, with what is needed to find the scripts of reworked ones.
fn changes(plan: &str) -> Vec<Change<'_>> {
    let mut changes: Vec<Change<'_>> = Vec::new();
    for (index, line) in plan.lines().enumerate() {
        let line = line.split('#').next().unwrap_or("").trim();
        let word = line.trim_start_matches(['+', '-']).split_whitespace().next().unwrap_or("");
        if word.is_empty() || line.starts_with('%') {
            continue;
        }
        if let Some(tag) = word.strip_prefix('@') {
            changes.iter_mut().filter(|c| !c.reworked).for_each(|c| c.tags.push(tag));
            continue;
        }
        changes.iter_mut().filter(|c| c.name == word).for_each(|c| c.reworked = true);
        changes.push(Change { name: word, line: offset(index + 1), tags: Vec::new(), reworked: false });
    }
    changes
}

/// The name of a change's script without extension, and its path in `folder`.
fn script(view: &View<'_>, folder: &str, change: &Change<'_>) -> (String, Utf8PathBuf) {
    let path = |stem: &str| Utf8PathBuf::from(format!("{folder}/{stem}.sql"));
    if change.reworked {
        for tag in &change.tags {
            let stem = format!("{}@{tag}", change.name);
            let file = path(&stem);
            if view.has(file.as_str()) {
                return (stem, file);
            }
        }
    }
    (change.name.to_owned(), path(change.name))
}

/// `engine = pg` of the nearest `sqitch.conf`.
fn engine(view: &View<'_>) -> Option<Dialect> {
    view.above("sqitch.conf").iter().find_map(|(_, text)| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "engine").then(|| dialect_word(value.trim()))?
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    const PLAN_TEXT: &str = "%syntax-version=1.0.0
%project=flipr
%uri=https://example.org/flipr/

users 2024-01-01T00:00:00Z A <a@example.org> # Creates users.
hash/pass [users :other:x] 2024-01-02T00:00:00Z A <a@example.org>
@v1.0 2024-01-03T00:00:00Z A <a@example.org> # Tag
users [users@v1.0] 2024-01-04T00:00:00Z A <a@example.org> # Reworked.
";

    fn folder() -> Folder {
        Folder::new(&[
            ("sqitch.conf", "[core]\n\tengine = pg\n"),
            ("sqitch.plan", PLAN_TEXT),
            ("deploy/users.sql", "new"),
            ("deploy/users@v1.0.sql", "old"),
            ("deploy/hash/pass.sql", ""),
            ("revert/users.sql", "undo new"),
            ("revert/users@v1.0.sql", "undo old"),
            ("verify/users.sql", ""),
            ("deploy/unplanned.sql", ""),
        ])
    }

    #[test]
    fn plan_order_rework_and_revert() {
        let folder = folder();
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "sqitch");
        assert_eq!(loaded.order(), ["deploy/users@v1.0.sql", "deploy/hash/pass.sql", "deploy/users.sql"]);
        assert_eq!(loaded.versions(), ["users@v1.0", "hash/pass", "users"]);
        assert_eq!(loaded.down(0), Some("undo old"));
        assert_eq!(loaded.down(1), None);
        assert_eq!(loaded.down(2), Some("undo new"));
        assert_eq!(loaded.migration(0).runner, Runner::PerStatement);
        assert_eq!(loaded.set.dialect_hint, Some(Dialect::PostgreSql));
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(skipped, ["deploy/unplanned.sql", "verify/users.sql"]);
    }

    #[test]
    fn a_missing_script_is_placed_in_the_plan() {
        let folder = folder();
        folder.write("sqitch.plan", &format!("{PLAN_TEXT}gone 2024-01-05T00:00:00Z A <a@example.org>\n"));
        let error = folder.try_load("", &crate::source::LoadOptions::default()).err().unwrap().to_string();
        assert!(error.contains("sqitch.plan:9: plans \"gone\""), "{error}");
        assert!(error.contains("deploy/gone.sql"), "{error}");
    }
}
