//! The queries of the application, held against what a change set does to the schema.
//!
//! In: queries, and the statements one after the other. Out: findings about those that worked before and fail after it,
//! and about those that lose the index they search by, at the statement that does it; and how many there are. A query
//! that cannot be read, or does not work on the schema before, is counted and not judged.

mod check;

use crate::engine::Engine;
use crate::hash::HashSet;
use crate::ir::index::IndexKey;
use crate::name::{Dialect, Ident, QName};
use crate::parse::query::{Query, Reading, query};
use crate::parse::split::{PieceKind, split};
use crate::plan::{Replay, Step};
use crate::rules::compatibility::{broken_query, query_loses_index};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Index, Object};
use crate::source::QueryText;
use crate::text::{FileId, SourceMap, Span};

use super::model;

/// Places that a message names; the others are counted, and stand in the report.
const NAMED: usize = 4;

/// A query of the application.
#[derive(Clone, Debug)]
pub struct AppQuery {
    /// Where it stands.
    pub file: FileId,
    /// Its place.
    pub span: Span,
    /// What sqlc calls it.
    pub name: Option<String>,
    /// What it does.
    pub query: Query,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Queries {
    /// The queries.
    pub all: Vec<AppQuery>,
    /// How many texts could not be read.
    pub unread: usize,
}

/// Reads queries. Run it with a large stack.
#[must_use]
pub fn read(texts: &[QueryText], sources: &SourceMap) -> Queries {
    let mut queries = Queries::default();
    for text in texts {
        if let Some(sql) = &text.sql {
            queries.add(sql, false, (text.file, text.span), None);
            continue;
        }
        let script = &sources.file(text.file).text;
        let sqlc = script.contains("-- name:");
        let mut end = 0;
        for piece in &split(script, Dialect::PostgreSql).pieces {
            let before = script.get(end..piece.span.start as usize).unwrap_or("");
            end = piece.span.end as usize;
            if piece.kind == PieceKind::Sql {
                let name = before.lines().rev().find_map(|line| line.trim().strip_prefix("-- name:"));
                let name = name.and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
                queries.add(piece.span.slice(script), sqlc, (text.file, piece.span), name);
            }
        }
    }
    queries
}

impl Queries {
    fn add(&mut self, sql: &str, sqlc: bool, (file, span): (FileId, Span), name: Option<String>) {
        match query(sql, sqlc) {
            Reading::Query(query) => self.all.push(AppQuery { file, span, name, query: *query }),
            Reading::Other => {}
            Reading::Unread => self.unread += 1,
        }
    }
}

/// Queries along the way through a change set.
pub(super) struct Watch {
    queries: Vec<Watched>,
    unread: usize,
    unresolved: usize,
}

/// A query that works on the schema before.
struct Watched {
    app: AppQuery,
    /// The relations that it names, and the functions that it calls.
    relations: HashSet<QName>,
    calls: Vec<(QName, usize)>,
    /// Since which step it fails, and how.
    broken: Option<(usize, SchemaError)>,
}

impl Watch {
    /// Keeps the queries that work now.
    pub(super) fn begin(queries: Queries, replay: &mut Replay) -> Self {
        let mut watch = Self { queries: Vec::new(), unread: queries.unread, unresolved: 0 };
        for app in queries.all {
            let schema = replay.schema();
            let named = check::relations(&app.query).into_iter();
            let relations: Option<HashSet<QName>> =
                named.filter(|name| !is_system(name)).map(|name| schema.resolve_relation(name)).collect();
            let calls = check::calls(schema, &app.query);
            let Some(relations) = relations else {
                watch.unresolved += 1;
                continue;
            };
            let watched = Watched { app, relations, calls, broken: None };
            if watched.error(replay).is_some() {
                watch.unresolved += 1;
            } else {
                watch.queries.push(watched);
            }
        }
        watch
    }

    /// Looks at the queries that a statement has to do with, after it.
    pub(super) fn step(&mut self, step: &Step, replay: &mut Replay) {
        if step.changes.is_empty() {
            return;
        }
        for watched in &mut self.queries {
            let concerned = step.changes.iter().any(|change| match &change.key {
                ObjectKey::Relation(name) => watched.relations.contains(name) || is_index_of(change, watched),
                ObjectKey::Function(name, _) => watched.calls.iter().any(|(call, _)| call.name == name.name),
                ObjectKey::Type(_) | ObjectKey::Schema(_) => true,
                _ => false,
            });
            if !concerned {
                continue;
            }
            let error = watched.error(replay);
            watched.broken = match (watched.broken.take(), error) {
                (_, None) => None,
                (Some((step, first)), Some(_)) => Some((step, first)),
                (None, Some(error)) => Some((step.index, error)),
            };
        }
    }

    /// Reports what fails and what loses its index.
    pub(super) fn end(
        self,
        steps: &[Step],
        schema: &Schema,
        sources: &SourceMap,
        engine: &mut Engine<'_>,
    ) -> model::Queries {
        let mut counts = model::Queries {
            read: self.queries.len() + self.unresolved,
            unread: self.unread,
            unresolved: self.unresolved,
            failing: 0,
            losing_index: 0,
        };
        for step in steps {
            let mut told: Vec<(&SchemaError, Vec<&AppQuery>)> = Vec::new();
            for watched in &self.queries {
                let Some((at, error)) = &watched.broken else { continue };
                if *at != step.index {
                    continue;
                }
                counts.failing += 1;
                match told.iter_mut().find(|(e, _)| *e == error) {
                    Some((_, queries)) => queries.push(&watched.app),
                    None => told.push((error, vec![&watched.app])),
                }
            }
            for (error, queries) in told {
                report_broken(step, error, &queries, sources, engine);
            }
            for index in dropped(step, schema) {
                let losing: Vec<&AppQuery> =
                    self.queries.iter().filter(|w| w.loses(index, schema)).map(|w| &w.app).collect();
                if !losing.is_empty() {
                    counts.losing_index += losing.len();
                    report_slow(step, index, &losing, sources, engine);
                }
            }
        }
        counts
    }
}

fn is_index_of(change: &crate::schema::model::Change, watched: &Watched) -> bool {
    let table = |object: Option<&Object>| match object {
        Some(Object::Index(index)) => watched.relations.contains(&index.table),
        _ => false,
    };
    table(change.before.as_deref()) || table(change.after.as_deref())
}

impl Watched {
    /// What the server answers now.
    fn error(&self, replay: &mut Replay) -> Option<SchemaError> {
        replay
            .failure(&self.app.query.op)
            .or_else(|| check::error(replay.schema(), &self.app.query, &self.calls))
    }

    /// Whether the query searched by an index that is gone, and has no other one to search its table by.
    fn loses(&self, index: &Index, schema: &Schema) -> bool {
        let Some(key) = index.keys.first().and_then(IndexKey::as_column) else { return false };
        if self.broken.is_some() || !self.relations.contains(&index.table) {
            return false;
        }
        let sought: Vec<&Ident> = self
            .app
            .query
            .sought
            .iter()
            .filter_map(|name| check::column(schema, &self.app.query, name))
            .filter(|(table, _)| table.name == index.table)
            .map(|(_, column)| &column.name)
            .collect();
        let others = schema.indexes_of(&index.table);
        let served = |column: &&Ident| {
            others.iter().any(|i| i.valid && i.keys.first().and_then(IndexKey::as_column) == Some(*column))
        };
        sought.contains(&key) && !sought.iter().any(served)
    }
}

/// The indexes that a statement drops, and that are not there in the end although their tables are.
fn dropped<'s>(step: &'s Step, schema: &Schema) -> Vec<&'s Index> {
    let index = |change: &'s crate::schema::model::Change| match (change.before.as_deref(), &change.after) {
        (Some(Object::Index(index)), None) => Some(index),
        _ => None,
    };
    let gone = |index: &&Index| {
        index.valid
            && index.predicate.is_none()
            && schema.index(&index.name).is_none()
            && schema.table(&index.table).is_some()
    };
    step.changes.iter().filter_map(index).filter(gone).collect()
}

fn report_broken(
    step: &Step,
    error: &SchemaError,
    queries: &[&AppQuery],
    sources: &SourceMap,
    engine: &mut Engine<'_>,
) {
    let count = match queries.len() {
        1 => "1 query of the application fails".to_owned(),
        n => format!("{n} queries of the application fail"),
    };
    engine.report(&broken_query::RULE, |sink| {
        sink.step(step)
            .message(format!(
                "{count} after it: {} ({}): {}",
                error.message,
                error.sqlstate,
                places(queries, sources)
            ))
            .why("code that runs while the migration is deployed gets this error from the moment of commit")
            .help("deploy code that does without the old form first, or keep that form until then")
            .related(related(queries))
            .report();
    });
}

fn report_slow(
    step: &Step,
    index: &Index,
    queries: &[&AppQuery],
    sources: &SourceMap,
    engine: &mut Engine<'_>,
) {
    let count = match queries.len() {
        1 => "1 query of the application searches".to_owned(),
        n => format!("{n} queries of the application search"),
    };
    let table = &index.table;
    engine.report(&query_loses_index::RULE, |sink| {
        sink.step(step)
            .object(&index.name)
            .message(format!(
                "{count} {table} by {}, and no index is left for that: {}",
                index.name.name,
                places(queries, sources)
            ))
            .why(format!("all of {table} is read for each of them from the moment of commit"))
            .help("keep the index, or build one that begins with the same column first")
            .related(related(queries))
            .report();
    });
}

/// `queries/users.sql:3 (GetUser), queries/teams.sql:9 and 3 more`.
fn places(queries: &[&AppQuery], sources: &SourceMap) -> String {
    let place = |app: &&AppQuery| {
        let file = sources.file(app.file);
        let line = file.line_col(app.span.start).line;
        let name = app.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        format!("{}:{line}{name}", file.path)
    };
    let shown: Vec<String> = queries.iter().take(NAMED).map(place).collect();
    match queries.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn related(queries: &[&AppQuery]) -> Vec<(FileId, Span, String)> {
    let about = |app: &&AppQuery| {
        let text: String = app.query.text.chars().take(200).collect();
        (app.file, app.span, app.name.clone().map_or(text.clone(), |name| format!("{name}: {text}")))
    };
    queries.iter().map(about).collect()
}

/// Whether a name belongs to the server's own schemas.
fn is_system(name: &QName) -> bool {
    match name.schema.as_deref() {
        Some(schema) => schema == "information_schema" || schema.starts_with("pg_"),
        None => name.name.starts_with("pg_"),
    }
}
