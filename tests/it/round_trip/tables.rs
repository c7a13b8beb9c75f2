//! Tables, constraints, indexes.

use checkrail::ir::table::{ConstraintKind, PartitionStrategy};
use checkrail::quote::{quote_ident, quote_qname};
use checkrail::schema::model::{Column, Table, TableKind, UserTypeKind};

use super::kinds::Demand;
use super::world::World;

pub fn create_table(world: &mut World<'_>) -> Option<String> {
    match world.below(10) {
        0..=3 => plain(world),
        4 => partitioned(world),
        5 => partition(world),
        6 => inherited(world),
        7 => {
            let like = world.table()?;
            let name = world.new_name("t");
            let including = world.word(&["", " INCLUDING ALL", " INCLUDING DEFAULTS INCLUDING INDEXES"]);
            Some(format!("CREATE TABLE {name} (LIKE {}{including})", quote_qname(&like.name)))
        }
        8 => {
            let query = super::views::query(world, true)?;
            let name = world.new_name("t");
            Some(format!("CREATE TABLE {name} AS {query}"))
        }
        _ => {
            let of = world.user_type(|kind| matches!(kind, UserTypeKind::Composite(a) if !a.is_empty()))?;
            let name = world.new_name("t");
            Some(format!("CREATE TABLE {name} OF {}", quote_qname(&of.name)))
        }
    }
}

fn plain(world: &mut World<'_>) -> Option<String> {
    let unlogged = world.maybe("UNLOGGED ");
    let name = world.new_name("t");
    let id = world.word(&[
        "id integer PRIMARY KEY",
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "id serial PRIMARY KEY",
        "id integer",
        "id bigserial NOT NULL UNIQUE",
    ]);
    let mut parts = vec![id.to_owned()];
    for number in 0..world.below(4) {
        parts.push(column(world, &format!("c{number}"), true));
    }
    if world.one_in(3) && parts.len() > 1 {
        parts.push("CHECK (id > 0)".to_owned());
    }
    let options = world.word(&["", "", " WITH (fillfactor = 70)", " WITH (autovacuum_enabled = false)"]);
    Some(format!("CREATE {unlogged}TABLE {name} ({}){options}", parts.join(", ")))
}

/// A column with its type, default and constraints; `alone` when no rows have to be thought of.
pub fn column(world: &mut World<'_>, name: &str, alone: bool) -> String {
    let ty = world.data_type();
    let mut text = format!("{name} {ty}");
    let parsed = super::data_type(&ty);
    if world.one_in(2)
        && let Some(value) = parsed.as_ref().and_then(|ty| world.value(ty))
    {
        text = format!("{text} DEFAULT {value}");
    }
    if world.one_in(3) && alone {
        text.push_str(" NOT NULL");
    }
    if world.one_in(4) {
        text.push_str(world.word(&[" UNIQUE", ""]));
    }
    if world.one_in(5) {
        text = format!("{text} CHECK ({name} IS NOT NULL)");
    }
    if matches!(ty.as_str(), "text" | "varchar(20)") && world.one_in(4) {
        text = format!("{text} COLLATE \"C\"");
    }
    if world.one_in(6)
        && let Some(target) = world.table_where(|t| !key(t).is_empty())
        && let [column] = key(target)[..]
        && parsed.is_some_and(|ty| ty == column.data_type)
    {
        text = format!("{text} REFERENCES {}", quote_qname(&target.name));
    }
    text
}

/// The columns of the primary key.
fn key(table: &Table) -> Vec<&Column> {
    match table.primary_key().map(|c| &c.kind) {
        Some(ConstraintKind::PrimaryKey(key)) => {
            key.columns.iter().filter_map(|name| table.column(name)).collect()
        }
        _ => Vec::new(),
    }
}

fn partitioned(world: &mut World<'_>) -> Option<String> {
    let name = world.new_name("p");
    let by = world.word(&["RANGE (id)", "LIST (id)", "HASH (id)"]);
    let key = world.word(&["id integer PRIMARY KEY", "id integer NOT NULL", "id integer"]);
    let more = column(world, "c0", true).replace(" UNIQUE", "");
    Some(format!("CREATE TABLE {name} ({key}, {more}) PARTITION BY {by}"))
}

/// A bound that no partition has yet.
pub fn bound(world: &mut World<'_>, parent: &Table) -> Option<String> {
    let TableKind::Partitioned(by) = &parent.kind else { return None };
    let number = world.schema.children_of(&parent.name).len();
    Some(match by.strategy {
        PartitionStrategy::Range => {
            format!("FOR VALUES FROM ({}) TO ({})", number * 10, number * 10 + 10)
        }
        PartitionStrategy::List => format!("FOR VALUES IN ({number})"),
        PartitionStrategy::Hash => {
            if number > 3 {
                return None;
            }
            format!("FOR VALUES WITH (MODULUS 4, REMAINDER {number})")
        }
    })
}

fn partition(world: &mut World<'_>) -> Option<String> {
    let parent = world.table_where(Table::is_partitioned)?;
    let bound = bound(world, parent)?;
    let name = world.new_name("t");
    Some(format!("CREATE TABLE {name} PARTITION OF {} {bound}", quote_qname(&parent.name)))
}

fn inherited(world: &mut World<'_>) -> Option<String> {
    let parent = world.table_where(|t| {
        matches!(t.kind, TableKind::Ordinary) && t.partition_of.is_none() && t.of_type.is_none()
    })?;
    let name = world.new_name("t");
    Some(format!("CREATE TABLE {name} (own text) INHERITS ({})", quote_qname(&parent.name)))
}

/// The definition of a constraint for a table, without `ADD`.
pub fn constraint(world: &mut World<'_>, table: &Table, demand: Demand) -> Option<String> {
    let name = world.new_part(table, "con");
    let timing = world.word(&["", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
    let body = match demand {
        Demand::Check => {
            let column = world.column(table)?;
            let condition = world.condition(column);
            let end = world.word(&["", " NOT VALID", " NO INHERIT"]);
            let end = if end == " NO INHERIT" && table.is_partitioned() { "" } else { end };
            format!("CHECK ({condition}){end}")
        }
        Demand::NotNull => {
            if !world.server(18) {
                return None;
            }
            let column = world.column_where(table, |c| c.not_null.is_none())?;
            let end = world.maybe(" NOT VALID");
            format!("NOT NULL {}{end}", quote_ident(&column.name))
        }
        Demand::PrimaryKey => {
            if table.primary_key().is_some() {
                return None;
            }
            format!("PRIMARY KEY ({}){timing}", quote_ident(&sortable(world, table)?.name))
        }
        Demand::Unique => {
            let one = sortable(world, table)?;
            let nulls = if world.server(15) { world.maybe(" NULLS NOT DISTINCT") } else { "" };
            let include = match sortable(world, table) {
                Some(other) if world.one_in(4) && other.name != one.name => {
                    format!(" INCLUDE ({})", quote_ident(&other.name))
                }
                _ => String::new(),
            };
            format!("UNIQUE{nulls} ({}){include}{timing}", quote_ident(&one.name))
        }
        Demand::ForeignKey => {
            let target = world.table_where(|t| key(t).len() == 1)?;
            let wanted = &key(target)[0].data_type;
            let column = world.column_where(table, |c| c.data_type == *wanted)?;
            let actions = world.word(&["", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE"]);
            let valid = if table.is_partitioned() { "" } else { world.maybe(" NOT VALID") };
            let (table, column) = (quote_qname(&target.name), quote_ident(&column.name));
            format!("FOREIGN KEY ({column}) REFERENCES {table}{actions}{timing}{valid}")
        }
        Demand::Exclude => {
            if table.is_partitioned() {
                return None;
            }
            let column = sortable(world, table)?;
            let filter = match world.column(table) {
                Some(column) if world.one_in(2) => format!(" WHERE ({})", world.condition(column)),
                _ => String::new(),
            };
            format!("EXCLUDE USING btree ({} WITH =){filter}", quote_ident(&column.name))
        }
    };
    Some(if world.one_in(4) { body } else { format!("CONSTRAINT {name} {body}") })
}

/// A column that an index can have.
fn sortable<'t>(world: &mut World<'_>, table: &'t Table) -> Option<&'t Column> {
    world.column_where(table, |c| {
        c.data_type.array == 0
            && (c.data_type.name.schema.is_none() || c.data_type.name.name.starts_with("mood"))
    })
}

pub fn create_index(world: &mut World<'_>) -> Option<String> {
    if world.one_in(6) {
        let view = world.view(true)?;
        let column = view.columns.first()?;
        let name = format!("idx{}", world.schema.objects().count());
        let (view, column) = (quote_qname(&view.name), quote_ident(&column.name));
        return Some(format!("CREATE INDEX {name} ON {view} ({column})"));
    }
    let table = world.table()?;
    let column = sortable(world, table)?;
    let name = quote_ident(&column.name).into_owned();
    let unique = if table.is_partitioned() { "" } else { world.maybe("UNIQUE ") };
    let is_text = column.data_type.is("text") || column.data_type.is("varchar");
    let key = match world.below(5) {
        1 if is_text => format!("lower({name})"),
        2 if is_text => format!("{name} COLLATE \"C\" text_pattern_ops"),
        3 => format!("{name} DESC NULLS LAST"),
        4 => match sortable(world, table) {
            Some(other) => format!("{name}, {}", quote_ident(&other.name)),
            None => name,
        },
        _ => name,
    };
    let concurrently = if table.is_partitioned() { "" } else { world.maybe("CONCURRENTLY ") };
    let only = if table.is_partitioned() { world.maybe("ONLY ") } else { "" };
    let filter = match world.column(table) {
        Some(column) if world.one_in(3) => format!(" WHERE {}", world.condition(column)),
        _ => String::new(),
    };
    let options = world.word(&["", "", " WITH (fillfactor = 80)"]);
    let stem = format!("idx{}", world.below(4));
    let index = world.new_name(&stem);
    let index = index.rsplit_once('.').map_or(index.as_str(), |(_, name)| name);
    let named = if world.one_in(4) && concurrently.is_empty() { "" } else { index };
    let table = quote_qname(&table.name);
    Some(format!("CREATE {unique}INDEX {concurrently}{named} ON {only}{table} ({key}){options}{filter}"))
}
