//! `checkrail snapshot`.

use camino::Utf8PathBuf;
use clap::Args;

use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::source::Layout;

use super::database::{self, DatabaseArgs};
use super::error::CliError;
use super::state::{self, Asked};
use super::{output, term};

const HELP: &str = "\
Examples:
  checkrail snapshot -o prod.json                        the database of DATABASE_URL, read only
  checkrail snapshot postgres://ann@db/shop -o prod.json
  checkrail snapshot migrations/ -o schema.json          what the migrations make
  checkrail snapshot git:main:db/migrations -o main.json
  checkrail review migrations/ --last 1 --schema schema.json

The format is documented in docs/snapshot.md; its JSON Schema is docs/schema/snapshot.schema.json.";

/// Arguments of `snapshot`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct SnapshotArgs {
    /// The database: `postgres://…`, `env:NAME` for a variable that holds such a URL, a folder of migrations, a
    /// .sql file such as a pg_dump, `git:REV:PATH`, or a snapshot [default: env:DATABASE_URL, where it is set].
    #[arg(value_name = "SRC")]
    pub source: Option<String>,
    /// Write to a file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,
    /// Major version of the server [default: what the source says, else 18].
    #[arg(long, value_name = "N")]
    pub server_version: Option<ServerVersion>,
    /// postgresql, mysql or sqlite [default: what the migration tool's files say, else postgresql].
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<Dialect>,
    /// Migration tool whose layout the folder has [default: detected].
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// How a database is read.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Writes a snapshot.
pub fn run(args: &SnapshotArgs) -> Result<u8, CliError> {
    let layout = match &args.layout {
        Some(name) => Some(name.parse::<Layout>()?),
        None => None,
    };
    let asked = Asked {
        version: args.server_version,
        dialect: args.dialect,
        migrator: None,
        layout,
        database: args.database.clone(),
    };
    let source = match &args.source {
        Some(source) => source.clone(),
        None => database::usual().ok_or_else(|| {
            CliError::Usage(
                "nothing to take a snapshot of: name a database, a folder or a file, or set DATABASE_URL"
                    .to_owned(),
            )
        })?,
    };
    let (text, unknown) = parse::with_large_stack(|| {
        let snapshot = state::open_whole(&source, &asked)?;
        let unknown = snapshot.schema.is_blind() || !snapshot.schema.unknown_relations().is_empty();
        Ok::<_, CliError>((snapshot.to_json(), unknown))
    })??;
    if unknown {
        term::warn("some statements could not be read: the snapshot says under `unknown` what they touched");
    }
    match &args.output {
        Some(path) => output::write_files(&[(path.clone(), text)])?,
        None => output::print(&text)?,
    }
    Ok(0)
}
