//! What the server's version cannot read yet: statements that are a syntax error there.
//!
//! In: a statement and a version. Out: the error, SQLSTATE 42601 in general. The grammar in use is the newest one, so an
//! older server's refusal has to be told from the release notes of each version; every entry was run on the last
//! version without it and on the first with it.

use crate::ir::DdlOp;
use crate::ir::access::Grant;
use crate::ir::expr::{Expr, ExprShape};
use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, ColumnDef, ConstraintDef, ConstraintKind, CreateTable, TableAction};
use crate::ir::types::DomainAction;
use crate::name::ServerVersion;
use crate::schema::error::SchemaError;

/// A feature, the version that brought it, and where older ones stop reading.
type Feature = (&'static str, u16, &'static str);

const MAINTAIN: &str = "the privilege MAINTAIN";
const NO_INHERIT: &str = "ALTER CONSTRAINT … NO INHERIT";

/// The syntax error that a statement is for this version.
pub(super) fn syntax_error(op: &DdlOp, version: ServerVersion) -> Option<SchemaError> {
    let (feature, since, near) = features(op).into_iter().find(|(_, since, _)| !version.at_least(*since))?;
    let detail = format!("PostgreSQL {since} brought {feature}.");
    // Some features were read, and refused, before they came.
    let error = match feature {
        MAINTAIN => SchemaError::new("42601", "unrecognized privilege type \"maintain\""),
        NO_INHERIT => SchemaError::new("0A000", "CHECK constraints cannot be marked NO INHERIT"),
        "CREATE UNLOGGED SEQUENCE" => SchemaError::new("0A000", "unlogged sequences are not supported"),
        "CREATE STATISTICS on expressions" => {
            SchemaError::new("0A000", "only simple column references are allowed in CREATE STATISTICS")
        }
        _ => SchemaError::new("42601", format!("syntax error at or near \"{near}\"")),
    };
    Some(error.with_detail(detail))
}

/// The features of a statement that not every supported version has.
fn features(op: &DdlOp) -> Vec<Feature> {
    let mut found = Vec::new();
    let mut when = |condition: bool, feature: &'static str, since: u16, near: &'static str| {
        if condition {
            found.push((feature, since, near));
        }
    };
    match op {
        DdlOp::CreateTable(op) => return of_table(op),
        DdlOp::AlterTable(op) => return of_alter(op),
        DdlOp::CreateIndex(op) => when(op.nulls_not_distinct, "NULLS NOT DISTINCT", 15, "nulls"),
        DdlOp::CreateFunction(op) => when(op.sql_body, "an SQL-standard function body", 14, "return"),
        DdlOp::CreateTrigger(op) => when(op.or_replace, "CREATE OR REPLACE TRIGGER", 14, "trigger"),
        DdlOp::CreateSequence(op) => when(op.unlogged, "CREATE UNLOGGED SEQUENCE", 15, ""),
        DdlOp::CreateStatistics(op) => {
            when(op.name.is_none(), "CREATE STATISTICS without a name", 16, "on");
            when(op.exprs.iter().any(is_expression), "CREATE STATISTICS on expressions", 14, "");
        }
        DdlOp::CreatePublication(op) => {
            when(!op.schemas.is_empty(), "TABLES IN SCHEMA", 15, "tables");
            when(!op.parts.is_empty(), "parts of tables in publications", 15, "(");
        }
        DdlOp::AlterPublication(op) => {
            when(!op.schemas.is_empty(), "TABLES IN SCHEMA", 15, "tables");
            when(!op.parts.is_empty(), "parts of tables in publications", 15, "(");
        }
        DdlOp::GrantRole(op) => {
            when(op.inherit.is_some() || op.set.is_some(), "GRANT … WITH INHERIT or SET", 16, "inherit");
        }
        DdlOp::AlterDefaultPrivileges(op) => {
            when(
                op.grant.kind == ObjectKind::LargeObject,
                "default privileges on large objects",
                18,
                "large",
            );
            when(maintains(&op.grant), MAINTAIN, 17, "");
        }
        DdlOp::Grant(op) => {
            when(maintains(op), MAINTAIN, 17, "");
            when(op.kind == ObjectKind::Parameter, "GRANT ON PARAMETER", 15, "parameter");
            when(op.grantor.is_some(), "GRANTED BY for privileges", 14, "granted");
        }
        DdlOp::Merge(op) => {
            when(true, "MERGE", 15, "merge");
            when(op.by_source, "WHEN NOT MATCHED BY SOURCE", 17, "by");
            when(op.returning, "MERGE … RETURNING", 17, "returning");
        }
        DdlOp::Reindex(op) => when(op.tablespace.is_some(), "REINDEX (TABLESPACE …)", 14, "tablespace"),
        DdlOp::AlterDomain(op) => {
            let named = matches!(&op.action, DomainAction::AddConstraint(def)
                if matches!(def.kind, ConstraintKind::NotNull(_)));
            when(named, "NOT NULL as a constraint of a domain", 17, "not");
        }
        DdlOp::Vacuum(op) => when(!op.only.is_empty(), "ONLY in VACUUM and ANALYZE", 18, "only"),
        _ => {}
    }
    found
}

fn maintains(grant: &Grant) -> bool {
    grant.privileges.iter().any(|privilege| privilege.name == *"MAINTAIN")
}

fn is_expression(expr: &Expr) -> bool {
    !matches!(expr.shape, ExprShape::Column(_))
}

fn of_table(op: &CreateTable) -> Vec<Feature> {
    let mut found: Vec<Feature> = op.columns.iter().flat_map(of_column).collect();
    found.extend(op.constraints.iter().flat_map(|c| of_constraint(c, true)));
    // `INCLUDING ALL` is what the version has.
    if op.like.iter().any(|like| like.including.contains(&"compression") && like.including.len() < 9) {
        found.push(("LIKE … INCLUDING COMPRESSION", 14, "compression"));
    }
    found
}

fn of_column(column: &ColumnDef) -> Vec<Feature> {
    let mut found: Vec<Feature> = column.constraints.iter().flat_map(|c| of_constraint(c, false)).collect();
    if column.compression.is_some() {
        found.push(("COMPRESSION", 14, "compression"));
    }
    if column.storage.is_some() {
        found.push(("STORAGE in a column definition", 16, "storage"));
    }
    if column.generated.as_ref().is_some_and(|g| !g.stored) {
        found.push(("GENERATED … VIRTUAL", 18, "virtual"));
    }
    found
}

/// The features of a constraint, written for a table or for a column.
fn of_constraint(def: &ConstraintDef, on_table: bool) -> Vec<Feature> {
    let mut found = Vec::new();
    if !def.enforced {
        found.push(("NOT ENFORCED", 18, "enforced"));
    }
    match &def.kind {
        ConstraintKind::NotNull(_) if on_table => found.push(("NOT NULL as a table constraint", 18, "not")),
        ConstraintKind::NotNull(_) if def.no_inherit => found.push(("NOT NULL NO INHERIT", 18, "no")),
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            if key.nulls_not_distinct {
                found.push(("NULLS NOT DISTINCT", 15, "nulls"));
            }
            if key.without_overlaps {
                found.push(("WITHOUT OVERLAPS", 18, "without"));
            }
        }
        ConstraintKind::ForeignKey(fk) => {
            if fk.period {
                found.push(("PERIOD", 18, "period"));
            }
            if !fk.on_delete_columns.is_empty() {
                found.push(("ON DELETE SET NULL (column)", 15, "("));
            }
        }
        ConstraintKind::NotNull(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => {}
    }
    found
}

fn of_alter(op: &AlterTable) -> Vec<Feature> {
    op.actions
        .iter()
        .flat_map(|(action, _)| match action {
            TableAction::AddColumn { column, .. } => of_column(column),
            TableAction::AddConstraint(def) => of_constraint(def, true),
            TableAction::SetExpression { .. } => vec![("SET EXPRESSION", 17, "expression")],
            TableAction::SetStorage { storage, .. } if *storage == *"default" => {
                vec![("SET STORAGE DEFAULT", 16, "default")]
            }
            TableAction::SetCompression { .. } => vec![("SET COMPRESSION", 14, "compression")],
            TableAction::SetAccessMethod(method) => {
                vec![("SET ACCESS METHOD", if method.is_some() { 15 } else { 17 }, "access")]
            }
            TableAction::DetachPartition { concurrently, finalize, .. } if *concurrently || *finalize => {
                vec![("DETACH PARTITION CONCURRENTLY", 14, "concurrently")]
            }
            TableAction::AlterConstraint { enforced: Some(_), .. } => {
                vec![("ALTER CONSTRAINT … ENFORCED", 18, "enforced")]
            }
            TableAction::AlterConstraint { no_inherit: Some(true), .. } => vec![(NO_INHERIT, 18, "no")],
            TableAction::AlterConstraint { no_inherit: Some(false), .. } => {
                vec![("ALTER CONSTRAINT … INHERIT", 18, "inherit")]
            }
            _ => Vec::new(),
        })
        .collect()
}
