//! See [`RULE`].

use std::collections::BTreeSet;

use crate::ir::table::Persistence;
use crate::name::QName;
use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

rule! {
    /// A list is spread over numbered columns.
    ///
    /// ## What it flags
    /// Three or more columns of one table (the option `min`) that differ only in a number at the end of their name and are
    /// of one type, when a statement adds one of them.
    ///
    /// ## Why it hurts
    /// The table holds a list of fixed length: the next value needs a migration, a search has to name every column, no
    /// constraint keeps the values distinct, and most columns are empty in most rows. This breaks the first normal form.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE contacts (id bigint PRIMARY KEY, phone1 text, phone2 text, phone3 text);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE contacts (id bigint PRIMARY KEY, line_1 text, line_2 text);
    /// CREATE TABLE phones (contact_id bigint REFERENCES contacts, position int, number text, PRIMARY KEY (contact_id, position));
    /// CREATE INDEX ON phones (number);
    /// ```
    ///
    /// ## Safe rewrite
    /// Make a table with one row for each value, which references this one.
    ///
    /// ## References
    /// - <https://en.wikipedia.org/wiki/First_normal_form>
    name: "repeating-columns",
    category: Design,
    severity: Advice,
    confidence: Medium,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [("min", Int(3), "how many columns make a list")],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    let min = usize::try_from(cx.options.int("min")).unwrap_or(usize::MAX).max(2);
    let mut reported: BTreeSet<(QName, String)> = BTreeSet::new();
    for step in cx.steps {
        for change in &step.changes {
            let (ObjectKey::Relation(name), Some(Object::Table(after))) =
                (&change.key, change.after.as_deref())
            else {
                continue;
            };
            let before = match change.before.as_deref() {
                Some(Object::Table(table)) => Some(table),
                // A renamed table appears under a new name, but its columns are not new.
                _ if (cx.lifetime)(name) == Lifetime::Existing => continue,
                _ => None,
            };
            let left_out = after.partition_of.is_some() || after.persistence == Persistence::Temporary;
            let Some(table) = cx.schema.table(name).filter(|_| !left_out) else { continue };
            let added = after.columns.iter().filter(|c| before.is_none_or(|b| b.column(&c.name).is_none()));
            for column in added {
                let Some(stem) = stem(column.name.as_str()) else { continue };
                let group: Vec<&str> = table
                    .columns
                    .iter()
                    .filter(|c| c.data_type == column.data_type)
                    .map(|c| c.name.as_str())
                    .filter(|c| self::stem(c) == Some(stem))
                    .collect();
                if group.len() < min || !reported.insert((name.clone(), stem.to_owned())) {
                    continue;
                }
                sink.step(step)
                    .object(name)
                    .message(format!("{name} spreads a list over the columns {}", group.join(", ")))
                    .why("the next value needs a migration, and a search has to name every column")
                    .help("make a table with one row for each value")
                    .report();
            }
        }
    }
}

/// The name without its number and the underscore before it; `None` when it ends in no number.
fn stem(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem.len() < name.len()).then(|| stem.trim_end_matches('_')).filter(|s| !s.is_empty())
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn numbers_at_the_end_are_cut_off() {
        assert_eq!(stem("phone_12"), Some("phone"));
        assert_eq!(stem("phone1"), Some("phone"));
        assert_eq!(stem("phone"), None);
        assert_eq!(stem("_1"), None);
    }
}
