//! See [`RULE`].

use crate::ir::table::ConstraintKind;
use crate::plan::Lifetime;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::key::ObjectKey;

rule! {
    /// A generated primary key runs out of numbers at 2,147,483,647.
    ///
    /// ## What it flags
    /// New tables whose primary key is one column of type `integer` or `smallint` that the database counts up: `serial`,
    /// an identity column, or a default of `nextval`. Keys that are given by people, such as the number of a status, are
    /// left out.
    ///
    /// ## Why it hurts
    /// Numbers of failed inserts and rolled back transactions are used up too. When they are gone, every insert fails,
    /// and the way out is to rewrite the table and every column that references it.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE events (id serial PRIMARY KEY);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE events (id integer GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    /// CREATE TABLE statuses (id smallint PRIMARY KEY, name text NOT NULL);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use `bigint GENERATED ALWAYS AS IDENTITY` while the table is new.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT>
    name: "integer-primary-key",
    category: Design,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pgsafe", "prefer-bigint-primary-key"),
        ("squawk", "prefer-bigint-over-int"),
        ("squawk", "prefer-bigint-over-smallint"),
        ("strong_migrations", "primary_key_type"),
        ("online_migrations", "short_primary_key_type"),
        ("pg-migration-lint", "PGM107"),
        ("migrationpilot", "MP038"),
        ("migrationpilot", "MP068"),
        ("diesel-guard", "ShortIntegerPrimaryKeyCheck"),
        ("postgres-language-server", "preferBigInt"),
        ("postgres-language-server", "preferBigintOverInt"),
        ("postgres-language-server", "preferBigintOverSmallint"),
        ("pgfence", "prefer-bigint-over-int"),
        ("skeema", "pk-type"),
    ],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        for change in &step.changes {
            let ObjectKey::Relation(name) = &change.key else { continue };
            // A renamed table appears under a new name, but it is not new.
            let new = change.before.is_none() && (cx.lifetime)(name) == Lifetime::Created;
            let Some(table) = cx.schema.table(name).filter(|_| new && change.after.is_some()) else {
                continue;
            };
            let Some(ConstraintKind::PrimaryKey(key)) = table.primary_key().map(|c| &c.kind) else {
                continue;
            };
            let [column] = key.columns.as_slice() else { continue };
            let Some(column) = table.column(column) else { continue };
            let small = column.data_type.is("int4") || column.data_type.is("int2");
            let called = |f: &crate::ir::expr::Expr| f.functions.iter().any(|f| f.name == *"nextval");
            let counted = column.identity.is_some() || column.default.as_ref().is_some_and(called);
            if !small || !counted || table.partition_of.is_some() {
                continue;
            }
            let most = if column.data_type.is("int4") { "2,147,483,647" } else { "32,767" };
            sink.step(step)
                .object(format!("{name}.{}", column.name))
                .message(format!(
                    "the generated key {name}.{} is {}, which ends at {most}",
                    column.name, column.data_type
                ))
                .why("numbers of failed inserts count too, and when they are used up every insert fails")
                .help("make it bigint while the table is new")
                .report();
        }
    }
}
