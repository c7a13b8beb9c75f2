//! Where the way back leads: each changed object's state before, as far as statements can restore it.

use std::sync::Arc;

use crate::diff;
use crate::diff::piece::Target;
use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::ir::index::KeyTarget;
use crate::name::{Ident, QName};
use crate::schema::Coverage;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Column, Index, Object, Role, Table, UserTypeKind, View};

use super::{Back, labels};

/// One object on its way back.
pub(super) struct Destination {
    pub(super) key: ObjectKey,
    /// What it is after the statement.
    pub(super) from: Option<Arc<Object>>,
    /// What it can be again.
    pub(super) to: Option<Arc<Object>>,
    /// Whether it is dropped and made again because another object is.
    pub(super) rebuild: bool,
}

/// Whether an object goes with the session anyway.
pub(super) fn is_temporary(key: &ObjectKey) -> bool {
    key.namespace().is_some_and(|schema| schema.starts_with("pg_temp"))
}

/// The objects to restore, and what they are to be. What cannot be restored is noted.
pub(super) fn targets(back: &mut Back<'_>) -> Vec<Destination> {
    let mut targets = Vec::new();
    for change in &back.step.changes {
        if is_temporary(&change.key) || !certain(back, change) {
            continue;
        }
        let to = match (&change.after, &change.before) {
            (None, Some(before)) if !can_be_made(back, &change.key, before) => {
                back.unmade.push(change.key.clone());
                continue;
            }
            (Some(after), Some(before)) => Some(reachable(back, &change.key, after, before)),
            (_, before) => before.clone(),
        };
        targets.push(Destination { key: change.key.clone(), from: change.after.clone(), to, rebuild: false });
    }
    rebuild_indexes(back, &mut targets);
    rebuild_dependents(back, &mut targets);
    indexes_on_attachment(back, &targets);
    targets
}

/// A partition that is attached gets an index for each of the partitioned table's that it has no match for, also for
/// one that had not been attached to any of its (`AttachPartitionEnsureIndexes` in `tablecmds.c`).
fn indexes_on_attachment(back: &mut Back<'_>, targets: &[Destination]) {
    for target in targets {
        let Some(Object::Table(Table { name, partition_of: Some((parent, _)), .. })) = target.to.as_deref()
        else {
            continue;
        };
        if matches!(target.from.as_deref(), Some(Object::Table(from)) if from.partition_of.is_some()) {
            continue;
        }
        let states = |key: &ObjectKey| targets.iter().find(|t| t.key == *key).map(|t| t.to.as_deref());
        let indexes = |table: &QName| -> Vec<Index> {
            let mut found: Vec<Index> = Vec::new();
            let standing = back.after.indexes_of(table).into_iter();
            let standing = standing.filter(|i| states(&ObjectKey::Relation(i.name.clone())).is_none());
            found.extend(standing.cloned());
            found.extend(targets.iter().filter_map(|t| match t.to.as_deref() {
                Some(Object::Index(index)) if index.table == *table => Some(index.clone()),
                _ => None,
            }));
            found
        };
        let own = indexes(name);
        let without: Vec<QName> = indexes(parent)
            .into_iter()
            .map(|index| index.name)
            .filter(|above| own.iter().all(|index| index.parent.as_ref() != Some(above)))
            .collect();
        for above in without {
            back.irreversible(
                format!(
                    "{name} gets an index for {above} when it is attached to {parent}, which it did not have and \
                     which cannot be dropped by itself"
                ),
                vec![Target::whole(ObjectKey::Relation(name.clone()))],
            );
        }
    }
}

/// Whether the statement certainly made the object: one that runs under a condition, or only if the object is
/// missing, may have found it there. Roles belong to the cluster, of which the model knows only a part.
fn certain(back: &mut Back<'_>, change: &Change) -> bool {
    if change.before.is_some() || change.after.is_none() {
        return true;
    }
    let making = |op| Creation::of(op).filter(|c| c.makes(&change.key));
    let (conditional, replaces) = match &back.step.stmt.op {
        DdlOp::Do(block) => {
            let own =
                || block.statements.iter().filter_map(|n| Some((n.conditional || n.guarded, making(&n.op)?)));
            (own().any(|(c, made)| c || made.only_if_missing), own().any(|(_, made)| made.may_replace))
        }
        op => making(op).map_or((false, false), |made| (made.only_if_missing, made.may_replace)),
    };
    if replaces && back.after.coverage == Coverage::Partial {
        back.irreversible(
            format!(
                "{} stays: whether the statement replaced one, and what that was, is not known (give the schema \
                 before the migration: `--schema`)",
                change.key
            ),
            Vec::new(),
        );
        return false;
    }
    if !conditional {
        return true;
    }
    if matches!(change.key, ObjectKey::Role(_)) {
        back.lossy(
            format!(
                "role {} stays: the statement makes it only where it is missing, so it may be older",
                change.key
            ),
            Vec::new(),
        );
        return false;
    }
    if back.after.coverage == Coverage::Partial {
        back.lossy(
            format!(
                "if {} was there before, the statement did nothing, and the script drops what it did not make",
                change.key
            ),
            Vec::new(),
        );
    }
    true
}

/// What a statement makes, and under which reservation.
struct Creation<'a> {
    name: Option<&'a Ident>,
    only_if_missing: bool,
    may_replace: bool,
}

impl<'a> Creation<'a> {
    fn new(name: &'a Ident, only_if_missing: bool) -> Self {
        Self { name: Some(name), only_if_missing, may_replace: false }
    }

    fn replacing(name: &'a Ident, may_replace: bool) -> Self {
        Self { name: Some(name), only_if_missing: false, may_replace }
    }

    fn of(op: &'a DdlOp) -> Option<Self> {
        Some(match op {
            DdlOp::CreateTable(op) => Self::new(&op.name.as_ref()?.name, op.if_not_exists),
            DdlOp::CreateMatview(op) => Self::new(&op.name.name, op.if_not_exists),
            DdlOp::CreateSequence(op) => Self::new(&op.name.name, op.if_not_exists),
            DdlOp::CreateIndex(op) => Self::new(op.name.as_ref()?, op.if_not_exists),
            DdlOp::CreateStatistics(op) => Self::new(&op.name.as_ref()?.name, op.if_not_exists),
            DdlOp::CreateSchema(op) => Self::new(&op.name, op.if_not_exists),
            DdlOp::CreateExtension(op) => Self::new(&op.name, op.if_not_exists),
            DdlOp::CreateType(op) => Self::new(&op.name.name, false),
            DdlOp::CreateDomain(op) => Self::new(&op.name.name, false),
            DdlOp::CreatePublication(op) => Self::new(&op.name, false),
            DdlOp::CreateRole(op) => Self::new(&op.name, false),
            DdlOp::CreateView(op) => Self::replacing(&op.name.name, op.or_replace),
            DdlOp::CreateFunction(op) => Self::replacing(&op.name.name, op.or_replace),
            // They make parts of objects, or none.
            DdlOp::CreateTrigger(_)
            | DdlOp::CreateRule(_)
            | DdlOp::CreatePolicy(_)
            | DdlOp::Misc(_)
            | DdlOp::AlterTable(_)
            | DdlOp::AlterSequence(_)
            | DdlOp::AlterEnum(_)
            | DdlOp::AlterDomain(_)
            | DdlOp::AlterFunction(_)
            | DdlOp::AlterPolicy(_)
            | DdlOp::Grant(_)
            | DdlOp::GrantRole(_)
            | DdlOp::AlterDefaultPrivileges(_)
            | DdlOp::AlterRole(_)
            | DdlOp::DropOwned { .. }
            | DdlOp::ReassignOwned { .. }
            | DdlOp::AlterExtension(_)
            | DdlOp::AlterPublication(_)
            | DdlOp::Comment(_)
            | DdlOp::Drop(_)
            | DdlOp::Rename(_)
            | DdlOp::SetSchema(_)
            | DdlOp::OwnerTo(_)
            | DdlOp::Reindex(_)
            | DdlOp::Cluster(_)
            | DdlOp::Vacuum(_)
            | DdlOp::RefreshMatview(_)
            | DdlOp::Truncate(_)
            | DdlOp::Insert(_)
            | DdlOp::Update(_)
            | DdlOp::Delete(_)
            | DdlOp::Merge(_)
            | DdlOp::Select(_)
            | DdlOp::Copy(_)
            | DdlOp::LockTable(_)
            | DdlOp::Transaction(_)
            | DdlOp::Set(_)
            | DdlOp::Do(_)
            | DdlOp::Call { .. }
            | DdlOp::Session(_)
            | DdlOp::Opaque(_) => return None,
        })
    }

    /// Whether it is the one that makes the object, as far as its name tells.
    fn makes(&self, key: &ObjectKey) -> bool {
        let own = match key {
            ObjectKey::Relation(n)
            | ObjectKey::Type(n)
            | ObjectKey::Function(n, _)
            | ObjectKey::Statistics(n) => &n.name,
            ObjectKey::Schema(n)
            | ObjectKey::Role(n)
            | ObjectKey::Extension(n)
            | ObjectKey::Publication(n) => n,
            ObjectKey::DefaultAcl(..) | ObjectKey::Other(..) => return false,
        };
        self.name == Some(own)
    }
}

/// Whether a dropped object can be made again from what is known of it.
fn can_be_made(back: &mut Back<'_>, key: &ObjectKey, before: &Object) -> bool {
    let unknown = match before {
        Object::Table(table) => {
            let untyped = |c: &Column| c.data_type.is("unknown");
            !table.columns_known || back.after.is_unknown(&table.name) || table.columns.iter().any(untyped)
        }
        Object::Other(other) => other.sql.is_empty(),
        Object::Schema(_)
        | Object::View(_)
        | Object::Index(_)
        | Object::Sequence(_)
        | Object::Type(_)
        | Object::Function(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::Publication(_)
        | Object::Statistics(_)
        | Object::DefaultAcl(_) => false,
    };
    if unknown {
        back.irreversible(
            format!(
                "{} {key} cannot be made again, since not everything about it is known: keep a dump of it \
                 (`pg_dump --schema-only --table`)",
                before.kind()
            ),
            vec![Target::whole(key.clone())],
        );
    }
    !unknown
}

/// The nearest state to `before` that statements lead to from `after`.
fn reachable(back: &mut Back<'_>, key: &ObjectKey, after: &Object, before: &Arc<Object>) -> Arc<Object> {
    match (after, &**before) {
        (Object::Table(from), Object::Table(to)) => {
            table(back, from, to).map_or_else(|| before.clone(), |t| Arc::new(Object::Table(t)))
        }
        (Object::View(from), Object::View(to)) if from.populated && !to.populated => {
            // What a refresh computed does no harm.
            Arc::new(Object::View(View { populated: true, ..to.clone() }))
        }
        (Object::Index(from), Object::Index(to)) if from.parent.is_some() && to.parent.is_none() => {
            let detached = back.step.changes.iter().any(|c| detaches(c, from));
            if detached {
                return before.clone();
            }
            let above: Vec<Target> =
                from.parent.iter().map(|p| Target::whole(ObjectKey::Relation(p.clone()))).collect();
            back.irreversible(
                format!(
                    "index {key} stays where it is attached, and so stays: an attached index cannot be detached \
                     or dropped by itself"
                ),
                above,
            );
            Arc::new(Object::Index(Index { parent: from.parent.clone(), ..to.clone() }))
        }
        (Object::Type(from), Object::Type(to)) => match (&from.kind, &to.kind) {
            (UserTypeKind::Enum(new), UserTypeKind::Enum(old)) if labels::loses(new, old) => {
                labels::swap(back, key, from, to);
                let mut kept = to.clone();
                kept.kind = from.kind.clone();
                Arc::new(Object::Type(kept))
            }
            _ => before.clone(),
        },
        (Object::Extension(from), Object::Extension(to)) if from.version != to.version => {
            back.irreversible(
                format!(
                    "extension {key} keeps its version: few extensions come with a script for the way back \
                     (see pg_extension_update_paths)"
                ),
                Vec::new(),
            );
            let mut kept = to.clone();
            kept.version.clone_from(&from.version);
            Arc::new(Object::Extension(kept))
        }
        (Object::Role(from), Object::Role(to)) if from.options.password != to.options.password => {
            let mut options = to.options.clone();
            if to.options.password != Some(false) {
                options.password = from.options.password;
            }
            Arc::new(Object::Role(Role { options, ..to.clone() }))
        }
        _ => before.clone(),
    }
}

/// Whether the change takes the index's table out of its partitioned table.
fn detaches(change: &Change, index: &Index) -> bool {
    match (change.after.as_deref(), change.before.as_deref()) {
        (Some(Object::Table(after)), Some(Object::Table(before))) => {
            after.name == index.table && after.partition_of.is_some() && before.partition_of.is_none()
        }
        _ => false,
    }
}

fn table(back: &mut Back<'_>, from: &Table, to: &Table) -> Option<Table> {
    let mut kept: Option<Table> = None;
    for new in &from.constraints {
        let Some(i) = to.constraints.iter().position(|old| old.name == new.name) else { continue };
        let old = &to.constraints[i];
        // A constraint that has been validated holds; to forget that it does would help nobody, and takes
        // dropping and adding it under a strong lock.
        if new.validated && !old.validated && new.kind == old.kind && new.enforced == old.enforced {
            kept.get_or_insert_with(|| to.clone()).constraints[i].validated = true;
            let about = Target {
                key: ObjectKey::Relation(to.name.clone()),
                part: Part::Constraint(new.name.clone()),
            };
            back.note_on(
                Some(about),
                "stays validated, which harms nobody",
                format!("{}.{}", to.name, new.name),
            );
        }
    }
    for (i, old) in to.columns.iter().enumerate() {
        if let Some(new) = from.column(&old.name)
            && new.generated.is_none()
            && old.generated.is_some()
        {
            kept.get_or_insert_with(|| to.clone()).columns[i].generated = None;
            back.irreversible(
                format!(
                    "column {} of {} stays an ordinary column: to have it generated again, drop it and add it \
                     anew, which moves it to the end",
                    old.name, to.name
                ),
                Vec::new(),
            );
        }
    }
    kept
}

/// Indexes whose predicate or expressions mention a column that changes its type are made anew: the server would
/// put casts into them and keep them when the type changes back, and a query would no longer match them.
fn rebuild_indexes(back: &Back<'_>, targets: &mut Vec<Destination>) {
    let mut rebuilt = Vec::new();
    for target in targets.iter() {
        let (Some(Object::Table(from)), Some(Object::Table(to))) =
            (target.from.as_deref(), target.to.as_deref())
        else {
            continue;
        };
        let retyped = |column: &Ident| match (from.column(column), to.column(column)) {
            (Some(was), Some(is)) => diff::leaves_casts(&was.data_type, &is.data_type),
            _ => false,
        };
        let mentions = |expr: &Expr| expr.columns.iter().any(|(_, c)| retyped(c));
        for index in back.after.indexes_of(&from.name) {
            let key = ObjectKey::Relation(index.name.clone());
            let texts = index.keys.iter().filter_map(|k| match &k.target {
                KeyTarget::Expr(expr) => Some(expr),
                KeyTarget::Column(_) => None,
            });
            if index.constraint.is_none()
                && texts.chain(&index.predicate).any(mentions)
                && targets.iter().all(|t| t.key != key)
                && let Some(object) = back.after.get_arc(&key)
            {
                let state = Some(object.clone());
                rebuilt.push(Destination { key, from: state.clone(), to: state, rebuild: true });
            }
        }
    }
    targets.extend(rebuilt);
}

/// A view that has to be dropped to become what it was takes along the views that read it: they are made again
/// as they are.
fn rebuild_dependents(back: &mut Back<'_>, targets: &mut Vec<Destination>) {
    let mut queue: Vec<ObjectKey> = targets
        .iter()
        .filter(|t| match (&t.from, &t.to) {
            (Some(from), Some(to)) => from != to && diff::must_rebuild(from, to),
            _ => false,
        })
        .map(|t| t.key.clone())
        .collect();
    let after = back.after;
    while let Some(key) = queue.pop() {
        let dependents: Vec<ObjectKey> = after.dependents(&key).into_iter().map(|(k, _)| k.clone()).collect();
        for dependent in dependents {
            let position = targets.iter().position(|t| t.key == dependent);
            let Some(object) = after.get_arc(&dependent) else { continue };
            match &**object {
                Object::View(_) => match position {
                    Some(i) if targets[i].rebuild || targets[i].to.is_none() => {}
                    Some(i) => {
                        targets[i].rebuild = true;
                        queue.push(dependent);
                    }
                    None => {
                        let state = Some(object.clone());
                        targets.push(Destination {
                            key: dependent.clone(),
                            from: state.clone(),
                            to: state,
                            rebuild: true,
                        });
                        queue.push(dependent);
                    }
                },
                Object::Index(index) => {
                    // An index of a materialized view goes with it.
                    if position.is_none() && index.constraint.is_none() {
                        let state = Some(object.clone());
                        targets.push(Destination {
                            key: dependent.clone(),
                            from: state.clone(),
                            to: state,
                            rebuild: true,
                        });
                    }
                }
                Object::Schema(_)
                | Object::Table(_)
                | Object::Sequence(_)
                | Object::Type(_)
                | Object::Function(_)
                | Object::Role(_)
                | Object::Extension(_)
                | Object::Publication(_)
                | Object::Statistics(_)
                | Object::DefaultAcl(_)
                | Object::Other(_) => {
                    if position.is_none() {
                        let kind = object.kind();
                        back.irreversible(
                            format!(
                                "{key} has to be dropped and made again, which {kind} {dependent} prevents: \
                                 drop what uses it there first, and make it again after"
                            ),
                            Vec::new(),
                        );
                    }
                }
            }
        }
    }
}
