//! The condition that a partition's bound puts on its rows, in the form in which the server derives it
//! (`get_qual_from_partbound` in `src/backend/partitioning/partbounds.c`): only then does it recognise that a
//! `CHECK` proves it.

use crate::ir::expr::{Conjunct, Expr, ExprFacts};
use crate::ir::table::{PartitionBound, PartitionBy, PartitionStrategy};
use crate::name::Ident;
use crate::quote::quote_ident;

/// The condition for rows of a partition with this bound. `None` where there is no such form: hash and default
/// partitions, keys that are expressions, values that are no literals.
#[must_use]
pub fn condition(by: &PartitionBy, bound: &PartitionBound) -> Option<Expr> {
    let keys: Vec<&Ident> = by.keys.iter().map(|key| key.as_column()).collect::<Option<_>>()?;
    let sql = match (by.strategy, bound) {
        (PartitionStrategy::Range, PartitionBound::Range { from, to }) => range(&keys, from, to)?,
        (PartitionStrategy::List, PartitionBound::List(values)) => list(keys.first()?, values)?,
        _ => return None,
    };
    Some(Expr::from(ExprFacts {
        sql,
        columns: keys.into_iter().map(|key| (None, key.clone())).collect(),
        conjuncts: vec![Conjunct::Other],
        ..ExprFacts::default()
    }))
}

/// The opposite, for the default partition.
#[must_use]
pub fn negated(condition: &Expr) -> Expr {
    // A single term holds no literal, so these words can only be operators.
    let compound = [" AND ", " OR "].iter().any(|word| condition.sql.contains(word));
    let sql = if compound { format!("NOT ({})", condition.sql) } else { format!("NOT {}", condition.sql) };
    let mut negated = condition.clone();
    negated.sql = sql;
    negated
}

fn list(key: &Ident, values: &[String]) -> Option<String> {
    let key = quote_ident(key);
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
    let names: Vec<String> = keys.iter().map(|key| quote_ident(key).into_owned()).collect();
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
            _ => Some(format!("({})", arms.join(" OR "))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::DdlOp;
    use crate::ir::index::IndexKey;
    use crate::ir::table::{ConstraintKind, TableAction};
    use crate::name::Dialect;
    use crate::parse;
    use crate::text::{FileId, Span, offset};

    fn by(strategy: PartitionStrategy, keys: &[&str]) -> PartitionBy {
        PartitionBy { strategy, keys: keys.iter().map(|k| IndexKey::column(Ident::new(k))).collect() }
    }

    fn texts(values: &[&str]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }

    fn range(keys: &[&str], from: &[&str], to: &[&str]) -> Option<String> {
        let bound = PartitionBound::Range { from: texts(from), to: texts(to) };
        condition(&by(PartitionStrategy::Range, keys), &bound).map(|e| e.sql.clone())
    }

    fn list(values: &[&str]) -> Option<String> {
        condition(&by(PartitionStrategy::List, &["k"]), &PartitionBound::List(texts(values)))
            .map(|e| e.sql.clone())
    }

    /// The text as it comes back from the parser: the form in which the model holds checks.
    fn read_back(sql: &str) -> String {
        let text = format!("ALTER TABLE t ADD CHECK ({sql})");
        let span = Span::new(0, offset(text.len()));
        let parsed =
            parse::with_large_stack(|| parse::script(&text, span, FileId(0), Dialect::PostgreSql).statements)
                .expect("a thread");
        let DdlOp::AlterTable(alter) = &parsed[0].op else { panic!("{sql}: {:?}", parsed[0].op) };
        let (TableAction::AddConstraint(def), _) = &alter.actions[0] else { panic!("{sql}") };
        let ConstraintKind::Check(expr) = &def.kind else { panic!("{sql}") };
        expr.sql.clone()
    }

    #[test]
    fn conditions_are_in_the_form_that_checks_are_held_in() {
        let bounds = [
            (
                range(&["at"], &["'2024-01-01'"], &["'2025-01-01'"]),
                "at IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01'",
            ),
            (range(&["Order"], &["-1.5"], &["MAXVALUE"]), "\"Order\" IS NOT NULL AND \"Order\" >= -1.5"),
            (range(&["a"], &["MINVALUE"], &["MAXVALUE"]), "a IS NOT NULL"),
            (
                range(&["a", "b"], &["1", "5"], &["2", "10"]),
                "a IS NOT NULL AND b IS NOT NULL AND (a > 1 OR a = 1 AND b >= 5) AND (a < 2 OR a = 2 AND b < 10)",
            ),
            (
                range(&["a", "b"], &["1", "5"], &["1", "MAXVALUE"]),
                "a IS NOT NULL AND b IS NOT NULL AND a = 1 AND b >= 5",
            ),
            (
                range(&["a", "b"], &["1", "MINVALUE"], &["2", "MAXVALUE"]),
                "a IS NOT NULL AND b IS NOT NULL AND a >= 1 AND a <= 2",
            ),
            (list(&["'a'"]), "k IS NOT NULL AND k = 'a'"),
            (list(&["'a''b'", "'c'::text"]), "k IS NOT NULL AND k IN ('a''b', 'c'::text)"),
            (list(&["NULL", "1"]), "k IS NULL OR k = 1"),
            (list(&["NULL"]), "k IS NULL"),
        ];
        for (found, wanted) in bounds {
            let found = found.expect(wanted);
            assert_eq!(found, wanted);
            assert_eq!(read_back(&found), found);
            let opposite = negated(&Expr::from(ExprFacts { sql: found, ..ExprFacts::default() })).sql.clone();
            assert_eq!(read_back(&opposite), opposite);
        }
    }

    #[test]
    fn what_has_no_such_form() {
        assert_eq!(range(&["a"], &["now()"], &["MAXVALUE"]), None);
        assert_eq!(list(&["'a' || 'b'"]), None);
        assert_eq!(list(&["'a"]), None);
        let hash = PartitionBound::Hash { modulus: 2, remainder: 0 };
        assert_eq!(condition(&by(PartitionStrategy::Hash, &["a"]), &hash), None);
        assert_eq!(condition(&by(PartitionStrategy::List, &["a"]), &PartitionBound::Default), None);
    }
}
