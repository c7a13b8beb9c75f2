//! Indexes that are missing, each with the way to build it while the table is in use, and the way back.
//!
//! In: a schema and the indexes that somebody wants; foreign keys want some too. Out: [`Proposals`]: which are built,
//! under which names, in which stages and with which locks, and which are not, because an index that is there does
//! their work. The stages are those of the rewrite of `CREATE INDEX`. PostgreSQL only.

mod wanted;

use crate::diff;
use crate::emit;
use crate::finding::RemedyHint;
use crate::ir::data::{LockMode, SetVariable};
use crate::ir::index::{CreateIndex, IndexKey};
use crate::ir::table::ConstraintKind;
use crate::ir::{DdlOp, Stmt};
use crate::name::{Dialect, Ident, QName};
use crate::parse;
use crate::plan::{Replay, Wrap};
use crate::schema::Schema;
use crate::schema::cover::Cover;
use crate::schema::model::{Index, Object, Table};
use crate::schema::sizes::RelationSize;
use crate::text::{FileId, Span};

use super::rewrite::{self, Stage};

pub use self::wanted::{Given, given, listed};

/// What is built and what is not.
#[derive(Clone, Debug, Default)]
pub struct Proposals {
    /// Indexes to build, those that were asked for first.
    pub indexes: Vec<Proposal>,
    /// What is not built because an index that is there does its work.
    pub covered: Vec<Covered>,
    /// What cannot be built.
    pub refused: Vec<Refused>,
    /// Invalid indexes that no proposal replaces: each is left of a build that failed, or not finished yet.
    pub invalid: Vec<QName>,
}

/// Why an index is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody asked for it in these words.
    Asked(String),
    /// A foreign key has none.
    ForeignKey {
        /// The constraint.
        constraint: Ident,
        /// The columns.
        columns: Vec<Ident>,
        /// The table it refers to.
        references: QName,
    },
}

/// An index to build.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its name.
    pub name: QName,
    /// Its table.
    pub table: QName,
    /// Why.
    pub reason: Reason,
    /// The statement, as it would be on a table that nobody uses.
    pub create: CreateIndex,
    /// The table's size, where a server was asked.
    pub size: Option<RelationSize>,
    /// Bytes that the index will take at most, where rows and widths are known.
    pub index_bytes: Option<u64>,
    /// An invalid index that it replaces.
    pub replaces: Option<QName>,
    /// The way there.
    pub stages: Vec<Stage>,
    /// The locks that each stage takes on relations that others use.
    pub locks: Vec<Vec<(QName, LockMode)>>,
    /// The way back.
    pub drop: Vec<Stage>,
    /// Indexes of partitions that were there before and become parts of it: the way back builds them again.
    pub adopted: Vec<QName>,
}

/// What is not built.
#[derive(Clone, Debug)]
pub struct Covered {
    /// Why it was wanted.
    pub reason: Reason,
    /// The table.
    pub table: QName,
    /// The index that does its work.
    pub by: QName,
    /// How: `has the same keys`, `begins with them and is unique`.
    pub how: String,
}

/// What cannot be built.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Why it was wanted.
    pub reason: Reason,
    /// Why it cannot be, as a fragment of a sentence.
    pub why: String,
}

/// The indexes that were asked for, and with `foreign_keys` those that foreign keys lack. Run it with a large stack.
#[must_use]
pub fn propose(schema: &Schema, asked: &[Given], foreign_keys: bool) -> Proposals {
    let mut work = Work { replay: Replay::new(schema.clone()), found: Proposals::default() };
    work.replay.begin_change_set();
    work.replay.begin_migration(Wrap::Statement);
    for Given { text, create } in asked {
        work.want(Reason::Asked(text.clone()), create);
    }
    if foreign_keys {
        for (table, reason, columns) in keys(schema) {
            work.foreign_key(&table, reason, &columns);
        }
    }
    let replaced: Vec<&QName> = work.found.indexes.iter().filter_map(|p| p.replaces.as_ref()).collect();
    let invalid = |index: &&Index| !index.valid && !replaced.contains(&&index.name);
    let indexes = schema.objects().filter_map(|(_, object)| match object {
        Object::Index(index) => Some(index),
        _ => None,
    });
    work.found.invalid = indexes.filter(invalid).map(|index| index.name.clone()).collect();
    work.found
}

/// Foreign keys that need an index of their own, with their tables and columns. Longer ones first, because their
/// indexes may serve the shorter ones.
fn keys(schema: &Schema) -> Vec<(QName, Reason, Vec<Ident>)> {
    let mut found = Vec::new();
    for table in schema.tables() {
        for constraint in &*table.constraints {
            let ConstraintKind::ForeignKey(fk) = &constraint.kind else { continue };
            // A partition gets its parent's.
            if constraint.inherited
                || (table.partition_of.is_some() && parent_has(schema, table, &fk.columns))
            {
                continue;
            }
            let reason = Reason::ForeignKey {
                constraint: constraint.name.clone(),
                columns: fk.columns.clone(),
                references: fk.table.clone(),
            };
            found.push((table.name.clone(), reason, fk.columns.clone()));
        }
    }
    found.sort_by(|a, b| (&a.0, b.2.len()).cmp(&(&b.0, a.2.len())));
    found
}

fn parent_has(schema: &Schema, table: &Table, columns: &[Ident]) -> bool {
    let parent = table.partition_of.as_ref().and_then(|(parent, _)| schema.table(parent));
    parent.is_some_and(|parent| {
        parent
            .constraints
            .iter()
            .any(|c| matches!(&c.kind, ConstraintKind::ForeignKey(fk) if fk.columns == columns))
    })
}

struct Work {
    /// The schema as it is with the indexes that were proposed so far.
    replay: Replay,
    found: Proposals,
}

impl Work {
    fn foreign_key(&mut self, table: &QName, reason: Reason, columns: &[Ident]) {
        let schema = self.replay.schema();
        if let Some(index) = schema.indexes_of(table).into_iter().find(|index| index.finds(columns)) {
            let how =
                if index.keys.len() > columns.len() { "begins with its columns" } else { "has its columns" };
            let (by, table) = (index.name.clone(), table.clone());
            self.found.covered.push(Covered { reason, table, by, how: how.to_owned() });
            return;
        }
        self.want(reason, &plain(table, columns));
    }

    fn want(&mut self, reason: Reason, create: &CreateIndex) {
        let refused = match self.build(&reason, create) {
            Ok(None) => return,
            Ok(Some(covered)) => {
                self.found.covered.push(Covered { reason, ..covered });
                return;
            }
            Err(why) => Refused { reason, why },
        };
        self.found.refused.push(refused);
    }

    /// Proposes an index, or says what covers it.
    fn build(&mut self, reason: &Reason, create: &CreateIndex) -> Result<Option<Covered>, String> {
        let schema = self.replay.schema();
        let table = schema.relation_name(&create.table);
        match schema.relation(&table) {
            Some(Object::Table(_)) => {}
            Some(Object::View(view)) if view.materialized => {}
            Some(_) => return Err(format!("{table} is not a table")),
            None => return Err(format!("there is no table {table}")),
        }
        let mut create = CreateIndex {
            table: table.clone(),
            only: false,
            concurrently: false,
            if_not_exists: false,
            ..create.clone()
        };
        // Under a name that nobody has, to see what it will be.
        let made = self.made(&create)?;
        let schema = self.replay.schema();
        let mut leftover: Option<QName> = None;
        for index in schema.indexes_of(&table) {
            let Some(Cover { same_keys, remarks }) = covers(schema, index, &made) else { continue };
            if index.valid {
                let how = how(same_keys, &remarks);
                return Ok(Some(Covered { reason: reason.clone(), table, by: index.name.clone(), how }));
            }
            let is_same = same_keys && remarks.is_empty() && index.unique == made.unique;
            let is_free = index.constraint.is_none() && index.parent.is_none();
            if schema.table(&table).is_some_and(Table::is_partitioned) {
                return Err(format!(
                    "{} is there and is not valid: some partitions have no index attached to it yet",
                    index.name
                ));
            }
            if is_same && is_free && create.name.as_ref().is_none_or(|name| *name == index.name.name) {
                leftover.get_or_insert_with(|| index.name.clone());
            }
        }
        if let Some(name) = &leftover {
            create.name = Some(name.name.clone());
            self.run(rewrite::drop_index(name, false));
        }
        let name = match &create.name {
            Some(name) => table.sibling(name.clone()),
            None => made.name,
        };
        if let Some(other) = self.replay.schema().relation(&name) {
            return Err(format!("there is a {} of the name {name} already", other.kind()));
        }
        create.name = Some(name.name.clone());
        let mut proposal = Proposal {
            size: self.replay.schema().size_of(&table),
            index_bytes: self.index_bytes(&create),
            name,
            table,
            reason: reason.clone(),
            create,
            replaces: leftover,
            stages: Vec::new(),
            locks: Vec::new(),
            drop: Vec::new(),
            adopted: Vec::new(),
        };
        self.stages(&mut proposal)?;
        self.found.indexes.push(proposal);
        Ok(None)
    }

    /// The index that a statement would make, under a name that is free.
    fn made(&mut self, create: &CreateIndex) -> Result<Index, String> {
        let op = DdlOp::CreateIndex(Box::new(CreateIndex { name: None, ..create.clone() }));
        let mut trial = self.replay.schema().clone();
        let errors = trial.apply(&op);
        if let Some(error) = errors.first() {
            return Err(error.to_string());
        }
        let made = trial.take_changes().into_iter().find_map(|change| match change.after.as_deref() {
            Some(Object::Index(index)) if change.before.is_none() && index.table == create.table => {
                Some(index.clone())
            }
            _ => None,
        });
        made.ok_or_else(|| format!("it is not known what {} would look like", create.table))
    }

    fn stages(&mut self, proposal: &mut Proposal) -> Result<(), String> {
        let op = DdlOp::CreateIndex(Box::new(proposal.create.clone()));
        let changes = self.replay.preview(&op);
        let step = self.replay.prepare(statement(op), 0);
        let before = self.replay.schema().clone();
        let rewrite = rewrite::for_step(&step, &before, RemedyHint::ConcurrentIndex, changes.as_deref());
        let Some(rewrite) = rewrite else {
            return Err(format!("no way is known to build it on {} while it is in use", proposal.table));
        };
        proposal.stages = rewrite.stages;
        proposal.stages.iter_mut().for_each(settle);
        for stage in &proposal.stages {
            let mut locks: Vec<(QName, LockMode)> = Vec::new();
            for op in &stage.ops {
                for (relation, mode) in self.run(op.clone()) {
                    match locks.iter_mut().find(|(r, _)| *r == relation) {
                        Some((_, held)) => *held = (*held).max(mode),
                        None => locks.push((relation, mode)),
                    }
                }
            }
            // What the stages make nobody else uses yet.
            locks.retain(|(r, _)| before.relation(r).is_some());
            proposal.locks.push(locks);
        }
        self.way_back(proposal, &before);
        Ok(())
    }

    fn way_back(&mut self, proposal: &mut Proposal, before: &Schema) {
        let schema = self.replay.schema();
        let mut adopted = Vec::new();
        for child in schema.descendants_of(&proposal.table) {
            let was = |i: &Index| before.index(&i.name).filter(|was| was.parent.is_none()).cloned();
            let taken = |i: &&Index| i.parent.is_some();
            adopted.extend(schema.indexes_of(&child.name).into_iter().filter(taken).filter_map(was));
        }
        let is_partitioned = schema.table(&proposal.table).is_some_and(Table::is_partitioned);
        let hint =
            if is_partitioned { RemedyHint::PartitionedIndex } else { RemedyHint::ConcurrentIndexDrop };
        let op = rewrite::drop_index(&proposal.name, false);
        let changes = self.replay.preview(&op);
        let step = self.replay.prepare(statement(op), 0);
        let rewrite = rewrite::for_step(&step, self.replay.schema(), hint, changes.as_deref());
        proposal.drop = rewrite.map(|r| r.stages).unwrap_or_default();
        proposal.adopted = adopted.iter().map(|index| index.name.clone()).collect();
        if !adopted.is_empty() {
            proposal.drop.push(rewrite::build_again(&adopted));
        }
        proposal.drop.iter_mut().for_each(settle);
    }

    /// Carries a statement out, and tells the locks it takes.
    fn run(&mut self, op: DdlOp) -> Vec<(QName, LockMode)> {
        let mut step = self.replay.prepare(statement(op), 0);
        let locks = step.effects.locks.iter().map(|lock| (lock.relation.clone(), lock.mode)).collect();
        self.replay.commit(&mut step);
        locks
    }

    /// The most that the index can take: an entry of eight bytes and the values for each row, in pages that are nine
    /// tenths full; B-trees store equal values once, and take less then.
    fn index_bytes(&self, create: &CreateIndex) -> Option<u64> {
        let schema = self.replay.schema();
        let rows = schema.size_of(&create.table)?.rows?;
        let table = schema.table(&create.table)?;
        if create.method != "btree" || create.predicate.is_some() {
            return None;
        }
        let keys = create.keys.iter().map(IndexKey::as_column);
        let columns = keys.chain(create.include.iter().map(Some));
        let widths = columns.map(|column| {
            let ty = &table.column(column?)?.data_type;
            let ty = schema.domain(ty).map_or(ty, |domain| &domain.base);
            fixed_width(&ty.name.name).filter(|_| ty.array == 0)
        });
        let width = widths.sum::<Option<u64>>()?;
        // The entry's head and its values, each part at a multiple of eight, and its place in the page.
        let entry = 8 + width.next_multiple_of(8) + 4;
        Some(rows.saturating_mul(entry).saturating_mul(10) / 9)
    }
}

/// Whether an index that is there does the work of one that is wanted, in whatever words it was written.
fn covers(schema: &Schema, index: &Index, wanted: &Index) -> Option<Cover> {
    let aligned = diff::align(&Object::Index(wanted.clone()), &Object::Index(index.clone()), schema, schema);
    match aligned {
        Object::Index(wanted) => index.covers(&wanted),
        _ => None,
    }
}

fn how(same_keys: bool, remarks: &[&str]) -> String {
    let keys = if same_keys { "has the same keys" } else { "begins with the same keys" };
    std::iter::once(keys).chain(remarks.iter().copied()).collect::<Vec<_>>().join(", ")
}

/// Bytes of a value of a type that always takes as many (`pg_type.typlen`).
fn fixed_width(ty: &str) -> Option<u64> {
    Some(match ty {
        "bool" | "char" => 1,
        "int2" => 2,
        "int4" | "float4" | "date" | "oid" => 4,
        "int8" | "float8" | "timestamp" | "timestamptz" | "time" | "money" => 8,
        "uuid" | "interval" => 16,
        _ => return None,
    })
}

/// `CREATE INDEX ON table (columns)`.
fn plain(table: &QName, columns: &[Ident]) -> CreateIndex {
    CreateIndex {
        name: None,
        table: table.clone(),
        only: false,
        unique: false,
        concurrently: false,
        if_not_exists: false,
        method: Ident::new("btree"),
        keys: columns.iter().cloned().map(IndexKey::column).collect(),
        include: Vec::new(),
        predicate: None,
        nulls_not_distinct: false,
        options: Vec::new(),
        tablespace: None,
    }
}

fn statement(op: DdlOp) -> Stmt {
    Stmt { op, file: FileId(0), span: Span::default(), long_names: Vec::new() }
}

/// Makes a stage one of several that run in one session: a limit for waits ends with the stage, and nothing but what
/// a failed build left is dropped before a build.
fn settle(stage: &mut Stage) {
    let is_timeout = |op: &DdlOp| matches!(op, DdlOp::Set(set) if set.name == "lock_timeout");
    if stage.transaction {
        for op in &mut stage.ops {
            if let DdlOp::Set(set) = op {
                set.local = true;
            }
        }
    } else if stage.ops.iter().any(is_timeout) {
        let name = "lock_timeout".to_owned();
        stage.ops.push(DdlOp::Set(SetVariable { name, values: Vec::new(), local: false }));
    }
    let builds = stage.ops.iter().any(|op| matches!(op, DdlOp::CreateIndex(create) if create.concurrently));
    let mut at = 0;
    while builds && at < stage.ops.len() {
        if let DdlOp::Drop(drop) = &stage.ops[at]
            && let [name] = &drop.objects[..]
            && let Some(guard) = guard(&name.name)
        {
            let name = name.name.clone();
            for (place, _) in stage.comments.iter_mut().filter(|(place, _)| *place >= at) {
                *place += 1;
            }
            stage.comments.push((at, leftover_query(&name)));
            stage.ops.insert(at, guard);
            at += 1;
        }
        at += 1;
    }
}

/// The question whether a failed build has left something, for people.
fn leftover_query(name: &QName) -> String {
    format!(
        "Before: a row of this query is what a failed build left, and is dropped:\n-- SELECT indexrelid::regclass FROM \
         pg_index WHERE indexrelid = to_regclass({}) AND NOT indisvalid;",
        regclass(name)
    )
}

/// Stops when there is a valid index of the name, which must not be dropped.
fn guard(name: &QName) -> Option<DdlOp> {
    let message = emit::object::literal(&format!("{name} is there, and valid"), Dialect::PostgreSql);
    let sql = format!(
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass({}) AND indisvalid) THEN \
         RAISE EXCEPTION USING ERRCODE = 'duplicate_table', MESSAGE = {message}; END IF; END $$",
        regclass(name)
    );
    parse::exact(&sql, Dialect::PostgreSql).into_iter().next()
}

fn regclass(name: &QName) -> String {
    emit::object::literal(&emit::object::relation(name, Dialect::PostgreSql), Dialect::PostgreSql)
}
