//! `CREATE TABLE`: columns, table elements, partition keys and bounds.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, ConstrType, OnCommitAction};

use super::Cx;
use super::constraint::{constraint, set_attribute};
use super::index::key_target;
use super::names::{builtin_qname, ident, options, relation_of, relations, text};
use super::sequence::sequence_options;
use super::types::collation;
use crate::ir::DdlOp;
use crate::ir::index::IndexKey;
use crate::ir::table::{
    ColumnDef, CreateTable, Generated, Identity, LikeClause, PartitionBound, PartitionBy, PartitionStrategy,
    Persistence,
};
use crate::name::Ident;
use crate::text::Span;

pub(super) fn create_table(cx: &Cx, stmt: &pb::CreateStmt) -> CreateTable {
    let mut table = CreateTable {
        name: stmt.relation.as_ref().map(super::names::relation),
        if_not_exists: stmt.if_not_exists,
        persistence: persistence(stmt.relation.as_ref()),
        inherits: relations(&stmt.inh_relations),
        partition_by: stmt.partspec.as_ref().map(|spec| partition_by(cx, spec)),
        of_type: stmt.of_typename.as_ref().map(|name| cx.type_name(name)),
        options: options(&stmt.options),
        tablespace: ident(&stmt.tablespacename),
        access_method: ident(&stmt.access_method),
        on_commit: on_commit(stmt.oncommit()).map(str::to_owned),
        ..CreateTable::default()
    };
    if let Some(bound) = &stmt.partbound
        && !table.inherits.is_empty()
    {
        table.partition_of = Some((table.inherits.remove(0), partition_bound(cx, bound)));
    }
    let spans = cx.element_spans(stmt.table_elts.len());
    for (i, element) in stmt.table_elts.iter().enumerate() {
        let span = spans.get(i).copied().unwrap_or_else(|| cx.span());
        match &element.node {
            Some(NodeEnum::ColumnDef(def)) => table.columns.push(column(cx, def, span)),
            Some(NodeEnum::Constraint(def)) => match constraint(cx, def, None) {
                Some(def) => table.constraints.push(crate::ir::table::ConstraintDef { span, ..def }),
                None => cx.unsupported("this table constraint"),
            },
            Some(NodeEnum::TableLikeClause(like)) => {
                let position = table.columns.len();
                table.like.push(like_clause(like, position));
            }
            _ => cx.unsupported("this table element"),
        }
    }
    table
}

pub(super) fn create_foreign_table(cx: &Cx, stmt: &pb::CreateForeignTableStmt) -> DdlOp {
    let base = stmt.base_stmt.as_ref().map_or_else(CreateTable::default, |base| create_table(cx, base));
    DdlOp::CreateTable(Box::new(CreateTable {
        foreign_server: ident(&stmt.servername),
        options: options(&stmt.options),
        ..base
    }))
}

/// Persistence of a relation about to be created.
pub(super) fn persistence(range: Option<&pb::RangeVar>) -> Persistence {
    match range.map(|r| &*r.relpersistence) {
        Some("u") => Persistence::Unlogged,
        Some("t") => Persistence::Temporary,
        _ => Persistence::Permanent,
    }
}

/// The words after `ON COMMIT`.
pub(super) fn on_commit(action: OnCommitAction) -> Option<&'static str> {
    match action {
        OnCommitAction::OncommitPreserveRows => Some("PRESERVE ROWS"),
        OnCommitAction::OncommitDeleteRows => Some("DELETE ROWS"),
        OnCommitAction::OncommitDrop => Some("DROP"),
        OnCommitAction::OncommitNoop | OnCommitAction::Undefined => None,
    }
}

/// A column, with the constraints written on it.
pub(super) fn column(cx: &Cx, def: &pb::ColumnDef, span: Span) -> ColumnDef {
    let name = Ident::new(&def.colname);
    let mut column = ColumnDef {
        data_type: def.type_name.as_ref().map(|name| cx.type_name(name)),
        collation: collation(def.coll_clause.as_deref()),
        default: cx.opt_expr(def.raw_default.as_deref()),
        generated: None,
        identity: None,
        not_null: false,
        constraints: Vec::new(),
        storage: ident(&def.storage_name.to_ascii_lowercase()),
        compression: ident(&def.compression),
        foreign_options: options(&def.fdwoptions),
        comment: None,
        span,
        name,
    };
    let parts: Vec<&pb::Constraint> = def
        .constraints
        .iter()
        .filter_map(|node| match &node.node {
            Some(NodeEnum::Constraint(part)) => Some(&**part),
            _ => None,
        })
        .collect();
    for (i, part) in parts.iter().enumerate() {
        match part.contype() {
            ConstrType::ConstrNull => {}
            ConstrType::ConstrDefault => column.default = cx.opt_expr(part.raw_expr.as_deref()),
            ConstrType::ConstrIdentity => column.identity = Some(identity(cx, part)),
            ConstrType::ConstrGenerated => {
                if let Some(expr) = cx.opt_expr(part.raw_expr.as_deref()) {
                    column.generated = Some(Generated { expr, stored: part.generated_kind == "s" });
                }
            }
            ConstrType::ConstrNotnull if part.conname.is_empty() && !part.is_no_inherit => {
                column.not_null = true;
            }
            ConstrType::ConstrAttrDeferrable
            | ConstrType::ConstrAttrNotDeferrable
            | ConstrType::ConstrAttrDeferred
            | ConstrType::ConstrAttrImmediate
            | ConstrType::ConstrAttrEnforced
            | ConstrType::ConstrAttrNotEnforced => {
                if let Some(last) = column.constraints.last_mut() {
                    set_attribute(last, part.contype());
                }
            }
            kind => match constraint(cx, part, Some(&column.name)) {
                Some(mut constraint) => {
                    column.not_null |= kind == ConstrType::ConstrNotnull;
                    // It ends where the next part begins that is not an attribute of it.
                    let next = parts[i + 1..].iter().find(|p| !is_attribute(p.contype()));
                    constraint.span = cx.part_span(part.location, next.map(|p| p.location), span);
                    column.constraints.push(constraint);
                }
                None => cx.unsupported("this column constraint"),
            },
        }
    }
    column
}

fn is_attribute(kind: ConstrType) -> bool {
    matches!(
        kind,
        ConstrType::ConstrAttrDeferrable
            | ConstrType::ConstrAttrNotDeferrable
            | ConstrType::ConstrAttrDeferred
            | ConstrType::ConstrAttrImmediate
            | ConstrType::ConstrAttrEnforced
            | ConstrType::ConstrAttrNotEnforced
    )
}

/// `GENERATED … AS IDENTITY`.
pub(super) fn identity(cx: &Cx, def: &pb::Constraint) -> Identity {
    Identity { always: def.generated_when == "a", options: Box::new(sequence_options(cx, &def.options)) }
}

fn like_clause(like: &pb::TableLikeClause, position: usize) -> LikeClause {
    // The bits of `TableLikeOption` in the server's `parsenodes.h`.
    const NAMES: [&str; 9] = [
        "comments",
        "compression",
        "constraints",
        "defaults",
        "generated",
        "identity",
        "indexes",
        "statistics",
        "storage",
    ];
    let included = |(bit, _): &(usize, &&str)| like.options & (1 << bit) != 0;
    LikeClause {
        source: relation_of(like.relation.as_ref()),
        position,
        including: NAMES.iter().enumerate().filter(included).map(|(_, name)| *name).collect(),
    }
}

fn partition_by(cx: &Cx, spec: &pb::PartitionSpec) -> PartitionBy {
    let strategy = match spec.strategy() {
        pb::PartitionStrategy::List => PartitionStrategy::List,
        pb::PartitionStrategy::Hash => PartitionStrategy::Hash,
        pb::PartitionStrategy::Range | pb::PartitionStrategy::Undefined => PartitionStrategy::Range,
    };
    let key = |node: &pb::Node| {
        let Some(NodeEnum::PartitionElem(element)) = &node.node else { return None };
        let (target, collation) = key_target(cx, element.expr.as_deref(), &element.name, &element.collation);
        Some(IndexKey {
            target,
            collation,
            opclass: (!element.opclass.is_empty()).then(|| builtin_qname(&element.opclass)),
            ..IndexKey::column(Ident::new(""))
        })
    };
    PartitionBy { strategy, keys: spec.part_params.iter().filter_map(key).collect() }
}

/// `DEFAULT`, or `FOR VALUES …`.
pub(super) fn partition_bound(cx: &Cx, spec: &pb::PartitionBoundSpec) -> PartitionBound {
    let values = |nodes: &[pb::Node]| nodes.iter().map(|node| bound_value(cx, node)).collect();
    let number = |value: i32| u32::try_from(value).unwrap_or(0);
    match &*spec.strategy {
        _ if spec.is_default => PartitionBound::Default,
        "l" => PartitionBound::List(values(&spec.listdatums)),
        "h" => PartitionBound::Hash { modulus: number(spec.modulus), remainder: number(spec.remainder) },
        _ => PartitionBound::Range { from: values(&spec.lowerdatums), to: values(&spec.upperdatums) },
    }
}

fn bound_value(cx: &Cx, node: &pb::Node) -> String {
    // The grammar has the two keywords as columns.
    if let Some(NodeEnum::ColumnRef(column)) = &node.node
        && let [name] = &column.fields[..]
        && let Some(word @ ("minvalue" | "maxvalue")) = text(name)
    {
        return word.to_ascii_uppercase();
    }
    cx.print(node)
}
