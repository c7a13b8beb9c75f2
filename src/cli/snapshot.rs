//! `checkrail snapshot`.

use camino::Utf8PathBuf;
use clap::Args;

use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::source::Layout;

use super::error::CliError;
use super::state::{self, Asked};
use super::{output, term};

const HELP: &str = "\
Examples:
  checkrail snapshot migrations/ -o schema.json          what the migrations make
  checkrail snapshot git:main:db/migrations -o main.json
  checkrail review migrations/ --last 1 --schema schema.json

The format is documented in docs/snapshot.md; its JSON Schema is docs/schema/snapshot.schema.json.";

/// Arguments of `snapshot`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct SnapshotArgs {
    /// The database: a folder of migrations, a .sql file such as a pg_dump, `git:REV:PATH`, or a snapshot.
    #[arg(value_name = "SRC")]
    pub source: String,
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
}

/// Writes a snapshot.
pub fn run(args: &SnapshotArgs) -> Result<u8, CliError> {
    let layout = match &args.layout {
        Some(name) => Some(name.parse::<Layout>()?),
        None => None,
    };
    let asked = Asked { version: args.server_version, dialect: args.dialect, layout };
    let (text, unknown) = parse::with_large_stack(|| {
        let snapshot = state::open_whole(&args.source, asked)?;
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
