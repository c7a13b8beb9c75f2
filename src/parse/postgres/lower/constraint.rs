//! Constraints of tables, columns and domains.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, ConstrType};

use super::Cx;
use super::index::index_key;
use super::names::{ident, idents, items, options, relation_of, text, texts};
use crate::ir::table::{ConstraintDef, ConstraintKind, Exclude, FkAction, ForeignKey, KeyConstraint};
use crate::name::Ident;

/// A constraint; `column` is the one it was written on. `None` for what is not a constraint (`DEFAULT`, …).
pub(super) fn constraint(cx: &Cx, def: &pb::Constraint, column: Option<&Ident>) -> Option<ConstraintDef> {
    let on_column = |columns: &[pb::Node]| -> Vec<Ident> {
        if columns.is_empty() { column.into_iter().cloned().collect() } else { idents(columns) }
    };
    let kind = match def.contype() {
        ConstrType::ConstrCheck => ConstraintKind::Check(cx.expr(def.raw_expr.as_ref()?)),
        ConstrType::ConstrNotnull => {
            let name = texts(&def.keys).next().map(Ident::new).or_else(|| column.cloned());
            ConstraintKind::NotNull(name?)
        }
        ConstrType::ConstrPrimary | ConstrType::ConstrUnique => {
            // With `USING INDEX` the columns are those of the index.
            let columns = if def.indexname.is_empty() { on_column(&def.keys) } else { Vec::new() };
            let key = KeyConstraint {
                columns,
                include: idents(&def.including),
                nulls_not_distinct: def.nulls_not_distinct,
                using_index: ident(&def.indexname),
                without_overlaps: def.without_overlaps,
                options: options(&def.options),
                tablespace: ident(&def.indexspace),
            };
            if def.contype() == ConstrType::ConstrPrimary {
                ConstraintKind::PrimaryKey(key)
            } else {
                ConstraintKind::Unique(key)
            }
        }
        ConstrType::ConstrForeign => ConstraintKind::ForeignKey(ForeignKey {
            columns: on_column(&def.fk_attrs),
            table: relation_of(def.pktable.as_ref()),
            ref_columns: idents(&def.pk_attrs),
            on_delete: fk_action(&def.fk_del_action),
            on_delete_columns: idents(&def.fk_del_set_cols),
            on_update: fk_action(&def.fk_upd_action),
            match_full: def.fk_matchtype == "f",
            period: def.fk_with_period,
        }),
        ConstrType::ConstrExclusion => ConstraintKind::Exclude(Exclude {
            method: ident(&def.access_method).unwrap_or_else(|| Ident::new("btree")),
            elements: def.exclusions.iter().filter_map(|node| exclusion(cx, node)).collect(),
            include: idents(&def.including),
            predicate: cx.opt_expr(def.where_clause.as_deref()),
            options: options(&def.options),
            tablespace: ident(&def.indexspace),
        }),
        _ => return None,
    };
    let enforceable = matches!(def.contype(), ConstrType::ConstrCheck | ConstrType::ConstrForeign);
    let enforced = !enforceable || def.is_enforced;
    Some(ConstraintDef {
        name: ident(&def.conname),
        kind,
        deferrable: def.deferrable,
        initially_deferred: def.initdeferred,
        // The grammar also skips validation of what is not enforced.
        not_valid: def.skip_validation && enforced,
        no_inherit: def.is_no_inherit,
        enforced,
        span: cx.part_span(def.location, None, cx.span()),
    })
}

/// Applies an attribute that the grammar keeps apart from the column constraint before it.
pub(super) fn set_attribute(constraint: &mut ConstraintDef, attribute: ConstrType) {
    match attribute {
        ConstrType::ConstrAttrDeferrable => constraint.deferrable = true,
        ConstrType::ConstrAttrNotDeferrable => constraint.deferrable = false,
        ConstrType::ConstrAttrDeferred => {
            constraint.initially_deferred = true;
            // The server lets the one imply the other.
            constraint.deferrable = true;
        }
        ConstrType::ConstrAttrImmediate => constraint.initially_deferred = false,
        ConstrType::ConstrAttrEnforced => constraint.enforced = true,
        ConstrType::ConstrAttrNotEnforced => constraint.enforced = false,
        _ => {}
    }
}

fn fk_action(code: &str) -> FkAction {
    match code {
        "r" => FkAction::Restrict,
        "c" => FkAction::Cascade,
        "n" => FkAction::SetNull,
        "d" => FkAction::SetDefault,
        _ => FkAction::NoAction,
    }
}

/// An element of `EXCLUDE` with its operator.
fn exclusion(cx: &Cx, node: &pb::Node) -> Option<(crate::ir::index::IndexKey, String)> {
    let [element, operator] = items(node.node.as_ref()) else { return None };
    let Some(NodeEnum::IndexElem(element)) = &element.node else { return None };
    let names = items(operator.node.as_ref());
    let operator = if let [symbol] = names {
        text(symbol).unwrap_or("").to_owned()
    } else {
        let path: Vec<&str> = texts(names).collect();
        format!("OPERATOR({})", path.join("."))
    };
    Some((index_key(cx, element), operator))
}
