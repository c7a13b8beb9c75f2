//! `REFRESH MATERIALIZED VIEW` without blocking its readers.

use crate::ir::DdlOp;
use crate::ir::index::{CreateIndex, IndexKey, RefreshMatview};
use crate::name::Ident;
use crate::schema::Schema;
use crate::schema::model::{Index, View};

use super::case::{Case, fresh};
use super::{Plan, Stage, backfill, index};

/// `REFRESH`, concurrently. It needs a unique index; where there is none, and the view shows the primary key of
/// the one table it reads, that key becomes one.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let DdlOp::RefreshMatview(refresh) = case.op() else { return None };
    let schema = case.before();
    let view = schema.view(&refresh.name)?;
    if refresh.concurrently || !refresh.with_data || !view.populated || !view.materialized {
        return None;
    }
    let op = RefreshMatview { name: view.name.clone(), concurrently: true, with_data: true };
    let refreshed = Stage::locked("Refresh without blocking readers", vec![DdlOp::RefreshMatview(op)]);
    if schema.indexes_of(&view.name).into_iter().any(is_usable) {
        let summary = "Refreshes concurrently: queries see the old rows until the new ones are there";
        return Some((summary.into(), vec![refreshed]));
    }
    let columns = key_of(schema, view)?;
    let stem: Vec<&str> = std::iter::once(&*view.name.name).chain(columns.iter().map(|c| &**c)).collect();
    let name = fresh(&stem, "idx", |name| schema.relation(&view.name.sibling(name.clone())).is_some());
    let create = CreateIndex {
        name: Some(name),
        table: view.name.clone(),
        only: false,
        unique: true,
        concurrently: true,
        if_not_exists: false,
        method: Ident::new("btree"),
        keys: columns.into_iter().map(IndexKey::column).collect(),
        include: Vec::new(),
        predicate: None,
        nulls_not_distinct: false,
        options: Vec::new(),
        tablespace: None,
    };
    let built = index::built("Build the unique index that a concurrent refresh needs".into(), vec![create]);
    let summary = "Gives the view a unique index and refreshes concurrently: queries see the old rows until the new \
                   ones are there";
    Some((summary.into(), vec![built, refreshed]))
}

/// What the server accepts for `CONCURRENTLY`: unique, valid, of plain columns, over all rows.
fn is_usable(index: &Index) -> bool {
    index.unique && index.valid && index.predicate.is_none() && index.key_columns().is_some()
}

/// The columns that are certain to be unique: the primary key of the only table, when nothing is joined and
/// every column of the key is shown under its own name.
fn key_of(schema: &Schema, view: &View) -> Option<Vec<Ident>> {
    let [scope] = view.query.scopes.as_slice() else { return None };
    let [source] = scope.relations.as_slice() else { return None };
    let table = schema.table(&source.name)?;
    let key = backfill::key(table);
    // The text may hold more than the scope tells: a set operation or a function that returns rows.
    let words = view.query.sql.to_ascii_lowercase();
    let plain =
        !["union", "intersect", "except", "group", "unnest", "generate_", "values", "regexp_", "json", ","]
            .iter()
            .any(|word| after_from(&words).contains(word));
    let shown = |column: &Ident| {
        view.columns.iter().any(|c| c.name == *column)
            && (view.query.output.contains(&None) || view.query.output.contains(&Some(column.clone())))
            && (scope.stars.iter().any(Option::is_none) || scope.columns.iter().any(|(_, c)| c == column))
    };
    (!key.is_empty()
        && plain
        && view.query.functions.is_empty()
        && view.columns_known
        && key.iter().all(shown))
    .then(|| key.to_vec())
}

/// The text from the first `from` on.
fn after_from(sql: &str) -> &str {
    sql.find("from").map_or("", |at| &sql[at..])
}
