//! `CREATE TABLE` in all its forms, views and materialized views.

use super::column::{column, constraint, detached_constraints, foreign_options, keys};
use super::line::{Line, block, commas};
use super::object::{columns, ident, options, relation, relations};
use crate::ir::table::{
    CreateMatview, CreateTable, CreateView, LikeClause, Options, PartitionBound, PartitionBy,
    PartitionStrategy, Persistence,
};
use crate::name::Dialect;

/// `CREATE TABLE`.
pub(super) fn create_table(create: &CreateTable, dialect: Dialect) -> String {
    let Some(name) = &create.name else { return super::not_held("CREATE TABLE without a name") };
    let persistence = match (create.persistence, dialect) {
        (Persistence::Permanent, _) | (Persistence::Unlogged, Dialect::MySql | Dialect::Sqlite) => "",
        (Persistence::Unlogged, Dialect::PostgreSql) => "UNLOGGED",
        (Persistence::Temporary, _) => "TEMPORARY",
    };
    let mut line = Line::new("CREATE")
        .word(persistence)
        .when(create.foreign_server.is_some(), "FOREIGN")
        .word("TABLE")
        .when(create.if_not_exists, "IF NOT EXISTS")
        .word(relation(name, dialect));
    if let Some(data_type) = &create.of_type {
        // A plain name to the grammar: `OF bigint` would be a type of that name.
        line = line.clause("OF", Some(relation(&data_type.name, dialect)));
    }
    if let Some((parent, _)) = &create.partition_of {
        line = line.clause("PARTITION OF", Some(relation(parent, dialect)));
    }
    line = elements(line, create, dialect);
    if let Some((_, bound)) = &create.partition_of {
        line = line.line(partition_bound(bound));
    }
    line = line
        .list("INHERITS", &relations(&create.inherits, dialect))
        .clause("PARTITION BY", create.partition_by.as_ref().map(|by| partition_by(by, dialect)))
        .clause("USING", create.access_method.as_ref().map(|method| ident(method, dialect)));
    line = match &create.foreign_server {
        Some(server) => line
            .clause("SERVER", Some(ident(server, dialect)))
            .list("OPTIONS", &foreign_options(&create.options)),
        None => line.list("WITH", &options(&create.options)),
    };
    line = line
        .clause("ON COMMIT", create.on_commit.as_ref())
        .clause("TABLESPACE", create.tablespace.as_ref().map(|space| ident(space, dialect)))
        .clause("", create.extra.as_ref());
    let Some(query) = &create.as_query else { return line.done() };
    let no_data = if create.with_data { "" } else { "\nWITH NO DATA" };
    format!("{}\n{}{no_data}", line.word("AS").done(), super::verbatim(&query.sql))
}

/// Columns, constraints and `LIKE` clauses in parentheses, where there must or may be any.
fn elements(line: Line, create: &CreateTable, dialect: Dialect) -> Line {
    let bare_columns = create.as_query.is_some() && create.columns.iter().all(|c| c.data_type.is_none());
    if bare_columns {
        return line.list("", &commas(&create.columns, |c| ident(&c.name, dialect).into_owned()));
    }
    if dialect == Dialect::MySql
        && create.columns.is_empty()
        && let [like] = create.like.as_slice()
    {
        return line.clause("LIKE", Some(relation(&like.source, dialect)));
    }
    let mut items = Vec::new();
    // What is copied from another table stands between the columns: it decides their order.
    let mut likes = create.like.iter().peekable();
    for (at, item) in create.columns.iter().enumerate() {
        while let Some(like) = likes.next_if(|like| like.position <= at) {
            items.push(like_clause(like, dialect));
        }
        items.push(column(item, dialect));
    }
    items.extend(likes.map(|like| like_clause(like, dialect)));
    items.extend(create.columns.iter().flat_map(|c| detached_constraints(c, dialect)));
    items.extend(create.constraints.iter().map(|c| constraint(c, dialect)));
    let may_be_absent =
        create.of_type.is_some() || create.partition_of.is_some() || create.as_query.is_some();
    if items.is_empty() && may_be_absent { line } else { line.word(block(&items)) }
}

/// `LIKE source INCLUDING …`.
fn like_clause(like: &LikeClause, dialect: Dialect) -> String {
    // `INCLUDING ALL` stands for as many things as the server's version knows: nine since PostgreSQL 14.
    let including = if like.including.len() == 9 {
        "INCLUDING ALL".into()
    } else {
        let each = like.including.iter().map(|what| format!("INCLUDING {}", what.to_ascii_uppercase()));
        each.collect::<Vec<_>>().join(" ")
    };
    Line::new("LIKE").word(relation(&like.source, dialect)).word(including).done()
}

/// The strategy and the keys of `PARTITION BY`.
fn partition_by(by: &PartitionBy, dialect: Dialect) -> String {
    let strategy = match by.strategy {
        PartitionStrategy::Range => "RANGE",
        PartitionStrategy::List => "LIST",
        PartitionStrategy::Hash => "HASH",
    };
    format!("{strategy} ({})", keys(&by.keys, dialect))
}

/// `FOR VALUES …` or `DEFAULT`.
pub(super) fn partition_bound(bound: &PartitionBound) -> String {
    match bound {
        PartitionBound::Default => "DEFAULT".into(),
        PartitionBound::Range { from, to } => {
            format!("FOR VALUES FROM ({}) TO ({})", from.join(", "), to.join(", "))
        }
        PartitionBound::List(values) => format!("FOR VALUES IN ({})", values.join(", ")),
        PartitionBound::Hash { modulus, remainder } => {
            format!("FOR VALUES WITH (MODULUS {modulus}, REMAINDER {remainder})")
        }
    }
}

/// `CREATE VIEW`.
pub(super) fn create_view(create: &CreateView, dialect: Dialect) -> String {
    let mysql = dialect == Dialect::MySql;
    let line = Line::new("CREATE").when(create.or_replace, "OR REPLACE");
    let line = if mysql { mysql_view_options(line, &create.options) } else { line };
    let head = line
        .when(create.temporary, "TEMPORARY")
        .when(create.recursive, "RECURSIVE")
        .clause("VIEW", Some(relation(&create.name, dialect)))
        .list("", &columns(&create.columns, dialect))
        .list("WITH", &if mysql { String::new() } else { options(&create.options) })
        .word("AS")
        .done();
    let check = create
        .check_option
        .map_or(String::new(), |level| format!("\nWITH {} CHECK OPTION", level.to_ascii_uppercase()));
    format!("{head}\n{}{check}", super::verbatim(&create.query.sql))
}

/// MySQL says before `VIEW` who runs it and how.
fn mysql_view_options(line: Line, options: &Options) -> Line {
    options.iter().fold(line, |line, (name, value)| match name.as_str() {
        "algorithm" => line.word(format!("ALGORITHM = {}", value.to_ascii_uppercase())),
        "definer" => line.word(format!("DEFINER = {value}")),
        "security_invoker" => {
            line.word(if value == "false" { "SQL SECURITY DEFINER" } else { "SQL SECURITY INVOKER" })
        }
        _ => line,
    })
}

/// `CREATE MATERIALIZED VIEW`.
pub(super) fn create_matview(create: &CreateMatview, dialect: Dialect) -> String {
    let head = Line::new("CREATE MATERIALIZED VIEW")
        .when(create.if_not_exists, "IF NOT EXISTS")
        .word(relation(&create.name, dialect))
        .list("", &columns(&create.columns, dialect))
        .clause("USING", create.access_method.as_ref().map(|method| ident(method, dialect)))
        .list("WITH", &options(&create.options))
        .clause("TABLESPACE", create.tablespace.as_ref().map(|space| ident(space, dialect)))
        .word("AS")
        .done();
    let no_data = if create.with_data { "" } else { "\nWITH NO DATA" };
    format!("{head}\n{}{no_data}", super::verbatim(&create.query.sql))
}
