//! Renaming a table or view while code that uses the old name still runs.

use crate::ir::DdlOp;
use crate::ir::access::{Grant, GrantTarget, Privilege};
use crate::ir::expr::{Query, QueryFacts, RelationRef, Scope};
use crate::ir::object::{ObjectKind, ObjectName, Rename, SetSchema};
use crate::ir::table::{AlterTable, CreateView, TableAction};
use crate::name::{Ident, QName};
use crate::schema::acl::Acl;
use crate::schema::model::Object;
use crate::text::Span;

use super::build::{drop, idents, relation};
use super::case::Case;
use super::{Plan, Stage};

/// The privileges that mean something on a view.
const ON_VIEWS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/// `ALTER TABLE … RENAME TO` and `SET SCHEMA`, with a view under the old name in the same transaction.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    let schema = case.before();
    let (object, op): (&ObjectName, _) = match case.op() {
        DdlOp::Rename(r) if is_relation(r.kind) => (&r.object, Some(&r.to)),
        DdlOp::SetSchema(s) if is_relation(s.kind) => (&s.object, None),
        _ => return None,
    };
    let old = schema.resolve_relation(&object.name)?;
    let (columns, acl, owner) = match schema.relation(&old)? {
        // Before 15 a view reads with its owner's eyes, past the policies of the table.
        Object::Table(t) if t.columns_known && (case.at_least(15) || !t.row_security) => {
            let columns: Vec<Ident> = t.columns.iter().map(|c| c.name.clone()).collect();
            if t.columns.iter().any(|c| !c.acl.is_default()) {
                return None;
            }
            (columns, &t.acl, t.owner.as_ref())
        }
        Object::View(v) if v.columns_known && !v.temporary => {
            (v.columns.iter().map(|c| c.name.clone()).collect(), &v.acl, v.owner.as_ref())
        }
        _ => return None,
    };
    // What others than the owner granted only they can grant on the view.
    if columns.is_empty() || !acl.onward.is_empty() {
        return None;
    }
    let named = ObjectName::of(old.clone());
    let (new, moved) = match (case.op(), op) {
        (DdlOp::Rename(r), Some(to)) => {
            (old.sibling(to.clone()), DdlOp::Rename(Rename { object: named, ..r.clone() }))
        }
        (DdlOp::SetSchema(s), _) => {
            let new = QName::qualified(s.schema.clone(), old.name.clone());
            (new, DdlOp::SetSchema(SetSchema { object: named, ..s.clone() }))
        }
        _ => return None,
    };
    let mut ops = vec![moved, view(case, &old, &new, &columns)];
    ops.extend(owner.map(|owner| owner_to(&old, owner)));
    ops.extend(grants(&old, acl));
    let stages = vec![
        Stage::locked("Rename, and leave a view under the old name", ops),
        Stage::locked(
            "When no code uses the old name any more: drop the view",
            vec![drop(ObjectKind::View, ObjectName::of(old.clone()))],
        )
        .later(),
    ];
    let summary = format!(
        "Keeps {old} as a view of {new} until no code uses it; plain reads and writes work through it"
    );
    Some((summary, stages))
}

fn is_relation(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView)
}

fn view(case: &Case<'_>, name: &QName, source: &QName, columns: &[Ident]) -> DdlOp {
    let scope = Scope {
        relations: vec![RelationRef::of(source.clone(), None)],
        columns: columns.iter().map(|c| (None, c.clone())).collect(),
        ..Scope::default()
    };
    let query = Query::from(QueryFacts {
        sql: format!("SELECT {} FROM {}", idents(columns), relation(source)),
        scopes: vec![scope],
        output: columns.iter().cloned().map(Some).collect(),
        ..QueryFacts::default()
    });
    let options =
        if case.at_least(15) { vec![("security_invoker".into(), "true".into())] } else { Vec::new() };
    DdlOp::CreateView(Box::new(CreateView {
        name: name.clone(),
        or_replace: false,
        temporary: false,
        recursive: false,
        columns: Vec::new(),
        query,
        options,
        check_option: None,
    }))
}

fn owner_to(view: &QName, owner: &Ident) -> DdlOp {
    DdlOp::AlterTable(AlterTable {
        kind: ObjectKind::View,
        name: view.clone(),
        if_exists: false,
        only: false,
        actions: vec![(TableAction::OwnerTo(owner.clone()), Span::default())],
    })
}

/// What everybody may do with the table, on the view.
fn grants(view: &QName, acl: &Acl) -> Vec<DdlOp> {
    let mut ops = Vec::new();
    for (grantee, privileges) in &acl.grants {
        for grant_option in [false, true] {
            let privileges: Vec<Privilege> = privileges
                .iter()
                .filter(|(name, option)| **option == grant_option && ON_VIEWS.contains(&name.as_str()))
                .map(|(name, _)| Privilege { name: name.clone(), columns: Vec::new() })
                .collect();
            if !privileges.is_empty() {
                ops.push(DdlOp::Grant(Grant {
                    grant: true,
                    privileges,
                    kind: ObjectKind::Table,
                    target: GrantTarget::Objects(vec![ObjectName::of(view.clone())]),
                    grantees: vec![grantee.clone()],
                    grant_option,
                    grantor: None,
                    cascade: false,
                }));
            }
        }
    }
    ops
}
