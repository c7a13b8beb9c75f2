//! The review: puts plan, engine and remedies together into the one value that every report is made from.
//!
//! In: parsed migrations, the schema before them, a policy. Out: [`Review`]. No I/O.

mod assemble;
pub mod compare;
pub mod detail;
mod down;
mod drift;
mod edit;
pub mod examples;
pub mod expected;
mod input;
pub mod model;
mod names;
pub mod pending;
pub mod picture;
mod proof;
pub mod proposals;
pub mod queries;
mod renames;
mod run;
mod schema_diff;
pub mod staged;
mod timeline;
mod verified;
mod way_back;

use std::any::Any;
use std::fmt;

use crate::engine::baseline::{Baseline, Entry};
use crate::engine::{Allowance, Malformed};
use crate::ir::Stmt;
use crate::plan::{MigrationInfo, Wrap};
use crate::policy::Policy;
use crate::rules::down::DownInfo;
use crate::schema::Schema;
use crate::shadow::Trace;
use crate::shadow::prove::Proofs;
use crate::source::Runner;
use crate::text::SourceMap;

pub use detail::Detail;
use model::Database;

pub use expected::Outcome;
pub use input::{Reader, Wrapping};
pub use model::Report;
pub use names::rollback_file_name;
pub use run::review;
pub use way_back::Habits;

/// A migration that was read and parsed.
#[derive(Clone, Debug)]
pub struct ParsedMigration {
    /// Its place and name.
    pub info: MigrationInfo,
    /// How the runner sends it.
    pub wrap: Wrap,
    /// Why, in a few words.
    pub wrap_reason: &'static str,
    /// Its statements.
    pub statements: Vec<Stmt>,
    /// The hand-written way back, where it is under review too.
    pub down: Option<ParsedDown>,
    /// How the tool runs the migration's way back, be it there or not.
    pub down_runner: Runner,
    /// Its suppression comments.
    pub allowances: Vec<Allowance>,
    /// Comments that are meant as suppressions but are none.
    pub malformed: Vec<Malformed>,
}

/// A hand-written way back that was read and parsed.
#[derive(Clone, Debug)]
pub struct ParsedDown {
    /// Where it stands, and what its comments declare.
    pub info: DownInfo,
    /// How the runner sends it.
    pub wrap: Wrap,
    /// Its statements.
    pub statements: Vec<Stmt>,
}

/// What to review.
pub struct Request<'a> {
    /// All files.
    pub sources: SourceMap,
    /// The schema before the first migration of `history`.
    pub schema: Schema,
    /// Migrations replayed for context.
    pub history: Vec<ParsedMigration>,
    /// Migrations under review.
    pub migrations: Vec<ParsedMigration>,
    /// Whether the migrations under review are deployed together, as one change set; otherwise each is a
    /// change set of its own.
    pub one_change_set: bool,
    /// The policy.
    pub policy: &'a Policy,
    /// Today, for exceptions that expire.
    pub today: jiff::civil::Date,
    /// The layout's name.
    pub layout: String,
    /// What a server did when `history` and `migrations` ran on it: one entry for each of the migrations, and the
    /// errors of the history by its index.
    pub trace: Option<Trace>,
    /// Whether the review comes with [`Detail`], which costs time and memory.
    pub detail: bool,
    /// How the database stands that `schema` was read from, with how it differs from what its migrations make.
    pub database: Option<(Database, Outcome)>,
    /// What a server made of the ways back of `migrations`: one entry for each of them.
    pub proofs: Option<Proofs>,
    /// The application's queries, held against the migrations where these are one change set.
    pub queries: Option<queries::Queries>,
    /// Whether the report tells what changes in the schema; not every format shows it.
    pub schema_diff: bool,
    /// Whether the generated ways back are written as the layout's tool runs them, and reviewed themselves.
    pub review_rollbacks: bool,
    /// The findings that are known.
    pub baseline: Option<Baseline>,
}

/// A finished review.
#[derive(Debug)]
pub struct Review {
    /// The facts and findings.
    pub report: Report,
    /// The texts they are about.
    pub sources: SourceMap,
    /// What pictures are made from, where it was asked for.
    pub detail: Option<Detail>,
    /// The baseline anew, with what was found; empty without one.
    pub baseline: Vec<Entry>,
    /// What the facts were made from. To take it down costs a program that ends anyway a twentieth of its time: who
    /// does not drop the review saves that.
    #[expect(dead_code, reason = "held so that the holder decides when it goes")]
    remains: Remains,
}

impl Review {
    /// A review of which nothing but the facts is left.
    #[must_use]
    pub fn new(report: Report, sources: SourceMap) -> Self {
        Self { report, sources, detail: None, baseline: Vec::new(), remains: Remains(None) }
    }
}

/// The model and all steps behind a review.
#[expect(dead_code, reason = "nobody looks into it")]
struct Remains(Option<Box<dyn Any + Send>>);

impl fmt::Debug for Remains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remains")
    }
}
