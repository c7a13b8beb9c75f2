//! Tables, views, materialized views and foreign tables, without their columns, and who inherits from whom.

use std::collections::BTreeMap;

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::ir::expr::Query;
use crate::ir::object::ObjectKind;
use crate::ir::table::{Options, PartitionBound, PartitionBy, Persistence, ReplicaIdentity, TableAction};
use crate::name::{Ident, QName};
use crate::parse::postgres::piece;
use crate::schema::lookup::is_bookkeeping;
use crate::schema::model::{Object, Table, TableKind, View};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the tables",
    sql: |_| {
        "SELECT c.oid, c.relnamespace AS schema, c.relname::text AS name, c.relkind::text AS kind,
                c.relpersistence::text AS persistence, pg_get_userbyid(c.relowner)::text AS owner,
                c.relacl::text[] AS acl, c.reloptions AS options, t.reloptions AS toast_options,
                s.spcname::text AS tablespace,
                CASE WHEN m.amname <> 'heap' THEN m.amname::text END AS method,
                c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
                c.relreplident::text AS identity, c.relispopulated AS populated,
                pg_get_expr(c.relpartbound, c.oid) AS bound,
                CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
                CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
                f.srvname::text AS server, ft.ftoptions AS server_options, d.description AS comment
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
         LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
         LEFT JOIN pg_am m ON m.oid = c.relam
         LEFT JOIN pg_foreign_table ft ON ft.ftrelid = c.oid
         LEFT JOIN pg_foreign_server f ON f.oid = ft.ftserver
         LEFT JOIN pg_description d
             ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &["of_type"],
};

/// The role that owns a migration tool's table: the tool made it in its own name, whatever roles the migrations take.
/// Without one, the role that owns most relations, the first by name of several.
pub(super) fn main_owner(rows: &[Row]) -> Result<Option<Ident>, Error> {
    let mut counts: BTreeMap<Ident, u32> = BTreeMap::new();
    for row in rows {
        let owner = row.ident("owner")?;
        if is_bookkeeping(row.text("name")?) {
            return Ok(Some(owner));
        }
        *counts.entry(owner).or_default() += 1;
    }
    Ok(counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(owner, _)| owner))
}

/// The persistence by its letter.
pub(super) fn persistence(letter: &str) -> Persistence {
    match letter {
        "u" => Persistence::Unlogged,
        "t" => Persistence::Temporary,
        _ => Persistence::Permanent,
    }
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let oid = row.oid("oid")?;
        if builder.is_member("pg_class", oid) {
            continue;
        }
        let Some(name) = builder.qualified(row, "name")? else { continue };
        let object = match row.text("kind")? {
            "v" | "m" => view(builder, row, name.clone())?,
            kind => table(builder, row, name.clone(), kind)?,
        };
        builder.add_relation(oid, name, object);
    }
    Ok(())
}

fn table(builder: &mut Builder, row: &Row, name: QName, kind: &str) -> Result<Object, Error> {
    let mut options: Options = row.options("options")?;
    for (option, value) in row.options("toast_options")? {
        options.push((format!("toast.{option}"), value));
    }
    let server = row.maybe_ident("server")?;
    if server.is_some() {
        options.extend(super::columns::open_options(row.options("server_options")?));
    }
    let kind = match (kind, row.maybe("partition_key")?, server) {
        ("p", Some(key), _) => TableKind::Partitioned(partition_by(row, key)?),
        ("f", _, Some(server)) => TableKind::Foreign(server),
        _ => TableKind::Ordinary,
    };
    let owner = row.ident("owner")?;
    let of_type = row.maybe("of_type")?;
    let table = Table {
        kind,
        persistence: persistence(row.text("persistence")?),
        row_security: row.flag("row_security")?,
        force_row_security: row.flag("force_row_security")?,
        // The parent comes with the links.
        partition_of: match row.maybe("bound")? {
            Some(text) => Some((name.clone(), bound(row, text)?)),
            None => None,
        },
        of_type: of_type.map(|ty| builder.texts.data_type(ty)),
        replica_identity: match row.text("identity")? {
            "f" => ReplicaIdentity::Full,
            // Foreign tables have none by nature.
            "n" if row.text("kind")? != "f" => ReplicaIdentity::Nothing,
            // An index comes with its name.
            _ => ReplicaIdentity::Default,
        },
        options,
        tablespace: row.maybe_ident("tablespace")?,
        access_method: row.maybe_ident("method")?,
        acl: builder.acl(row, "acl", ObjectKind::Table, &owner)?,
        owner: builder.owner(owner),
        comment: row.owned("comment")?,
        ..Table::new(name)
    };
    Ok(Object::Table(table))
}

fn view(builder: &Builder, row: &Row, name: QName) -> Result<Object, Error> {
    let mut options = row.options("options")?;
    let check = options.iter().position(|(option, _)| option == "check_option");
    let check_option = check
        .map(|at| options.remove(at))
        .map(|(_, value)| if value == "local" { "local" } else { "cascaded" });
    let owner = row.ident("owner")?;
    Ok(Object::View(View {
        materialized: row.text("kind")? == "m",
        columns: Vec::new(),
        columns_known: true,
        query: Query::default(),
        uses: Vec::new(),
        options,
        check_option,
        populated: row.flag("populated")?,
        triggers: Vec::new(),
        rules: Vec::new(),
        tablespace: row.maybe_ident("tablespace")?,
        acl: builder.acl(row, "acl", ObjectKind::Table, &owner)?,
        owner: builder.owner(owner),
        comment: row.owned("comment")?,
        temporary: false,
        name,
    }))
}

/// The partition key, from the text of `PARTITION BY`.
fn partition_by(row: &Row, key: &str) -> Result<PartitionBy, Error> {
    match piece::one(&format!("CREATE TABLE t () PARTITION BY {key}")) {
        DdlOp::CreateTable(op) => op.partition_by,
        _ => None,
    }
    .ok_or_else(|| row.unexpected(format!("cannot read the partition key {key}")))
}

/// The bound of a partition, from its text.
fn bound(row: &Row, text: &str) -> Result<PartitionBound, Error> {
    if let DdlOp::AlterTable(op) = piece::one(&format!("ALTER TABLE t ATTACH PARTITION p {text}"))
        && let Some((TableAction::AttachPartition { bound: Some(bound), .. }, _)) =
            op.actions.into_iter().next()
    {
        return Ok(bound);
    }
    Err(row.unexpected(format!("cannot read the partition bound {text}")))
}

pub(super) const PARENTS: Area = Area {
    what: "the parents of tables",
    sql: |_| {
        "SELECT i.inhrelid AS child, i.inhparent AS parent, c.relispartition AS is_partition
         FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE c.relkind IN ('r', 'p', 'f')
         ORDER BY i.inhrelid, i.inhseqno"
            .to_owned()
    },
    build: parents,
    expressions: &[],
    types: &[],
};

fn parents(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let Some(parent) = builder.relation_name(row.oid("parent")?).cloned() else { continue };
        let is_partition = row.flag("is_partition")?;
        let Some(table) = builder.table(row.oid("child")?) else { continue };
        match &mut table.partition_of {
            Some((name, _)) if is_partition => *name = parent,
            _ => table.inherits.push(parent),
        }
    }
    Ok(())
}
