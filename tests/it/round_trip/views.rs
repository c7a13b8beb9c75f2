//! Queries, views, sequences and types.

use checkrail::quote::{quote_ident, quote_literal, quote_qname};
use checkrail::schema::model::{Object, Table, TableKind, UserTypeKind};

use super::world::World;

/// A relation that a query can read, with its columns.
fn source(world: &mut World<'_>, stored: bool) -> Option<(String, Vec<String>)> {
    let found: Vec<(String, Vec<String>)> = world
        .objects()
        .filter_map(|(_, object)| {
            let quoted = |names: Vec<&checkrail::name::Ident>| -> Vec<String> {
                names.into_iter().map(|n| quote_ident(n).into_owned()).collect()
            };
            match object {
                // Foreign tables here have nobody behind them.
                Object::Table(t) if stored && matches!(t.kind, TableKind::Foreign(_)) => None,
                Object::Table(t) if t.columns_known && !t.columns.is_empty() => {
                    Some((quote_qname(&t.name), quoted(t.columns.iter().map(|c| &c.name).collect())))
                }
                Object::View(_) if stored => None,
                Object::View(v) if v.columns_known && !v.columns.is_empty() => {
                    Some((quote_qname(&v.name), quoted(v.columns.iter().map(|c| &c.name).collect())))
                }
                _ => None,
            }
        })
        .collect();
    let at = world.below(found.len());
    found.into_iter().nth(at)
}

/// `stored`: whether the rows are read and kept.
pub fn query(world: &mut World<'_>, stored: bool) -> Option<String> {
    let (from, columns) = source(world, stored)?;
    let first = &columns[world.below(columns.len())];
    Some(match world.below(6) {
        0 => format!("SELECT {} FROM {from}", columns.join(", ")),
        1 => format!("SELECT * FROM {from}"),
        2 => format!("SELECT {first} AS renamed FROM {from} WHERE {first} IS NOT NULL"),
        3 => format!("SELECT count(*) AS n, max({first}::text) AS top FROM {from}"),
        4 => {
            let (other, others) = source(world, stored)?;
            let second = &others[world.below(others.len())];
            format!(
                "SELECT a.{first}, b.{second} AS other FROM {from} a JOIN {other} b ON a.{first}::text = b.{second}::text"
            )
        }
        _ => format!("SELECT x.{first}, x.{first} IS NULL AS missing FROM {from} x ORDER BY 1"),
    })
}

pub fn create_view(world: &mut World<'_>) -> Option<String> {
    if world.one_in(4)
        && let Some(view) = world.view(false)
    {
        // The same columns and one more, which is what may be replaced.
        let sql = view.query.sql.trim_end_matches(';');
        let options = world.word(&["", " WITH (security_barrier = true)"]);
        let list: Vec<_> = view.columns.iter().map(|c| quote_ident(&c.name)).collect();
        let name = quote_qname(&view.name);
        let list = list.join(", ");
        let extra = view.columns.len();
        return Some(format!(
            "CREATE OR REPLACE VIEW {name}{options} AS SELECT {list}, 1 AS extra{extra} FROM ({sql}) q"
        ));
    }
    let query = query(world, false)?;
    let name = world.new_name("v");
    let replace = world.maybe("OR REPLACE ");
    let options = world.word(&["", "", " WITH (security_barrier = true)"]);
    Some(format!("CREATE {replace}VIEW {name}{options} AS {query}"))
}

pub fn create_matview(world: &mut World<'_>) -> Option<String> {
    let query = query(world, true)?;
    let name = world.new_name("m");
    let data = world.word(&["", " WITH NO DATA"]);
    Some(format!("CREATE MATERIALIZED VIEW {name} AS {query}{data}"))
}

pub fn create_sequence(world: &mut World<'_>) -> Option<String> {
    let name = world.new_name("s");
    let ty = world.word(&["", " AS integer", " AS smallint"]);
    let options =
        world.word(&["", " START WITH 10 INCREMENT BY 2", " MINVALUE 5 MAXVALUE 50 CYCLE", " CACHE 20"]);
    Some(format!("CREATE SEQUENCE {name}{ty}{options}"))
}

pub fn alter_sequence(world: &mut World<'_>) -> Option<String> {
    let sequence = world.sequence()?;
    let name = quote_qname(&sequence.name);
    let what = match world.below(7) {
        0 => "INCREMENT BY 5".to_owned(),
        1 => "MAXVALUE 1000 CYCLE".to_owned(),
        2 => "CACHE 7 NO CYCLE".to_owned(),
        3 => "RESTART WITH 9".to_owned(),
        4 => "OWNED BY NONE".to_owned(),
        5 => {
            let home = sequence.name.schema.clone();
            let near = |t: &Table| matches!(t.kind, TableKind::Ordinary) && t.name.schema == home;
            let table = world.table_where(near)?;
            let column = world.column(table)?;
            format!("OWNED BY {}.{}", quote_qname(&table.name), quote_ident(&column.name))
        }
        _ => "AS bigint".to_owned(),
    };
    Some(format!("ALTER SEQUENCE {name} {what}"))
}

pub fn create_type(world: &mut World<'_>) -> Option<String> {
    match world.below(4) {
        0 | 1 => {
            let name = world.new_name("mood");
            Some(format!("CREATE TYPE {name} AS ENUM ('one', 'it''s', 'three')"))
        }
        2 => {
            let name = world.new_name("pair");
            let (one, other) = (world.data_type(), world.data_type());
            Some(format!("CREATE TYPE {name} AS (x {one}, y {other})"))
        }
        _ => {
            let name = world.new_name("span");
            Some(format!("CREATE TYPE {name} AS RANGE (subtype = float8)"))
        }
    }
}

pub fn alter_enum(world: &mut World<'_>) -> Option<String> {
    let user_type =
        world.user_type(|kind| matches!(kind, UserTypeKind::Enum(labels) if !labels.is_empty()))?;
    let UserTypeKind::Enum(labels) = &user_type.kind else { return None };
    let name = quote_qname(&user_type.name);
    let known = &labels[world.below(labels.len())];
    let new = (1..100).map(|n| format!("new {n}")).find(|l| !labels.contains(l))?;
    let (known, new) = (quote_literal(known), quote_literal(&new));
    Some(match world.below(3) {
        0 => format!("ALTER TYPE {name} ADD VALUE {new}"),
        1 => format!("ALTER TYPE {name} ADD VALUE {new} {} {known}", world.word(&["BEFORE", "AFTER"])),
        _ => format!("ALTER TYPE {name} RENAME VALUE {known} TO {new}"),
    })
}

pub fn create_domain(world: &mut World<'_>) -> Option<String> {
    let name = world.new_name("dom");
    let what = world.word(&[
        "integer CHECK (VALUE > 0)",
        "text NOT NULL DEFAULT 'x'",
        "varchar(9) CONSTRAINT short CHECK (length(VALUE) < 5)",
        "bigint",
    ]);
    Some(format!("CREATE DOMAIN {name} AS {what}"))
}

pub fn alter_domain(world: &mut World<'_>) -> Option<String> {
    let user_type = world.user_type(|kind| matches!(kind, UserTypeKind::Domain(_)))?;
    let UserTypeKind::Domain(domain) = &user_type.kind else { return None };
    let name = quote_qname(&user_type.name);
    let what = match world.below(6) {
        0 => match world.value(&domain.base) {
            Some(value) => format!("SET DEFAULT {value}"),
            None => "DROP DEFAULT".to_owned(),
        },
        1 => world.word(&["SET NOT NULL", "DROP NOT NULL", "DROP DEFAULT"]).to_owned(),
        2 => "ADD CHECK (VALUE IS NOT NULL)".to_owned(),
        3 => {
            let free = (1..).map(|n| format!("dc{n}"));
            let name = free.into_iter().find(|n| domain.constraints.iter().all(|c| c.name != n.as_str()))?;
            format!("ADD CONSTRAINT {name} CHECK (VALUE::text <> '') NOT VALID")
        }
        4 => {
            let all: Vec<_> = domain.constraints.iter().collect();
            format!("DROP CONSTRAINT {}", quote_ident(&world.of(&all)?.name))
        }
        _ => {
            let open: Vec<_> = domain.constraints.iter().filter(|c| !c.validated).collect();
            format!("VALIDATE CONSTRAINT {}", quote_ident(&world.of(&open)?.name))
        }
    };
    Some(format!("ALTER DOMAIN {name} {what}"))
}
