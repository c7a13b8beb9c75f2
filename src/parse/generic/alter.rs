//! `ALTER TABLE`, action by action: one that cannot be read costs only itself.

use super::column::{keyed, type_of, value};
use super::constraint::{Element, is_element};
use super::cursor::{Cursor, Parsed};
use super::{Problem, Reader, object_kind};
use crate::ir::DdlOp;
use crate::ir::object::{Comment, Drop, Misc, MiscAction, ObjectKind, ObjectName, Rename, SetSchema};
use crate::ir::table::{AlterTable, ColumnDef, TableAction};
use crate::name::{Dialect, Ident, QName};
use crate::parse::lexer::TokenKind;
use crate::text::Span;

/// The words that begin an action of MySQL or MariaDB without a counterpart in the IR: table options,
/// partitioning, and how the statement is carried out.
const OTHER: [&str; 50] = [
    "algorithm",
    "auto_increment",
    "autoextend_size",
    "avg_row_length",
    "character",
    "charset",
    "checksum",
    "coalesce",
    "collate",
    "comment",
    "compression",
    "connection",
    "convert",
    "data",
    "default",
    "delay_key_write",
    "directory",
    "disable",
    "discard",
    "enable",
    "encrypted",
    "encryption",
    "encryption_key_id",
    "engine",
    "engine_attribute",
    "exchange",
    "force",
    "import",
    "index",
    "insert_method",
    "key_block_size",
    "lock",
    "max_rows",
    "min_rows",
    "nowait",
    "optimize",
    "order",
    "pack_keys",
    "page_checksum",
    "page_compressed",
    "partition",
    "partitions",
    "rebuild",
    "remove",
    "reorganize",
    "repair",
    "row_format",
    "stats_auto_recalc",
    "stats_persistent",
    "stats_sample_pages",
];

/// More of them, which are also words of SQL: only in front of what they stand for here.
const OTHER_PAIRS: [[&str; 2]; 12] = [
    ["analyze", "partition"],
    ["check", "partition"],
    ["truncate", "partition"],
    ["drop", "partition"],
    ["add", "partition"],
    ["add", "system"],
    ["drop", "system"],
    ["add", "period"],
    ["drop", "period"],
    ["with", "validation"],
    ["without", "validation"],
    ["union", "="],
];

impl Reader {
    /// `ALTER`; `whole` begins with that word.
    pub(super) fn alter(self, whole: &Cursor) -> Parsed<Vec<DdlOp>> {
        let mut cursor = whole.clone();
        cursor.expect(&["alter"])?;
        cursor.eat_any(&["online", "offline"]);
        cursor.eat(&["ignore"]);
        if !cursor.eat(&["table"]) {
            let database = cursor.eat_any(&["database", "schema"]).is_some();
            if database && !cursor.is_done() {
                // Defaults of new tables, and the like.
                let object = cursor.clone().qname().ok().map(ObjectName::of);
                let sql = whole.rest().to_owned();
                let misc = Misc { action: MiscAction::Alter, kind: ObjectKind::Schema, object, sql };
                return Ok(vec![DdlOp::Misc(misc)]);
            }
            let kind = cursor.word()?;
            let message = format!("ALTER {} is not modelled", kind.to_ascii_uppercase());
            let known =
                object_kind(&kind).is_some() || matches!(kind.as_str(), "instance" | "algorithm" | "definer");
            return Err(if known { Problem::unsupported(message) } else { cursor.expected("TABLE") });
        }
        let if_exists = cursor.eat(&["if", "exists"]);
        let heading = cursor.clone();
        let name = cursor.qname()?;
        cursor.eat(&["nowait"]);
        if cursor.eat(&["wait"]) {
            cursor.skip(1);
        }
        if cursor.is_done() {
            return Err(cursor.expected("an action"));
        }
        let mut out =
            Alteration { reader: self, table: name, if_exists, actions: Vec::new(), ops: Vec::new() };
        for item in cursor.items() {
            let span = self.span(item.span());
            if let Err(problem) = out.action(item, span) {
                out.flush();
                let opaque = self.opaque(&heading, problem);
                out.ops.push(named_alter(opaque, &out.table));
            }
        }
        out.flush();
        Ok(out.ops)
    }
}

/// The verb and the table of an action that was not read.
fn named_alter(op: DdlOp, table: &QName) -> DdlOp {
    match op {
        DdlOp::Opaque(mut opaque) => {
            "ALTER TABLE".clone_into(&mut opaque.verb);
            opaque.object = Some(table.clone());
            DdlOp::Opaque(opaque)
        }
        other => other,
    }
}

/// The operations of one statement: runs of table actions, and between them what the IR says in other ways.
struct Alteration {
    reader: Reader,
    table: QName,
    if_exists: bool,
    actions: Vec<(TableAction, Span)>,
    ops: Vec<DdlOp>,
}

impl Alteration {
    fn flush(&mut self) {
        if !self.actions.is_empty() {
            self.ops.push(DdlOp::AlterTable(AlterTable {
                kind: ObjectKind::Table,
                name: self.table.clone(),
                if_exists: self.if_exists,
                only: false,
                actions: std::mem::take(&mut self.actions),
            }));
        }
    }

    fn op(&mut self, op: DdlOp) {
        self.flush();
        self.ops.push(op);
    }

    fn push(&mut self, action: TableAction, span: Span) {
        self.actions.push((action, span));
    }

    /// One action, that is, what stands between two commas.
    fn action(&mut self, mut c: Cursor, span: Span) -> Parsed<()> {
        let mysql = c.dialect == Dialect::MySql;
        let pair = |pair: &[&str; 2]| {
            c.at(&pair[..1]) && c.peek(1).is_some_and(|t| t.text(c.text).eq_ignore_ascii_case(pair[1]))
        };
        if mysql && (c.at_any(&OTHER) || OTHER_PAIRS.iter().any(pair)) {
            self.push(TableAction::Other(c.rest().to_owned()), span);
            return Ok(());
        }
        if c.eat(&["add"]) {
            return self.add(c, span);
        }
        if c.eat(&["drop"]) {
            return self.drop(c, span);
        }
        if c.eat(&["rename"]) {
            return self.rename(c);
        }
        if c.eat(&["alter"]) {
            return self.alter_part(c, span);
        }
        if mysql && c.at_any(&["modify", "change"]) {
            let change = c.eat(&["change"]) || !c.eat(&["modify"]);
            c.eat(&["column"]);
            c.eat(&["if", "exists"]);
            let old = if change { Some(c.name()?) } else { None };
            let definition = c.rest();
            let column = self.reader.column(without_place(c))?;
            if let Some(old) = old.filter(|old| *old != column.name) {
                self.op(rename(ObjectKind::Column, &self.table, old, column.name.clone()));
            }
            if column.generated.is_some() {
                // Whether the values are stored has no place among the actions.
                self.push(TableAction::Other(format!("MODIFY COLUMN {definition}")), span);
            } else {
                self.modify(column, span);
            }
            return Ok(());
        }
        Err(c.expected("an action of ALTER TABLE"))
    }

    /// What `MODIFY` and `CHANGE` state anew: type, nullability, default, and what else the definition says.
    fn modify(&mut self, column: ColumnDef, span: Span) {
        let name = || column.name.clone();
        self.push(
            TableAction::AlterType {
                column: name(),
                data_type: type_of(&column),
                collation: column.collation.clone(),
                using: None,
            },
            span,
        );
        self.push(TableAction::NotNull { column: name(), not_null: column.not_null }, span);
        self.push(TableAction::Default { column: name(), default: column.default.clone() }, span);
        if let Some(identity) = &column.identity {
            self.push(TableAction::AddIdentity { column: name(), identity: identity.clone() }, span);
        }
        for def in keyed(&column) {
            self.push(TableAction::AddConstraint(Box::new(def)), span);
        }
        if let Some(text) = column.comment {
            self.op(DdlOp::Comment(Comment {
                kind: ObjectKind::Column,
                object: ObjectName::part(self.table.clone(), column.name),
                text: Some(text),
            }));
        }
    }

    fn add(&mut self, mut c: Cursor, span: Span) -> Parsed<()> {
        if is_element(&c) {
            match self.reader.element(c, &self.table)? {
                Element::Index(index) => self.op(DdlOp::CreateIndex(index)),
                Element::Constraint(def) => self.push(TableAction::AddConstraint(def), span),
            }
            return Ok(());
        }
        c.eat(&["column"]);
        let if_not_exists = c.eat(&["if", "not", "exists"]);
        if c.at_kind(TokenKind::LParen) {
            // `ADD COLUMN (a int, b int)`, where indexes may stand as well.
            let group = c.group()?;
            c.finish()?;
            for item in group.items() {
                let span = self.reader.span(item.span());
                if is_element(&item) {
                    self.add(item, span)?;
                } else {
                    self.add_column(item, if_not_exists, span)?;
                }
            }
            return Ok(());
        }
        self.add_column(c, if_not_exists, span)
    }

    fn add_column(&mut self, c: Cursor, if_not_exists: bool, span: Span) -> Parsed<()> {
        let column = Box::new(self.reader.column(without_place(c))?);
        self.push(TableAction::AddColumn { column, if_not_exists }, span);
        Ok(())
    }

    fn drop(&mut self, mut c: Cursor, span: Span) -> Parsed<()> {
        let mysql = c.dialect == Dialect::MySql;
        if mysql && c.eat(&["primary", "key"]) {
            c.finish()?;
            let name = Ident::new("PRIMARY");
            self.push(TableAction::DropConstraint { name, if_exists: false, cascade: false }, span);
            return Ok(());
        }
        let index = mysql && c.eat_any(&["index", "key"]).is_some();
        let constraint =
            !index && (c.eat(&["foreign", "key"]) || c.eat_any(&["constraint", "check"]).is_some());
        if !index && !constraint {
            c.eat(&["column"]);
        }
        let if_exists = c.eat(&["if", "exists"]);
        let name = c.name()?;
        let cascade = c.eat(&["cascade"]);
        c.eat(&["restrict"]);
        c.finish()?;
        if index {
            self.op(drop_index(&self.table, name, if_exists));
        } else if constraint {
            self.push(TableAction::DropConstraint { name, if_exists, cascade }, span);
        } else {
            self.push(TableAction::DropColumn { name, if_exists, cascade }, span);
        }
        Ok(())
    }

    fn rename(&mut self, mut c: Cursor) -> Parsed<()> {
        let mysql = c.dialect == Dialect::MySql;
        if mysql && c.eat_any(&["index", "key"]).is_some() {
            let old = c.name()?;
            c.expect(&["to"])?;
            let op = rename(ObjectKind::Index, &self.table, old, c.name()?);
            c.finish()?;
            self.op(op);
            return Ok(());
        }
        let to_table = c.eat(&["to"]) || c.eat(&["as"]) || (mysql && c.eat_equals());
        let column = !to_table && c.eat(&["column"]);
        let first = c.qname()?;
        if !to_table && (column || !mysql || !c.is_done()) {
            c.expect(&["to"])?;
            let op = rename(ObjectKind::Column, &self.table, first.name, c.name()?);
            c.finish()?;
            self.op(op);
            return Ok(());
        }
        c.finish()?;
        self.flush();
        rename_table(&self.table, &first, self.if_exists, &mut self.ops);
        self.table = QName { schema: first.schema.or_else(|| self.table.schema.clone()), name: first.name };
        Ok(())
    }

    /// `ALTER [COLUMN] c …`, `ALTER INDEX i …`, `ALTER CHECK k …`.
    fn alter_part(&mut self, mut c: Cursor, span: Span) -> Parsed<()> {
        let whole = c.clone();
        if c.eat_any(&["index", "key"]).is_some() {
            self.push(TableAction::Other(format!("ALTER {}", whole.rest())), span);
            return Ok(());
        }
        if c.eat_any(&["check", "constraint"]).is_some() {
            let name = c.name()?;
            let enforced = !c.eat(&["not"]);
            c.expect(&["enforced"])?;
            c.finish()?;
            let action = TableAction::AlterConstraint {
                name,
                deferrability: None,
                enforced: Some(enforced),
                no_inherit: None,
            };
            self.push(action, span);
            return Ok(());
        }
        c.eat(&["column"]);
        c.eat(&["if", "exists"]);
        let column = c.name()?;
        if c.eat(&["set", "default"]) {
            let default = Some(value(&mut c)?);
            self.push(TableAction::Default { column, default }, span);
        } else if c.eat(&["drop", "default"]) {
            self.push(TableAction::Default { column, default: None }, span);
        } else if c.eat(&["set", "visible"]) || c.eat(&["set", "invisible"]) {
            self.push(TableAction::Other(format!("ALTER {}", whole.rest())), span);
        } else {
            return Err(c.expected("SET DEFAULT or DROP DEFAULT"));
        }
        c.finish()
    }
}

/// The definition without `FIRST` or `AFTER column`: where a column stands is not modelled for MySQL.
fn without_place(mut cursor: Cursor) -> Cursor {
    let length = cursor.len();
    for words in [1, 2] {
        let Some(before) = length.checked_sub(words).filter(|before| *before > 1) else { continue };
        let mut end = cursor.clone();
        end.skip(before);
        let place = if words == 1 { end.at(&["first"]) } else { end.at(&["after"]) };
        if place && cursor.dialect == Dialect::MySql {
            return cursor.take(before);
        }
    }
    cursor
}

/// A part of a table gets another name.
fn rename(kind: ObjectKind, table: &QName, old: Ident, to: Ident) -> DdlOp {
    DdlOp::Rename(Rename {
        kind,
        object: ObjectName::part(table.clone(), old),
        relation_kind: Some(ObjectKind::Table),
        to,
        if_exists: false,
        only: false,
    })
}

/// MySQL names an index by its table.
pub(super) fn drop_index(table: &QName, name: Ident, if_exists: bool) -> DdlOp {
    DdlOp::Drop(Drop {
        kind: ObjectKind::Index,
        objects: vec![ObjectName::part(table.clone(), name)],
        if_exists,
        cascade: false,
        concurrently: false,
    })
}

/// A table gets another name, and in MySQL perhaps another database.
pub(super) fn rename_table(from: &QName, to: &QName, if_exists: bool, ops: &mut Vec<DdlOp>) {
    let kind = ObjectKind::Table;
    let mut current = from.clone();
    if let Some(schema) = to.schema.clone().filter(|schema| current.schema.as_ref() != Some(schema)) {
        let object = ObjectName::of(current.clone());
        ops.push(DdlOp::SetSchema(SetSchema { kind, object, schema: schema.clone(), if_exists }));
        current.schema = Some(schema);
    }
    if current.name != to.name {
        let object = ObjectName::of(current);
        ops.push(DdlOp::Rename(Rename {
            kind,
            object,
            relation_kind: None,
            to: to.name.clone(),
            if_exists,
            only: false,
        }));
    }
}
