//! Facts about indexes.

use crate::ir::index::KeyTarget;
use crate::policy::assertion::fact::FactType::{Bool, List, Number, One, Text};
use crate::policy::assertion::fact::{Kind, Subject, Value};
use crate::schema::model::Index;

use super::facts;

facts! { Index;
    "name" Text, "its name" => |_, i| (&i.name.name).into();
    "schema" Text, "its schema" => |_, i| i.name.schema.as_ref().into();
    "table" Text, "its table or materialized view, qualified" => |_, i| (&i.table).into();
    "in_table" One(Kind::Table), "its table; nothing for a materialized view", related =>
        |s, i| Value::Subjects(s.table(&i.table).map(Subject::Table).into_iter().collect());
    "columns" List, "its keys in order, an expression as SQL" => |_, i| Value::list(keys(i));
    "column_count" Number, "how many keys it has" => |_, i| i.keys.len().into();
    "include" List, "the columns of `INCLUDE`" => |_, i| Value::list(&i.include);
    "unique" Bool, "whether it is unique" => |_, i| i.unique.into();
    "method" Text, "its method: `btree`, `gin`, …" => |_, i| (&i.method).into();
    "valid" Bool, "whether it is valid" => |_, i| i.valid.into();
    "partial" Bool, "whether it has a `WHERE`" => |_, i| i.predicate.is_some().into();
    "predicate" Text, "its `WHERE` as SQL" => |_, i| i.predicate.as_ref().map(|e| e.sql.as_str()).into();
    "on_expression" Bool, "whether one of its keys is an expression" =>
        |_, i| i.keys.iter().any(|key| key.as_column().is_none()).into();
    "constraint" Text, "the constraint that it belongs to" => |_, i| i.constraint.as_ref().into();
    "nulls_not_distinct" Bool, "whether `NULLS NOT DISTINCT`" => |_, i| i.nulls_not_distinct.into();
    "operator_classes" List, "the operator classes that are written" =>
        |_, i| Value::list(i.keys.iter().filter_map(|key| key.opclass.as_ref()));
    "tablespace" Text, "its tablespace, when not the default" => |_, i| i.tablespace.as_ref().into();
    "comment" Text, "its comment" => |_, i| i.comment.as_ref().into();
}

fn keys(index: &Index) -> impl Iterator<Item = &str> {
    index.keys.iter().map(|key| match &key.target {
        KeyTarget::Column(name) => name.as_str(),
        KeyTarget::Expr(expr) => expr.sql.as_str(),
    })
}
