//! The zero-downtime way to the same end, in stages.
//!
//! In: a step that a rule objected to, with the schema before it. Out: stages, each a list of operations that
//! belong into one migration file. PostgreSQL only. A statement that cannot be rewritten faithfully, because
//! the model does not know enough about its table or because no other way leads to the same schema, has no
//! rewrite. There is one file for each family of remedies; `build` and `case` are what they share.

mod backfill;
mod build;
mod case;
mod column;
mod column_parts;
mod constraint;
mod detach;
mod drop_keys;
mod index;
mod key;
mod matview;
mod not_null;
mod partition;
mod partitioned_index;
mod rename;
mod shadow;
mod shadow_parts;
mod shadow_plan;
mod split;

#[cfg(test)]
mod tests;

use crate::emit;
use crate::finding::RemedyHint;
use crate::ir::DdlOp;
use crate::ir::object::Drop;
use crate::name::{Dialect, QName};
use crate::plan::Step;
use crate::schema::Schema;
use crate::schema::model::{Change, Index};

use self::case::Case;

/// A safe rewrite of one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewrite {
    /// Which remedy it is.
    pub hint: RemedyHint,
    /// What it does, in a sentence.
    pub summary: String,
    /// The stages in order; each is a migration of its own.
    pub stages: Vec<Stage>,
}

/// One migration of a rewrite.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// What this stage does, in a few words.
    pub title: String,
    /// Whether it may run inside a transaction; otherwise the runner must not wrap it.
    pub transaction: bool,
    /// Whether it has to wait until no code uses the old names any more: it belongs to a later deployment.
    pub later: bool,
    /// The statements.
    pub ops: Vec<DdlOp>,
    /// Comments for statements, by their index in `ops`.
    pub comments: Vec<(usize, String)>,
    /// SQL that is no single operation (batched backfill loops, checks to run between stages), as comments or
    /// client-side SQL, in order after `ops`.
    pub notes: Vec<String>,
}

impl Stage {
    /// Its statements as a script, with the notes after them.
    #[must_use]
    pub fn sql(&self) -> String {
        let mut sql = String::new();
        for (index, op) in self.ops.iter().enumerate() {
            for (_, comment) in self.comments.iter().filter(|(at, _)| *at == index) {
                sql.push_str("-- ");
                sql.push_str(comment);
                sql.push('\n');
            }
            sql.push_str(&emit::script([op], Dialect::PostgreSql));
        }
        for note in &self.notes {
            sql.push_str(note);
            sql.push('\n');
        }
        sql
    }
}

/// What a family of remedies makes: the sentence and the stages.
type Plan = (String, Vec<Stage>);

/// Whether the rewrite of a statement may depend on names that the server makes up: then [`for_step`] needs what
/// the statement would change.
#[must_use]
pub fn looks_ahead(op: &DdlOp, hint: RemedyHint) -> bool {
    let by_itself = matches!(
        hint,
        RemedyHint::LockTimeout
            | RemedyHint::ConcurrentIndexDrop
            | RemedyHint::ConcurrentReindex
            | RemedyHint::ConcurrentDetach
            | RemedyHint::ConcurrentRefresh
            | RemedyHint::DropForeignKeysFirst
            | RemedyHint::AttachWithCheck
            | RemedyHint::CreateThenAttach
    );
    !by_itself && matches!(op, DdlOp::AlterTable(_) | DdlOp::CreateIndex(_) | DdlOp::Rename(_))
}

/// The safe rewrite of a step, when there is one for this hint. `schema` is as it is before it, `changes` is what the statement would change
/// ([`crate::schema::Schema::preview`]); `None` when it would fail.
#[must_use]
pub fn for_step(
    step: &Step,
    schema: &Schema,
    hint: RemedyHint,
    changes: Option<&[Change]>,
) -> Option<Rewrite> {
    if schema.dialect() != Dialect::PostgreSql {
        return None;
    }
    let case = Case::new(step, schema, changes);
    let (summary, mut stages) = match hint {
        RemedyHint::ConcurrentIndex => index::create(&case),
        RemedyHint::ConcurrentIndexDrop => index::drop(&case),
        RemedyHint::ConcurrentReindex => index::reindex(&case),
        RemedyHint::PartitionedIndex => partitioned_index::plan(&case),
        RemedyHint::NotValidThenValidate => constraint::plan(&case),
        RemedyHint::ConstraintUsingIndex => key::plan(&case),
        RemedyHint::NotNullThroughCheck => not_null::plan(&case),
        RemedyHint::ColumnThenBackfill => column::plan(&case),
        RemedyHint::ShadowColumn => shadow::plan(&case),
        RemedyHint::AttachWithCheck => partition::attach(&case),
        RemedyHint::CreateThenAttach => partition::create(&case),
        RemedyHint::ConcurrentDetach => detach::plan(&case),
        RemedyHint::ConcurrentRefresh => matview::plan(&case),
        RemedyHint::DropForeignKeysFirst => drop_keys::plan(&case),
        RemedyHint::LockTimeout => lock_timeout(&case),
        RemedyHint::CompatibilityView => rename::plan(&case),
    }?;
    if stages.is_empty() {
        return None;
    }
    let session = case.session();
    for stage in &mut stages {
        stage.ops.splice(0..0, session.iter().cloned());
        stage.comments.iter_mut().for_each(|(at, _)| *at += session.len());
    }
    Some(Rewrite { hint, summary, stages })
}

/// Builds indexes as they were, without blocking writes.
#[must_use]
pub fn build_again(indexes: &[Index]) -> Stage {
    let like = |index: &Index| build::create_like(index, &index.table, &index.name.name);
    index::built("Build again what was there before".into(), indexes.iter().map(like).collect())
}

/// `DROP INDEX IF EXISTS`, concurrently or not.
#[must_use]
pub fn drop_index(name: &QName, concurrently: bool) -> DdlOp {
    match build::drop_index(name, true) {
        DdlOp::Drop(drop) => DdlOp::Drop(Drop { concurrently, ..drop }),
        op => op,
    }
}

/// The statement itself, behind a limit for how long it waits.
fn lock_timeout(case: &Case<'_>) -> Option<Plan> {
    let op = case.op();
    if matches!(op, DdlOp::Set(_) | DdlOp::Transaction(_) | DdlOp::Opaque(_)) {
        return None;
    }
    let mut stage = Stage::locked("Run the statement with a limit for its wait", vec![op.clone()]);
    stage.transaction = case.step().effects.no_transaction.is_none();
    stage.notes.push(
        "-- When it gives up (55P03, lock_not_available), nothing has changed: run it again a little later."
            .into(),
    );
    Some(("Gives up after two seconds instead of holding up everybody behind it".into(), vec![stage]))
}
