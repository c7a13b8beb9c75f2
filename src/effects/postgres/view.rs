//! Views and materialized views.

use crate::effects::fact::{BreakKind, RewriteReason, ScanReason};
use crate::ir::data::LockMode;
use crate::ir::index::RefreshMatview;
use crate::ir::object::ObjectKind;
use crate::ir::table::{CreateMatview, CreateView};
use crate::schema::model::Object;

use super::context::{Context, Target, column_of};
use super::query::Stage;

pub(super) fn create(cx: &mut Context<'_>, create: &CreateView) {
    cx.query(&create.query, Stage::Analysed, None);
    if !create.or_replace {
        return;
    }
    match cx.schema.existence(&create.name) {
        crate::schema::lookup::Existence::Known(object) => {
            cx.lock_object(object, LockMode::AccessExclusive);
            if let Object::View(view) = object
                && view.columns_known
                && create.columns.is_empty()
            {
                // Only appended columns are allowed, so that nothing that was there is gone; a column with
                // another name at its place is an error.
                for (old, new) in view.columns.iter().zip(&create.query.output) {
                    if let Some(new) = new
                        && *new != old.name
                    {
                        let kind = BreakKind::ColumnGone { renamed_to: Some(new.to_string()) };
                        cx.breaks(&column_of(&view.name, &old.name), kind);
                    }
                }
            }
        }
        crate::schema::lookup::Existence::Missing => {}
        crate::schema::lookup::Existence::Unknown => {
            let name = cx.schema.qualify(&create.name);
            cx.unsure(format!("whether {name} exists is not known; that it is replaced is assumed"));
            cx.lock(&name, ObjectKind::View, LockMode::AccessExclusive);
        }
    }
}

pub(super) fn create_materialized(cx: &mut Context<'_>, create: &CreateMatview) {
    let exists = create.if_not_exists && cx.schema.relation(&create.name).is_some();
    if exists || !create.with_data {
        cx.query(&create.query, Stage::Analysed, None);
    } else {
        cx.query(&create.query, Stage::Planned, Some(&ScanReason::Populate));
    }
}

pub(super) fn refresh(cx: &mut Context<'_>, refresh: &RefreshMatview) {
    let mode = if refresh.concurrently { LockMode::Exclusive } else { LockMode::AccessExclusive };
    let view = match cx.target(&refresh.name) {
        Target::Known(Object::View(view)) => view,
        Target::Unknown(name) => {
            cx.lock(&name, ObjectKind::MaterializedView, mode);
            if refresh.concurrently {
                cx.fx.scan(name, ScanReason::Populate);
            } else {
                cx.fx.rewrite(name, RewriteReason::Refresh);
            }
            return;
        }
        Target::Known(_) | Target::Absent => return,
    };
    cx.lock_view(view, mode);
    let indexes = cx.schema.indexes_of(&view.name);
    if refresh.concurrently {
        cx.lock_indexes(&view.name, LockMode::RowExclusive);
        // The new rows are compared with the old ones.
        cx.fx.scan(view.name.clone(), ScanReason::Populate);
    } else {
        cx.lock_indexes(&view.name, LockMode::AccessExclusive);
        cx.fx.rewrite(view.name.clone(), RewriteReason::Refresh);
        for index in &indexes {
            if refresh.with_data {
                cx.fx.scan(view.name.clone(), ScanReason::IndexBuild);
                cx.build(&view.name, Some(&index.name.name), false);
            }
        }
    }
    if refresh.with_data {
        cx.query(&view.query, Stage::Planned, Some(&ScanReason::Populate));
    }
}
