//! Views and materialized views.

use crate::ir::DdlOp;
use crate::ir::index::RefreshMatview;
use crate::ir::object::{Comment, Drop, ObjectKind, ObjectName};
use crate::ir::table::{CreateMatview, CreateView, TableAction};
use crate::name::Ident;
use crate::schema::acl::Acl;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Trigger, View, ViewColumn};

use super::acl::{self, Owners};
use super::piece::{Phase, Piece, Target, alter_table as alter};
use super::subject::Subject;
use super::table::{Holder, option_actions, rules, triggers};

fn kind(view: &View) -> ObjectKind {
    if view.materialized { ObjectKind::MaterializedView } else { ObjectKind::View }
}

/// The column names that the statement has to list, because the query's text would give others.
fn listed(view: &View) -> Vec<Ident> {
    let same = view.query.output.len() == view.columns.len()
        && view
            .query
            .output
            .iter()
            .zip(&view.columns)
            .all(|(text, column)| text.as_ref() == Some(&column.name));
    if same || !view.columns_known {
        Vec::new()
    } else {
        view.columns.iter().map(|c| c.name.clone()).collect()
    }
}

fn column_acls(view: &View) -> Vec<(&Ident, &Acl)> {
    view.columns.iter().map(|c| (&c.name, &c.acl)).collect()
}

fn statement(view: &View, or_replace: bool) -> DdlOp {
    if view.materialized {
        DdlOp::CreateMatview(Box::new(CreateMatview {
            name: view.name.clone(),
            if_not_exists: false,
            columns: listed(view),
            query: view.query.clone(),
            with_data: view.populated,
            options: view.options.clone(),
            tablespace: view.tablespace.clone(),
            access_method: None,
        }))
    } else {
        DdlOp::CreateView(Box::new(CreateView {
            name: view.name.clone(),
            or_replace,
            temporary: view.temporary,
            recursive: false,
            columns: listed(view),
            query: view.query.clone(),
            // It has a clause of its own.
            options: view.options.iter().filter(|(name, _)| name != "check_option").cloned().collect(),
            check_option: view.check_option,
        }))
    }
}

/// The statements that make a view.
pub(super) fn create(key: &ObjectKey, view: &View) -> Vec<Piece> {
    let mut pieces = vec![Piece::make(Phase::Create, Target::whole(key.clone()), statement(view, false))];
    let bare = View {
        triggers: Vec::new(),
        rules: Vec::new(),
        owner: None,
        acl: Acl::default(),
        comment: None,
        columns: view
            .columns
            .iter()
            .map(|c| ViewColumn { comment: None, acl: Acl::default(), ..c.clone() })
            .collect(),
        ..view.clone()
    };
    pieces.extend(rest(key, &bare, view, Phase::Create));
    pieces
}

/// The statement that drops a view.
pub(super) fn drop(key: &ObjectKey, view: &View) -> Vec<Piece> {
    let op = DdlOp::Drop(Drop {
        kind: kind(view),
        objects: vec![ObjectName::of(view.name.clone())],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// Whether the query gives something else.
fn redefined(from: &View, to: &View) -> bool {
    from.query.sql != to.query.sql || listed(from) != listed(to) || from.check_option != to.check_option
}

/// Whether a view has to be dropped and made again: `CREATE OR REPLACE` only appends columns, and there is no
/// such form for materialized views.
pub(super) fn must_rebuild(from: &View, to: &View) -> bool {
    if from.materialized != to.materialized || from.temporary != to.temporary {
        return true;
    }
    if !redefined(from, to) {
        return false;
    }
    if from.materialized {
        return true;
    }
    if from.columns_known && to.columns_known {
        return to.columns.len() < from.columns.len()
            || from.columns.iter().zip(&to.columns).any(|(old, new)| {
                old.name != new.name
                    || matches!((&old.data_type, &new.data_type), (Some(a), Some(b)) if a != b)
            });
    }
    // What both queries put out is known by name only if neither has a star.
    let names = |v: &View| v.query.output.iter().cloned().collect::<Option<Vec<Ident>>>();
    match (names(from), names(to)) {
        (Some(old), Some(new)) => !new.starts_with(&old),
        _ => true,
    }
}

/// The statements that lead from one state of a view to another, when it need not be rebuilt.
pub(super) fn change(key: &ObjectKey, from: &View, to: &View) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let replaced = redefined(from, to);
    if replaced {
        pieces.push(Piece::change(Phase::Alter, Target::whole(key.clone()), statement(to, true)));
    }
    let mut start = from.clone();
    if replaced {
        // `OR REPLACE` sets the options anew.
        start.options.clone_from(&to.options);
    }
    pieces.extend(rest(key, &start, to, Phase::Alter));
    pieces
}

/// Everything but the query.
fn rest(key: &ObjectKey, from: &View, to: &View, phase: Phase) -> Vec<Piece> {
    let kind = kind(to);
    let name = ObjectName::of(to.name.clone());
    let at = Holder { key, kind, name: &to.name };
    let whole = || Target::whole(key.clone());
    let mut pieces = Vec::new();
    let mut actions = option_actions(&from.options, &to.options);
    if from.tablespace != to.tablespace {
        let space = to.tablespace.clone().unwrap_or_else(|| Ident::new("pg_default"));
        actions.push(TableAction::SetTablespace(space));
    }
    pieces.extend(actions.into_iter().map(|a| Piece::change(phase, whole(), alter(kind, &to.name, a))));
    if from.populated != to.populated {
        let op = DdlOp::RefreshMatview(RefreshMatview {
            name: to.name.clone(),
            concurrently: false,
            with_data: to.populated,
        });
        pieces.push(Piece::change(phase, whole(), op));
    }
    let subject = Subject { key, kind, name: &name, phase };
    pieces.extend(subject.owner(from.owner.as_ref(), to.owner.as_ref()));
    let owners = Owners::new(from.owner.as_ref(), to.owner.as_ref());
    pieces.extend(subject.privileges(&from.acl, &to.acl, owners));
    let all = acl::between(kind, &from.acl, &to.acl, owners);
    for shift in acl::columns(&all, &column_acls(from), &column_acls(to), owners) {
        pieces.push(subject.shift(&shift, owners));
    }
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    for column in &to.columns {
        let old = from.columns.iter().find(|c| c.name == column.name);
        if old.and_then(|c| c.comment.as_ref()) != column.comment.as_ref() {
            let object = ObjectName::part(to.name.clone(), column.name.clone());
            let text = column.comment.clone();
            let op = DdlOp::Comment(Comment { kind: ObjectKind::Column, object, text });
            let part = Part::Column(column.name.clone());
            pieces.push(Piece::change(phase, Target { key: key.clone(), part }, op));
        }
    }
    let (old, new): (Vec<&Trigger>, Vec<&Trigger>) =
        (from.triggers.iter().collect(), to.triggers.iter().collect());
    pieces.extend(triggers(at, &old, &new));
    pieces.extend(rules(at, &from.rules, &to.rules));
    pieces
}
