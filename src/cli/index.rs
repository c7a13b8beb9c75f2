//! `checkrail index`: indexes that are missing, as scripts or as migrations.
//!
//! In: a schema, and indexes that somebody asks for. Out: a script or JSON on standard output, or new migrations in
//! the form of the folder's tool.

mod write;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use crate::name::Dialect;
use crate::parse;
use crate::remedy::index::{self, Given, Proposals};
use crate::report::index as report;
use crate::source;

use super::error::CliError;
use super::schema::SourceArgs;
use super::{output, state, term};

const HELP: &str = "\
Examples:
  checkrail index migrations/                              indexes that foreign keys lack, as a script for psql
  checkrail index env:DATABASE_URL --format json           with sizes, and what is covered already
  checkrail index dump.sql 'orders(customer_id, placed_at DESC) WHERE paid'
  checkrail index migrations/ --file wanted.txt --only-asked --write
  checkrail index prod.json --into db/migrations           read here, written there
  checkrail index migrations/ --drop                       the way back

Exit codes:
  0   proposed or written, or nothing is missing
  2   an index cannot be built; wrong usage; or an output cannot be written
  3   input missing or unreadable
  4   a database cannot be read";

/// Arguments of `index`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct IndexArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// Indexes to build as well: TABLE(COLUMN, …), with all that may follow CREATE INDEX ON, or the whole statement.
    #[arg(value_name = "TABLE(COLUMN,…)")]
    pub asked: Vec<String>,
    /// Indexes to build as well, one on each line; of a .sql file its CREATE INDEX statements. Repeat it.
    #[arg(long = "file", value_name = "FILE", help_heading = "What is built")]
    pub files: Vec<Utf8PathBuf>,
    /// Leave out what foreign keys lack.
    #[arg(long, help_heading = "What is built")]
    pub only_asked: bool,
    /// Take the sizes of tables from this snapshot or database [default: those of SRC].
    #[arg(long, value_name = "SNAPSHOT", help_heading = "What is built")]
    pub stats: Option<String>,

    /// Output: a script for psql, or JSON.
    #[arg(long, value_enum, default_value_t = IndexFormat::Sql, value_name = "FORMAT", help_heading = "Output")]
    pub format: IndexFormat,
    /// Print the script that drops them again.
    #[arg(long, help_heading = "Output", conflicts_with_all = ["write", "into", "format"])]
    pub drop: bool,
    /// Add migrations to SRC, in the form of its migration tool, with the way back.
    #[arg(long, help_heading = "Output", conflicts_with = "into")]
    pub write: bool,
    /// Add migrations to this folder.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub into: Option<Utf8PathBuf>,
    /// What the migrations are called.
    #[arg(long, value_name = "NAME", default_value = "add_indexes", help_heading = "Output")]
    pub name: String,
}

/// How proposals are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IndexFormat {
    Sql,
    Json,
}

/// Proposes indexes.
pub fn run(args: &IndexArgs) -> Result<u8, CliError> {
    let mut source = args.source.clone();
    let mut asked = args.asked.clone();
    // `checkrail index 'orders(a)'`: the database of DATABASE_URL.
    if let Some(first) =
        source.source.take_if(|text| text.contains('(') && !Utf8PathBuf::from(&*text).exists())
    {
        asked.insert(0, first);
    }
    let given = parse::with_large_stack(|| wanted(args, &asked))??;
    let (proposals, version) = source.read("indexes that they made may be proposed again", |snapshot| {
        let mut schema = snapshot.schema;
        if schema.dialect() != Dialect::PostgreSql {
            return Err(CliError::Usage("index: scripts are known for PostgreSQL only".to_owned()));
        }
        if let Some(stats) = &args.stats {
            schema.sizes = state::sizes(stats, &source.database)?.into();
        }
        Ok((index::propose(&schema, &given, !args.only_asked), schema.version()))
    })?;
    for refused in &proposals.refused {
        term::error(&format!("{}: {}", report::wanted(&refused.reason), refused.why));
    }
    if proposals.indexes.is_empty() && proposals.refused.is_empty() {
        term::note("no index is missing");
    }
    if args.write || args.into.is_some() {
        told(&proposals);
        let folder = match (&args.into, &source.source) {
            (Some(folder), _) => folder.as_str(),
            (None, Some(source)) => source,
            (None, None) => "",
        };
        parse::with_large_stack(|| write::write(&proposals, folder, args))??;
    } else if args.drop {
        output::print(&report::drop_script(&proposals))?;
    } else {
        output::print(&match args.format {
            IndexFormat::Sql => report::script(&proposals),
            IndexFormat::Json => report::json(&proposals, version),
        })?;
    }
    Ok(if proposals.refused.is_empty() { 0 } else { super::error::USAGE })
}

/// What is not in the files.
fn told(proposals: &Proposals) {
    for covered in &proposals.covered {
        if matches!(covered.reason, index::Reason::Asked(_)) {
            term::note(&report::covered_text(covered));
        }
    }
    for proposal in &proposals.indexes {
        report::remarks(proposal).iter().take(2).for_each(|line| term::note(line));
    }
}

fn wanted(args: &IndexArgs, asked: &[String]) -> Result<Vec<Given>, CliError> {
    let mut all = Vec::new();
    for text in asked {
        all.push(index::given(text).map_err(|why| CliError::Usage(format!("{text:?}: {why}")))?);
    }
    for path in &args.files {
        let text = source::read_text(path)?;
        let is_sql = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("sql"));
        let listed = index::listed(&text, is_sql);
        all.extend(listed.map_err(|why| CliError::Usage(format!("{path}: {why}")))?);
    }
    Ok(all)
}
