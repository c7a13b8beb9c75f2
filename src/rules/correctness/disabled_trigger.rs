//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::{FiringState, TableAction, TriggerSelection};
use crate::name::{Ident, QName};
use crate::plan::{Lifetime, Step};
use crate::rule;
use crate::rules::context::ops_of;
use crate::rules::{ChangeSetContext, Sink};
use crate::text::Span;

rule! {
    /// Triggers are switched off, and with them what they check.
    ///
    /// ## What it flags
    /// `DISABLE TRIGGER` of a trigger that is still off at the end of the change set, `DISABLE TRIGGER ALL`, and
    /// `SET session_replication_role = replica`. The latter two are flagged also when they are taken back.
    ///
    /// ## Why it hurts
    /// What a trigger would have checked or kept in step is not, and switching it on again looks at no row that
    /// came in between. `ALL`, and the replication role, switch off the triggers of foreign keys as well: rows that
    /// reference nothing get in, and the constraint still says that it is valid.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE customers (id bigint PRIMARY KEY);
    /// CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
    /// CREATE TRIGGER orders_unchanged BEFORE UPDATE ON orders FOR EACH ROW
    ///   EXECUTE FUNCTION suppress_redundant_updates_trigger();
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders DISABLE TRIGGER orders_unchanged;
    /// ```
    /// ```sql flagged
    /// ALTER TABLE orders DISABLE TRIGGER ALL;
    /// UPDATE orders SET customer_id = 5 WHERE id = 1;
    /// ALTER TABLE orders ENABLE TRIGGER ALL;
    /// ```
    /// ```sql flagged
    /// SET session_replication_role = replica;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// BEGIN;
    /// ALTER TABLE orders DISABLE TRIGGER orders_unchanged;
    /// UPDATE orders SET customer_id = 5 WHERE id = 1;
    /// ALTER TABLE orders ENABLE TRIGGER orders_unchanged;
    /// COMMIT;
    /// ```
    ///
    /// ## Safe rewrite
    /// Disable single triggers by name, and enable them again in the same transaction. Leave those of foreign keys
    /// on.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER>
    name: "disabled-trigger",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM020"), ("migrationpilot", "MP064")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for (op, statement) in ops_of(step) {
            match op {
                DdlOp::AlterTable(alter) => {
                    let table = cx.schema.relation_name(&alter.name);
                    if (cx.lifetime)(&table) != Lifetime::Existing {
                        continue;
                    }
                    for (action, span) in &alter.actions {
                        let TableAction::TriggerState { which, state: FiringState::Disabled } = action else {
                            continue;
                        };
                        let span = if span.start == span.end { statement } else { *span };
                        if let Some((message, why)) = judged(cx, &table, which) {
                            report(sink, step, span, &table.to_string(), message, why);
                        }
                    }
                }
                DdlOp::Set(set)
                    if set.name == "session_replication_role"
                        && set.values.first().is_some_and(|v| v.eq_ignore_ascii_case("replica")) =>
                {
                    let message = "switches off all triggers and foreign keys for the session".to_owned();
                    report(sink, step, statement, &set.name, message, UNCHECKED);
                }
                _ => {}
            }
        }
    }
}

const UNCHECKED: &str =
    "rows that reference nothing get in meanwhile, and the constraints still say that they are valid";

fn judged(
    cx: &ChangeSetContext<'_>,
    table: &QName,
    which: &TriggerSelection,
) -> Option<(String, &'static str)> {
    let disabled = |name: Option<&Ident>| {
        cx.schema.table(table).is_some_and(|t| {
            let mut meant = t.triggers.iter().filter(|x| name.is_none_or(|name| x.def.name == *name));
            meant.any(|x| x.state == FiringState::Disabled)
        })
    };
    let why = "what it checks or keeps in step is not, for every row that comes until it is on again";
    match which {
        TriggerSelection::All => {
            Some((format!("switches off all triggers of {table}, those of its foreign keys too"), UNCHECKED))
        }
        TriggerSelection::User if disabled(None) => {
            Some((format!("switches off the triggers of {table} and leaves them off"), why))
        }
        TriggerSelection::Named(name) if disabled(Some(name)) => {
            Some((format!("switches off the trigger {name} of {table} and leaves it off"), why))
        }
        TriggerSelection::User | TriggerSelection::Named(_) => None,
    }
}

fn report(sink: &mut Sink<'_>, step: &Step, span: Span, object: &str, message: String, why: &str) {
    sink.step(step)
        .span(span)
        .object(object)
        .message(message)
        .why(why)
        .help("disable single triggers by name, and enable them again in the same transaction")
        .report();
}
