//! See [`RULE`].

use super::confidence;
use crate::effects::fact::ScanReason;
use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::data::LockMode;
use crate::ir::types::DomainAction;
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A constraint of a domain is proven for all tables that use it while writes to them wait.
    ///
    /// ## What it flags
    /// `ALTER DOMAIN … ADD CHECK` without `NOT VALID` and `SET NOT NULL`, when a table that existed before
    /// the change set has a column of the domain. `VALIDATE CONSTRAINT` takes the same locks and is a
    /// warning, for there is no way round it.
    ///
    /// ## Why it hurts
    /// Every table with a column of the domain is locked with `SHARE` and read in full. Writes to all of them
    /// wait until the last one is done.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE DOMAIN sku AS text;
    /// CREATE TABLE products (id bigint PRIMARY KEY, code sku);
    /// ```
    /// ```sql flagged
    /// ALTER DOMAIN sku ADD CONSTRAINT sku_format CHECK (VALUE ~ '^[A-Z]+$');
    /// ```
    /// ```sql flagged
    /// ALTER DOMAIN sku SET NOT NULL;
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER DOMAIN sku ADD CONSTRAINT sku_format CHECK (VALUE ~ '^[A-Z]+$') NOT VALID;
    /// ```
    /// ```sql accepted
    /// CREATE DOMAIN barcode AS text;
    /// ALTER DOMAIN barcode ADD CHECK (length(VALUE) = 13);
    /// ```
    ///
    /// ## Safe rewrite
    /// Add it with `NOT VALID`: it holds for new values from then on, without a lock on any table. Look for
    /// old values that break it with a query, and validate when writes can wait.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-alterdomain.html>
    name: "domain-constraint-scan",
    category: Locking,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [
        ("squawk", "ban-alter-domain-with-add-constraint"),
        ("pgsafe", "add-domain-constraint-without-not-valid"),
        ("pgsafe", "add-domain-not-null"),
        ("migrationpilot", "MP043"),
        ("diesel-guard", "AddDomainCheckConstraintCheck"),
        ("pgfence", "ban-alter-domain-add-constraint"),
    ],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    let mut tables = Vec::new();
    for scan in &cx.step.effects.scans {
        if scan.reason == ScanReason::DomainConstraint
            && cx.is_existing(&scan.relation)
            && !tables.contains(&&scan.relation)
        {
            tables.push(&scan.relation);
        }
    }
    for (op, span) in cx.ops() {
        let DdlOp::AlterDomain(alter) = op else { continue };
        let (severity, help) = match &alter.action {
            DomainAction::AddConstraint(constraint) if !constraint.not_valid => {
                (Severity::Error, "add it with NOT VALID, and validate it when writes can wait")
            }
            DomainAction::NotNull(true) => (
                Severity::Error,
                "add CHECK (VALUE IS NOT NULL) NOT VALID instead, and validate it when writes can wait",
            ),
            DomainAction::ValidateConstraint(_) => {
                (Severity::Warning, "run it when writes can wait, with lock_timeout set")
            }
            _ => continue,
        };
        let on = match (tables.as_slice(), cx.schema.user_type(&alter.name)) {
            ([], None) if !cx.step.effects.uncertain.is_empty() => {
                format!("every table with a column of {}", alter.name)
            }
            ([], _) => continue,
            ([one], _) => one.to_string(),
            ([first, rest @ ..], _) => format!("{first} and {} more", rest.len()),
        };
        sink.step(cx.step)
            .blocking_work()
            .span(span)
            .object(cx.schema.qualify(&alter.name))
            .severity(severity)
            .confidence(confidence(cx))
            .message(format!(
                "takes {} on {on} to compare every value of the domain {}",
                LockMode::Share,
                alter.name
            ))
            .why("writes to every table with a column of the domain wait until all of them are read")
            .help(help)
            .report();
    }
}
