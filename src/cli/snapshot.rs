//! `checkrail snapshot`.

use camino::Utf8PathBuf;
use clap::Args;

use super::error::CliError;
use super::schema::SourceArgs;

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
    #[command(flatten)]
    pub source: SourceArgs,
    /// Write to a file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,
}

/// Writes a snapshot.
pub fn run(args: &SnapshotArgs) -> Result<u8, CliError> {
    let so = "the snapshot says under `unknown` what they touched";
    let text = args.source.read(so, |snapshot| Ok(snapshot.to_json()))?;
    super::schema::finish(args.output.as_ref(), text)
}
