//! Files that are named by themselves: the folder around each tells how it runs.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::detect::detect;
use super::disk;
use super::error::SourceError;
use super::git::Revision;
use super::input::Input;
use super::layout::Layout;
use super::layouts::{Arranged, arrange};
use super::load::LoadOptions;
use super::scripts::{add_scripts, alone, annotated, empty_set, shown};
use super::set::{MigrationSet, Warning};
use super::tree::Tree;
use crate::text::SourceMap;

/// Where a file that was named by itself belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Home {
    /// The folder whose layout decides; the key of [`Neighbours::known`].
    folder: Utf8PathBuf,
    /// Relative to it.
    file: Utf8PathBuf,
    /// Which of the folder's migrations it is.
    draft: Option<usize>,
    /// Whether it is that migration's way back.
    is_down: bool,
}

/// Folders around files that were named by themselves, each looked at once.
pub(super) struct Neighbours<'o> {
    opts: &'o LoadOptions,
    known: BTreeMap<Utf8PathBuf, Folder>,
}

/// A folder as the surroundings of one of its files.
struct Folder {
    tree: Tree,
    layout: Layout,
    arranged: Arranged,
}

impl Folder {
    /// Looks at a folder. Trouble with neighbours is no trouble for the file that was named, so whatever
    /// cannot be told about them leaves the folder plain.
    fn open(tree: Tree, opts: &LoadOptions) -> Self {
        let view = tree.view();
        let layout = opts.layout.or_else(|| detect(&view).ok().flatten()).unwrap_or(Layout::Plain);
        let arranged = arrange(layout, &view, opts.dialect).unwrap_or_default();
        Self { tree, layout, arranged }
    }

    /// Which migration of the folder a file belongs to, and whether as its way back.
    fn place(&self, file: &Utf8Path) -> (Option<usize>, bool) {
        let drafts = &self.arranged.drafts;
        if let Some(index) = drafts.iter().position(|d| d.up == file) {
            return (Some(index), false);
        }
        let index = drafts.iter().position(|d| d.down.as_deref() == Some(file));
        (index, index.is_some())
    }
}

impl<'o> Neighbours<'o> {
    pub(super) fn new(opts: &'o LoadOptions) -> Self {
        Self { opts, known: BTreeMap::new() }
    }

    /// Finds out where a file belongs.
    pub(super) fn home(&mut self, path: &Utf8Path) -> Home {
        // A script called only by its role needs the name of the folder that the user stands in.
        let bare = !path.as_str().contains('/') && is_named_by_role(path);
        let place = if bare { disk::real(path) } else { path.to_owned() };
        let (folder, file, depth) = folder_around(&place, Utf8Path::is_file);
        let opts = self.opts;
        let around = self.known.entry(folder.clone()).or_insert_with(|| {
            let tree = Tree::disk(&folder, depth).unwrap_or_else(|_| Tree::unlisted(&folder));
            Folder::open(tree, opts)
        });
        let (draft, is_down) = around.place(&file);
        Home { folder, file, draft, is_down }
    }

    /// Reads a file whose home is known.
    pub(super) fn read(
        &self,
        path: &Utf8Path,
        home: &Home,
        input: &Input,
        map: &mut SourceMap,
    ) -> Result<MigrationSet, SourceError> {
        read_file(&self.known[&home.folder], home, path, input, self.opts, map)
    }
}

impl Home {
    /// Whether this is the way back of a migration whose script is the other.
    pub(super) fn undoes(&self, other: &Self) -> bool {
        self.is_down && !other.is_down && self.folder == other.folder && self.draft == other.draft
    }
}

/// Reads one file of a commit; `dir` tells which repository.
pub(super) fn read_file_of_commit(
    dir: &Utf8Path,
    revision: Revision,
    input: &Input,
    opts: &LoadOptions,
    map: &mut SourceMap,
) -> Result<MigrationSet, SourceError> {
    let path = revision.prefix().to_owned();
    let exists = |file: &Utf8Path| revision.read_from_top(file).is_ok_and(|found| found.is_some());
    let (folder, file, depth) = folder_around(&path, exists);
    let prefix = if folder == "." { Utf8PathBuf::new() } else { folder.clone() };
    let tree = Tree::commit(dir, revision.at(&prefix), depth)?;
    let shown = tree.shown(&file);
    let around = Folder::open(tree, opts);
    let (draft, is_down) = around.place(&file);
    read_file(&around, &Home { folder, file, draft, is_down }, &shown, input, opts, map)
}

/// The folder that tells how a file runs, the file's path in it, and how deep to look: the file's own folder,
/// the one above for tools with a folder per migration, or the one with `sqitch.plan`.
fn folder_around(
    path: &Utf8Path,
    exists: impl Fn(&Utf8Path) -> bool,
) -> (Utf8PathBuf, Utf8PathBuf, Option<usize>) {
    let up = |folder: &Utf8Path| match folder.parent() {
        Some(parent) if parent.as_str().is_empty() => Some(Utf8PathBuf::from(".")),
        Some(parent) => Some(parent.to_owned()),
        None => None,
    };
    let Some(own) = up(path) else { return (".".into(), path.to_owned(), Some(1)) };
    let name = path.file_name().unwrap_or("");
    if is_named_by_role(path)
        && let (Some(above), Some(folder)) = (up(&own), own.file_name())
    {
        return (above, Utf8Path::new(folder).join(name), Some(2));
    }
    for top in path.ancestors().skip(2).take(5) {
        let inside = path.strip_prefix(top).unwrap_or(path);
        let scripts =
            inside.starts_with("deploy") || inside.starts_with("revert") || inside.starts_with("verify");
        if scripts && exists(&top.join("sqitch.plan")) {
            let top = if top.as_str().is_empty() { Utf8Path::new(".") } else { top };
            return (top.to_owned(), inside.to_owned(), None);
        }
    }
    (own, name.into(), Some(1))
}

/// Whether the folder is the migration and the file only says which part of it this is.
fn is_named_by_role(path: &Utf8Path) -> bool {
    matches!(path.file_name(), Some("up.sql" | "down.sql" | "migration.sql"))
}

/// Reads one file of a folder, run as the folder's tool would run it.
fn read_file(
    folder: &Folder,
    home: &Home,
    path: &Utf8Path,
    input: &Input,
    opts: &LoadOptions,
    map: &mut SourceMap,
) -> Result<MigrationSet, SourceError> {
    let view = folder.tree.view();
    let dialect = folder.arranged.dialect;
    let about = |warning: &&Warning| warning.path == home.file;
    let warnings = folder.arranged.warnings.iter().filter(about).cloned().collect();
    let arranged = shown(&view, Arranged { warnings, dialect, ..Arranged::default() });
    let mut set = empty_set(&view, folder.layout, input.clone(), arranged);
    let text = view.read(&home.file)?;
    // Annotations in the file itself weigh more than its neighbours.
    let stranger = opts.layout.is_none() && annotated(&text).is_some_and(|told| told != folder.layout);
    match home.draft.map(|index| &folder.arranged.drafts[index]) {
        Some(draft) if !stranger => {
            let down = draft.down.as_ref().filter(|_| !home.is_down);
            let down = down.map(|file| Ok((view.shown(file), view.read(file)?))).transpose()?;
            add_scripts(folder.layout, draft, path, text, down, &mut set, map);
        }
        _ => set.layout = alone(opts.layout, path, text, &mut set, map),
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::layout::{Layout, Runner};
    use crate::source::load::load_files;
    use crate::source::testing::Folder as Temp;

    #[test]
    fn a_file_runs_as_its_folder_does() {
        let folder = Temp::new(&[
            ("go/1_a.up.sql", "a"),
            ("go/1_a.down.sql", "undo a"),
            ("go/2_b.up.sql", "b"),
            ("diesel/2020-01-01-000000_x/up.sql", "x"),
            ("diesel/2020-01-01-000000_x/down.sql", "undo x"),
            ("diesel/2020-01-01-000000_x/metadata.toml", "run_in_transaction = false"),
            ("prisma/migrations/migration_lock.toml", "provider = \"sqlite\""),
            ("prisma/migrations/1_i/migration.sql", "i"),
        ]);
        let loaded = folder.load("go/1_a.up.sql");
        assert_eq!((loaded.set.layout, loaded.order()), (Layout::GolangMigrate, vec!["go/1_a.up.sql"]));
        assert_eq!(loaded.down(0), Some("undo a"));
        let loaded = folder.load("diesel/2020-01-01-000000_x/up.sql");
        assert_eq!(loaded.set.layout, Layout::Diesel);
        assert_eq!(loaded.versions(), ["20200101000000"]);
        assert_eq!(loaded.down(0), Some("undo x"));
        assert_eq!(loaded.migration(0).runner, Runner::MultiStatementQuery);
        let loaded = folder.load("prisma/migrations/1_i/migration.sql");
        assert_eq!(loaded.set.layout, Layout::Prisma);
        assert_eq!(loaded.set.dialect_hint, Some(crate::name::Dialect::Sqlite));
    }

    #[test]
    fn a_way_back_is_read_as_what_was_named() {
        let folder = Temp::new(&[("1_a.up.sql", "a"), ("1_a.down.sql", "undo a")]);
        let loaded = folder.load("1_a.down.sql");
        assert_eq!((loaded.order(), loaded.up(0)), (vec!["1_a.down.sql"], "undo a"));
        assert_eq!(loaded.versions(), ["1"]);
        assert_eq!(loaded.down(0), None);
        let mut map = SourceMap::default();
        let both = [folder.path("1_a.down.sql"), folder.path("1_a.up.sql")];
        let set = load_files(&both, &LoadOptions::default(), &mut map).unwrap();
        assert_eq!(set.migrations.len(), 1);
        assert_eq!(set.migrations[0].up_text(&map), "a");
    }

    #[test]
    fn annotations_weigh_more_than_neighbours() {
        let folder = Temp::new(&[
            ("1_a.sql", ""),
            ("2_b.sql", ""),
            ("g.sql", "-- +goose Up\na;\n-- +goose Down\nb;\n"),
        ]);
        let loaded = folder.load("g.sql");
        assert_eq!((loaded.set.layout, loaded.up(0), loaded.down(0)), (Layout::Goose, "a;\n", Some("b;\n")));
        assert_eq!(folder.load("1_a.sql").set.layout, Layout::Plain);
    }

    #[test]
    fn any_name_will_do() {
        let folder = Temp::new(&[("notes.txt", "select 1;"), ("V1__a.sql", ""), ("seed.sql", "s")]);
        assert_eq!(folder.load("notes.txt").up(0), "select 1;");
        let loaded = folder.load("seed.sql");
        assert_eq!((loaded.set.layout, loaded.set.migrations[0].name.as_str()), (Layout::Plain, "seed"));
        assert_eq!(folder.load("V1__a.sql").set.layout, Layout::Flyway);
    }

    #[test]
    fn sqitch_scripts_find_their_plan() {
        let plan = "%project=p\n\na/b 2024-01-01T00:00:00Z A <a@example.org>\n";
        let folder =
            Temp::new(&[("sqitch.plan", plan), ("deploy/a/b.sql", "x"), ("revert/a/b.sql", "undo x")]);
        let loaded = folder.load("deploy/a/b.sql");
        assert_eq!((loaded.set.layout, loaded.down(0)), (Layout::Sqitch, Some("undo x")));
    }

    #[test]
    fn folders_around_files() {
        let around = |path: &str| folder_around(Utf8Path::new(path), |_| false);
        assert_eq!(around("a.sql"), (".".into(), "a.sql".into(), Some(1)));
        assert_eq!(around("m/1_x/up.sql"), ("m".into(), "1_x/up.sql".into(), Some(2)));
        assert_eq!(around("1_x/up.sql"), (".".into(), "1_x/up.sql".into(), Some(2)));
        assert_eq!(around("up.sql"), (".".into(), "up.sql".into(), Some(1)));
        assert_eq!(around("deploy/x.sql"), ("deploy".into(), "x.sql".into(), Some(1)));
        assert_eq!(around("/x.sql"), ("/".into(), "x.sql".into(), Some(1)));
    }
}
