//! What one index does for another, and for a foreign key.
//!
//! In: indexes of one table. Out: whether one serves every search, and keeps every promise, of the other. Texts of
//! expressions are compared as they stand: who compares across sources aligns them first.

use crate::ir::expr::{Conjunct, Expr};
use crate::ir::index::{IndexKey, KeyTarget};
use crate::name::Ident;

use super::model::Index;

/// How an index does the work of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Whether its keys are the very same, and not more of them.
    pub same_keys: bool,
    /// What else is different about it, fit to follow its name: `is unique`, `has no condition`.
    pub remarks: Vec<&'static str>,
}

impl Index {
    /// Whether the index serves the search for rows with given values in these columns, as a foreign key needs it: a
    /// partial one does when its condition is that the columns are not null.
    #[must_use]
    pub fn finds(&self, columns: &[Ident]) -> bool {
        let leading: Vec<_> = self.keys.iter().take(columns.len()).map(IndexKey::as_column).collect();
        let method = matches!(self.method.as_str(), "btree" | "hash" | "gist" | "spgist" | "brin");
        let all = self.keys.len() >= columns.len() && columns.iter().all(|c| leading.contains(&Some(c)));
        let total = self.predicate.as_ref().is_none_or(|p| {
            !p.conjuncts.is_empty()
                && p.conjuncts
                    .iter()
                    .all(|c| matches!(c, Conjunct::NotNull(column) if columns.contains(column)))
        });
        method && all && total && self.valid
    }

    /// Whether the index is superfluous beside `other`, which does exactly the same, or more.
    #[must_use]
    pub fn repeats(&self, other: &Self) -> bool {
        self.method == other.method
            && same_keys(&self.keys, &other.keys)
            && same_condition(self.predicate.as_ref(), other.predicate.as_ref())
            && self.include.iter().all(|c| other.include.contains(c))
            && other.valid
            && keeps_unique(self, other)
    }

    /// Whether every search that this B-tree serves is served by a longer one as well.
    #[must_use]
    pub fn begins(&self, long: &Self) -> bool {
        self.name != long.name
            && self.method == "btree"
            && long.method == "btree"
            && !self.unique
            && self.constraint.is_none()
            && self.include.is_empty()
            && long.valid
            && self.keys.len() < long.keys.len()
            && same_keys(&self.keys, &long.keys[..self.keys.len()])
            && same_condition(self.predicate.as_ref(), long.predicate.as_ref())
    }

    /// How this index, be it valid or not, does the work of `wanted`, so that `wanted` need not be built: it has the
    /// keys, in an order that serves, with their operator classes and collations; it has the columns that are
    /// included; it holds the rows; and it is unique where `wanted` is.
    #[must_use]
    pub fn covers(&self, wanted: &Self) -> Option<Cover> {
        let mut remarks = Vec::new();
        if self.method != wanted.method || !keeps_unique(wanted, self) {
            return None;
        }
        let enough = self.keys.len() >= wanted.keys.len();
        let first = &self.keys[..wanted.keys.len().min(self.keys.len())];
        let served = match self.method.as_str() {
            // Each key is searched by itself.
            "gin" | "brin" => wanted.keys.iter().all(|w| self.keys.iter().any(|k| same_key(k, w))),
            "hash" => same_keys(&self.keys, &wanted.keys),
            _ if !enough => false,
            "btree" if !same_keys(first, &wanted.keys) && mirrored(first, &wanted.keys) => {
                remarks.push("is read backwards");
                true
            }
            _ => same_keys(first, &wanted.keys),
        };
        let is_longer = self.keys.len() > wanted.keys.len();
        // What is unique by more columns may repeat in the first of them.
        if !served || (wanted.unique && is_longer) {
            return None;
        }
        let has = |column: &Ident| {
            self.include.contains(column) || self.keys.iter().any(|k| k.as_column() == Some(column))
        };
        if !wanted.include.iter().all(has) {
            return None;
        }
        match (&self.predicate, &wanted.predicate) {
            (None, None) => {}
            (None, Some(_)) => remarks.push("has no condition"),
            (Some(_), None) => return None,
            (Some(own), Some(other)) if same_condition(Some(own), Some(other)) => {}
            (Some(own), Some(other)) if follows(own, other) => remarks.push("has a wider condition"),
            (Some(_), Some(_)) => return None,
        }
        if self.unique && !wanted.unique {
            remarks.push("is unique");
        }
        Some(Cover { same_keys: !is_longer, remarks })
    }
}

/// Whether `other` promises what `index` does: a unique index is not replaced by a plain one, nor by one that lets
/// more nulls in.
fn keeps_unique(index: &Index, other: &Index) -> bool {
    !index.unique || (other.unique && (other.nulls_not_distinct || !index.nulls_not_distinct))
}

fn same_condition(a: Option<&Expr>, b: Option<&Expr>) -> bool {
    a.map(|p| &p.sql) == b.map(|p| &p.sql)
}

fn same_keys(a: &[IndexKey], b: &[IndexKey]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_key(a, b))
}

fn same_key(a: &IndexKey, b: &IndexKey) -> bool {
    same_values(a, b) && a.descending == b.descending && nulls_first(a) == nulls_first(b)
}

/// Whether a B-tree with these keys gives the order of the others when it is read backwards.
fn mirrored(a: &[IndexKey], b: &[IndexKey]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            same_values(a, b) && a.descending != b.descending && nulls_first(a) != nulls_first(b)
        })
}

fn same_values(a: &IndexKey, b: &IndexKey) -> bool {
    let target = match (&a.target, &b.target) {
        (KeyTarget::Column(a), KeyTarget::Column(b)) => a == b,
        (KeyTarget::Expr(a), KeyTarget::Expr(b)) => a.sql == b.sql,
        _ => false,
    };
    target
        && a.collation == b.collation
        && a.opclass == b.opclass
        && a.opclass_options == b.opclass_options
        && a.prefix == b.prefix
}

/// Nulls come last, and first where the order is turned round, unless it is written otherwise.
fn nulls_first(key: &IndexKey) -> bool {
    key.nulls_first.unwrap_or(key.descending)
}

/// Whether every row for which `narrow` holds is one for which `wide` holds.
fn follows(wide: &Expr, narrow: &Expr) -> bool {
    let implied = |term: &Conjunct| match term {
        Conjunct::Other => false,
        Conjunct::NotNull(column) => narrow.conjuncts.iter().any(|known| match known {
            Conjunct::NotNull(c) | Conjunct::Compare { column: c, .. } | Conjunct::In { column: c, .. } => {
                c == column
            }
            _ => false,
        }),
        Conjunct::In { column, values } => narrow.conjuncts.iter().any(|known| match known {
            Conjunct::In { column: c, values: v } => c == column && v.iter().all(|v| values.contains(v)),
            Conjunct::Compare { column: c, op, value } => c == column && op == "=" && values.contains(value),
            _ => false,
        }),
        term => narrow.conjuncts.contains(term),
    };
    !wide.conjuncts.is_empty() && wide.conjuncts.iter().all(implied)
}

#[cfg(test)]
mod tests {
    use crate::name::{Dialect, QName, ServerVersion};
    use crate::parse;
    use crate::schema::Schema;

    /// Whether and how the first of two indexes covers the second.
    fn cover(existing: &str, wanted: &str) -> Option<(bool, String)> {
        let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::default());
        let sql = format!(
            "CREATE TABLE t (a int, b int, c text, d jsonb, e int[]); CREATE {} ; CREATE {}",
            existing.replacen("ON", "i1 ON t", 1),
            wanted.replacen("ON", "i2 ON t", 1)
        );
        for op in parse::with_large_stack(|| parse::exact(&sql, Dialect::PostgreSql)).expect("a thread") {
            assert_eq!(schema.apply(&op), [], "{sql}");
        }
        let index = |name| schema.index(&QName::bare(name)).expect("an index");
        let cover = index("i1").covers(index("i2"))?;
        Some((cover.same_keys, cover.remarks.join(", ")))
    }

    fn yes(same_keys: bool, remarks: &str) -> Option<(bool, String)> {
        Some((same_keys, remarks.to_owned()))
    }

    #[test]
    fn keys_are_covered_by_the_beginning_of_others() {
        assert_eq!(cover("INDEX ON (a)", "INDEX ON (a)"), yes(true, ""));
        assert_eq!(cover("INDEX ON (a, b)", "INDEX ON (a)"), yes(false, ""));
        assert_eq!(cover("INDEX ON (b, a)", "INDEX ON (a)"), None);
        assert_eq!(cover("INDEX ON (a)", "INDEX ON (a, b)"), None);
        assert_eq!(cover("INDEX ON USING hash (a)", "INDEX ON (a)"), None);
        assert_eq!(cover("INDEX ON USING gin (d, e)", "INDEX ON USING gin (e)"), yes(false, ""));
        assert_eq!(cover("INDEX ON USING gin (d jsonb_path_ops)", "INDEX ON USING gin (d)"), None);
    }

    #[test]
    fn order_counts_and_can_be_turned_round() {
        assert_eq!(cover("INDEX ON (a ASC NULLS LAST)", "INDEX ON (a)"), yes(true, ""));
        assert_eq!(cover("INDEX ON (a DESC)", "INDEX ON (a)"), yes(true, "is read backwards"));
        assert_eq!(cover("INDEX ON (a DESC NULLS LAST)", "INDEX ON (a)"), None);
        assert_eq!(cover("INDEX ON (a, b DESC)", "INDEX ON (a DESC, b)"), yes(true, "is read backwards"));
        assert_eq!(cover("INDEX ON (a, b DESC)", "INDEX ON (a, b)"), None);
    }

    #[test]
    fn operator_classes_collations_and_expressions_count() {
        assert_eq!(cover("INDEX ON (c text_pattern_ops)", "INDEX ON (c)"), None);
        assert_eq!(cover("INDEX ON (c COLLATE \"C\")", "INDEX ON (c)"), None);
        assert_eq!(cover("INDEX ON (c COLLATE \"C\", a)", "INDEX ON (c COLLATE \"C\")"), yes(false, ""));
        assert_eq!(cover("INDEX ON (lower(c))", "INDEX ON (lower(c))"), yes(true, ""));
        assert_eq!(cover("INDEX ON (lower(c))", "INDEX ON (c)"), None);
    }

    #[test]
    fn conditions_may_be_wider_and_never_narrower() {
        assert_eq!(cover("INDEX ON (a) WHERE b > 1", "INDEX ON (a)"), None);
        assert_eq!(cover("INDEX ON (a)", "INDEX ON (a) WHERE b > 1"), yes(true, "has no condition"));
        assert_eq!(cover("INDEX ON (a) WHERE b > 1", "INDEX ON (a) WHERE b > 1"), yes(true, ""));
        let wider = yes(true, "has a wider condition");
        assert_eq!(cover("INDEX ON (a) WHERE b > 1", "INDEX ON (a) WHERE b > 1 AND c = 'x'"), wider);
        assert_eq!(cover("INDEX ON (a) WHERE b IS NOT NULL", "INDEX ON (a) WHERE b = 1"), wider);
        assert_eq!(cover("INDEX ON (a) WHERE c IN ('x', 'y')", "INDEX ON (a) WHERE c = 'x'"), wider);
        assert_eq!(cover("INDEX ON (a) WHERE b > 2", "INDEX ON (a) WHERE b > 1"), None);
    }

    #[test]
    fn promises_are_kept() {
        assert_eq!(cover("UNIQUE INDEX ON (a)", "INDEX ON (a)"), yes(true, "is unique"));
        assert_eq!(cover("INDEX ON (a)", "UNIQUE INDEX ON (a)"), None);
        assert_eq!(cover("UNIQUE INDEX ON (a, b)", "UNIQUE INDEX ON (a)"), None);
        let strict = "UNIQUE INDEX ON (a) NULLS NOT DISTINCT";
        assert_eq!(cover(strict, "UNIQUE INDEX ON (a)"), yes(true, ""));
        assert_eq!(cover("UNIQUE INDEX ON (a)", strict), None);
        assert_eq!(cover("INDEX ON (a)", "INDEX ON (a) INCLUDE (b)"), None);
        assert_eq!(cover("INDEX ON (a, b)", "INDEX ON (a) INCLUDE (b)"), yes(false, ""));
    }
}
