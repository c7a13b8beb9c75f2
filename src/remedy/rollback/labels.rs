//! Values added to an enum. No statement takes one away; a new type without it can take the place of the old
//! one, where only columns use it.

use crate::diff;
use crate::diff::piece::{Phase, Piece, Target, Verb};
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, ExprFacts};
use crate::ir::object::{Drop, ObjectKind, ObjectName, Rename};
use crate::ir::table::{AlterTable, TableAction};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::quote::quote_ident;
use crate::schema::Coverage;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Table, UserType};
use crate::text::Span;

use super::Back;

/// Whether labels go, other than by being renamed.
pub(super) fn loses(from: &[String], to: &[String]) -> bool {
    from.len() > to.len() && from.iter().any(|label| !to.contains(label))
}

/// A column of the type.
struct User<'a> {
    table: &'a Table,
    column: &'a Ident,
}

/// Adds the statements that replace the type by one without the new labels, if that is possible.
pub(super) fn swap(back: &mut Back<'_>, key: &ObjectKey, from: &UserType, to: &UserType) {
    let labels: Vec<String> =
        labels_of(from).iter().filter(|l| !labels_of(to).contains(l)).cloned().collect();
    let list = labels.iter().map(|l| format!("'{l}'")).collect::<Vec<_>>().join(", ");
    let users = match users(back, key) {
        Ok(users) => users,
        Err(obstacle) => {
            back.irreversible(
                format!(
                    "{list} stays a value of {key}: PostgreSQL cannot remove one, and the type cannot be replaced \
                     because of {obstacle}; a value that nothing uses does no harm"
                ),
                Vec::new(),
            );
            return;
        }
    };
    let name = &to.name;
    let old = name.sibling(free_name(back, name));
    let on = || Target::whole(key.clone());
    let mut pieces = vec![Piece::change(
        Phase::Early,
        on(),
        DdlOp::Rename(Rename {
            kind: ObjectKind::Type,
            object: ObjectName::of(name.clone()),
            relation_kind: None,
            to: old.name.clone(),
            if_exists: false,
            only: false,
        }),
    )];
    let new = Object::Type(to.clone());
    let making = diff::Transition { key, from: None, to: Some(&new), rebuild: false };
    let definition = diff::plan(back.after, &[making]);
    pieces.extend(definition.into_iter().map(|piece| Piece::change(Phase::Create, on(), piece.op)));
    for user in &users {
        let part = Part::Column(user.column.clone());
        let on = Target { key: ObjectKey::Relation(user.table.name.clone()), part };
        let piece = Piece { verb: Verb::Change, ..Piece::make(Phase::Alter, on, retype(user, name)) };
        // The old type can only go when no column has it, one that is dropped later included.
        pieces.push(Piece { needs: vec![key.clone()], frees: vec![key.clone()], ..piece });
    }
    pieces.push(Piece::change(
        Phase::Drop,
        on(),
        DdlOp::Drop(Drop {
            kind: ObjectKind::Type,
            objects: vec![ObjectName::of(old)],
            if_exists: false,
            cascade: false,
            concurrently: false,
        }),
    ));
    if back.after.is_blind() || back.after.coverage == Coverage::Partial {
        back.lossy(
            format!(
                "what uses {key} and was made in a way that is not known here keeps the script from running"
            ),
            Vec::new(),
        );
    }
    back.note(
        "the type is replaced, which fails while a row has a value that goes",
        format!("{key} ({list})"),
    );
    for user in &users {
        back.note("rewritten under ACCESS EXCLUSIVE", user.table.name.to_string());
    }
    back.pieces.extend(pieces);
}

fn labels_of(user_type: &UserType) -> &[String] {
    match &user_type.kind {
        crate::schema::model::UserTypeKind::Enum(labels) => labels,
        crate::schema::model::UserTypeKind::Composite(_)
        | crate::schema::model::UserTypeKind::Domain(_)
        | crate::schema::model::UserTypeKind::Range(_)
        | crate::schema::model::UserTypeKind::Base(_)
        | crate::schema::model::UserTypeKind::Shell => &[],
    }
}

/// A name for the old type until it is dropped.
fn free_name(back: &Back<'_>, name: &QName) -> Ident {
    let stem = &name.name[..name.name.floor_char_boundary(50)];
    let mut candidate = Ident::from(format!("{stem}_before"));
    for number in 1u32.. {
        if back.after.resolve_type(&name.sibling(candidate.clone())).is_none() {
            break;
        }
        candidate = Ident::from(format!("{stem}_before{number}"));
    }
    candidate
}

/// `ALTER TABLE … ALTER COLUMN … TYPE …`, its default out of the way meanwhile.
fn retype(user: &User<'_>, name: &QName) -> DdlOp {
    let column = user.table.column(user.column);
    let array = column.map_or(0, |c| c.data_type.array);
    let ty = TypeName { name: name.clone(), modifiers: Vec::new(), array, setof: false };
    let text = if array > 0 { "::text[]" } else { "::text" };
    let sql = format!("{}{text}::{}", quote_ident(user.column), ty.sql());
    let using =
        Expr::from(ExprFacts { sql, columns: vec![(None, user.column.clone())], ..ExprFacts::default() });
    let default = column.and_then(|c| c.default.clone());
    let mut actions = Vec::new();
    let set = |default| TableAction::Default { column: user.column.clone(), default };
    if default.is_some() {
        actions.push(set(None));
    }
    actions.push(TableAction::AlterType {
        column: user.column.clone(),
        data_type: ty,
        collation: None,
        using: Some(using),
    });
    if default.is_some() {
        actions.push(set(default));
    }
    DdlOp::AlterTable(AlterTable {
        kind: ObjectKind::Table,
        name: user.table.name.clone(),
        if_exists: false,
        only: false,
        actions: actions.into_iter().map(|a| (a, Span::default())).collect(),
    })
}

/// The columns that use the type; or what else does and makes it impossible to replace.
fn users<'a>(back: &Back<'a>, key: &ObjectKey) -> Result<Vec<User<'a>>, String> {
    let mut users: Vec<User<'a>> = Vec::new();
    let unknown = back.after.objects().find_map(|(_, object)| match object {
        Object::Table(table) => {
            let column = table.columns.iter().find(|c| c.data_type.is("unknown"));
            column.map(|c| format!("column {}.{}, whose type is not known here", table.name, c.name))
        }
        _ => None,
    });
    if let Some(obstacle) = unknown {
        return Err(obstacle);
    }
    for (dependent, dependency) in back.after.dependents(key) {
        let Some(object) = back.after.get(dependent) else { continue };
        let obstacle = || Err(format!("{} {dependent}", object.kind()));
        let Object::Table(table) = object else { return obstacle() };
        let column = match &dependency.via {
            Part::Column(column) => column,
            // The default of a column of another type would keep the old type.
            Part::Default(column) if table.column(column).is_some_and(|c| is_type(&c.data_type, key)) => {
                continue;
            }
            Part::Whole
            | Part::Default(_)
            | Part::Constraint(_)
            | Part::Trigger(_)
            | Part::Policy(_)
            | Part::Rule(_)
            | Part::Member(_) => return obstacle(),
        };
        if let Some(what) = ties(back, table, column) {
            return Err(what);
        }
        let inherited = table.column(column).is_some_and(|c| c.inherited);
        if !inherited && users.iter().all(|u| (&u.table.name, u.column) != (&table.name, column)) {
            users.push(User { table, column });
        }
    }
    Ok(users)
}

fn is_type(ty: &TypeName, key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Type(name) if ty.name == *name)
}

/// What keeps a column from getting another type.
fn ties(back: &Back<'_>, table: &Table, column: &Ident) -> Option<String> {
    let mentions = |expr: &Expr| expr.columns.iter().any(|(_, c)| c == column);
    if let Some(view) = back.after.views_on_column(&table.name, column).first() {
        return Some(format!("view {}", view.name));
    }
    if back
        .after
        .views_on(&table.name)
        .iter()
        .any(|(v, _)| v.uses.iter().any(|u| u.relation == table.name && u.uncertain))
    {
        return Some(format!("a view that reads {}", table.name));
    }
    let constraint = table.constraints.iter().find(|c| match &c.kind {
        crate::ir::table::ConstraintKind::Check(expr) => mentions(expr),
        crate::ir::table::ConstraintKind::Exclude(e) => {
            e.predicate.as_ref().is_some_and(mentions)
                || e.elements.iter().any(|(k, _)| k.as_column().is_none_or(|c| c == column))
        }
        crate::ir::table::ConstraintKind::NotNull(_)
        | crate::ir::table::ConstraintKind::PrimaryKey(_)
        | crate::ir::table::ConstraintKind::Unique(_) => false,
        crate::ir::table::ConstraintKind::ForeignKey(fk) => fk.columns.contains(column),
    });
    if let Some(constraint) = constraint {
        return Some(format!("constraint {} of {}", constraint.name, table.name));
    }
    for index in back.after.indexes_of(&table.name) {
        let in_text = index.predicate.as_ref().is_some_and(mentions)
            || index.keys.iter().any(|k| match &k.target {
                crate::ir::index::KeyTarget::Expr(expr) => mentions(expr),
                crate::ir::index::KeyTarget::Column(_) => false,
            });
        if in_text {
            return Some(format!("index {}", index.name));
        }
    }
    let trigger = table
        .triggers
        .iter()
        .find(|t| t.def.update_columns.contains(column) || t.def.when.as_ref().is_some_and(mentions));
    if let Some(trigger) = trigger {
        return Some(format!("trigger {} on {}", trigger.def.name, table.name));
    }
    let policy = table.policies.iter().find(|p| p.using.iter().chain(&p.check).any(mentions));
    if let Some(policy) = policy {
        return Some(format!("policy {} on {}", policy.name, table.name));
    }
    let generated = table.columns.iter().find(|c| c.generated.as_ref().is_some_and(|g| mentions(&g.expr)));
    if let Some(generated) = generated {
        return Some(format!("generated column {} of {}", generated.name, table.name));
    }
    let partition_key = match &table.kind {
        crate::schema::model::TableKind::Partitioned(by) => {
            by.keys.iter().any(|k| k.as_column().is_none_or(|c| c == column))
        }
        crate::schema::model::TableKind::Ordinary | crate::schema::model::TableKind::Foreign(_) => false,
    };
    partition_key.then(|| format!("the partition key of {}", table.name))
}
