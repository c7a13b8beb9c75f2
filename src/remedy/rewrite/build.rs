//! Operations and stages, put together from parts. The SQL text inside notes and expressions quotes names with
//! `emit`.

use crate::emit::object as emit;
use crate::ir::DdlOp;
use crate::ir::data::{Select, SetVariable};
use crate::ir::expr::{Conjunct, Expr, ExprFacts, ExprShape, Query, QueryFacts};
use crate::ir::index::CreateIndex;
use crate::ir::object::{Drop, ObjectKind, ObjectName, Rename};
use crate::ir::routine::{BodyUses, CreateFunction, CreateTrigger, TriggerEvents, TriggerTiming, Volatility};
use crate::ir::table::{AlterTable, ConstraintDef, ConstraintKind, KeyConstraint, TableAction};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};
use crate::schema::model::{Constraint, Index};
use crate::text::Span;

use super::Stage;

/// How long a strong lock is waited for before the statement gives up.
const LOCK_TIMEOUT: &str = "2s";

impl Stage {
    /// A transaction that takes strong locks, all of them brief.
    pub(super) fn locked(title: impl Into<String>, mut ops: Vec<DdlOp>) -> Self {
        ops.insert(0, lock_timeout());
        Self::open(title, ops)
    }

    /// Strong locks on several tables, one after the other: each statement is a transaction of its own.
    pub(super) fn each(title: impl Into<String>, ops: Vec<DdlOp>) -> Self {
        let transaction = ops.len() <= 1;
        Self { transaction, ..Self::locked(title, ops) }
    }

    /// A transaction whose locks are in nobody's way, however long it takes.
    pub(super) fn open(title: impl Into<String>, ops: Vec<DdlOp>) -> Self {
        Self {
            title: title.into(),
            transaction: true,
            later: false,
            ops,
            comments: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Statements that run by themselves. Those that wait for other transactions may take long, so there is no
    /// timeout.
    pub(super) fn outside(title: impl Into<String>, ops: Vec<DdlOp>) -> Self {
        Self {
            title: title.into(),
            transaction: false,
            later: false,
            ops,
            comments: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// For a later deployment.
    pub(super) fn later(mut self) -> Self {
        self.later = true;
        self
    }

    /// With a note after the statements.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// `SET lock_timeout`.
pub(super) fn lock_timeout() -> DdlOp {
    set("lock_timeout", vec![LOCK_TIMEOUT.into()])
}

/// `SET name = values`.
pub(super) fn set(name: &str, values: Vec<String>) -> DdlOp {
    DdlOp::Set(SetVariable { name: name.into(), values, local: false })
}

/// `ALTER TABLE table actions`.
pub(super) fn alter(table: &QName, actions: Vec<TableAction>) -> DdlOp {
    alter_kind(ObjectKind::Table, table, actions)
}

/// `ALTER INDEX parent ATTACH PARTITION child`.
pub(super) fn attach_index(parent: &QName, child: &QName) -> DdlOp {
    let action = TableAction::AttachPartition { partition: child.clone(), bound: None };
    alter_kind(ObjectKind::Index, parent, vec![action])
}

fn alter_kind(kind: ObjectKind, name: &QName, actions: Vec<TableAction>) -> DdlOp {
    let actions = actions.into_iter().map(|action| (action, Span::default())).collect();
    DdlOp::AlterTable(AlterTable { kind, name: name.clone(), if_exists: false, only: false, actions })
}

/// `ALTER TABLE ONLY table action`.
pub(super) fn alter_only(table: &QName, action: TableAction) -> DdlOp {
    let actions = vec![(action, Span::default())];
    let kind = ObjectKind::Table;
    DdlOp::AlterTable(AlterTable { kind, name: table.clone(), if_exists: false, only: true, actions })
}

/// `ADD CONSTRAINT`.
pub(super) fn add(def: ConstraintDef) -> TableAction {
    TableAction::AddConstraint(Box::new(def))
}

/// `DROP CONSTRAINT`.
pub(super) fn drop_constraint(name: &Ident) -> TableAction {
    TableAction::DropConstraint { name: name.clone(), if_exists: false, cascade: false }
}

/// A constraint with nothing special about it.
pub(super) fn constraint(name: &Ident, kind: ConstraintKind) -> ConstraintDef {
    ConstraintDef {
        name: Some(name.clone()),
        kind,
        deferrable: false,
        initially_deferred: false,
        not_valid: false,
        no_inherit: false,
        enforced: true,
        span: Span::default(),
    }
}

/// The definition of an existing constraint under another name.
pub(super) fn constraint_of(model: &Constraint, name: &Ident) -> ConstraintDef {
    ConstraintDef {
        deferrable: model.deferrable,
        initially_deferred: model.initially_deferred,
        no_inherit: model.no_inherit,
        enforced: model.enforced,
        ..constraint(name, model.kind.clone())
    }
}

/// The constraint that takes over a unique index, with everything else as `def` has it.
pub(super) fn using_index(def: &ConstraintDef, name: &Ident, index: &Ident) -> ConstraintDef {
    let key = KeyConstraint { using_index: Some(index.clone()), ..KeyConstraint::default() };
    let kind = match def.kind {
        ConstraintKind::PrimaryKey(_) => ConstraintKind::PrimaryKey(key),
        _ => ConstraintKind::Unique(key),
    };
    ConstraintDef { name: Some(name.clone()), kind, ..def.clone() }
}

/// The statement that builds an index like an existing one, under a name.
pub(super) fn create_like(index: &Index, table: &QName, name: &Ident) -> CreateIndex {
    CreateIndex {
        name: Some(name.clone()),
        table: table.clone(),
        only: false,
        unique: index.unique,
        concurrently: true,
        if_not_exists: false,
        method: index.method.clone(),
        keys: index.keys.clone(),
        include: index.include.clone(),
        predicate: index.predicate.clone(),
        nulls_not_distinct: index.nulls_not_distinct,
        options: index.options.clone(),
        tablespace: index.tablespace.clone(),
    }
}

/// `DROP INDEX CONCURRENTLY`.
pub(super) fn drop_index(name: &QName, if_exists: bool) -> DdlOp {
    let objects = vec![ObjectName::of(name.clone())];
    DdlOp::Drop(Drop { kind: ObjectKind::Index, objects, if_exists, cascade: false, concurrently: true })
}

/// `DROP` of one object.
pub(super) fn drop(kind: ObjectKind, object: ObjectName) -> DdlOp {
    DdlOp::Drop(Drop { kind, objects: vec![object], if_exists: false, cascade: false, concurrently: false })
}

/// `ALTER TABLE … RENAME COLUMN` or `RENAME CONSTRAINT`.
pub(super) fn rename_part(kind: ObjectKind, table: &QName, from: &Ident, to: &Ident) -> DdlOp {
    DdlOp::Rename(Rename {
        kind,
        object: ObjectName::part(table.clone(), from.clone()),
        relation_kind: Some(ObjectKind::Table),
        to: to.clone(),
        if_exists: false,
        only: false,
    })
}

/// `ALTER INDEX … RENAME TO`.
pub(super) fn rename_index(from: &QName, to: &Ident) -> DdlOp {
    DdlOp::Rename(Rename {
        kind: ObjectKind::Index,
        object: ObjectName::of(from.clone()),
        relation_kind: None,
        to: to.clone(),
        if_exists: false,
        only: false,
    })
}

/// A query run for its effect.
pub(super) fn select(sql: String, sequences: Vec<QName>) -> DdlOp {
    let query = Query::from(QueryFacts { sql, ..QueryFacts::default() });
    DdlOp::Select(Box::new(Select { query, writes: Vec::new(), sequences, settings: Vec::new() }))
}

/// A trigger function in PL/pgSQL with this body, and the trigger that calls it before each row is inserted or
/// updated. Triggers fire in the order of their names: this one should see what the others make of the row, so
/// its name begins with `zz`.
pub(super) fn row_trigger(table: &QName, name: &Ident, body: String) -> [DdlOp; 2] {
    let function = QName { schema: table.schema.clone(), name: name.clone() };
    [
        DdlOp::CreateFunction(Box::new(CreateFunction {
            name: function.clone(),
            procedure: false,
            or_replace: false,
            args: Vec::new(),
            returns: Some(TypeName::builtin("trigger")),
            language: Ident::new("plpgsql"),
            body,
            sql_body: false,
            volatility: Volatility::Volatile,
            security_definer: false,
            strict: false,
            leakproof: false,
            parallel: None,
            window: false,
            cost: None,
            rows: None,
            support: None,
            config: Vec::new(),
            uses: BodyUses { readable: true, ..BodyUses::default() },
        })),
        DdlOp::CreateTrigger(Box::new(CreateTrigger {
            name: name.clone(),
            table: table.clone(),
            or_replace: false,
            constraint: false,
            timing: TriggerTiming::Before,
            events: TriggerEvents { insert: true, update: true, ..TriggerEvents::default() },
            update_columns: Vec::new(),
            for_each_row: true,
            when: None,
            function,
            args: Vec::new(),
            old_table: None,
            new_table: None,
            from_table: None,
            deferrable: false,
            initially_deferred: false,
        })),
    ]
}

/// Removes what [`row_trigger`] made.
pub(super) fn drop_row_trigger(table: &QName, name: &Ident) -> [DdlOp; 2] {
    let function = QName { schema: table.schema.clone(), name: name.clone() };
    [
        drop(ObjectKind::Trigger, ObjectName::part(table.clone(), name.clone())),
        drop(ObjectKind::Function, ObjectName { args: Some(Vec::new()), ..ObjectName::of(function) }),
    ]
}

/// `column IS NOT NULL`.
pub(super) fn is_not_null(column: &Ident) -> Expr {
    Expr::from(ExprFacts {
        sql: format!("{} IS NOT NULL", ident(column)),
        columns: vec![(None, column.clone())],
        conjuncts: vec![Conjunct::NotNull(column.clone())],
        ..ExprFacts::default()
    })
}

/// `nextval('sequence'::regclass)`.
pub(super) fn nextval(sequence: &QName) -> Expr {
    let function = QName::bare("nextval");
    Expr::from(ExprFacts {
        sql: format!("nextval({}::regclass)", literal(&relation(sequence))),
        functions: vec![function.clone()],
        sequences: vec![sequence.clone()],
        shape: ExprShape::Call(function),
        conjuncts: vec![Conjunct::Other],
        ..ExprFacts::default()
    })
}

/// An identifier as SQL.
pub(super) fn ident(name: &str) -> String {
    emit::ident(name, Dialect::PostgreSql).into_owned()
}

/// A relation's name as SQL.
pub(super) fn relation(name: &QName) -> String {
    emit::relation(name, Dialect::PostgreSql)
}

/// Column names as SQL, separated by commas.
pub(super) fn idents(names: &[Ident]) -> String {
    emit::columns(names, Dialect::PostgreSql)
}

/// A string literal.
pub(super) fn literal(text: &str) -> String {
    emit::literal(text, Dialect::PostgreSql)
}
