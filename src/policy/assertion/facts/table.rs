//! Facts about tables.

use crate::ir::table::{ConstraintKind, PartitionStrategy, Persistence, ReplicaIdentity};
use crate::policy::assertion::fact::FactType::{Bool, Choice, List, Many, Number, Text};
use crate::policy::assertion::fact::{Kind, Subject, Value};
use crate::schema::Schema;
use crate::schema::model::{Table, TableKind};

use super::{facts, grant};

facts! { Table;
    "name" Text, "its name" => |_, t| (&t.name.name).into();
    "schema" Text, "its schema" => |_, t| t.name.schema.as_ref().into();
    "table" Text, "its qualified name, `schema.table`" => |_, t| (&t.name).into();
    "kind" Choice(&["ordinary", "partitioned", "foreign"]), "what sort of table" => |_, t| kind(t).into();
    "partitioned" Bool, "whether it is a partitioned table" => |_, t| t.is_partitioned().into();
    "partition_strategy" Choice(&["range", "list", "hash"]), "how its rows are spread over partitions" =>
        |_, t| strategy(t).into();
    "partition" Bool, "whether it is a partition of another table" => |_, t| t.partition_of.is_some().into();
    "partition_of" Text, "the table that it is a partition of" => |_, t| t.partition_of.as_ref().map(|(p, _)| p).into();
    "inherits" List, "the tables that it inherits from" => |_, t| Value::list(&t.inherits);
    "persistence" Choice(&["permanent", "unlogged", "temporary"]), "how long its rows live" =>
        |_, t| persistence(t.persistence).into();
    "columns" Many(Kind::Column), "its columns" => columns;
    "column_count" Number, "how many columns it has" => |s, t| counted(s, t, t.columns.len());
    "primary_key" List, "the columns of its primary key" => primary_key;
    "has_primary_key" Bool, "whether it has a primary key" => has_primary_key;
    "constraints" Many(Kind::Constraint), "its constraints, without `NOT NULL`" =>
        |_, t| Value::Subjects(t.constraints.iter().map(|c| Subject::Constraint(t, c)).collect());
    "indexes" Many(Kind::Index), "its indexes, those of its constraints among them", related => indexes;
    "index_count" Number, "how many indexes it has", related => |s, t| s.indexes_of(&t.name).len().into();
    "references" List, "the tables that its foreign keys reference" => |_, t| references(t);
    "referenced_by" List, "the tables whose foreign keys reference it", related =>
        |s, t| Value::list(s.referencing(&t.name).into_iter().map(|(other, _, _)| &other.name));
    "triggers" List, "the names of its triggers" => |_, t| Value::list(t.triggers.iter().map(|g| &g.def.name));
    "rls_enabled" Bool, "whether row-level security is enabled" => |_, t| t.row_security.into();
    "rls_forced" Bool, "whether row-level security is forced on its owner" => |_, t| t.force_row_security.into();
    "policies" Many(Kind::Policy), "its policies" =>
        |_, t| Value::Subjects(t.policies.iter().map(|p| Subject::Policy(t, p)).collect());
    "grants" Many(Kind::Grant), "what was granted on it and its columns" =>
        |_, t| Value::Subjects(grant::of_table(t).into_iter().map(Subject::Grant).collect());
    "owner" Text, "its owner, where the migrations state one" => |_, t| t.owner.as_ref().into();
    "comment" Text, "its comment" => |_, t| t.comment.as_ref().into();
    "tablespace" Text, "its tablespace, when not the default" => |_, t| t.tablespace.as_ref().into();
    "replica_identity" Choice(&["default", "full", "nothing", "index"]), "its replica identity" =>
        |_, t| replica_identity(t).into();
    "options" List, "its storage parameters, as `name=value`" =>
        |_, t| Value::list(t.options.iter().map(|(name, value)| format!("{name}={value}")));
    "rows" Number, "its rows as a server estimates them (`--stats`, `--schema postgres://…`), else unknown", related =>
        |s, t| s.size_of(&t.name).and_then(|size| size.rows).map_or(Value::Unknown, Into::into);
    "bytes" Number, "its bytes on disk without indexes, as a server has them, else unknown", related =>
        |s, t| s.size_of(&t.name).map_or(Value::Unknown, |size| size.bytes.into());
}

fn kind(table: &Table) -> &'static str {
    match table.kind {
        TableKind::Ordinary => "ordinary",
        TableKind::Partitioned(_) => "partitioned",
        TableKind::Foreign(_) => "foreign",
    }
}

fn strategy(table: &Table) -> Option<&'static str> {
    let TableKind::Partitioned(by) = &table.kind else { return None };
    Some(match by.strategy {
        PartitionStrategy::Range => "range",
        PartitionStrategy::List => "list",
        PartitionStrategy::Hash => "hash",
    })
}

fn persistence(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Permanent => "permanent",
        Persistence::Unlogged => "unlogged",
        Persistence::Temporary => "temporary",
    }
}

fn replica_identity(table: &Table) -> &'static str {
    match table.replica_identity {
        ReplicaIdentity::Default => "default",
        ReplicaIdentity::Full => "full",
        ReplicaIdentity::Nothing => "nothing",
        ReplicaIdentity::Index(_) => "index",
    }
}

/// Whether nothing about the table's columns and constraints is hidden from the model.
pub(super) fn is_known(schema: &Schema, table: &Table) -> bool {
    table.columns_known && !schema.is_unknown(&table.name)
}

fn counted<'a>(schema: &Schema, table: &Table, count: usize) -> Value<'a> {
    if is_known(schema, table) { count.into() } else { Value::Unknown }
}

fn columns<'a>(schema: &'a Schema, table: &'a Table) -> Value<'a> {
    if !is_known(schema, table) {
        return Value::Unknown;
    }
    Value::Subjects(table.columns.iter().map(|c| Subject::Column(table, c)).collect())
}

fn primary_key<'a>(schema: &'a Schema, table: &'a Table) -> Value<'a> {
    match table.primary_key().map(|c| &c.kind) {
        Some(ConstraintKind::PrimaryKey(key)) => Value::list(&key.columns),
        _ if is_known(schema, table) => Value::List(Vec::new()),
        _ => Value::Unknown,
    }
}

fn has_primary_key<'a>(schema: &'a Schema, table: &'a Table) -> Value<'a> {
    match table.primary_key() {
        None if !is_known(schema, table) => Value::Unknown,
        key => key.is_some().into(),
    }
}

fn indexes<'a>(schema: &'a Schema, table: &'a Table) -> Value<'a> {
    Value::Subjects(schema.indexes_of(&table.name).into_iter().map(Subject::Index).collect())
}

fn references<'a>(table: &Table) -> Value<'a> {
    Value::list(table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::ForeignKey(key) => Some(&key.table),
        _ => None,
    }))
}
