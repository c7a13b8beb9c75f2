//! See [`RULE`].

use crate::effects::fact::{Extent, LossKind, RowWriteKind};
use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::name::QName;
use crate::plan::Step;
use crate::rule;
use crate::rules::{DownContext, Sink};

use super::LISTED;

rule! {
    /// The way back deletes rows that were there before the migration.
    ///
    /// ## What it flags
    /// `TRUNCATE`, and `DELETE` without `WHERE`, in a down script, on a table that was there before the migration
    /// and that the migration does not empty itself.
    ///
    /// ## Why it hurts
    /// Undoing the migration loses data that had nothing to do with it.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE plans (id bigint PRIMARY KEY, name text);
    /// ```
    /// ```sql flagged
    /// -- up
    /// INSERT INTO plans VALUES (3, 'team');
    /// -- down
    /// DELETE FROM plans;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// -- up
    /// INSERT INTO plans VALUES (3, 'team');
    /// -- down
    /// DELETE FROM plans WHERE id = 3;
    /// ```
    ///
    /// ## Safe rewrite
    /// Delete the rows that the migration added, by their keys.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-delete.html>
    name: "down-deletes-older-rows",
    category: Reversibility,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql, MySql, Sqlite],
    also_known_as: [],
    options: [],
    check: Down(check),
}

/// Tables that a statement empties.
fn emptied(step: &Step) -> Vec<QName> {
    let all =
        |w: &&crate::effects::fact::RowWrite| w.kind == RowWriteKind::Delete && w.extent == Extent::Unbounded;
    let deleted = step.effects.row_writes.iter().filter(all).map(|w| w.table.clone());
    let truncated = matches!(step.stmt.op, DdlOp::Truncate(_)).then(|| {
        let lost = step.effects.data_loss.iter().filter(|loss| loss.what == LossKind::Rows);
        let named = |object: &str| {
            step.effects.locks.iter().map(|l| &l.relation).find(|r| r.to_string() == *object).cloned()
        };
        lost.filter_map(|loss| named(&loss.object)).collect::<Vec<_>>()
    });
    deleted.chain(truncated.into_iter().flatten()).collect()
}

fn check(cx: &DownContext<'_>, sink: &mut Sink<'_>) {
    let mut told = false;
    let before: Vec<QName> = cx.up.iter().flat_map(emptied).collect();
    for step in cx.steps {
        for table in emptied(step) {
            let own = (cx.made)(&table) || before.contains(&table) || table.in_schema("pg_temp");
            // Made by the way back itself, to move rows about.
            let fresh = cx.steps.iter().any(|s| {
                s.changes.iter().any(|c| {
                    c.before.is_none() && c.key == crate::schema::key::ObjectKey::Relation(table.clone())
                })
            });
            if own || fresh {
                continue;
            }
            sink.at(cx.down.file, step.stmt.span, None)
                .object(&table)
                .message(format!(
                    "the way back deletes every row of {table}, which was there before the migration"
                ))
                .why("rows that the migration has nothing to do with are lost for good")
                .help("delete the rows that the migration added, by their keys")
                .report();
            told = true;
        }
    }
    let lost = cx.observed.as_ref().map_or(&[][..], |observed| observed.lost);
    if told || lost.is_empty() || cx.failure().is_some() {
        return;
    }
    let listed: Vec<&str> = lost.iter().take(LISTED).map(String::as_str).collect();
    sink.at(cx.down.file, cx.place(), None)
        .severity(Severity::Warning)
        .message(cx.seen(format!("the way back loses what the migration leaves: {}", listed.join("; "))))
        .why("rows that the migration has nothing to do with are lost for good")
        .help("compare it with what checkrail rollback writes, which keeps them")
        .report();
}
