//! Tables: made, dropped, altered.
//!
//! A new table is the smallest `CREATE TABLE` that the server takes, followed by what leads from there to the
//! table wanted; so everything that can be altered is written once.

mod column;
mod constraint;
mod part;

use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::table::{CreateTable, Options, Persistence, ReplicaIdentity, TableAction};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, Object, Table, TableKind};

use super::acl::Owners;
use super::context::Context;
use super::piece::{Phase, Piece, Target, Verb, alter_table as alter};
use super::subject::Subject;

pub(super) use self::constraint::columns as constraint_columns;
pub(super) use self::constraint::definition as constraint_definition;
pub(super) use self::part::{Holder, rules, triggers};

/// One table on its way from one state to another.
struct Change<'a> {
    key: &'a ObjectKey,
    kind: ObjectKind,
    from: &'a Table,
    to: &'a Table,
    /// When parts are made: along with a new table, or on one that stays.
    phase: Phase,
    /// Parents before and after, those that change in the same step.
    parents: Vec<(&'a Table, &'a Table)>,
    cx: &'a Context<'a>,
}

/// The statements that make a table.
pub(super) fn create(key: &ObjectKey, table: &Table, cx: &Context<'_>) -> Vec<Piece> {
    let kind = kind(table);
    let fresh = fresh(table);
    let op = DdlOp::CreateTable(Box::new(CreateTable {
        name: Some(table.name.clone()),
        persistence: table.persistence,
        columns: column::definitions(table, cx),
        constraints: constraint::inline_constraints(table).map(constraint::definition).collect(),
        inherits: table.inherits.clone(),
        partition_by: match &table.kind {
            TableKind::Partitioned(by) => Some(by.clone()),
            TableKind::Ordinary | TableKind::Foreign(_) => None,
        },
        of_type: table.of_type.clone(),
        foreign_server: match &table.kind {
            TableKind::Foreign(server) => Some(server.clone()),
            TableKind::Ordinary | TableKind::Partitioned(_) => None,
        },
        options: table.options.clone(),
        tablespace: table.tablespace.clone(),
        access_method: table.access_method.clone(),
        with_data: true,
        ..CreateTable::default()
    }));
    let mut pieces = vec![Piece::make(Phase::Create, Target::whole(key.clone()), op)];
    let change = Change { key, kind, from: &fresh, to: table, phase: Phase::Create, parents: Vec::new(), cx };
    pieces.extend(change.pieces());
    pieces
}

/// The statement that drops a table; none when it goes with the partitioned table above it.
pub(super) fn drop(key: &ObjectKey, table: &Table, cx: &Context<'_>) -> Vec<Piece> {
    if let Some((parent, _)) = &table.partition_of
        && cx.is_gone(&ObjectKey::Relation(parent.clone()))
    {
        return Vec::new();
    }
    let op = DdlOp::Drop(Drop {
        kind: kind(table),
        objects: vec![ObjectName::of(table.name.clone())],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// The statements that lead from one state of a table to another.
pub(super) fn change(key: &ObjectKey, from: &Table, to: &Table, cx: &Context<'_>) -> Vec<Piece> {
    let parents = to
        .inherits
        .iter()
        .filter(|p| from.inherits.contains(p))
        .chain(to.partition_of.iter().filter(|_| from.partition_of == to.partition_of).map(|(p, _)| p))
        .filter_map(|parent| cx.table(parent))
        .collect();
    Change { key, kind: kind(to), from, to, phase: Phase::Alter, parents, cx }.pieces()
}

/// The statement that drops a foreign key of a table that is itself dropped: for tables that refer to each
/// other.
pub(super) fn drop_constraint(key: &ObjectKey, table: &Table, name: &Ident) -> Piece {
    let action = TableAction::DropConstraint { name: name.clone(), if_exists: false, cascade: false };
    let on = Target { key: key.clone(), part: Part::Constraint(name.clone()) };
    Piece::remove(Phase::Early, on, alter(kind(table), &table.name, action))
}

fn kind(table: &Table) -> ObjectKind {
    match table.kind {
        TableKind::Foreign(_) => ObjectKind::ForeignTable,
        TableKind::Ordinary | TableKind::Partitioned(_) => ObjectKind::Table,
    }
}

/// What `CREATE TABLE` alone gives.
fn fresh(table: &Table) -> Table {
    Table {
        kind: table.kind.clone(),
        persistence: table.persistence,
        columns: table.columns.iter().map(column::fresh).collect(),
        constraints: constraint::inline_constraints(table)
            .chain(table.constraints.iter().filter(|c| constraint::comes_with_parents(table, c)))
            .map(|c| crate::schema::model::Constraint { comment: None, ..c.clone() })
            .collect(),
        inherits: table.inherits.clone(),
        of_type: table.of_type.clone(),
        options: table.options.clone(),
        tablespace: table.tablespace.clone(),
        access_method: table.access_method.clone(),
        ..Table::new(table.name.clone())
    }
}

impl Change<'_> {
    /// Lists that did not change are shared, so that to see this costs nothing.
    fn pieces(&self) -> Vec<Piece> {
        let (from, to) = (self.from, self.to);
        let columns = from.columns != to.columns;
        let constraints = columns || from.constraints != to.constraints;
        let (early, late) = self.parts();
        let mut pieces = self.leave_parents();
        pieces.extend(early);
        if constraints {
            pieces.extend(self.removed_constraints());
        }
        if columns {
            pieces.extend(self.removed_columns());
        }
        pieces.extend(self.storage());
        if columns {
            pieces.extend(self.changed_columns());
        }
        if constraints {
            pieces.extend(self.added_constraints());
        }
        pieces.extend(self.standing(columns));
        pieces.extend(late);
        pieces.extend(self.flags());
        pieces.extend(self.join_parents());
        pieces
    }

    fn piece(&self, phase: Phase, verb: Verb, part: Part, action: TableAction) -> Piece {
        let on = Target { key: self.key.clone(), part };
        let op = alter(self.kind, &self.to.name, action);
        Piece { verb, ..Piece::make(phase, on, op) }
    }

    fn whole(&self, phase: Phase, action: TableAction) -> Piece {
        self.piece(phase, Verb::Change, Part::Whole, action)
    }

    fn loses_column(&self, column: &Ident) -> bool {
        self.from.column(column).is_some() && self.to.column(column).is_none()
    }

    /// Detaching and `NO INHERIT`, for parents that do not go themselves.
    fn leave_parents(&self) -> Vec<Piece> {
        let stays = |parent: &QName| !self.cx.is_gone(&ObjectKey::Relation(parent.clone()));
        let mut pieces = Vec::new();
        if let Some((parent, _)) = &self.from.partition_of
            && self.from.partition_of != self.to.partition_of
            && stays(parent)
        {
            let action = TableAction::DetachPartition {
                partition: self.from.name.clone(),
                concurrently: false,
                finalize: false,
            };
            pieces.push(self.on_parent(Phase::Early, parent, action));
        }
        for parent in self.from.inherits.iter().filter(|p| !self.to.inherits.contains(p) && stays(p)) {
            let action = TableAction::Inherit { parent: parent.clone(), add: false };
            pieces.push(self.whole(Phase::Early, action));
        }
        if self.from.of_type.is_some() && self.to.of_type.is_none() {
            pieces.push(self.whole(Phase::Early, TableAction::OfType(None)));
        }
        pieces
    }

    /// Attaching and `INHERIT`, when everything else is as it has to be.
    fn join_parents(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for parent in self.to.inherits.iter().filter(|p| !self.from.inherits.contains(p)) {
            let action = TableAction::Inherit { parent: parent.clone(), add: true };
            pieces.push(self.whole(Phase::Late, action));
        }
        if self.from.of_type != self.to.of_type && self.to.of_type.is_some() {
            pieces.push(self.whole(Phase::Late, TableAction::OfType(self.to.of_type.clone())));
        }
        if let Some((parent, bound)) = &self.to.partition_of
            && self.from.partition_of != self.to.partition_of
        {
            let partition = self.to.name.clone();
            let action = TableAction::AttachPartition { partition, bound: Some(bound.clone()) };
            pieces.push(self.on_parent(Phase::Late, parent, action));
        }
        pieces
    }

    fn on_parent(&self, phase: Phase, parent: &QName, action: TableAction) -> Piece {
        let op = alter(ObjectKind::Table, parent, action);
        let mut piece = Piece::change(phase, Target::whole(self.key.clone()), op);
        piece.needs.push(ObjectKey::Relation(parent.clone()));
        piece.frees.push(ObjectKey::Relation(parent.clone()));
        piece
    }

    /// Persistence, access method, tablespace, storage parameters.
    fn storage(&self) -> Vec<Piece> {
        let (from, to) = (self.from, self.to);
        let mut actions = Vec::new();
        if from.persistence != to.persistence && to.persistence != Persistence::Temporary {
            actions.push(TableAction::SetLogged(to.persistence == Persistence::Permanent));
        }
        if from.access_method != to.access_method {
            // The word DEFAULT came with PostgreSQL 17; the name works in every version.
            let method = to.access_method.clone().unwrap_or_else(|| Ident::new("heap"));
            actions.push(TableAction::SetAccessMethod(Some(method)));
        }
        if from.tablespace != to.tablespace {
            let space = to.tablespace.clone().unwrap_or_else(|| Ident::new("pg_default"));
            actions.push(TableAction::SetTablespace(space));
        }
        if matches!(to.kind, TableKind::Foreign(_)) {
            let sql = foreign_options(&from.options, &to.options);
            actions.extend(sql.map(|sql| TableAction::ForeignOptions { column: None, sql }));
        } else {
            actions.extend(option_actions(&from.options, &to.options));
        }
        actions.into_iter().map(|action| self.whole(self.phase, action)).collect()
    }

    /// Owner, privileges, comment; `columns`: whether columns differ.
    fn standing(&self, columns: bool) -> Vec<Piece> {
        let (from, to) = (self.from, self.to);
        let name = ObjectName::of(to.name.clone());
        let subject = Subject { key: self.key, kind: self.kind, name: &name, phase: self.phase };
        let mut pieces: Vec<Piece> =
            subject.owner(from.owner.as_ref(), to.owner.as_ref()).into_iter().collect();
        let owners = Owners::new(from.owner.as_ref(), to.owner.as_ref());
        pieces.extend(subject.privileges(&from.acl, &to.acl, owners));
        if columns || from.acl != to.acl || owners.change() {
            pieces.extend(self.column_privileges());
        }
        pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
        pieces
    }

    /// Row-level security, replica identity and clustering: they need policies and indexes.
    fn flags(&self) -> Vec<Piece> {
        let (from, to) = (self.from, self.to);
        let mut actions = Vec::new();
        if from.row_security != to.row_security {
            actions.push(TableAction::RowSecurity(to.row_security));
        }
        if from.force_row_security != to.force_row_security {
            actions.push(TableAction::ForceRowSecurity(to.force_row_security));
        }
        if from.replica_identity != to.replica_identity {
            actions.push(TableAction::ReplicaIdentity(to.replica_identity.clone()));
        }
        if from.clustered_on != to.clustered_on {
            actions.push(TableAction::ClusterOn(to.clustered_on.clone()));
        }
        actions
            .into_iter()
            .map(|action| {
                let index = match &action {
                    TableAction::ReplicaIdentity(ReplicaIdentity::Index(index))
                    | TableAction::ClusterOn(Some(index)) => {
                        Some(ObjectKey::Relation(to.name.sibling(index.clone())))
                    }
                    _ => None,
                };
                let mut piece = self.whole(Phase::Late, action);
                piece.needs.extend(index);
                piece
            })
            .collect()
    }

    /// The parent's column that an inherited one follows, before and after.
    fn followed<'s>(
        &'s self,
        column: &'s Column,
    ) -> impl Iterator<Item = (Option<&'s Column>, Option<&'s Column>)> {
        self.parents
            .iter()
            .filter(|_| column.inherited)
            .map(|(from, to)| (from.column(&column.name), to.column(&column.name)))
    }
}

/// `SET (…)` and `RESET (…)`.
pub(super) fn option_actions(from: &Options, to: &Options) -> Vec<TableAction> {
    let (set, reset) = options(from, to);
    let mut actions = Vec::new();
    if !reset.is_empty() {
        actions.push(TableAction::ResetOptions(reset));
    }
    if !set.is_empty() {
        actions.push(TableAction::SetOptions(set));
    }
    actions
}

/// Options that get a value, and those that lose theirs.
fn options(from: &Options, to: &Options) -> (Options, Vec<String>) {
    let set = to.iter().filter(|o| !from.contains(o)).cloned().collect();
    let reset = from
        .iter()
        .map(|(name, _)| name)
        .filter(|n| to.iter().all(|(name, _)| name != *n))
        .cloned()
        .collect();
    (set, reset)
}

/// `OPTIONS (ADD …, SET …, DROP …)` of a foreign table.
fn foreign_options(from: &Options, to: &Options) -> Option<String> {
    let (set, reset) = options(from, to);
    let known = |name: &str| from.iter().any(|(n, _)| n == name);
    let mut items: Vec<String> =
        reset.iter().map(|name| format!("DROP {}", crate::quote::quote_label(name))).collect();
    items.extend(set.iter().map(|(name, value)| {
        let verb = if known(name) { "SET" } else { "ADD" };
        format!("{verb} {} {}", crate::quote::quote_label(name), crate::quote::quote_literal(value))
    }));
    (!items.is_empty()).then(|| format!("OPTIONS ({})", items.join(", ")))
}

/// Tables among objects.
pub(super) fn as_table(object: Option<&Object>) -> Option<&Table> {
    match object? {
        Object::Table(table) => Some(table),
        _ => None,
    }
}
