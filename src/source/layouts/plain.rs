//! Any `.sql` files, in natural order of their paths, run as `psql -f` would run them.
//!
//! A way back is recognised by `.down.sql`, `.undo.sql`, `.rollback.sql` and the like, by `_down`, `-down`,
//! `_rollback`, `-rollback`, `rollback_…` when the matching script exists, and by lying in a folder called
//! `down`, `rollback`, `revert` or `undo`. In a folder of numbered scripts, unnumbered ones that are plainly
//! something else (seed data, a schema dump) take no part.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Arranged, Draft, ORPHAN};
use crate::source::layout::{Habit, Runner};
use crate::source::names::{after_version, is_sql, leading_version, sql_stem, strip_extension};
use crate::source::natural::natural_path;
use crate::source::tree::View;

pub(super) const HABIT: Habit = Habit::new(
    Runner::PerStatement,
    "no migration tool was recognised, so the file is taken to run as a client would run it, each statement by itself",
);

/// How sure a name is about being a way back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Up,
    /// Only if the script that it undoes exists.
    PerhapsDown,
    Down,
}

pub(super) fn arrange(view: &View<'_>) -> Arranged {
    let mut arranged = Arranged::default();
    let files: Vec<&Utf8Path> = view.files.iter().map(Utf8PathBuf::as_path).filter(|f| is_sql(f)).collect();
    let strays = has_strays(&files);
    let mut ups: BTreeMap<String, usize> = BTreeMap::new();
    let mut downs = Vec::new();
    for file in files {
        if strays && is_stray(file) {
            arranged.skip(file, "named like seed data or a dump, among numbered scripts");
            continue;
        }
        let (role, key) = role(file);
        if role == Role::Up {
            ups.insert(key, arranged.drafts.len());
            arranged.drafts.push(draft(file));
        } else {
            downs.push((file, role, key));
        }
    }
    for (file, role, key) in downs {
        match ups.get(&key).map(|index| &mut arranged.drafts[*index]) {
            Some(draft) if draft.down.is_none() => draft.down = Some(file.to_owned()),
            None if role == Role::PerhapsDown => arranged.drafts.push(draft(file)),
            _ => arranged.skip(file, ORPHAN),
        }
    }
    arranged.drafts.sort_by(|a, b| natural_path(&a.up, &b.up));
    arranged
}

fn draft(file: &Utf8Path) -> Draft {
    let stem = stem_of(file);
    let stem = strip_extension(stem, "up").unwrap_or(stem);
    let version = leading_version(stem).unwrap_or("");
    Draft::new(version, after_version(stem, version), file, HABIT)
}

fn stem_of(file: &Utf8Path) -> &str {
    let name = file.file_name().unwrap_or("");
    sql_stem(name).unwrap_or(name)
}

/// What a script is, and a key that a script shares with its way back.
fn role(file: &Utf8Path) -> (Role, String) {
    const WAYS_BACK: [&str; 5] = ["down", "rollback", "revert", "undo", "reverse"];
    const WAYS_FORTH: [&str; 5] = ["up", "migrate", "deploy", "do", "forward"];
    let folder = file.parent().unwrap_or(Utf8Path::new(""));
    let mut role = Role::Up;
    let mut key = String::new();
    for part in folder.components().map(|c| c.as_str().to_lowercase()) {
        let singular = part.strip_suffix('s').unwrap_or(&part);
        if WAYS_BACK.contains(&singular) {
            role = Role::Down;
        } else if !WAYS_FORTH.contains(&singular) {
            key.push_str(&part);
            key.push('/');
        }
    }
    let stem = stem_of(file).to_lowercase();
    let mut name = stem.as_str();
    let ending = |name: &str, word: &str| {
        let at = name.len().checked_sub(word.len() + 1)?;
        let mark = name.as_bytes()[at];
        (name.ends_with(word) && at > 0 && matches!(mark, b'.' | b'_' | b'-')).then_some((at, mark))
    };
    if let Some(word) = WAYS_BACK.iter().chain(&WAYS_FORTH).find(|word| **word == name) {
        if role == Role::Up && WAYS_BACK.contains(word) {
            role = Role::Down;
        }
        name = "";
    } else if let Some((at, mark)) = WAYS_BACK.iter().find_map(|word| ending(name, word)) {
        if role == Role::Up {
            role = if mark == b'.' { Role::Down } else { Role::PerhapsDown };
        }
        name = &name[..at];
    } else if let Some((at, _)) = WAYS_FORTH.iter().find_map(|word| ending(name, word)) {
        name = &name[..at];
    } else if let Some(rest) =
        WAYS_BACK.iter().find_map(|word| name.strip_prefix(word)?.strip_prefix(['_', '-', '.']))
    {
        if role == Role::Up {
            role = Role::PerhapsDown;
        }
        name = rest;
    }
    if name.is_empty() {
        // `up.sql` and `down.sql` share a folder instead of a name.
        key.pop();
    }
    key.push_str(name);
    (role, key)
}

/// Whether a folder's scripts are numbered as a rule, so that others stand out.
fn has_strays(files: &[&Utf8Path]) -> bool {
    let numbered = files.iter().filter(|f| leading_version(stem_of(f)).is_some()).count();
    numbered >= 2 && numbered * 2 > files.len()
}

fn is_stray(file: &Utf8Path) -> bool {
    let aside =
        |c: &str| matches!(c.to_lowercase().as_str(), "seed" | "seeds" | "fixture" | "fixtures" | "testdata");
    if file.parent().is_some_and(|p| p.components().any(|c| aside(c.as_str()))) {
        return true;
    }
    let stem = stem_of(file).to_lowercase();
    if leading_version(&stem).is_some() {
        return false;
    }
    let first = stem.split(['_', '-', '.']).next().unwrap_or("");
    matches!(
        first,
        "seed" | "seeds" | "schema" | "structure" | "dump" | "fixture" | "fixtures" | "test" | "testdata"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;

    #[test]
    fn natural_order_through_folders() {
        let folder = Folder::new(&[
            ("10_c.sql", ""),
            ("2_b.sql", ""),
            ("001-a.sql", ""),
            ("20240101_d.sql", ""),
            ("v2/1_e.sql", ""),
            ("seed.sql", ""),
            ("seeds/001_users.sql", ""),
            ("README.md", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.set.layout.as_str(), "plain");
        assert_eq!(loaded.order(), ["001-a.sql", "2_b.sql", "10_c.sql", "20240101_d.sql", "v2/1_e.sql"]);
        assert_eq!(loaded.versions(), ["001", "2", "10", "20240101", "1"]);
        assert_eq!(loaded.migration(0).name, "a");
        assert_eq!(loaded.migration(0).runner, Runner::PerStatement);
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(skipped, ["seed.sql", "seeds/001_users.sql"]);
    }

    #[test]
    fn ways_back_are_paired() {
        let folder = Folder::new(&[
            ("1_a.sql", "a"),
            ("1_a.down.sql", "undo a"),
            ("2_b-up.sql", "b"),
            ("2_b-down.sql", "undo b"),
            ("3_c.sql", "c"),
            ("rollback/3_c.sql", "undo c"),
            ("4_scale_down.sql", "not a way back"),
            ("5_e.sql", "e"),
            ("5_e_rollback.sql", "undo e"),
            ("6_f.down.sql", "orphan"),
            ("rollbacks/9_z.sql", "orphan"),
            ("7_add_markdown.sql", "g"),
        ]);
        let loaded = folder.load("");
        assert_eq!(
            loaded.order(),
            ["1_a.sql", "2_b-up.sql", "3_c.sql", "4_scale_down.sql", "5_e.sql", "7_add_markdown.sql"]
        );
        let downs: Vec<_> = (0..6).map(|i| loaded.down(i).unwrap_or("-")).collect();
        assert_eq!(downs, ["undo a", "undo b", "undo c", "-", "undo e", "-"]);
        let skipped: Vec<_> = loaded.skipped().iter().map(|(path, _)| *path).collect();
        assert_eq!(skipped, ["6_f.down.sql", "rollbacks/9_z.sql"]);
    }

    proptest::proptest! {
        #[test]
        fn any_name_has_a_role(name in "(down|up|rollback|[^/]{0,6})[_.-]?[^/]{0,4}[_.-]?(down|up|undo)?(\\.sql)?") {
            let (_, key) = role(Utf8Path::new(&name));
            proptest::prop_assert!(key.len() <= name.to_lowercase().len());
        }
    }

    #[test]
    fn up_and_down_folders_and_files() {
        let folder = Folder::new(&[
            ("up/1.sql", "one"),
            ("down/1.sql", "undo one"),
            ("x/up.sql", "x"),
            ("x/down.sql", "undo x"),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.order(), ["up/1.sql", "x/up.sql"]);
        assert_eq!((loaded.down(0), loaded.down(1)), (Some("undo one"), Some("undo x")));
    }
}
