//! `checkrail schema`: a schema as SQL and as a picture.

use std::str::FromStr;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Subcommand};

use crate::name::{Dialect, ServerVersion};
use crate::parse;
use crate::report::erd::{self, Columns};
use crate::report::html;
use crate::review::picture::Picture;
use crate::snapshot::{Parts, Snapshot};
use crate::source::Layout;

use super::database::{self, DatabaseArgs};
use super::error::CliError;
use super::state::{self, Asked};
use super::{output, term};

const DUMP_HELP: &str = "\
Examples:
  checkrail schema dump migrations/ -o schema.sql        what the migrations make
  checkrail schema dump git:main:db/migrations
  checkrail schema dump prod.json --roles                a snapshot, with its roles
  checkrail schema dump                                  the database of DATABASE_URL, read only

The statements make the same schema on an empty database. The same schema gives the same bytes, so that the file
can be kept beside the migrations and compared.";

const ERD_HELP: &str = "\
Examples:
  checkrail schema erd migrations/ -o schema.svg
  checkrail schema erd migrations/ -o schema.html                    to move around in, search, and click
  checkrail schema erd prod.json --table orders --depth 2 -o orders.svg
  checkrail schema erd migrations/ --format mermaid --columns keys   for Markdown
  checkrail schema erd migrations/ --format dot | dot -Tpdf > schema.pdf";

/// Commands on a schema.
#[derive(Debug, Subcommand)]
pub enum SchemaCommand {
    /// Write the SQL that makes a schema, in an order that runs.
    Dump(Box<DumpArgs>),
    /// Draw the tables of a schema and the foreign keys between them.
    Erd(Box<ErdArgs>),
}

/// A schema that a command reads.
#[derive(Clone, Debug, Args)]
pub struct SourceArgs {
    /// A folder of migrations, a .sql file such as a pg_dump, a snapshot, a database (`postgres://…`, or `env:NAME`
    /// for a variable that holds such a URL), or `git:REV:PATH` [default: env:DATABASE_URL, where it is set].
    #[arg(value_name = "SRC")]
    pub source: Option<String>,
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

impl SourceArgs {
    /// Reads the schema and makes a value of it, on a thread with a large stack; statements that could not be read
    /// are a warning, `so` that says what of it.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn read<T: Send>(
        &self,
        so: &str,
        make: impl FnOnce(Snapshot) -> Result<T, CliError> + Send,
    ) -> Result<T, CliError> {
        let layout = match &self.layout {
            Some(name) => Some(name.parse::<Layout>()?),
            None => None,
        };
        let asked = Asked {
            version: self.server_version,
            dialect: self.dialect,
            layout,
            database: self.database.clone(),
        };
        let source = match &self.source {
            Some(source) => source.clone(),
            None => database::usual().ok_or_else(|| {
                CliError::Usage(
                    "no schema to read: name a database, a folder or a file, or set DATABASE_URL".to_owned(),
                )
            })?,
        };
        let (value, unknown) = parse::with_large_stack(|| {
            let snapshot = state::open_whole(&source, &asked)?;
            let unknown = snapshot.schema.is_blind() || !snapshot.schema.unknown_relations().is_empty();
            Ok::<_, CliError>((make(snapshot)?, unknown))
        })??;
        if unknown {
            term::warn(&format!("some statements could not be read: {so}"));
        }
        Ok(value)
    }
}

/// Arguments of `schema dump`.
#[derive(Debug, Args)]
#[command(after_help = DUMP_HELP)]
pub struct DumpArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// Write to a file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,
    /// Make the roles too, which belong to the whole server: for one that has none of them.
    #[arg(long)]
    pub roles: bool,
}

/// Arguments of `schema erd`.
#[derive(Debug, Args)]
#[command(after_help = ERD_HELP)]
pub struct ErdArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// svg, mermaid, dot, or html: a page to move around in and search [default: by the name of the file, else svg].
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<ErdFormat>,
    /// Write to a file instead of standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<Utf8PathBuf>,
    /// Only what is near this table.
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub table: Option<String>,
    /// How many foreign keys away, in either direction.
    #[arg(long, value_name = "N", requires = "table", default_value_t = 1, help_heading = "Output")]
    pub depth: usize,
    /// Which columns: all, keys, none, or auto: all of a small schema, keys of a large one.
    #[arg(long, value_name = "WHICH", default_value = "auto", help_heading = "Output")]
    pub columns: Columns,
}

/// Forms of a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErdFormat {
    /// A picture.
    Svg,
    /// Text that GitHub and GitLab draw.
    Mermaid,
    /// Text for Graphviz.
    Dot,
    /// A page.
    Html,
}

impl FromStr for ErdFormat {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "svg" => Ok(Self::Svg),
            "mermaid" => Ok(Self::Mermaid),
            "dot" => Ok(Self::Dot),
            "html" => Ok(Self::Html),
            _ => Err(format!("unknown format {text:?}: use svg, mermaid, dot or html")),
        }
    }
}

impl ErdFormat {
    /// What the name of a file asks for.
    fn of(path: &Utf8Path) -> Option<Self> {
        match path.extension()?.to_ascii_lowercase().as_str() {
            "svg" => Some(Self::Svg),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "dot" | "gv" => Some(Self::Dot),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }
}

/// Runs a command on a schema.
pub fn run(command: &SchemaCommand) -> Result<u8, CliError> {
    match command {
        SchemaCommand::Dump(args) => dump(args),
        SchemaCommand::Erd(args) => erd(args),
    }
}

fn erd(args: &ErdArgs) -> Result<u8, CliError> {
    let by_name = || args.output.as_deref().and_then(ErdFormat::of);
    let format = args.format.or_else(by_name).unwrap_or(ErdFormat::Svg);
    let mut picture = args
        .source
        .read("the diagram may lack what they made", |snapshot| Ok(Picture::of(&snapshot.schema)))?;
    if let Some(table) = &args.table {
        picture = picture.around(table, args.depth).map_err(CliError::Usage)?;
    }
    if picture.tables.is_empty() {
        term::warn("there is no table to draw");
    }
    let text = match format {
        ErdFormat::Svg => {
            let drawing = erd::layout(&picture, args.columns);
            erd::svg::render(&picture, &drawing, erd::svg::Frame::Alone, &[])
        }
        ErdFormat::Mermaid => erd::mermaid::render(&picture, args.columns),
        ErdFormat::Dot => erd::dot::render(&picture, args.columns),
        ErdFormat::Html => html::render_diagram(&picture, args.columns),
    };
    finish(args.output.as_ref(), text)
}

fn dump(args: &DumpArgs) -> Result<u8, CliError> {
    let parts = Parts { roles: args.roles };
    let (text, untyped) =
        args.source.read("the first lines of the script say what they touched", |snapshot| {
            Ok((snapshot.to_sql(parts), snapshot.untyped()))
        })?;
    if !untyped.is_empty() {
        term::warn(&format!(
            "the types of {} are not known, and the statements that make them do not run",
            untyped.join(", ")
        ));
    }
    finish(args.output.as_ref(), text)
}

/// Writes a text to a file, or prints it.
pub fn finish(path: Option<&Utf8PathBuf>, text: String) -> Result<u8, CliError> {
    match path {
        Some(path) => output::write_files(&[(path.clone(), text)])?,
        None => output::print(&text)?,
    }
    Ok(0)
}
