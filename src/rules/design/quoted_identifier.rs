//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::table::TableAction;
use crate::name::{Ident, QName};
use crate::quote::{KeywordCategory, keyword, quote_ident};
use crate::rule;
use crate::rules::{Sink, StepContext};

rule! {
    /// A name has to be quoted wherever it is used.
    ///
    /// ## What it flags
    /// New tables, views and columns whose names hold capitals, blanks or signs, or are keywords of SQL. Reported
    /// once for each table.
    ///
    /// ## Why it hurts
    /// Unquoted names are folded to lower case, and keywords are not taken for names: every query, and every tool
    /// that writes one, has to quote these. What was forgotten is an error at run time.
    ///
    /// ## Flagged
    /// ```sql flagged
    /// CREATE TABLE "Users" (id bigint PRIMARY KEY, "firstName" text);
    /// ```
    /// ```sql flagged
    /// CREATE TABLE "order" (id bigint PRIMARY KEY);
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE TABLE users (id bigint PRIMARY KEY, first_name text);
    /// ```
    ///
    /// ## Safe rewrite
    /// Use lower case letters, digits and underscores, and no keyword.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>
    /// - <https://www.postgresql.org/docs/current/sql-keywords-appendix.html>
    name: "quoted-identifier",
    category: Design,
    severity: Advice,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("pg-migration-lint", "PGM509"), ("pglinter", "B005"), ("pglinter", "B010")],
    options: [],
    check: Step(check),
}

fn check(cx: &StepContext<'_>, sink: &mut Sink<'_>) {
    for (op, span) in cx.ops() {
        let (relation, names): (&QName, Vec<&Ident>) = match op {
            DdlOp::CreateTable(create) => {
                let Some(name) = &create.name else { continue };
                (name, std::iter::once(&name.name).chain(create.columns.iter().map(|c| &c.name)).collect())
            }
            DdlOp::CreateView(view) => (&view.name, vec![&view.name.name]),
            DdlOp::CreateMatview(view) => (&view.name, vec![&view.name.name]),
            DdlOp::AlterTable(alter) => {
                let added = alter.actions.iter().filter_map(|(action, _)| match action {
                    TableAction::AddColumn { column, .. } => Some(&column.name),
                    _ => None,
                });
                (&alter.name, added.collect())
            }
            _ => continue,
        };
        // A keyword that is only no function name needs no quotes as a column.
        let awkward = |name: &&&Ident| quote_ident(name).starts_with('"') && needs_quotes(name);
        let quoted: Vec<String> = names.iter().filter(awkward).map(|n| format!("\"{n}\"")).collect();
        let Some(first) = quoted.first() else { continue };
        let more = if quoted.len() > 1 { format!(" and {} more", quoted.len() - 1) } else { String::new() };
        sink.step(cx.step)
            .span(span)
            .object(cx.schema.relation_name(relation))
            .message(format!("{first}{more} has to be quoted wherever it is used"))
            .why("unquoted names are folded to lower case, and keywords are not taken for names")
            .help("use lower case letters, digits and underscores, and no keyword")
            .report();
    }
}

fn needs_quotes(name: &str) -> bool {
    keyword(name).is_none_or(|category| category == KeywordCategory::Reserved)
}
