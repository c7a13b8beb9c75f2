//! The condition that a partition's bound puts on its rows, in the form in which the server derives it
//! (`get_qual_from_partbound` in `src/backend/partitioning/partbounds.c`): only then does it recognise that a
//! `CHECK` proves it.

use crate::ir::expr::{Conjunct, Expr};
use crate::ir::table::{PartitionBound, PartitionStrategy};
use crate::name::Ident;
use crate::schema::model::{Table, TableKind};

use super::build::ident;

/// The condition for rows of a partition with this bound. `None` where there is no such form: hash and default
/// partitions, keys that are expressions, values that are no literals.
pub(super) fn condition(parent: &Table, bound: &PartitionBound) -> Option<Expr> {
    let TableKind::Partitioned(by) = &parent.kind else { return None };
    let keys: Vec<&Ident> = by.keys.iter().map(|key| key.as_column()).collect::<Option<_>>()?;
    let sql = match (by.strategy, bound) {
        (PartitionStrategy::Range, PartitionBound::Range { from, to }) => range(&keys, from, to)?,
        (PartitionStrategy::List, PartitionBound::List(values)) => list(keys.first()?, values)?,
        _ => return None,
    };
    Some(Expr {
        sql,
        columns: keys.into_iter().map(|key| (None, key.clone())).collect(),
        conjuncts: vec![Conjunct::Other],
        ..Expr::default()
    })
}

/// The opposite, for the default partition.
pub(super) fn negated(condition: &Expr) -> Expr {
    Expr { sql: format!("NOT ({})", condition.sql), ..condition.clone() }
}

fn list(key: &Ident, values: &[String]) -> Option<String> {
    let key = ident(key);
    let (nulls, values): (Vec<&String>, Vec<&String>) =
        values.iter().partition(|v| v.eq_ignore_ascii_case("null"));
    if !values.iter().all(|v| is_literal(v)) {
        return None;
    }
    let values: Vec<&str> = values.into_iter().map(String::as_str).collect();
    let equal = match values.as_slice() {
        [] => return (!nulls.is_empty()).then(|| format!("{key} IS NULL")),
        [value] => format!("{key} = {value}"),
        _ => format!("{key} IN ({})", values.join(", ")),
    };
    Some(if nulls.is_empty() {
        format!("{key} IS NOT NULL AND {equal}")
    } else {
        format!("{key} IS NULL OR {equal}")
    })
}

fn range(keys: &[&Ident], from: &[String], to: &[String]) -> Option<String> {
    if from.len() != keys.len() || to.len() != keys.len() {
        return None;
    }
    let usable = |v: &String| is_literal(v) || is(v, "minvalue") || is(v, "maxvalue");
    if !from.iter().chain(to).all(usable) {
        return None;
    }
    let names: Vec<String> = keys.iter().map(|key| ident(key)).collect();
    let mut terms: Vec<String> = names.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let same = from.iter().zip(to).take_while(|(low, high)| low == high && is_literal(low)).count();
    for (name, value) in names.iter().zip(from).take(same) {
        terms.push(format!("{name} = {value}"));
    }
    let low = Side { values: &from[same..], open: "minvalue", strict: ">", inclusive: ">=", last: ">=" };
    let high = Side { values: &to[same..], open: "maxvalue", strict: "<", inclusive: "<=", last: "<" };
    terms.extend(low.arms(&names[same..]));
    terms.extend(high.arms(&names[same..]));
    Some(terms.join(" AND "))
}

/// One end of a range.
struct Side<'v> {
    values: &'v [String],
    /// The keyword that stands for no limit on this side.
    open: &'static str,
    strict: &'static str,
    /// Before an open end, all values of the later keys belong to the range.
    inclusive: &'static str,
    last: &'static str,
}

impl Side<'_> {
    /// `a > x OR (a = x AND b >= y)`; nothing for an open end.
    fn arms(&self, names: &[String]) -> Option<String> {
        let mut arms = Vec::new();
        for (at, value) in self.values.iter().enumerate() {
            if !is_literal(value) {
                break;
            }
            let operator = match self.values.get(at + 1) {
                None => self.last,
                Some(next) if is(next, self.open) => self.inclusive,
                Some(_) => self.strict,
            };
            let mut terms: Vec<String> =
                names.iter().zip(self.values).take(at).map(|(n, v)| format!("{n} = {v}")).collect();
            terms.push(format!("{} {operator} {value}", names[at]));
            arms.push(terms.join(" AND "));
        }
        match arms.as_slice() {
            [] => None,
            [arm] => Some(arm.clone()),
            _ => {
                Some(format!("({})", arms.iter().map(|a| format!("({a})")).collect::<Vec<_>>().join(" OR ")))
            }
        }
    }
}

fn is(value: &str, keyword: &str) -> bool {
    value.eq_ignore_ascii_case(keyword)
}

/// Whether the text is a literal, perhaps with a cast: anything else may mean another value tomorrow.
fn is_literal(value: &str) -> bool {
    let number = value.strip_prefix('-').unwrap_or(value);
    if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return true;
    }
    if is(value, "true") || is(value, "false") {
        return true;
    }
    let Some(inner) = value.strip_prefix('\'') else { return false };
    let mut rest = inner;
    loop {
        let Some(end) = rest.find('\'') else { return false };
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(more) => rest = more,
            None => break,
        }
    }
    rest.is_empty()
        || rest.strip_prefix("::").is_some_and(|cast| {
            !cast.is_empty()
                && cast.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'.'))
        })
}
