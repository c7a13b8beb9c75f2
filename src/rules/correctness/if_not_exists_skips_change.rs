//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::index::IndexKey;
use crate::ir::table::TableAction;
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::rule;
use crate::rules::{Sink, StepContext};
use crate::text::Span;

rule! {
    /// `IF NOT EXISTS` makes the server skip a definition that differs from what is there.
    ///
    /// ## What it flags
    /// `CREATE TABLE IF NOT EXISTS` of a table that exists with other columns, `ADD COLUMN IF NOT EXISTS` of a
    /// column that exists with another type, and `CREATE INDEX IF NOT EXISTS` of an index name that stands for
    /// another index.
    ///
    /// ## Why it hurts
    /// The server compares nothing but the name. The migration succeeds, and the columns or the index that the code
    /// needs are not there.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE users (id bigint PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text, phone text);
    /// ```
    /// ```sql flagged
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS email varchar(100);
    /// ```
    /// ```sql flagged
    /// CREATE INDEX IF NOT EXISTS users_email_idx ON users (lower(email));
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text;
    /// ```
    ///
    /// ## Safe rewrite
    /// Write what has to change: `ALTER TABLE … ADD COLUMN`, or an index under another name.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createtable.html>
    name: "if-not-exists-skips-change",
    category: Correctness,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM403")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, statement) in cx.ops() {
        match op {
            DdlOp::CreateTable(create) if create.if_not_exists => {
                let Some(table) = create.name.as_ref().and_then(|name| cx.schema.table(name)) else {
                    continue;
                };
                let missing: Vec<&str> = create
                    .columns
                    .iter()
                    .filter(|c| table.columns_known && table.column(&c.name).is_none())
                    .map(|c| c.name.as_str())
                    .collect();
                if !missing.is_empty() {
                    let name = &table.name;
                    let message =
                        format!("{name} exists, and IF NOT EXISTS does not add {}", missing.join(", "));
                    report(cx, sink, name, message, statement);
                }
            }
            DdlOp::AlterTable(alter) => {
                let Some(table) = cx.schema.table(&alter.name) else { continue };
                for (action, span) in &alter.actions {
                    let TableAction::AddColumn { column, if_not_exists: true } = action else { continue };
                    let (Some(known), Some(wanted)) = (table.column(&column.name), &column.data_type) else {
                        continue;
                    };
                    let object = format!("{}.{}", table.name, column.name);
                    let span = if span.start == span.end { statement } else { *span };
                    if !same_type(&known.data_type, wanted) {
                        let message = format!(
                            "{object} exists as {}, and IF NOT EXISTS does not make it {wanted}",
                            known.data_type
                        );
                        report(cx, sink, object, message, span);
                    }
                }
            }
            DdlOp::CreateIndex(create) if create.if_not_exists => {
                let Some(name) = &create.name else { continue };
                let table = cx.schema.relation_name(&create.table);
                let Some(index) = cx.schema.index(&table.sibling(name.clone())) else { continue };
                let columns = |keys: &[IndexKey]| -> Vec<Option<Ident>> {
                    keys.iter().map(|key| key.as_column().cloned()).collect()
                };
                let same = index.table == table
                    && index.unique == create.unique
                    && columns(&index.keys) == columns(&create.keys)
                    && index.predicate.is_some() == create.predicate.is_some();
                if !same {
                    let message = format!(
                        "{} exists as another index, and IF NOT EXISTS leaves it as it is",
                        index.name
                    );
                    report(cx, sink, &index.name, message, statement);
                }
            }
            _ => {}
        }
    }
}

fn report(cx: &StepContext<'_>, sink: &mut Sink<'_>, object: impl ToString, message: String, span: Span) {
    sink.step(cx.step)
        .span(span)
        .object(object)
        .message(message)
        .why("the server compares nothing but the name, and reports success")
        .help("write the change itself, for example ALTER TABLE … ADD COLUMN")
        .report();
}

/// Whether a type that is written is the one that is there: `serial` is its integer, and the schema of a user's type
/// need not be written.
fn same_type(known: &TypeName, wanted: &TypeName) -> bool {
    let base = wanted.serial_base().map_or_else(|| wanted.clone(), TypeName::builtin);
    known.array.min(1) == base.array.min(1)
        && known.name.name == base.name.name
        && (known.modifiers == base.modifiers
            || known.modifiers.len() != base.modifiers.len()
                && known.modifiers.is_empty()
                && base.is("bpchar"))
}
