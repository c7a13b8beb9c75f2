//! Types, domains, enums and sequences.

use super::column::{column_constraint, default};
use super::line::{Line, block, commas};
use super::object::{ident, literal, relation, type_name};
use crate::ir::table::ConstraintKind;
use crate::ir::types::{
    AlterDomain, AlterEnum, AlterSequence, CreateDomain, CreateSequence, CreateType, DomainAction,
    EnumAction, SequenceOptions, TypeKind,
};
use crate::name::{Dialect, Ident};
use crate::quote;

/// `CREATE SEQUENCE`.
pub(super) fn create_sequence(create: &CreateSequence, dialect: Dialect) -> String {
    let line = Line::new("CREATE")
        .when(create.temporary, "TEMPORARY")
        .when(create.unlogged, "UNLOGGED")
        .word("SEQUENCE")
        .when(create.if_not_exists, "IF NOT EXISTS")
        .word(relation(&create.name, dialect));
    with_options(line, &create.options, dialect)
}

/// `ALTER SEQUENCE`.
pub(super) fn alter_sequence(alter: &AlterSequence, dialect: Dialect) -> String {
    let line =
        Line::new("ALTER SEQUENCE").when(alter.if_exists, "IF EXISTS").word(relation(&alter.name, dialect));
    with_options(line, &alter.options, dialect)
}

fn with_options(line: Line, options: &SequenceOptions, dialect: Dialect) -> String {
    sequence_options(options, dialect).into_iter().fold(line, Line::word).done()
}

/// The options of a sequence, one clause each.
pub(super) fn sequence_options(options: &SequenceOptions, dialect: Dialect) -> Vec<String> {
    let mut clauses = Vec::new();
    let mut add = |keyword: &str, value: Option<String>| {
        if let Some(value) = value {
            clauses.push(Line::new(keyword).word(value).done());
        }
    };
    let limit = |value: Option<Option<i64>>, keyword: &str| {
        value.map(|value| value.map_or_else(|| format!("NO {keyword}"), |value| format!("{keyword} {value}")))
    };
    let number = |value: Option<i64>| value.map(|value| value.to_string());
    add("SEQUENCE NAME", options.sequence_name.as_ref().map(|name| relation(name, dialect)));
    add("AS", options.data_type.as_ref().map(|data_type| type_name(data_type, dialect)));
    add("START WITH", number(options.start));
    add("INCREMENT BY", number(options.increment));
    add("", limit(options.min_value, "MINVALUE"));
    add("", limit(options.max_value, "MAXVALUE"));
    add("CACHE", number(options.cache));
    add("", options.cycle.map(|cycle| if cycle { "CYCLE".into() } else { "NO CYCLE".into() }));
    add(
        "OWNED BY",
        options.owned_by.as_ref().map(|owner| match owner {
            Some((table, column)) => format!("{}.{}", relation(table, dialect), ident(column, dialect)),
            None => "NONE".into(),
        }),
    );
    add(
        "RESTART",
        options.restart.map(|value| value.map_or_else(String::new, |value| format!("WITH {value}"))),
    );
    clauses
}

/// `CREATE TYPE`.
pub(super) fn create_type(create: &CreateType, dialect: Dialect) -> String {
    let line = Line::new("CREATE TYPE").word(relation(&create.name, dialect));
    match &create.kind {
        TypeKind::Enum(labels) => {
            line.word("AS ENUM").word(format!("({})", commas(labels, |label| literal(label, dialect))))
        }
        TypeKind::Composite(attributes) => {
            let attributes: Vec<String> = attributes
                .iter()
                .map(|(name, data_type, collation)| {
                    Line::new(ident(name, dialect))
                        .word(type_name(data_type, dialect))
                        .clause("COLLATE", collation.as_ref().map(|c| relation(c, dialect)))
                        .done()
                })
                .collect();
            line.word("AS").word(block(&attributes))
        }
        TypeKind::Range(definition) => {
            line.word("AS RANGE").word(format!("({})", self::definition(definition)))
        }
        TypeKind::Base(definition) => line.word(format!("({})", self::definition(definition))),
        TypeKind::Shell => line,
    }
    .done()
}

/// `name = value`, the value being SQL already; a name without a value stands alone.
fn definition(list: &[(Ident, String)]) -> String {
    commas(list, |(name, value)| {
        let name = quote::quote_label(name);
        if value.is_empty() { name.into_owned() } else { format!("{name} = {value}") }
    })
}

/// `ALTER TYPE … ADD VALUE | RENAME VALUE`.
pub(super) fn alter_enum(alter: &AlterEnum, dialect: Dialect) -> String {
    let line = Line::new("ALTER TYPE").word(relation(&alter.name, dialect));
    match &alter.action {
        EnumAction::AddValue { value, if_not_exists, neighbour } => {
            let line =
                line.word("ADD VALUE").when(*if_not_exists, "IF NOT EXISTS").word(literal(value, dialect));
            match neighbour {
                Some((before, label)) => {
                    line.word(if *before { "BEFORE" } else { "AFTER" }).word(literal(label, dialect))
                }
                None => line,
            }
        }
        EnumAction::RenameValue { from, to } => {
            line.clause("RENAME VALUE", Some(literal(from, dialect))).clause("TO", Some(literal(to, dialect)))
        }
    }
    .done()
}

/// `CREATE DOMAIN`.
pub(super) fn create_domain(create: &CreateDomain, dialect: Dialect) -> String {
    let names_not_null = create.checks.iter().any(|check| matches!(check.kind, ConstraintKind::NotNull(_)));
    let line = Line::new("CREATE DOMAIN")
        .word(relation(&create.name, dialect))
        .clause("AS", Some(type_name(&create.base, dialect)))
        .clause("COLLATE", create.collation.as_ref().map(|collation| relation(collation, dialect)))
        .clause("", create.default.as_ref().map(|value| default(value, dialect)))
        .when(create.not_null && !names_not_null, "NOT NULL");
    create.checks.iter().fold(line, |line, check| line.line(column_constraint(check, dialect))).done()
}

/// `ALTER DOMAIN`.
pub(super) fn alter_domain(alter: &AlterDomain, dialect: Dialect) -> String {
    let line = Line::new("ALTER DOMAIN").word(relation(&alter.name, dialect));
    match &alter.action {
        DomainAction::Default(Some(value)) => line.clause("SET", Some(default(value, dialect))),
        DomainAction::Default(None) => line.word("DROP DEFAULT"),
        DomainAction::NotNull(not_null) => {
            line.word(if *not_null { "SET NOT NULL" } else { "DROP NOT NULL" })
        }
        DomainAction::AddConstraint(def) => line.clause("ADD", Some(column_constraint(def, dialect))),
        DomainAction::DropConstraint { name, if_exists, cascade } => line
            .word("DROP CONSTRAINT")
            .when(*if_exists, "IF EXISTS")
            .word(ident(name, dialect))
            .when(*cascade, "CASCADE"),
        DomainAction::ValidateConstraint(name) => {
            line.clause("VALIDATE CONSTRAINT", Some(ident(name, dialect)))
        }
    }
    .done()
}
