//! Whole migrations in the safe form: each statement that has a safe rewrite gives way to its stages, and the rest
//! keeps its order, in as many scripts as there must be transactions.
//!
//! In: a migration, its review, and the schema before it. Out: [`Stage`]s. They are reviewed again and rewritten
//! further, because a statement may have more than one hazard.

mod divide;
mod fit;

use jiff::civil::Date;

use crate::name::Dialect;
use crate::plan::Replay;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::source::{Kind, Migration, Runner};
use crate::text::{SourceFile, SourceMap, Span, offset};

use super::compare::{Comparison, compare};
use super::model::{self, Report};
use super::{ParsedMigration, Reader, Request, Review, Wrapping, review};

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

/// The way through migrations as they were written. Each is rewritten on what the others, as they were written, lead to.
pub struct Walk<'a> {
    replay: Replay,
    /// Migrations of the same change set: what they made has no other users.
    together: Option<Vec<ParsedMigration>>,
    policy: &'a Policy,
    today: Date,
}

impl<'a> Walk<'a> {
    /// Begins where a review does.
    #[must_use]
    pub fn new(request: &Request<'a>) -> Self {
        let mut replay = Replay::new(request.schema.clone());
        for script in &request.history {
            replay.history(script.wrap, script.statements.iter());
        }
        let together = request.one_change_set.then(Vec::new);
        Self { replay, together, policy: request.policy, today: request.today }
    }

    /// Goes on to the next migration.
    pub fn pass(&mut self, migration: &ParsedMigration) {
        match &mut self.together {
            Some(together) => together.push(migration.clone()),
            None => self.replay.history(migration.wrap, migration.statements.iter()),
        }
    }

    /// Reviews scripts in the place of the next migration. In the report they come after those of the change set.
    #[must_use]
    pub fn review(&self, scripts: &[ParsedMigration], sources: SourceMap) -> Review {
        review(Request {
            sources,
            schema: self.schema(),
            history: Vec::new(),
            migrations: self.before().iter().chain(scripts).cloned().collect(),
            one_change_set: true,
            policy: self.policy,
            today: self.today,
            layout: String::new(),
            trace: None,
            database: None,
            proofs: None,
            schema_diff: false,
            review_rollbacks: false,
            queries: None,
            baseline: None,
            detail: false,
        })
    }

    /// What differs after two lists of scripts in the place of the next migration.
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

    /// A place for more files: behind those that the change set's migrations stand in.
    #[must_use]
    pub fn sources(&self, all: &SourceMap) -> SourceMap {
        if self.together.is_some() { all.clone() } else { SourceMap::default() }
    }

    fn before(&self) -> &[ParsedMigration] {
        self.together.as_deref().unwrap_or_default()
    }

    fn schema(&self) -> Schema {
        let mut schema = self.replay.schema().clone();
        schema.reset_session();
        schema
    }

    fn after(&self, scripts: &[ParsedMigration]) -> Schema {
        let mut replay = Replay::new(self.schema());
        for script in self.before().iter().chain(scripts) {
            replay.history(script.wrap, script.statements.iter());
        }
        let mut schema = replay.into_schema();
        schema.reset_session();
        schema
    }

    /// The safe form of the next migration, given what its review says; `None` when it stays as it is.
    ///
    /// # Errors
    /// Why it cannot be divided, as a fragment of a sentence.
    pub fn stages(
        &self,
        migration: &ParsedMigration,
        sources: &SourceMap,
        facts: &model::Migration,
        rewrites: &[&model::Rewrite],
    ) -> Result<Option<Vec<Stage>>, String> {
        let text = &sources.file(migration.info.file).text;
        let pieces = pieces(text, migration.info.span, &migration.statements, Some(&facts.statements));
        let Some(mut stages) = divide(&pieces, rewrites)? else { return Ok(None) };
        for _ in 1..ROUNDS {
            if !self.again(&mut stages, sources) {
                break;
            }
        }
        Ok(Some(stages))
    }

    /// Reviews what there is by now and rewrites it further. Whether anything changed.
    fn again(&self, stages: &mut Vec<Stage>, sources: &SourceMap) -> bool {
        let mut sources = self.sources(sources);
        // What a later deployment does is no part of this one: it would take back what this one leaves for running
        // code.
        let mut places = Vec::new();
        let mut scripts = Vec::new();
        for (place, stage) in stages.iter().enumerate().filter(|(_, stage)| !stage.later) {
            places.push(place);
            scripts.push(script(stage, &format!("stage {place}"), &mut sources));
        }
        let first = self.before().len();
        let review = self.review(&scripts, sources);
        let mut changed = false;
        // From the last to the first, so that places stay right while stages give way to several.
        for (at, (place, script)) in places.iter().zip(&scripts).enumerate().rev() {
            let Some(facts) = review.report.migrations.get(first + at) else { continue };
            let rewrites: Vec<&model::Rewrite> =
                review.report.rewrites.iter().filter(|r| r.path == facts.path).collect();
            let text = &review.sources.file(script.info.file).text;
            let pieces = pieces(text, script.info.span, &script.statements, Some(&facts.statements));
            if let Ok(Some(parts)) = divide(&pieces, &rewrites) {
                stages.splice(*place..=*place, parts);
                changed = true;
            } else if stages[*place].transaction && waits(&review.report, &facts.path) {
                stages[*place].statements.insert(0, fit::lock_timeout());
                changed = true;
            }
        }
        changed
    }
}

/// Whether a script waits for a strong lock without limit.
fn waits(report: &Report, path: &str) -> bool {
    report.findings.iter().any(|f| f.rule == "missing-lock-timeout" && f.path == path)
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
