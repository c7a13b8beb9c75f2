//! What is to be proven on a server: the ways back of migrations, written as the layout's tool runs them.
//!
//! In: parsed migrations and the schema before them. Out: for each of those under review its generated way back, and
//! the scripts around it that keep data. The review writes the same scripts again; what the server did with them is
//! judged there.

use crate::ir::Stmt;
use crate::name::Dialect;
use crate::parse;
use crate::plan::{Replay, Step, Wrap};
use crate::remedy::rollback;
use crate::schema::Schema;
use crate::text::{SourceFile, SourceMap, Span, offset};

use super::model::Keep;
use super::way_back::{self, Habits, Written};
use super::{ParsedMigration, assemble, rollback_file_name};

/// What undoes a migration.
#[derive(Debug)]
pub struct Proposal {
    /// The generated way back; none where there is nothing to undo.
    pub down: Option<Scripted>,
    /// What runs before the migration and after its way back to keep data.
    pub keep: Option<(Scripted, Scripted)>,
}

/// A script that stands in no file.
#[derive(Debug)]
pub struct Scripted {
    /// Its name and text.
    pub file: SourceFile,
    /// How it is sent.
    pub wrap: Wrap,
    /// Its statements.
    pub statements: Vec<Stmt>,
}

/// The ways back of `migrations`, which run on `schema` after `history`.
#[must_use]
pub fn proposals(
    schema: Schema,
    history: &[ParsedMigration],
    migrations: &[ParsedMigration],
    layout: &str,
    sources: &SourceMap,
) -> Vec<Proposal> {
    let dialect = schema.dialect();
    let mut replay = Replay::new(schema);
    for migration in history {
        replay.history(migration.wrap, migration.statements.iter());
    }
    let one = |(index, migration)| proposal(&mut replay, index, migration, layout, sources, dialect);
    migrations.iter().enumerate().map(one).collect()
}

fn proposal(
    replay: &mut Replay,
    index: usize,
    migration: &ParsedMigration,
    layout: &str,
    sources: &SourceMap,
    dialect: Dialect,
) -> Proposal {
    replay.begin_change_set();
    replay.begin_migration(migration.wrap);
    let mut rollbacks = Vec::with_capacity(migration.statements.len());
    for stmt in &migration.statements {
        let mut step: Step = replay.prepare(stmt.clone(), index);
        replay.commit(&mut step);
        rollbacks.push(rollback::invert(&step, replay.schema()));
    }
    rollback::settle(&mut rollbacks);
    replay.end_migration();
    let path = sources.path(migration.info.file).as_str();
    let name = rollback_file_name(layout, path);
    let habits = Habits::of(layout, migration.down_runner);
    let Written { script, wrap, statements, sources, file } =
        way_back::write(&rollbacks, habits, name.as_str(), dialect);
    if script.sql.is_empty() {
        return Proposal { down: None, keep: None };
    }
    let keep = assemble::keep(migration.info.version.as_deref(), path, &rollbacks).map(|keep| {
        let Keep { before, after, .. } = keep;
        let part = |what: &str, sql| scripted(&format!("{name} ({what})"), sql, dialect);
        (part("before", before), part("after", after))
    });
    let file = sources.file(file).clone();
    Proposal { down: Some(Scripted { file, wrap, statements }), keep }
}

fn scripted(name: &str, sql: String, dialect: Dialect) -> Scripted {
    let mut sources = SourceMap::default();
    let span = Span::new(0, offset(sql.len()));
    let file = sources.add(SourceFile::new(name, sql));
    let parsed = parse::script(&sources.file(file).text, span, file, dialect);
    Scripted { file: sources.file(file).clone(), wrap: Wrap::Transaction, statements: parsed.statements }
}
