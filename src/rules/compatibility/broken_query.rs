//! See [`RULE`].

use crate::rule;

rule! {
    /// A query of the application fails once the migration has run.
    ///
    /// ## What it flags
    /// With `review --queries`, each query that works on the schema before the change set and fails on the one after
    /// it, at the statement that does it: tables and columns that are gone or have other names, `INSERT` without a
    /// column that must have a value now, labels that an enum no longer has, functions that are gone or take other
    /// arguments, literals that are too long for a narrowed type, `ON CONFLICT` whose unique index is gone. Queries that
    /// cannot be read or resolved are counted and not judged.
    ///
    /// ## Why it hurts
    /// The code that runs while the migration is deployed still sends these queries, and gets errors from the moment of
    /// commit until the last instance is replaced.
    ///
    /// ## Safe rewrite
    /// Expand, then contract: deploy code that needs neither the old nor the new form, or keep both in step, and take
    /// away the old one in a later migration.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    name: "broken-query",
    category: Compatibility,
    severity: Error,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: Engine,
}
