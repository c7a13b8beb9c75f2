//! Runs the assertions of a policy over what a change set makes and changes.
//!
//! In: the steps of a change set with the schema after them. Out: findings. A subject is judged as it is in the end; it
//! is reported when the change set made it, or changed something of it that the assertion asks about, at the last
//! statement that did so. What was like that before is not this change set's doing.

use std::borrow::Cow;

use crate::finding::{Confidence, Finding};
use crate::hash::IndexMap;
use crate::ir::DdlOp;
use crate::ir::table::{ConstraintKind, TableAction};
use crate::name::{Ident, QName};
use crate::plan::{MigrationInfo, Step};
use crate::policy::Assertion;
use crate::policy::assertion::fact::{Kind, Subject};
use crate::policy::assertion::grants;
use crate::rules::context::ops_of;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::{is_bookkeeping, is_in_bookkeeping};
use crate::schema::model::{Change, Index, Object, Role, Table};
use crate::text::Span;

/// What a change set did to each object that is there in the end.
pub(super) struct Touched<'a> {
    steps: &'a [Step],
    schema: &'a Schema,
    migrations: &'a [MigrationInfo],
    objects: IndexMap<&'a ObjectKey, Vec<State<'a>>>,
}

/// What one statement did to an object.
#[derive(Clone, Copy)]
struct State<'a> {
    /// The statement.
    step: &'a Step,
    before: Option<&'a Object>,
    after: Option<&'a Object>,
    /// Whether it was another object that changed, on which facts of this one rest.
    related: bool,
}

impl<'a> Touched<'a> {
    /// Looks through the changes of a change set.
    pub(super) fn new(steps: &'a [Step], schema: &'a Schema, migrations: &'a [MigrationInfo]) -> Self {
        let mut touched = Self { steps, schema, migrations, objects: IndexMap::default() };
        for step in steps {
            for change in &step.changes {
                touched.note(step, change);
            }
        }
        touched
    }

    fn note(&mut self, step: &'a Step, change: &'a Change) {
        let (mut before, after) = (change.before.as_deref(), change.after.as_deref());
        let mut states = self.objects.shift_remove(&change.key).unwrap_or_default();
        if before.is_none()
            && let Some(old) = moved_from(step, change)
        {
            before = old.before.as_deref();
            states = self.objects.shift_remove(&old.key).unwrap_or_default();
        }
        states.push(State { step, before, after, related: false });
        self.objects.insert(&change.key, states);
        match (before, after) {
            (Some(Object::Index(index)), _) | (None, Some(Object::Index(index))) => {
                self.relate(step, &index.table);
            }
            (Some(Object::Role(_)) | None, Some(Object::Role(_))) | (Some(Object::Role(_)), None) => {
                let roles = |object: Option<&'a Object>| match object {
                    Some(Object::Role(role)) => memberships(role),
                    _ => Vec::new(),
                };
                for role in changed(&roles(before), &roles(after)) {
                    self.relate_to(step, &ObjectKey::Role(role.clone()));
                }
            }
            (Some(Object::Table(_)) | None, Some(Object::Table(_))) | (Some(Object::Table(_)), None) => {
                let tables = |object: Option<&'a Object>| match object {
                    Some(Object::Table(table)) => references(table),
                    _ => Vec::new(),
                };
                for table in changed(&tables(before), &tables(after)) {
                    self.relate(step, table);
                }
            }
            _ => {}
        }
    }

    fn relate(&mut self, step: &'a Step, table: &QName) {
        self.relate_to(step, &ObjectKey::Relation(table.clone()));
    }

    /// Notes that facts of an object changed with another one.
    fn relate_to(&mut self, step: &'a Step, key: &ObjectKey) {
        let Some((key, object)) = self.schema.get_key_value(key) else { return };
        let state = State { step, before: Some(object), after: Some(object), related: true };
        self.objects.entry(key).or_default().push(state);
    }

    /// Reports what an assertion finds.
    pub(super) fn judge(&self, assertion: &Assertion, out: &mut Vec<Finding>) {
        if assertion.kind == Kind::Statement {
            for step in self.steps {
                let Some(migration) = self.migrations.get(step.migration) else { continue };
                let subject = Subject::Statement(step, migration);
                if assertion.is_violated(self.schema, &subject) {
                    out.push(self.finding(assertion, &subject, step));
                }
            }
            return;
        }
        for (key, states) in &self.objects {
            if is_left_out(key) {
                continue;
            }
            let Some(object) = self.schema.get(key) else { continue };
            for subject in subjects(assertion.kind, key, object) {
                if assertion.is_violated(self.schema, &subject)
                    && let Some(step) = self.culprit(assertion, key, states, &subject)
                {
                    out.push(self.finding(assertion, &subject, step));
                }
            }
        }
    }

    /// The last statement that made the subject, or changed something that is asked about.
    fn culprit(
        &self,
        assertion: &Assertion,
        key: &ObjectKey,
        states: &[State<'a>],
        subject: &Subject<'_>,
    ) -> Option<&'a Step> {
        states
            .iter()
            .rev()
            .find(|state| {
                let Some(after) = state.after.and_then(|object| find(assertion.kind, key, object, subject))
                else {
                    return false;
                };
                let before =
                    state.before.and_then(|object| counterpart(assertion.kind, key, object, &after, state));
                let Some(before) = before else { return true };
                assertion.asks_differently(self.schema, &before, &after, state.related)
            })
            .map(|state| state.step)
    }

    fn finding(&self, assertion: &Assertion, subject: &Subject<'_>, step: &Step) -> Finding {
        Finding {
            rule: Cow::Owned(assertion.name.to_string()),
            severity: assertion.severity,
            confidence: Confidence::High,
            file: step.stmt.file,
            span: place(step, subject),
            step: Some(step.index),
            object: subject.object(),
            message: assertion.message.about(self.schema, subject),
            why: assertion.reason(self.schema, subject),
            help: assertion.advice(),
            remedy: None,
            diff: None,
            related: Vec::new(),
            works_on: None,
            work: None,
            habit: false,
            policy: Some(assertion.place.clone()),
        }
    }
}

/// Temporary objects, and the tables of migration tools.
fn is_left_out(key: &ObjectKey) -> bool {
    key.namespace().is_some_and(|schema| schema.starts_with("pg_temp"))
        || is_in_bookkeeping(key)
        || matches!(key, ObjectKey::Relation(name) if is_bookkeeping(&name.name))
}

/// The subjects of a kind that an object is or holds. What a partition or a child has from its parent is judged there.
fn subjects<'o>(kind: Kind, key: &'o ObjectKey, object: &'o Object) -> Vec<Subject<'o>> {
    match (kind, object) {
        (Kind::Table, Object::Table(table)) => vec![Subject::Table(table)],
        (Kind::Column, Object::Table(table)) => {
            table.columns.iter().filter(|c| !c.inherited).map(|c| Subject::Column(table, c)).collect()
        }
        (Kind::Constraint, Object::Table(table)) => {
            table.constraints.iter().filter(|c| !c.inherited).map(|c| Subject::Constraint(table, c)).collect()
        }
        (Kind::Policy, Object::Table(table)) => {
            table.policies.iter().map(|p| Subject::Policy(table, p)).collect()
        }
        (Kind::Index, Object::Index(index)) if index.parent.is_none() => vec![Subject::Index(index)],
        (Kind::Function, Object::Function(function)) => vec![Subject::Function(function)],
        (Kind::Role, Object::Role(role)) => vec![Subject::Role(role)],
        (Kind::Grant, object) => grants(key, object).into_iter().map(Subject::Grant).collect(),
        _ => Vec::new(),
    }
}

/// The subject in another state of its object, by its name.
fn find<'o>(
    kind: Kind,
    key: &'o ObjectKey,
    object: &'o Object,
    subject: &Subject<'_>,
) -> Option<Subject<'o>> {
    let mut all = subjects(kind, key, object).into_iter();
    match (kind, subject) {
        (Kind::Grant, Subject::Grant(wanted)) => all.find(|one| {
            matches!(one, Subject::Grant(item)
                if (&item.object, &item.grantee, item.grantor) == (&wanted.object, &wanted.grantee, wanted.grantor))
        }),
        (Kind::Column | Kind::Constraint | Kind::Policy, wanted) => all.find(|one| one.name() == wanted.name()),
        _ => all.next(),
    }
}

/// What the subject was before a statement: of the same name, or for a part that was renamed at the same place.
fn counterpart<'o>(
    kind: Kind,
    key: &'o ObjectKey,
    object: &'o Object,
    after: &Subject<'_>,
    state: &State<'o>,
) -> Option<Subject<'o>> {
    if let Some(found) = find(kind, key, object, after) {
        return Some(found);
    }
    if !matches!(state.step.stmt.op, DdlOp::Rename(_)) {
        return None;
    }
    let now = subjects(kind, key, state.after?);
    let at = now.iter().position(|one| one == after)?;
    let mut before = subjects(kind, key, object);
    (before.len() == now.len()).then(|| before.swap_remove(at))
}

/// The change by which an object lost the key that another change of the same statement gives it.
fn moved_from<'s>(step: &'s Step, change: &Change) -> Option<&'s Change> {
    if !matches!(step.stmt.op, DdlOp::Rename(_) | DdlOp::SetSchema(_)) {
        return None;
    }
    let kind = change.after.as_ref().map(|object| object.kind());
    let mut gone =
        step.changes.iter().filter(|c| c.after.is_none() && c.before.as_ref().map(|o| o.kind()) == kind);
    let name = |key: &ObjectKey| match key {
        ObjectKey::Relation(name) | ObjectKey::Type(name) | ObjectKey::Function(name, _) => {
            Some(name.name.clone())
        }
        _ => None,
    };
    // Where a schema changes its name, or a table takes its indexes to another one, names stay as they are.
    let same = gone.clone().find(|c| name(&c.key).is_some() && name(&c.key) == name(&change.key));
    same.or_else(|| {
        let only = gone.next()?;
        gone.next().is_none().then_some(only)
    })
}

fn memberships(role: &Role) -> Vec<&Ident> {
    role.memberships.iter().map(|m| &m.role).collect()
}

fn references(table: &Table) -> Vec<&QName> {
    let keys = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(&key.table),
        _ => None,
    });
    keys.collect()
}

/// What is in one of two lists only.
fn changed<'x, T: PartialEq>(before: &[&'x T], after: &[&'x T]) -> Vec<&'x T> {
    let only = |list: &[&'x T], other: &[&'x T]| -> Vec<&'x T> {
        list.iter().copied().filter(|item| !other.contains(item)).collect()
    };
    let mut all = only(before, after);
    all.extend(only(after, before));
    all
}

/// Where a subject stands in the statement that made or changed it.
fn place(step: &Step, subject: &Subject<'_>) -> Span {
    let (table, part): (&QName, Option<&Ident>) = match subject {
        Subject::Table(table) => (&table.name, None),
        Subject::Column(table, column) => (&table.name, Some(&column.name)),
        Subject::Constraint(table, constraint) => (&table.name, Some(&constraint.name)),
        Subject::Policy(table, policy) => (&table.name, Some(&policy.name)),
        Subject::Index(Index { name, .. }) => (name, None),
        _ => return step.stmt.span,
    };
    let in_file = |span: Span, around: Span| if span.start == span.end { around } else { span };
    for (op, span) in ops_of(step) {
        match op {
            DdlOp::CreateTable(create) if create.name.as_ref().is_some_and(|n| n.name == table.name) => {
                let column = create.columns.iter().find(|c| Some(&c.name) == part).map(|c| c.span);
                let constraint = create
                    .columns
                    .iter()
                    .flat_map(|c| &c.constraints)
                    .chain(&create.constraints)
                    .find(|c| part.is_some() && c.name.as_ref() == part)
                    .map(|c| c.span);
                return in_file(column.or(constraint).unwrap_or(span), span);
            }
            DdlOp::AlterTable(alter) if alter.name.name == table.name => {
                let about = |action: &TableAction| part.is_some_and(|part| is_about(action, part));
                let action = alter.actions.iter().rev().find(|(action, _)| about(action));
                return in_file(action.map_or(span, |(_, span)| *span), span);
            }
            _ => {}
        }
    }
    step.stmt.span
}

fn is_about(action: &TableAction, part: &Ident) -> bool {
    match action {
        TableAction::AddColumn { column, .. } => {
            column.name == *part || column.constraints.iter().any(|c| c.name.as_ref() == Some(part))
        }
        TableAction::AlterType { column, .. }
        | TableAction::Default { column, .. }
        | TableAction::NotNull { column, .. }
        | TableAction::AddIdentity { column, .. }
        | TableAction::SetIdentity { column, .. }
        | TableAction::DropIdentity { column, .. }
        | TableAction::SetExpression { column, .. }
        | TableAction::DropExpression { column, .. } => column == part,
        TableAction::AddConstraint(def) => def.name.as_ref() == Some(part),
        TableAction::AlterConstraint { name, .. } | TableAction::ValidateConstraint(name) => name == part,
        _ => false,
    }
}
