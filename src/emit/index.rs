//! Indexes and the maintenance commands.

use super::column::keys;
use super::data::relations_or_only;
use super::line::Line;
use super::object::{columns, ident, literal, options, relation};
use crate::ir::index::{Cluster, CreateIndex, RefreshMatview, Reindex, ReindexTarget, Vacuum};
use crate::name::{Dialect, QName};

/// `CREATE INDEX`.
pub(super) fn create_index(create: &CreateIndex, dialect: Dialect) -> String {
    match dialect {
        Dialect::PostgreSql => postgres(create),
        Dialect::MySql => mysql(create),
        Dialect::Sqlite => sqlite(create),
    }
}

fn postgres(create: &CreateIndex) -> String {
    let dialect = Dialect::PostgreSql;
    Line::new("CREATE")
        .when(create.unique, "UNIQUE")
        .word("INDEX")
        .when(create.concurrently, "CONCURRENTLY")
        // The grammar wants a name behind `IF NOT EXISTS`.
        .when(create.if_not_exists && create.name.is_some(), "IF NOT EXISTS")
        .clause("", create.name.as_ref().map(|name| ident(name, dialect)))
        .word("ON")
        .when(create.only, "ONLY")
        .word(relation(&create.table, dialect))
        .clause("USING", (create.method != "btree").then(|| ident(&create.method, dialect)))
        .word(format!("({})", keys(&create.keys, dialect)))
        .list("INCLUDE", &columns(&create.include, dialect))
        .when(create.nulls_not_distinct, "NULLS NOT DISTINCT")
        .list("WITH", &options(&create.options))
        .clause("TABLESPACE", create.tablespace.as_ref().map(|space| ident(space, dialect)))
        .clause("WHERE", create.predicate.as_ref().map(|predicate| predicate.sql.as_str()))
        .done()
}

/// MySQL has neither partial nor covering indexes; `FULLTEXT`, `SPATIAL` and `VECTOR` are kinds, not methods. `CREATE INDEX`
/// wants a name, `ALTER TABLE … ADD INDEX` makes one up.
fn mysql(create: &CreateIndex) -> String {
    let dialect = Dialect::MySql;
    let method = create.method.to_ascii_uppercase();
    let kind = matches!(method.as_str(), "FULLTEXT" | "SPATIAL" | "VECTOR");
    let table = relation(&create.table, dialect);
    let head = match &create.name {
        Some(_) => Line::new("CREATE"),
        None => Line::new("ALTER TABLE").word(&table).word("ADD"),
    };
    let head = head
        .when(create.unique, "UNIQUE")
        .when(kind, &method)
        .word("INDEX")
        .when(create.if_not_exists, "IF NOT EXISTS");
    let head = match &create.name {
        Some(name) => head.word(ident(name, dialect)).clause("ON", Some(table)),
        None => head,
    };
    let line = head
        .word(format!("({})", keys(&create.keys, dialect)))
        .clause("USING", (!kind && method != "BTREE").then_some(method));
    create.options.iter().fold(line, |line, (name, value)| line.word(mysql_option(name, value))).done()
}

/// An option of a MySQL index.
fn mysql_option(name: &str, value: &str) -> String {
    let dialect = Dialect::MySql;
    match name {
        "comment" => format!("COMMENT {}", literal(value, dialect)),
        "parser" => format!("WITH PARSER {}", ident(value, dialect)),
        _ if value.is_empty() => name.to_ascii_uppercase(),
        "engine_attribute" | "secondary_engine_attribute" => {
            format!("{} = {}", name.to_ascii_uppercase(), literal(value, dialect))
        }
        _ => format!("{} = {}", name.to_ascii_uppercase(), value.to_ascii_uppercase()),
    }
}

/// SQLite writes the schema before the index, not before the table.
fn sqlite(create: &CreateIndex) -> String {
    let dialect = Dialect::Sqlite;
    let name =
        create.name.as_ref().map(|name| QName { schema: create.table.schema.clone(), name: name.clone() });
    Line::new("CREATE")
        .when(create.unique, "UNIQUE")
        .word("INDEX")
        .when(create.if_not_exists, "IF NOT EXISTS")
        .clause("", name.map(|name| relation(&name, dialect)))
        .clause("ON", Some(ident(&create.table.name, dialect)))
        .word(format!("({})", keys(&create.keys, dialect)))
        .clause("WHERE", create.predicate.as_ref().map(|predicate| predicate.sql.as_str()))
        .done()
}

/// `REINDEX`.
pub(super) fn reindex(reindex: &Reindex, dialect: Dialect) -> String {
    let (kind, name) = match &reindex.target {
        ReindexTarget::Index(name) => ("INDEX", relation(name, dialect)),
        ReindexTarget::Table(name) => ("TABLE", relation(name, dialect)),
        ReindexTarget::Schema(name) => ("SCHEMA", ident(name, dialect).into_owned()),
        ReindexTarget::Database => ("DATABASE", String::new()),
        ReindexTarget::System => ("SYSTEM", String::new()),
    };
    if dialect == Dialect::Sqlite {
        return Line::new("REINDEX").word(name).done();
    }
    Line::new("REINDEX").word(kind).when(reindex.concurrently, "CONCURRENTLY").word(name).done()
}

/// `CLUSTER`.
pub(super) fn cluster(cluster: &Cluster, dialect: Dialect) -> String {
    Line::new("CLUSTER")
        .clause("", cluster.table.as_ref().map(|table| relation(table, dialect)))
        .clause("USING", cluster.index.as_ref().map(|index| ident(index, dialect)))
        .done()
}

/// `VACUUM` and `ANALYZE`.
pub(super) fn vacuum(vacuum: &Vacuum, dialect: Dialect) -> String {
    let tables = relations_or_only(&vacuum.tables, &vacuum.only, dialect);
    match dialect {
        Dialect::PostgreSql => {}
        // The IR has `OPTIMIZE TABLE`, which rebuilds the table, as a full vacuum.
        Dialect::MySql => {
            return Line::new(if vacuum.vacuum { "OPTIMIZE TABLE" } else { "ANALYZE TABLE" })
                .word(tables)
                .done();
        }
        Dialect::Sqlite => {
            return Line::new(if vacuum.vacuum { "VACUUM" } else { "ANALYZE" }).word(tables).done();
        }
    }
    if !vacuum.vacuum {
        return Line::new("ANALYZE").word(tables).done();
    }
    let mut list = Vec::new();
    if vacuum.full {
        list.push("FULL");
    }
    if vacuum.analyze {
        list.push("ANALYZE");
    }
    Line::new("VACUUM").list("", &list.join(", ")).word(tables).done()
}

/// `REFRESH MATERIALIZED VIEW`.
pub(super) fn refresh(refresh: &RefreshMatview, dialect: Dialect) -> String {
    Line::new("REFRESH MATERIALIZED VIEW")
        .when(refresh.concurrently, "CONCURRENTLY")
        .word(relation(&refresh.name, dialect))
        .when(!refresh.with_data, "WITH NO DATA")
        .done()
}
