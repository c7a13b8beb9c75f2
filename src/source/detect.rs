//! Which tool a folder belongs to, by evidence, strongest first:
//!
//! 1. bookkeeping files: `sqitch.plan`, `meta/_journal.json`, `migration_lock.toml`;
//! 2. a folder per migration: `migration.sql` beside `snapshot.json` (Drizzle), `migration.sql` (Prisma),
//!    `<version>_<name>/up.sql` (Diesel);
//! 3. annotations in most of a sample of the scripts: goose, dbmate, sqlx;
//! 4. how most scripts are named: `V1__…`, `1_….up.sql`, `1_….sql`; where tools share a naming, the project
//!    around decides (`Cargo.toml` that names the crate, `go.mod`, `supabase/migrations`);
//! 5. numbered scripts that fit nothing else are plain.
//!
//! A few files that do not fit change nothing; two kinds of naming in about equal numbers are an error.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::candidates::is_below_another;
use super::error::SourceError;
use super::layout::Layout;
use super::layouts::{goes_without_prefix, is_dbmate, is_goose, is_sqlx};
use super::names::{Direction, is_product, is_sql, leading_version, numbered, prefixed, sql_stem, up_down};
use super::tree::View;

/// The layout of a folder that holds migrations itself; `None` when nothing tells.
pub(super) fn detect(view: &View<'_>) -> Result<Option<Layout>, SourceError> {
    if let Some(layout) = by_bookkeeping(view).or_else(|| by_folders(view)) {
        return Ok(Some(layout));
    }
    if let Some(layout) = by_annotations(view) {
        return Ok(Some(layout));
    }
    by_names(view)
}

fn by_bookkeeping(view: &View<'_>) -> Option<Layout> {
    if view.has("sqitch.plan") {
        return Some(Layout::Sqitch);
    }
    if view.has("meta/_journal.json") {
        return Some(Layout::Drizzle);
    }
    view.has("migration_lock.toml").then_some(Layout::Prisma)
}

fn by_folders(view: &View<'_>) -> Option<Layout> {
    let mut scripts = view.folders_with("migration.sql").peekable();
    if scripts.peek().is_some() {
        let snapshots = scripts.any(|folder| view.has(folder.join("snapshot.json").as_str()));
        return Some(if snapshots { Layout::Drizzle } else { Layout::Prisma });
    }
    let numbered = |folder: &Utf8Path| folder.as_str().starts_with(|c: char| c.is_ascii_digit());
    view.folders_with("up.sql").any(numbered).then_some(Layout::Diesel)
}

/// The tool whose annotations most of a sample carry.
fn by_annotations(view: &View<'_>) -> Option<Layout> {
    let texts: Vec<_> = sample(view).iter().filter_map(|file| view.read(file).ok()).collect();
    let most = |test: fn(&str) -> bool| {
        let hits = texts.iter().filter(|text| test(text)).count();
        hits > 0 && hits * 2 >= texts.len()
    };
    if most(is_goose) {
        return Some(Layout::Goose);
    }
    if most(is_dbmate) {
        return Some(Layout::Dbmate);
    }
    texts.iter().any(|text| is_sqlx(text)).then_some(Layout::Sqlx)
}

/// Up to five numbered scripts spread over the folder.
fn sample<'v>(view: &'v View<'_>) -> Vec<&'v Utf8Path> {
    let scripts: Vec<&Utf8Path> = view
        .direct()
        .filter(|f| sql_stem(f.as_str()).and_then(leading_version).is_some())
        .filter(|f| !matches!(up_down(f.as_str()), Some((_, _, Direction::Down))))
        .collect();
    let Some(last) = scripts.len().checked_sub(1) else { return Vec::new() };
    let picks: BTreeSet<usize> = (0..5).map(|i| last * i / 4).collect();
    picks.into_iter().map(|i| scripts[i]).collect()
}

fn by_names(view: &View<'_>) -> Result<Option<Layout>, SourceError> {
    if goes_without_prefix(view) {
        return Ok(Some(Layout::Flyway));
    }
    let prefixed_files = own_prefixed(view);
    let (mut up_downs, mut plain_numbers, mut others) = (0, 0, 0);
    for file in view.direct().filter(|f| is_sql(f) && prefixed(f.as_str()).is_none()) {
        match up_down(file.as_str()) {
            Some((_, _, Direction::Up)) => up_downs += 1,
            Some((_, _, Direction::Down)) => {}
            None if numbered(file.as_str()).is_some() => plain_numbers += 1,
            None if sql_stem(file.as_str()).and_then(leading_version).is_some() => plain_numbers += 1,
            None => others += 1,
        }
    }
    let count = prefixed_files.len();
    let counted = up_downs + plain_numbers;
    if count > 0 && counted > 0 && count.min(counted) * 2 >= count.max(counted) {
        return Err(SourceError::Ambiguous {
            path: view.root(),
            question: "files of two migration tools in one folder",
            candidates: vec![
                format!("{count} named like {}", Layout::Flyway.holds()),
                format!("{counted} named like {} or {}", Layout::GolangMigrate.holds(), Layout::Sqlx.holds()),
            ],
            advice: "say which with --layout, or move one kind to a folder of its own",
        });
    }
    if count > counted {
        return Ok(Some(flyway_or_refinery(view, &prefixed_files)));
    }
    if counted == 0 {
        return Ok(None);
    }
    if is_supabase(view) {
        return Ok(Some(Layout::Supabase));
    }
    let names_sqlx = sqlx_project(view);
    if up_downs >= plain_numbers {
        return Ok(Some(if names_sqlx { Layout::Sqlx } else { Layout::GolangMigrate }));
    }
    if names_sqlx && about_migrations(&view.full()) {
        return Ok(Some(Layout::Sqlx));
    }
    Ok((counted >= others).then_some(Layout::Plain))
}

/// Scripts named `V1__…` and the like that belong to this folder: at any depth, unless they lie in a
/// sub-folder that is a migration folder of its own, or the sub-folders are one per database product.
fn own_prefixed<'v>(view: &'v View<'_>) -> Vec<&'v Utf8Path> {
    let own = |file: &Utf8Path| {
        !is_below_another(file) && file.file_name().is_some_and(|name| prefixed(name).is_some())
    };
    let files: Vec<&Utf8Path> = view.files.iter().map(Utf8PathBuf::as_path).filter(|f| own(f)).collect();
    let first = |file: &Utf8Path| file.components().next().map(|c| c.as_str().to_owned());
    let products: BTreeSet<_> = files
        .iter()
        .filter(|f| f.as_str().contains('/'))
        .filter_map(|f| first(f))
        .filter(|n| is_product(n))
        .collect();
    if products.len() >= 2 { Vec::new() } else { files }
}

/// Both tools use `V1__name.sql`. Refinery is a Rust crate, so the project shows it; Flyway, which is far more
/// common and is used from any language, is assumed otherwise.
fn flyway_or_refinery(view: &View<'_>, files: &[&Utf8Path]) -> Layout {
    if names_crate(view, "refinery").is_some() || !view.above("refinery.toml").is_empty() {
        return Layout::Refinery;
    }
    let parts = || files.iter().filter_map(|f| prefixed(f.file_name()?));
    let simple = |p: super::names::Prefixed<'_>| {
        let word = !p.name.is_empty() && p.name.chars().all(|c| c.is_alphanumeric() || c == '_');
        matches!(p.prefix, 'V' | 'U') && word && p.version.bytes().all(|b| b.is_ascii_digit())
    };
    let versions: BTreeSet<&str> = parts().filter(|p| p.prefix == 'V').map(|p| p.version).collect();
    let undoes = parts().any(|p| p.prefix == 'U' && versions.contains(p.version));
    let out_of_order = parts().any(|p| p.prefix == 'U');
    let rust = view.files.iter().any(|f| f.extension() == Some("rs") && f.as_str().contains("__"));
    if rust || (out_of_order && !undoes && parts().all(simple)) { Layout::Refinery } else { Layout::Flyway }
}

fn is_supabase(view: &View<'_>) -> bool {
    let full = view.full();
    let mut parts = full.components().rev().map(|c| c.as_str());
    parts.next() == Some("migrations") && parts.next() == Some("supabase")
}

/// Whether the nearest project around is a Rust one that uses sqlx.
fn sqlx_project(view: &View<'_>) -> bool {
    let go = view.above("go.mod").first().map(|(level, _)| *level);
    names_crate(view, "sqlx").is_some_and(|level| go.is_none_or(|go| level < go))
}

/// How many levels up a `Cargo.toml` names a crate among its dependencies.
fn names_crate(view: &View<'_>, name: &str) -> Option<usize> {
    let quoted = format!("\"{name}\"");
    let table = format!(".{name}]");
    let names = |line: &str| {
        let line = line.trim();
        let key = line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '=', '.']));
        key || (line.starts_with('[') && line.ends_with(&table)) || line.contains(&quoted)
    };
    let found = view.above("Cargo.toml");
    found.iter().find(|(_, text)| text.lines().any(names)).map(|(level, _)| *level)
}

fn about_migrations(folder: &Utf8Path) -> bool {
    folder.components().rev().take(3).any(|c| c.as_str().to_ascii_lowercase().contains("migrat"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::Folder;
    use crate::source::tree::Tree;

    fn detected(files: &[(&str, &str)], folder: &str) -> Result<Option<Layout>, SourceError> {
        let root = Folder::new(files);
        let tree = Tree::disk(&root.path(folder), None)?;
        detect(&tree.view())
    }

    fn names(files: &[&str]) -> Option<Layout> {
        let files: Vec<_> = files.iter().map(|name| (*name, "")).collect();
        detected(&files, "").unwrap()
    }

    #[test]
    fn stray_files_change_nothing() {
        assert_eq!(
            names(&["1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "seed.sql", "README.md"]),
            Some(Layout::GolangMigrate)
        );
        assert_eq!(names(&["V1__a.sql", "V2__b.sql", "V3__c.sql", "1_x.sql"]), Some(Layout::Flyway));
        assert_eq!(names(&["1_a/up.sql", "2_b/up.sql", "seed.sql"]), Some(Layout::Diesel));
        assert_eq!(names(&["001.sql", "002.sql", "x.sql"]), Some(Layout::Plain));
    }

    #[test]
    fn nothing_tells_about_unnumbered_files() {
        assert_eq!(names(&["schema.sql", "views.sql"]), None);
        assert_eq!(names(&["README.md"]), None);
    }

    #[test]
    fn one_annotated_file_among_many_is_not_enough() {
        let goose = "-- +goose Up\nselect 1;\n";
        let few = [("1_a.sql", goose), ("2_b.sql", ""), ("3_c.sql", ""), ("4_d.sql", ""), ("5_e.sql", "")];
        assert_eq!(detected(&few, "").unwrap(), Some(Layout::Plain));
        let most = [("1_a.sql", goose), ("2_b.sql", goose), ("3_c.sql", "")];
        assert_eq!(detected(&most, "").unwrap(), Some(Layout::Goose));
    }

    #[test]
    fn two_tools_in_one_folder_are_told() {
        let error = detected(&[("V1__a.sql", ""), ("V2__b.sql", ""), ("1_a.up.sql", "")], "").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("2 named like V1__name.sql") && text.contains("--layout"), "{text}");
    }

    #[test]
    fn the_project_decides_between_tools_that_share_names() {
        let cargo = |line: &'static str| ("Cargo.toml", line);
        let ask = |files: &[(&str, &str)], folder: &str| detected(files, folder).unwrap();
        assert_eq!(ask(&[cargo("sqlx = \"0.8\""), ("m/1_a.up.sql", "")], "m"), Some(Layout::Sqlx));
        assert_eq!(ask(&[cargo("serde = \"1\""), ("m/1_a.up.sql", "")], "m"), Some(Layout::GolangMigrate));
        assert_eq!(
            ask(&[cargo("sqlx.workspace = true"), ("go/go.mod", ""), ("go/m/1_a.up.sql", "")], "go/m"),
            Some(Layout::GolangMigrate)
        );
        assert_eq!(
            ask(&[cargo("sqlx = \"0.8\""), ("migrations/1_a.sql", "")], "migrations"),
            Some(Layout::Sqlx)
        );
        assert_eq!(ask(&[cargo("sqlx = \"0.8\""), ("seeds/1_a.sql", "")], "seeds"), Some(Layout::Plain));
        assert_eq!(
            ask(&[cargo("[dependencies.refinery]"), ("m/V1__a.sql", "")], "m"),
            Some(Layout::Refinery)
        );
        assert_eq!(ask(&[cargo("serde = \"1\""), ("m/V1__a.sql", "")], "m"), Some(Layout::Flyway));
        assert_eq!(ask(&[("V1__a.sql", ""), ("U2__b.sql", "")], ""), Some(Layout::Refinery));
        assert_eq!(ask(&[("V1__a.sql", ""), ("U1__a.sql", "")], ""), Some(Layout::Flyway));
        assert_eq!(ask(&[("V1__a.sql", ""), ("V2__b.rs", "")], ""), Some(Layout::Refinery));
    }
}
