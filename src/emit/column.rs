//! Columns, constraints and index keys: the parts that `CREATE TABLE`, `ALTER TABLE` and `CREATE INDEX` share.

use super::expr;
use super::line::{Line, commas};
use super::object::{columns, ident, literal, option_name, options, relation, split_type, type_name};
use super::types::sequence_options;
use crate::ir::expr::Expr;
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::{
    ColumnDef, ConstraintDef, ConstraintKind, Exclude, FkAction, ForeignKey, Generated, Identity,
    KeyConstraint, Options,
};
use crate::name::{Dialect, Ident};

/// A column definition.
pub(super) fn column(def: &ColumnDef, dialect: Dialect) -> String {
    let (inline, _) = split_constraints(def, dialect);
    let names_not_null = inline.iter().any(|c| matches!(c.kind, ConstraintKind::NotNull(_)));
    let (data_type, attributes) = match &def.data_type {
        Some(data_type) if dialect == Dialect::MySql => split_type(data_type, dialect),
        Some(data_type) => (type_name(data_type, dialect), String::new()),
        None => Default::default(),
    };
    let mut line = Line::new(ident(&def.name, dialect))
        .word(data_type)
        .clause("STORAGE", def.storage.as_ref().map(keyword))
        .clause("COMPRESSION", def.compression.as_ref().map(|method| ident(method, dialect)))
        .list("OPTIONS", &foreign_options(&def.foreign_options))
        .clause("COLLATE", def.collation.as_ref().map(|c| relation(c, dialect)));
    if let Some(value) = &def.default {
        line = line.word(default(value, dialect));
    }
    if let Some(value) = &def.generated {
        line = line.word(generated(value));
    }
    if dialect == Dialect::PostgreSql
        && let Some(value) = &def.identity
    {
        line = line.word(identity(value, dialect));
    }
    line = line.when(def.not_null && !names_not_null, "NOT NULL");
    if dialect == Dialect::MySql {
        line = line
            .when(def.identity.is_some(), "AUTO_INCREMENT")
            .word(attributes)
            .clause("COMMENT", def.comment.as_ref().map(|text| literal(text, dialect)));
    }
    for constraint in inline {
        line = line.word(column_constraint(constraint, dialect));
        let primary = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
        line = line.when(primary && dialect == Dialect::Sqlite && def.identity.is_some(), "AUTOINCREMENT");
    }
    line.done()
}

/// `name 'value'`: the options of foreign tables and their columns are always strings.
pub(super) fn foreign_options(list: &Options) -> String {
    commas(list, |(name, value)| format!("{} {}", option_name(name), literal(value, Dialect::PostgreSql)))
}

/// The constraints of a column that have to be written as table constraints.
pub(super) fn detached_constraints(def: &ColumnDef, dialect: Dialect) -> Vec<String> {
    split_constraints(def, dialect).1.into_iter().map(|c| constraint(c, dialect)).collect()
}

/// The column's constraints that have a form on the column, and those that only a table constraint can say.
fn split_constraints(def: &ColumnDef, dialect: Dialect) -> (Vec<&ConstraintDef>, Vec<&ConstraintDef>) {
    def.constraints.iter().partition(|constraint| {
        let only_here = |columns: &[Ident]| columns.is_empty() || columns == std::slice::from_ref(&def.name);
        // The grammar has no `NOT VALID` on columns; what is not enforced is never valid.
        (!constraint.not_valid || !constraint.enforced)
            && match &constraint.kind {
                ConstraintKind::Check(_) => true,
                ConstraintKind::NotNull(column) => *column == def.name,
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                    only_here(&key.columns)
                        && key.include.is_empty()
                        && key.using_index.is_none()
                        && !key.without_overlaps
                }
                // MySQL before 9 reads `REFERENCES` on a column and ignores it.
                ConstraintKind::ForeignKey(key) => {
                    only_here(&key.columns) && !key.period && dialect != Dialect::MySql
                }
                ConstraintKind::Exclude(_) => false,
            }
    })
}

/// `DEFAULT …`.
pub(super) fn default(value: &Expr, dialect: Dialect) -> String {
    format!("DEFAULT {}", expr::default(value, dialect))
}

/// `GENERATED ALWAYS AS (…)`.
fn generated(value: &Generated) -> String {
    let stored = if value.stored { "STORED" } else { "VIRTUAL" };
    format!("GENERATED ALWAYS AS {} {stored}", expr::enclosed(&value.expr))
}

/// `GENERATED … AS IDENTITY (…)`.
pub(super) fn identity(value: &Identity, dialect: Dialect) -> String {
    let options = sequence_options(&value.options, dialect);
    let when = generated_when(value.always);
    Line::new(format!("GENERATED {when} AS IDENTITY")).list("", &options.join(" ")).done()
}

/// `ALWAYS` or `BY DEFAULT`.
pub(super) const fn generated_when(always: bool) -> &'static str {
    if always { "ALWAYS" } else { "BY DEFAULT" }
}

/// A storage method, which the grammar takes as a name or as the keyword `DEFAULT`.
pub(super) fn keyword(name: &Ident) -> String {
    name.to_ascii_uppercase()
}

/// A constraint in its place on a column or a domain, without the column's name.
pub(super) fn column_constraint(def: &ConstraintDef, dialect: Dialect) -> String {
    let body = match &def.kind {
        ConstraintKind::Check(check) => Line::new("CHECK").word(expr::enclosed(check)),
        ConstraintKind::NotNull(_) => Line::new("NOT NULL"),
        ConstraintKind::PrimaryKey(key) => key_tail(Line::new("PRIMARY KEY"), key, dialect),
        ConstraintKind::Unique(key) => {
            let line = Line::new("UNIQUE").when(key.nulls_not_distinct, "NULLS NOT DISTINCT");
            key_tail(line, key, dialect)
        }
        ConstraintKind::ForeignKey(key) => references(Line::new(""), key, dialect),
        ConstraintKind::Exclude(exclude) => exclude_body(exclude, dialect),
    };
    named(def, body, dialect)
}

/// A table constraint.
pub(super) fn constraint(def: &ConstraintDef, dialect: Dialect) -> String {
    let body = match &def.kind {
        ConstraintKind::Check(check) => Line::new("CHECK").word(expr::enclosed(check)),
        ConstraintKind::NotNull(column) => Line::new("NOT NULL").word(ident(column, dialect)),
        ConstraintKind::PrimaryKey(key) => key_body("PRIMARY KEY", key, dialect),
        ConstraintKind::Unique(key) => key_body("UNIQUE", key, dialect),
        ConstraintKind::ForeignKey(key) => {
            let columns = key_columns(&key.columns, key.period, "PERIOD", dialect);
            references(Line::new("FOREIGN KEY").word(format!("({columns})")), key, dialect)
        }
        ConstraintKind::Exclude(exclude) => exclude_body(exclude, dialect),
    };
    named(def, body, dialect)
}

/// The name before and the attributes behind a constraint.
fn named(def: &ConstraintDef, body: Line, dialect: Dialect) -> String {
    Line::new("")
        .clause("CONSTRAINT", def.name.as_ref().map(|name| ident(name, dialect)))
        .word(body.done())
        .when(def.no_inherit, "NO INHERIT")
        .word(deferrability(def.deferrable, def.initially_deferred))
        .when(!def.enforced, "NOT ENFORCED")
        // What is not enforced counts as not valid without saying so.
        .when(def.not_valid && def.enforced, "NOT VALID")
        .done()
}

/// `DEFERRABLE` and `INITIALLY DEFERRED`; empty for the default.
pub(super) const fn deferrability(deferrable: bool, initially_deferred: bool) -> &'static str {
    match (deferrable, initially_deferred) {
        (_, true) => "DEFERRABLE INITIALLY DEFERRED",
        (true, false) => "DEFERRABLE",
        (false, false) => "",
    }
}

fn key_body(what: &str, key: &KeyConstraint, dialect: Dialect) -> Line {
    let line = Line::new(what).when(key.nulls_not_distinct, "NULLS NOT DISTINCT");
    if let Some(index) = &key.using_index {
        return line.clause("USING INDEX", Some(ident(index, dialect)));
    }
    let mut columns = columns(&key.columns, dialect);
    if key.without_overlaps {
        columns.push_str(" WITHOUT OVERLAPS");
    }
    let line = line.word(format!("({columns})")).list("INCLUDE", &self::columns(&key.include, dialect));
    key_tail(line, key, dialect)
}

fn key_tail(line: Line, key: &KeyConstraint, dialect: Dialect) -> Line {
    index_tail(line, &key.options, key.tablespace.as_ref(), dialect)
}

fn index_tail(line: Line, list: &Options, tablespace: Option<&Ident>, dialect: Dialect) -> Line {
    line.list("WITH", &options(list))
        .clause("USING INDEX TABLESPACE", tablespace.map(|space| ident(space, dialect)))
}

/// Columns with a word (`PERIOD`) before the last, which is never the only one.
fn key_columns(list: &[Ident], marked: bool, mark: &str, dialect: Dialect) -> String {
    match list.split_last() {
        Some((last, rest)) if marked && !rest.is_empty() => {
            let mut items: Vec<String> = rest.iter().map(|name| ident(name, dialect).into_owned()).collect();
            items.push(format!("{mark} {}", ident(last, dialect)));
            items.join(", ")
        }
        _ => columns(list, dialect),
    }
}

fn references(line: Line, key: &ForeignKey, dialect: Dialect) -> Line {
    let mut line = line
        .clause("REFERENCES", Some(relation(&key.table, dialect)))
        .list("", &key_columns(&key.ref_columns, key.period, "PERIOD", dialect))
        .when(key.match_full, "MATCH FULL")
        .clause("ON UPDATE", action(key.on_update));
    if let Some(action) = action(key.on_delete) {
        line = line.clause("ON DELETE", Some(action)).list("", &columns(&key.on_delete_columns, dialect));
    }
    line
}

/// The action's keywords; nothing for the default.
const fn action(action: FkAction) -> Option<&'static str> {
    match action {
        FkAction::NoAction => None,
        FkAction::Restrict => Some("RESTRICT"),
        FkAction::Cascade => Some("CASCADE"),
        FkAction::SetNull => Some("SET NULL"),
        FkAction::SetDefault => Some("SET DEFAULT"),
    }
}

fn exclude_body(exclude: &Exclude, dialect: Dialect) -> Line {
    let elements =
        commas(&exclude.elements, |(key, operator)| format!("{} WITH {operator}", self::key(key, dialect)));
    let line = Line::new("EXCLUDE")
        .clause("USING", Some(ident(&exclude.method, dialect)))
        .word(format!("({elements})"))
        .list("INCLUDE", &columns(&exclude.include, dialect));
    index_tail(line, &exclude.options, exclude.tablespace.as_ref(), dialect)
        .clause("WHERE", exclude.predicate.as_ref().map(expr::enclosed))
}

/// A key of an index, of a partitioning or of an exclusion constraint.
pub(super) fn key(key: &IndexKey, dialect: Dialect) -> String {
    let target = match &key.target {
        KeyTarget::Column(name) => ident(name, dialect).into_owned(),
        KeyTarget::Expr(expr) => expr::key(expr, dialect),
    };
    let target = match key.prefix {
        Some(length) => format!("{target}({length})"),
        None => target,
    };
    let mut line = Line::new(target).clause("COLLATE", key.collation.as_ref().map(|c| relation(c, dialect)));
    if let Some(class) = &key.opclass {
        line = line.word(relation(class, dialect)).list("", &options(&key.opclass_options));
    }
    let nulls = key.nulls_first.map(|first| if first { "FIRST" } else { "LAST" });
    line.when(key.descending, "DESC").clause("NULLS", nulls).done()
}

/// Keys separated by commas.
pub(super) fn keys(list: &[IndexKey], dialect: Dialect) -> String {
    commas(list, |key| self::key(key, dialect))
}
