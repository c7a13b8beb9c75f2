//! Privileges, roles and policies.

use crate::effects::fact::BreakKind;
use crate::ir::access::{AlterPolicy, CreatePolicy, Grant, GrantTarget};
use crate::ir::data::LockMode;
use crate::ir::expr::Expr;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, QName};
use crate::schema::model::Object;

use super::context::{Context, Target};
use super::drop;
use super::query::Stage;
use super::relation::change_owner;

/// `GRANT` and `REVOKE` lock relations from 18 on, when they name them.
pub(super) fn grant(cx: &mut Context<'_>, grant: &Grant) {
    match &grant.target {
        GrantTarget::Objects(objects) => {
            for object in objects {
                if !grant.grant {
                    cx.breaks(object, BreakKind::PrivilegeRevoked);
                }
                if cx.at_least(18) && grant.kind.is_relation() {
                    cx.lock_named(&object.name, grant.kind, LockMode::AccessShare);
                }
            }
        }
        GrantTarget::AllInSchemas(schemas) => {
            if !grant.grant {
                for schema in schemas {
                    cx.breaks(schema, BreakKind::PrivilegeRevoked);
                }
            }
        }
    }
}

pub(super) fn create_policy(cx: &mut Context<'_>, policy: &CreatePolicy) {
    cx.lock_named(&policy.table, ObjectKind::Table, LockMode::AccessExclusive);
    expressions(cx, policy.using.iter().chain(&policy.check));
    let restricts = !policy.permissive && cx.schema.table(&policy.table).is_some_and(|t| t.row_security);
    if restricts {
        let table = cx.schema.relation_name(&policy.table);
        cx.breaks(&table, BreakKind::RowsHidden);
    }
}

pub(super) fn alter_policy(cx: &mut Context<'_>, policy: &AlterPolicy) {
    cx.lock_named(&policy.table, ObjectKind::Table, LockMode::AccessExclusive);
    expressions(cx, policy.using.iter().chain(&policy.check));
}

fn expressions<'e>(cx: &mut Context<'_>, expressions: impl Iterator<Item = &'e Expr>) {
    for expr in expressions {
        cx.expression(expr, Stage::Analysed);
    }
}

/// `REASSIGN OWNED`: looks through the whole model for what the roles own.
pub(super) fn reassign_owned(cx: &mut Context<'_>, roles: &[Ident]) {
    for (_, object) in cx.schema.objects() {
        if object.owner().is_some_and(|owner| roles.contains(owner)) {
            cx.lock_object(object, LockMode::AccessExclusive);
            match object {
                Object::Table(table) => change_owner(cx, table),
                Object::View(view) => cx.lock_indexes(&view.name, LockMode::AccessExclusive),
                _ => {}
            }
        }
    }
    cx.unsure("what the roles own is known only where an owner is stated");
}

/// `DROP OWNED`: likewise.
pub(super) fn drop_owned(cx: &mut Context<'_>, roles: &[Ident]) {
    let owned = cx.schema.objects().filter(|(_, object)| object.owner().is_some_and(|o| roles.contains(o)));
    let keys: Vec<_> = owned.map(|(key, _)| key.clone()).collect();
    drop::objects(cx, keys);
    for role in roles {
        cx.breaks(role, BreakKind::PrivilegeRevoked);
    }
    cx.unsure("what the roles own is known only where an owner is stated");
}

impl Context<'_> {
    /// Locks a relation that a statement names, whatever it is; `kind` where that is not known.
    pub(super) fn lock_named(&mut self, name: &QName, kind: ObjectKind, mode: LockMode) {
        match self.target(name) {
            Target::Known(object) => self.lock_object(object, mode),
            Target::Unknown(name) => self.lock(&name, kind, mode),
            Target::Absent => {}
        }
    }
}
