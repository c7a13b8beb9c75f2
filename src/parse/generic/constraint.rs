//! Table constraints and the keys and indexes that stand among them.

use super::cursor::{Cursor, Parsed};
use super::index::{index_keys, index_options, method_of};
use super::{Problem, Reader, column, expr};
use crate::ir::index::{CreateIndex, IndexKey};
use crate::ir::table::{ConstraintDef, ConstraintKind, FkAction, ForeignKey, KeyConstraint, Options};
use crate::name::{Dialect, Ident, QName};
use crate::parse::lexer::TokenKind;
use crate::text::Span;

/// What stands beside columns in a table's definition.
pub(super) enum Element {
    Constraint(Box<ConstraintDef>),
    Index(Box<CreateIndex>),
}

/// A constraint without attributes.
pub(super) fn constraint_def(name: Option<Ident>, kind: ConstraintKind, span: Span) -> ConstraintDef {
    ConstraintDef {
        name,
        kind,
        deferrable: false,
        initially_deferred: false,
        not_valid: false,
        no_inherit: false,
        enforced: true,
        span,
    }
}

/// Whether a table element is a constraint or an index and not a column.
pub(super) fn is_element(cursor: &Cursor) -> bool {
    let both = ["constraint", "primary", "unique", "foreign", "check"];
    let mysql = ["key", "index", "fulltext", "spatial"];
    let vector = cursor.at(&["vector", "key"]) || cursor.at(&["vector", "index"]);
    cursor.at_any(&both) || (cursor.dialect == Dialect::MySql && (cursor.at_any(&mysql) || vector))
}

impl Reader {
    /// A constraint or an index of `table` that is all of the cursor.
    pub(super) fn element(self, mut cursor: Cursor, table: &QName) -> Parsed<Element> {
        let span = self.span(cursor.span());
        let mut name = None;
        if cursor.eat(&["constraint"]) {
            cursor.eat(&["if", "not", "exists"]);
            if !cursor.at_any(&["primary", "unique", "foreign", "check"]) {
                name = Some(cursor.name()?);
            }
        }
        let kind = if cursor.eat(&["primary", "key"]) {
            cursor.eat(&["if", "not", "exists"]);
            let key = Key::read(&mut cursor)?;
            let lengths = key.keys.iter().any(|key| key.prefix.is_some());
            if lengths {
                return Err(Problem::unsupported("a primary key on the beginnings of columns"));
            }
            ConstraintKind::PrimaryKey(key.constraint(&cursor)?)
        } else if cursor.eat(&["unique"]) {
            cursor.eat_any(&["key", "index"]);
            let key = Key::read(&mut cursor)?;
            name = name.or(key.name.clone());
            if !key.is_plain() {
                cursor.finish()?;
                return Ok(Element::Index(Box::new(key.index(name, table, true))));
            }
            ConstraintKind::Unique(key.constraint(&cursor)?)
        } else if cursor.eat(&["foreign", "key"]) {
            cursor.eat(&["if", "not", "exists"]);
            if !cursor.at_kind(TokenKind::LParen) {
                let index = cursor.name()?;
                name = name.or(Some(index));
            }
            let columns = cursor.name_list()?;
            cursor.expect(&["references"])?;
            ConstraintKind::ForeignKey(references(&mut cursor, columns)?)
        } else if cursor.eat(&["check"]) {
            ConstraintKind::Check(expr::expression(&cursor.group()?)?)
        } else {
            let method = cursor.eat_any(&["fulltext", "spatial", "vector"]);
            let word = cursor.eat_any(&["key", "index"]);
            if method.is_none() && word.is_none() {
                return Err(cursor.expected("a constraint"));
            }
            cursor.eat(&["if", "not", "exists"]);
            let mut key = Key::read(&mut cursor)?;
            cursor.finish()?;
            if let Some(method) = method {
                key.method = Ident::new(method);
            }
            let name = key.name.clone();
            return Ok(Element::Index(Box::new(key.index(name, table, false))));
        };
        let mut def = constraint_def(name, kind, span);
        attributes(&mut cursor, &mut def);
        cursor.finish()?;
        Ok(Element::Constraint(Box::new(def)))
    }
}

/// A key with its name and options: `name USING BTREE (a(10), b DESC) COMMENT '…'`.
struct Key {
    name: Option<Ident>,
    method: Ident,
    keys: Vec<IndexKey>,
    options: Options,
}

impl Key {
    fn read(cursor: &mut Cursor) -> Parsed<Self> {
        let name = if cursor.at_kind(TokenKind::LParen) || cursor.at(&["using"]) {
            None
        } else {
            Some(cursor.name()?)
        };
        let before = method_of(cursor)?;
        let keys = index_keys(cursor.group()?)?;
        let (options, behind) = index_options(cursor)?;
        column::on_conflict(cursor);
        let method = before.or(behind).unwrap_or_else(|| Ident::new("btree"));
        Ok(Self { name, method, keys, options })
    }

    /// Whether a constraint can say it: columns only, in the usual order and of full length.
    fn is_plain(&self) -> bool {
        let plain = |key: &IndexKey| key.as_column().is_some() && key.prefix.is_none() && !key.descending;
        self.keys.iter().all(plain) && self.options.is_empty() && self.method == "btree"
    }

    fn constraint(self, cursor: &Cursor) -> Parsed<KeyConstraint> {
        let columns = self.keys.iter().map(|key| key.as_column().cloned()).collect::<Option<Vec<Ident>>>();
        let columns = columns.ok_or_else(|| cursor.expected("columns only"))?;
        Ok(KeyConstraint { columns, options: self.options, ..KeyConstraint::default() })
    }

    fn index(self, name: Option<Ident>, table: &QName, unique: bool) -> CreateIndex {
        CreateIndex {
            name,
            table: table.clone(),
            only: false,
            unique,
            concurrently: false,
            if_not_exists: false,
            method: self.method,
            keys: self.keys,
            include: Vec::new(),
            predicate: None,
            nulls_not_distinct: false,
            options: self.options,
            tablespace: None,
        }
    }
}

/// What follows `REFERENCES`.
pub(super) fn references(cursor: &mut Cursor, columns: Vec<Ident>) -> Parsed<ForeignKey> {
    let mut key = ForeignKey {
        columns,
        table: cursor.qname()?,
        ref_columns: if cursor.at_kind(TokenKind::LParen) { cursor.name_list()? } else { Vec::new() },
        on_delete: FkAction::NoAction,
        on_delete_columns: Vec::new(),
        on_update: FkAction::NoAction,
        match_full: false,
        period: false,
    };
    loop {
        if cursor.eat(&["on", "delete"]) {
            key.on_delete = action(cursor)?;
        } else if cursor.eat(&["on", "update"]) {
            key.on_update = action(cursor)?;
        } else if cursor.eat(&["match"]) {
            key.match_full = cursor.word()? == "full";
        } else {
            return Ok(key);
        }
    }
}

fn action(cursor: &mut Cursor) -> Parsed<FkAction> {
    let actions: [(&[&str], FkAction); 5] = [
        (&["no", "action"], FkAction::NoAction),
        (&["restrict"], FkAction::Restrict),
        (&["cascade"], FkAction::Cascade),
        (&["set", "null"], FkAction::SetNull),
        (&["set", "default"], FkAction::SetDefault),
    ];
    for (words, action) in actions {
        if cursor.eat(words) {
            return Ok(action);
        }
    }
    Err(cursor.expected("a referential action"))
}

/// `[NOT] ENFORCED`, `[NOT] DEFERRABLE` and `INITIALLY …` behind a constraint.
pub(super) fn attributes(cursor: &mut Cursor, def: &mut ConstraintDef) {
    loop {
        if cursor.eat(&["not", "enforced"]) {
            def.enforced = false;
        } else if cursor.eat(&["not", "deferrable"]) {
            def.deferrable = false;
        } else if cursor.eat(&["deferrable"]) {
            def.deferrable = true;
        } else if cursor.eat(&["initially", "deferred"]) {
            def.deferrable = true;
            def.initially_deferred = true;
        } else if cursor.at(&["on", "conflict"]) {
            column::on_conflict(cursor);
        } else if !cursor.eat(&["enforced"]) && !cursor.eat(&["initially", "immediate"]) {
            return;
        }
    }
}
