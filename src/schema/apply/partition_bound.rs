//! Bounds that a new partition cannot have: those of another strategy, empty ones, and those that share rows with a
//! partition that is there (`transformPartitionBound` in `parse_utilcmd.c`, `check_new_partition_bound` in
//! `partbounds.c`).
//!
//! Values are compared where their texts tell the order: whole numbers, dates and times in ISO form. Of all others it
//! is only known whether they are the same.

use std::cmp::Ordering;

use crate::ir::index::IndexKey;
use crate::ir::table::{PartitionBound, PartitionStrategy};
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{Table, TableKind};

use super::Outcome;

impl Schema {
    /// Fails when a table cannot become a partition with this bound.
    pub(super) fn bound_fits(&self, parent: &Table, child: &QName, bound: &PartitionBound) -> Outcome {
        let TableKind::Partitioned(by) = &parent.kind else { return Ok(()) };
        let refuse =
            |sqlstate, message: String| self.refuse_on(&parent.name, SchemaError::new(sqlstate, message));
        let fits = match (by.strategy, bound) {
            (PartitionStrategy::Hash, PartitionBound::Default) => {
                let message = "a hash-partitioned table may not have a default partition";
                return refuse("42P16", message.into());
            }
            (_, PartitionBound::Default) => true,
            (strategy, PartitionBound::Range { .. }) => strategy == PartitionStrategy::Range,
            (strategy, PartitionBound::List(_)) => strategy == PartitionStrategy::List,
            (strategy, PartitionBound::Hash { .. }) => strategy == PartitionStrategy::Hash,
        };
        if !fits {
            let kind = match by.strategy {
                PartitionStrategy::Range => "range",
                PartitionStrategy::List => "list",
                PartitionStrategy::Hash => "hash",
            };
            return refuse("42P16", format!("invalid bound specification for a {kind} partition"));
        }
        let orders: Vec<Order> = by.keys.iter().map(|key| self.order_of(parent, key)).collect();
        if let PartitionBound::Range { from, to } = bound
            && !matches!(compare(&orders, from, to), None | Some(Ordering::Less))
        {
            let message = format!("empty range bound specified for partition \"{}\"", child.name);
            return refuse("42P17", message);
        }
        for sibling in self.children_of(&parent.name) {
            let Some((_, other)) = &sibling.partition_of else { continue };
            let (new, old) = (&child.name, &sibling.name.name);
            if sibling.name == *child {
                continue;
            }
            match (bound, other) {
                (PartitionBound::Default, PartitionBound::Default) => {
                    let message =
                        format!("partition \"{new}\" conflicts with existing default partition \"{old}\"");
                    return refuse("42P17", message);
                }
                _ if share_rows(&orders, bound, other) => {
                    return refuse("42P17", format!("partition \"{new}\" would overlap partition \"{old}\""));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// How values of a key are ordered.
    fn order_of(&self, table: &Table, key: &IndexKey) -> Order {
        let Some(column) = key.as_column().and_then(|column| table.column(column)) else {
            return Order::Unknown;
        };
        let ty = self.base_type(&column.data_type);
        if ["int2", "int4", "int8"].iter().any(|name| ty.is(name)) {
            Order::Number
        } else if ["date", "timestamp", "timestamptz"].iter().any(|name| ty.is(name)) {
            Order::Time
        } else {
            Order::Unknown
        }
    }
}

/// How the values of a key column are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Number,
    Time,
    /// By a collation, or in a way that the text does not tell.
    Unknown,
}

/// Whether some row certainly belongs to both.
fn share_rows(orders: &[Order], a: &PartitionBound, b: &PartitionBound) -> bool {
    use PartitionBound::{Hash, List, Range};
    match (a, b) {
        (Range { from, to }, Range { from: other_from, to: other_to }) => {
            compare(orders, from, other_to) == Some(Ordering::Less)
                && compare(orders, other_from, to) == Some(Ordering::Less)
        }
        (List(values), List(others)) => values.iter().any(|value| {
            let order = orders.first().copied().unwrap_or(Order::Unknown);
            let value = Value::read(order, value);
            others.iter().any(|other| value.compare(&Value::read(order, other)) == Some(Ordering::Equal))
        }),
        (Hash { modulus, remainder }, Hash { modulus: other_modulus, remainder: other_remainder }) => {
            let (small, large) = if modulus <= other_modulus {
                ((*modulus, *remainder), (*other_modulus, *other_remainder))
            } else {
                ((*other_modulus, *other_remainder), (*modulus, *remainder))
            };
            small.0 > 0 && large.0 % small.0 == 0 && large.1 % small.0 == small.1
        }
        _ => false,
    }
}

/// How two ends of ranges stand to each other, column by column; nothing where that is not certain.
fn compare(orders: &[Order], a: &[String], b: &[String]) -> Option<Ordering> {
    for ((a, b), order) in a.iter().zip(b).zip(orders) {
        let (a, b) = (Value::read(*order, a), Value::read(*order, b));
        match a.compare(&b)? {
            // What follows an open end does not count.
            Ordering::Equal if matches!(a, Value::Lowest | Value::Highest) => return Some(Ordering::Equal),
            Ordering::Equal => {}
            other => return Some(other),
        }
    }
    (a.len() == b.len()).then_some(Ordering::Equal)
}

/// A value whose order is told by its text.
#[derive(Debug, PartialEq, Eq)]
enum Value {
    Lowest,
    Highest,
    Number(i128),
    /// ISO date, and time without a zone.
    Time(String),
    /// Only equality means something.
    Text(String),
}

impl Value {
    fn read(order: Order, text: &str) -> Self {
        let text = text.trim();
        match text.to_ascii_uppercase().as_str() {
            "MINVALUE" => return Self::Lowest,
            "MAXVALUE" => return Self::Highest,
            _ => {}
        }
        let inner = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or(text);
        let read = match order {
            Order::Number => inner.parse().ok().map(Self::Number),
            Order::Time => time(inner).map(Self::Time),
            Order::Unknown => None,
        };
        read.unwrap_or_else(|| Self::Text(text.to_owned()))
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Lowest, Self::Lowest) | (Self::Highest, Self::Highest) => Some(Ordering::Equal),
            (Self::Lowest, _) | (_, Self::Highest) => Some(Ordering::Less),
            (Self::Highest, _) | (_, Self::Lowest) => Some(Ordering::Greater),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => (a == b).then_some(Ordering::Equal),
            _ => None,
        }
    }
}

/// `2024-01-01` and `2024-01-01 00:00:00` as the latter.
fn time(text: &str) -> Option<String> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match shape.as_str() {
        "0000-00-00" => Some(format!("{text} 00:00:00")),
        "0000-00-00 00:00:00" => Some(text.to_owned()),
        "0000-00-00T00:00:00" => Some(text.replacen('T', " ", 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &[&str], to: &[&str]) -> PartitionBound {
        let texts = |values: &[&str]| values.iter().map(ToString::to_string).collect();
        PartitionBound::Range { from: texts(from), to: texts(to) }
    }

    fn list(values: &[&str]) -> PartitionBound {
        PartitionBound::List(values.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn ranges_share_rows_where_they_overlap() {
        let numbers = |a, b| share_rows(&[Order::Number, Order::Number], &a, &b);
        assert!(numbers(range(&["1"], &["10"]), range(&["5"], &["20"])));
        assert!(!numbers(range(&["1"], &["10"]), range(&["10"], &["20"])));
        assert!(numbers(range(&["MINVALUE"], &["3"]), range(&["2"], &["MAXVALUE"])));
        assert!(!numbers(range(&["1", "5"], &["2", "5"]), range(&["2", "5"], &["3", "0"])));
        assert!(!numbers(range(&["now()"], &["10"]), range(&["5"], &["20"])));
        assert!(share_rows(
            &[Order::Time],
            &range(&["'2024-01-01'"], &["'2024-02-01'"]),
            &range(&["'2024-01-31 12:00:00'"], &["MAXVALUE"])
        ));
        // Collations decide about texts.
        assert!(!share_rows(&[Order::Unknown], &range(&["'1'"], &["'9'"]), &range(&["'2'"], &["'3'"])));
    }

    #[test]
    fn lists_and_remainders_share_rows_where_they_meet() {
        let texts = |a: &[&str], b: &[&str]| share_rows(&[Order::Unknown], &list(a), &list(b));
        assert!(texts(&["'a'", "'b'"], &["'c'", "'b'"]));
        assert!(!texts(&["'a'"], &["'A'"]));
        assert!(!texts(&["'1'"], &["'01'"]));
        assert!(texts(&["NULL"], &["'1'", "NULL"]));
        assert!(share_rows(&[Order::Number], &list(&["'1'"]), &list(&["01"])));
        let hash = |modulus, remainder| PartitionBound::Hash { modulus, remainder };
        assert!(share_rows(&[], &hash(4, 1), &hash(8, 5)));
        assert!(!share_rows(&[], &hash(4, 1), &hash(8, 6)));
    }

    #[test]
    fn a_range_that_ends_where_it_begins_is_empty() {
        let ends = |order, a: &str, b: &str| compare(&[order], &[a.to_owned()], &[b.to_owned()]);
        assert_eq!(ends(Order::Number, "1", "1"), Some(Ordering::Equal));
        assert_eq!(ends(Order::Time, "'2024-02-01'", "'2024-01-01'"), Some(Ordering::Greater));
        assert_eq!(ends(Order::Unknown, "'x'", "'y'"), None);
    }
}
