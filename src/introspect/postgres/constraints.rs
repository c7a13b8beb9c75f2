//! Constraints of tables: checks, keys, foreign keys, exclusions, and the `NOT NULL`s that have names.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::ir::table::{ConstraintKind, FkAction, ForeignKey, KeyConstraint, TableAction};
use crate::name::{Ident, QName, ServerVersion};
use crate::parse::postgres::piece;
use crate::schema::model::{Constraint, NotNull};

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area =
    Area { what: "the constraints", sql, build, expressions: &["expression"], types: &[] };

fn sql(version: ServerVersion) -> String {
    let enforced = if version.at_least(18) { "c.conenforced" } else { "true" };
    let period = if version.at_least(18) { "c.conperiod" } else { "false" };
    let columns = if version.at_least(15) { "c.confdelsetcols" } else { "NULL::int2[]" };
    let distinct = if version.at_least(15) { "i.indnullsnotdistinct" } else { "false" };
    // A foreign key to a partitioned table has further entries, one for each partition there; they have the same
    // table on this side as the one they belong to.
    format!(
        "SELECT c.oid, c.conrelid AS relation, c.conname::text AS name, c.contype::text AS kind,
                c.condeferrable AS deferrable, c.condeferred AS deferred, c.convalidated AS validated,
                {enforced} AS enforced, c.conislocal AS local, c.connoinherit AS no_inherit, c.conkey AS columns,
                c.confrelid AS target, c.confkey AS target_columns, c.confupdtype::text AS on_update,
                c.confdeltype::text AS on_delete, {columns} AS set_columns, c.confmatchtype::text AS matching,
                {period} AS period, {distinct} AS nulls_not_distinct,
                CASE WHEN c.contype IN ('p', 'u', 'x') THEN string_to_array(i.indkey::text, ' ')::int2[] END AS index_columns,
                i.indnkeyatts AS keys, ic.reloptions AS options, s.spcname::text AS tablespace,
                CASE WHEN c.contype = 'c' THEN pg_get_expr(c.conbin, c.conrelid) END AS expression,
                CASE WHEN c.contype = 'x' THEN pg_get_constraintdef(c.oid) END AS definition,
                d.description AS comment
         FROM pg_constraint c
         LEFT JOIN pg_constraint p ON p.oid = c.conparentid
         LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')
         LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
         LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
         LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
         WHERE c.conrelid <> 0 AND c.contype IN ('c', 'p', 'u', 'f', 'x', 'n')
           AND (p.oid IS NULL OR p.conrelid <> c.conrelid)
         ORDER BY c.oid"
    )
}

fn action(letter: &str) -> FkAction {
    match letter {
        "r" => FkAction::Restrict,
        "c" => FkAction::Cascade,
        "n" => FkAction::SetNull,
        "d" => FkAction::SetDefault,
        _ => FkAction::NoAction,
    }
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let relation = row.oid("relation")?;
        if builder.table(relation).is_none() {
            continue;
        }
        let name = row.ident("name")?;
        let columns = builder.column_names(relation, &row.numbers("columns")?);
        let comment = row.owned("comment")?;
        let kind = match row.text("kind")? {
            "n" => {
                let not_null = NotNull {
                    name: Some(name),
                    not_valid: !row.flag("validated")?,
                    no_inherit: row.flag("no_inherit")?,
                    comment,
                };
                let table = builder.table(relation);
                let column = table.and_then(|t| t.columns.iter_mut().find(|c| columns.contains(&c.name)));
                if let Some(column) = column {
                    column.not_null = Some(not_null);
                }
                continue;
            }
            "c" => match row.maybe("expression")? {
                Some(text) => ConstraintKind::Check(builder.texts.expr(text)),
                None => continue,
            },
            "p" => ConstraintKind::PrimaryKey(key(builder, row, relation)?),
            "u" => ConstraintKind::Unique(key(builder, row, relation)?),
            "f" => match foreign_key(builder, row, columns)? {
                Some(fk) => ConstraintKind::ForeignKey(fk),
                None => continue,
            },
            _ => exclude(row)?,
        };
        let check = matches!(kind, ConstraintKind::Check(_));
        let constraint = Constraint {
            name,
            kind,
            deferrable: row.flag("deferrable")?,
            initially_deferred: row.flag("deferred")?,
            validated: row.flag("validated")?,
            enforced: row.flag("enforced")?,
            // The server sets the flag of every key, where it means nothing.
            no_inherit: check && row.flag("no_inherit")?,
            inherited: !row.flag("local")?,
            comment,
        };
        if let Some(table) = builder.table(relation) {
            table.constraints.push(constraint);
        }
    }
    Ok(())
}

/// A primary key or a unique constraint.
fn key(builder: &Builder, row: &Row, relation: u32) -> Result<KeyConstraint, Error> {
    let mut columns = builder.column_names(relation, &row.numbers("index_columns")?);
    let keys = usize::try_from(row.get::<Option<i16>>("keys")?.unwrap_or_default()).unwrap_or_default();
    let include = columns.split_off(keys.min(columns.len()));
    Ok(KeyConstraint {
        columns,
        include,
        nulls_not_distinct: row.get::<Option<bool>>("nulls_not_distinct")?.unwrap_or_default(),
        using_index: None,
        without_overlaps: row.flag("period")?,
        options: row.options("options")?,
        tablespace: row.maybe_ident("tablespace")?,
    })
}

fn foreign_key(builder: &Builder, row: &Row, columns: Vec<Ident>) -> Result<Option<ForeignKey>, Error> {
    let (relation, target) = (row.oid("relation")?, row.oid("target")?);
    let Some(table) = builder.relation_name(target).cloned() else { return Ok(None) };
    Ok(Some(ForeignKey {
        columns,
        table,
        ref_columns: builder.column_names(target, &row.numbers("target_columns")?),
        on_delete: action(row.text("on_delete")?),
        on_delete_columns: builder.column_names(relation, &row.numbers("set_columns")?),
        on_update: action(row.text("on_update")?),
        match_full: row.text("matching")? == "f",
        period: row.flag("period")?,
    }))
}

/// An exclusion constraint, from its definition.
fn exclude(row: &Row) -> Result<ConstraintKind, Error> {
    let text = row.maybe("definition")?.unwrap_or_default();
    if let DdlOp::AlterTable(op) = piece::one(&format!("ALTER TABLE t ADD {text}"))
        && let Some((TableAction::AddConstraint(def), _)) = op.actions.into_iter().next()
        && let ConstraintKind::Exclude(mut exclude) = def.kind
    {
        exclude.options = row.options("options")?;
        exclude.tablespace = row.maybe_ident("tablespace")?;
        for (key, _) in &mut exclude.elements {
            super::indexes::plain_names(key);
        }
        return Ok(ConstraintKind::Exclude(exclude));
    }
    Err(row.unexpected(format!("cannot read the constraint {text}")))
}

/// Drops the schema of what is in `pg_catalog`.
pub(super) fn without_catalog(name: &mut QName) {
    if name.in_schema("pg_catalog") {
        name.schema = None;
    }
}
