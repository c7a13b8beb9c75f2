//! Whole migrations in the safe form: each statement that has a safe rewrite gives way to its stages, and the rest
//! keeps its order, in as many scripts as there must be transactions.
//!
//! In: migrations and their review. Out: [`Stage`]s for each migration that changes. They are reviewed again and
//! rewritten further, because a statement may have more than one hazard.

mod divide;
mod fit;

use crate::name::Dialect;
use crate::plan::Replay;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::source::{Kind, Migration, Runner};
use crate::text::{SourceFile, SourceMap, Span, offset};

use super::compare::{Comparison, compare};
use super::model::{self, Report};
use super::{ChangeSets, ParsedMigration, Reader, Request, Review, Wrapping, review};

use self::divide::{divide, pieces};

pub use self::fit::{fitting, patch};

/// How often a rewrite is rewritten: hazards of one statement that hide each other are few.
const ROUNDS: usize = 4;

/// One script of a migration in the safe form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What it does, for its head; empty for what stays as it was.
    pub title: String,
    /// What to do when it has run: lines of comments.
    pub notes: Vec<String>,
    /// Whether its statements are one transaction.
    pub transaction: bool,
    /// Whether it belongs to a later deployment.
    pub later: bool,
    /// The statements, each with the comments above it, without semicolons.
    pub statements: Vec<String>,
}

/// What everything runs on.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The schema before the first migration of the history.
    pub schema: &'a Schema,
    /// The migrations before those under review.
    pub history: &'a [ParsedMigration],
    /// The policy.
    pub policy: &'a Policy,
    /// Today, for exceptions that expire.
    pub today: jiff::civil::Date,
}

impl Ground<'_> {
    /// Reviews scripts in the place of the migrations; `groups` tells which belong together.
    #[must_use]
    pub fn review(&self, scripts: Vec<ParsedMigration>, groups: Vec<usize>, sources: SourceMap) -> Review {
        review(Request {
            sources,
            schema: self.schema.clone(),
            history: self.history.to_vec(),
            migrations: scripts,
            change_sets: ChangeSets::Groups(groups),
            policy: self.policy,
            today: self.today,
            layout: String::new(),
            trace: None,
            review_rollbacks: false,
        })
    }

    /// What differs after two lists of scripts.
    ///
    /// # Errors
    /// When the two cannot be compared.
    pub fn difference(
        &self,
        one: &[ParsedMigration],
        other: &[ParsedMigration],
    ) -> Result<Comparison, String> {
        compare(&self.after(one), &self.after(other), &[])
    }

    fn after(&self, scripts: &[ParsedMigration]) -> Schema {
        let mut replay = Replay::new(self.schema.clone());
        for script in self.history.iter().chain(scripts) {
            replay.history(script.wrap, script.statements.iter());
        }
        let mut schema = replay.into_schema();
        schema.reset_session();
        schema
    }
}

/// The safe form of each migration: `None` when it stays as it is.
///
/// # Errors
/// Of a migration: why it cannot be divided, as a fragment of a sentence.
pub fn stages(
    ground: &Ground<'_>,
    migrations: &[ParsedMigration],
    sources: &SourceMap,
    first: &Report,
) -> Vec<Result<Option<Vec<Stage>>, String>> {
    let mut results: Vec<Result<Option<Vec<Stage>>, String>> = Vec::with_capacity(migrations.len());
    for (migration, reported) in migrations.iter().zip(&first.migrations) {
        let rewrites: Vec<&model::Rewrite> =
            first.rewrites.iter().filter(|r| r.path == reported.path).collect();
        let text = &sources.file(migration.info.file).text;
        let pieces = pieces(text, migration.info.span, &migration.statements, Some(&reported.statements));
        results.push(divide(&pieces, &rewrites));
    }
    for _ in 1..ROUNDS {
        if !again(ground, migrations, sources, &mut results) {
            break;
        }
    }
    results
}

/// Reviews what there is by now and rewrites it further. Whether anything changed.
fn again(
    ground: &Ground<'_>,
    migrations: &[ParsedMigration],
    sources: &SourceMap,
    results: &mut [Result<Option<Vec<Stage>>, String>],
) -> bool {
    let mut sources = sources.clone();
    let mut scripts = Vec::new();
    let mut groups = Vec::new();
    let mut origin: Vec<Option<(usize, usize)>> = Vec::new();
    for (index, (migration, result)) in migrations.iter().zip(results.iter()).enumerate() {
        if let Ok(Some(stages)) = result {
            // What a later deployment does is no part of this one: it would take back what this one leaves for
            // running code.
            for (place, stage) in stages.iter().enumerate().filter(|(_, stage)| !stage.later) {
                scripts.push(script(stage, &format!("{index}/{place}"), &mut sources));
                groups.push(index);
                origin.push(Some((index, place)));
            }
        } else {
            scripts.push(migration.clone());
            groups.push(index);
            origin.push(None);
        }
    }
    let review = ground.review(scripts.clone(), groups, sources);
    let mut changed = false;
    // From the last to the first, so that places stay right while stages give way to several.
    for (at, script) in scripts.iter().enumerate().rev() {
        let Some((index, place)) = origin[at] else { continue };
        let reported = &review.report.migrations[at];
        let rewrites: Vec<&model::Rewrite> =
            review.report.rewrites.iter().filter(|r| r.path == reported.path).collect();
        let Ok(Some(stages)) = &mut results[index] else { continue };
        let text = &review.sources.file(script.info.file).text;
        let pieces = pieces(text, script.info.span, &script.statements, Some(&reported.statements));
        if let Ok(Some(parts)) = divide(&pieces, &rewrites) {
            stages.splice(place..=place, parts);
            changed = true;
        }
    }
    changed
}

/// A stage as a script that is run as it asks for.
fn script(stage: &Stage, name: &str, sources: &mut SourceMap) -> ParsedMigration {
    let text: String = stage.statements.iter().flat_map(|s| [s, ";\n"]).collect();
    let span = Span::new(0, offset(text.len()));
    let migration = Migration {
        version: None,
        name: String::new(),
        kind: Kind::Versioned,
        up: sources.add(SourceFile::new(name, text)),
        up_span: span,
        down: None,
        runner: if stage.transaction { Runner::Single } else { Runner::PerStatement },
        transaction_reason: "",
    };
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    reader.migration(&migration, 0, sources)
}
