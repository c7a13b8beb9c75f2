//! Indexes, and the constraints that need one, on partitioned tables: the server refuses `CONCURRENTLY` there,
//! so the parent gets an empty one, each partition its own, and attaching makes them one.

use crate::ir::DdlOp;
use crate::ir::index::CreateIndex;
use crate::ir::object::{Drop, ObjectKind};
use crate::ir::table::ConstraintDef;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::model::{Index, Table, TableKind};
use crate::schema::preview::Ahead;

use super::build::{add, alter, alter_only, attach_index, create_like, using_index};
use super::case::{Case, Target};
use super::{Plan, Stage, index, key};

/// An index or a key on a partitioned table, or the drop of such an index.
pub(super) fn plan(case: &Case<'_>) -> Option<Plan> {
    match case.op() {
        DdlOp::CreateIndex(index) => {
            let table = case.before().table(&index.table)?;
            table.is_partitioned().then(|| create(case, index, table)).flatten()
        }
        DdlOp::AlterTable(_) => key::plan(case),
        DdlOp::Drop(drop) if drop.kind == ObjectKind::Index => {
            let op = DdlOp::Drop(Drop { concurrently: false, ..drop.clone() });
            let stage = Stage::locked("Drop the index of the parent and its partitions", vec![op]);
            let summary = "An index on a partitioned table cannot be dropped concurrently; the drop is brief, and \
                           gives up after two seconds instead of holding up everybody behind it";
            Some((summary.into(), vec![stage]))
        }
        _ => None,
    }
}

/// `CREATE INDEX` on a partitioned table.
pub(super) fn create(case: &Case<'_>, create: &CreateIndex, table: &Table) -> Option<Plan> {
    if create.only {
        return None;
    }
    let name = index::name(case, create, &table.name)?;
    let top = table.name.sibling(name.clone());
    if case.before().relation(&top).is_some() {
        return None;
    }
    let mut parts = Parts::default();
    parts.collect(case.before(), case.after()?, &table.name, &top)?;
    let on_only = |table: &QName, name: &Ident| {
        DdlOp::CreateIndex(Box::new(CreateIndex {
            name: Some(name.clone()),
            table: table.clone(),
            only: true,
            concurrently: false,
            if_not_exists: false,
            ..create.clone()
        }))
    };
    let mut parents = vec![on_only(&table.name, &name)];
    parents.extend(parts.parents.iter().map(|i| on_only(&i.table, &i.name.name)));
    let mut stages = vec![Stage::each("Create the empty index of the parent", parents)];
    stages.extend(parts.builds());
    stages.extend(parts.attaches());
    Some(("Builds the index concurrently on each partition and attaches it to the parent's".into(), stages))
}

/// `UNIQUE` and `PRIMARY KEY` constraints on a partitioned table, whose columns are `NOT NULL` where they have
/// to be.
pub(super) fn constraints(
    case: &Case<'_>,
    target: &Target<'_>,
    defs: &[(Ident, &ConstraintDef)],
) -> Option<Vec<Stage>> {
    let mut stages = Vec::new();
    for (name, def) in defs {
        let mut parts = Parts::default();
        parts.collect(case.before(), case.after()?, target.name(), &target.name().sibling(name.clone()))?;
        let own = |table: &QName, name: &Ident| {
            alter_only(table, add(ConstraintDef { name: Some(name.clone()), ..ConstraintDef::clone(def) }))
        };
        let mut parents = vec![own(target.name(), name)];
        parents.extend(parts.parents.iter().map(|i| own(&i.table, &i.name.name)));
        stages.push(Stage::each(format!("Add {name} to the parent alone"), parents));
        // A partition's unique index becomes its constraint before it is attached.
        stages.extend(parts.builds());
        let taken: Vec<DdlOp> = parts
            .leaves
            .iter()
            .filter_map(|index| {
                let name = index.constraint.as_ref()?;
                Some(alter(&index.table, vec![add(using_index(def, name, &index.name.name))]))
            })
            .collect();
        if !taken.is_empty() {
            stages.push(Stage::each("Turn the indexes into constraints", taken));
        }
        stages.extend(parts.attaches());
    }
    Some(stages)
}

/// The indexes below a partitioned one.
#[derive(Default)]
struct Parts {
    /// New ones on partitions that are partitioned themselves, parents first.
    parents: Vec<Index>,
    /// New ones that hold rows.
    leaves: Vec<Index>,
    /// The name of each with that of its parent, children first.
    links: Vec<(QName, QName)>,
}

impl Parts {
    /// Walks the partitions. Indexes that were there before are only attached, as the statement itself does.
    fn collect(&mut self, before: &Schema, after: Ahead<'_>, table: &QName, parent: &QName) -> Option<()> {
        for child in after.children_of(table) {
            if matches!(child.kind, TableKind::Foreign(_)) || before.is_unknown(&child.name) {
                return None;
            }
            let indexes = after.indexes_of(&child.name);
            let index = indexes.iter().find(|i| i.parent.as_ref() == Some(parent))?;
            let new = before.index(&index.name).is_none();
            match (new, child.is_partitioned()) {
                (true, true) => {
                    self.parents.push(Index::clone(index));
                    self.collect(before, after, &child.name, &index.name)?;
                }
                (true, false) => self.leaves.push(Index::clone(index)),
                (false, _) => {}
            }
            self.links.push((parent.clone(), index.name.clone()));
        }
        Some(())
    }

    fn builds(&self) -> Option<Stage> {
        let indexes: Vec<CreateIndex> =
            self.leaves.iter().map(|index| create_like(index, &index.table, &index.name.name)).collect();
        (!indexes.is_empty()).then(|| {
            index::built("Build the indexes of the partitions without blocking writes".into(), indexes)
        })
    }

    fn attaches(&self) -> Option<Stage> {
        let ops: Vec<DdlOp> = self.links.iter().map(|(parent, child)| attach_index(parent, child)).collect();
        (!ops.is_empty())
            .then(|| Stage::each("Attach them; the parent's index becomes valid with the last", ops))
    }
}
