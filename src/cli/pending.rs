//! `review --pending`: a live database, the migrations that it has had and those that it lacks.

use crate::introspect::Target;
use crate::introspect::history::{self, History};
use crate::review::expected::{Expected, Outcome};
use crate::review::model::Database;
use crate::review::pending::{Deployed, deployed};
use crate::review::{ParsedMigration, Reader};
use crate::schema::Schema;
use crate::source::{Layout, MigrationSet, Selected};
use crate::text::SourceMap;

use super::base::replayed;
use super::database;
use super::error::CliError;
use super::settings::Settings;
use super::term;

/// A database that was asked.
pub struct Asked {
    src: String,
    target: Target,
    schema: Schema,
    histories: Vec<History>,
}

/// What a database says about the migrations of a folder.
pub struct Pending {
    /// How the database is named.
    pub src: String,
    /// The schema as it is there.
    pub schema: Schema,
    /// What ran, and what is under review.
    pub selected: Selected,
    /// For the report, without the drift.
    pub database: Database,
}

/// Reads the database that the settings name.
///
/// # Errors
/// No database is named, or it cannot be read.
pub fn ask(settings: &Settings) -> Result<Asked, CliError> {
    let src = settings.schema.clone().or_else(database::usual).ok_or_else(|| {
        CliError::Usage("--pending asks a database: name it with --schema, or set DATABASE_URL".to_owned())
    })?;
    let target = database::target(&src)?.ok_or_else(|| {
        CliError::Usage(format!("--pending asks a database, and --schema {src} is none: write postgres://…"))
    })?;
    let mut schema = database::read(&target, &settings.database)?.schema;
    if let Some(version) = settings.server_version {
        schema.assume_version(version);
    }
    let histories = history::histories(&target, &settings.database.options())?;
    Ok(Asked { src, target, schema, histories })
}

impl Asked {
    /// The layout that the database's history tells, when the folder was taken for another.
    pub fn layout(&self, set: &MigrationSet) -> Option<Layout> {
        match self.histories.as_slice() {
            [only] if only.tool.layout() != set.layout.as_str() => only.tool.layout().parse().ok(),
            _ => None,
        }
    }

    /// Divides the folder's migrations.
    ///
    /// # Errors
    /// The histories are not of the folder's tool.
    pub fn divide(self, set: &MigrationSet, sources: &SourceMap) -> Result<Pending, CliError> {
        let chosen = choose(&self.histories, set)?;
        let found = match chosen {
            Some(history) => deployed(history, set, sources),
            None => {
                let target = &self.target;
                term::note(&format!("{target} has no history table of a migration tool: all is pending"));
                Deployed { pending: (0..set.migrations.len()).collect(), ..Deployed::default() }
            }
        };
        let database = Database {
            history: chosen.map(|h| h.table.to_string()),
            applied: found.applied.len(),
            pending: found.pending.len(),
            missing: found.missing,
            changed: found.changed,
            failed: found.failed,
            drift: Vec::new(),
        };
        let selected = Selected { history: found.applied, under_review: found.pending };
        Ok(Pending { src: self.src, schema: self.schema, selected, database })
    }
}

/// The history of the folder's tool; of a plain folder's, the only one there is.
fn choose<'a>(histories: &'a [History], set: &MigrationSet) -> Result<Option<&'a History>, CliError> {
    let layout = set.layout.as_str();
    if let Some(history) = histories.iter().find(|h| h.tool.layout() == layout) {
        return Ok(Some(history));
    }
    match histories {
        [] => Ok(None),
        [only] if layout == "plain" => Ok(Some(only)),
        found => {
            let names: Vec<String> =
                found.iter().map(|h| format!("{} of {}", h.table, h.tool.layout())).collect();
            Err(CliError::Usage(format!(
                "--pending: the folder is of {layout}, and the database has {}: name the tool with --layout",
                names.join(", ")
            )))
        }
    }
}

/// How the database differs from what the migrations that ran make.
pub fn drift(
    applied: &[ParsedMigration],
    own: Option<&ParsedMigration>,
    live: &Schema,
    reader: Reader,
) -> Outcome {
    if applied.is_empty() {
        return Outcome::default();
    }
    let empty = Schema::new(reader.dialect, live.version());
    let mut expected = Expected::new(own.into_iter().fold(empty, |schema, own| replayed(own, schema)));
    for migration in applied {
        expected.replay(migration.wrap, migration.statements.iter());
    }
    expected.against(live, |_| false)
}
