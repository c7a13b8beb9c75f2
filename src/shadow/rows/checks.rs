//! Checks solved by the server: of all combinations of candidates it says which satisfy them.
//!
//! In: columns with candidates, and checks over them. Out: one query; its rows are the combinations that pass.

use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::quote::{quote_ident, quote_literal};
use crate::schema::model::{Constraint, Table};

/// Combinations that the server is to look at, at most.
const MOST: usize = 60_000;
/// Solutions that are wanted.
const WANTED: usize = 60;

/// A column with candidates, the more usual first; `None` is null.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    pub(super) name: Ident,
    pub(super) ty: TypeName,
    pub(super) candidates: Vec<Option<String>>,
}

/// The check constraints of a table that rows must satisfy.
pub(super) fn of(table: &Table) -> impl Iterator<Item = (&Constraint, &crate::ir::expr::Expr)> {
    table.constraints.iter().filter(|c| c.enforced).filter_map(|c| match &c.kind {
        ConstraintKind::Check(expr) => Some((c, expr)),
        _ => None,
    })
}

/// Columns that must be chosen together, because a check is about them.
pub(super) fn groups(table: &Table) -> Vec<(Vec<Ident>, Vec<String>)> {
    let mut groups: Vec<(Vec<Ident>, Vec<String>)> = Vec::new();
    for (_, expr) in of(table) {
        let columns: Vec<Ident> =
            expr.columns.iter().map(|(_, c)| c.clone()).filter(|c| table.column(c).is_some()).collect();
        if columns.is_empty() {
            continue;
        }
        let (mut touched, rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(group, _)| group.iter().any(|c| columns.contains(c)));
        groups = rest;
        touched.push((columns, vec![expr.sql.clone()]));
        let mut merged: (Vec<Ident>, Vec<String>) = (Vec::new(), Vec::new());
        for (columns, checks) in touched {
            for column in columns {
                if !merged.0.contains(&column) {
                    merged.0.push(column);
                }
            }
            merged.1.extend(checks);
        }
        groups.push(merged);
    }
    groups
}

/// The query that finds combinations that satisfy all checks; those of the more usual candidates first.
pub(super) fn query(unknowns: &[Unknown], checks: &[String]) -> String {
    let lists = shortened(unknowns);
    let mut inner = Vec::new();
    let mut from = Vec::new();
    let mut order = Vec::new();
    let mut outer = Vec::new();
    for (at, (unknown, candidates)) in unknowns.iter().zip(lists).enumerate() {
        let name = quote_ident(&unknown.name);
        let texts: Vec<String> = candidates
            .iter()
            .map(|c| c.as_ref().map_or_else(|| "NULL".to_owned(), |c| quote_literal(c)))
            .collect();
        inner.push(format!("c{at}.v::{} AS {name}", unknown.ty.sql()));
        from.push(format!("unnest(ARRAY[{}]::text[]) WITH ORDINALITY AS c{at}(v, o)", texts.join(", ")));
        order.push(format!("c{at}.o"));
        outer.push(format!("t.{name}::text"));
    }
    let checks: Vec<String> = checks.iter().map(|check| format!("({check}) IS NOT FALSE")).collect();
    format!(
        "SELECT {} FROM (SELECT {}, {} AS checkrail_order FROM {} OFFSET 0) AS t WHERE {} \
         ORDER BY t.checkrail_order LIMIT {WANTED}",
        outer.join(", "),
        inner.join(", "),
        order.join(" + "),
        from.join(", "),
        checks.join(" AND ")
    )
}

/// The lists of candidates, cut so that there are not too many combinations.
fn shortened(unknowns: &[Unknown]) -> Vec<&[Option<String>]> {
    let mut lists: Vec<&[Option<String>]> = unknowns.iter().map(|u| u.candidates.as_slice()).collect();
    let product =
        |lists: &[&[Option<String>]]| lists.iter().fold(1_usize, |all, l| all.saturating_mul(l.len().max(1)));
    while product(&lists) > MOST {
        let Some(longest) = lists.iter_mut().max_by_key(|l| l.len()) else { break };
        if longest.len() <= 2 {
            break;
        }
        // The last one is null, where that is possible: it stays within reach by standing first but one.
        *longest = &longest[..longest.len() - 1];
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_candidates_are_cut() {
        let unknown = |n: usize| Unknown {
            name: Ident::new("a"),
            ty: TypeName::builtin("int4"),
            candidates: (0..n).map(|v| Some(v.to_string())).collect(),
        };
        let unknowns = vec![unknown(100), unknown(100), unknown(100), unknown(2)];
        let lists = shortened(&unknowns);
        let all: usize = lists.iter().map(|l| l.len()).product();
        assert!(all <= MOST && all > MOST / 2 && lists[3].len() == 2, "{all}");
    }

    #[test]
    fn the_query_asks_for_all_checks() {
        let unknown = |name: &str, ty: &str| Unknown {
            name: Ident::new(name),
            ty: TypeName::builtin(ty),
            candidates: vec![Some("1".to_owned()), None],
        };
        let sql = query(&[unknown("a", "int4"), unknown("order", "int8")], &["a < 2".to_owned()]);
        assert!(sql.contains("c1.v::bigint AS \"order\"") && sql.contains("(a < 2) IS NOT FALSE"), "{sql}");
        assert!(sql.contains("ARRAY['1', NULL]::text[]"), "{sql}");
    }
}
