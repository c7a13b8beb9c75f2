//! Names of output columns, by the server's own rules (`FigureColname` in `parse_target.c`).

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, AExprKind, SubLinkType, XmlExprOp, a_const::Val};

use super::names::{inner, text};
use super::types::type_name;
use crate::ir::expr::OutputSource;
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::parse::postgres::print::value_function_name;

/// The output columns of a query; `None` stands for a star.
pub(super) fn output(select: &pb::SelectStmt) -> Vec<Option<Ident>> {
    if let Some(left) = &select.larg {
        return output(left);
    }
    if let Some(first) = select.values_lists.first() {
        let width = super::names::items(first.node.as_ref()).len();
        return (1..=width).map(|n| Some(Ident::from(format!("column{n}")))).collect();
    }
    targets(&select.target_list)
}

/// What the output columns of a query are; as many as [`output`] has.
pub(super) fn sources(select: &pb::SelectStmt) -> Vec<OutputSource> {
    if select.larg.is_some() {
        // The types of a set operation follow from all its parts.
        let mut parts = Vec::new();
        arms(select, &mut parts);
        let width = parts.first().map_or(0, Vec::len);
        let column = |at: usize| {
            let sources: Option<Vec<_>> = parts.iter().map(|part| part.get(at).cloned()).collect();
            match sources {
                Some(sources) if sources.iter().all(|s| matches!(s, OutputSource::Typed(_))) => {
                    let first = sources[0].clone();
                    if sources.iter().all(|s| *s == first) { first } else { OutputSource::Other }
                }
                Some(sources) if !sources.iter().any(|s| matches!(s, OutputSource::Star(_))) => {
                    OutputSource::Common(sources)
                }
                _ => OutputSource::Other,
            }
        };
        return (0..width).map(column).collect();
    }
    if !select.values_lists.is_empty() {
        return vec![OutputSource::Other; output(select).len()];
    }
    select.target_list.iter().filter_map(source).collect()
}

/// The parts of a set operation, in order.
fn arms(select: &pb::SelectStmt, out: &mut Vec<Vec<OutputSource>>) {
    if select.larg.is_none() {
        out.push(sources(select));
    }
    for arm in [&select.larg, &select.rarg].into_iter().flatten() {
        arms(arm, out);
    }
}

/// What one target is.
pub(super) fn source(node: &pb::Node) -> Option<OutputSource> {
    let Some(NodeEnum::ResTarget(target)) = &node.node else { return None };
    Some(match inner(target.val.as_deref())? {
        NodeEnum::ColumnRef(column) => {
            let (last, before) = column.fields.split_last()?;
            let qualifier = before.last().and_then(text).map(Ident::new);
            match text(last) {
                Some(name) => OutputSource::Column(qualifier, Ident::new(name)),
                None => OutputSource::Star(qualifier),
            }
        }
        NodeEnum::TypeCast(cast) => match cast.type_name.as_ref().map(type_name) {
            Some(Ok(ty)) => OutputSource::Typed(ty),
            _ => OutputSource::Other,
        },
        NodeEnum::AConst(constant) => match &constant.val {
            Some(Val::Sval(_)) => OutputSource::Typed(TypeName::builtin("text")),
            Some(Val::Ival(_)) => OutputSource::Typed(TypeName::builtin("int4")),
            Some(Val::Boolval(_)) => OutputSource::Typed(TypeName::builtin("bool")),
            _ => OutputSource::Other,
        },
        _ => OutputSource::Other,
    })
}

/// The name of an expression as a column; `None` for one without a name of its own.
pub(super) fn label(node: &pb::Node) -> Option<Ident> {
    let mut name = None;
    strength(node.node.as_ref()?, &mut name);
    name.map(Ident::new)
}

/// The output columns of a list of targets.
pub(in crate::parse) fn targets(nodes: &[pb::Node]) -> Vec<Option<Ident>> {
    let targets = nodes.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::ResTarget(target)) => Some(&**target),
        _ => None,
    });
    targets.map(target).collect()
}

fn target(target: &pb::ResTarget) -> Option<Ident> {
    if !target.name.is_empty() {
        return Some(Ident::new(&target.name));
    }
    let mut name = None;
    match inner(target.val.as_deref()) {
        Some(value) if is_star(value) => return None,
        Some(value) => strength(value, &mut name),
        None => 0,
    };
    Some(Ident::new(name.unwrap_or("?column?")))
}

fn is_star(node: &NodeEnum) -> bool {
    let last = match node {
        NodeEnum::ColumnRef(column) => column.fields.last(),
        NodeEnum::AIndirection(n) => n.indirection.last(),
        _ => None,
    };
    matches!(last.and_then(|l| l.node.as_ref()), Some(NodeEnum::AStar(_)))
}

/// Finds a name and how good it is: 0 none, 1 that of a type or a keyword, 2 that of a column or function.
fn strength<'t>(node: &'t NodeEnum, name: &mut Option<&'t str>) -> u8 {
    let mut good = |found: &'t str| {
        *name = Some(found);
        2
    };
    match node {
        NodeEnum::ColumnRef(n) => match n.fields.iter().rev().find_map(text) {
            Some(column) => good(column),
            None => 0,
        },
        NodeEnum::AIndirection(n) => match n.indirection.iter().rev().find_map(text) {
            Some(field) => good(field),
            None => inner(n.arg.as_deref()).map_or(0, |arg| strength(arg, name)),
        },
        NodeEnum::FuncCall(n) => match n.funcname.last().and_then(text) {
            Some(function) => good(function),
            None => 0,
        },
        NodeEnum::AExpr(n) if n.kind() == AExprKind::AexprNullif => good("nullif"),
        NodeEnum::TypeCast(n) => {
            let inside = inner(n.arg.as_deref()).map_or(0, |arg| strength(arg, name));
            if inside > 1 {
                return inside;
            }
            match n.type_name.as_ref().and_then(|t| t.names.last()).and_then(text) {
                Some(type_name) => {
                    *name = Some(type_name);
                    1
                }
                None => inside,
            }
        }
        NodeEnum::CollateClause(n) => inner(n.arg.as_deref()).map_or(0, |arg| strength(arg, name)),
        NodeEnum::GroupingFunc(_) => good("grouping"),
        NodeEnum::MergeSupportFunc(_) => good("merge_action"),
        NodeEnum::SubLink(n) => match n.sub_link_type() {
            SubLinkType::ExistsSublink => good("exists"),
            SubLinkType::ArraySublink => good("array"),
            SubLinkType::ExprSublink => sub_select(n, name),
            _ => 0,
        },
        NodeEnum::CaseExpr(n) => {
            let found = inner(n.defresult.as_deref()).map_or(0, |arg| strength(arg, name));
            if found <= 1 {
                *name = Some("case");
                return 1;
            }
            found
        }
        NodeEnum::AArrayExpr(_) => good("array"),
        NodeEnum::RowExpr(_) => good("row"),
        NodeEnum::CoalesceExpr(_) => good("coalesce"),
        NodeEnum::MinMaxExpr(n) => {
            good(if n.op() == pb::MinMaxOp::IsGreatest { "greatest" } else { "least" })
        }
        NodeEnum::SqlvalueFunction(n) => good(value_function_name(n.op())),
        NodeEnum::XmlExpr(n) => match n.op() {
            XmlExprOp::IsXmlconcat => good("xmlconcat"),
            XmlExprOp::IsXmlelement => good("xmlelement"),
            XmlExprOp::IsXmlforest => good("xmlforest"),
            XmlExprOp::IsXmlparse => good("xmlparse"),
            XmlExprOp::IsXmlpi => good("xmlpi"),
            XmlExprOp::IsXmlroot => good("xmlroot"),
            _ => 0,
        },
        NodeEnum::XmlSerialize(_) => good("xmlserialize"),
        NodeEnum::JsonParseExpr(_) => good("json"),
        NodeEnum::JsonScalarExpr(_) => good("json_scalar"),
        NodeEnum::JsonSerializeExpr(_) => good("json_serialize"),
        NodeEnum::JsonObjectConstructor(_) => good("json_object"),
        NodeEnum::JsonArrayConstructor(_) | NodeEnum::JsonArrayQueryConstructor(_) => good("json_array"),
        NodeEnum::JsonObjectAgg(_) => good("json_objectagg"),
        NodeEnum::JsonArrayAgg(_) => good("json_arrayagg"),
        NodeEnum::JsonFuncExpr(n) => match n.op() {
            pb::JsonExprOp::JsonExistsOp => good("json_exists"),
            pb::JsonExprOp::JsonQueryOp => good("json_query"),
            pb::JsonExprOp::JsonValueOp => good("json_value"),
            _ => 0,
        },
        _ => 0,
    }
}

/// A scalar sub-query has the name of its one column.
fn sub_select<'t>(link: &'t pb::SubLink, name: &mut Option<&'t str>) -> u8 {
    let Some(NodeEnum::SelectStmt(select)) = inner(link.subselect.as_deref()) else { return 0 };
    let mut first = &**select;
    while let Some(left) = &first.larg {
        first = left;
    }
    if let Some(NodeEnum::ResTarget(target)) = first.target_list.first().and_then(|t| t.node.as_ref()) {
        if target.name.is_empty() {
            if inner(target.val.as_deref()).map_or(0, |value| strength(value, name)) == 0 {
                *name = Some("?column?");
            }
        } else {
            *name = Some(&target.name);
        }
        return 2;
    }
    0
}
