//! What validated `CHECK` constraints prove, so that the server need not read the table.
//!
//! Only terms that the front end understands count ([`Conjunct`]); the server's own prover knows some more, so
//! that a scan may be foretold where it finds one needless. It is never the other way round.

use crate::ir::expr::{Conjunct, Expr};
use crate::ir::table::{ConstraintKind, PartitionBound, PartitionBy, PartitionStrategy};
use crate::name::Ident;
use crate::schema::bound;
use crate::schema::model::{Column, Table};

use super::value::{self, Value};

/// Whether the constraints of a table, those dropped by the same statement left out, prove that a column holds
/// no null.
pub(super) fn not_null(table: &Table, column: &Ident, dropped: &[&Ident]) -> bool {
    let is = |term: &Conjunct| matches!(term, Conjunct::NotNull(name) if name == column);
    checks(table, dropped).any(|expr| some(&expr.conjuncts, &is))
}

/// Whether the constraints of a table prove that all its rows belong into a partition.
pub(super) fn fits(
    table: &Table,
    by: &PartitionBy,
    bound: &PartitionBound,
    siblings: &[&PartitionBound],
) -> bool {
    if bound::condition(by, bound).is_some_and(|condition| is_checked(table, &condition.sql)) {
        return true;
    }
    let Some(keys) = key_columns(table, by) else { return false };
    let never_null =
        |c: &Column| c.not_null.as_ref().is_some_and(|n| !n.not_valid) || not_null(table, &c.name, &[]);
    match bound {
        PartitionBound::Range { from, to } => {
            keys.iter().all(|c| never_null(c)) && in_range(table, &keys, from, to)
        }
        PartitionBound::List(values) => {
            let [key] = keys[..] else { return false };
            let null = values.iter().any(|v| v.eq_ignore_ascii_case("null"));
            let Some(values) = parse_all(key, values.iter().filter(|v| !v.eq_ignore_ascii_case("null")))
            else {
                return false;
            };
            (null || never_null(key)) && one_of(table, key, &values)
        }
        PartitionBound::Default => siblings.iter().all(|s| excludes(table, by, s)),
        PartitionBound::Hash { .. } => false,
    }
}

/// Whether the constraints of a table prove that none of its rows belongs into a partition: asked of the default
/// partition.
pub(super) fn excludes(table: &Table, by: &PartitionBy, bound: &PartitionBound) -> bool {
    if bound::condition(by, bound).is_some_and(|c| is_checked(table, &bound::negated(&c).sql)) {
        return true;
    }
    let Some(keys) = key_columns(table, by) else { return false };
    let [key] = keys[..] else { return false };
    match bound {
        PartitionBound::Range { from, to } if by.strategy == PartitionStrategy::Range => {
            let (Some(from), Some(to)) = (limit(key, from, 0), limit(key, to, 0)) else { return false };
            proves(table, key, &|term| outside(term, from.as_ref(), to.as_ref()))
        }
        PartitionBound::List(values) if by.strategy == PartitionStrategy::List => parse_all(key, values)
            .is_some_and(|values| {
                values.iter().all(|value| proves(table, key, &|term| refuses(term, value)))
            }),
        _ => false,
    }
}

/// Whether a validated check is this very condition: the server then sees that one follows from the other. Measured in
/// `tests/it/rewrite.rs`.
fn is_checked(table: &Table, condition: &str) -> bool {
    table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::Check(check) => c.validated && c.enforced && check.sql == condition,
        _ => false,
    })
}

/// A term about the one key column, with its values read.
enum Term {
    Null,
    Compare(String, Value),
    In(Vec<Value>),
}

fn in_range(table: &Table, keys: &[&Column], from: &[String], to: &[String]) -> bool {
    // Leading keys with the same value on both sides must have that value; the first that differs decides.
    for (at, key) in keys.iter().enumerate() {
        let (Some(low), Some(high)) = (limit(key, from, at), limit(key, to, at)) else { return false };
        if at + 1 < keys.len() {
            if let (Some(low), Some(high)) = (&low, &high)
                && low == high
            {
                if proves(table, key, &|t| is_exactly(t, low)) {
                    continue;
                }
                return false;
            }
            // Bounds over several keys are a disjunction that the terms here cannot prove, unless the rest says
            // nothing.
            let open = |side: &[String]| side.iter().skip(at + 1).all(|v| v.eq_ignore_ascii_case("minvalue"));
            if !(open(from) && open(to)) {
                return false;
            }
        }
        let lower = low.is_none_or(|low| proves(table, key, &|t| at_least(t, &low)));
        let upper = high.is_none_or(|high| proves(table, key, &|t| below(t, &high)));
        return lower && upper;
    }
    false
}

fn is_exactly(term: &Term, value: &Value) -> bool {
    match term {
        Term::Null => false,
        Term::Compare(op, v) => op == "=" && v == value,
        Term::In(values) => !values.is_empty() && values.iter().all(|v| v == value),
    }
}

fn at_least(term: &Term, low: &Value) -> bool {
    match term {
        Term::Null => false,
        Term::Compare(op, v) => {
            matches!(op.as_str(), ">=" | ">" | "=") && v.cmp(low).is_some_and(std::cmp::Ordering::is_ge)
        }
        Term::In(values) => values.iter().all(|v| v.cmp(low).is_some_and(std::cmp::Ordering::is_ge)),
    }
}

fn below(term: &Term, high: &Value) -> bool {
    match term {
        Term::Null => false,
        Term::Compare(op, v) => v.cmp(high).is_some_and(|o| match op.as_str() {
            "<" => o.is_le(),
            "<=" | "=" => o.is_lt(),
            _ => false,
        }),
        Term::In(values) => values.iter().all(|v| v.cmp(high).is_some_and(std::cmp::Ordering::is_lt)),
    }
}

/// Whether a row that satisfies the term lies outside `from..to`; `None` is no limit.
fn outside(term: &Term, from: Option<&Value>, to: Option<&Value>) -> bool {
    let before = |v: &Value, inclusive: bool| {
        from.and_then(|from| v.cmp(from)).is_some_and(|o| if inclusive { o.is_lt() } else { o.is_le() })
    };
    let after = |v: &Value| to.and_then(|to| v.cmp(to)).is_some_and(std::cmp::Ordering::is_ge);
    match term {
        Term::Null => true,
        Term::Compare(op, v) => match op.as_str() {
            "<" => before(v, false),
            "<=" => before(v, true),
            ">=" | ">" => after(v),
            "=" => before(v, true) || after(v),
            _ => false,
        },
        Term::In(values) => values.iter().all(|v| before(v, true) || after(v)),
    }
}

/// Whether a row that satisfies the term cannot have the value.
fn refuses(term: &Term, value: &Value) -> bool {
    match term {
        Term::Null => true,
        Term::Compare(op, v) => match op.as_str() {
            "<>" => v == value,
            "=" => v.differs(value),
            _ => false,
        },
        Term::In(values) => values.iter().all(|v| v.differs(value)),
    }
}

fn one_of(table: &Table, key: &Column, allowed: &[Value]) -> bool {
    proves(table, key, &|term| match term {
        Term::Null => false,
        Term::Compare(op, v) => op == "=" && allowed.contains(v),
        Term::In(values) => values.iter().all(|v| allowed.contains(v)),
    })
}

fn key_columns<'t>(table: &'t Table, by: &PartitionBy) -> Option<Vec<&'t Column>> {
    by.keys.iter().map(|key| table.column(key.as_column()?)).collect()
}

/// One side of a range bound: the outer option is `None` when the value cannot be read, the inner when there is
/// no limit.
#[expect(clippy::option_option, reason = "not known and not limited are two things")]
fn limit(key: &Column, side: &[String], at: usize) -> Option<Option<Value>> {
    let text = side.get(at)?;
    if text.eq_ignore_ascii_case("minvalue") || text.eq_ignore_ascii_case("maxvalue") {
        return Some(None);
    }
    value::of_sql(&key.data_type, text).map(Some)
}

fn parse_all<'s>(key: &Column, values: impl IntoIterator<Item = &'s String>) -> Option<Vec<Value>> {
    values.into_iter().map(|text| value::of_sql(&key.data_type, text)).collect()
}

/// Whether the checks of a table hold a term about the key with a property: by itself, or on every side of an
/// `OR`. Literals cast to another type than the column's do not count: the server then compares across types,
/// which its prover does not do.
fn proves(table: &Table, key: &Column, property: &dyn Fn(&Term) -> bool) -> bool {
    let has = |conjunct: &Conjunct| term(key, conjunct).is_some_and(|term| property(&term));
    checks(table, &[])
        .filter(|expr| expr.types.iter().all(|ty| ty.name == key.data_type.name))
        .any(|expr| some(&expr.conjuncts, &has))
}

fn some(conjuncts: &[Conjunct], has: &dyn Fn(&Conjunct) -> bool) -> bool {
    conjuncts.iter().any(|conjunct| match conjunct {
        Conjunct::Or(sides) => sides.iter().all(|side| some(side, has)),
        other => has(other),
    })
}

fn term(key: &Column, conjunct: &Conjunct) -> Option<Term> {
    match conjunct {
        Conjunct::Null(column) if *column == key.name => Some(Term::Null),
        Conjunct::Compare { column, op, value } if *column == key.name => {
            Some(Term::Compare(op.clone(), value::of_literal(&key.data_type, value)?))
        }
        Conjunct::In { column, values } if *column == key.name => {
            let values: Option<Vec<Value>> =
                values.iter().map(|v| value::of_literal(&key.data_type, v)).collect();
            Some(Term::In(values?))
        }
        _ => None,
    }
}

/// The validated checks of a table.
fn checks<'t>(table: &'t Table, dropped: &'t [&'t Ident]) -> impl Iterator<Item = &'t Expr> + 't {
    table
        .constraints
        .iter()
        .filter(move |c| c.validated && c.enforced && !dropped.contains(&&c.name))
        .filter_map(|c| match &c.kind {
            ConstraintKind::Check(expr) => Some(expr),
            _ => None,
        })
}
