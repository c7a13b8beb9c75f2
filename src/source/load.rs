//! From a `SRC` argument to a [`MigrationSet`]: opens it, recognises the layout, reads the scripts.

use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::candidates;
use super::decode::decode;
use super::detect::detect;
use super::disk;
use super::error::SourceError;
use super::git::Revision;
use super::input::Input;
use super::layout::Layout;
use super::layouts::{Arranged, arrange};
use super::names::is_sql;
use super::neighbours::{Home, Neighbours, read_file_of_commit};
use super::scripts::{alone, empty_set, read_draft, shown};
use super::set::{MigrationSet, Skipped};
use super::tree::{Tree, View};
use crate::name::Dialect;
use crate::text::SourceMap;

/// What the user said about a source.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Read it as this layout instead of recognising one.
    pub layout: Option<Layout>,
    /// Chooses between folders for different databases.
    pub dialect: Option<Dialect>,
}

/// Reads one source into `map`. A folder gives its migrations in running order; a file gives one migration,
/// run as the tool that owns the folder around it would run it, with its way back where there is one.
///
/// # Errors
/// Any [`SourceError`]; nothing that was asked for is left out silently.
pub fn load(src: &str, opts: &LoadOptions, map: &mut SourceMap) -> Result<MigrationSet, SourceError> {
    load_files(&[src], opts, map)
}

/// Reads several sources into one set, in the order given. A way back that is named beside the script it
/// undoes is not taken as a migration of its own.
///
/// # Errors
/// As [`load`].
pub fn load_files<S: AsRef<str>>(
    sources: &[S],
    opts: &LoadOptions,
    map: &mut SourceMap,
) -> Result<MigrationSet, SourceError> {
    let mut inputs = Vec::new();
    for source in sources {
        inputs.push(Input::parse(source.as_ref())?);
    }
    let mut around = Neighbours::new(opts);
    let homes: Vec<Home> = inputs
        .iter()
        .filter_map(|input| if let Input::File(path) = input { Some(around.home(path)) } else { None })
        .collect();
    let mut parts = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        if inputs[..index].contains(input) {
            continue;
        }
        let part = match input {
            Input::File(path) => {
                let home = around.home(path);
                if homes.iter().any(|other| home.undoes(other)) {
                    continue;
                }
                around.read(path, &home, input, map)?
            }
            Input::Dir(path) => read_folder(&Tree::disk(path, None)?, input, opts, map)?,
            Input::Git { rev, path } => read_revision(Utf8Path::new("."), rev, path, input, opts, map)?,
            Input::Stdin => read_stdin(io::stdin().lock(), opts, map)?,
            Input::Snapshot(path) => return Err(SourceError::SnapshotGiven { path: path.clone() }),
        };
        parts.push(part);
    }
    merge(parts, map)
}

/// The text of a source that is a snapshot, on disk or in a revision, and the path that messages show; `None` for
/// every other source.
///
/// # Errors
/// What cannot be read.
pub fn snapshot_text(src: &str) -> Result<Option<(Utf8PathBuf, Arc<str>)>, SourceError> {
    match Input::parse(src)? {
        Input::Snapshot(path) => disk::read_text(&path).map(|text| Some((path, text))),
        Input::Git { rev, path } if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) => {
            let revision = Revision::open(Utf8Path::new("."), &rev, &path)?;
            if revision.is_dir() {
                return Ok(None);
            }
            let shown = revision.shown(Utf8Path::new(""));
            match revision.read(Utf8Path::new(""))? {
                Some(bytes) => decode(&shown, bytes).map(|text| Some((shown, text))),
                None => Err(SourceError::Missing { path: shown, near: Vec::new() }),
            }
        }
        Input::Git { .. } | Input::File(_) | Input::Dir(_) | Input::Stdin => Ok(None),
    }
}

/// One set out of several; what they disagree about becomes the plain choice.
fn merge(mut parts: Vec<MigrationSet>, map: &SourceMap) -> Result<MigrationSet, SourceError> {
    if parts.len() == 1 {
        return Ok(parts.swap_remove(0));
    }
    let Some(first) = parts.first() else {
        return Err(SourceError::Contradictory(
            "no source was given; name a .sql file, a folder or -".to_owned(),
        ));
    };
    let layout = if parts.iter().all(|p| p.layout == first.layout) { first.layout } else { Layout::Plain };
    let dialect_hint = parts.iter().find_map(|p| p.dialect_hint);
    let root = shared_folder(parts.iter().flat_map(|p| p.migrations.iter().map(|m| m.path(map))));
    let mut set = MigrationSet {
        layout,
        input: Input::Dir(root.clone()),
        root,
        migrations: Vec::new(),
        skipped: Vec::new(),
        warnings: Vec::new(),
        dialect_hint,
    };
    for part in parts {
        set.migrations.extend(part.migrations);
        set.skipped.extend(part.skipped);
        set.warnings.extend(part.warnings);
    }
    set.skipped.sort();
    set.skipped.dedup();
    set.warnings.sort();
    set.warnings.dedup();
    Ok(set)
}

/// The deepest folder that holds all the files.
fn shared_folder<'a>(files: impl Iterator<Item = &'a Utf8Path>) -> Utf8PathBuf {
    let mut shared: Option<Utf8PathBuf> = None;
    for file in files {
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        shared = Some(match shared {
            None => folder.to_owned(),
            Some(known) => {
                let same = known.components().zip(folder.components()).take_while(|(a, b)| a == b);
                same.map(|(a, _)| a).collect()
            }
        });
    }
    shared.filter(|p| !p.as_str().is_empty()).unwrap_or_else(|| ".".into())
}

fn read_folder(
    tree: &Tree,
    input: &Input,
    opts: &LoadOptions,
    map: &mut SourceMap,
) -> Result<MigrationSet, SourceError> {
    let given = tree.view();
    let (view, layout, mut arranged) = open_folder(&given, opts)?;
    if view.root() != given.root() {
        let place = view.root();
        let outside = given.direct().filter(|f| is_sql(f));
        arranged.skipped.extend(outside.map(|f| Skipped {
            path: given.shown(f),
            reason: format!("the migrations are in {place}, and it is not"),
        }));
    }
    arranged.skipped.extend(tree.dead_ends());
    let drafts = std::mem::take(&mut arranged.drafts);
    let mut set = empty_set(&view, layout, input.clone(), arranged);
    for draft in &drafts {
        read_draft(&view, layout, draft, &view.shown(&draft.up), &mut set, map)?;
    }
    Ok(set)
}

/// Finds the folder that holds the migrations, their layout and their order. Skipped entries and warnings come
/// back with the paths that messages show.
fn open_folder<'t>(
    given: &View<'t>,
    opts: &LoadOptions,
) -> Result<(View<'t>, Layout, Arranged), SourceError> {
    let own = if opts.layout.is_some() { opts.layout } else { detect(given)? };
    if let Some(layout) = own {
        let arranged = arrange(layout, given, opts.dialect)?;
        // Tools that look at any depth would swallow folders that are migration folders of their own.
        if arranged.drafts.iter().any(|draft| !candidates::is_below_another(&draft.up)) {
            return Ok((given.clone(), layout, shown(given, arranged)));
        }
    }
    if let Some(folder) = candidates::find(given, opts.dialect)? {
        let view = given.below(&folder);
        let layout = match opts.layout {
            Some(layout) => layout,
            None => detect(&view)?.unwrap_or(Layout::Plain),
        };
        let arranged = arrange(layout, &view, opts.dialect)?;
        if !arranged.drafts.is_empty() {
            let arranged = shown(&view, arranged);
            return Ok((view, layout, arranged));
        }
    }
    let layout = opts.layout.or(own).unwrap_or(Layout::Plain);
    if opts.layout.is_none() {
        candidates::refuse_mixture(given)?;
    }
    let arranged = arrange(layout, given, opts.dialect)?;
    if arranged.drafts.is_empty() {
        let looked_for = match opts.layout.or(own) {
            Some(layout) => format!("{} as {layout} has them", layout.holds()),
            None => "SQL files, migration folders and the files of a migration tool, at any depth".to_owned(),
        };
        return Err(SourceError::EmptyFolder { path: given.root(), looked_for });
    }
    Ok((given.clone(), layout, shown(given, arranged)))
}

fn read_revision(
    dir: &Utf8Path,
    rev: &str,
    path: &Utf8Path,
    input: &Input,
    opts: &LoadOptions,
    map: &mut SourceMap,
) -> Result<MigrationSet, SourceError> {
    let revision = Revision::open(dir, rev, path)?;
    if revision.is_dir() {
        return read_folder(&Tree::commit(dir, revision, None)?, input, opts, map);
    }
    read_file_of_commit(dir, revision, input, opts, map)
}

fn read_stdin(
    reader: impl io::Read,
    opts: &LoadOptions,
    map: &mut SourceMap,
) -> Result<MigrationSet, SourceError> {
    let path = Utf8Path::new("<stdin>");
    let bytes = disk::read_limited(reader, 0).map_err(|cause| SourceError::io(path, cause))?;
    let text = decode(path, bytes)?;
    let mut set = MigrationSet {
        layout: Layout::Plain,
        input: Input::Stdin,
        root: ".".into(),
        migrations: Vec::new(),
        skipped: Vec::new(),
        warnings: Vec::new(),
        dialect_hint: None,
    };
    set.layout = alone(opts.layout, path, text, &mut set, map);
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::layout::Runner;
    use crate::source::testing::Folder;

    fn load_all(folder: &Folder, names: &[&str]) -> (MigrationSet, Vec<String>) {
        let mut map = SourceMap::default();
        let sources: Vec<String> = names.iter().map(|name| folder.path(name).into_string()).collect();
        let set = load_files(&sources, &LoadOptions::default(), &mut map).unwrap();
        let inside = |path: &Utf8Path| path.strip_prefix(folder.path("")).unwrap().to_string();
        let order = set.migrations.iter().map(|m| inside(m.path(&map))).collect();
        (set, order)
    }

    #[test]
    fn empty_folders_say_what_was_looked_for() {
        let folder = Folder::new(&[("README.md", "")]);
        let error = folder.try_load("", &LoadOptions::default()).err().unwrap().to_string();
        assert!(error.contains("no migrations in this folder; looked for SQL files"), "{error}");
        let opts = LoadOptions { layout: Some(Layout::Goose), ..LoadOptions::default() };
        let error = folder.try_load("", &opts).err().unwrap().to_string();
        assert!(error.contains("`-- +goose Up` as goose has them"), "{error}");
    }

    #[test]
    fn a_forced_layout_does_not_mix_folders() {
        let folder =
            Folder::new(&[("src/main/db/migration/V1__a.sql", ""), ("src/test/db/migration/V1__b.sql", "")]);
        let opts = |layout| LoadOptions { layout: Some(layout), ..LoadOptions::default() };
        let loaded = folder.try_load("", &opts(Layout::Flyway)).unwrap();
        assert_eq!(loaded.order(), ["src/main/db/migration/V1__a.sql"]);
        let folder = Folder::new(&[(".git/HEAD", ""), ("a/1.sql", ""), ("b/2.sql", ""), ("README.md", "")]);
        assert!(folder.try_load("", &LoadOptions::default()).is_err());
        assert_eq!(folder.try_load("", &opts(Layout::Plain)).unwrap().order(), ["a/1.sql", "b/2.sql"]);
    }

    #[test]
    fn a_forced_layout_is_used_in_the_folder_below_too() {
        let folder = Folder::new(&[("db/migrations/1_a.up.sql", ""), ("db/migrations/1_a.down.sql", "")]);
        let opts = LoadOptions { layout: Some(Layout::Sqlx), ..LoadOptions::default() };
        for name in ["db/migrations", "db"] {
            let loaded = folder.try_load(name, &opts).unwrap();
            assert_eq!(loaded.set.layout, Layout::Sqlx);
            assert_eq!(loaded.migration(0).runner, Runner::Single);
        }
    }

    #[test]
    fn files_come_in_the_order_given() {
        let folder = Folder::new(&[("m/1_a.sql", ""), ("m/2_b.sql", ""), ("x/3_c.sql", "")]);
        let (set, order) = load_all(&folder, &["m/2_b.sql", "x/3_c.sql", "m/1_a.sql", "m/2_b.sql"]);
        assert_eq!(order, ["m/2_b.sql", "x/3_c.sql", "m/1_a.sql"]);
        assert_eq!(set.root, folder.path(""));
        assert_eq!(set.layout, Layout::Plain);
    }

    #[test]
    fn bad_bytes_in_a_folder_are_placed() {
        let folder = Folder::new(&[("1_a.sql", "select 1;\n")]);
        std::fs::write(folder.path("2_b.sql"), b"select\n\xff").unwrap();
        let error = folder.try_load("", &LoadOptions::default()).err().unwrap().to_string();
        assert!(error.contains("2_b.sql:2: not valid UTF-8 (byte 7 of the file)"), "{error}");
    }

    #[test]
    fn standard_input_is_one_migration() {
        let mut map = SourceMap::default();
        let read = |text: &str, map: &mut SourceMap| {
            read_stdin(text.as_bytes(), &LoadOptions::default(), map).unwrap()
        };
        let set = read("\u{feff}select 1;", &mut map);
        assert_eq!(set.migrations[0].up_text(&map), "select 1;");
        assert_eq!(set.migrations[0].path(&map), "<stdin>");
        assert_eq!(set.migrations[0].version, None);
        assert_eq!(set.migrations[0].runner, Runner::PerStatement);
        let set = read("-- migrate:up\na;\n-- migrate:down\nb;\n", &mut map);
        assert_eq!(set.layout, Layout::Dbmate);
        assert!(set.migrations[0].down.is_some());
    }

    #[test]
    fn revisions_are_read_like_folders() {
        let folder = Folder::new(&[
            ("Cargo.toml", "sqlx = \"0.8\"\n"),
            ("migrations/1_a.up.sql", "a"),
            ("migrations/1_a.down.sql", "undo a"),
            ("migrations/2_b.up.sql", "b"),
        ]);
        folder.git(&["init", "-q", "-b", "main"]);
        folder.git(&["add", "."]);
        folder.git(&["commit", "-qm", "one"]);
        folder.write("migrations/3_c.up.sql", "later");
        let mut map = SourceMap::default();
        let mut read = |path: &str| {
            let input = Input::Git { rev: "main".into(), path: path.into() };
            let opts = LoadOptions::default();
            let set =
                read_revision(&folder.path(""), "main", path.as_ref(), &input, &opts, &mut map).unwrap();
            (set.layout, set.migrations.len(), set.migrations[0].path(&map).to_string())
        };
        assert_eq!(read("migrations"), (Layout::Sqlx, 2, "main:migrations/1_a.up.sql".to_owned()));
        assert_eq!(read(""), (Layout::Sqlx, 2, "main:migrations/1_a.up.sql".to_owned()));
        assert_eq!(read("migrations/2_b.up.sql"), (Layout::Sqlx, 1, "main:migrations/2_b.up.sql".to_owned()));
    }

    #[test]
    fn snapshots_are_refused() {
        let folder = Folder::new(&[("s.json", "{}")]);
        let error = folder.try_load("s.json", &LoadOptions::default()).err().unwrap().to_string();
        assert!(error.contains("a snapshot describes a schema"), "{error}");
    }
}
