//! Types: their names, `CREATE TYPE`, `ALTER TYPE`, domains.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, a_const::Val};

use super::Cx;
use super::constraint::constraint;
use super::names::{builtin_qname, defs, ident, inner, option_name, qname, relation_of, texts, value};
use crate::ir::DdlOp;
use crate::ir::types::{
    AlterDomain, AlterEnum, CreateDomain, CreateType, DomainAction, EnumAction, TypeKind, TypeName,
};
use crate::name::{Ident, QName};
use crate::parse::postgres::print;
use crate::quote::{keyword, quote_literal};

/// The fields of an interval by the mask of the server's `datetime.h`.
const INTERVAL_FIELDS: [(i32, &str); 13] = [
    (1 << 2, "year"),
    (1 << 1, "month"),
    (1 << 3, "day"),
    (1 << 10, "hour"),
    (1 << 11, "minute"),
    (1 << 12, "second"),
    (1 << 2 | 1 << 1, "year to month"),
    (1 << 3 | 1 << 10, "day to hour"),
    (1 << 3 | 1 << 10 | 1 << 11, "day to minute"),
    (1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, "day to second"),
    (1 << 10 | 1 << 11, "hour to minute"),
    (1 << 10 | 1 << 11 | 1 << 12, "hour to second"),
    (1 << 11 | 1 << 12, "minute to second"),
];

/// A type as written, see [`TypeName`].
///
/// # Errors
/// The message of the printer when a modifier cannot be printed.
pub fn type_name(node: &pb::TypeName) -> Result<TypeName, String> {
    let name = if node.pct_type {
        let path: Vec<_> = texts(&node.names).map(crate::quote::quote_ident).collect();
        QName::bare(format!("{}%TYPE", path.join(".")))
    } else {
        builtin_qname(&node.names)
    };
    let mut modifiers = Vec::with_capacity(node.typmods.len());
    for modifier in &node.typmods {
        modifiers.push(match integer(modifier) {
            Some(number) => number.to_string(),
            None => print::expr(modifier)?,
        });
    }
    let interval = name.schema.is_none() && name.name == "interval";
    if interval && let Some(mask) = node.typmods.first().and_then(integer) {
        match INTERVAL_FIELDS.iter().find(|(bits, _)| *bits == mask) {
            Some((_, fields)) => (*fields).clone_into(&mut modifiers[0]),
            // All fields: only the precision was written.
            None => drop(modifiers.remove(0)),
        }
    }
    let array = u8::try_from(node.array_bounds.len()).unwrap_or(u8::MAX);
    Ok(TypeName { name, modifiers, array, setof: node.setof })
}

fn integer(node: &pb::Node) -> Option<i32> {
    match &node.node {
        Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Ival(n)), .. }) | NodeEnum::Integer(n)) => {
            Some(n.ival)
        }
        _ => None,
    }
}

impl Cx<'_> {
    /// A type as written.
    pub(super) fn type_name(&self, node: &pb::TypeName) -> TypeName {
        type_name(node).unwrap_or_else(|error| {
            self.unsupported(&error);
            TypeName::builtin("unknown")
        })
    }

    /// A type that every valid tree has.
    pub(super) fn type_of(&self, node: Option<&pb::TypeName>) -> TypeName {
        node.map_or_else(|| TypeName::builtin("unknown"), |node| self.type_name(node))
    }
}

/// The collation of a `COLLATE` clause.
pub(super) fn collation(clause: Option<&pb::CollateClause>) -> Option<QName> {
    clause.map(|c| builtin_qname(&c.collname))
}

pub(super) fn create_composite(cx: &Cx, stmt: &pb::CompositeTypeStmt) -> DdlOp {
    let column = |node: &pb::Node| match &node.node {
        Some(NodeEnum::ColumnDef(def)) => {
            let data_type = cx.type_of(def.type_name.as_ref());
            Some((Ident::new(&def.colname), data_type, collation(def.coll_clause.as_deref())))
        }
        _ => None,
    };
    let columns = stmt.coldeflist.iter().filter_map(column).collect();
    DdlOp::CreateType(CreateType {
        name: relation_of(stmt.typevar.as_ref()),
        kind: TypeKind::Composite(columns),
    })
}

pub(super) fn create_enum(stmt: &pb::CreateEnumStmt) -> DdlOp {
    let labels = texts(&stmt.vals).map(str::to_owned).collect();
    DdlOp::CreateType(CreateType { name: qname(&stmt.type_name), kind: TypeKind::Enum(labels) })
}

pub(super) fn create_range(stmt: &pb::CreateRangeStmt) -> DdlOp {
    DdlOp::CreateType(CreateType {
        name: qname(&stmt.type_name),
        kind: TypeKind::Range(definition(&stmt.params)),
    })
}

/// `CREATE TYPE name` and `CREATE TYPE name (…)`.
pub(super) fn create_base(stmt: &pb::DefineStmt) -> DdlOp {
    // The tree does not tell `name;` from `name ();`, and the latter is an error to the server.
    let kind = if stmt.definition.is_empty() {
        TypeKind::Shell
    } else {
        TypeKind::Base(definition(&stmt.definition))
    };
    DdlOp::CreateType(CreateType { name: qname(&stmt.defnames), kind })
}

/// The options of a definition as SQL text.
fn definition(nodes: &[pb::Node]) -> Vec<(Ident, String)> {
    let sql = |node: &NodeEnum| match node {
        NodeEnum::TypeName(name) => type_name(name).map_or_else(|_| value(node), |name| name.sql()),
        // A string, or one of the keywords that are no names.
        NodeEnum::String(s) if keyword(&s.sval).is_none() => quote_literal(&s.sval),
        node => value(node),
    };
    let pair = |def: &pb::DefElem| {
        let value = inner(def.arg.as_deref()).map_or_else(|| "true".to_owned(), sql);
        (Ident::from(option_name(def)), value)
    };
    defs(nodes).map(pair).collect()
}

pub(super) fn alter_enum(stmt: &pb::AlterEnumStmt) -> DdlOp {
    let action = if stmt.old_val.is_empty() {
        let neighbour = (!stmt.new_val_neighbor.is_empty())
            .then(|| (!stmt.new_val_is_after, stmt.new_val_neighbor.clone()));
        EnumAction::AddValue {
            value: stmt.new_val.clone(),
            if_not_exists: stmt.skip_if_new_val_exists,
            neighbour,
        }
    } else {
        EnumAction::RenameValue { from: stmt.old_val.clone(), to: stmt.new_val.clone() }
    };
    DdlOp::AlterEnum(AlterEnum { name: qname(&stmt.type_name), action })
}

pub(super) fn create_domain(cx: &Cx, stmt: &pb::CreateDomainStmt) -> DdlOp {
    let mut domain = CreateDomain {
        name: qname(&stmt.domainname),
        base: cx.type_of(stmt.type_name.as_ref()),
        collation: collation(stmt.coll_clause.as_deref()),
        default: None,
        not_null: false,
        checks: Vec::new(),
    };
    for node in &stmt.constraints {
        let Some(NodeEnum::Constraint(def)) = &node.node else { continue };
        match def.contype() {
            pb::ConstrType::ConstrNotnull if def.conname.is_empty() => domain.not_null = true,
            pb::ConstrType::ConstrNull => domain.not_null = false,
            pb::ConstrType::ConstrDefault => domain.default = cx.opt_expr(def.raw_expr.as_deref()),
            kind => match constraint(cx, def, ident("value").as_ref()) {
                Some(check) => {
                    domain.not_null |= kind == pb::ConstrType::ConstrNotnull;
                    domain.checks.push(check);
                }
                None => cx.unsupported("this constraint of a domain"),
            },
        }
    }
    DdlOp::CreateDomain(Box::new(domain))
}

pub(super) fn alter_domain(cx: &Cx, stmt: &pb::AlterDomainStmt) -> DdlOp {
    let name = || Ident::new(&stmt.name);
    let action = match &*stmt.subtype {
        "T" => DomainAction::Default(cx.opt_expr(stmt.def.as_deref())),
        "N" => DomainAction::NotNull(false),
        "O" => DomainAction::NotNull(true),
        "X" => DomainAction::DropConstraint {
            name: name(),
            if_exists: stmt.missing_ok,
            cascade: stmt.behavior() == pb::DropBehavior::DropCascade,
        },
        "V" => DomainAction::ValidateConstraint(name()),
        _ => match inner(stmt.def.as_deref()) {
            Some(NodeEnum::Constraint(def)) => match constraint(cx, def, ident("value").as_ref()) {
                Some(constraint) => DomainAction::AddConstraint(Box::new(constraint)),
                None => return cx.unsupported_op("this constraint of a domain"),
            },
            _ => return cx.unsupported_op("this action of ALTER DOMAIN"),
        },
    };
    DdlOp::AlterDomain(AlterDomain { name: qname(&stmt.type_name), action })
}
